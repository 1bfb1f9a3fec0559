//! In: a cell's name as it was released. Out: what people call it. A page's path is its own name.

use super::CellLabel;
use super::words::Words;
use crate::usage::{Family, UNLISTED};

/// The name to show for a cell of a family; `labels` are the operator's own.
pub(super) fn cell_name(words: Words, labels: &[CellLabel], family: Family, cell: &str) -> String {
    let labelled = |family: Family, id: &str| label(words, labels, family, id);
    match family {
        Family::Goals => labelled(Family::Goals, cell),
        Family::Campaigns if cell == "(other)" => words.say("campaign-other"),
        Family::Campaigns => labelled(Family::Campaigns, cell),
        Family::Funnels => {
            let (id, step) = cell.split_once('/').unwrap_or((cell, ""));
            words.fill_two("funnel-step", [("name", &labelled(Family::Funnels, id)), ("value", step)])
        }
        Family::GoalsBySource => {
            let (id, of) = cell.split_once('/').unwrap_or((cell, ""));
            let blanks = [("name", &*labelled(Family::Goals, id)), ("value", &*channel(words, of))];
            words.fill_two("goal-by-channel", blanks)
        }
        Family::Pages if cell == UNLISTED => words.say("page-unlisted"),
        Family::Pages => cell.to_owned(),
        Family::Sources => source(words, cell),
        Family::Regions => region(words, cell),
        Family::Hours => words.fill(
            "hour",
            "value",
            cell.trim_start_matches('0').get(..).filter(|h| !h.is_empty()).unwrap_or("0"),
        ),
        _ => words.try_say(&format!("{}-{cell}", family.id())).unwrap_or_else(|| cell.to_owned()),
    }
}

/// The operator's words for a cell, in this language, else in whichever there is; else its id.
fn label(words: Words, labels: &[CellLabel], family: Family, id: &str) -> String {
    let found = labels.iter().find(|label| label.family == family && label.id == id);
    let texts = found.map(|label| label.words.as_slice()).unwrap_or_default();
    let own = texts.iter().find(|(language, _)| language == words.language());
    own.or(texts.first()).map_or_else(|| id.to_owned(), |(_, text)| text.clone())
}

fn channel(words: Words, id: &str) -> String {
    let known = words.try_say(&format!("channel-{id}"));
    known.or_else(|| words.try_say(&format!("sources-{id}"))).unwrap_or_else(|| id.to_owned())
}

/// `search/google` is Google, in a quieter word after it what kind it is.
fn source(words: Words, cell: &str) -> String {
    let Some((channel, name)) = cell.split_once('/') else {
        return words.try_say(&format!("sources-{cell}")).unwrap_or_else(|| cell.to_owned());
    };
    let proper = PROPER.iter().find(|(id, _)| *id == name).map(|(_, proper)| (*proper).to_owned());
    let name = proper.or_else(|| words.try_say(&format!("sources-{name}")));
    let channel = words.say(&format!("channel-{channel}"));
    format!("{} ({channel})", name.unwrap_or_else(|| cell.to_owned()))
}

/// Names that are written the same in every language.
const PROPER: &[(&str, &str)] = &[
    ("google", "Google"),
    ("bing", "Bing"),
    ("duckduckgo", "DuckDuckGo"),
    ("yahoo", "Yahoo"),
    ("qwant", "Qwant"),
    ("ecosia", "Ecosia"),
    ("brave", "Brave"),
    ("startpage", "Startpage"),
    ("yandex", "Yandex"),
    ("baidu", "Baidu"),
    ("facebook", "Facebook"),
    ("instagram", "Instagram"),
    ("linkedin", "LinkedIn"),
    ("x", "X"),
    ("youtube", "YouTube"),
    ("tiktok", "TikTok"),
    ("reddit", "Reddit"),
    ("pinterest", "Pinterest"),
    ("whatsapp", "WhatsApp"),
    ("chatgpt", "ChatGPT"),
    ("perplexity", "Perplexity"),
    ("copilot", "Copilot"),
    ("gemini", "Gemini"),
    ("claude", "Claude"),
    ("kagi", "Kagi"),
    ("threads", "Threads"),
    ("telegram", "Telegram"),
    ("snapchat", "Snapchat"),
    ("messenger", "Messenger"),
    ("bluesky", "Bluesky"),
    ("mastodon", "Mastodon"),
    ("meta-ai", "Meta AI"),
    ("mistral", "Mistral"),
    ("deepseek", "DeepSeek"),
    ("grok", "Grok"),
    ("google-maps", "Google Maps"),
    ("apple-maps", "Apple Maps"),
    ("bing-maps", "Bing Maps"),
    ("waze", "Waze"),
    ("openstreetmap", "OpenStreetMap"),
    ("canada411", "Canada411"),
    ("yelp", "Yelp"),
    ("telecontact", "Telecontact"),
    ("bonjour-sante", "Bonjour-santé"),
    ("clic-sante", "Clic Santé"),
    ("index-sante", "Index Santé"),
    ("ratemds", "RateMDs"),
    ("medimap", "Medimap"),
    ("doctolib", "Doctolib"),
    ("dabadoc", "DabaDoc"),
    ("nabady", "Nabady"),
    ("med-ma", "Med.ma"),
    ("doctoralia", "Doctoralia"),
];

fn region(words: Words, cell: &str) -> String {
    let known = words.try_say(&format!("region-{cell}"));
    known.or_else(|| words.try_say(&format!("country-{cell}"))).unwrap_or_else(|| cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::labels;
    use crate::usage::Source;

    #[test]
    fn cells_have_names() {
        let words = Words::of("fr");
        let name = |family, cell| cell_name(words, &labels(), family, cell);
        assert_eq!(name(Family::Sources, "search/google"), "Google (recherche)");
        assert_eq!(name(Family::Regions, "CA-QC"), "Québec");
        assert_eq!(name(Family::Regions, "FR"), "France");
        assert_eq!(name(Family::Regions, "XX"), "XX");
        assert_eq!(name(Family::Devices, "phone"), "Téléphone");
        assert_eq!(name(Family::Pages, "/a"), "/a");
        assert_eq!(name(Family::Hours, "00"), "0 h");
        assert_eq!(name(Family::Goals, "booked"), "Rendez-vous demandé");
        assert_eq!(name(Family::Goals, "gone"), "gone", "what is declared no more has its id");
        assert_eq!(name(Family::GoalsBySource, "booked/search"), "Rendez-vous demandé, recherche");
        assert_eq!(name(Family::Funnels, "way/2"), "way\u{a0}: étape 2");
        assert_eq!(name(Family::Campaigns, "(other)"), "Autres campagnes");
    }

    #[test]
    fn every_source_device_and_outcome_has_a_name_in_both_languages() {
        for words in [Words::of("fr"), Words::of("en")] {
            for source in Source::ALL {
                assert_ne!(cell_name(words, &[], Family::Sources, source.id()), source.id());
            }
            for of in crate::usage::ConsentOutcome::ALL {
                assert_ne!(cell_name(words, &[], Family::Consent, of.id()), of.id());
            }
            for of in crate::usage::Device::ALL {
                assert_ne!(cell_name(words, &[], Family::Devices, of.id()), of.id());
            }
            for of in crate::usage::Speed::ALL {
                assert_ne!(cell_name(words, &[], Family::Speed, of.id()), of.id());
            }
            for of in crate::usage::DeadLink::ALL {
                assert_ne!(cell_name(words, &[], Family::NotFound, of.id()), of.id());
            }
        }
    }
}
