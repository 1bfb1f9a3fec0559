//! In: page views with their day tokens. Out: for each token of the day, what it may add to the
//! counts. It knows neither addresses nor time beyond the hour, and is overwritten when the day closes.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::agent::Agent;
use super::declared::{MAX_FUNNELS, MAX_STEPS};
use super::source::Source;
use super::targets::Aims;
use super::token::DayToken;
use super::view::{PageView, Speed, What};

/// Distinct pages that a token-day can add to: part of the guarantee.
pub const PAGES_PER_TOKEN: usize = 5;
/// Distinct goals that a token-day can add to: part of the guarantee.
pub const GOALS_PER_TOKEN: usize = 2;
/// Beyond so many views a day a token is no visitor but a machine that does not say so, or a whole
/// building behind one address.
const OVERFLOW_VIEWS: u16 = 1_000;
/// Tokens that one site's day can hold: 200,000 of them take some 25 MB.
pub const MAX_TOKENS: usize = 200_000;

/// What one token did today, as far as it can matter at the close. Numbers only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Zeroize)]
pub(super) struct TokenDay {
    /// Code of the most human [`Agent`] class seen.
    pub(super) agent: u8,
    pub(super) hour: u8,
    pub(super) entries: u8,
    pub(super) source: u8,
    pub(super) device: u8,
    pub(super) language: u8,
    pub(super) consent: u8,
    pub(super) distinct: u8,
    /// The first campaign's index; 0 where there was none.
    pub(super) campaign: u8,
    /// The code of the first page's speed, from 1; 0 where it was not measured.
    pub(super) speed: u8,
    /// The code of the first dead link, from 1; 0 where there was none.
    pub(super) dead_link: u8,
    /// The furthest step of each funnel, [`STEP_BITS`] each; 0 where the first was not reached.
    pub(super) steps: u8,
    /// The places of the first goals, from 1; 0 where there are fewer.
    pub(super) goals: [u8; GOALS_PER_TOKEN],
    pub(super) region: u16,
    pub(super) views: u16,
    pub(super) pages: [u16; PAGES_PER_TOKEN],
}

const STEP_BITS: usize = 2;
const _: () = assert!(MAX_STEPS < 1 << STEP_BITS && MAX_FUNNELS * STEP_BITS <= 8);

impl TokenDay {
    fn first(view: &PageView) -> TokenDay {
        TokenDay {
            agent: view.agent.code(),
            hour: view.hour,
            source: view.source.code(),
            device: view.device.code(),
            language: view.language.0,
            region: view.region.0,
            ..TokenDay::default()
        }
    }

    fn add(&mut self, view: &PageView) {
        if view.agent.code() < self.agent {
            // A prefetch that became a visit: the day begins with the visit.
            *self = TokenDay::first(view);
        }
        if view.agent.code() > self.agent {
            return;
        }
        self.consent = view.consent.code();
        keep_first(&mut self.campaign, view.campaign.0);
        self.add_aims(view.aims);
        match view.what {
            What::Page(speed) => self.add_page_view(view, speed),
            What::NotFound(link) => keep_first(&mut self.dead_link, link.code() + 1),
            What::Act => {}
        }
    }

    fn add_page_view(&mut self, view: &PageView, speed: Option<Speed>) {
        if self.views == 0 {
            // A dead link may have come before; the visit begins here.
            self.hour = view.hour;
            self.speed = speed.map_or(0, |speed| speed.code() + 1);
        }
        self.views = self.views.saturating_add(1);
        self.entries = self.entries.saturating_add(u8::from(view.entry));
        if !Source::from_code(self.source).is_some_and(Source::is_entry) {
            self.source = view.source.code();
        }
        self.add_page(view.page.0);
    }

    fn add_aims(&mut self, aims: Aims) {
        // Bits are spent from the lowest: of goals that one page reaches, the first declared comes first.
        let reached = (0..16u8).filter(|place| aims.goals & (1 << place) != 0);
        for goal in reached.map(|place| place + 1) {
            if !self.goals.contains(&goal)
                && let Some(free) = self.goals.iter_mut().find(|held| **held == 0)
            {
                *free = goal;
            }
        }
        for funnel in 0..MAX_FUNNELS {
            let at = self.step(funnel);
            // Only the step that comes next: who begins in the middle is not in the funnel.
            if at < MAX_STEPS && aims.steps & (1 << (funnel * MAX_STEPS + at)) != 0 {
                self.steps += 1 << (funnel * STEP_BITS);
            }
        }
    }

    /// The furthest step that was reached of a funnel, from 1; 0 for none.
    pub(super) fn step(&self, funnel: usize) -> usize {
        usize::from(self.steps >> (funnel * STEP_BITS)) & ((1 << STEP_BITS) - 1)
    }

    fn add_page(&mut self, page: u16) {
        let filled = usize::from(self.distinct);
        if self.distinct_pages().contains(&page) {
            return;
        }
        if let Some(free) = self.pages.get_mut(filled) {
            *free = page;
            self.distinct += 1;
        }
    }

