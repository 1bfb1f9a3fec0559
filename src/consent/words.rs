//! In: a language, a jurisdiction and the key of a sentence. Out: the sentence. The words are
//! compiled in; Canadian French is the source, and three words of it change elsewhere.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::policy::{Day, Jurisdiction};

type Bundle = FluentBundle<FluentResource>;

const FR: &str = include_str!("words/fr.ftl");
const FR_ELSEWHERE: &str = include_str!("words/fr-ailleurs.ftl");
const EN: &str = include_str!("words/en.ftl");
const AR: &str = include_str!("words/ar.ftl");

static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CA", &[FR]));
static FRENCH_ELSEWHERE: LazyLock<Bundle> = LazyLock::new(|| bundle("fr", &[FR, FR_ELSEWHERE]));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", &[EN]));
static ARABIC: LazyLock<Bundle> = LazyLock::new(|| bundle("ar", &[AR]));

/// The sentences of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    bundle: &'static Bundle,
    language: &'static str,
}

impl Words {
    /// The words of `language` (a primary subtag; French where it is none of ours) as they are used
    /// where `jurisdiction` is law.
    pub fn of(language: &str, jurisdiction: Jurisdiction) -> Words {
        let canadian = matches!(jurisdiction, Jurisdiction::Quebec | Jurisdiction::Canada);
        match language {
            "en" => Words { bundle: &ENGLISH, language: "en" },
            "ar" => Words { bundle: &ARABIC, language: "ar" },
            _ if canadian => Words { bundle: &FRENCH, language: "fr" },
            _ => Words { bundle: &FRENCH_ELSEWHERE, language: "fr" },
        }
    }

    /// The primary subtag, for `lang`.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// The direction of writing, for `dir`.
    pub fn direction(&self) -> &'static str {
        if self.language == "ar" { "rtl" } else { "ltr" }
    }

    /// A sentence without blanks.
    pub fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A sentence with one blank.
    pub fn fill(&self, key: &str, blank: &str, text: &str) -> String {
        self.fill_two(key, [(blank, text), ("", "")])
    }

    /// A sentence with two blanks.
    pub fn fill_two(&self, key: &str, blanks: [(&str, &str); 2]) -> String {
        let args: FluentArgs<'_> =
            blanks.into_iter().map(|(blank, text)| (blank, FluentValue::from(text))).collect();
        self.format(key, Some(&args))
    }

    /// A sentence with a number, in the plural form its language asks for.
    pub fn count(&self, key: &str, blank: &str, number: u32) -> String {
        let args: FluentArgs<'_> = [(blank, FluentValue::from(number))].into_iter().collect();
        self.format(key, Some(&args))
    }

    /// A day as people write it: `1er janvier 2027`.
    pub fn date(&self, day: Day) -> String {
        let (year, month, day) = day.date();
        let month = self.say(&format!("month-{month}"));
        let args: FluentArgs<'_> = [
            ("day", FluentValue::from(day)),
            ("month", FluentValue::from(month)),
            ("year", FluentValue::from(year.to_string())),
        ]
        .into_iter()
        .collect();
        self.format("date", Some(&args))
    }

    /// A country's name by its ISO 3166-1 code; the code itself where it has none here.
    pub fn country(&self, code: &str) -> String {
        let key = format!("country-{code}");
        if self.bundle.has_message(&key) { self.say(&key) } else { code.to_owned() }
    }

    /// `a, b and c`.
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [before @ .., last] => before.join(&self.say("list-separator")) + &self.say("list-last") + last,
        }
    }

    /// A key without a sentence shows as itself: wrong, but harmless, and the tests find it.
    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let mut errors = Vec::new();
        match pattern {
            Some(pattern) => self.bundle.format_pattern(pattern, args, &mut errors).into_owned(),
            None => key.to_owned(),
        }
    }
}

