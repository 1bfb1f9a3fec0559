//! In: the segments of a path, folded. Out: whether they may name a person whom the public does not know by this site.
//!
//! A doctor's page below `/medecins` or `/dr-…` is public: the site links it for everyone. Two kinds of path are kept
//! out. Below a word for someone's own records (`/patient`, `/dossier`, `/compte`) a page must be made of words of a short
//! list, so that no name passes, known or not. Elsewhere two words that look like a given and a family name keep a page
//! out; a name that is in no list does pass there, if the site itself links it for strangers to see.

use std::collections::HashSet;
use std::sync::LazyLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::shapes::words;
use super::vocabulary::{
    FUNCTION_WORDS, GIVEN_NAMES, HONORIFICS, PLACES, PLAIN_WORDS, PUBLIC_PARENTS, RECORDS,
};

/// Words that are no one's name, and those that are: looked up for every word of every page, at each day's opening.
static PLAIN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| PLAIN_WORDS.iter().chain(FUNCTION_WORDS).copied().collect());
static GIVEN: LazyLock<HashSet<&str>> = LazyLock::new(|| GIVEN_NAMES.iter().copied().collect());

/// Whether these segments may name someone who is no public person of the site.
pub(super) fn names_a_person(segments: &[String]) -> bool {
    let segments: Vec<Vec<String>> = segments.iter().map(|segment| plain_words(segment)).collect();
    let below = |parents: &[&str]| segments.iter().position(|words| is_one_of(words, parents));
    let mut of_records = below(RECORDS).into_iter().flat_map(|at| segments.iter().skip(at));
    if of_records.any(|words| !is_plain(words)) {
        return true;
    }
    let public_from = below(PUBLIC_PARENTS).map_or(segments.len(), |at| at + 1);
    segments.iter().take(public_from).any(|words| looks_like_a_name(words))
}

/// Small letters without accents and vowel signs, as the lists have them.
pub(super) fn plain(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let is_mark =
        |c: char| matches!(u32::from(c), 0x300..=0x36f | 0x610..=0x61a | 0x640 | 0x64b..=0x65f | 0x670);
    apart.chars().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The words of a segment, also those of `JeanTremblay`, without digits.
fn plain_words(segment: &str) -> Vec<String> {
    let mut apart = String::new();
    let mut before = ' ';
    for c in segment.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            apart.push(' ');
        }
        apart.push(if c.is_ascii_digit() { ' ' } else { c });
        before = c;
    }
    words(&plain(&apart)).map(str::to_owned).collect()
}

/// A segment that begins with one of these words, or is two words and ends with it: `dossier-12`, `mon-compte`.
fn is_one_of(words: &[String], parents: &[&str]) -> bool {
    let is_parent = |word: Option<&String>| word.is_some_and(|word| parents.contains(&word.as_str()));
    is_parent(words.first()) || (words.len() == 2 && is_parent(words.last()))
}

/// Whether every word is one that clinics' pages are made of.
fn is_plain(words: &[String]) -> bool {
    let known =
        |word: &String| word.len() == 1 || PLAIN.contains(word.as_str()) || RECORDS.contains(&word.as_str());
    words.iter().all(known) && words.iter().filter(|word| word.len() == 1).count() <= 1
}

/// A given name with a word beside it that is nothing else, or a title with a name behind it.
fn looks_like_a_name(words: &[String]) -> bool {
    // `dr-tremblay` presents a doctor.
    if words
        .first()
        .is_some_and(|word| ["dr", "dre", "drs", "docteur", "docteure", "doctor", "prof"].contains(&&**word))
    {
        return false;
    }
    let is_given = |word: &String| GIVEN.contains(word.as_str());
    let may_be_family = |word: &String| !PLAIN.contains(word.as_str());
    words.windows(2).any(|pair| {
        let [one, other] = pair else { return false };
        let is_place = PLACES.contains(&(one.as_str(), other.as_str()));
        let is_name = (is_given(one) && may_be_family(other)) || (is_given(other) && may_be_family(one));
        let is_titled = HONORIFICS.contains(&one.as_str()) && may_be_family(other);
        !is_place && (is_name || is_titled)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> bool {
        names_a_person(&path.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn patients_are_kept_out_whatever_they_are_called() {
        for path in [
            "/patient/jean-tremblay",
            "/patients/xyzzy",
            "/fr/dossier/tremblay-j",
            "/mon-compte/amina",
            "/espace-patient/j-t",
            "/resultats/gagnon",
            "/patient-tremblay",
            "/مريض/محمد-العلوي",
            "/temoignage-de-jean-tremblay",
            "/merci/mme-gagnon",
            "/JeanTremblay",
            "/Éric_Côté",
            "/benali.fatima-zahra",
            "/محمد-العلوي",
        ] {
            assert!(names(path), "{path}");
        }
    }

    #[test]
    fn the_sites_own_people_and_plain_pages_are_public() {
        for path in [
            "/medecins/jean-tremblay",
            "/fr/notre-equipe/marie-eve-gagnon",
            "/dr-tremblay",
            "/patients/preparation-examen",
            "/patients",
            "/medecine-de-famille/grossesse",
            "/hopital-sainte-marie",
            "/cliniques/jean-talon",
            "/services/pierre-aux-reins",
            "/resultats/comment-lire",
            "/rendez-vous",
        ] {
            assert!(!names(path), "{path}");
        }
    }
}
