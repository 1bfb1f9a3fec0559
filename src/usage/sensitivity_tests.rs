//! In: what happens on a site for some days: visits, hours that pass, crashes, restarts, a store that is
//! away, crowds that fill the table. Out: how much all of that with one token-day more changes what is
//! released, noise left out. It goes through the real pipeline: closed lists, tokens, table, snapshots,
//! closes, weeks. `scripts/prove sensitivity` tells more of these stories.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::fixtures::{Scene, full_or};
use super::noise::Noise;
use super::table::TokenTable;
use super::*;
use crate::policy::Day;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const PAGES: u32 = 50;
/// The token-day that is added.
const OWN: u32 = 0;
/// Tokens for which the table has room in these stories. By the capacity's margin it is found full beyond
/// a hundred of them.
const ROOM: usize = 720;
const CROWD: u32 = 640;

/// What one page view shows.
#[derive(Clone, Debug)]
struct Look {
    act: Act,
    page: u32,
    /// `utm_source`.
    campaign: &'static str,
    /// The page is not there.
    lost: bool,
    /// Thousandths of a second until it came.
    taken: u64,
    source: Source,
    region: Option<&'static str>,
    device: Device,
    language: &'static str,
    consent: ConsentOutcome,
    agent: &'static str,
    purpose: &'static str,
}

#[derive(Clone, Debug)]
enum Step {
    /// A visitor looks so many times.
    View(u32, Look, u16),
    /// So many others come, each for the first time.
    Crowd(u32),
    Pass(i64),
    /// The process is killed and starts again.
    Crash,
    /// It is stopped in order and starts again.
    Restart,
    /// The store cannot be reached until the hour has ended.
    Outage,
}

#[derive(Clone, Debug)]
struct Story {
    plan: ReleasePlan,
    steps: Vec<Step>,
}

/// A site on which a story happens, with or without the own token-day.
struct World {
    scene: Scene,
    usage: Option<Usage>,
    with_own: bool,
    own_day: Option<Day>,
    crowd: u32,
    /// Tokens held, each time the table was asked whether it is full, and what it answered.
    held: Vec<i64>,
    answers: Vec<bool>,
}

impl World {
    fn of(story: &Story, with_own: bool) -> World {
        let pages = (0..PAGES).map(|page| format!("/services/{page}")).collect();
        let scene = Scene {
            preset: Preset::Detailed,
            pages: PageSources { found: pages, ..PageSources::default() },
            declared: declared(),
            ..Scene::new(story.plan)
        };
        // A little before an hour ends, and early in the day.
        scene.clock.advance(-8 * HOUR + 3_000);
        let mut world = World {
            scene,
            usage: None,
            with_own,
            own_day: None,
            crowd: 1_000,
            held: Vec::new(),
            answers: Vec::new(),
        };
        world.start();
        story.steps.iter().for_each(|step| world.live(step));
        world.pass(DAY);
        (0..8).for_each(|_| world.pass_at_once(DAY));
        world
    }

    fn start(&mut self) {
        self.usage = Some(self.scene.start_with(Box::new(|| Ok(Noise::silent()))));
        self.make_room();
    }

    /// Gives a day that was opened just now a small table.
    fn make_room(&self) {
        let room = self.usage().room(SiteIndex(0)).unwrap();
        if let Some(open) = room.lock().unwrap().open.as_mut().filter(|open| open.table.len() == 0) {
            open.table = TokenTable::new(ROOM);
        }
    }

    fn usage(&self) -> &Usage {
        self.usage.as_ref().unwrap()
    }

    fn live(&mut self, step: &Step) {
        match step {
            Step::View(visitor, look, times) => (0..*times).for_each(|_| self.view(*visitor, look)),
            Step::Crowd(many) => {
                for _ in 0..*many {
                    self.crowd += 1;
                    self.view(self.crowd, &look(self.crowd % PAGES));
                }
            }
            Step::Pass(seconds) => self.pass(*seconds),
            Step::Crash => {
                self.usage = None;
                self.start();
            }
            Step::Restart => {
                self.usage().suspend().unwrap();
                self.usage = None;
                self.start();
            }
            Step::Outage => {
                self.scene.book.away.store(true, Ordering::SeqCst);
                self.pass(HOUR);
                self.scene.book.away.store(false, Ordering::SeqCst);
            }
        }
    }

    fn view(&mut self, visitor: u32, look: &Look) {
        let day = self.scene.site_plan().zone.local(self.scene.clock.seconds()).day;
        if visitor == OWN {
            // Another day's views would be another token-day.
            let own_day = *self.own_day.get_or_insert(day);
            if !self.with_own || day != own_day {
                return;
            }
        }
        let network = format!("10.{}.{}.0", visitor / 256, visitor % 256);
        let identity = Identity { network: &network, user_agent: look.agent, accept_language: "fr" };
        let path = format!("/services/{}?visitor={visitor}", look.page);
        let seen = Seen {
            act: look.act,
            path: &path,
            campaign: CampaignTags { source: look.campaign, ..CampaignTags::default() },
            source: look.source,
            region: look.region,
            device: look.device,
            language: Some(look.language),
            consent: look.consent,
            agent: AgentSigns { user_agent: look.agent, accept_language: "fr", purpose: look.purpose },
        };
        // The own visitor's token must not depend on the agent, or it would be two.
        let identity = if visitor == OWN { Identity { user_agent: "own", ..identity } } else { identity };
        let usage = self.usage();
        let site = usage.site("clinic").unwrap();
        let (Some(token), Some(view)) = (usage.token(site, identity), usage.page_view(site, seen)) else {
            return;
        };
        let lost = look.lost.then(|| view.not_found()).flatten();
        usage.record(lost.unwrap_or(view.within(Duration::from_millis(look.taken))), token);
    }

