//! In: the query's words for a period, and a site's today. Out: first and last day, and the period
//! before it. Days are the site's own; the open day is in no period.

use crate::policy::Day;

/// Days from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub from: Day,
    pub to: Day,
    pub span: Span,
}

/// How the period was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// So many days up to yesterday.
    Last(u32),
    /// By its first and last day.
    Chosen,
}

/// The spans that have a link of their own, in days. Whole weeks, so that each holds as many weekly
/// releases as the one before it.
pub(super) const SPANS: [u32; 3] = [7, 28, 90];
const USUAL: u32 = 28;
/// Days a period may have: what is kept.
const MOST: u32 = 800;

impl Period {
    /// What `days`, or `from` and `to`, ask for; 28 days where they ask for nothing sensible.
    pub(super) fn read(days: Option<&str>, from: Option<&str>, to: Option<&str>, today: Day) -> Period {
        if let (Some(from), Some(to)) = (from.and_then(Day::from_iso), to.and_then(Day::from_iso))
            && from <= to
            && to.0 - from.0 < MOST
        {
            return Period { from, to, span: Span::Chosen };
        }
        let asked = days.and_then(|days| days.parse().ok()).filter(|days| SPANS.contains(days));
        let days = asked.unwrap_or(USUAL);
        let to = Day(today.0.saturating_sub(1));
        Period { from: Day((to.0 + 1).saturating_sub(days)), to, span: Span::Last(days) }
    }

    /// How many days it has.
    pub(super) fn days(self) -> u32 {
        self.to.0 - self.from.0 + 1
    }

    /// As many days, right before it.
    pub(super) fn before(self) -> Period {
        let to = self.from.0.saturating_sub(1);
        Period { from: Day((to + 1).saturating_sub(self.days())), to: Day(to), span: Span::Chosen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_yesterday_and_the_one_before_touches_it() {
        let week = Period::read(Some("7"), None, None, Day(100));
        assert_eq!((week.from, week.to, week.days()), (Day(93), Day(99), 7));
        assert_eq!((week.before().from, week.before().to), (Day(86), Day(92)));
    }

    #[test]
    fn nonsense_is_twenty_eight_days() {
        for (days, from, to) in [
            (None, None, None),
            (Some("9999"), None, None),
            (Some("-1"), Some("2026-11-22"), None),
            (None, Some("2026-11-22"), Some("2026-11-01")),
            (None, Some("1970-01-01"), Some("2026-11-01")),
        ] {
            assert_eq!(Period::read(days, from, to, Day(20_779)).days(), 28);
        }
        let chosen = Period::read(None, Some("2026-11-01"), Some("2026-11-22"), Day(20_779));
        assert_eq!((chosen.days(), chosen.span), (22, Span::Chosen));
    }
}
