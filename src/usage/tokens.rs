//! In: a word of a path. Out: whether it may be an identifier or a secret rather than a word: UUIDs, hashes, share links,
//! base64 of anything.

/// Letters and digits mixed are an identifier from here on.
const MIXED: usize = 16;
/// Of hexadecimal digits.
const HEX: usize = 8;
/// From here on what changes often between letters and digits, or between capitals and small letters, is no word.
const CHANGING: usize = 6;
/// The longest words of French and English clinics have fewer.
const LONGEST: usize = 30;
/// Consonants in a row, in a word of [`UNSPEAKABLE_FROM`] letters: `rqxzkjvb…`. Acronyms are shorter.
const CONSONANTS: usize = 6;
const UNSPEAKABLE_FROM: usize = 12;

/// Whether this run of letters and digits may be an identifier.
pub(super) fn is_token(word: &str) -> bool {
    let length = word.chars().count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_hex = length >= HEX && digits >= 1 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mixed = length >= MIXED && digits >= 2;
    let between_kinds = changes(word, |c| c.is_ascii_digit());
    let between_cases = changes(word, char::is_uppercase);
    let is_changing = length >= CHANGING && (between_kinds >= 3 || between_cases * 3 > length);
    let is_unspeakable = length >= UNSPEAKABLE_FROM && longest_run_of_consonants(word) >= CONSONANTS;
    is_hex || is_mixed || is_changing || is_unspeakable || length > LONGEST
}

/// How often neighbours differ in what `kind` says of them.
fn changes(word: &str, kind: impl Fn(char) -> bool) -> usize {
    word.chars().zip(word.chars().skip(1)).filter(|(one, next)| kind(*one) != kind(*next)).count()
}

fn longest_run_of_consonants(word: &str) -> usize {
    let is_consonant = |c: char| c.is_ascii_alphabetic() && !"aeiouyAEIOUY".contains(c);
    word.split(|c| !is_consonant(c)).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_from_words() {
        for word in [
            "9f86d081",
            "d41d8cd98f00b204e9800998ecf8427e",
            "dGhpc0lzQVRva2Vu",
            "xKqPzWvB",
            "a1b2c3",
            "rapport2026version12",
            "mfrggzdfmztwq2lk",
            "qwxkzjvbnmplkjhg",
            "amVhbi50cmVtYmxheUBleGFtcGxlLmNh",
        ] {
            assert!(is_token(word), "{word}");
        }
        for word in [
            "anticonstitutionnellement",
            "PrendreRendezVous",
            "covid19",
            "h1n1",
            "ciussscn",
            "2026",
            "IRM",
            "décade",
        ] {
            assert!(!is_token(word), "{word}");
        }
    }
}
