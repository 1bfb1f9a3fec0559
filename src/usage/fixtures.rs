//! In: nothing. Out: views and pages for this room's tests.

use proptest::prelude::*;

use super::agent::Agent;
use super::language::LanguageIndex;
use super::page_list::{PageIndex, PageList, PageSources};
use super::region::RegionIndex;
use super::source::Source;
use super::view::{ConsentOutcome, Device, PageView, SiteIndex};
use crate::policy::Day;

pub(super) fn page_sources() -> PageSources {
    let found = ["/", "/a", "/b", "/c", "/d", "/e", "/f", "/g"].map(str::to_owned).into();
    PageSources { found, ..PageSources::default() }
}

pub(super) fn pages() -> PageList {
    PageList::frozen(&page_sources())
}

/// A visitor's plain page view.
pub(super) fn view() -> PageView {
    PageView {
        site: SiteIndex(0),
        day: Day(1),
        hour: 9,
        page: PageIndex(1),
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
    (agents, sources, devices, outcomes, places).prop_map(
        |(agent, source, device, consent, (page, region, language, hour))| PageView {
            hour,
            page: PageIndex(page),
            source,
            entry: source.is_entry(),
            region: RegionIndex(region),
            device,
            language: LanguageIndex(language),
            consent,
            agent,
            ..view()
        },
    )
}
