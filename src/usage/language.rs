//! In: a primary language subtag. Out: its place in a closed list.

/// A language's place in [`LanguageIndex::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanguageIndex(pub(super) u8);

impl LanguageIndex {
    /// The place of the language that the visitor wants most; one that the list does not have is
    /// `other`.
    pub fn of(subtag: Option<&str>) -> LanguageIndex {
        let place = subtag.and_then(|subtag| SUBTAGS.binary_search(&subtag).ok());
        LanguageIndex(place.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0))
    }

    /// The names of the cells, in the order of the indexes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once("other").chain(SUBTAGS.iter().copied())
    }
}

/// Languages spoken at home in Canada and Morocco, and of their visitors (ISO 639); sorted.
#[rustfmt::skip]
const SUBTAGS: &[&str] = &[
    "ar", "ber", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr",
    "ht", "hu", "id", "it", "iu", "ja", "ko", "lt", "nl", "no", "pa", "pl", "pt", "ro", "ru", "sk",
    "so", "sr", "sv", "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subtag_finds_itself_and_others_are_other() {
        assert!(SUBTAGS.is_sorted());
        for (at, name) in LanguageIndex::names().enumerate().skip(1) {
            assert_eq!(usize::from(LanguageIndex::of(Some(name)).0), at);
        }
        assert_eq!(LanguageIndex::of(Some("x-canary")), LanguageIndex::of(None));
    }
}
