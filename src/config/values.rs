//! The kinds of value a config holds, each read by itself.
//!
//! In: one TOML value. Out: a typed value that is right as far as it can be told without its
//! neighbours, or what is wrong with it and what to write instead.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use toml::de::DeValue;
use url::Url;

use super::checked::{BannerPosition, Origin, UsagePreset, UsageRelease};
use super::nearest::nearest;
use super::table::{Fault, Readable, kind};
use crate::policy::{Jurisdiction, Mode, PathPattern};

/// Languages that the visitor's pages speak.
pub(super) const LANGUAGES: [&str; 3] = ["fr", "en", "ar"];

/// A value that is written as text.
pub(super) trait FromText: Sized {
    fn from_text(text: &str) -> Result<Self, Fault>;
}

impl<T: FromText> Readable for T {
    fn read(value: &DeValue<'_>) -> Result<T, Fault> {
        match value.as_str() {
            Some(text) => T::from_text(text),
            None => Err(Fault::new(
                format!("this is {}, where text in quotes belongs", kind(value)),
                "write {key} with its value in quotes",
            )),
        }
    }
}

impl Readable for bool {
    fn read(value: &DeValue<'_>) -> Result<bool, Fault> {
        value.as_bool().ok_or_else(|| {
            let message = format!("this is {}, where true or false belongs", kind(value));
            Fault::new(message, "write {key} = true or {key} = false, without quotes")
        })
    }
}

/// A whole number from `LOW` to `HIGH`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<const LOW: u64, const HIGH: u64>(pub u64);

impl<const LOW: u64, const HIGH: u64> Readable for Whole<LOW, HIGH> {
    fn read(value: &DeValue<'_>) -> Result<Self, Fault> {
        let remedy = format!("write {{key}} as a whole number from {LOW} to {HIGH}, without quotes");
        let Some(integer) = value.as_integer() else {
            let message = format!("this is {}, where a whole number belongs", kind(value));
            return Err(Fault::new(message, remedy));
        };
        u64::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| (LOW..=HIGH).contains(number))
            .map(Whole)
            .ok_or_else(|| Fault::new("this number is out of range", remedy))
    }
}

/// A day of the calendar, `YYYY-MM-DD`, with quotes or without.
#[derive(Clone, Debug)]
pub(super) struct Date(pub String);

