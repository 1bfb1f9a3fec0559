//! In: a token table. Out: the counts of each family, before noise. The one table of what is counted,
//! how much a token-day can change it, and what share of the budget it spends.

use super::agent::Agent;
use super::closed::closed_list;
use super::language::LanguageIndex;
use super::noise::Rho;
use super::page_list::PageList;
use super::region::RegionIndex;
use super::source::Source;
use super::table::{PAGES_PER_TOKEN, TokenDay};
use super::view::{ConsentOutcome, Device};

closed_list! {
    /// Counts that are released together, with noise of one sigma.
    Family {
        Visits = "visits",
        Pages = "pages",
        Sources = "sources",
        Entries = "entries",
        Hours = "hours",
        Regions = "regions",
        Consent = "consent",
        Devices = "devices",
        Languages = "languages",
        Depth = "depth",
        Agents = "agents",
        /// No cells: whether the table is full, asked with noise (see `day.rs`).
        Capacity = "capacity",
    }
}

/// What a family may cost.
#[derive(Clone, Copy, Debug)]
pub struct FamilyTerms {
    pub family: Family,
    /// Cells that one token-day can add 1 to (of the capacity: answers). As each gains at most 1, it is
    /// the square of the L2 sensitivity as well.
    pub sensitivity_squared: u32,
    /// The share under the balanced preset.
    pub balanced: Rho,
}

const fn terms(family: Family, sensitivity_squared: u32, millionths: u32) -> FamilyTerms {
    FamilyTerms { family, sensitivity_squared, balanced: Rho::millionths(millionths) }
}

/// Every family. The shares stay under the preset's total; the rest is kept for goals, funnels,
/// campaigns and cross-tabs.
pub const FAMILIES: &[FamilyTerms] = &[
    terms(Family::Visits, 1, 20_000),
    terms(Family::Pages, PAGES_PER_TOKEN as u32, 80_000),
    terms(Family::Sources, 1, 30_000),
    terms(Family::Entries, 1, 10_000),
    terms(Family::Hours, 1, 10_000),
    terms(Family::Regions, 1, 10_000),
    terms(Family::Consent, 1, 10_000),
    terms(Family::Devices, 1, 5_000),
    terms(Family::Languages, 1, 5_000),
    terms(Family::Depth, 1, 5_000),
    terms(Family::Agents, 1, 4_000),
    terms(Family::Capacity, HOURS as u32, 1_000),
];

impl Family {
    /// Its line in [`FAMILIES`].
    pub fn terms(self) -> FamilyTerms {
        FAMILIES.get(usize::from(self.code())).copied().unwrap_or(FAMILIES[0])
    }

    /// Whether it is released at each day's close, also where the others wait for the week's.
    pub fn is_released_daily(self) -> bool {
        matches!(self, Family::Visits | Family::Capacity)
    }

    /// The family of a name in the ledger.
    pub fn from_id(id: &str) -> Option<Family> {
        Family::ALL.iter().copied().find(|family| family.id() == id)
    }

    /// The names of its cells, in order: closed before the first visitor of the day.
    pub fn cells(self, pages: &PageList) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Family::Visits => owned(&["visits"]),
            Family::Pages => pages.names().to_vec(),
            Family::Sources => Source::ALL.iter().map(|source| source.id().to_owned()).collect(),
            Family::Entries => owned(&ENTRIES),
            Family::Hours => (0..HOURS).map(hour_cell).collect(),
            Family::Regions => RegionIndex::names().map(str::to_owned).collect(),
            Family::Consent => ConsentOutcome::ALL.iter().map(|of| of.id().to_owned()).collect(),
            Family::Devices => Device::ALL.iter().map(|device| device.id().to_owned()).collect(),
            Family::Languages => LanguageIndex::names().map(str::to_owned).collect(),
            Family::Depth => owned(&DEPTHS),
            Family::Agents => owned(&AGENTS),
            Family::Capacity => Vec::new(),
        }
    }

    /// The cells that this token-day adds 1 to: each once, at most as many as the terms say.
    fn cells_of(self, day: &TokenDay) -> Cells {
        let one = |cell: usize| Cells::One(cell);
        if self == Family::Agents {
            return agent_cell(day).map_or(Cells::None, Cells::One);
        }
        if !day.is_visit() {
            return Cells::None;
        }
        match self {
            Family::Visits => one(0),
            Family::Pages => Cells::Pages(day.pages, usize::from(day.distinct)),
            Family::Sources => one(day.source.into()),
            Family::Entries => one(usize::from(day.entries.clamp(1, 4)) - 1),
            Family::Hours => one(day.hour.into()),
            Family::Regions => one(day.region.into()),
            Family::Consent => one(day.consent.into()),
            Family::Devices => one(day.device.into()),
            Family::Languages => one(day.language.into()),
            Family::Depth => one(depth_cell(day.views)),
            Family::Agents | Family::Capacity => Cells::None,
        }
    }

    /// The family's counts over these token-days, before noise: one for each of `cells` cells.
    pub(super) fn counts<'a>(self, days: impl Iterator<Item = &'a TokenDay>, cells: usize) -> Vec<i64> {
        let mut counts = vec![0; cells];
        for day in days {
            let mut add = |cell: usize| {
                if let Some(count) = counts.get_mut(cell) {
                    *count += 1;
                }
            };
            match self.cells_of(day) {
                Cells::None => {}
                Cells::One(cell) => add(cell),
                Cells::Pages(pages, distinct) => {
                    pages.iter().take(distinct).for_each(|page| add(usize::from(*page)));
                }
            }
        }
        counts
    }
}

