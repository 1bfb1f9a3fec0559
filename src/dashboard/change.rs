//! In: a number now and in the period before. Out: the change, where noise alone would not explain it.

use super::share::Share;
use crate::usage::Estimate;

/// How a figure moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    /// The period before has no, or not as many, released days.
    NothingBefore,
    /// Within what noise may do.
    Unclear,
    /// By this part of what it was: 0.12 for 12 % more.
    Relative(f64),
    /// By this many hundredths.
    Points(f64),
}

impl Change {
    /// Of a sum. `scale` is how many released days there are now for one before: a day that is
    /// missing is no fall.
    pub(super) fn of_sums(now: Estimate, before: Estimate, scale: f64) -> Change {
        let expected = before.sum as f64 * scale;
        let moved = now.sum as f64 - expected;
        let error = now.standard_error().hypot(before.standard_error() * scale);
        match () {
            () if !before.stands_out() || before.sum <= 0 => Change::Unclear,
            () if moved.abs() < 1.96 * error || moved.abs() < expected / 200.0 => Change::Unclear,
            () => Change::Relative(moved / expected),
        }
    }

    /// Of a share.
    pub(super) fn of_shares(now: Option<Share>, before: Option<Share>) -> Change {
        let (Some(now), Some(before)) = (now, before) else { return Change::Unclear };
        let moved = now.value - before.value;
        if moved.abs() < 1.96 * now.error.hypot(before.error) || moved.abs() < 0.005 {
            return Change::Unclear;
        }
        Change::Points(moved * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::sum;

    #[test]
    fn what_noise_explains_is_no_change() {
        assert_eq!(Change::of_sums(sum(110, 5_000), sum(100, 5_000), 1.0), Change::Unclear);
        assert_eq!(Change::of_sums(sum(150, 5_000), sum(100, 5_000), 1.0), Change::Relative(0.5));
        assert_eq!(Change::of_sums(sum(50, 5_000), sum(100, 5_000), 1.0), Change::Relative(-0.5));
        assert_eq!(Change::of_sums(sum(50, 5_000), sum(4, 5_000), 1.0), Change::Unclear);
        assert_eq!(Change::of_sums(sum(500, 5_000), sum(1_000, 5_000), 0.5), Change::Unclear);
    }

    #[test]
    fn shares_move_by_points() {
        let share = |part: i64| Share::of(sum(part, 1_000), sum(1_000 - part, 1_000));
        assert_eq!(Change::of_shares(share(500), share(501)), Change::Unclear);
        assert_eq!(Change::of_shares(share(500), None), Change::Unclear);
        let Change::Points(points) = Change::of_shares(share(500), share(400)) else { panic!() };
        assert!((points - 10.0).abs() < 1e-9);
    }
}
