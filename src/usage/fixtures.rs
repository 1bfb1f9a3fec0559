//! In: nothing. Out: views, pages, visits, a book and a clock that is set, for this room's tests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::declared::{Campaign, Declared, Funnel, Goal, Press, Reached};
use super::families::Lists;
use super::noise::{Noise, NoiseSource};
use super::table::{TokenDay, TokenTable};
use super::targets::{Aims, CampaignIndex, Targets};
use super::view::What;
use super::*;
use crate::clock::{Clock, Zone};
use crate::policy::Day;

/// `scripts/prove` sets this, and means a test's full form.
const FULL: &str = "PARAVENT_PROVE";

/// The number for a test's full form, or for its small one, which CI runs.
pub(super) fn full_or(full: usize, small: usize) -> usize {
    if std::env::var_os(FULL).is_some() { full } else { small }
}

pub(super) fn page_sources() -> PageSources {
    let found = ["/", "/a", "/b", "/c", "/d", "/e", "/f", "/g"].map(str::to_owned).into();
    PageSources { found, ..PageSources::default() }
}

pub(super) fn pages() -> PageList {
    PageList::frozen(&page_sources())
}

/// Something of each kind.
pub(super) fn declared() -> Declared {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let goal = |id: &str, reached| Goal { id: id.to_owned(), reached };
    let steps = |steps: &[&str]| steps.iter().map(|step| words(&[step])).collect();
    let funnel = |id: &str, of: &[&str]| Funnel { id: id.to_owned(), steps: steps(of) };
    let rentree = Campaign {
        id: "rentree".to_owned(),
        sources: words(&["newsletter"]),
        mediums: words(&["email"]),
        names: words(&["rentree", "rentree-2026"]),
    };
    let social = Campaign { id: "social".to_owned(), sources: words(&["facebook"]), ..Campaign::default() };
    Declared {
        campaigns: vec![rentree, social],
        goals: vec![
            goal("page", Reached::Page(words(&["/a"]))),
            goal("doctor", Reached::Page(words(&["/medecins/{…}", "/en/doctors/{…}"]))),
            goal("sent", Reached::Form(words(&["/sent"]))),
            goal("call", Reached::Press(Press::Phone)),
        ],
        funnels: vec![
            funnel("visit", &["/a", "/b"]),
            funnel("short", &["/b", "/c"]),
            funnel("long", &["/d", "/e", "/f"]),
        ],
        goals_by_source: true,
    }
}

pub(super) fn targets() -> Targets {
    Targets::frozen(&declared())
}