fn bundle(language: &str, sources: &[&str]) -> Bundle {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // The pages set their direction themselves; isolation marks would end up in attributes.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str) -> Vec<&str> {
        let starts_a_message = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
        source.lines().filter(starts_a_message).filter_map(|line| line.split(" =").next()).collect()
    }

    #[test]
    fn every_language_has_every_sentence_and_no_other() {
        for source in [EN, AR] {
            assert_eq!(keys(FR), keys(source));
        }
        assert!(keys(FR_ELSEWHERE).iter().all(|key| keys(FR).contains(key)));
    }

    #[test]
    fn every_file_parses_and_every_sentence_resolves() {
        for source in [FR, FR_ELSEWHERE, EN, AR] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
        }
        for bundle in [&FRENCH, &FRENCH_ELSEWHERE, &ENGLISH, &ARABIC] {
            for key in keys(FR) {
                let args: FluentArgs<'_> =
                    ["site", "vendor", "vendors", "countries", "host", "entity", "country", "day", "what"]
                        .into_iter()
                        .chain([
                            "name", "version", "home", "age", "zone", "cost", "case", "month", "year", "ref",
                        ])
                        .map(|blank| (blank, FluentValue::from("x")))
                        .chain(
                            ["count", "days", "visits", "factor"].map(|blank| (blank, FluentValue::from(3))),
                        )
                        .collect();
                let pattern = bundle.get_message(key).and_then(|m| m.value()).expect(key);
                let mut errors = Vec::new();
                let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
                assert!(errors.is_empty() && !text.is_empty(), "{key}: {errors:?}");
            }
        }
    }

    /// Keys that are put together, as the code writes them.
    const COMPOSED: [&str; 11] = [
        "{}-why",
        "reason-{}",
        "law-{}",
        "month-{month}",
        "country-{code}",
        "error-{}",
        "{key}-do",
        "usage-{}",
        "usage-{}-what",
        "usage-never-{what}",
        "usage-outside-{what}",
    ];

    #[test]
    fn no_sentence_is_left_that_nobody_says() {
        let texts = ["src/consent", "src/server", "templates/consent"].into_iter().flat_map(|folder| {
            let entries =
                std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
            entries.filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        });
        // This very list is no use of its own.
        let code =
            texts.map(|text| text.split("const COMPOSED").next().unwrap().to_owned()).collect::<String>();
        let wildcard = |composed: &str| {
            let (before, rest) = composed.split_once('{').unwrap();
            format!("{before}*{}", rest.split_once('}').unwrap().1)
        };
        for composed in COMPOSED {
            assert!(code.contains(&format!("\"{composed}\"")), "{composed}");
        }
        let patterns = COMPOSED.map(wildcard);
        for key in keys(FR) {
            let said = code.contains(&format!("\"{key}\""))
                || crate::policy::Purpose::from_id(key).is_some()
                || patterns.iter().any(|pattern| crate::policy::name_matches(pattern, key));
            assert!(said, "{key}");
        }
    }

    #[test]
    fn quebec_says_temoins_and_morocco_cookies() {
        let quebec = Words::of("fr", Jurisdiction::Quebec).say("own-cookies");
        let morocco = Words::of("fr", Jurisdiction::Morocco).say("own-cookies");
        assert_eq!((&*quebec, &*morocco), ("Notre propre témoin", "Notre propre cookie"));
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let written = |language: &str, day| Words::of(language, Jurisdiction::Quebec).date(day);
        let (first, other) = (Day::of_date(2027, 1, 1).unwrap(), Day::of_date(2026, 8, 22).unwrap());
        assert_eq!(written("fr", first), "1er janvier 2027");
        assert_eq!(written("fr", other), "22 août 2026");
        assert_eq!(written("en", first), "January 1, 2027");
        assert_eq!(written("ar", other), "22 غشت 2026");
    }

    #[test]
    fn plurals_follow_the_language() {
        let arabic = Words::of("ar", Jurisdiction::Morocco);
        let counts: Vec<String> = [1, 2, 5, 11].map(|n| arabic.count("vendors-count", "count", n)).into();
        assert_eq!(counts, ["مزود واحد", "مزودان", "5 مزودين", "11 مزودا"]);
        assert_eq!(Words::of("fr", Jurisdiction::Quebec).count("vendors-count", "count", 1), "1 fournisseur");
    }

    #[test]
    fn lists_and_countries_read_naturally() {
        let english = Words::of("en", Jurisdiction::Quebec);
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(english.list(&items), "a, b and c");
        assert_eq!(english.country("US"), "United States");
        assert_eq!(english.country("ZZ"), "ZZ");
    }
}
