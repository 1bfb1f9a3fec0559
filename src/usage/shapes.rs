//! In: a path that a sitemap or the crawl brought, decoded once. Out: whether it may become a page of the
//! closed list. A path that could hold a person's data never does; better a page counted as unlisted.
//!
//! What is still encoded after that is refused by its signs (`%`, `&`, `+`, `=`), in whatever code, so a second
//! decoding can bring nothing to light. Letters and digits of other forms are folded first: full-width,
//! mathematical, circled and Arabic ones, and look-alikes of another script.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::dates::holds_a_date;
use super::persons::names_a_person;
use super::tokens::is_token;

/// Longer paths are no pages that anyone names.
const PATH_CHARS: usize = 160;
const SEGMENTS: usize = 8;
/// Digits in one number, separators between them aside: telephone numbers in North American and Moroccan forms, SIN
/// (nine, whether or not Luhn's check digit fits), RAMQ (four letters and eight digits), birth dates, record numbers.
const DIGITS: usize = 6;
/// Digits in one number without separators: postal codes in Morocco, France and the United States, too.
const DIGITS_TOGETHER: usize = 5;
/// Digits in a segment, whatever stands between them.
const DIGITS_OF_A_SEGMENT: usize = 8;
/// Digits of neighbouring segments that are numbers: `/514/555/0199`. A year and a month have six.
const DIGITS_IN_A_ROW: usize = 7;

/// Whether a page of these decoded segments may be proposed.
pub(super) fn may_be_a_page(segments: &[String]) -> bool {
    let length: usize = segments.iter().map(|segment| segment.chars().count() + 1).sum();
    if length > PATH_CHARS || segments.len() > SEGMENTS {
        return false;
    }
    let folded: Vec<String> = segments.iter().map(|segment| folded(segment)).collect();
    !folded.iter().any(|segment| may_be_personal(segment))
        && longest_row_of_numbers(&folded) < DIGITS_IN_A_ROW
        && !holds_a_date(&folded)
        && !names_a_person(&folded)
}

