//! In: a choice as the signed cookie carries it. Out: the consent that holds now. Knows neither
//! who chose nor when to the hour; the receipt's id stays with the cookie.

use std::collections::BTreeMap;

use super::purpose::PurposeSet;

/// A day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub u32);

impl Day {
    /// The day with this date of the calendar, from 1970 on.
    pub fn of_date(year: u16, month: u8, day: u8) -> Option<Day> {
        // Days since 1970 of the civil date (Hinnant's `days_from_civil`).
        let (month, day) = (i64::from(month), i64::from(day));
        let year = i64::from(year) - i64::from(month <= 2);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let of_era = year.rem_euclid(400);
        let days =
            year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        u32::try_from(days).ok().map(Day)
    }

    /// The day that is written `YYYY-MM-DD`; `None` for one that no calendar has.
    pub fn from_iso(text: &str) -> Option<Day> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        let found = Day::of_date(year, month, day).filter(|_| (1..=12).contains(&month) && day <= 31);
        found.filter(|found| found.iso() == text)
    }

    /// Year, month and day of the month.
    pub fn date(self) -> (i64, i64, i64) {
        civil(i64::from(self.0))
    }

    /// `YYYY-MM-DD` in the proleptic Gregorian calendar.
    pub fn iso(self) -> String {
        let (year, month, day) = self.date();
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// A choice that a visitor made, as its signed cookie says. Not yet judged to be live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChoice {
    /// Fingerprint of the notice that was shown.
    pub notice: String,
    /// The day of the choice.
    pub day: Day,
    /// What was granted.
    pub purposes: PurposeSet,
    /// Exceptions by vendor id: granted or refused against the purpose.
    pub vendors: BTreeMap<String, bool>,
    /// False for one who objected to being counted; outlives the choice.
    pub counted: bool,
    /// Whether Accept, Refuse or Save was ever pressed; false in a cookie that only objects.
    pub chosen: bool,
}

/// Where the consent that holds now comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// No choice was made, or it is void.
    None,
    /// The browser's Global Privacy Control speaks.
    Gpc,
    /// The visitor chose.
    Choice,
}

impl Source {
    /// As the contract writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Source::None => "none",
            Source::Gpc => "gpc",
            Source::Choice => "choice",
        }
    }
}

/// The consent that holds for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub source: Source,
    /// The day of the choice; today's where there is none.
    pub day: Day,
    /// Purposes granted, without those that are locked or not offered.
    pub purposes: PurposeSet,
    /// Exceptions by vendor id.
    pub vendors: BTreeMap<String, bool>,
    /// False for one who objected to being counted.
    pub counted: bool,
    /// A vendor let through for this one page.
    pub once: Option<String>,
}

impl Consent {
    /// Whether anything at all was granted.
    pub fn grants_something(&self) -> bool {
        !self.purposes.is_empty() || self.once.is_some() || self.vendors.values().any(|granted| *granted)
    }
}

/// Days since the epoch to year, month, day (Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_written_as_dates() {
        assert_eq!(Day(0).iso(), "1970-01-01");
        assert_eq!(Day(11_016).iso(), "2000-02-29");
        assert_eq!(Day(20_779).iso(), "2026-11-22");
    }

    #[test]
    fn dates_are_read_as_days() {
        assert_eq!(Day::of_date(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::of_date(2000, 2, 29), Some(Day(11_016)));
        assert_eq!(Day::of_date(2026, 11, 22), Some(Day(20_779)));
        assert_eq!(Day::of_date(1969, 12, 31), None);
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for at in [0, 58, 59, 60, 11_015, 11_016, 20_779, 40_000] {
            assert_eq!(Day::from_iso(&Day(at).iso()), Some(Day(at)));
        }
        for wrong in
            ["2026-02-30", "2026-2-3", "1969-12-31", "2026-13-01", "2026-00-01", "x", "", "2026-11-22T00"]
        {
            assert_eq!(Day::from_iso(wrong), None, "{wrong}");
        }
    }
}
