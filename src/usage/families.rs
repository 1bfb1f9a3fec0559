//! In: a token table. Out: the counts of each family, before noise. The one table of what is counted,
//! how much a token-day can change it, and what share of the budget it spends.

use super::agent::Agent;
use super::channel::{channel_of, channels};
use super::closed::closed_list;
use super::declared::MAX_FUNNELS;
use super::language::LanguageIndex;
use super::noise::Rho;
use super::page_list::PageList;
use super::region::RegionIndex;
use super::source::Source;
use super::table::{GOALS_PER_TOKEN, PAGES_PER_TOKEN, TokenDay};
use super::targets::Targets;
use super::view::{ConsentOutcome, DeadLink, Device, Speed};

closed_list! {
    /// Counts that are released together, with noise of one sigma.
    Family {
        Visits = "visits",
        Pages = "pages",
        Sources = "sources",
        Goals = "goals",
        Funnels = "funnels",
        Campaigns = "campaigns",
        Entries = "entries",
        Hours = "hours",
        Regions = "regions",
        Consent = "consent",
        Devices = "devices",
        Languages = "languages",
        Depth = "depth",
        Speed = "speed",
        NotFound = "not-found",
        Agents = "agents",
        /// No cells: whether the table is full, asked with noise (see `day.rs`).
        Capacity = "capacity",
        /// Goals by the channel of the visit, where the operator switched that on.
        GoalsBySource = "goals-by-source",
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

/// Every family. Their shares are the preset's whole total; what a site does not declare or switch on
/// is not spent.
pub const FAMILIES: &[FamilyTerms] = &[
    terms(Family::Visits, 1, 20_000),
    terms(Family::Pages, PAGES_PER_TOKEN as u32, 80_000),
    terms(Family::Sources, 1, 30_000),
    terms(Family::Goals, GOALS_PER_TOKEN as u32, 30_000),
    terms(Family::Funnels, MAX_FUNNELS as u32, 10_000),
    terms(Family::Campaigns, 1, 10_000),
    terms(Family::Entries, 1, 10_000),
    terms(Family::Hours, 1, 10_000),
    terms(Family::Regions, 1, 10_000),
    terms(Family::Consent, 1, 10_000),
    terms(Family::Devices, 1, 5_000),
    terms(Family::Languages, 1, 5_000),
    terms(Family::Depth, 1, 5_000),
    terms(Family::Speed, 1, 3_000),
    terms(Family::NotFound, 1, 2_000),
    terms(Family::Agents, 1, 4_000),
    terms(Family::Capacity, HOURS as u32, 1_000),
    terms(Family::GoalsBySource, GOALS_PER_TOKEN as u32, 5_000),
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

    /// The names of its cells, in order: closed before the first visitor of the day. None where the
    /// site declared nothing of the kind.
    pub(super) fn cells(self, lists: Lists<'_>) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Family::Visits => owned(&["visits"]),
            Family::Pages => lists.pages.names().to_vec(),
            Family::Sources => Source::ALL.iter().map(|source| source.id().to_owned()).collect(),
            Family::Goals => lists.targets.goal_cells(),
            Family::Funnels => lists.targets.funnel_cells(),
            Family::Campaigns => lists.targets.campaign_cells(),
            Family::Entries => owned(&ENTRIES),
            Family::Hours => (0..HOURS).map(hour_cell).collect(),
            Family::Regions => RegionIndex::names().map(str::to_owned).collect(),
            Family::Consent => ConsentOutcome::ALL.iter().map(|of| of.id().to_owned()).collect(),
            Family::Devices => Device::ALL.iter().map(|device| device.id().to_owned()).collect(),
            Family::Languages => LanguageIndex::names().map(str::to_owned).collect(),
            Family::Depth => owned(&DEPTHS),
            Family::Speed => Speed::ALL.iter().map(|speed| speed.id().to_owned()).collect(),
            Family::NotFound => DeadLink::ALL.iter().map(|link| link.id().to_owned()).collect(),
            Family::Agents => owned(&AGENTS),
            Family::Capacity => Vec::new(),
            Family::GoalsBySource if !lists.targets.declared().goals_by_source => Vec::new(),
            Family::GoalsBySource => crossed(&lists.targets.goal_cells()),
        }
    }

    /// The cells that this token-day adds 1 to: each once, at most as many as the terms say.
    fn cells_of(self, day: &TokenDay, targets: &Targets) -> Cells {
        match self {
            Family::Agents => return Cells::one(agent_cell(day)),
            Family::NotFound if day.is_person() => return Cells::one(from_one(day.dead_link)),
            _ if !day.is_visit() => return Cells::default(),
            _ => {}
        }
        match self {
            Family::Visits => Cells::one(Some(0)),
            Family::Pages => day.distinct_pages().iter().map(|page| usize::from(*page)).collect(),
            Family::Sources => Cells::one(Some(day.source.into())),
            Family::Goals => goals(day).collect(),
            Family::Funnels => {
                (0..MAX_FUNNELS).filter_map(|funnel| targets.funnel_cell(funnel, day.step(funnel))).collect()
            }
            Family::Campaigns => Cells::one(from_one(day.campaign)),
            Family::Entries => Cells::one(Some(usize::from(day.entries.clamp(1, 4)) - 1)),
            Family::Hours => Cells::one(Some(day.hour.into())),
            Family::Regions => Cells::one(Some(day.region.into())),
            Family::Consent => Cells::one(Some(day.consent.into())),
            Family::Devices => Cells::one(Some(day.device.into())),
            Family::Languages => Cells::one(Some(day.language.into())),
            Family::Depth => Cells::one(Some(depth_cell(day.views))),
            Family::Speed => Cells::one(from_one(day.speed)),
            Family::GoalsBySource => {
                let channel = channel_of(day.source).unwrap_or(0);
                goals(day).map(|goal| goal * channels().len() + channel).collect()
            }
            Family::NotFound | Family::Agents | Family::Capacity => Cells::default(),
        }
    }

    /// The family's counts over these token-days, before noise: one for each of its cells.
    pub(super) fn counts<'a>(self, days: impl Iterator<Item = &'a TokenDay>, lists: Lists<'_>) -> Vec<i64> {
        let mut counts = vec![0; self.cells(lists).len()];
        for day in days {
            for cell in self.cells_of(day, lists.targets).places() {
                if let Some(count) = counts.get_mut(*cell) {
                    *count += 1;
                }
            }
        }
        counts
    }
}