    pub(super) fn distinct_pages(&self) -> &[u16] {
        self.pages.get(..usize::from(self.distinct)).unwrap_or_default()
    }

    /// Whether it counts as a visit: a page was seen, and not by a machine.
    pub(super) fn is_visit(&self) -> bool {
        self.is_person() && self.views > 0
    }

    /// Whether it is a person's, as far as can be told, though no page may have been seen.
    pub(super) fn is_person(&self) -> bool {
        self.agent == Agent::Browser.code() && !self.is_overflow()
    }

    pub(super) fn is_overflow(&self) -> bool {
        self.views > OVERFLOW_VIEWS
    }
}

fn keep_first(held: &mut u8, given: u8) {
    if *held == 0 {
        *held = given;
    }
}

/// A token and its day.
#[derive(Clone, Copy, Default, Zeroize)]
pub(super) struct Slot {
    /// The token's bits; 0 where the slot is free.
    pub(super) bits: u128,
    pub(super) day: TokenDay,
}

const _: () =
    assert!(size_of::<Slot>() == 48, "what a token takes; MAX_TOKENS says how much all of them may");

/// The tokens of one site's day, by open addressing: a keyed hash is its own hash, and nothing is
/// left behind in memory that was given back.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct TokenTable {
    slots: Vec<Slot>,
    held: usize,
    capacity: usize,
}

/// What became of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Counted,
    /// A new token found the table full.
    Refused,
}

/// What a site takes that hardly anybody visits: 3 KB, so that thousands of them can be served.
const FIRST_SLOTS: usize = 64;

impl TokenTable {
    /// A table for at most `capacity` tokens, and never more than [`MAX_TOKENS`].
    pub(super) fn new(capacity: usize) -> TokenTable {
        let slots = vec![Slot::default(); FIRST_SLOTS];
        TokenTable { slots, held: 0, capacity: capacity.min(MAX_TOKENS) }
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Adds a view to its token's day, in constant time.
    pub(super) fn add(&mut self, token: DayToken, view: &PageView) -> Kept {
        let Some(slot) = self.slot(token.bits) else { return Kept::Refused };
        if slot.bits == 0 {
            if self.held >= self.capacity {
                return Kept::Refused;
            }
            self.held += 1;
            self.grow_when_half_full();
            let Some(slot) = self.slot(token.bits) else { return Kept::Refused };
            *slot = Slot { bits: token.bits, day: TokenDay::first(view) };
            slot.day.add(view);
            return Kept::Counted;
        }
        slot.day.add(view);
        Kept::Counted
    }

    /// Puts back what a checkpoint held.
    pub(super) fn restore(&mut self, slot: Slot) {
        self.held += 1;
        self.grow_when_half_full();
        if let Some(place) = self.slot(slot.bits) {
            *place = slot;
        }
    }

    /// The slot of these bits, or the free one where they belong.
    fn slot(&mut self, bits: u128) -> Option<&mut Slot> {
        if bits == 0 {
            return None;
        }
        let length = self.slots.len();
        // The length is a power of two: the low bits of a keyed hash are as good as any.
        let start = usize::try_from(bits & (length as u128 - 1)).unwrap_or(0);
        let at = (0..length).map(|step| (start + step) % length).find(|&at| {
            let held = self.slots.get(at).map_or(0, |slot| slot.bits);
            held == 0 || held == bits
        })?;
        self.slots.get_mut(at)
    }

    fn grow_when_half_full(&mut self) {
        if self.held * 2 <= self.slots.len() {
            return;
        }
        let larger = vec![Slot::default(); self.slots.len() * 2];
        let mut smaller = std::mem::replace(&mut self.slots, larger);
        for slot in smaller.iter().filter(|slot| slot.bits != 0) {
            if let Some(place) = self.slot(slot.bits) {
                *place = *slot;
            }
        }
        smaller.zeroize();
    }

    /// The tokens and their days.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.bits != 0)
    }

    pub(super) fn days(&self) -> impl Iterator<Item = &TokenDay> {
        self.slots().map(|slot| &slot.day)
    }

