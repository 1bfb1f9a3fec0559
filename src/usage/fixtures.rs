//! In: nothing. Out: views and pages for this room's tests.

use proptest::prelude::*;

use super::agent::Agent;
use super::declared::{Campaign, Declared, Funnel, Goal, Press, Reached};
use super::families::Lists;
use super::language::LanguageIndex;
use super::page_list::{PageIndex, PageList, PageSources};
use super::region::RegionIndex;
use super::source::Source;
use super::targets::{Aims, CampaignIndex, Targets};
use super::view::{ConsentOutcome, DeadLink, Device, PageView, SiteIndex, Speed, What};
use crate::policy::Day;

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
