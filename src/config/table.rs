//! Reading a TOML table key by key.
//!
//! In: a parsed table with the place of each key and value. Out: values of the types asked for;
//! what has another type, and every key that nobody asked for, goes to the report with a remedy.
//! serde is not used here because it stops at the first mistake, and an operator wants them all.
//! Knows nothing of what the keys mean.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::nearest;
use super::problem::{Place, Problem, Report, Source};

/// Keys as other proxies call them, or in another number, and what they are called here.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("address", "listen"),
    ("admin", "admin_listen"),
    ("backend", "origin"),
    ("bind", "listen"),
    ("cdn_hosts", "first_party_hosts"),
    ("domain", "hosts"),
    ("domains", "hosts"),
    ("fail_timeout", "eject"),
    ("health_check", "health"),
    ("inter", "interval"),
    ("law", "jurisdiction"),
    ("mail", "email"),
    ("max_body", "request_body_bytes"),
    ("max_fails", "eject_after"),
    ("server_name", "hosts"),
    ("tls", "tls_listen"),
    ("upstream", "origin"),
];

/// A value that can be read from one TOML value.
pub(super) trait Readable: Sized {
    /// Reads it, or says what is wrong with it.
    fn read(value: &DeValue<'_>) -> Result<Self, Fault>;
}

/// What is wrong with a value. `{key}` in the remedy stands for the value's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub message: String,
    pub remedy: String,
    /// The value may hold a secret and must not be shown.
    pub secret: bool,
}

impl Fault {
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Fault {
        Fault { message: message.into(), remedy: remedy.into(), secret: false }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Given<T> {
    pub value: T,
    pub at: Place,
}

/// What a table says under one key.
#[derive(Clone, Debug, Default)]
pub(super) enum Entry<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// It is there and was reported: nothing more need be said about it.
    Unreadable,
    Given(Given<T>),
}

impl<T> Entry<T> {
    pub fn given(&self) -> Option<&Given<T>> {
        match self {
            Entry::Given(given) => Some(given),
            Entry::Absent | Entry::Unreadable => None,
        }
    }

    pub fn value(&self) -> Option<&T> {
        self.given().map(|given| &given.value)
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Entry::Absent)
    }
}

/// A table that is being read. When it is dropped, the keys nobody asked for are reported.
pub(super) struct Table<'r> {
    entries: DeTable<'r>,
    /// Its name for messages and the list of keys: `site.banner`; empty at the top.
    name: String,
    at: Place,
    asked: Vec<&'static str>,
    /// Whether some value had another type than was asked for.
    faulty: bool,
    report: &'r Report,
}

impl<'r> Table<'r> {
    /// The file as a whole. Syntax errors go to the report; `false` where there was one.
    pub fn parse(source: &'r Arc<Source>, report: &'r Report) -> (Table<'r>, bool) {
        let (top, errors) = DeTable::parse_recoverable(&source.text);
        for error in &errors {
            let place = Place::new(source, error.span().unwrap_or(0..0));
            let remedy = "correct the TOML here: each line is `key = value`, `[table]` or `[[table]]`, and each key stands once";
            report.add(Problem::unquoted(&place, format!("this is no TOML: {}", error.message()), remedy));
        }
        let at = Place::new(source, 0..0);
        let entries = top.into_inner();
        (
            Table { entries, name: String::new(), at, asked: Vec::new(), faulty: false, report },
            errors.is_empty(),
        )
    }

    /// Where the table's header stands.
    pub fn at(&self) -> &Place {
        &self.at
    }

    /// Whether every value asked for so far was absent or as it should be.
    pub fn is_sound(&self) -> bool {
        !self.faulty
    }

    /// The value under `key`.
    pub fn value<T: Readable>(&mut self, key: &'static str) -> Entry<T> {
        let Some(found) = self.take(key) else { return Entry::Absent };
        self.read(key, &found).map_or(Entry::Unreadable, Entry::Given)
    }

    /// The values of the list under `key`; those that cannot be read are reported and left out. Where
    /// none is left, the list is unreadable: only one that was written empty is given as empty.
    pub fn list<T: Readable>(&mut self, key: &'static str) -> Entry<Vec<Given<T>>> {
        let Some(found) = self.take(key) else { return Entry::Absent };
        let at = self.place(&found);
        let DeValue::Array(items) = found.get_ref() else {
            let fault = Fault::new(
                format!("this is {}, where a list belongs", kind(found.get_ref())),
                "put it in brackets: {key} = [ … ]",
            );
            self.refuse(key, &at, &fault);
            return Entry::Unreadable;
        };
        let value: Vec<Given<T>> = items.iter().filter_map(|item| self.read(key, item)).collect();
        match value.is_empty() && !items.is_empty() {
            true => Entry::Unreadable,
            false => Entry::Given(Given { value, at }),
        }
    }

