//! In: a decision. Out: the guard script's tag, with what it has to know as data attributes, and
//! what `<html>` says of the consent. The script's table of the built-in vendors is an asset of
//! its own, so that a page only names, by number, the rows that are allowed now.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use askama::Template;

use super::OriginPolicy;
use super::assets::{GUARD, NAMES};
use super::declaration::state_json;
use super::granted::grants;
use crate::config::Site;
use crate::policy::{
    Catalogue, Decision, HostPattern, PathPattern, Purpose, Store, Vendor, VendorIndex, name_matches,
};

/// The guard's two tags, to stand first in `<head>`, one right after the other.
pub fn head_start(site: &Site, decision: &Decision, origin_policy: OriginPolicy<'_>) -> String {
    let table = Table::of(decision);
    let tag = Tag {
        assets: format!("{}/assets", site.prefix),
        guard: (&GUARD.name, &GUARD.integrity),
        names: (&NAMES.name, &NAMES.integrity),
        state: state_json(decision),
        allow: numbers(&table.allowed),
        keep: numbers(&table.kept),
        gone: numbers(&table.gone),
        more: table.own_rows.join("\n"),
        google: google_purposes(decision),
        frames: frame_hosts(decision),
        border: border(&decision.site().sensitive),
        observe: !decision.enforces(),
        origin_policy,
    };
    tag.render().unwrap_or_default()
}

/// The attributes to set on `<html>`.
pub fn html_attributes(_site: &Site, decision: &Decision) -> Vec<(String, String)> {
    let purposes = decision.consent().purposes.iter().map(Purpose::id);
    let granted: Vec<&str> = std::iter::once(Purpose::Necessary.id()).chain(purposes).collect();
    vec![("data-consent".to_owned(), granted.join(" "))]
}

#[derive(Template)]
#[template(path = "consent/guard.html")]
struct Tag<'a> {
    assets: String,
    /// File name and `integrity`.
    guard: (&'a str, &'a str),
    names: (&'a str, &'a str),
    state: String,
    allow: String,
    keep: String,
    gone: String,
    more: String,
    google: String,
    frames: String,
    border: String,
    observe: bool,
    origin_policy: OriginPolicy<'a>,
}

/// Hosts that a script-made frame may go to: the site's other hosts, and those of vendors let in.
fn frame_hosts(decision: &Decision) -> String {
    let admitted = decision.admitted().flat_map(|vendor| vendor.hosts.iter());
    let hosts: BTreeSet<&str> =
        decision.own_hosts().chain(admitted.map(|text| HostPattern::parse(text).host)).collect();
    hosts.into_iter().collect::<Vec<_>>().join(" ")
}

/// The site's sensitive paths, as one expression for a path's segments joined by `/`: a step over their
/// border within a page is made a whole load.
fn border(sensitive: &[PathPattern]) -> String {
    let one = |pattern: &PathPattern| {
        let mut text = String::new();
        for segment in pattern.segments() {
            let slash = if text.is_empty() { "" } else { "/" };
            match segment {
                "**" if text.is_empty() => text.push_str(".*"),
                "**" => text.push_str("(/.*)?"),
                "*" => text.push_str(&format!("{slash}[^/]+")),
                fixed => text.push_str(&format!("{slash}{}", literal(fixed))),
            }
        }
        text
    };
    match sensitive.iter().map(one).collect::<Vec<_>>().join("|") {
        paths if paths.is_empty() && sensitive.is_empty() => paths,
        paths => format!("^({paths})$"),
    }
}

fn literal(text: &str) -> String {
    let escape = |c: char| if ".+*?^${}()|[]\\/".contains(c) { format!("\\{c}") } else { c.to_string() };
    text.chars().map(escape).collect()
}

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);

/// The vendors of the asset's table, in its order; the first has row 1.
static ROWS: LazyLock<Vec<&'static Vendor>> =
    LazyLock::new(|| listed(&BUILT_IN).map(|(_, vendor)| vendor).collect());

/// Where each of them stands in it.
static ROW_NUMBERS: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| ROWS.iter().zip(1..).map(|(vendor, number)| (&*vendor.id, number)).collect());

