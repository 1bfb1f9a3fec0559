//! In: views of one site's open day. Out: at its hours' ends and at its close, releases. The day's
//! key and table end with it.

use std::sync::Arc;

use zeroize::Zeroize as _;

use super::families::{FAMILIES, Family, HOURS, Lists, hour_cell};
use super::guarantee::Preset;
use super::noise::{Noise, NoiseError};
use super::page_list::PageList;
use super::release::Release;
use super::table::{MAX_TOKENS, TokenTable};
use super::targets::Targets;
use super::token::{DayKey, DayToken};
use super::view::PageView;
use super::week::{Cadence, OpenWeek};
use crate::policy::Day;

/// So many standard deviations of its noise before the table is full, a day counts as full: that none
/// was refused unnoticed is then sure but for one time in 10^15, which the published delta covers.
const CAPACITY_MARGIN: f64 = 8.0;

/// A site's day while it lasts.
pub(super) struct OpenDay {
    pub(super) day: Day,
    pub(super) key: DayKey,
    pub(super) pages: Arc<PageList>,
    pub(super) targets: Arc<Targets>,
    pub(super) table: TokenTable,
    pub(super) cadence: Cadence,
    /// The preset that held when the day was opened; a change holds from the next day.
    pub(super) preset: Preset,
    /// One bit for each hour whose cell was released.
    pub(super) hours_released: u32,
    /// Whether it was found full: then nothing that was counted is released any more.
    pub(super) full: bool,
    /// Opened before any crawl: its list may still grow by what the first one finds.
    pub(super) awaits_pages: bool,
}

impl OpenDay {
    /// A new day with a key of its own.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub(super) fn opened(
        day: Day,
        pages: Arc<PageList>,
        targets: Arc<Targets>,
        cadence: Cadence,
        preset: Preset,
    ) -> Result<OpenDay, NoiseError> {
        Ok(OpenDay {
            day,
            key: DayKey::random()?,
            pages,
            targets,
            table: TokenTable::new(MAX_TOKENS),
            cadence,
            preset,
            hours_released: 0,
            full: false,
            awaits_pages: false,
        })
    }

    /// Adds a view. Views and tokens of another day are left out: they mean nothing here. So are new
    /// tokens where there is no room; the day is found full then before anything more is released.
    pub(super) fn add(&mut self, view: &PageView, token: DayToken) {
        if view.day == self.day && token.day == self.day.0 {
            self.table.add(token, view);
        }
    }

    /// Whether the table is as good as full, asked before each release.
    ///
    /// In a full table one token can push out another, so that a token-day would change twice what it
    /// may. Therefore nothing that was counted is released once the answer is yes. The answer itself is
    /// visible, so it is drawn afresh each time; a token-day adds 1 to what is asked, at most once an
    /// hour. With the answers given, each family's counts are those of all tokens, or of none.
    fn is_found_full(&self, noise: &mut Noise) -> Result<bool, NoiseError> {
        let sigma = self.preset.sigma(Family::Capacity);
        let room = i64::try_from(self.table.capacity()).unwrap_or(i64::MAX);
        let mut held = [i64::try_from(self.table.len()).unwrap_or(i64::MAX)];
        let none_left = held[0] >= room;
        noise.overwrite(&mut held, sigma)?;
        let margin = (CAPACITY_MARGIN * sigma.value()) as i64;
        Ok(self.full || none_left || held[0] > room - margin)
    }

    /// A family's counts before noise: of nobody where the day is full.
    fn counts(&self, family: Family, full: bool) -> Vec<i64> {
        let days = self.table.days().filter(|_| !full);
        family.counts(days, self.lists())
    }

    /// Draws the cells of hours that have ended by `hour_ended`, where hours are released daily.
    /// A token adds to one hour only, so hours cost together what one of them costs.
    ///
    /// # Errors
    /// Where no noise is to be had: then nothing was released.
    pub(super) fn hours_due(
        &mut self,
        site: &str,
        hour_ended: impl Fn(u8) -> bool,
        noise: &mut Noise,
    ) -> Result<Option<Release>, NoiseError> {
        let due = self.unreleased_hours(hour_ended);
        if due.is_empty() {
            return Ok(None);
        }
        let full = self.is_found_full(noise)?;
        let hours = self.drawn_hours(site, due, full, noise)?;
        self.full = full;
        Ok(Some(hours))
    }

    /// The first hour whose end has something to draw.
    pub(super) fn next_hour(&self) -> u8 {
        let last = HOURS - 1;
        self.unreleased_hours(|_| true).first().copied().unwrap_or(last)
    }

    fn unreleased_hours(&self, ended: impl Fn(u8) -> bool) -> Vec<u8> {
        match self.cadence {
            Cadence::Daily => {
                (0..HOURS).filter(|&hour| self.hours_released & (1 << hour) == 0 && ended(hour)).collect()
            }
            Cadence::Weekly => Vec::new(),
        }
    }

    fn drawn_hours(
        &mut self,
        site: &str,
        due: Vec<u8>,
        full: bool,
        noise: &mut Noise,
    ) -> Result<Release, NoiseError> {
        let counts = self.counts(Family::Hours, full);
        let mut values: Vec<i64> = due.iter().filter_map(|&h| counts.get(usize::from(h)).copied()).collect();
        noise.overwrite(&mut values, self.preset.sigma(Family::Hours))?;
        self.hours_released |= due.iter().fold(0, |bits, hour| bits | (1 << hour));
        let terms = DayTerms { site, preset: self.preset };
        let cells = due.into_iter().map(hour_cell).zip(values).collect();
        Ok(terms.release(Family::Hours, self.day, cells))
    }

    /// Draws what a day releases, adds the rest to the week. The raw counts are overwritten by the
    /// draw; the caller drops the day after it.
    ///
    /// # Errors
    /// Where no noise is to be had: then day and week are as they were.
    pub(super) fn close(
        &mut self,
        site: &str,
        week: &mut Option<OpenWeek>,
        noise: &mut Noise,
    ) -> Result<Vec<Release>, NoiseError> {
        let full = self.is_found_full(noise)?;
        let terms = DayTerms { site, preset: self.preset };
        let mut releases = vec![terms.release(Family::Capacity, self.day, Vec::new())];
        for family in FAMILIES.iter().map(|of| of.family).filter(|f| self.released_today(*f)) {
            let cells = family.cells(self.lists());
            let mut values = self.counts(family, full);
            noise.overwrite(&mut values, self.preset.sigma(family))?;
            releases.push(terms.release(family, self.day, cells.into_iter().zip(values).collect()));
        }
        let hours = self.unreleased_hours(|_| true);
        if !hours.is_empty() {
            releases.push(self.drawn_hours(site, hours, full, noise)?);
        }
        self.full = full;
        if self.cadence == Cadence::Weekly {
            self.fold_into(week.get_or_insert_with(|| OpenWeek::starting(self.day, self.preset)));
        }
        Ok(releases)
    }

    fn fold_into(&self, week: &mut OpenWeek) {
        week.extend(self.day, self.preset);
        for family in FAMILIES.iter().map(|of| of.family).filter(|f| self.released_weekly(*f)) {
            let cells = family.cells(self.lists());
            let mut counts = self.counts(family, self.full);
            week.add(family, cells, &counts);
            counts.zeroize();
        }
    }

    /// Hours are released as they end, and the capacity has no cells.
    fn released_today(&self, family: Family) -> bool {
        match family {
            Family::Capacity | Family::Hours => false,
            _ if !self.is_counted(family) => false,
            _ => family.is_released_daily() || self.cadence == Cadence::Daily,
        }
    }

    fn released_weekly(&self, family: Family) -> bool {
        self.cadence == Cadence::Weekly && !family.is_released_daily() && self.is_counted(family)
    }

    /// Where nothing is declared, there is nothing to count, and nothing is spent.
    fn is_counted(&self, family: Family) -> bool {
        !family.cells(self.lists()).is_empty()
    }

    fn lists(&self) -> Lists<'_> {
        Lists { pages: &self.pages, targets: &self.targets }
    }
}

