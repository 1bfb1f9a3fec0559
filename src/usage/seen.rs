//! In: what a request shows, borrowed, and the closed lists of the open day. Out: the [`PageView`], in
//! constants. Nothing of the request outlives the look-ups.

use super::agent::{Agent, AgentSigns};
use super::declared::Press;
use super::families::Lists;
use super::language::LanguageIndex;
use super::region::RegionIndex;
use super::source::Source;
use super::targets::CampaignTags;
use super::view::{ConsentOutcome, Device, PageView, SiteIndex, What};
use crate::policy::Day;

/// What a visitor's request shows. Borrowed, looked up in closed lists, not kept.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub act: Act,
    /// As requested, percent-encoded; a query is ignored.
    pub path: &'a str,
    pub campaign: CampaignTags<'a>,
    pub source: Source,
    /// ISO 3166.
    pub region: Option<&'a str>,
    pub device: Device,
    /// The primary subtag that the visitor wants most.
    pub language: Option<&'a str>,
    pub consent: ConsentOutcome,
    pub agent: AgentSigns<'a>,
}

/// What the visitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Goes to a page.
    Opens,
    /// Posts a form.
    Posts,
    /// Presses what leads out of the site.
    Presses(Press),
}

impl Seen<'_> {
    /// The view; `None` for what is no page and reaches no goal.
    pub(super) fn view(&self, site: SiteIndex, day: Day, hour: u8, lists: Lists<'_>) -> Option<PageView> {
        let (what, aims) = match self.act {
            Act::Opens => (What::Page(None), lists.targets.of_page(self.path)),
            Act::Posts => (What::Act, lists.targets.of_form(self.path)),
            Act::Presses(press) => (What::Act, lists.targets.of_press(press)),
        };
        if what == What::Act && aims.is_nothing() {
            return None;
        }
        Some(PageView {
            site,
            day,
            hour,
            what,
            page: lists.pages.lookup(self.path),
            aims,
            campaign: lists.targets.campaign(self.campaign),
            source: self.source,
            entry: self.source.is_entry(),
            region: RegionIndex::of(self.region),
            device: self.device,
            language: LanguageIndex::of(self.language),
            consent: self.consent,
            agent: Agent::of(self.agent),
        })
    }
}
