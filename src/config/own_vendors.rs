//! The operator's own vendors.
//!
//! In: `[[vendor]]` tables. Out: vendors for the catalogue, in the format of the built-in ones. It
//! also refuses what would make a known tracker pass for something that needs less consent.

use std::borrow::Cow;
use std::sync::Arc;

use toml::Spanned;

use super::problem::{Place, Report, Source};
use super::table::{Entry, Given, Table};
use super::values::Whole;
use super::vendor_check::{NamedVendors, validate};
use super::vendor_file::{CookieTable, MAX_DAYS, VendorTable, WordsTable};
use crate::policy::{
    Catalogue, Destination, Embed, HostPattern, Kind, Purpose, Store, StoredItem, Vendor, Words,
};

/// One `[[vendor]]` table.
#[derive(Debug)]
pub(super) struct RawVendor {
    at: Place,
    table: VendorTable,
    /// Every value that is there has the type it should have.
    sound: bool,
}

/// Reads one table. What is required and missing is found by [`own_vendors`].
pub(super) fn read_vendor(mut table: Table<'_>) -> RawVendor {
    let at = table.at().clone();
    let id = table.value("id");
    let span = id.given().map_or(at.span(), |given: &Given<String>| given.at.span());
    let read = VendorTable {
        id: Spanned::new(span, text(&id)),
        name: text(&table.value("name")),
        entity: text(&table.value("entity")),
        country: text(&table.value("country")),
        purpose: text(&table.value("purpose")),
        kind: text(&table.value("kind")),
        policy_url: text(&table.value("policy_url")),
        session_replay: flag(&table.value("session_replay")),
        hosts: texts(&table.list("hosts")),
        cname: texts(&table.list("cname")),
        csp: texts(&table.list("csp")),
        same_origin: texts(&table.list("same_origin")),
        inline: texts(&table.list("inline")),
        globals: texts(&table.list("globals")),
        placeholder: table.value("placeholder").value().cloned(),
        why: table.table("why").map(read_words).unwrap_or_default(),
        cookie: table.tables("cookie").into_iter().map(read_cookie).collect(),
    };
    RawVendor { at, table: read, sound: table.is_sound() }
}

fn read_cookie(mut table: Table<'_>) -> CookieTable {
    let store = table.value("store").value().cloned().unwrap_or_else(|| "cookie".to_owned());
    let days = table.value::<Whole<0, { MAX_DAYS as u64 }>>("days");
    CookieTable {
        name: text(&table.value("name")),
        store,
        days: days.value().and_then(|days| u16::try_from(days.0).ok()).unwrap_or(0),
        http_only: flag(&table.value("http_only")),
        why: table.table("why").map(read_words).unwrap_or_default(),
    }
}

fn read_words(mut table: Table<'_>) -> WordsTable {
    WordsTable { fr: text(&table.value("fr")), en: text(&table.value("en")), ar: text(&table.value("ar")) }
}

fn text(entry: &Entry<String>) -> String {
    entry.value().cloned().unwrap_or_default()
}

fn texts(entry: &Entry<Vec<Given<String>>>) -> Vec<String> {
    entry.value().map(|list| list.iter().map(|item| item.value.clone()).collect()).unwrap_or_default()
}

fn flag(entry: &Entry<bool>) -> bool {
    entry.value().copied().unwrap_or(false)
}

/// The operator's vendors, checked by the rules of the built-in ones and against them.
pub(super) fn own_vendors(raw: Vec<RawVendor>, report: &Report) -> Vec<Vendor> {
    let mut files: Vec<(Arc<Source>, Vec<VendorTable>)> = Vec::new();
    for vendor in raw.into_iter().filter(|vendor| vendor.sound) {
        let source = vendor.at.source();
        match files.iter_mut().find(|(known, _)| Arc::ptr_eq(known, source)) {
            Some((_, tables)) => tables.push(vendor.table),
            None => files.push((Arc::clone(source), vec![vendor.table])),
        }
    }
    report_faults(&files, report);
    let built_in = Catalogue::built_in();
    let mut vendors = Vec::new();
    for (source, tables) in files {
        for table in tables {
            let place = Place::new(&source, table.id.span());
            report_silence(&table, &place, report);
            if let Some(vendor) = vendor(table) {
                report_disguise(&vendor, &built_in, &place, report);
                vendors.push(vendor);
            }
        }
    }
    vendors
}

fn report_faults(files: &[(Arc<Source>, Vec<VendorTable>)], report: &Report) {
    let named: Vec<NamedVendors<'_>> =
        files.iter().map(|(source, vendors)| NamedVendors { file: &source.name, vendors }).collect();
    for fault in validate(&named, &[]) {
        let Some((source, _)) = files.iter().find(|(source, _)| source.name == fault.file) else { continue };
        let place = Place::new(source, fault.span);
        let (message, remedy) = fault
            .message
            .split_once(": ")
            .unwrap_or((&fault.message, "see [[vendor]] in config/reference.toml for what it may be"));
        report.say(&place, format!("vendor \"{}\": {message}", fault.vendor), remedy);
    }
}

