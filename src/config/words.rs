//! Values that are one of a few words.
//!
//! In: one text. Out: what the word stands for, or the words there are, the nearest first.

use super::checked::BannerPosition;
use super::nearest::nearest;
use super::table::Fault;
use super::usage::{Outbound, UsagePreset, UsageRelease};
use super::values::FromText;
use crate::policy::{Jurisdiction, Mode};

/// Languages that the visitor's pages speak.
pub(super) const LANGUAGES: [&str; 3] = ["fr", "en", "ar"];

/// A language of the visitor's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Language(pub &'static str);

impl FromText for Language {
    fn from_text(text: &str) -> Result<Language, Fault> {
        let known = LANGUAGES.into_iter().find(|language| *language == text).map(Language);
        known.ok_or_else(|| {
            let primary = text.split(['-', '_']).next().unwrap_or_default().to_lowercase();
            one_of("language", text, LANGUAGES.into_iter(), LANGUAGES.into_iter().find(|l| *l == primary))
        })
    }
}

/// One of a few words, each standing for a value.
trait Word: Sized + Copy + 'static {
    const WHAT: &'static str;
    const WORDS: &'static [(&'static str, Self)];
}

fn word<W: Word>(text: &str) -> Result<W, Fault> {
    let known = W::WORDS.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    known.ok_or_else(|| one_of(W::WHAT, text, W::WORDS.iter().map(|(word, _)| *word), None))
}

fn one_of<'a>(
    what: &str,
    text: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    meant: Option<&'a str>,
) -> Fault {
    let message = format!("there is no {what} \"{text}\"");
    let all: Vec<String> = known.clone().map(|word| format!("\"{word}\"")).collect();
    let all = all.join(", ");
    match meant.or_else(|| nearest(text, known)) {
        Some(meant) => Fault::new(message, format!("write \"{meant}\"; known: {all}")),
        None => Fault::new(message, format!("write one of {all}")),
    }
}

macro_rules! words {
    ($type:ty, $what:literal, $($word:literal => $value:expr),+) => {
        impl Word for $type {
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value)),+];
        }
        impl FromText for $type {
            fn from_text(text: &str) -> Result<Self, Fault> {
                word(text)
            }
        }
    };
}

/// What stands for the preferences control: a button of Paravent's, or a link of the site's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Button,
    Link,
}

words!(Mode, "mode", "enforce" => Mode::Enforce, "observe" => Mode::Observe);
words!(BannerPosition, "position", "start" => BannerPosition::Start, "end" => BannerPosition::End);
words!(Control, "control", "button" => Control::Button, "link" => Control::Link);
words!(
    Jurisdiction, "jurisdiction",
    "quebec" => Jurisdiction::Quebec, "canada" => Jurisdiction::Canada, "morocco" => Jurisdiction::Morocco,
    "gdpr" => Jurisdiction::Gdpr, "us-hipaa" => Jurisdiction::UsHipaa, "strict" => Jurisdiction::Strict
);
words!(
    Outbound, "kind",
    "site" => Outbound::Site, "phone" => Outbound::Phone, "email" => Outbound::Email
);
words!(
    UsagePreset, "preset",
    "strict" => UsagePreset::Strict, "balanced" => UsagePreset::Balanced, "detailed" => UsagePreset::Detailed
);
words!(
    UsageRelease, "release",
    "auto" => UsageRelease::Auto, "daily" => UsageRelease::Daily, "weekly" => UsageRelease::Weekly
);
