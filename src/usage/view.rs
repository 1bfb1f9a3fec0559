//! In: indexes into closed lists. Out: the [`PageView`], the only thing that counting learns of a
//! request. No field can hold text, an address or anything else of a visitor's.

use super::agent::Agent;
use super::closed::closed_list;
use super::language::LanguageIndex;
use super::page_list::PageIndex;
use super::region::RegionIndex;
use super::source::Source;
use crate::policy::Day;

/// A site's place in the list that counting was opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SiteIndex(pub(super) u16);

closed_list! {
    /// What the page is shown on (promise PC7).
    Device {
        Phone = "phone",
        Tablet = "tablet",
        Computer = "computer",
    }
}

closed_list! {
    /// Where the visitor stands with the banner when the page is sent.
    ConsentOutcome {
        /// The site offers nothing that needs a choice.
        NotAsked = "not-asked",
        /// The banner was there and nothing was pressed.
        Unanswered = "unanswered",
        /// The browser's Global Privacy Control refused.
        Signal = "signal",
        Refused = "refused",
        /// Some purposes or vendors, not all.
        Partial = "partial",
        Accepted = "accepted",
    }
}

/// One page sent to one visitor, in constants. Made by [`Usage::page_view`](super::Usage::page_view).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageView {
    pub(super) site: SiteIndex,
    /// The open day whose page list `page` points into.
    pub(super) day: Day,
    pub(super) hour: u8,
    pub(super) page: PageIndex,
    pub(super) source: Source,
    /// Whether the visitor came from elsewhere than the site itself.
    pub(super) entry: bool,
    pub(super) region: RegionIndex,
    pub(super) device: Device,
    pub(super) language: LanguageIndex,
    pub(super) consent: ConsentOutcome,
    pub(super) agent: Agent,
}

/// What is `Copy` owns no text: a field that could hold a visitor does not compile.
const fn holds_constants_only<T: Copy>() {}
const _: () = holds_constants_only::<PageView>();
const _: () = assert!(size_of::<PageView>() <= 24, "a page view is a handful of small numbers");
