//! Whether vendor tables hold together.
//!
//! In: the raw tables of one or more files, and the languages whose words are
//! needed. Out: every problem at once, each with its file and vendor. Must never
//! know: the rest of the crate, because `build.rs` compiles this file too, beside
//! `vendor_file`.

use std::collections::BTreeMap;

use super::vendor_file::{
    CookieTable, KINDS, MAX_DAYS, PLACEHOLDERS, PURPOSES, STORES, VendorProblem, VendorTable, WordsTable,
};
use super::vendor_pattern::{cname_fault, csp_fault, global_fault, host_fault, inline_fault, shape_fault};

/// The tables of one file, and its name for messages.
pub struct NamedVendors<'a> {
    pub file: &'a str,
    pub vendors: &'a [VendorTable],
}

/// Checks each vendor by itself, then all of them against each other. `languages`
/// (of `fr`, `en`, `ar`) are those in which every explanation must be written.
pub fn validate(files: &[NamedVendors<'_>], languages: &[&str]) -> Vec<VendorProblem> {
    let mut report = Report::default();
    for (file, vendor) in each(files) {
        report.at(file, vendor);
        check_identity(vendor, &mut report);
        check_recognition(vendor, &mut report);
        check_words("why", &vendor.why, languages, &mut report);
        for cookie in &vendor.cookie {
            check_cookie(cookie, languages, &mut report);
        }
    }
    check_claims(files, &mut report);
    report.problems
}

fn each<'a>(files: &'a [NamedVendors<'a>]) -> impl Iterator<Item = (&'a str, &'a VendorTable)> + 'a {
    files.iter().flat_map(|named| named.vendors.iter().map(|vendor| (named.file, vendor)))
}

/// Collects problems for the vendor that is being looked at.
#[derive(Default)]
struct Report {
    file: String,
    vendor: String,
    span: std::ops::Range<usize>,
    problems: Vec<VendorProblem>,
}

impl Report {
    fn at(&mut self, file: &str, vendor: &VendorTable) {
        self.file = file.to_owned();
        self.vendor = vendor.id.as_ref().clone();
        self.span = vendor.id.span();
    }

    fn add(&mut self, message: impl Into<String>) {
        self.problems.push(VendorProblem {
            file: self.file.clone(),
            vendor: self.vendor.clone(),
            span: self.span.clone(),
            message: message.into(),
        });
    }

    fn require(&mut self, kept: bool, message: impl FnOnce() -> String) {
        if !kept {
            self.add(message());
        }
    }

    fn one_of(&mut self, key: &str, value: &str, allowed: &[&str]) {
        self.require(allowed.contains(&value), || {
            format!("{key} \"{value}\" is unknown: write one of {}", allowed.join(", "))
        });
    }
}

fn check_identity(vendor: &VendorTable, report: &mut Report) {
    let id = vendor.id.as_ref();
    report.require(is_kebab_case(id), || {
        format!("id \"{id}\" is not kebab-case: write lower-case words joined by hyphens")
    });
    report.require(!vendor.name.trim().is_empty(), || "name is empty".into());
    report.one_of("purpose", &vendor.purpose, PURPOSES);
    report.one_of("kind", &vendor.kind, KINDS);
    if let Some(placeholder) = &vendor.placeholder {
        report.one_of("placeholder", placeholder, PLACEHOLDERS);
    }
    // Law 25, s. 17: who receives it and where is part of what the visitor is told.
    if !vendor.hosts.is_empty() {
        report.require(!vendor.entity.trim().is_empty(), || {
            "entity is empty: name the legal entity behind the hosts".into()
        });
        report.require(vendor.policy_url.starts_with("https://"), || {
            "policy_url is missing: write an https:// address".into()
        });
    }
    if !vendor.hosts.is_empty() || !vendor.country.is_empty() {
        report.require(is_country(&vendor.country), || {
            format!("country \"{}\" is no ISO 3166-1 alpha-2 code such as \"CA\"", vendor.country)
        });
    }
}

fn check_recognition(vendor: &VendorTable, report: &mut Report) {
    let traces = [vendor.hosts.len(), vendor.same_origin.len(), vendor.inline.len(), vendor.cookie.len()];
    report.require(traces.iter().sum::<usize>() > 0, || {
        "nothing tells it: give hosts, same_origin, inline or a cookie".into()
    });
    check_each("host", &vendor.hosts, host_fault, report);
    check_each("cname target", &vendor.cname, cname_fault, report);
    check_each("csp source", &vendor.csp, csp_fault, report);
    check_each("same_origin shape", &vendor.same_origin, shape_fault, report);
    check_each("inline signature", &vendor.inline, inline_fault, report);
    check_each("global", &vendor.globals, global_fault, report);
}

fn check_each(what: &str, values: &[String], fault: fn(&str) -> Option<&'static str>, report: &mut Report) {
    for value in values {
        if let Some(fault) = fault(value) {
            report.add(format!("{what} \"{value}\" {fault}"));
        }
    }
}

fn check_words(what: &str, words: &WordsTable, languages: &[&str], report: &mut Report) {
    for (language, text) in [("fr", &words.fr), ("en", &words.en), ("ar", &words.ar)] {
        report.require(!languages.contains(&language) || !text.trim().is_empty(), || {
            format!("{what} is not written in \"{language}\"")
        });
    }
}

fn check_cookie(cookie: &CookieTable, languages: &[&str], report: &mut Report) {
    let name = &cookie.name;
    report.require(name.chars().any(|c| c != '*'), || {
        format!("cookie name \"{name}\" would match every cookie")
    });
    report.require(!name.contains([';', '=', ',']) && !name.contains(char::is_whitespace), || {
        format!("cookie name \"{name}\" has a character that no cookie name may have")
    });
    report.one_of("store", &cookie.store, STORES);
    report.require(cookie.days <= MAX_DAYS, || format!("cookie \"{name}\": days is over {MAX_DAYS}"));
    report.require(cookie.store != "session" || cookie.days == 0, || {
        format!("cookie \"{name}\": session storage ends with the session, write days = 0")
    });
    report.require(cookie.store == "cookie" || !cookie.http_only, || {
        format!("cookie \"{name}\": http_only is for cookies, scripts own the storage")
    });
    check_words(&format!("cookie \"{name}\": why"), &cookie.why, languages, report);
}

/// What one vendor claims, another may not claim; or only for the same purpose,
/// where both truly leave the same trace and the ruling is the same.
fn check_claims(files: &[NamedVendors<'_>], report: &mut Report) {
    let mut claims: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (file, vendor) in each(files) {
        report.at(file, vendor);
        for (claim, terms) in claims_of(vendor) {
            match claims.get(&claim) {
                Some((other, held)) if *held != terms || terms.is_empty() => {
                    report.add(format!("{claim} is already claimed by \"{other}\""));
                }
                Some(_) => {}
                None => {
                    claims.insert(claim, (vendor.id.as_ref().clone(), terms));
                }
            }
        }
    }
}

/// Each claim with the terms on which it may be shared; empty terms: never.
fn claims_of(vendor: &VendorTable) -> Vec<(String, String)> {
    let purpose = &vendor.purpose;
    let mut claims = vec![(format!("id \"{}\"", vendor.id.as_ref()), String::new())];
    for host in &vendor.hosts {
        claims.push((format!("host \"{host}\""), String::new()));
    }
    for target in &vendor.cname {
        claims.push((format!("cname target \"{target}\""), String::new()));
    }
    for shape in &vendor.same_origin {
        claims.push((format!("same_origin shape \"{shape}\""), purpose.clone()));
    }
    for signature in &vendor.inline {
        claims.push((format!("inline signature \"{signature}\""), purpose.clone()));
    }
    for global in &vendor.globals {
        let bare = global.trim_end_matches(['(', ')', '[', ']', '{', '}']);
        claims.push((format!("global \"{bare}\""), global.clone()));
    }
    for cookie in &vendor.cookie {
        let place = format!("{} \"{}\"", cookie.store, cookie.name);
        claims.push((place, purpose.clone()));
    }
    claims
}

fn is_kebab_case(id: &str) -> bool {
    id.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

pub fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.split_ascii_whitespace().any(|known| known == code)
}

/// ISO 3166-1 alpha-2, officially assigned.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ \
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW \
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY \
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM \
    ZW";

#[cfg(test)]
#[path = "vendor_check_tests.rs"]
mod tests;
