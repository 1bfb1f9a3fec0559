//! The plain kinds of value a config holds, each read by itself; `addresses`, `paths` and `words` have
//! the others.
//!
//! In: one TOML value. Out: a typed value that is right as far as it can be told without its
//! neighbours, or what is wrong with it and what to write instead.

use toml::de::DeValue;

use super::addresses::canonical_host;
use super::table::{Fault, Readable, kind};
use crate::policy::Day;

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
pub(super) struct Date(pub Day);

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
            .and_then(|date| Day::of_date(date.year, date.month, date.day))
            .map(Date)
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
