//! In: the segments of a path, folded. Out: whether they hold a whole date, which may be someone's birthday: a day beside
//! a month and a year. A date in digits alone is a long number (`shapes.rs`); this knows months by their names.

use super::persons::plain;
use super::shapes::words;

/// A month and a day, and a year beside them: within so many words.
const BESIDE: usize = 2;

/// By their first letters, without accents: French, English, and Arabic as in Morocco and in the East.
const MONTHS: &[&str] = &[
    "janv",
    "jan",
    "january",
    "fev",
    "fevr",
    "feb",
    "mars",
    "mar",
    "march",
    "avr",
    "apr",
    "mai",
    "may",
    "juin",
    "jun",
    "june",
    "juil",
    "jul",
    "july",
    "aout",
    "aug",
    "sept",
    "sep",
    "oct",
    "nov",
    "dec",
    "يناير",
    "فبراير",
    "مارس",
    "ابريل",
    "ماي",
    "مايو",
    "يونيو",
    "يوليوز",
    "يوليو",
    "غشت",
    "اغسطس",
    "شتنبر",
    "سبتمبر",
    "اكتوبر",
    "نونبر",
    "نوفمبر",
    "دجنبر",
    "ديسمبر",
];
const WHOLE: &[&str] = &[
    "janvier",
    "fevrier",
    "february",
    "avril",
    "april",
    "juillet",
    "august",
    "septembre",
    "september",
    "octobre",
    "october",
    "novembre",
    "november",
    "decembre",
    "december",
];

/// Whether a whole date with a month by name stands in the path.
pub(super) fn holds_a_date(segments: &[String]) -> bool {
    let words: Vec<String> = segments.iter().flat_map(|segment| pieces(segment)).collect();
    let is_month = |word: &String| MONTHS.contains(&word.as_str()) || WHOLE.contains(&word.as_str());
    words.iter().enumerate().filter(|(_, word)| is_month(word)).any(|(at, _)| {
        let from = at.saturating_sub(BESIDE);
        let beside = words.get(from..(at + BESIDE + 1).min(words.len())).unwrap_or_default();
        let numbers = beside.iter().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let (days, years): (Vec<&String>, Vec<&String>) = numbers.partition(|number| is_day(number));
        // `12-mars-84` has no number that can only be a year.
        days.len() >= 2 || (!days.is_empty() && !years.is_empty())
    })
}

/// Two digits may be a day; or a year, as `84` is.
fn is_day(number: &str) -> bool {
    number.len() <= 2
}

/// Words, and the numbers and letters that one is made of: `12mars1984`.
fn pieces(segment: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for word in words(&plain(segment)) {
        let mut piece = String::new();
        for c in word.chars() {
            let turns =
                piece.chars().next_back().is_some_and(|before| before.is_ascii_digit() != c.is_ascii_digit());
            if turns {
                pieces.push(std::mem::take(&mut piece));
            }
            piece.push(c);
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(path: &str) -> bool {
        holds_a_date(&path.split('/').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn whole_dates_are_found_and_months_alone_are_not() {
        for path in [
            "12-mars-1984",
            "née-le-1er-août-1984",
            "1984/mars/12",
            "12mars84",
            "march-12-1984",
            "12-غشت-1984",
            "3-Déc-84",
        ] {
            assert!(holds(path), "{path}");
        }
        for path in ["mars-2026", "octobre-rose", "2026/mars/conference", "mai", "journee-du-8-mars"] {
            assert!(!holds(path), "{path}");
        }
    }

    #[test]
    fn months_are_written_as_they_are_compared() {
        for month in MONTHS.iter().chain(WHOLE) {
            assert_eq!(plain(month), **month);
        }
    }
}
