//! What may load, for whom, and by which rule.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;

/// Names every path that ends in `relay.js`, unless the page asks for it as `/fine/`.
#[derive(Debug)]
struct Relays;

impl TrackerList for Relays {
    fn names(&self, to: &Destination<'_>, _: &str) -> Option<Listed> {
        let named = to.path.ends_with("relay.js") && !to.path.starts_with("/fine/");
        named.then(|| Listed { place: "mine.txt:1".to_owned(), rule: "relay.js".to_owned() })
    }
}

fn vendor(id: &'static str, purpose: Purpose, host: &'static str, cookie: &'static str) -> Vendor {
    let words = || Words { fr: "x".into(), en: "x".into(), ar: "x".into() };
    let item =
        StoredItem { name: cookie.into(), store: Store::Cookie, days: 30, http_only: false, why: words() };
    Vendor {
        id: id.into(),
        name: id.into(),
        entity: id.into(),
        country: "CA".into(),
        purpose,
        kind: Kind::Analytics,
        policy_url: "https://x.example/".into(),
        session_replay: false,
        hosts: Cow::Owned(vec![host.into()]),
        cname: Cow::Borrowed(&[]),
        csp: Cow::Borrowed(&[]),
        same_origin: Cow::Owned(vec!["/collect?tid=T-".into()]),
        inline: Cow::Borrowed(&[]),
        globals: Cow::Borrowed(&[]),
        placeholder: None,
        why: words(),
        cookies: Cow::Owned(vec![item]),
    }
}

fn site(change: impl FnOnce(&mut SitePolicy)) -> Arc<SitePolicy> {
    let catalogue = Arc::new(Catalogue::with(vec![
        vendor("count", Purpose::Analytics, "count.example", "_count"),
        vendor("sell", Purpose::Marketing, "sell.example", "_sell"),
        vendor("book", Purpose::Necessary, "book.example", "_book"),
        vendor("absent", Purpose::Analytics, "absent.example", "_absent"),
    ]));
    let offer = |id: &str, on_sensitive| Offer { vendor: catalogue.by_id(id).unwrap().0, on_sensitive };
    let mut site = SitePolicy {
        hosts: Hosts::These(vec!["clinic.example".into(), "www.clinic.example".into()]),
        first_party_hosts: vec!["images.clinic.example".into()],
        offers: vec![offer("count", false), offer("sell", false), offer("book", true)],
        catalogue: Arc::clone(&catalogue),
        withheld: Vec::new(),
        locked: PurposeSet::NONE,
        sensitive: vec![PathPattern::parse("/rendez-vous/**").unwrap()],
        rules: Jurisdiction::Quebec.rules(),
        mode: Mode::Enforce,
        notice: "n1".into(),
    };
    change(&mut site);
    Arc::new(site)
}

fn choice(purposes: PurposeSet) -> StoredChoice {
    let vendors = BTreeMap::new();
    StoredChoice { notice: "n1".into(), day: Day(1000), purposes, vendors, counted: true, chosen: true }
}

fn decided(site: &Arc<SitePolicy>, path: &str, choice: Option<&StoredChoice>) -> Decision {
    let facts = Facts { host: "clinic.example", path, choice, once: None, gpc: false, today: Day(1010) };
    decide(site, &facts)
}

fn rule(decision: &Decision, host: &str, path: &str, query: &str) -> (bool, Rule) {
    let ruling = decision.judge(&Destination { scheme: "https", host, path, query });
    (ruling.is_blocked(), ruling.rule)
}

const ANALYTICS: PurposeSet = PurposeSet::NONE.with(Purpose::Analytics);

#[test]
fn nothing_foreign_loads_before_a_choice_but_what_is_necessary() {
    let decision = decided(&site(|_| {}), "/", None);
    for (host, blocked, by) in [
        ("clinic.example", false, Rule::OwnHost),
        ("images.clinic.example", false, Rule::OwnHost),
        ("www.clinic.example", false, Rule::OwnHost),
        ("shop.clinic.example", true, Rule::UnknownHost),
        ("count.example", true, Rule::NoConsent),
        ("eu.count.example", true, Rule::NoConsent),
        ("sell.example", true, Rule::NoConsent),
        ("absent.example", true, Rule::VendorNotOffered),
        ("nobody-knows.example", true, Rule::UnknownHost),
        ("book.example", false, Rule::NecessaryVendor),
    ] {
        assert_eq!(rule(&decision, host, "/", ""), (blocked, by), "{host}");
    }
}

#[test]
fn a_grant_opens_its_purpose_and_no_other() {
    let site = site(|_| {});
    let decision = decided(&site, "/", Some(&choice(ANALYTICS)));
    assert_eq!(rule(&decision, "count.example", "/", ""), (false, Rule::PurposeGranted));
    assert_eq!(rule(&decision, "sell.example", "/", ""), (true, Rule::NoConsent));
    assert_eq!(rule(&decision, "absent.example", "/", ""), (true, Rule::VendorNotOffered));
    let admitted: Vec<_> = decision.admitted().map(|v| v.id.to_string()).collect();
    assert_eq!(admitted, ["count", "book"]);
}

