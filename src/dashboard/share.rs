//! In: two sums with their errors, one a part and one the rest or the whole. Out: the part's share, with
//! its range.

use super::words::Words;
use crate::usage::Estimate;

/// A share of 0 to 1 with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub value: f64,
    pub error: f64,
}

impl Share {
    /// The share of `part` in `part` and `rest`, whose noise is independent. `None` where the whole
    /// does not stand out from its own noise: a share of it would mean nothing.
    pub(super) fn of(part: Estimate, rest: Estimate) -> Option<Share> {
        let whole = (part.sum + rest.sum) as f64;
        let (of_part, of_rest) = (part.standard_error(), rest.standard_error());
        if whole < 3.0 * of_part.hypot(of_rest) || whole <= 0.0 {
            return None;
        }
        let value = (part.sum as f64 / whole).clamp(0.0, 1.0);
        // First order: d(a / (a + b)) = ((1 - p) da - p db) / (a + b).
        let error = ((1.0 - value) * of_part).hypot(value * of_rest) / whole;
        Some(Share { value, error })
    }

    /// The share of `part` in a whole that was counted apart, with noise of its own. `None` where the
    /// whole does not stand out from it.
    pub(super) fn of_whole(part: Estimate, whole: Estimate) -> Option<Share> {
        if !whole.stands_out() || whole.sum <= 0 {
            return None;
        }
        let value = (part.sum as f64 / whole.sum as f64).clamp(0.0, 1.0);
        // First order: d(a / b) = (da - p db) / b.
        let error = part.standard_error().hypot(value * whole.standard_error()) / whole.sum as f64;
        Some(Share { value, error })
    }

    /// The share with its range, in whole per cent outwards, by the sentence of this key.
    pub(super) fn said(self, words: Words, key: &str) -> String {
        let (low, high) = self.range();
        let (low, high) = ((low * 100.0).floor() / 100.0, (high * 100.0).ceil() / 100.0);
        let blanks = [("share", self.value), ("low", low), ("high", high)];
        words.fill_three(key, blanks.map(|(blank, share)| (blank, words.percent(share))))
    }

    /// What holds the share in 95 of 100 cases.
    pub(super) fn range(self) -> (f64, f64) {
        let half = 1.96 * self.error;
        ((self.value - half).max(0.0), (self.value + half).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::sum;

    #[test]
    fn a_share_is_as_sure_as_its_parts() {
        let share = Share::of(sum(60, 5_000), sum(40, 5_000)).unwrap();
        assert!((share.value - 0.6).abs() < 1e-9);
        // 5 · √(0.4² + 0.6²) / 100
        assert!((share.error - 0.036_055).abs() < 1e-5, "{}", share.error);
        let (low, high) = share.range();
        assert!((low - 0.5293).abs() < 1e-3 && (high - 0.6707).abs() < 1e-3);
    }

    #[test]
    fn a_share_of_what_was_counted_apart_carries_both_noises() {
        let share = Share::of_whole(sum(60, 5_000), sum(600, 20_000)).unwrap();
        assert!((share.value - 0.1).abs() < 1e-9);
        // √(5² + (0.1 · 20)²) / 600
        assert!((share.error - 0.008_975).abs() < 1e-5, "{}", share.error);
        assert_eq!(Share::of_whole(sum(1, 5_000), sum(14, 5_000)), None);
        assert_eq!(Share::of_whole(sum(900, 5_000), sum(600, 5_000)).unwrap().value, 1.0);
    }

    #[test]
    fn no_share_of_what_may_be_noise() {
        assert_eq!(Share::of(sum(10, 5_000), sum(5, 5_000)), None);
        assert_eq!(Share::of(sum(0, 0), sum(0, 0)), None);
        assert_eq!(Share::of(sum(-3, 1_000), sum(100, 1_000)).unwrap().value, 0.0);
    }
}