/// The closed lists of a day.
#[derive(Clone, Copy)]
pub(super) struct Lists<'a> {
    pub(super) pages: &'a PageList,
    pub(super) targets: &'a Targets,
}

/// Cells that one token-day adds to; no family has more than pages.
#[derive(Default)]
struct Cells {
    places: [usize; PAGES_PER_TOKEN],
    count: usize,
}

impl Cells {
    fn one(place: Option<usize>) -> Cells {
        place.into_iter().collect()
    }

    fn places(&self) -> &[usize] {
        self.places.get(..self.count).unwrap_or_default()
    }
}

impl FromIterator<usize> for Cells {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Cells {
        let mut cells = Cells::default();
        for (free, place) in cells.places.iter_mut().zip(places) {
            *free = place;
            cells.count += 1;
        }
        cells
    }
}

/// A place that is kept from 1, where 0 is none.
fn from_one(kept: u8) -> Option<usize> {
    usize::from(kept).checked_sub(1)
}

fn goals(day: &TokenDay) -> impl Iterator<Item = usize> {
    day.goals.into_iter().filter_map(from_one)
}

/// A cell for each goal and channel, `booked/search`.
fn crossed(goals: &[String]) -> Vec<String> {
    goals.iter().flat_map(|goal| channels().iter().map(move |channel| format!("{goal}/{channel}"))).collect()
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
    use crate::usage::fixtures::{any_view, lists, view};
    use crate::usage::table::TokenTable;
    use crate::usage::targets::{Aims, CampaignIndex};
    use crate::usage::token::DayToken;
    use crate::usage::view::{PageView, What};

    #[test]
    fn the_table_has_a_line_for_each_family_in_order() {
        assert_eq!(FAMILIES.len(), Family::ALL.len());
        for (family, terms) in Family::ALL.iter().zip(FAMILIES) {
            assert_eq!((*family, *family), (terms.family, family.terms().family));
            assert_eq!(Family::from_id(family.id()), Some(*family));
        }
    }

    /// What is published, written down once more: a bound or a share that changes changes this as well.
    #[test]
    fn bounds_and_shares_are_the_published_ones() {
        let table: Vec<(&str, u32, u32)> = FAMILIES
            .iter()
            .map(|of| (of.family.id(), of.sensitivity_squared, of.balanced.in_millionths()))
            .collect();
        assert_eq!(
            table,
            [
                ("visits", 1, 20_000),
                ("pages", 5, 80_000),
                ("sources", 1, 30_000),
                ("goals", 2, 30_000),
                ("funnels", 3, 10_000),
                ("campaigns", 1, 10_000),
                ("entries", 1, 10_000),
                ("hours", 1, 10_000),
                ("regions", 1, 10_000),
                ("consent", 1, 10_000),
                ("devices", 1, 5_000),
                ("languages", 1, 5_000),
                ("depth", 1, 5_000),
                ("speed", 1, 3_000),
                ("not-found", 1, 2_000),
                ("agents", 1, 4_000),
                ("capacity", 24, 1_000),
                ("goals-by-source", 2, 5_000),
            ]
        );
        assert_eq!(table.iter().map(|(.., share)| share).sum::<u32>(), 250_000);
    }

    fn counts(family: Family, views: &[(u8, PageView)]) -> Vec<i64> {
        let mut table = TokenTable::new(1_000);
        for (token, view) in views {
            table.add(DayToken { bits: u128::from(*token) + 1, day: 1 }, view);
        }
        lists(|lists| family.counts(table.days(), lists))
    }

    fn cells(family: Family) -> Vec<String> {
        lists(|lists| family.cells(lists))
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

    #[test]
    fn declared_cases_by_hand() {
        let reaching = |goals, steps| PageView { aims: Aims { goals, steps }, ..view() };
        let views = [(1, reaching(0b11, 0b001)), (1, reaching(0b100, 0b010)), (2, reaching(0b10, 0b001_001))];
        assert_eq!(counts(Family::Goals, &views), [1, 2, 0, 0]);
        // Token 1 went two steps into the first funnel, token 2 one step into the first two.
        assert_eq!(counts(Family::Funnels, &views), [1, 1, 1, 0, 0, 0, 0]);
        let from = |campaign| PageView { campaign: CampaignIndex(campaign), ..view() };
        let views = [(1, from(2)), (1, from(3)), (2, from(1)), (3, from(0)), (4, from(9))];
        assert_eq!(counts(Family::Campaigns, &views), [1, 1, 0]);
    }

    #[test]
    fn goals_are_crossed_with_the_channel_of_the_visit() {
        let from = |source| PageView { aims: Aims { goals: 0b10, steps: 0 }, source, ..view() };
        let views = [(1, from(Source::Google)), (2, from(Source::Bing)), (3, from(Source::Direct))];
        let (names, counts) = (cells(Family::GoalsBySource), counts(Family::GoalsBySource, &views));
        let counted: Vec<(&str, i64)> =
            names.iter().map(String::as_str).zip(counts).filter(|(_, count)| *count > 0).collect();
        assert_eq!(counted, [("doctor/direct", 1), ("doctor/search", 2)]);
    }

    #[test]
    fn a_dead_link_counts_for_a_person_who_saw_no_page() {
        let lost = |source| PageView { source, ..view() }.not_found().unwrap();
        let robot = PageView { agent: Agent::Crawler, ..lost(Source::Direct) };
        let views = [(1, lost(Source::Google)), (2, lost(Source::Internal)), (2, view()), (3, robot)];
        assert_eq!(counts(Family::NotFound, &views), [1, 1, 0]);
        assert_eq!(counts(Family::Visits, &views), [1]);
        let timed = PageView { what: What::Page(Some(Speed::Fair)), ..view() };
        assert_eq!(counts(Family::Speed, &[(1, timed), (2, view())]), [0, 0, 1, 0, 0]);
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