/// Something read in the lists of these fixtures.
pub(super) fn lists<T>(read: impl FnOnce(Lists<'_>) -> T) -> T {
    read(Lists { pages: &pages(), targets: &targets() })
}

/// A visitor's plain page view.
pub(super) fn view() -> PageView {
    PageView {
        site: SiteIndex(0),
        day: Day(1),
        hour: 9,
        what: What::Page(None),
        page: PageIndex(1),
        aims: Aims::default(),
        campaign: CampaignIndex(0),
        source: Source::Direct,
        entry: true,
        region: RegionIndex::UNKNOWN,
        device: Device::Phone,
        language: LanguageIndex::of(Some("fr")),
        consent: ConsentOutcome::Unanswered,
        agent: Agent::Browser,
    }
}

/// A token-day that adds to as many cells of a family as any can.
pub(super) fn one_token_day(family: Family) -> TokenDay {
    let agent = if family == Family::Agents { Agent::Crawler } else { Agent::Browser };
    let mut table = TokenTable::new(1);
    for page in 1..=8 {
        let reached = Aims { goals: 0b11, steps: 0b001_001_001 };
        let what = What::Page(Some(Speed::Fair));
        let campaign = CampaignIndex(2);
        let view = PageView { agent, what, page: PageIndex(page), aims: reached, campaign, ..view() };
        table.add(DayToken { bits: 1, day: 1 }, &view);
        table.add(DayToken { bits: 1, day: 1 }, &view.not_found().unwrap());
    }
    *table.days().next().unwrap()
}

/// Any view at all.
pub(super) fn any_view() -> impl Strategy<Value = PageView> {
    let agents = prop::sample::select(Agent::ALL);
    let sources = prop::sample::select(Source::ALL);
    let devices = prop::sample::select(Device::ALL);
    let outcomes = prop::sample::select(ConsentOutcome::ALL);
    let places = (0u16..9, 0u16..270, 0u8..40, 0u8..24);
    // All goals and steps that a token could have, and more.
    let declared = (0u16..1 << 10, 0u16..1 << 9, 0u8..5);
    (agents, sources, devices, outcomes, places, any_what(), declared).prop_map(
        |(agent, source, device, consent, (page, region, language, hour), what, (goals, steps, campaign))| {
            PageView {
                hour,
                what,
                page: PageIndex(page),
                aims: Aims { goals, steps },
                campaign: CampaignIndex(campaign),
                source,
                entry: source.is_entry(),
                region: RegionIndex(region),
                device,
                language: LanguageIndex(language),
                consent,
                agent,
                ..view()
            }
        },
    )
}

fn any_what() -> impl Strategy<Value = What> {
    let speeds = prop::option::of(prop::sample::select(Speed::ALL));
    prop_oneof![
        4 => speeds.prop_map(What::Page),
        1 => prop::sample::select(DeadLink::ALL).prop_map(What::NotFound),
        1 => Just(What::Act),
    ]
}

pub(super) const IDENTITY: Identity<'static> =
    Identity { network: "n", user_agent: "u", accept_language: "a" };

/// Monday 2026-11-16, 08:00 UTC.
pub(super) const MONDAY: i64 = 20_773 * 86_400 + 8 * 3_600;
pub(super) const FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0 canary-agent";

/// Keeps what it is given in memory, as the store does on disk.
#[derive(Default)]
pub(super) struct Book {
    pub(super) releases: Mutex<Vec<Release>>,
    pub(super) gaps: Mutex<Vec<Gap>>,
    pub(super) away: AtomicBool,
}

impl Book {
    fn answers(&self) -> Result<(), BookError> {
        match self.away.load(Ordering::SeqCst) {
            true => Err(BookError("away".to_owned())),
            false => Ok(()),
        }
    }

    pub(super) fn cells(&self, family: Family) -> Vec<i64> {
        let releases = self.releases.lock().unwrap();
        let of_family = releases.iter().filter(|release| release.family == family);
        of_family.flat_map(|release| release.cells.iter().map(|(_, value)| *value)).collect()
    }

    pub(super) fn periods(&self, family: Family) -> Vec<(u32, u32)> {
        let releases = self.releases.lock().unwrap();
        releases.iter().filter(|r| r.family == family).map(|r| (r.from.0, r.to.0)).collect()
    }

    pub(super) fn reasons(&self) -> Vec<GapReason> {
        self.gaps.lock().unwrap().iter().map(|gap| gap.reason).collect()
    }
}

impl ReleaseBook for Book {
    fn commit(&self, releases: &[Release]) -> Result<(), BookError> {
        self.answers()?;
        let mut kept = self.releases.lock().unwrap();
        for release in releases {
            let same = |other: &Release| (other.family, other.from) == (release.family, release.from);
            if release.family == Family::Hours || !kept.iter().any(same) {
                kept.push(release.clone());
            }
        }
        Ok(())
    }

    fn note_gap(&self, gap: &Gap) -> Result<(), BookError> {
        self.answers()?;
        self.gaps.lock().unwrap().push(gap.clone());
        Ok(())
    }

    fn last_closed(&self, _site: &str) -> Result<Option<Day>, BookError> {
        self.answers()?;
        Ok(self.periods(Family::Visits).iter().map(|(_, to)| Day(*to)).max())
    }

    fn visits(&self, _site: &str, from: Day, to: Day) -> Result<i64, BookError> {
        self.answers()?;
        let releases = self.releases.lock().unwrap();
        let of = releases.iter().filter(|r| r.family == Family::Visits && (from..=to).contains(&r.to));
        Ok(of.flat_map(|release| release.cells.iter().map(|(_, value)| *value)).sum())
    }
}

pub(super) struct Scene {
    pub(super) book: Arc<Book>,
    pub(super) clock: Clock,
    pub(super) folder: tempfile::TempDir,
    pub(super) plan: ReleasePlan,
    pub(super) preset: Preset,
    pub(super) pages: PageSources,
    pub(super) declared: Declared,
}

impl Scene {
    pub(super) fn new(plan: ReleasePlan) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        Scene {
            book: Arc::default(),
            clock: Clock::set_to(MONDAY),
            folder,
            plan,
            preset: Preset::Balanced,
            pages: page_sources(),
            declared: declared(),
        }
    }

    pub(super) fn site_plan(&self) -> SitePlan {
        SitePlan {
            name: "clinic".to_owned(),
            zone: Zone::utc(),
            preset: self.preset,
            release: self.plan,
            pages: self.pages.clone(),
            declared: self.declared.clone(),
        }
    }

    /// A process that starts and draws from `noise`.
    pub(super) fn start_with(&self, noise: NoiseSource) -> Usage {
        let checkpoint = Checkpoint::anywhere(self.folder.path()).ok();
        let plans = vec![self.site_plan()];
        Usage::open_with(plans, self.book.clone(), checkpoint, self.clock.clone(), noise).unwrap()
    }

    /// A process that starts, with or without what the one before left.
    pub(super) fn start(&self) -> Usage {
        self.start_with(Box::new(Noise::from_system))
    }

    pub(super) fn start_without_checkpoint(&self) -> Usage {
        Usage::open(vec![self.site_plan()], self.book.clone(), None, self.clock.clone()).unwrap()
    }

    pub(super) fn checkpoint_bytes(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("usage.snapshot")).unwrap()
    }

    pub(super) fn pass(&self, usage: &Usage, seconds: i64) {
        self.clock.advance(seconds);
        usage.tick().unwrap();
    }
}

pub(super) fn visit(usage: &Usage, visitor: u32, path: &str) {
    let site = usage.site("clinic").unwrap();
    let network = format!("10.{}.{}.0", visitor / 256, visitor % 256);
    let identity = Identity { network: &network, user_agent: FIREFOX, accept_language: "fr" };
    let seen = Seen {
        act: Act::Opens,
        path,
        campaign: CampaignTags::default(),
        source: Source::Google,
        region: Some("CA-QC"),
        device: Device::Computer,
        language: Some("fr"),
        consent: ConsentOutcome::Refused,
        agent: AgentSigns { user_agent: FIREFOX, accept_language: "fr", purpose: "" },
    };
    let token = usage.token(site, identity).unwrap();
    usage.record(usage.page_view(site, seen).unwrap(), token);
}

pub(super) fn visits(usage: &Usage, count: u32) {
    (0..count).for_each(|visitor| visit(usage, visitor, "/a?q=canary-query"));
}