    /// Lets time pass hour by hour, so that the table is asked as often as it can be.
    fn pass(&mut self, seconds: i64) {
        let until = self.scene.clock.seconds() + seconds;
        loop {
            let now = self.scene.clock.seconds();
            let hour = (now / HOUR + 1) * HOUR;
            self.pass_at_once(hour.min(until) - now);
            if hour >= until {
                return;
            }
        }
    }

    fn pass_at_once(&mut self, seconds: i64) {
        let now = self.scene.clock.seconds();
        self.scene.clock.advance(seconds);
        let asked = now / HOUR < (now + seconds) / HOUR;
        let room = self.usage().room(SiteIndex(0)).unwrap();
        let held = room.lock().unwrap().open.as_ref().map_or(0, |open| open.table.len());
        let _ = self.usage().tick();
        if asked {
            self.held.push(held.try_into().unwrap());
            self.answers.push(room.lock().unwrap().open.as_ref().is_some_and(|open| open.full));
        }
        self.make_room();
    }

    /// Everything that was released of a family, by period and cell; of the capacity, what was asked.
    fn vector(&self, family: Family) -> BTreeMap<(u32, String), i64> {
        if family == Family::Capacity {
            return self
                .held
                .iter()
                .enumerate()
                .map(|(at, held)| ((at as u32, String::new()), *held))
                .collect();
        }
        let releases = self.scene.book.releases.lock().unwrap();
        let of_family = releases.iter().filter(|release| release.family == family);
        let cells = of_family.flat_map(|release| {
            release.cells.iter().map(|(cell, value)| ((release.from.0, cell.clone()), *value))
        });
        cells.collect()
    }

    /// The answers, the midnights' ones too, which are told by gaps.
    fn answers(&self) -> (Vec<bool>, Vec<(i64, i64)>) {
        let gaps = self.scene.book.gaps.lock().unwrap();
        let full = gaps.iter().filter(|gap| gap.reason == GapReason::Full).map(|gap| (gap.from, gap.to));
        (self.answers.clone(), full.collect())
    }
}

fn look(page: u32) -> Look {
    Look {
        act: Act::Opens,
        page,
        campaign: "",
        lost: false,
        taken: 50,
        source: Source::Google,
        region: Some("CA-QC"),
        device: Device::Computer,
        language: "fr",
        consent: ConsentOutcome::Refused,
        agent: BROWSERS[0],
        purpose: "",
    }
}

/// Ten goals, three funnels, a campaign, and the cross-tab: as much as a site may declare of what costs.
fn declared() -> Declared {
    let path = |page: u32| vec![format!("/services/{page}")];
    let page = |n: u32| Goal { id: format!("page-{n}"), reached: Reached::Page(path(n)) };
    let form = Goal { id: "form".to_owned(), reached: Reached::Form(path(8)) };
    let call = Goal { id: "call".to_owned(), reached: Reached::Press(Press::Phone) };
    let funnel = |id: &str, pages: &[u32]| Funnel {
        id: id.to_owned(),
        steps: pages.iter().map(|page| path(*page)).collect(),
    };
    let campaign =
        Campaign { id: "letter".to_owned(), sources: vec!["newsletter".to_owned()], ..Campaign::default() };
    Declared {
        campaigns: vec![campaign],
        goals: (0..8).map(page).chain([form, call]).collect(),
        funnels: vec![funnel("a", &[0, 1, 2]), funnel("b", &[0, 3]), funnel("c", &[4, 5, 6])],
        goals_by_source: true,
    }
}

const BROWSERS: [&str; 2] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1",
];
const AGENTS: [&str; 4] = [BROWSERS[0], BROWSERS[1], "Googlebot/2.1", "something else"];

/// Squared differences of each family's vectors in two neighbouring worlds; `None` where the table
/// answered otherwise, which is what the capacity's share pays for.
fn differences(story: &Story) -> Vec<(FamilyTerms, Option<i64>)> {
    let (without, with) = (World::of(story, false), World::of(story, true));
    let same_answers = without.answers() == with.answers();
    let squared = |terms: &FamilyTerms| {
        let (without, with) = (without.vector(terms.family), with.vector(terms.family));
        assert!(without.keys().eq(with.keys()), "{:?}: the cells themselves tell", terms.family);
        without.values().zip(with.values()).map(|(a, b)| (a - b).pow(2)).sum()
    };
    let counts = |terms: &FamilyTerms| terms.family == Family::Capacity || same_answers;
    FAMILIES.iter().map(|terms| (*terms, counts(terms).then(|| squared(terms)))).collect()
}