#[test]
fn a_vendors_exception_wins_over_its_purpose() {
    let site = site(|_| {});
    let mut with = choice(ANALYTICS);
    with.vendors = BTreeMap::from([("count".into(), false), ("sell".into(), true)]);
    let decision = decided(&site, "/", Some(&with));
    assert_eq!(rule(&decision, "count.example", "/", ""), (true, Rule::VendorRefused));
    assert_eq!(rule(&decision, "sell.example", "/", ""), (false, Rule::VendorGranted));
}

#[test]
fn no_third_party_loads_on_a_sensitive_path_whatever_was_granted() {
    let site = site(|_| {});
    let decision = decided(&site, "/rendez-vous/demande", Some(&choice(PurposeSet::ALL)));
    for vendor in ["count.example", "sell.example"] {
        assert_eq!(rule(&decision, vendor, "/", ""), (true, Rule::SensitivePath), "{vendor}");
    }
    assert_eq!(rule(&decision, "book.example", "/", ""), (false, Rule::NecessaryVendor));
    assert!(matches!(decision.judge_stored("_count", Store::Cookie), StoredRuling::Remove(_)));
}

#[test]
fn a_locked_purpose_cannot_be_granted_by_any_cookie() {
    let site = site(|site| site.locked = PurposeSet::NONE.with(Purpose::Marketing));
    let mut with = choice(PurposeSet::ALL);
    with.vendors = BTreeMap::from([("sell".into(), true)]);
    let decision = decided(&site, "/", Some(&with));
    assert_eq!(rule(&decision, "sell.example", "/", ""), (true, Rule::PurposeLocked));
    assert!(!decision.consent().purposes.contains(Purpose::Marketing));
    assert!(!site.purposes().contains(Purpose::Marketing));
}

#[test]
fn an_old_a_foreign_or_a_future_choice_is_as_none() {
    let site = site(|_| {});
    let with = |change: fn(&mut StoredChoice)| {
        let mut old = choice(ANALYTICS);
        change(&mut old);
        decided(&site, "/", Some(&old)).consent().source
    };
    assert_eq!(with(|_| {}), Source::Choice);
    assert_eq!(with(|c| c.notice = "n0".into()), Source::None);
    assert_eq!(with(|c| c.day = Day(1010 - 180)), Source::None);
    assert_eq!(with(|c| c.day = Day(1010 - 179)), Source::Choice);
    assert_eq!(with(|c| c.day = Day(1011)), Source::Choice);
    assert_eq!(with(|c| c.day = Day(1012)), Source::None);
    assert_eq!(with(|c| c.chosen = false), Source::None);
}

#[test]
fn a_disguise_on_the_sites_own_host_is_ruled_as_its_vendor() {
    let site = site(|_| {});
    let ask = |choice: Option<&StoredChoice>| {
        rule(&decided(&site, "/", choice), "clinic.example", "/x/collect", "v=2&tid=T-1")
    };
    assert_eq!(ask(None), (true, Rule::NoConsent));
    assert_eq!(ask(Some(&choice(ANALYTICS))), (false, Rule::PurposeGranted));
}

#[test]
fn a_snippet_needs_every_vendor_it_betrays() {
    let site = site(|_| {});
    let at = |id| site.catalogue.by_id(id).unwrap().0;
    let decision = decided(&site, "/", Some(&choice(ANALYTICS)));
    assert!(!decision.judge_snippet([at("count")]).is_blocked());
    assert!(decision.judge_snippet([at("count"), at("sell")]).is_blocked());
    assert!(!decision.judge_snippet([]).is_blocked());
}

#[test]
fn unlisted_cookies_live_for_the_session_and_listed_ones_by_their_vendor() {
    let decision = decided(&site(|_| {}), "/", None);
    assert!(matches!(decision.judge_stored("nobody", Store::Cookie), StoredRuling::CutToSession));
    assert!(matches!(decision.judge_stored("_count", Store::Cookie), StoredRuling::Remove(_)));
    assert!(matches!(decision.judge_stored("_book", Store::Cookie), StoredRuling::Keep(..)));
}

#[test]
fn global_privacy_control_answers_only_for_what_it_covers() {
    let site = site(|_| {});
    let facts =
        Facts { host: "clinic.example", path: "/", choice: None, once: None, gpc: true, today: Day(1) };
    let decision = decide(&site, &facts);
    assert_eq!(decision.consent().source, Source::Gpc);
    assert_eq!(decision.open_questions(), ANALYTICS);
}

