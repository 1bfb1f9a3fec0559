//! In: a language and the key of a sentence. Out: the sentence, and numbers and days as the language
//! writes them. Quebec French is the source.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use http::{HeaderMap, header};
use unic_langid::LanguageIdentifier;

use crate::policy::Day;

type Bundle = FluentBundle<FluentResource>;

const FR: &str = include_str!("words/fr.ftl");
const EN: &str = include_str!("words/en.ftl");
/// The names of countries are the visitors' pages' own.
const FR_COUNTRIES: &str = include_str!("../consent/words/fr.ftl");
const EN_COUNTRIES: &str = include_str!("../consent/words/en.ftl");

static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CA", &[FR_COUNTRIES, FR]));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en-CA", &[EN_COUNTRIES, EN]));

/// The sentences of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    bundle: &'static Bundle,
    language: &'static str,
}

impl Words {
    /// The languages there are, with their own names.
    pub(super) const LANGUAGES: [(&'static str, &'static str); 2] = [("fr", "Français"), ("en", "English")];

    /// The words of a language that is in the list; else French.
    pub(super) fn of(language: &str) -> Words {
        match language {
            "en" => Words { bundle: &ENGLISH, language: "en" },
            _ => Words { bundle: &FRENCH, language: "fr" },
        }
    }

    /// The words that the browser asks for first, of those there are.
    pub(super) fn wanted(headers: &HeaderMap) -> Words {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let tags = accepted.unwrap_or_default().split(',').map(|tag| tag.trim().get(..2).unwrap_or_default());
        let known = |tag: &str| Words::LANGUAGES.iter().any(|(code, _)| code.eq_ignore_ascii_case(tag));
        Words::of(&tags.map(str::to_ascii_lowercase).find(|tag| known(tag)).unwrap_or_default())
    }

    pub(super) fn language(&self) -> &'static str {
        self.language
    }

    /// A sentence without blanks.
    pub(super) fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A sentence with one blank.
    pub(super) fn fill(&self, key: &str, blank: &str, text: &str) -> String {
        self.fill_two(key, [(blank, text), ("", "")])
    }

    /// A sentence with two blanks.
    pub(super) fn fill_two(&self, key: &str, blanks: [(&str, &str); 2]) -> String {
        let args: FluentArgs<'_> =
            blanks.into_iter().map(|(blank, text)| (blank, FluentValue::from(text))).collect();
        self.format(key, Some(&args))
    }

    /// A sentence with three blanks.
    pub(super) fn fill_three(&self, key: &str, blanks: [(&str, String); 3]) -> String {
        let args: FluentArgs<'_> =
            blanks.into_iter().map(|(blank, text)| (blank, FluentValue::from(text))).collect();
        self.format(key, Some(&args))
    }

    /// A sentence with a number, in the plural form its language asks for.
    pub(super) fn count(&self, key: &str, number: u32) -> String {
        let args: FluentArgs<'_> = [("count", FluentValue::from(number))].into_iter().collect();
        self.format(key, Some(&args))
    }

    /// The sentence of a key, where there is one.
    pub(super) fn try_say(&self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.say(key))
    }

    /// A whole number with its thousands apart.
    pub(super) fn number(&self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let apart = if self.language == "fr" { "\u{202f}" } else { "," };
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push_str(apart);
            }
            text.push(digit);
        }
        if number < 0 { format!("−{text}") } else { text }
    }

    /// A share of 0 to 1 in whole per cent.
    pub(super) fn percent(&self, share: f64) -> String {
        let apart = if self.language == "fr" { "\u{a0}" } else { "" };
        format!("{}{apart}%", self.number((share * 100.0).round() as i64))
    }

    /// `22 nov.`, with the year where it is asked for.
    pub(super) fn day(&self, day: Day, with_year: bool) -> String {
        let iso = day.iso();
        let mut parts = iso.split('-');
        let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let date = parts.next().unwrap_or_default().trim_start_matches('0');
        let month = self.say(&format!("month-{month}"));
        let year = if with_year { format!("\u{a0}{year}") } else { String::new() };
        match (self.language, date) {
            ("fr", "1") => format!("1er\u{a0}{month}{year}"),
            _ => format!("{date}\u{a0}{month}{year}"),
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
    fn both_languages_have_every_sentence_and_each_resolves() {
        assert_eq!(keys(FR), keys(EN));
        for (bundle, source) in [(&FRENCH, FR), (&ENGLISH, EN)] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
            for key in keys(source) {
                let texts =
                    ["from", "to", "value", "name", "site", "low", "high", "share", "what", "rho", "epsilon"];
                let args: FluentArgs<'_> = texts
                    .into_iter()
                    .map(|blank| (blank, FluentValue::from("x")))
                    .chain([("count", FluentValue::from(3))])
                    .collect();
                let pattern = bundle.get_message(key).and_then(|m| m.value()).expect(key);
                let mut errors = Vec::new();
                let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
                assert!(errors.is_empty() && !text.is_empty(), "{key}: {errors:?}");
            }
        }
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        let (french, english) = (Words::of("fr"), Words::of("en"));
        assert_eq!(french.number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(english.number(-12_345), "−12,345");
        assert_eq!((french.percent(0.125), english.percent(0.5)), ("13\u{a0}%".to_owned(), "50%".to_owned()));
        assert_eq!(french.day(Day(20_758), true), "1er\u{a0}nov.\u{a0}2026");
        assert_eq!(english.day(Day(20_779), false), "22\u{a0}Nov");
    }

    #[test]
    fn the_browsers_first_known_language_is_spoken() {
        let of = |value: &str| {
            Words::wanted(&[(header::ACCEPT_LANGUAGE, value.parse().unwrap())].into_iter().collect()).language
        };
        assert_eq!((of("de, en-CA;q=0.9, fr;q=0.1"), of("ar"), of("")), ("en", "fr", "fr"));
    }
}
