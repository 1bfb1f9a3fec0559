//! In: lines of the ledger. Out: what one token-day cost, and what someone cost who came every day. Sums in millionths of
//! rho, which are exact.

use std::collections::BTreeMap;

use crate::policy::Day;
use crate::store::LedgerLine;
use crate::usage::{Family, Preset};

/// Millionths of rho.
pub(super) type Millionths = u64;

/// What all releases together that hold a day tell of one token-day of it.
pub(super) fn by_day(ledger: &[LedgerLine], from: Day, to: Day) -> BTreeMap<Day, Millionths> {
    let mut spent = BTreeMap::new();
    for line in ledger {
        for day in line.from.0.max(from.0)..=line.to.0.min(to.0) {
            *spent.entry(Day(day)).or_insert(0) += Millionths::from(line.rho.in_millionths());
        }
    }
    spent
}

/// What they tell of someone with one token on each of these days. A release that holds k of them costs k times k: their
/// contributions may all be alike, and add up before the noise.
pub(super) fn of_every_day(ledger: &[LedgerLine], from: Day, to: Day) -> Millionths {
    let cost = |line: &LedgerLine| {
        let days = Millionths::from((line.to.0.min(to.0) + 1).saturating_sub(line.from.0.max(from.0)));
        days * days * Millionths::from(line.rho.in_millionths())
    };
    ledger.iter().map(cost).sum()
}

/// What a day was allowed: by the preset that its visits were released under, or `now` where they are not in the ledger.
pub(super) fn budget(ledger: &[LedgerLine], day: Day, now: Preset) -> Millionths {
    let visits = ledger.iter().find(|line| line.family == Family::Visits && line.from == day);
    let of_its_time = visits.and_then(|line| {
        [Preset::Strict, Preset::Balanced, Preset::Detailed]
            .into_iter()
            .find(|preset| preset.share(Family::Visits) == line.rho)
    });
    of_its_time.unwrap_or(now).rho().in_millionths().into()
}

/// `0.25`: exact, without zeros at its end.
pub(super) fn rho(millionths: Millionths) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{Rho, Sigma};

    fn line(family: Family, from: u32, to: u32, millionths: u32) -> LedgerLine {
        LedgerLine {
            site: "clinic".to_owned(),
            family,
            from: Day(from),
            to: Day(to),
            rho: Rho::millionths(millionths),
            sigma: Sigma::thousandths(5_000),
            committed_at: 0,
        }
    }

    #[test]
    fn a_week_holds_each_of_its_days_and_squares_those_of_one_person() {
        let ledger = [
            line(Family::Visits, 4, 4, 20_000),
            line(Family::Visits, 5, 5, 20_000),
            line(Family::Pages, 4, 10, 80_000),
        ];
        let days = by_day(&ledger, Day(5), Day(6));
        assert_eq!(days, BTreeMap::from([(Day(5), 100_000), (Day(6), 80_000)]));
        assert_eq!(of_every_day(&ledger, Day(5), Day(5)), 100_000);
        assert_eq!(of_every_day(&ledger, Day(4), Day(10)), 40_000 + 49 * 80_000);
        assert_eq!(of_every_day(&ledger, Day(11), Day(20)), 0);
    }

    #[test]
    fn a_day_is_judged_by_the_preset_of_its_time() {
        let ledger = [line(Family::Visits, 4, 4, 8_000), line(Family::Visits, 5, 5, 40_000)];
        let budgets = [4, 5, 6].map(|day| budget(&ledger, Day(day), Preset::Balanced));
        assert_eq!(budgets, [100_000, 500_000, 250_000]);
    }

    #[test]
    fn figures_are_exact() {
        assert_eq!([rho(250_000), rho(1_000_000), rho(231_001), rho(0)], ["0.25", "1", "0.231001", "0"]);
    }
}
