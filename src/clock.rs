//! The one source of time. In: nothing. Out: the present moment, from the machine or from a test.
//! Everything that needs the time is given a [`Clock`]; nothing else asks the system for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::policy::Day;

/// A clock that can be handed on cheaply.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Seconds since the epoch, set by a test.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still at `seconds` since 1970-01-01T00:00Z until it is set again.
    pub fn set_to(seconds: i64) -> Clock {
        Clock(Source::Set(Arc::new(AtomicI64::new(seconds))))
    }

    /// Moves a clock made by [`Clock::set_to`]; the machine's clock stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Seconds since 1970-01-01T00:00Z.
    pub fn seconds(&self) -> i64 {
        match &self.0 {
            Source::System => Timestamp::now().as_second(),
            Source::Set(at) => at.load(Ordering::SeqCst),
        }
    }

    /// The day in a time zone, by the zone's name; in UTC where there is no such zone.
    pub fn today_in(&self, zone: &str) -> Day {
        Zone::named(zone).unwrap_or_else(Zone::utc).local(self.seconds()).day
    }

    /// The day in UTC. Before 1970 counts as 1970.
    pub fn today(&self) -> Day {
        Day(u32::try_from(self.seconds().div_euclid(86_400)).unwrap_or(0))
    }
}

/// Where a site's days begin and end.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

/// An hour of a day, as the clocks on the site's walls show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalHour {
    /// The civil day, which need not be the day in UTC.
    pub day: Day,
    /// 0 to 23.
    pub hour: u8,
}

impl Zone {
    /// A zone by its IANA name (`America/Montreal`), where this machine knows it.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// The day and hour at `seconds` since the epoch.
    pub fn local(&self, seconds: i64) -> LocalHour {
        let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.0.clone());
        LocalHour { day: day_of(at.date()), hour: u8::try_from(at.hour()).unwrap_or(0) }
    }

    /// Seconds since the epoch at which `day` begins.
    pub fn start_of(&self, day: Day) -> i64 {
        let start = date_of(day).to_zoned(self.0.clone());
        start.map_or(i64::from(day.0) * 86_400, |start| start.timestamp().as_second())
    }

    /// Seconds since the epoch after which `hour` (0 to 23) of `day` does not come again: in the
    /// night when clocks are set back, the second of its two ends.
    pub fn end_of(&self, day: Day, hour: u8) -> i64 {
        match hour {
            23.. => self.start_of(Day(day.0 + 1)),
            _ => self.last_instant(day, hour + 1),
        }
    }

    /// The later of the instants that this hour may mean; where the hour is skipped, the one
    /// after the gap.
    fn last_instant(&self, day: Day, hour: u8) -> i64 {
        let civil = date_of(day).at(i8::try_from(hour).unwrap_or(0), 0, 0, 0);
        let instant = self.0.to_ambiguous_timestamp(civil).later();
        instant.map_or_else(|_| i64::from(day.0) * 86_400, Timestamp::as_second)
    }
}

fn day_of(of: Date) -> Day {
    let days = of.since(EPOCH).map_or(0, |span| span.get_days());
    Day(u32::try_from(days).unwrap_or(0))
}

fn date_of(day: Day) -> Date {
    EPOCH.saturating_add(Span::new().days(i64::from(day.0.min(LAST_DAY))))
}

const EPOCH: Date = date(1970, 1, 1);
/// Day 2,000,000 is in the year 7445; beyond it spans would not fit.
const LAST_DAY: u32 = 2_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn montreal() -> Zone {
        Zone::named("America/Montreal").unwrap()
    }

    #[test]
    fn a_day_is_the_sites_own() {
        let zone = montreal();
        // 2026-11-22T03:00Z is the evening before in Montreal.
        let at = 20_779 * 86_400 + 3 * 3_600;
        assert_eq!(zone.local(at), LocalHour { day: Day(20_778), hour: 22 });
        assert_eq!(Zone::utc().local(at), LocalHour { day: Day(20_779), hour: 3 });
        assert_eq!(zone.start_of(Day(20_779)), 20_779 * 86_400 + 5 * 3_600);
        assert_eq!(Zone::named("Mars/Olympus").map(|_| ()), None);
    }

    #[test]
    fn an_hour_that_comes_twice_ends_once() {
        // 2026-11-01: at 02:00 EDT clocks go back to 01:00 EST.
        let (zone, day) = (montreal(), Day(20_758));
        assert_eq!(day.iso(), "2026-11-01");
        assert_eq!(zone.end_of(day, 0), zone.start_of(day) + 2 * 3_600, "01:00 comes a second time");
        assert_eq!(zone.end_of(day, 1), zone.start_of(day) + 3 * 3_600);
        assert_eq!(zone.end_of(day, 23) - zone.start_of(day), 25 * 3_600);
    }

    #[test]
    fn a_day_whose_first_hour_comes_twice_begins_with_the_first() {
        // 2025-11-02: at 01:00 CDT clocks in Havana go back to 00:00 CST.
        let (zone, day) = (Zone::named("America/Havana").unwrap(), Day(20_394));
        assert_eq!(day.iso(), "2025-11-02");
        let start = zone.start_of(day);
        assert_eq!(zone.local(start - 1).day, Day(20_393));
        assert_eq!(zone.local(start), LocalHour { day, hour: 0 });
        assert_eq!(zone.end_of(day, 0), start + 2 * 3_600);
    }

    #[test]
    fn an_hour_that_is_skipped_ends_where_it_would_begin() {
        // 2026-03-08: 02:00 EST is 03:00 EDT.
        let (zone, day) = (montreal(), Day(20_520));
        assert_eq!(day.iso(), "2026-03-08");
        assert_eq!(zone.end_of(day, 2), zone.start_of(day) + 2 * 3_600);
        assert_eq!(zone.end_of(day, 23) - zone.start_of(day), 23 * 3_600);
    }

    #[test]
    fn a_set_clock_moves_only_when_told() {
        let clock = Clock::set_to(86_400 * 10 - 1);
        assert_eq!(clock.today(), Day(9));
        clock.advance(1);
        assert_eq!(clock.today(), Day(10));
    }
}