    /// As [`Table::list`]; a single value stands for a list of one.
    pub fn one_or_list<T: Readable>(&mut self, key: &'static str) -> Entry<Vec<Given<T>>> {
        match self.entries.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(_)) | None => self.list(key),
            Some(_) => match self.value(key) {
                Entry::Given(one) => {
                    let at = one.at.clone();
                    Entry::Given(Given { value: vec![one], at })
                }
                Entry::Absent => Entry::Absent,
                Entry::Unreadable => Entry::Unreadable,
            },
        }
    }

    /// The table under `key`.
    pub fn table(&mut self, key: &'static str) -> Option<Table<'r>> {
        let found = self.take(key)?;
        self.enter(key, found, &format!("[{}]", self.name_of(key)))
    }

    /// The tables under `key`, written `[[key]]`.
    pub fn tables(&mut self, key: &'static str) -> Vec<Table<'r>> {
        let Some(found) = self.take(key) else { return Vec::new() };
        let header = format!("[[{}]]", self.name_of(key));
        let place = self.place(&found);
        match found.into_inner() {
            DeValue::Array(items) => {
                items.into_iter().filter_map(|item| self.enter(key, item, &header)).collect()
            }
            other => {
                let message = format!("{key}: this is {}, where a list of tables belongs", kind(&other));
                self.report.say(&place, message, format!("write the header with two brackets: {header}"));
                Vec::new()
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'r>>> {
        self.asked.push(key);
        let found = self.entries.remove(key);
        #[cfg(test)]
        {
            let mut keys = self.report.keys.borrow_mut();
            *keys.entry(self.name_of(key)).or_insert(false) |= found.is_some();
        }
        found
    }

    fn read<T: Readable>(&mut self, key: &str, found: &Spanned<DeValue<'_>>) -> Option<Given<T>> {
        let at = self.place(found);
        match T::read(found.get_ref()) {
            Ok(value) => Some(Given { value, at }),
            Err(fault) => {
                self.refuse(key, &at, &fault);
                None
            }
        }
    }

    fn refuse(&mut self, key: &str, place: &Place, fault: &Fault) {
        self.faulty = true;
        let message = format!("{key}: {}", fault.message);
        let remedy = fault.remedy.replace("{key}", key);
        self.report.add(match fault.secret {
            true => Problem::unquoted(place, message, remedy),
            false => Problem::at(place, message, remedy),
        });
    }

    fn enter(&self, key: &str, found: Spanned<DeValue<'r>>, header: &str) -> Option<Table<'r>> {
        let at = self.place(&found);
        match found.into_inner() {
            DeValue::Table(entries) => {
                let name = self.name_of(key);
                Some(Table { entries, name, at, asked: Vec::new(), faulty: false, report: self.report })
            }
            other => {
                let message = format!("{key}: this is {}, where a table belongs", kind(&other));
                self.report.say(&at, message, format!("write it as a table: {header}"));
                None
            }
        }
    }

    fn place(&self, found: &Spanned<DeValue<'_>>) -> Place {
        Place::new(self.at.source(), found.span())
    }

    fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// The key that was probably meant by one that is not known here.
    fn meant(&self, key: &str) -> Option<&'static str> {
        let other_name = OTHER_NAMES.iter().find(|(other, _)| *other == key).map(|(_, here)| *here);
        other_name
            .filter(|here| self.asked.contains(here))
            .or_else(|| nearest(key, self.asked.iter().copied()))
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        for key in self.entries.keys() {
            let place = Place::new(self.at.source(), key.span());
            let table = if self.name.is_empty() { "the file".to_owned() } else { format!("[{}]", self.name) };
            let message = format!("{table} has no key `{}`", key.get_ref());
            let remedy = match self.meant(key.get_ref()) {
                Some(meant) => format!("write `{meant}`"),
                None => format!("leave it out; known here: {}", self.asked.join(", ")),
            };
            self.report.say(&place, message, remedy);
        }
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