fn any_look() -> impl Strategy<Value = Look> {
    let sources = prop::sample::select(Source::ALL);
    let outcomes = prop::sample::select(ConsentOutcome::ALL);
    let devices = prop::sample::select(Device::ALL);
    let regions = prop::sample::select(&[None, Some("CA-QC"), Some("FR"), Some("nowhere")][..]);
    let languages = prop::sample::select(&["fr", "en", "ar", "tlh"][..]);
    let agents = prop::sample::select(&[AGENTS[0], AGENTS[0], AGENTS[1], AGENTS[2], AGENTS[3]][..]);
    let purposes = prop::sample::select(&["", "", "", "prefetch"][..]);
    let acts =
        prop_oneof![6 => Just(Act::Opens), 1 => Just(Act::Posts), 1 => Just(Act::Presses(Press::Phone))];
    let campaigns = prop::sample::select(&["", "", "newsletter", "unknown"][..]);
    let beside = (acts, campaigns, prop::bool::weighted(0.1), 0u64..5_000);
    (0..PAGES + 3, sources, regions, devices, languages, outcomes, (agents, purposes), beside).prop_map(
        |(page, source, region, device, language, consent, (agent, purpose), beside)| Look {
            act: beside.0,
            page,
            campaign: beside.1,
            lost: beside.2,
            taken: beside.3,
            source,
            region,
            device,
            language,
            consent,
            agent,
            purpose,
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (OWN..12, any_look(), prop_oneof![9 => Just(1u16), 1 => Just(3), 1 => Just(1_001)])
            .prop_map(|(visitor, look, times)| Step::View(visitor, look, times)),
        12 => any_look().prop_map(|look| Step::View(OWN, look, 1)),
        4 => (1..3 * HOUR).prop_map(Step::Pass),
        1 => (1..30i64).prop_map(Step::Pass),
        1 => Just(Step::Pass(9 * HOUR)),
        1 => Just(Step::Crash),
        1 => Just(Step::Restart),
        1 => Just(Step::Outage),
        1 => prop::sample::select(&[90, CROWD, CROWD + 80][..]).prop_map(Step::Crowd),
    ]
}

fn any_story() -> impl Strategy<Value = Story> {
    let plans = prop::sample::select(&[ReleasePlan::Daily, ReleasePlan::Weekly][..]);
    (plans, prop::collection::vec(any_step(), 1..60)).prop_map(|(plan, steps)| Story { plan, steps })
}

#[test]
fn one_token_day_changes_what_is_released_by_no_more_than_declared() {
    let cases = u32::try_from(full_or(2_000, 20)).unwrap();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut largest: BTreeMap<&str, i64> = BTreeMap::new();
    let result = TestRunner::new_with_rng(config, random).run(&any_story(), |story| {
        for (terms, squared) in differences(&story) {
            prop_assert!(
                squared <= Some(terms.sensitivity_squared.into()),
                "{:?}: {squared:?}",
                terms.family
            );
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    for story in worst_stories() {
        for (terms, squared) in differences(&story) {
            let seen = largest.entry(terms.family.id()).or_default();
            *seen = (*seen).max(squared.unwrap_or(0));
            assert!(*seen <= terms.sensitivity_squared.into(), "{:?}: {seen}", terms.family);
        }
    }
    for terms in FAMILIES {
        let (family, seen) = (terms.family, largest[terms.family.id()]);
        println!("{:10} squared {seen}, declared {}", family.id(), terms.sensitivity_squared);
        assert_eq!(seen, i64::from(terms.sensitivity_squared), "{family:?}: the declared bound is met");
    }
}

/// Those in which a token-day changes all that it can.
fn worst_stories() -> Vec<Story> {
    let own = |look: Look| Step::View(OWN, look, 1);
    let others = (1..12).map(|visitor| Step::View(visitor, look(visitor), 2));
    let mut busy: Vec<Step> = others.clone().chain((0..20).map(|page| own(look(page)))).collect();
    busy.extend([
        Step::Pass(HOUR),
        Step::Crash,
        own(look(30)),
        Step::Pass(HOUR),
        Step::Restart,
        own(Look { campaign: "newsletter", ..look(31) }),
        own(Look { lost: true, ..look(32) }),
        own(Look { act: Act::Posts, ..look(8) }),
        own(Look { act: Act::Presses(Press::Phone), ..look(0) }),
    ]);
    let machine = Look { agent: AGENTS[2], ..look(1) };
    let full = [own(look(1)), own(Look { source: Source::Direct, ..look(2) }), Step::Crowd(CROWD + 80)];
    let story = |plan, steps: Vec<Step>| Story { plan, steps };
    vec![
        story(ReleasePlan::Daily, busy.clone()),
        story(ReleasePlan::Weekly, busy),
        story(ReleasePlan::Daily, others.chain([own(machine)]).collect()),
        story(ReleasePlan::Daily, full.to_vec()),
        story(ReleasePlan::Weekly, full.to_vec()),
    ]
}
