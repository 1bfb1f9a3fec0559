//! In: the date of an `Expires` attribute, however an origin writes it. Out: seconds since 1970, read
//! as browsers read it (RFC 6265, 5.1.1), so that no date means more to them than to us.

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

#[derive(Default)]
struct Found {
    time: Option<(i64, i64, i64)>,
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
}

/// `None` for what browsers take for no date, and then ignore.
pub(super) fn seconds(text: &[u8]) -> Option<i64> {
    let mut found = Found::default();
    for token in text.split(|byte| is_delimiter(*byte)).filter(|token| !token.is_empty()) {
        found.take(token);
    }
    let (day, month, (hour, minute, second)) = (found.day?, found.month?, found.time?);
    let year = match found.year? {
        short @ 0..=69 => short + 2000,
        short @ 70..=99 => short + 1900,
        year => year,
    };
    let valid = (1..=31).contains(&day) && year >= 1601 && hour <= 23 && minute <= 59 && second <= 59;
    valid.then(|| days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

impl Found {
    /// Each token is the first thing still wanted that it can be.
    fn take(&mut self, token: &[u8]) {
        if self.time.is_none()
            && let Some(time) = time(token)
        {
            self.time = Some(time);
        } else if self.day.is_none()
            && let Some(day) = leading_number(token, 1..=2)
        {
            self.day = Some(day);
        } else if self.month.is_none()
            && let Some(month) = month(token)
        {
            self.month = Some(month);
        } else if self.year.is_none() {
            self.year = leading_number(token, 2..=4);
        }
    }
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

fn time(token: &[u8]) -> Option<(i64, i64, i64)> {
    let mut parts = token.splitn(3, |byte| *byte == b':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = |digits: &[u8]| leading_number(digits, 1..=2).filter(|_| digits.len() <= 2);
    Some((whole(hour)?, whole(minute)?, leading_number(second, 1..=2)?))
}

fn month(token: &[u8]) -> Option<i64> {
    let name = token.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == name.as_slice()).and_then(|at| i64::try_from(at + 1).ok())
}

/// The number at the beginning of `token`, where it has so many digits; other characters may follow.
fn leading_number(token: &[u8], digits: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let count = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = std::str::from_utf8(token.get(..count)?).ok()?;
    digits.contains(&count).then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 to a date (Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn dates_are_read_in_every_usual_form() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "06 nov 1994 8:49:37",
        ] {
            assert_eq!(seconds(text.as_bytes()), Some(784_111_777), "{text}");
        }
        assert_eq!(seconds(b"Thu, 01-Jan-1970 00:00:01 GMT"), Some(1));
        assert_eq!(seconds(b"Tue, 29-Feb-2028 00:00:00 GMT"), Some(1_835_395_200));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0",
            "-1",
            "Nov 1994 08:49:37",
            "06 Nov 1994",
            "06 Nov 1994 25:00:00",
            "32 Nov 1994 08:49:37",
        ] {
            assert_eq!(seconds(text.as_bytes()), None, "{text}");
        }
    }
}
