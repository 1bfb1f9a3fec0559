//! In: a site's config and its store. Out: a text that prepares the answers to CNIL's criteria for audience measurement and
//! to Quebec's regulation on anonymisation, with evidence from both, and says what only a person or a lawyer can.

mod facts;

use std::process::ExitCode;

use super::Language;
use crate::cli::failure::Failure;
use crate::config::{Config, Site};
use crate::policy::Day;
use crate::store::Store;
use facts::{Facts, Words};

const FR: &str = include_str!("fr.txt");
const EN: &str = include_str!("en.txt");

pub(super) fn run(
    store: &Store,
    config: &Config,
    site: &Site,
    language: Language,
    today: Day,
) -> Result<ExitCode, Failure> {
    let facts = Facts::gathered(store, config, site, today)?;
    print!("{}", text(&facts, language));
    Ok(ExitCode::SUCCESS)
}

fn text(facts: &Facts<'_>, language: Language) -> String {
    let (form, words) = match language {
        Language::Fr => (FR, Words::FRENCH),
        Language::En => (EN, Words::ENGLISH),
    };
    facts
        .filled(&words)
        .into_iter()
        .fold(form.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::SocketAddr;

    use super::*;
    use crate::clock::Clock;

    fn assessed(language: Language) -> String {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let origin = "http://127.0.0.1:3000".parse().unwrap();
        let config = Config::quick(origin, address, address, "state".into(), None);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.sqlite"), Clock::set_to(86_400)).unwrap();
        text(&Facts::gathered(&store, &config, &config.sites[0], Day(20_779)).unwrap(), language)
    }

    #[test]
    fn every_place_is_filled() {
        for language in [Language::Fr, Language::En] {
            let text = assessed(language);
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(text.contains("2026-11-22") && text.contains("visits"), "{text}");
        }
    }

    fn marks(text: &str, of: impl Fn(&str) -> bool) -> BTreeSet<String> {
        let words = text.split(|c: char| c.is_whitespace() || "(){}^/:;,".contains(c));
        words.map(|word| word.trim_end_matches('.')).filter(|word| of(word)).map(str::to_owned).collect()
    }

    #[test]
    fn both_languages_ask_the_same() {
        let points = |text: &str| {
            marks(text, |w| {
                w.len() == 2 && w.starts_with(['A', 'B']) && w.ends_with(|c: char| c.is_ascii_digit())
            })
        };
        let places = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect()
        };
        assert_eq!(points(FR), points(EN));
        assert_eq!(points(FR).len(), 17);
        assert_eq!(places(FR), places(EN));
        let count = |text: &str, tags: [&str; 3]| tags.map(|tag| text.matches(tag).count());
        let tags = count(FR, ["\n  [preuve]", "[à faire]", "[avis]"]);
        assert_eq!(tags, count(EN, ["\n  [evidence]", "[to do]", "[advice]"]));
    }
}