enum Cells {
    None,
    One(usize),
    Pages([u16; PAGES_PER_TOKEN], usize),
}

/// Hours in the longest list of a day's; one that comes twice is one cell.
pub(super) const HOURS: u8 = 24;
const ENTRIES: [&str; 4] = ["1", "2", "3", "4+"];
const DEPTHS: [&str; 5] = ["1", "2", "3-5", "6-10", "11+"];
const AGENTS: [&str; 4] = ["prefetch", "automation", "crawler", "overflow"];

pub(super) fn hour_cell(hour: u8) -> String {
    format!("{hour:02}")
}

fn depth_cell(views: u16) -> usize {
    match views {
        0..=1 => 0,
        2 => 1,
        3..=5 => 2,
        6..=10 => 3,
        _ => 4,
    }
}

fn agent_cell(day: &TokenDay) -> Option<usize> {
    match Agent::from_code(day.agent)? {
        Agent::Browser => day.is_overflow().then_some(3),
        Agent::Prefetch => Some(0),
        Agent::Automation => Some(1),
        Agent::Crawler => Some(2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::usage::fixtures::{any_view, pages, view};
    use crate::usage::table::TokenTable;
    use crate::usage::token::DayToken;
    use crate::usage::view::PageView;

    #[test]
    fn the_table_has_a_line_for_each_family_in_order() {
        assert_eq!(FAMILIES.len(), Family::ALL.len());
        for (family, terms) in Family::ALL.iter().zip(FAMILIES) {
            assert_eq!((*family, *family), (terms.family, family.terms().family));
            assert_eq!(Family::from_id(family.id()), Some(*family));
        }
    }

    #[test]
    fn the_shares_stay_within_the_default_budget() {
        let spent: u32 = FAMILIES.iter().map(|terms| terms.balanced.in_millionths()).sum();
        assert!(spent <= 250_000, "{spent}");
    }

    fn counts(family: Family, views: &[(u8, PageView)]) -> Vec<i64> {
        let mut table = TokenTable::new(1_000);
        for (token, view) in views {
            table.add(DayToken { bits: u128::from(*token) + 1, day: 1 }, view);
        }
        family.counts(table.days(), family.cells(&pages()).len())
    }

    #[test]
    fn small_cases_by_hand() {
        let at = |page: u16| PageView { page: crate::usage::page_list::PageIndex(page), ..view() };
        let robot = PageView { agent: Agent::Crawler, ..view() };
        let views = [(1, at(1)), (1, at(2)), (1, at(1)), (2, at(2)), (3, robot)];
        assert_eq!(counts(Family::Visits, &views), [2]);
        assert_eq!(counts(Family::Pages, &views)[..3], [0, 1, 2]);
        assert_eq!(counts(Family::Depth, &views), [1, 0, 1, 0, 0]);
        assert_eq!(counts(Family::Entries, &views), [1, 0, 1, 0]);
        assert_eq!(counts(Family::Agents, &views), [0, 0, 1, 0]);
        assert_eq!(counts(Family::Hours, &views).iter().sum::<i64>(), 2);
        assert_eq!(counts(Family::Capacity, &views), Vec::<i64>::new());
    }

    proptest! {
        /// The guarantee's unit: all the views of one token-day, added or taken away.
        #[test]
        fn one_token_changes_a_family_by_no_more_than_declared(
            others in prop::collection::vec((1u8..20, any_view()), 0..60),
            own in prop::collection::vec(any_view(), 0..40),
            at in 0usize..60,
        ) {
            let mut with = others.clone();
            let at = at.min(with.len());
            with.splice(at..at, own.into_iter().map(|view| (0, view)));
            for terms in FAMILIES {
                let (without, with) = (counts(terms.family, &others), counts(terms.family, &with));
                let squared: i64 = without.iter().zip(&with).map(|(a, b)| (a - b).pow(2)).sum();
                prop_assert!(squared <= i64::from(terms.sensitivity_squared), "{:?}", terms.family);
            }
        }
    }
}