/// Compatibility forms as the plain characters that they stand for (NFKC), and every digit as an ASCII one.
pub(super) fn folded(segment: &str) -> String {
    let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(segment);
    plain.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// Where the decimal digits of scripts begin that NFKC leaves as they are; each has ten in a row (Unicode, Nd).
const ZEROS: &[char] = &[
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{1090}',
    '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}', '\u{1bb0}',
    '\u{1c40}', '\u{1c50}', '\u{a620}', '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}', '\u{aa50}',
    '\u{abf0}',
];

fn digit(c: char) -> Option<char> {
    let value = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    char::from_digit(ZEROS.iter().find_map(value)?, 10)
}

fn may_be_personal(segment: &str) -> bool {
    !segment.chars().all(stands_in_a_name)
        || segment.chars().filter(char::is_ascii_digit).count() >= DIGITS_OF_A_SEGMENT
        || longest_number(segment, 0) >= DIGITS_TOGETHER
        || longest_number(segment, 2) >= DIGITS
        || is_an_address(segment)
        || words(segment).any(|word| is_of_two_scripts(word) || is_token(word))
        || word_starts(segment).any(|rest| is_identity_card(&rest) || is_postal_code(&rest))
}

/// Letters, ASCII digits and what joins words. Anything else is a code, an address or a trick: `@`, `%`, `=`, `&`, quotes,
/// brackets, invisible characters, numbers that are no digits.
fn stands_in_a_name(c: char) -> bool {
    c.is_ascii_digit() || (c.is_alphanumeric() && !c.is_numeric()) || "-_. ".contains(c)
}

/// Digits that follow one another with at most so many separators between: `514-555-0199` has ten.
fn longest_number(segment: &str, most_separators: usize) -> usize {
    let (mut longest, mut digits, mut gap) = (0, 0, 0);
    for c in segment.chars() {
        if c.is_ascii_digit() {
            (digits, gap) = (digits + 1, 0);
        } else if gap < most_separators && !c.is_alphanumeric() {
            gap += 1;
        } else {
            (digits, gap) = (0, 0);
        }
        longest = longest.max(digits);
    }
    longest
}

/// Digits of numbers in neighbouring segments; letters before them (`TREJ/1234/5678`) do not shorten the row.
fn longest_row_of_numbers(segments: &[String]) -> usize {
    let (mut longest, mut row) = (0, 0);
    for segment in segments {
        let number = segment.chars().all(|c| !c.is_alphabetic());
        row = if number { row + segment.chars().filter(char::is_ascii_digit).count() } else { 0 };
        longest = longest.max(row);
    }
    longest
}

/// Providers' names stand in addresses that were spelt out: `jean-tremblay-gmail-com`, `jean.at.videotron.ca`.
const MAIL_PROVIDERS: &[&str] = &[
    "gmail",
    "googlemail",
    "hotmail",
    "outlook",
    "videotron",
    "sympatico",
    "yahoo",
    "icloud",
    "protonmail",
    "bellnet",
    "menara",
    "live",
    "msn",
    "aol",
    "gmx",
    "cogeco",
    "globetrotter",
];
const ENDINGS: &[&str] = &["com", "ca", "ma", "fr", "net", "org", "qc", "me"];
/// Endings of files that pages are.
const FILE_ENDINGS: &[&str] = &["html", "htm", "php", "asp", "aspx", "jsp"];

/// An address without its `@`: a spelt-out one, or a name of a host with a name before it.
fn is_an_address(segment: &str) -> bool {
    let lower = segment.to_lowercase();
    let words: Vec<&str> = words(&lower).collect();
    let ends = words.last().is_some_and(|last| ENDINGS.contains(last));
    let spelt_at = words.iter().any(|word| ["at", "arobase", "arobas", "chez"].contains(word));
    let provider = words.iter().any(|word| MAIL_PROVIDERS.contains(word));
    let dots = lower.split('.').filter(|part| !FILE_ENDINGS.contains(part)).count();
    (provider && words.len() > 1 && (ends || spelt_at)) || (ends && spelt_at) || dots > 2
}

/// Runs of letters and digits.
pub(super) fn words(segment: &str) -> impl Iterator<Item = &str> {
    segment.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What follows each beginning of a word, without the separators.
fn word_starts(segment: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = words(segment).collect();
    (0..words.len()).map(move |at| words.iter().skip(at).copied().collect())
}

/// Morocco's CIN: one or two letters and five to seven digits.
fn is_identity_card(rest: &str) -> bool {
    let letters = rest.chars().take_while(|c| c.is_alphabetic()).count();
    let digits = rest.chars().skip(letters).take_while(char::is_ascii_digit).count();
    (1..=2).contains(&letters) && digits >= 5
}

/// Canada's `H2X 1Y4`.
fn is_postal_code(rest: &str) -> bool {
    let shaped = |(at, c): (usize, char)| if at % 2 == 0 { c.is_alphabetic() } else { c.is_ascii_digit() };
    let ends = rest.chars().nth(6).is_none_or(|next| !next.is_ascii_digit());
    rest.chars().count() >= 6 && rest.chars().take(6).enumerate().all(shaped) && ends
}

/// Latin letters with those of another script among them, which look alike (`раtiеnt`).
fn is_of_two_scripts(word: &str) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && matches!(u32::from(c), 0..=0x24f | 0x1e00..=0x1eff);
    let is_other = |c: char| c.is_alphabetic() && !is_latin(c);
    word.chars().any(is_latin) && word.chars().any(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be_one(path: &str) -> bool {
        let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
        may_be_a_page(&segments)
    }

    #[test]
    fn peoples_data_is_no_page() {
        for path in [
            "/jean.tremblay@example.ca",
            "/jean-tremblay-gmail-com",
            "/x.y.example.ca",
            "/514-555-0199",
            "/514 555 0199",
            "/514/555/0199",
            "/0612345678",
            "/TREJ12345678",
            "/TREJ 1234 5678",
            "/TREJ/1234/5678",
            "/046-454-286",
            "/AB123456",
            "/K01234",
            "/k-01-234",
            "/dossier-BE54321",
            "/1984-03-12",
            "/12.03.1984",
            "/12-mars-1984",
            "/né-le-3-août-84",
            "/1984/mar/12",
            "/12-يوليوز-1984",
            "/H2X 1Y4",
            "/h2x1y4",
            "/montreal-h2x-1y4",
            "/20250",
            "/550e8400-e29b-41d4-a716-446655440000",
            "/9f86d081",
            "/rapport-1234567",
            "/dGhpc0lzQVRva2Vu",
            "/a=b",
            "/x{y}",
            "/100%",
            "/a+b",
            "/a&b",
            "/caf\u{fffd}",
            "/jean\u{200b}",
        ] {
            assert!(!may_be_one(path), "{path}");
        }
    }

    #[test]
    fn other_forms_of_the_same_characters_are_seen_through() {
        for path in [
            "/５１４-５５５-０１９９",
            "/٠٤٦٤٥٤٢٨٦",
            "/𝟓𝟏𝟒𝟓𝟓𝟓𝟎𝟏𝟗𝟗",
            "/①②③④⑤",
            "/ⅷ-ⅻ-𐄇",
            "/jean＠example",
            "/ＴＲＥＪ１２３４５６７８",
            "/Н2Х-1У4",
            "/pаtient-x",
        ] {
            assert!(!may_be_one(path), "{path}");
        }
    }

    #[test]
    fn ordinary_pages_are_pages() {
        for path in [
            "/rendez-vous",
            "/medecins",
            "/irm-3-tesla",
            "/covid-19",
            "/nouvelles-2026",
            "/2026/03/ouverture",
            "/a-propos",
            "/anticonstitutionnellement",
            "/échographie",
            "/page-2",
            "/décade",
            "/12",
            "/PrendreRendezVous",
            "/services.fr.html",
            "/الأسئلة-الشائعة",
            "/patients/preparation-irm",
            "/votre-sante/vivre-avec-la-sla",
        ] {
            assert!(may_be_one(path), "{path}");
        }
    }

    #[test]
    fn size_is_bounded() {
        assert!(may_be_a_page(&vec!["a".to_owned(); SEGMENTS]));
        assert!(!may_be_a_page(&vec!["a".to_owned(); SEGMENTS + 1]));
        assert!(!may_be_a_page(&["é".repeat(PATH_CHARS)]));
    }
}