/// The row of a vendor that still has its built-in words. A catalogue keeps the built-in order, so
/// the row is nearly always the one `after` the last, and 250 look-ups a page are spared.
fn built_in_row(vendor: &Vendor, after: usize) -> Option<usize> {
    let stands_at = |number: usize| {
        let built_in = number.checked_sub(1).and_then(|at| ROWS.get(at));
        built_in.is_some_and(|built_in| vendor.id == built_in.id && same_row(vendor, built_in))
    };
    Some(after + 1)
        .filter(|number| stands_at(*number))
        .or_else(|| ROW_NUMBERS.get(&*vendor.id).copied().filter(|number| stands_at(*number)))
}

/// The rows of the built-in vendors, in the catalogue's order; the first is always allowed.
pub(super) fn built_in_rows() -> Vec<String> {
    let others = listed(&BUILT_IN).map(|(_, vendor)| row(vendor));
    std::iter::once(platform_row(&BUILT_IN)).chain(others).collect()
}

/// Which rows a page may use. Numbers count the built-in rows first, then the page's own.
struct Table {
    allowed: Vec<usize>,
    kept: Vec<usize>,
    /// Built-in rows for which the operator's own words stand.
    gone: Vec<usize>,
    own_rows: Vec<String>,
}

impl Table {
    fn of(decision: &Decision) -> Table {
        let mut table = Table { allowed: vec![0], kept: Vec::new(), gone: Vec::new(), own_rows: Vec::new() };
        // By row number; the platforms' row 0 is nobody's to replace.
        let mut found = vec![false; ROWS.len() + 1];
        let mut last = 0;
        for (at, vendor) in listed(&decision.site().catalogue) {
            let number = match built_in_row(vendor, last) {
                Some(number) => {
                    found[number] = true;
                    last = number;
                    number
                }
                None => {
                    table.own_rows.push(row(vendor));
                    ROWS.len() + table.own_rows.len()
                }
            };
            table.mark(decision, number, at, vendor);
        }
        table.gone = (1..found.len()).filter(|number| !found[*number]).collect();
        table
    }

    /// A granted vendor is still not allowed on a sensitive page, but what it keeps may stay.
    fn mark(&mut self, decision: &Decision, number: usize, at: VendorIndex, vendor: &Vendor) {
        let site = decision.site();
        if !decision.judge_vendor(at, vendor).is_blocked() {
            self.allowed.push(number);
        } else if site.offer(at).is_some() && !site.locked.contains(vendor.purpose) {
            let consent = decision.consent();
            if decision.is_sensitive() && grants(consent.purposes, &consent.vendors, vendor) {
                self.kept.push(number);
            }
        }
    }
}

/// Software the site runs on is left out: nothing of it is ever refused.
fn listed(catalogue: &Catalogue) -> impl Iterator<Item = (VendorIndex, &Vendor)> {
    catalogue.vendors().filter(|(_, vendor)| {
        !(vendor.is_platform() || vendor.globals.is_empty() && vendor.cookies.is_empty())
    })
}

/// Whether a vendor still has the very words that were compiled in.
fn same_row(vendor: &Vendor, built_in: &Vendor) -> bool {
    std::ptr::eq(&*vendor.globals, &*built_in.globals) && std::ptr::eq(&*vendor.cookies, &*built_in.cookies)
}

/// Names of the site's own software that another vendor's pattern would catch.
fn platform_row(catalogue: &Catalogue) -> String {
    let caught = |word: &String| {
        let others = listed(catalogue).flat_map(|(_, other)| names(other));
        others.into_iter().any(|pattern| pattern == *word || name_matches(&pattern, word))
    };
    let platforms = catalogue.vendors().filter(|(_, vendor)| vendor.is_platform());
    platforms.flat_map(|(_, vendor)| names(vendor)).filter(caught).collect::<Vec<_>>().join(" ")
}

fn row(vendor: &Vendor) -> String {
    let globals = vendor.globals.iter().map(ToString::to_string);
    globals.chain(names(vendor)).collect::<Vec<_>>().join(" ")
}

/// Cookie names, and storage keys marked with `~`.
fn names(vendor: &Vendor) -> Vec<String> {
    let mark = |store| if store == Store::Cookie { "" } else { "~" };
    vendor.cookies.iter().map(|item| format!("{}{}", mark(item.store), item.name)).collect()
}