impl Readable for Date {
    fn read(value: &DeValue<'_>) -> Result<Date, Fault> {
        let written = match value {
            DeValue::String(text) => text.parse::<toml::value::Datetime>().ok(),
            DeValue::Datetime(datetime) => Some(*datetime),
            _ => None,
        };
        written
            .filter(|written| written.time.is_none())
            .and_then(|written| written.date)
            .map(|date| Date(date.to_string()))
            .ok_or_else(|| Fault::new("this is no day of the calendar", "write {key} = \"YYYY-MM-DD\""))
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Result<String, Fault> {
        match text.trim() {
            "" => Err(Fault::new("this is empty", "write something, or leave {key} out")),
            trimmed => Ok(trimmed.to_owned()),
        }
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<SocketAddr, Fault> {
        text.parse().map_err(|_| {
            let remedy = "write an IP address and a port: \"127.0.0.1:8080\", or \"[::]:443\" for IPv6";
            Fault::new(format!("\"{text}\" is no address with a port"), remedy)
        })
    }
}

impl FromText for IpNet {
    fn from_text(text: &str) -> Result<IpNet, Fault> {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        let net = text.parse::<IpNet>().ok().or_else(single).ok_or_else(|| {
            let remedy =
                "write networks as \"10.0.0.0/8\" or \"2001:db8::/32\", single machines as \"10.0.0.7\"";
            Fault::new(format!("\"{text}\" is no network"), remedy)
        })?;
        if net.prefix_len() == 0 {
            let remedy = "name the networks of your own proxies; an empty list trusts nobody";
            return Err(Fault::new(format!("\"{text}\" would trust everybody"), remedy));
        }
        Ok(net.trunc())
    }
}

/// A host name or address literal: lower case, without scheme, port or path.
#[derive(Clone, Debug)]
pub(super) struct HostName(pub String);

impl FromText for HostName {
    fn from_text(text: &str) -> Result<HostName, Fault> {
        let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
        let bare = bare.split(['/', '?', '#']).next().unwrap_or(bare);
        let bare = bare.rsplit_once('@').map_or(bare, |(_, host)| host);
        let plain = canonical_host(bare);
        match plain {
            Some(plain) if plain == text => Ok(HostName(plain)),
            Some(plain) => Err(Fault {
                secret: text.contains('@'),
                ..Fault::new(host_fault(text, bare), format!("write \"{plain}\""))
            }),
            None => Err(Fault {
                secret: text.contains('@'),
                ..Fault::new("this is no host name", "write the host alone, such as \"clinique.example\"")
            }),
        }
    }
}

/// The host as visitors' browsers send it, without port; international names in punycode.
fn canonical_host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (url.path() == "/" && !host.is_empty() && host.chars().all(plain)).then_some(host)
}

fn host_fault(text: &str, bare: &str) -> &'static str {
    if text.contains("://") {
        "a host stands without a scheme"
    } else if bare != text {
        "a host stands without a path"
    } else if text.chars().any(char::is_uppercase) {
        "a host is written in lower case"
    } else if text.contains(':') {
        "a host stands without a port: a site answers on every listener"
    } else {
        "this host is written otherwise by browsers"
    }
}

impl FromText for Origin {
    fn from_text(text: &str) -> Result<Origin, Fault> {
        let remedy = "write the address of the site behind Paravent, such as \"http://127.0.0.1:3000\"";
        let Ok(url) = Url::parse(text) else {
            let fault = Fault::new("this is no URL with scheme and host", remedy);
            return Err(Fault { secret: text.contains('@'), ..fault });
        };
        if !url.username().is_empty() || url.password().is_some() {
            let remedy = "leave out what stands before the @: the visitor's own credentials go to the origin";
            return Err(Fault {
                secret: true,
                ..Fault::new("an origin holds no user name or password", remedy)
            });
        }
        let (true, Some(host), Some(port)) =
            (matches!(url.scheme(), "http" | "https"), url.host_str(), url.port_or_known_default())
        else {
            return Err(Fault::new("an origin is reached over http or https", remedy));
        };
        if port == 0 {
            return Err(Fault::new("no origin listens on port 0", remedy));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            let plain = &url[..url::Position::BeforePath];
            let message = "an origin has no path: the visitor's path goes to it as it is";
            return Err(Fault::new(message, format!("write \"{plain}\"")));
        }
        Ok(Origin { https: url.scheme() == "https", host: host.to_owned(), port })
    }
}

/// The prefix of Paravent's own pages: `/_` and a word.
#[derive(Clone, Debug)]
pub(super) struct Prefix(pub String);

impl FromText for Prefix {
    fn from_text(text: &str) -> Result<Prefix, Fault> {
        let plain = text.trim_end_matches('/');
        let word = plain.strip_prefix("/_").unwrap_or_default();
        let letters =
            word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
        if word.is_empty() || !letters {
            let message =
                "the prefix is one segment that begins with /_, so that it meets no page of the site";
            return Err(Fault::new(
                message,
                "write {key} = \"/_privacy\", in small letters, digits, - and _",
            ));
        }
        Ok(Prefix(plain.to_owned()))
    }
}

/// A path pattern that some request can match.
#[derive(Clone, Debug)]
pub(super) struct SensitivePath(pub PathPattern);

