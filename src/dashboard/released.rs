//! In: a filter. Out: the released cells it asks for, by family, with the days they cover.

use crate::policy::Day;
use crate::store::{Store, StoreError};
use crate::usage::{Estimate, Family, ReleasedCell, by_cell, total};

use super::period::Period;

/// A family's released cells of one period.
pub(super) struct Released {
    pub family: Family,
    pub cells: Vec<ReleasedCell>,
}

impl Released {
    /// Reads them. Periods of release that end within `period` are in it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(super) fn read(
        store: &Store,
        site: &str,
        family: Family,
        period: Period,
    ) -> Result<Released, StoreError> {
        Ok(Released { family, cells: store.released(site, family, period.from, period.to)? })
    }

    /// The sums by cell, largest first. A cell that is not above zero says nothing of its own, and
    /// lists may hold hundreds; an export has them all.
    pub(super) fn rows(&self) -> Vec<(String, Estimate)> {
        let mut rows = by_cell(&self.cells);
        rows.retain(|(_, estimate)| estimate.sum > 0);
        rows
    }

    /// The sum over the cells that `which` picks.
    pub(super) fn total_of(&self, which: impl Fn(&str) -> bool) -> Estimate {
        let picked: Vec<ReleasedCell> = self.cells.iter().filter(|cell| which(&cell.cell)).cloned().collect();
        total(&picked)
    }

    /// First and last day that the cells cover; a week may begin before the period that it ends in.
    pub(super) fn covered(&self) -> Option<(Day, Day)> {
        let from = self.cells.iter().map(|cell| cell.from).min()?;
        let to = self.cells.iter().map(|cell| cell.to).max()?;
        Some((from, to))
    }

    /// How many days they cover: a period before with fewer is no measure.
    pub(super) fn days(&self) -> u32 {
        let mut periods: Vec<(Day, Day)> = self.cells.iter().map(|cell| (cell.from, cell.to)).collect();
        periods.sort_unstable();
        periods.dedup();
        periods.iter().map(|(from, to)| to.0.saturating_sub(from.0) + 1).sum()
    }
}
