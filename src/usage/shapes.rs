//! In: a path that a sitemap or the crawl brought. Out: whether it may become a page of the closed
//! list. A path that could hold a person's data never does; better a page counted as unlisted.

/// Longer paths are no pages that anyone names.
const PATH_CHARS: usize = 160;
const SEGMENTS: usize = 8;
/// Digits in one number, separators between them aside: telephone numbers, SIN (9), RAMQ (4 letters
/// and 8 digits), birth dates, record numbers.
const DIGITS: usize = 6;
/// A run of letters and digits mixed, as in identifiers and share links.
const TOKEN_CHARS: usize = 16;

/// Whether a page of these decoded segments may be proposed.
pub(super) fn may_be_a_page(segments: &[String]) -> bool {
    let length: usize = segments.iter().map(|segment| segment.chars().count() + 1).sum();
    length <= PATH_CHARS
        && segments.len() <= SEGMENTS
        && !segments.iter().any(|segment| may_be_personal(segment))
}

fn may_be_personal(segment: &str) -> bool {
    segment.contains('@')
        || segment.chars().any(|c| c.is_control() || "?#{}<>\"'=&".contains(c))
        || longest_number(segment) >= DIGITS
        || words(segment).any(|word| is_identity_card(word) || is_short_postal_code(word) || is_token(word))
        || has_canadian_postal_code(segment)
}

/// Digits that follow one another with at most one separator between: `514-555-0199` has ten.
fn longest_number(segment: &str) -> usize {
    let (mut longest, mut digits, mut gap) = (0, 0, 0);
    for c in segment.chars() {
        if c.is_numeric() {
            (digits, gap) = (digits + 1, 0);
        } else if gap < 2 && "-_. ()+/".contains(c) {
            gap += 1;
        } else {
            (digits, gap) = (0, 0);
        }
        longest = longest.max(digits);
    }
    longest
}

fn words(segment: &str) -> impl Iterator<Item = &str> {
    segment.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Morocco's CIN: one or two letters and five to seven digits.
fn is_identity_card(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_alphabetic());
    let letters = word.chars().count() - digits.chars().count();
    (1..=2).contains(&letters) && digits.len() >= 5 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Five digits: a postal code in Morocco, France or the United States.
fn is_short_postal_code(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit())
}

/// `H2X 1Y4`, with or without something between its halves.
fn has_canadian_postal_code(segment: &str) -> bool {
    let plain: Vec<char> = segment.chars().filter(|c| !"- _+.".contains(*c)).collect();
    let starts: Vec<usize> = word_starts(segment);
    starts.iter().any(|&at| {
        let code = plain.get(at..at + 6).unwrap_or_default();
        let ends = plain.get(at + 6).is_none_or(|next| !next.is_numeric());
        let shaped = code.iter().enumerate().all(|(i, c)| match i % 2 {
            0 => c.is_ascii_alphabetic(),
            _ => c.is_ascii_digit(),
        });
        code.len() == 6 && shaped && ends
    })
}

/// Where words begin, counted in the characters that are left when separators are taken out.
fn word_starts(segment: &str) -> Vec<usize> {
    let (mut starts, mut at, mut before) = (Vec::new(), 0, ' ');
    for c in segment.chars() {
        let separator = "- _+.".contains(c);
        if !separator && "- _+.".contains(before) {
            starts.push(at);
        }
        at += usize::from(!separator);
        before = c;
    }
    starts
}

/// UUIDs, hashes and share tokens: long, and letters mixed with digits or with capitals inside.
fn is_token(word: &str) -> bool {
    let long = word.chars().count() >= TOKEN_CHARS;
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let capitals_inside =
        word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let hex_part = word.len() >= 8 && digits >= 1 && word.bytes().all(|b| b.is_ascii_hexdigit());
    hex_part || (long && (digits >= 2 || capitals_inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peoples_data_is_no_page() {
        for segment in [
            "jean.tremblay@example.ca",
            "514-555-0199",
            "(514) 555 0199",
            "+212 6 12 34 56 78",
            "TREJ12345678",
            "TREJ 1234 5678",
            "046 454 286",
            "046-454-286",
            "AB123456",
            "K01234",
            "dossier-BE54321",
            "1984-03-12",
            "12.03.1984",
            "19840312",
            "H2X 1Y4",
            "h2x1y4",
            "montreal-h2x-1y4",
            "20250",
            "550e8400-e29b-41d4-a716-446655440000",
            "9f86d081",
            "rapport-1234567",
            "dGhpc0lzQVRva2Vu",
            "a=b",
            "x{y}",
        ] {
            assert!(may_be_personal(segment), "{segment}");
        }
    }

    #[test]
    fn ordinary_pages_are_pages() {
        for segment in [
            "rendez-vous",
            "medecins",
            "irm-3-tesla",
            "covid-19",
            "nouvelles-2026",
            "a-propos",
            "anticonstitutionnellement",
            "échographie",
            "page-2",
            "décade",
            "12",
        ] {
            assert!(!may_be_personal(segment), "{segment}");
        }
    }

    #[test]
    fn size_is_bounded() {
        assert!(may_be_a_page(&vec!["a".to_owned(); SEGMENTS]));
        assert!(!may_be_a_page(&vec!["a".to_owned(); SEGMENTS + 1]));
        assert!(!may_be_a_page(&["é".repeat(PATH_CHARS)]));
    }
}
