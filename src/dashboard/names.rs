//! In: a cell's name as it was released. Out: what people call it. A page's path is its own name.

use super::words::Words;
use crate::usage::{Family, UNLISTED};

/// The name to show for a cell of a family.
pub(super) fn cell_name(words: Words, family: Family, cell: &str) -> String {
    match family {
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
    use crate::usage::Source;

    #[test]
    fn cells_have_names() {
        let words = Words::of("fr");
        let name = |family, cell| cell_name(words, family, cell);
        assert_eq!(name(Family::Sources, "search/google"), "Google (recherche)");
        assert_eq!(name(Family::Regions, "CA-QC"), "Québec");
        assert_eq!(name(Family::Regions, "FR"), "France");
        assert_eq!(name(Family::Regions, "XX"), "XX");
        assert_eq!(name(Family::Devices, "phone"), "Téléphone");
        assert_eq!(name(Family::Pages, "/a"), "/a");
        assert_eq!(name(Family::Hours, "00"), "0 h");
    }

    #[test]
    fn every_source_device_and_outcome_has_a_name_in_both_languages() {
        for words in [Words::of("fr"), Words::of("en")] {
            for source in Source::ALL {
                assert_ne!(cell_name(words, Family::Sources, source.id()), source.id());
            }
            for of in crate::usage::ConsentOutcome::ALL {
                assert_ne!(cell_name(words, Family::Consent, of.id()), of.id());
            }
            for of in crate::usage::Device::ALL {
                assert_ne!(cell_name(words, Family::Devices, of.id()), of.id());
            }
        }
    }
}