    pub(super) fn len(&self) -> usize {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Day;
    use crate::usage::fixtures::view;
    use crate::usage::page_list::PageIndex;
    use crate::usage::targets::CampaignIndex;
    use crate::usage::view::DeadLink;

    fn token(bits: u128) -> DayToken {
        DayToken { bits, day: Day(1).0 }
    }

    fn day_of(views: &[PageView]) -> TokenDay {
        let mut table = TokenTable::new(10);
        for view in views {
            table.add(token(7), view);
        }
        *table.days().next().unwrap()
    }

    #[test]
    fn a_token_holds_its_first_five_distinct_pages() {
        let views: Vec<PageView> =
            [3, 1, 3, 4, 1, 5, 9, 2, 6].map(|page| PageView { page: PageIndex(page), ..view() }).into();
        let day = day_of(&views);
        assert_eq!(day.distinct_pages(), [3, 1, 4, 5, 9]);
        assert_eq!(day.views, 9);
    }

    #[test]
    fn the_first_source_counts_and_a_page_of_the_site_is_none() {
        let from = |source: Source| PageView { source, entry: source.is_entry(), ..view() };
        let day = day_of(&[from(Source::Internal), from(Source::Google), from(Source::Direct)]);
        assert_eq!((day.source, day.entries), (Source::Google.code(), 2));
    }

    #[test]
    fn the_first_two_goals_count_each_once() {
        let reaching = |goals| PageView { aims: Aims { goals, steps: 0 }, ..view() };
        let day = day_of(&[reaching(0b1000), reaching(0b1000), reaching(0b11), reaching(0b100)]);
        assert_eq!(day.goals, [4, 1]);
    }

    #[test]
    fn a_funnel_goes_on_by_one_step_and_begins_at_its_first() {
        let at = |steps| PageView { aims: Aims { goals: 0, steps }, ..view() };
        let steps = |views: &[PageView]| [0, 1, 2].map(|funnel| day_of(views).step(funnel));
        assert_eq!(steps(&[at(0b010), at(0b100)]), [0, 0, 0]);
        assert_eq!(steps(&[at(0b001), at(0b100), at(0b010), at(0b001)]), [2, 0, 0]);
        let through = [at(0b001_000_001), at(0b010_000_010), at(0b100_000_000), at(0b111_000_000)];
        assert_eq!(steps(&through), [2, 0, 3]);
        assert_eq!(steps(&[at(0b111_111_111)]), [1, 1, 1], "one page is one step");
    }

    #[test]
    fn the_first_campaign_speed_and_dead_link_count() {
        let from = |campaign| PageView { campaign: CampaignIndex(campaign), ..view() };
        assert_eq!(day_of(&[from(0), from(3), from(2)]).campaign, 3);
        let timed = |speed| PageView { what: What::Page(speed), ..view() };
        assert_eq!(day_of(&[timed(Some(Speed::Slow)), timed(Some(Speed::Fast))]).speed, 4);
        assert_eq!(day_of(&[timed(None), timed(Some(Speed::Fast))]).speed, 0, "only the first page's");
        let lost = |link| PageView { what: What::NotFound(link), ..view() };
        let day = day_of(&[lost(DeadLink::Elsewhere), lost(DeadLink::Own)]);
        assert_eq!((day.dead_link, day.views, day.distinct, day.entries), (2, 0, 0, 0));
        assert!(day.is_person() && !day.is_visit());
        let later = PageView { hour: 17, ..timed(Some(Speed::Fair)) };
        let day = day_of(&[lost(DeadLink::Own), later]);
        assert_eq!((day.speed, day.hour), (3, 17), "the visit begins with its first page");
    }

    #[test]
    fn what_is_no_page_makes_no_visit_and_adds_to_one() {
        let pressed = PageView { what: What::Act, aims: Aims { goals: 1, steps: 0 }, ..view() };
        assert!(!day_of(&[pressed]).is_visit());
        let day = day_of(&[view(), pressed]);
        assert_eq!((day.views, day.goals, day.is_visit()), (1, [1, 0], true));
    }

    #[test]
    fn a_prefetch_becomes_a_visit_and_not_the_other_way_round() {
        let by = |agent, hour| PageView { agent, hour, ..view() };
        let day = day_of(&[by(Agent::Prefetch, 9), by(Agent::Browser, 10), by(Agent::Prefetch, 11)]);
        assert!(day.is_visit());
        assert_eq!((day.hour, day.views), (10, 1));
        assert!(!day_of(&[by(Agent::Crawler, 9)]).is_visit());
    }

    #[test]
    fn an_empty_table_takes_little_and_a_full_one_what_is_said() {
        let bytes = |table: &TokenTable| table.slots.len() * size_of::<Slot>();
        let mut table = TokenTable::new(usize::MAX);
        assert!(bytes(&table) <= 4_096);
        for bits in 1..=300_000u128 {
            table.add(token(bits), &view());
        }
        assert_eq!(table.len(), MAX_TOKENS);
        assert!(bytes(&table) <= 26 * 1_048_576, "{} bytes", bytes(&table));
    }

    #[test]
    fn a_token_with_a_thousand_views_is_no_visitor() {
        assert!(day_of(&vec![view(); 1_000]).is_visit());
        assert!(!day_of(&vec![view(); 1_001]).is_visit());
    }

    #[test]
    fn the_table_grows_to_its_capacity_and_no_further() {
        let mut table = TokenTable::new(5_000);
        for bits in 1..=6_000u128 {
            let spread = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            let kept = table.add(token(spread), &view());
            assert_eq!(kept == Kept::Counted, bits <= 5_000);
        }
        assert_eq!((table.len(), table.slots().count()), (5_000, 5_000));
        let known = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        assert_eq!(table.add(token(known), &view()), Kept::Counted, "a known token is still counted");
    }
}
