//! The vendor catalogue as a whole: what no single file can be checked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot read the catalogue has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use paravent::config::vendor_check::{NamedVendors, validate};
use paravent::config::vendor_file::{CookieTable, VendorTable, parse};

/// Hosts that many services, or a site's own accounts, share: only parts of them
/// may belong to a vendor.
const SHARED_HOSTS: &[&str] = &[
    "google.com",
    "google.ca",
    "gstatic.com",
    "googleapis.com",
    "docs.google.com",
    "facebook.com",
    "linkedin.com",
    "bing.com",
    "microsoft.com",
    "office.com",
    "twitter.com",
    "x.com",
    "t.co",
    "reddit.com",
    "yandex.ru",
    "wp.com",
    "cloudflare.com",
    "cloudfront.net",
    "amazonaws.com",
    "akamaized.net",
    "azureedge.net",
    "squareup.com",
    "github.io",
];

/// Every vendor whose calls a page may hold, as the rewriter's vectors list them.
const EXPECTED: &[&str] = &[
    "google-analytics",
    "google-tag-manager",
    "google-ads",
    "meta-pixel",
    "matomo",
    "matomo-cloud",
    "hotjar",
    "microsoft-clarity",
    "tiktok-pixel",
    "linkedin-insight",
    "x-ads",
    "pinterest-tag",
    "snap-pixel",
    "microsoft-ads",
    "hubspot",
    "intercom",
    "mixpanel",
    "amplitude",
    "heap",
    "fullstory",
    "mouseflow",
    "crazy-egg",
    "segment",
    "chartbeat",
    "new-relic-browser",
    "adobe-launch",
    "adobe-analytics",
    "criteo",
    "taboola",
];

fn catalogue() -> Vec<(String, Vec<VendorTable>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vendors");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("config/vendors can be listed") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a text file");
        let vendors = parse(&name, &text).unwrap_or_else(|problem| panic!("{problem}"));
        files.push((name.into_owned(), vendors));
    }
    files
}

fn vendors() -> Vec<VendorTable> {
    catalogue().into_iter().flat_map(|(_, v)| v).collect()
}

/// `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => {
            name.strip_prefix(start).is_some_and(|left| (0..=left.len()).any(|i| matches(rest, &left[i..])))
        }
    }
}

#[test]
fn every_file_holds_together_with_the_others() {
    let files = catalogue();
    let named: Vec<_> = files.iter().map(|(file, vendors)| NamedVendors { file, vendors }).collect();
    assert_eq!(validate(&named, &["fr", "en", "ar"]), vec![]);
}

#[test]
fn there_are_enough_of_them() {
    let vendors = vendors();
    let cookies: usize = vendors.iter().map(|vendor| vendor.cookie.len()).sum();
    assert!(vendors.len() >= 250, "{} vendors", vendors.len());
    assert!(cookies >= 600, "{cookies} cookies");
}

#[test]
fn the_vendors_of_the_known_snippets_can_be_told_by_them() {
    let vendors = vendors();
    for id in EXPECTED {
        let vendor = vendors.iter().find(|vendor| vendor.id.as_ref() == id);
        let vendor = vendor.unwrap_or_else(|| panic!("{id} is missing"));
        assert!(!vendor.inline.is_empty(), "{id} has no inline signature");
        assert!(!vendor.globals.is_empty(), "{id} has no stand-in");
    }
}

#[test]
fn a_shared_host_belongs_to_nobody() {
    for vendor in vendors() {
        for host in &vendor.hosts {
            let bare = host.trim_start_matches('=');
            assert!(!SHARED_HOSTS.contains(&bare), "{} claims {host}", vendor.id.as_ref());
        }
    }
}

#[test]
fn whoever_owns_only_a_path_says_what_the_policy_admits() {
    // Derived from the host alone, the policy would admit its neighbours as well.
    for vendor in vendors() {
        let owns_path = vendor.hosts.iter().any(|host| host.contains('/'));
        assert!(!owns_path || !vendor.csp.is_empty(), "{}", vendor.id.as_ref());
    }
}

#[test]
fn advertising_is_marketing_and_replay_says_so() {
    for vendor in vendors() {
        let id = vendor.id.as_ref();
        match vendor.kind.as_str() {
            "advertising" | "call-tracking" => assert_eq!(vendor.purpose, "marketing", "{id}"),
            "session-replay" => assert!(vendor.session_replay, "{id}"),
            "analytics" | "tag-manager" | "ab-testing" => {
                assert!(["analytics", "marketing"].contains(&&*vendor.purpose), "{id}");
            }
            _ => {}
        }
    }
}

#[test]
fn nobody_abroad_is_necessary_unasked() {
    for vendor in vendors() {
        let necessary = vendor.purpose == "necessary";
        assert!(!necessary || vendor.hosts.is_empty(), "{}", vendor.id.as_ref());
    }
}

#[test]
fn what_is_seen_on_the_page_has_a_placeholder() {
    for vendor in vendors() {
        let seen = ["video", "map", "chat", "booking", "captcha"].contains(&&*vendor.kind);
        assert!(!seen || vendor.placeholder.is_some(), "{}", vendor.id.as_ref());
    }
}

#[test]
fn necessary_and_optional_patterns_do_not_meet() {
    // One way a tracker's cookie would pass; the other way a login would be lost.
    let vendors = vendors();
    let (necessary, optional): (Vec<_>, Vec<_>) =
        vendors.iter().partition(|vendor| vendor.purpose == "necessary");
    for (store, pattern) in stored_by(&necessary) {
        for (other_store, other) in stored_by(&optional) {
            let meet = matches(pattern, &sample(other)) || matches(other, &sample(pattern));
            assert!(store != other_store || !meet, "{pattern} meets {other}");
        }
    }
}

fn stored_by<'a>(vendors: &[&'a VendorTable]) -> BTreeSet<(&'a str, &'a str)> {
    let item = |cookie: &'a CookieTable| (cookie.store.as_str(), cookie.name.as_str());
    vendors.iter().flat_map(|vendor| vendor.cookie.iter().map(item)).collect()
}

/// A name that the pattern matches.
fn sample(pattern: &str) -> String {
    pattern.replace('*', "1")
}
