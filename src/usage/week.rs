//! In: days that were closed without releasing everything. Out: the releases of their week. It
//! holds sums of bounded contributions only: no token outlives its day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::families::Family;
use super::guarantee::Preset;
use super::noise::{Noise, NoiseError};
use super::release::Release;
use crate::policy::Day;

/// How often the families other than visits are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cadence {
    Daily,
    Weekly,
}

/// What the operator asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReleasePlan {
    /// Weekly until a week's released visits reach [`DAILY_FROM`] a day; judged on Mondays.
    #[default]
    Auto,
    Daily,
    Weekly,
}

/// Released visits a day from which a day's own counts say enough.
pub const DAILY_FROM: i64 = 500;

impl ReleasePlan {
    /// The cadence of a week, given the visits that were released for the seven days before it.
    pub fn cadence(self, visits_of_last_week: i64) -> Cadence {
        match self {
            ReleasePlan::Daily => Cadence::Daily,
            ReleasePlan::Auto if visits_of_last_week >= 7 * DAILY_FROM => Cadence::Daily,
            ReleasePlan::Auto | ReleasePlan::Weekly => Cadence::Weekly,
        }
    }
}

/// The Monday of a day's week.
pub fn monday(of: Day) -> Day {
    // 1970-01-05, day 4, was a Monday.
    Day(of.0 - (of.0 + 3).rem_euclid(7).min(of.0))
}

/// Families of the week so far, not yet released.
#[derive(Serialize, Deserialize)]
pub(super) struct OpenWeek {
    from: u32,
    to: u32,
    /// The most protective preset of its days.
    preset: Preset,
    /// By family and cell. Cells come from the closed lists of the days, zeros too.
    sums: BTreeMap<String, BTreeMap<String, i64>>,
}

impl OpenWeek {
    pub(super) fn starting(day: Day, preset: Preset) -> OpenWeek {
        OpenWeek { from: day.0, to: day.0, preset, sums: BTreeMap::new() }
    }

    /// Takes in a day, which was promised `preset`.
    pub(super) fn extend(&mut self, day: Day, preset: Preset) {
        self.to = day.0;
        self.preset = self.preset.min(preset);
    }

    /// Adds a family's counts of the day that was taken in last.
    pub(super) fn add(&mut self, family: Family, cells: Vec<String>, counts: &[i64]) {
        let sums = self.sums.entry(family.id().to_owned()).or_default();
        for (cell, count) in cells.into_iter().zip(counts) {
            *sums.entry(cell).or_insert(0) += count;
        }
    }

    pub(super) fn last_day(&self) -> Day {
        Day(self.to)
    }

    /// Draws the noise, once per cell, over what is held.
    ///
    /// # Errors
    /// Where no noise is to be had: then the week is as it was.
    pub(super) fn drawn(&self, site: &str, noise: &mut Noise) -> Result<Vec<Release>, NoiseError> {
        let families = self.sums.iter().filter_map(|(id, sums)| Some((Family::from_id(id)?, sums)));
        let draw = |(family, sums): (Family, &BTreeMap<String, i64>)| {
            let mut values: Vec<i64> = sums.values().copied().collect();
            noise.overwrite(&mut values, self.preset.sigma(family))?;
            Ok(Release {
                site: site.to_owned(),
                family,
                from: Day(self.from),
                to: Day(self.to),
                rho: self.preset.share(family),
                sigma: self.preset.sigma(family),
                cells: sums.keys().cloned().zip(values).collect(),
            })
        };
        families.map(draw).collect()
    }
}

impl Drop for OpenWeek {
    fn drop(&mut self) {
        self.sums.values_mut().flat_map(BTreeMap::values_mut).for_each(Zeroize::zeroize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        let sunday = Day(20_779);
        assert_eq!(sunday.iso(), "2026-11-22");
        assert_eq!(monday(sunday).iso(), "2026-11-16");
        assert_eq!(monday(Day(20_780)).iso(), "2026-11-23");
        assert_eq!(monday(Day(2)), Day(0), "the first week of the calendar is short");
    }

    #[test]
    fn small_sites_release_weekly() {
        assert_eq!(ReleasePlan::Auto.cadence(0), Cadence::Weekly);
        assert_eq!(ReleasePlan::Auto.cadence(3_499), Cadence::Weekly);
        assert_eq!(ReleasePlan::Auto.cadence(3_500), Cadence::Daily);
        assert_eq!(ReleasePlan::Weekly.cadence(10_000), Cadence::Weekly);
    }

    #[test]
    fn a_week_is_the_sum_of_its_days_with_one_draw() {
        let mut week = OpenWeek::starting(Day(4), Preset::Detailed);
        let cells = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        week.add(Family::Pages, cells(&["/", "/a"]), &[100_000, 5]);
        week.extend(Day(5), Preset::Strict);
        week.add(Family::Pages, cells(&["/", "/b"]), &[100_000, 0]);
        let releases = week.drawn("clinic", &mut Noise::seeded(3)).unwrap();
        let [release] = releases.as_slice() else { panic!("one family") };
        assert_eq!((release.from, release.to), (Day(4), Day(5)));
        let names: Vec<&str> = release.cells.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["/", "/a", "/b"], "a page of one day's list is a cell, seen or not");
        assert!((release.cells[0].1 - 200_000).abs() < 100);
        assert_eq!(release.rho, Preset::Strict.share(Family::Pages), "the stricter promise holds");
    }
}