/// What a day's releases say of themselves.
struct DayTerms<'a> {
    site: &'a str,
    preset: Preset,
}

impl DayTerms<'_> {
    fn release(&self, family: Family, day: Day, cells: Vec<(String, i64)>) -> Release {
        Release {
            site: self.site.to_owned(),
            family,
            from: day,
            to: day,
            rho: self.preset.share(family),
            sigma: self.preset.sigma(family),
            cells,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::fixtures::{lists, targets, view};

    fn day(cadence: Cadence) -> OpenDay {
        opened(cadence, targets())
    }

    fn opened(cadence: Cadence, targets: Targets) -> OpenDay {
        let (pages, targets) = (Arc::new(crate::usage::fixtures::pages()), Arc::new(targets));
        OpenDay::opened(Day(1), pages, targets, cadence, Preset::Balanced).unwrap()
    }

    fn visited(cadence: Cadence, tokens: u32) -> OpenDay {
        let mut day = day(cadence);
        for bits in 1..=u128::from(tokens) {
            day.add(&view(), DayToken { bits, day: 1 });
        }
        day
    }

    fn families(releases: &[Release]) -> Vec<&'static str> {
        releases.iter().map(|release| release.family.id()).collect()
    }

    #[test]
    fn a_large_site_releases_everything_daily() {
        let releases =
            visited(Cadence::Daily, 3_000).close("clinic", &mut None, &mut Noise::seeded(2)).unwrap();
        assert_eq!(releases.len(), FAMILIES.len());
        for release in &releases {
            let cells = lists(|lists| release.family.cells(lists).len());
            assert_eq!(release.cells.len(), cells, "{:?}", release.family);
            assert_eq!((release.from, release.to), (Day(1), Day(1)));
        }
        let visits = releases.iter().find(|r| r.family == Family::Visits).unwrap();
        assert!((visits.cells[0].1 - 3_000).abs() <= 40, "{visits:?}");
    }

    #[test]
    fn empty_cells_are_released_too_with_noise() {
        let releases = day(Cadence::Daily).close("clinic", &mut None, &mut Noise::seeded(2)).unwrap();
        let regions = releases.iter().find(|r| r.family == Family::Regions).unwrap();
        let disturbed = regions.cells.iter().filter(|(_, value)| *value != 0).count();
        assert!(disturbed > regions.cells.len() / 2);
    }

    #[test]
    fn a_small_site_releases_visits_daily_and_the_rest_with_the_week() {
        let mut week = None;
        let releases =
            visited(Cadence::Weekly, 50).close("clinic", &mut week, &mut Noise::seeded(2)).unwrap();
        assert_eq!(families(&releases), ["capacity", "visits"]);
        let weekly = week.unwrap().drawn("clinic", &mut Noise::seeded(3)).unwrap();
        assert_eq!(weekly.len(), FAMILIES.len() - 2);
    }

    #[test]
    fn where_nothing_is_declared_nothing_is_spent_on_it() {
        for cadence in [Cadence::Daily, Cadence::Weekly] {
            let (mut week, mut noise) = (None, Noise::seeded(2));
            let mut day = opened(cadence, Targets::default());
            let mut releases = day.close("clinic", &mut week, &mut noise).unwrap();
            releases.extend(week.map(|week| week.drawn("clinic", &mut noise).unwrap()).unwrap_or_default());
            let declared = ["goals", "funnels", "campaigns", "goals-by-source"];
            assert_eq!(releases.len(), FAMILIES.len() - declared.len());
            assert!(declared.iter().all(|id| !families(&releases).contains(id)));
        }
    }

    #[test]
    fn an_hour_is_released_once_when_it_ends() {
        let mut day = visited(Cadence::Daily, 2_000);
        let mut noise = Noise::seeded(2);
        let first = day.hours_due("clinic", |hour| hour < 10, &mut noise).unwrap().unwrap();
        assert_eq!(first.cells.len(), 10);
        assert!((first.cells[9].1 - 2_000).abs() <= 60);
        assert_eq!(day.hours_due("clinic", |hour| hour < 10, &mut noise).unwrap(), None);
        let releases = day.close("clinic", &mut None, &mut noise).unwrap();
        let rest = releases.iter().find(|release| release.family == Family::Hours).unwrap();
        assert_eq!(rest.cells.first().map(|(cell, _)| cell.as_str()), Some("10"));
        assert_eq!(rest.cells.len(), 14);
        let mut small = visited(Cadence::Weekly, 5);
        assert_eq!(small.hours_due("clinic", |_| true, &mut noise).unwrap(), None);
    }

    #[test]
    fn views_of_another_day_are_left_out() {
        let mut day = day(Cadence::Daily);
        day.add(&view(), DayToken { bits: 1, day: 2 });
        day.add(&PageView { day: Day(2), ..view() }, DayToken { bits: 1, day: 1 });
        assert_eq!(day.table.len(), 0);
    }

    fn crowded(cadence: Cadence, tokens: u32) -> OpenDay {
        let mut day = OpenDay { table: TokenTable::new(2_000), ..day(cadence) };
        for bits in 1..=u128::from(tokens) {
            day.add(&view(), DayToken { bits, day: 1 });
        }
        day
    }

    #[test]
    fn of_a_full_table_nothing_is_released() {
        for tokens in [1_900, 3_000] {
            let mut day = crowded(Cadence::Daily, tokens);
            let mut noise = Noise::seeded(2);
            let hour = day.hours_due("clinic", |hour| hour < 10, &mut noise).unwrap().unwrap();
            assert!(day.full && hour.cells.iter().all(|(_, value)| value.abs() < 60), "{hour:?}");
            for release in day.close("clinic", &mut None, &mut noise).unwrap() {
                assert!(release.cells.iter().all(|(_, value)| value.abs() < 100), "{:?}", release.family);
            }
        }
        let mut week = None;
        crowded(Cadence::Weekly, 3_000).close("clinic", &mut week, &mut Noise::silent()).unwrap();
        for release in week.unwrap().drawn("clinic", &mut Noise::silent()).unwrap() {
            assert!(release.cells.iter().all(|(_, value)| *value == 0), "{:?}", release.family);
        }
    }

    #[test]
    fn a_table_with_room_is_not_found_full() {
        let sigma = Preset::Balanced.sigma(Family::Capacity).value();
        let most = 2_000 - (CAPACITY_MARGIN * sigma) as u32;
        let found_full =
            |tokens| crowded(Cadence::Daily, tokens).is_found_full(&mut Noise::silent()).unwrap();
        assert!(!found_full(most) && found_full(most + 1));
    }
}