fn numbers(rows: &[usize]) -> String {
    rows.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

/// The purposes of the admitted vendors that speak through `gtag`: what Google's Consent Mode is
/// told. Tighter than the visitor's purposes where a vendor was refused on its own.
fn google_purposes(decision: &Decision) -> String {
    let speaks = |vendor: &&Vendor| vendor.globals.iter().any(|global| global == "gtag()");
    let mut purposes: Vec<&str> = decision.admitted().filter(speaks).map(|v| v.purpose.id()).collect();
    purposes.sort_unstable();
    purposes.dedup();
    purposes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::Fixture;

    fn own_rows(decision: &Decision) -> Vec<String> {
        Table::of(decision).own_rows
    }

    /// The words of the site's own rows that the page may use, or may keep.
    fn words_of(decision: &Decision, numbers: &[usize]) -> Vec<String> {
        let first = ROWS.len() + 1;
        let rows = own_rows(decision);
        numbers.iter().filter_map(|n| rows.get(n.checked_sub(first)?).cloned()).collect()
    }

    #[test]
    fn before_a_grant_no_row_of_a_vendor_is_allowed() {
        let fixture = Fixture::quebec();
        let decision = fixture.unasked();
        let table = Table::of(&decision);
        assert_eq!(own_rows(&decision).len(), 3);
        assert!(words_of(&decision, &table.allowed).is_empty() && table.kept.is_empty());
        // The fixture's vendors stand for built-in ones of the same id, whose rows count no more.
        assert!(table.allowed.iter().all(|row| !table.gone.contains(row)));
        assert!(
            head_start(&fixture.site, &decision, OriginPolicy::Absent)
                .contains("gtag() dataLayer[] _ga _ga_*")
        );
    }

    #[test]
    fn a_grant_allows_its_rows_and_tells_google() {
        let fixture = Fixture::quebec();
        let decision = fixture.saved(&["analytics"], &["-hotjar"]);
        let allowed = words_of(&decision, &Table::of(&decision).allowed);
        assert_eq!(allowed, ["gtag() dataLayer[] _ga _ga_*"]);
        assert_eq!(google_purposes(&decision), "analytics");
        let refused = fixture.saved(&["analytics"], &["-google-analytics"]);
        assert_eq!(google_purposes(&refused), "");
    }

    #[test]
    fn on_a_sensitive_page_what_was_granted_is_refused_but_kept() {
        let fixture = Fixture::quebec();
        let decision = fixture.saved_on_sensitive(&["analytics"]);
        let table = Table::of(&decision);
        assert!(words_of(&decision, &table.allowed).is_empty());
        assert_eq!(words_of(&decision, &table.kept).len(), 2);
    }

    #[test]
    fn sensitive_paths_become_one_expression() {
        let of = |patterns: &[&str]| {
            border(&patterns.iter().filter_map(|text| PathPattern::parse(text)).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), "");
        assert_eq!(of(&["/"]), "^()$");
        assert_eq!(of(&["/rendez-vous/**", "/*/a.b/"]), r"^(rendez-vous(/.*)?|[^/]+/a\.b)$");
        assert_eq!(of(&["/**"]), "^(.*)$");
        assert_eq!(of(&["/*/**"]), "^([^/]+(/.*)?)$");
    }

    #[test]
    fn storage_keys_are_told_from_cookies() {
        let fixture = Fixture::quebec();
        assert!(own_rows(&fixture.unasked()).contains(&"hj() _hj* ~_hjLocal".to_owned()));
    }

    #[test]
    fn no_row_of_the_catalogue_breaks_the_table() {
        for row in built_in_rows() {
            assert!(!row.contains(['\n', '\t']) && !row.contains("  "), "{row}");
        }
        for (_, vendor) in listed(&BUILT_IN) {
            assert!(names(vendor).iter().all(|name| !name.contains(char::is_whitespace)), "{}", vendor.id);
            let known = |global: &str| ["()", "[]", "{}"].iter().any(|kind| global.ends_with(kind));
            assert!(vendor.globals.iter().all(|global| known(global)), "{}", vendor.id);
        }
    }

    #[test]
    fn the_tag_carries_the_state_and_under_a_policy_its_hash() {
        let fixture = Fixture::quebec();
        let tag = head_start(&fixture.site, &fixture.unasked(), OriginPolicy::Present { nonce: Some("n0") });
        assert!(tag.starts_with("<script src=\"/_privacy/assets/names.") && tag.ends_with("></script>"));
        assert!(tag.contains("integrity=\"sha256-") && tag.contains("nonce=\"n0\""));
        assert!(tag.contains("&#34;source&#34;:&#34;none&#34;"));
        let html = html_attributes(&fixture.site, &fixture.saved(&["analytics"], &[]));
        assert_eq!(html, [("data-consent".to_owned(), "necessary analytics".to_owned())]);
    }
}
