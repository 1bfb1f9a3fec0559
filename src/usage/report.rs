//! In: released cells. Out: sums with their standard error and 95 % range. Values are summed as they
//! are, negative ones too; only what is shown is bounded below by nothing seen.

use std::collections::BTreeMap;

use super::noise::Sigma;
use crate::policy::Day;

/// A released number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedCell {
    /// First and last day of its period.
    pub from: Day,
    pub to: Day,
    pub cell: String,
    pub value: i64,
    pub sigma: Sigma,
}

/// A sum of released numbers, and how sure it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The sum as released; may be negative.
    pub sum: i64,
    variance: f64,
}

impl Estimate {
    fn add(&mut self, cell: &ReleasedCell) {
        self.sum = self.sum.saturating_add(cell.value);
        self.variance += cell.sigma.value().powi(2);
    }

    /// The standard error of the sum.
    pub fn standard_error(self) -> f64 {
        self.variance.sqrt()
    }

    /// The range that holds the bounded count in 95 of 100 cases, in whole numbers outwards, and
    /// not below zero, which no count is.
    pub fn range(self) -> (i64, i64) {
        let (low, high) = self.interval();
        (low.max(0), high.max(0))
    }

    /// The same, before it is known that no count is below zero.
    pub(super) fn interval(self) -> (i64, i64) {
        let half = NORMAL_95 * self.standard_error();
        let sum = self.sum as f64;
        ((sum - half).floor() as i64, (sum + half).ceil() as i64)
    }

    /// Whether the sum stands out from the noise. Where it does not, say "0 to N", N being the
    /// upper end of [`Estimate::range`].
    pub fn stands_out(self) -> bool {
        self.sum as f64 >= SIGMAS * self.standard_error()
    }
}

/// Standard deviations on either side of the mean that hold 95 % of a normal distribution.
const NORMAL_95: f64 = 1.96;
/// Below so many standard errors a sum is no more than noise might be.
const SIGMAS: f64 = 3.0;

/// The sums of each cell over all periods, largest first.
pub fn by_cell(released: &[ReleasedCell]) -> Vec<(String, Estimate)> {
    let mut sums: BTreeMap<&str, Estimate> = BTreeMap::new();
    for cell in released {
        sums.entry(&cell.cell).or_default().add(cell);
    }
    let mut sums: Vec<(String, Estimate)> =
        sums.into_iter().map(|(cell, estimate)| (cell.to_owned(), estimate)).collect();
    sums.sort_by_key(|(_, estimate)| std::cmp::Reverse(estimate.sum));
    sums
}

/// The sums of each period over all cells, earliest first, by the period's first and last day.
pub fn by_period(released: &[ReleasedCell]) -> Vec<((Day, Day), Estimate)> {
    let mut sums: BTreeMap<(Day, Day), Estimate> = BTreeMap::new();
    for cell in released {
        sums.entry((cell.from, cell.to)).or_default().add(cell);
    }
    sums.into_iter().collect()
}

/// The sum of everything.
pub fn total(released: &[ReleasedCell]) -> Estimate {
    let mut sum = Estimate::default();
    released.iter().for_each(|cell| sum.add(cell));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(day: u32, cell: &str, value: i64) -> ReleasedCell {
        ReleasedCell {
            from: Day(day),
            to: Day(day),
            cell: cell.to_owned(),
            value,
            sigma: Sigma::thousandths(5_000),
        }
    }

    #[test]
    fn negative_days_count_against_positive_ones() {
        let sum = total(&[cell(1, "/", -7), cell(2, "/", 9)]);
        assert_eq!(sum.sum, 2);
        assert!((sum.standard_error() - 50f64.sqrt()).abs() < 1e-9);
        assert!(!sum.stands_out());
        assert_eq!(sum.range(), (0, 16));
    }

    #[test]
    fn a_sum_below_zero_is_shown_from_zero() {
        assert_eq!(total(&[cell(1, "/", -30)]).range(), (0, 0));
    }

    #[test]
    fn what_stands_out_has_a_range_around_it() {
        let sum = total(&[cell(1, "/", 100)]);
        assert!(sum.stands_out());
        assert_eq!(sum.range(), (90, 110));
        assert!(!total(&[cell(1, "/", 14)]).stands_out() && total(&[cell(1, "/", 15)]).stands_out());
    }

    #[test]
    fn sums_by_cell_and_by_period() {
        let cells = [cell(1, "/", 10), cell(1, "/a", 40), cell(2, "/", 20)];
        let by_cell: Vec<(String, i64)> = by_cell(&cells).into_iter().map(|(c, e)| (c, e.sum)).collect();
        assert_eq!(by_cell, [("/a".to_owned(), 40), ("/".to_owned(), 30)]);
        let by_period: Vec<(u32, i64)> = by_period(&cells).iter().map(|((f, _), e)| (f.0, e.sum)).collect();
        assert_eq!(by_period, [(1, 50), (2, 20)]);
    }
}
