//! In: indexes into closed lists. Out: the [`PageView`], the only thing that counting learns of a
//! request. No field can hold text, an address or anything else of a visitor's.

use std::time::Duration;

use super::agent::Agent;
use super::closed::closed_list;
use super::language::LanguageIndex;
use super::page_list::PageIndex;
use super::region::RegionIndex;
use super::source::Source;
use super::targets::{Aims, CampaignIndex};
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

closed_list! {
    /// How long a page took, from its request to its first bytes.
    Speed {
        /// Under a fifth of a second.
        Instant = "instant",
        /// Under half a second.
        Fast = "fast",
        /// Under a second.
        Fair = "fair",
        /// Under three seconds.
        Slow = "slow",
        VerySlow = "very-slow",
    }
}

impl Speed {
    /// The class of a page that took so long.
    pub fn of(taken: Duration) -> Speed {
        match taken.as_millis() {
            0..200 => Speed::Instant,
            200..500 => Speed::Fast,
            500..1_000 => Speed::Fair,
            1_000..3_000 => Speed::Slow,
            _ => Speed::VerySlow,
        }
    }
}

closed_list! {
    /// Where the link stood that led to a page that is not there.
    DeadLink {
        /// On a page of the site.
        Own = "own",
        /// On another site.
        Elsewhere = "elsewhere",
        /// Nowhere: an address that was typed or kept.
        Typed = "typed",
    }
}

impl DeadLink {
    fn of(source: Source) -> DeadLink {
        match source {
            Source::Internal => DeadLink::Own,
            Source::Direct => DeadLink::Typed,
            _ => DeadLink::Elsewhere,
        }
    }
}

/// What a view is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A page, with its speed where that was measured.
    Page(Option<Speed>),
    /// A page that is not there.
    NotFound(DeadLink),
    /// No page: a form that was posted, a press.
    Act,
}

/// One page sent to one visitor, in constants. Made by [`Usage::page_view`](super::Usage::page_view).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageView {
    pub(super) site: SiteIndex,
    /// The open day whose page list `page` points into.
    pub(super) day: Day,
    pub(super) hour: u8,
    pub(super) what: What,
    pub(super) page: PageIndex,
    /// Goals and steps that it reaches.
    pub(super) aims: Aims,
    pub(super) campaign: CampaignIndex,
    pub(super) source: Source,
    /// Whether the visitor came from elsewhere than the site itself.
    pub(super) entry: bool,
    pub(super) region: RegionIndex,
    pub(super) device: Device,
    pub(super) language: LanguageIndex,
    pub(super) consent: ConsentOutcome,
    pub(super) agent: Agent,
}

impl PageView {
    /// The same, of a page that took so long; what is no page has no speed.
    pub fn within(self, taken: Duration) -> PageView {
        match self.what {
            What::Page(_) => PageView { what: What::Page(Some(Speed::of(taken))), ..self },
            What::NotFound(_) | What::Act => self,
        }
    }

    /// The same, where the answer was that there is no such page: then it is no page, and reaches
    /// nothing. `None` for what was no page before.
    pub fn not_found(self) -> Option<PageView> {
        let what = What::NotFound(DeadLink::of(self.source));
        let lost = || PageView { what, page: PageIndex::UNLISTED, aims: Aims::default(), ..self };
        matches!(self.what, What::Page(_)).then(lost)
    }
}

/// What is `Copy` owns no text: a field that could hold a visitor does not compile.
const fn holds_constants_only<T: Copy>() {}
const _: () = holds_constants_only::<PageView>();
const _: () = assert!(size_of::<PageView>() <= 32, "a page view is a handful of small numbers");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::fixtures::view;

    #[test]
    fn each_speed_has_its_class() {
        let class = |millis| Speed::of(Duration::from_millis(millis)).id();
        let classes = [0, 199, 200, 499, 500, 999, 1_000, 2_999, 3_000, 100_000].map(class);
        let expected = ["instant", "instant", "fast", "fast", "fair", "fair", "slow", "slow"];
        assert_eq!((&classes[..8], classes[8], classes[9]), (&expected[..], "very-slow", "very-slow"));
    }

    #[test]
    fn a_page_that_is_not_there_is_a_class_and_reaches_nothing() {
        let reached = PageView { aims: Aims { goals: 3, steps: 1 }, page: PageIndex(5), ..view() };
        let of = |source| PageView { source, ..reached }.not_found().unwrap();
        assert_eq!(of(Source::Internal).what, What::NotFound(DeadLink::Own));
        assert_eq!(of(Source::Direct).what, What::NotFound(DeadLink::Typed));
        assert_eq!(of(Source::Google).what, What::NotFound(DeadLink::Elsewhere));
        let lost = of(Source::Google).within(Duration::from_secs(9));
        assert_eq!((lost.page, lost.aims), (PageIndex::UNLISTED, Aims::default()));
        assert_eq!(lost.what, What::NotFound(DeadLink::Elsewhere), "and has no speed");
        assert_eq!(PageView { what: What::Act, ..view() }.not_found(), None);
    }
}