impl FromText for SensitivePath {
    fn from_text(text: &str) -> Result<SensitivePath, Fault> {
        let fault = |message: &str, remedy: &str| Err(Fault::new(message.to_owned(), remedy.to_owned()));
        let segments = || text.split('/');
        if !text.starts_with('/') {
            return fault("a path begins with /", &format!("write \"/{text}\""));
        }
        if text.contains(['?', '#']) {
            return fault(
                "only paths are compared, never queries or fragments",
                "leave out ? or # and the rest",
            );
        }
        if text.contains('%') {
            return fault("paths are compared decoded", "write the letter itself instead of its % code");
        }
        if text.contains(['\\', ';']) || segments().any(|s| s == "." || s == "..") {
            return fault(
                "no request matches this: \\ ; . and .. are resolved first",
                "write the plain path",
            );
        }
        if segments().any(|segment| segment.contains('*') && segment != "*" && segment != "**") {
            return fault(
                "* stands for a whole segment",
                "write \"/*/\" for any segment, or end with \"/**\"",
            );
        }
        match PathPattern::parse(text) {
            Some(pattern) => Ok(SensitivePath(pattern)),
            None => fault("** stands only at the end", "write \"*\" for each segment before the end"),
        }
    }
}

/// A page to count: a path in which `{…}` stands for one segment.
#[derive(Clone, Debug)]
pub(super) struct PageTemplate(pub String);

impl FromText for PageTemplate {
    fn from_text(text: &str) -> Result<PageTemplate, Fault> {
        let whole = |segment: &str| match segment.contains(['{', '}']) {
            true => segment.starts_with('{') && segment.ends_with('}'),
            false => true,
        };
        if text.starts_with('/') && !text.contains(['?', '#', '*']) && text.split('/').all(whole) {
            return Ok(PageTemplate(text.to_owned()));
        }
        let message =
            format!("\"{text}\" is no page: a path, without query, in which {{…}} is a whole segment");
        Err(Fault::new(message, "write pages such as \"/medecins/{…}\""))
    }
}

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

/// A country's code.
#[derive(Clone, Debug)]
pub(super) struct Country(pub String);

impl FromText for Country {
    fn from_text(text: &str) -> Result<Country, Fault> {
        if super::vendor_check::is_country(text) {
            return Ok(Country(text.to_owned()));
        }
        let message = format!("\"{text}\" is no country");
        Err(Fault::new(message, "write ISO 3166-1 alpha-2 codes in capitals, such as \"CA\" or \"MA\""))
    }
}

/// An e-mail address, as far as its shape tells.
#[derive(Clone, Debug)]
pub(super) struct Email(pub String);

impl FromText for Email {
    fn from_text(text: &str) -> Result<Email, Fault> {
        let shape = text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && canonical_host(host).is_some()
        });
        if shape && !text.contains(|c: char| c.is_whitespace() || "<>\"',;:".contains(c)) {
            return Ok(Email(text.to_owned()));
        }
        Err(Fault::new("this is no e-mail address", "write {key} = \"vie-privee@clinique.example\""))
    }
}

/// An IANA time zone that this machine knows.
#[derive(Clone, Debug)]
pub(super) struct TimeZone(pub String);

impl FromText for TimeZone {
    fn from_text(text: &str) -> Result<TimeZone, Fault> {
        // A machine without a time zone database knows only UTC; the day's borders are then UTC's.
        let database = jiff::tz::db();
        if text == "UTC" || database.is_definitively_empty() || database.get(text).is_ok() {
            return Ok(TimeZone(text.to_owned()));
        }
        Err(Fault::new(
            format!("there is no time zone \"{text}\""),
            "write {key} = \"America/Montreal\" or another IANA name",
        ))
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
    UsagePreset, "preset",
    "strict" => UsagePreset::Strict, "balanced" => UsagePreset::Balanced, "detailed" => UsagePreset::Detailed
);
words!(
    UsageRelease, "release",
    "auto" => UsageRelease::Auto, "daily" => UsageRelease::Daily, "weekly" => UsageRelease::Weekly
);
