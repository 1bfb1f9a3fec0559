//! In: a story. Out: the site on which it happened, with or without one token-day of it.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::fixtures::Scene;
use super::noise::Noise;
use super::table::TokenTable;
use super::*;
use crate::policy::Day;

pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 24 * HOUR;
pub(super) const PAGES: u32 = 50;
/// The token-day that is added.
pub(super) const OWN: u32 = 0;
/// Tokens for which the table has room in these stories. By the capacity's margin it is found full beyond
/// a hundred of them.
pub(super) const ROOM: usize = 720;
pub(super) const CROWD: u32 = 640;

/// What one page view shows.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) act: Act,
    pub(super) page: u32,
    /// `utm_source`.
    pub(super) campaign: &'static str,
    /// The page is not there.
    pub(super) lost: bool,
    /// Thousandths of a second until it came.
    pub(super) taken: u64,
    pub(super) source: Source,
    pub(super) region: Option<&'static str>,
    pub(super) device: Device,
    pub(super) language: &'static str,
    pub(super) consent: ConsentOutcome,
    pub(super) agent: &'static str,
    pub(super) purpose: &'static str,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
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
pub(super) struct Story {
    pub(super) plan: ReleasePlan,
    pub(super) steps: Vec<Step>,
}

/// A site on which a story happens, with or without the own token-day.
pub(super) struct World {
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
    pub(super) fn of(story: &Story, with_own: bool) -> World {
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
    pub(super) fn vector(&self, family: Family) -> BTreeMap<(u32, String), i64> {
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
    pub(super) fn answers(&self) -> (Vec<bool>, Vec<(i64, i64)>) {
        let gaps = self.scene.book.gaps.lock().unwrap();
        let full = gaps.iter().filter(|gap| gap.reason == GapReason::Full).map(|gap| (gap.from, gap.to));
        (self.answers.clone(), full.collect())
    }
}

pub(super) fn look(page: u32) -> Look {
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
pub(super) fn declared() -> Declared {
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

pub(super) const BROWSERS: [&str; 2] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari/604.1",
];
pub(super) const AGENTS: [&str; 4] = [BROWSERS[0], BROWSERS[1], "Googlebot/2.1", "something else"];