/// A visitor is told what each vendor and cookie does (Law 25, s. 8; promise EV7).
fn report_silence(table: &VendorTable, place: &Place, report: &Report) {
    let remedy = "write why = { fr = \"…\", en = \"…\", ar = \"…\" }, in one language at least";
    let is_silent = |why: &WordsTable| [&why.fr, &why.en, &why.ar].iter().all(|text| text.is_empty());
    let id = table.id.get_ref();
    if is_silent(&table.why) {
        report.say(place, format!("vendor \"{id}\" does not say what it does"), remedy);
    }
    for cookie in table.cookie.iter().filter(|cookie| is_silent(&cookie.why)) {
        let message = format!("vendor \"{id}\" does not say what its cookie \"{}\" is for", cookie.name);
        report.say(place, message, remedy);
    }
}

/// A built-in tracker stays one: it may not come back as something that needs less consent, neither
/// by its id nor by its hosts (RQ1, RM4).
fn report_disguise(own: &Vendor, built_in: &Catalogue, place: &Place, report: &Report) {
    let by_id = built_in.by_id(&own.id).map(|(_, known)| known);
    let by_host = own.hosts.iter().filter_map(|host| {
        let HostPattern { host, path, query, .. } = HostPattern::parse(host);
        built_in.owner(&Destination { scheme: "https", host, path, query }).map(|(_, known)| known)
    });
    let tracker = by_id.into_iter().chain(by_host).find(|known| {
        matches!(known.purpose, Purpose::Analytics | Purpose::Marketing) && own.purpose < known.purpose
    });
    if let Some(known) = tracker {
        let message = format!(
            "vendor \"{}\" is {} in the catalogue (\"{}\") and cannot become {}",
            own.id,
            known.purpose.id(),
            known.id,
            own.purpose.id()
        );
        report.say(
            place,
            message,
            format!("write purpose = \"{}\", or leave the vendor out", known.purpose.id()),
        );
    }
}

/// `None` where a word is unknown, which `validate` has reported.
fn vendor(table: VendorTable) -> Option<Vendor> {
    let placeholder = match &table.placeholder {
        Some(word) => Some(embed(word)?),
        None => None,
    };
    let cookies: Option<Vec<StoredItem>> = table.cookie.into_iter().map(stored_item).collect();
    Some(Vendor {
        id: Cow::Owned(table.id.into_inner()),
        name: Cow::Owned(table.name),
        entity: Cow::Owned(table.entity),
        country: Cow::Owned(table.country),
        purpose: Purpose::from_id(&table.purpose)?,
        kind: vendor_kind(&table.kind)?,
        policy_url: Cow::Owned(table.policy_url),
        session_replay: table.session_replay,
        hosts: owned(table.hosts),
        cname: owned(table.cname),
        csp: owned(table.csp),
        same_origin: owned(table.same_origin),
        inline: owned(table.inline),
        globals: owned(table.globals),
        placeholder,
        why: words(table.why),
        cookies: Cow::Owned(cookies?),
    })
}

fn owned(texts: Vec<String>) -> Cow<'static, [Cow<'static, str>]> {
    texts.into_iter().map(Cow::Owned).collect()
}

fn stored_item(table: CookieTable) -> Option<StoredItem> {
    let store = match table.store.as_str() {
        "cookie" => Store::Cookie,
        "local" => Store::Local,
        "session" => Store::Session,
        _ => return None,
    };
    let CookieTable { name, days, http_only, why, .. } = table;
    Some(StoredItem { name: Cow::Owned(name), store, days, http_only, why: words(why) })
}

/// A language that was left out speaks with the words of the first that was not.
fn words(table: WordsTable) -> Words {
    let WordsTable { fr, en, ar } = table;
    let first = [&fr, &en, &ar].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
    let or_first = |text: String| Cow::Owned(if text.is_empty() { first.clone() } else { text });
    Words { fr: or_first(fr), en: or_first(en), ar: or_first(ar) }
}

fn embed(word: &str) -> Option<Embed> {
    Some(match word {
        "video" => Embed::Video,
        "map" => Embed::Map,
        "chat" => Embed::Chat,
        "booking" => Embed::Booking,
        "social" => Embed::Social,
        "captcha" => Embed::Captcha,
        "form" => Embed::Form,
        _ => return None,
    })
}

fn vendor_kind(word: &str) -> Option<Kind> {
    Some(match word {
        "tag-manager" => Kind::TagManager,
        "analytics" => Kind::Analytics,
        "session-replay" => Kind::SessionReplay,
        "advertising" => Kind::Advertising,
        "social" => Kind::Social,
        "video" => Kind::Video,
        "map" => Kind::Map,
        "font" => Kind::Font,
        "cdn" => Kind::Cdn,
        "chat" => Kind::Chat,
        "booking" => Kind::Booking,
        "captcha" => Kind::Captcha,
        "payment" => Kind::Payment,
        "newsletter" => Kind::Newsletter,
        "reviews" => Kind::Reviews,
        "call-tracking" => Kind::CallTracking,
        "error-reporting" => Kind::ErrorReporting,
        "ab-testing" => Kind::AbTesting,
        "consent-manager" => Kind::ConsentManager,
        "platform" => Kind::Platform,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::vendor_file::{KINDS, PLACEHOLDERS};
    use super::*;

    #[test]
    fn every_word_of_the_file_format_is_understood() {
        for kind in KINDS {
            assert!(vendor_kind(kind).is_some(), "{kind}");
        }
        for placeholder in PLACEHOLDERS {
            assert!(embed(placeholder).is_some(), "{placeholder}");
        }
    }

    #[test]
    fn a_missing_language_speaks_with_the_first() {
        let table = WordsTable { fr: String::new(), en: "Booking.".to_owned(), ar: String::new() };
        assert_eq!(words(table).in_language("ar"), "Booking.");
    }
}