#[test]
fn loading_once_opens_one_vendor_and_never_on_sensitive_paths() {
    let site = site(|_| {});
    let on = |path| {
        let facts = Facts {
            host: "clinic.example",
            path,
            choice: None,
            once: Some("count"),
            gpc: false,
            today: Day(1),
        };
        rule(&decide(&site, &facts), "count.example", "/", "")
    };
    assert_eq!(on("/"), (false, Rule::LoadedOnce));
    assert_eq!(on("/rendez-vous"), (true, Rule::SensitivePath));
}

#[test]
fn the_class_is_the_same_for_the_same_rights_and_differs_otherwise() {
    let site = site(|_| {});
    let class = |choice: Option<&StoredChoice>, path| decided(&site, path, choice).class();
    assert_eq!(class(None, "/"), class(None, "/a"));
    assert_ne!(class(None, "/"), class(Some(&choice(PurposeSet::NONE)), "/"));
    assert_ne!(class(Some(&choice(ANALYTICS)), "/"), class(Some(&choice(PurposeSet::NONE)), "/"));
    assert_ne!(class(None, "/"), class(None, "/rendez-vous"));
}

#[test]
fn the_notices_substance_changes_with_what_is_offered_and_not_with_the_order() {
    let base = site(|_| {}).notice_substance("1", true);
    assert_eq!(base, site(|s| s.offers.reverse()).notice_substance("1", true));
    let renamed = |id: &'static str, country: &'static str| {
        let count = Vendor { country: country.into(), ..vendor(id, Purpose::Analytics, "c.example", "_c") };
        let site = site(|site| {
            let all = site.catalogue.vendors().map(|(_, vendor)| vendor.clone());
            // Its own come last, in the order above.
            let mut own: Vec<Vendor> = all.skip_while(|vendor| vendor.id != "count").collect();
            own[0] = count;
            site.catalogue = Arc::new(Catalogue::with(own));
        });
        site.notice_substance("1", true)
    };
    assert_eq!(base, renamed("count", "CA"), "its hosts and cookies are no part of it");
    // Each with the purposes that were there before.
    for (what, other) in [
        ("another vendor", renamed("measure", "CA")),
        ("another country", renamed("count", "US")),
        ("a vendor less", site(|s| s.offers.truncate(2)).notice_substance("1", true)),
        ("on sensitive paths", site(|s| s.offers[0].on_sensitive = true).notice_substance("1", true)),
        ("a purpose less", site(|s| s.offers.truncate(1)).notice_substance("1", true)),
        ("a longer choice", site(|s| s.rules.choice_days += 1).notice_substance("1", true)),
        ("no guardian", site(|_| {}).notice_substance("1", false)),
        ("a new version", site(|_| {}).notice_substance("2", true)),
    ] {
        assert_ne!(base, other, "{what}");
    }
}

#[test]
fn a_list_catches_relays_on_the_sites_own_host_and_grants_nothing() {
    let catalogue = Catalogue::with(vec![]).with_lists(Some(Arc::new(Relays)));
    let site = site(|site| (site.catalogue, site.offers) = (Arc::new(catalogue), vec![]));
    let decision = decided(&site, "/", Some(&choice(PurposeSet::ALL)));
    assert_eq!(rule(&decision, "clinic.example", "/a/relay.js", ""), (true, Rule::OperatorsList));
    assert_eq!(rule(&decision, "clinic.example", "/fine/relay.js", ""), (false, Rule::OwnHost));
    for path in ["/a/relay.js", "/fine/relay.js", "/"] {
        assert_eq!(rule(&decision, "unknown.example", path, ""), (true, Rule::UnknownHost));
    }
}

#[test]
fn a_declared_host_that_turns_out_to_be_a_vendors_is_ruled_as_the_vendor() {
    let site = site(|_| {});
    let of = |choice: Option<&StoredChoice>| {
        let decision = decided(&site, "/", choice);
        let own = decision.own_hosts().any(|host| host == "images.clinic.example");
        (rule(&decision, "images.clinic.example", "/x.js", ""), own)
    };
    assert_eq!(of(None), ((false, Rule::OwnHost), true));
    let vendor = site.catalogue.by_id("count").map(|(at, _)| at);
    site.catalogue.note_cloaked("images.clinic.example", vendor);
    assert_eq!(of(None), ((true, Rule::NoConsent), false));
    assert_eq!(of(Some(&choice(ANALYTICS))), ((false, Rule::PurposeGranted), true));
    let decision = decided(&site, "/rendez-vous/1", Some(&choice(ANALYTICS)));
    assert_eq!(rule(&decision, "images.clinic.example", "/x.js", ""), (true, Rule::SensitivePath));
}

#[test]
fn subdomains_are_strangers_until_they_are_declared() {
    let decision = decided(&site(|_| {}), "/", None);
    assert_eq!(rule(&decision, "metrics.clinic.example", "/", ""), (true, Rule::UnknownHost));
}
