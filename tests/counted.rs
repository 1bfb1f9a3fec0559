//! From a visitor's request to a number on the dashboard: who is counted, who is not, within which range,
//! and what is left behind. Time is set by the test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "counted/nasty_paths.rs"]
mod nasty_paths;
mod support;
#[path = "support/timed.rs"]
mod timed;

use paravent::clock::Clock;
use paravent::store::{Store, TemplateState};
use support::{Origin, answer, ok, request};
use timed::{Timed, all_below};

/// Monday 2026-11-16, 15:00 UTC.
const MONDAY: i64 = 20_773 * 86_400 + 15 * 3_600;
const DAY: i64 = 86_400;
const PAGE: &str = "<!doctype html><html lang=fr><head></head><body><h1>x</h1></body></html>";
/// Counts are released every day, so that a test need not wait for Monday.
const DAILY: &str = "[site.usage]\nrelease = \"daily\"\npages = [\"/services\"]\n";

/// Something of each kind beside.
const DECLARED: &str = r#"
[site.usage]
release = "daily"
events = true
goals_by_source = true
[[site.usage.goal]]
id = "seen"
page = "/services"
[[site.usage.goal]]
id = "sent"
form = "/book"
[[site.usage.goal]]
id = "call"
outbound = "phone"
[[site.usage.funnel]]
id = "way"
steps = ["/", "/shown"]
[[site.usage.campaign]]
id = "rentree"
utm_source = "newsletter"
utm_campaign = ["rentree-2026"]
"#;
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// No field.
const NOTHING: (&str, &str) = ("", "");

fn origin() -> Origin {
    Origin::start(|seen| match seen.target().split('?').next().unwrap() {
        "/gone" | "/gone/canary-path" => {
            answer("404 Not Found", &[("Content-Type", "text/html")], PAGE.as_bytes())
        }
        "/file.png" => ok("image/png", b"png"),
        "/same" if seen.field("if-none-match").is_some() => {
            answer("304 Not Modified", &[("ETag", "\"1\"")], b"")
        }
        "/same" => answer("200 OK", &[("Content-Type", "text/html"), ("ETag", "\"1\"")], PAGE.as_bytes()),
        _ => ok("text/html", PAGE.as_bytes()),
    })
}

/// The fields of a browser's navigation; `visitor` tells them apart.
fn browser(visitor: usize) -> [(&'static str, String); 4] {
    let agent = format!("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Mobile/15E148 Visitor/{visitor}");
    [
        ("User-Agent", agent),
        ("Accept-Language", "fr-CA,fr;q=0.9".to_owned()),
        ("Sec-Fetch-Dest", "document".to_owned()),
        ("Referer", "https://www.google.ca/search?q=canary".to_owned()),
    ]
}

fn navigation(visitor: usize, method: &str, path: &str, more: &[(&str, &str)]) -> String {
    let fields = browser(visitor);
    let named = fields.iter().filter(|(name, _)| !more.iter().any(|(other, _)| name == other));
    let mut all: Vec<(&str, &str)> = named.map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    request(method, path, &all, "")
}

fn visits(paravent: &Timed, visitors: std::ops::Range<usize>, path: &str) {
    for visitor in visitors {
        assert_eq!(paravent.visit(&navigation(visitor, "GET", path, &[])).status, 200);
    }
}

#[test]
fn a_visit_becomes_a_number_within_its_range() {
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    visits(&paravent, 0..120, "/services?q=canary");
    visits(&paravent, 0..120, "/nobody/listed/this");
    paravent.pass(DAY);
    for (family, cell) in [
        ("visits", "visits"),
        ("pages", "/services"),
        ("pages", "(unlisted)"),
        ("sources", "search/google"),
        ("devices", "phone"),
        ("languages", "fr"),
        ("consent", "unanswered"),
        ("entries", "2"),
        ("depth", "2"),
    ] {
        let Some((value, low, high)) = paravent.released(family, cell) else {
            panic!("{family} {cell} was not released:\n{}", paravent.dashboard("/export.csv").text());
        };
        // A range holds 95 of 100 counts; three times its half, all but one in a hundred million.
        let wide = 3 * (high - low);
        assert!((value - 120).abs() <= wide / 2, "{family} {cell}: {value} ({low} to {high})");
        assert!(low <= value && value <= high, "{family} {cell}: {value} ({low} to {high})");
    }
    let page = paravent.dashboard("/?days=7&lang=en");
    assert!(page.text().contains("/services") && page.text().contains("Google"), "{}", page.text());
}

/// The fields of what a page's script tells; `visitor` as for [`browser`].
fn event(visitor: usize, body: &str, more: &[(&str, &str)]) -> String {
    let fields = browser(visitor);
    let mut all: Vec<(&str, &str)> = fields[..2].iter().map(|(name, value)| (*name, &**value)).collect();
    all.extend([("Content-Type", "text/plain"), ("Origin", "http://clinic.example")]);
    all.retain(|(name, _)| !more.iter().any(|(other, _)| name == other));
    all.extend(more);
    request("POST", "/_privacy/event", &all, body)
}

/// What the tag says before the number.
fn print_of(page: &str) -> String {
    let (_, rest) = page.split_once("data-of=\"").unwrap_or_else(|| panic!("no script of events: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn what_is_declared_is_counted_and_no_more() {
    const VISITORS: usize = 120;
    let paravent = Timed::before(&origin(), DECLARED, MONDAY);
    let page = paravent.visit(&navigation(0, "GET", "/", &[])).text();
    let print = print_of(&page);
    assert!(page.contains("data-places=\"tel:\n/services\n/\n/shown\""), "{page}");
    for visitor in 0..VISITORS {
        let tagged = "/?utm_source=Newsletter&utm_campaign=rentree-2026&q=canary";
        paravent.visit(&navigation(visitor, "GET", tagged, &[]));
        let told = |number: u32| paravent.visit(&event(visitor, &format!("{print}.{number}"), &[])).status;
        assert_eq!((told(3), told(0)), (204, 204));
        paravent.visit(&navigation(visitor, "POST", "/book", &[FORM]));
        // The third goal of the day counts no more.
        paravent.visit(&navigation(visitor, "GET", "/services", &[]));
        paravent.visit(&navigation(visitor, "GET", "/gone", &[]));
    }
    paravent.pass(DAY);
    for (family, cell, expected) in [
        ("visits", "visits", VISITORS),
        ("goals", "call", VISITORS),
        ("goals", "sent", VISITORS),
        ("goals", "seen", 0),
        ("funnels", "way/1", 0),
        ("funnels", "way/2", VISITORS),
        ("campaigns", "rentree", VISITORS),
        ("campaigns", "(other)", 0),
        ("depth", "3-5", VISITORS),
        ("not-found", "elsewhere", VISITORS),
        ("not-found", "typed", 0),
        ("goals-by-source", "sent/search", VISITORS),
        ("goals-by-source", "sent/direct", 0),
    ] {
        assert_near(&paravent, family, cell, expected);
    }
}

/// Within three times the range of 95 in 100: all but one in a hundred million are.
fn assert_near(paravent: &Timed, family: &str, cell: &str, expected: usize) {
    let released = paravent.dashboard(&format!("/export.csv?days=28&family={family}")).text();
    let line = released.lines().find(|line| line.split(',').nth(4) == Some(cell));
    let fields: Vec<&str> = line.unwrap_or_else(|| panic!("no {cell}: {released}")).split(',').collect();
    let (value, error): (f64, f64) = (fields[5].parse().unwrap(), fields[6].parse().unwrap());
    assert!((value - expected as f64).abs() <= 6.0 * error, "{family} {cell} of {expected}: {value}");
}

#[test]
fn an_event_is_taken_from_the_sites_own_pages_by_number_and_from_nobody_who_objected() {
    let paravent = Timed::before(&origin(), DECLARED, MONDAY);
    let print = print_of(&paravent.visit(&navigation(0, "GET", "/services", &[])).text());
    let call = format!("{print}.0");
    let objected = paravent.visit(&request(
        "POST",
        "/_privacy/consent",
        &[FORM, ("Origin", "http://clinic.example")],
        "choice=refuse&usage=object&return=/",
    ));
    let objector = objected.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = paravent.visit(&navigation(0, "GET", "/services", &[("Cookie", &objector)])).text();
    assert!(!page.contains("data-places"), "who objected gets no script");
    for visitor in 0..100 {
        paravent.visit(&navigation(visitor, "GET", "/services", &[]));
        for more in [("Cookie", &*objector), ("Origin", "https://elsewhere.example"), ("Origin", "null")] {
            assert_eq!(paravent.visit(&event(visitor, &call, &[more])).status, 204);
        }
    }
    for body in ["", "0", "canary-body", &format!("{print}.9"), "00000000.0", &"9".repeat(16)] {
        assert_eq!(paravent.visit(&event(0, body, &[])).status, 400, "{body}");
    }
    assert_eq!(paravent.visit(&event(0, &"9".repeat(17), &[])).status, 413);
    let get = request("GET", "/_privacy/event", &[], "");
    assert_eq!(paravent.visit(&get).status, 405);
    paravent.pass(DAY);
    assert_near(&paravent, "goals", "seen", 100);
    assert_near(&paravent, "goals", "call", 0);
    let without = Timed::before(&origin(), DAILY, MONDAY);
    assert_eq!(without.visit(&event(0, &call, &[])).status, 404);
    assert!(!without.visit(&navigation(0, "GET", "/services", &[])).text().contains("data-places"));
}

#[test]
fn a_page_that_the_browser_still_has_is_a_view_too() {
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    let tag = paravent.visit(&navigation(0, "GET", "/same", &[])).field("etag").unwrap();
    for visitor in 0..120 {
        let again = paravent.visit(&navigation(visitor, "GET", "/same", &[("If-None-Match", &tag)]));
        assert_eq!(again.status, 304, "{}", again.head);
    }
    paravent.pass(DAY);
    assert!((paravent.released("visits", "visits").unwrap().0 - 120).abs() <= 30);
}

#[test]
fn what_is_no_page_view_of_a_person_is_not_counted() {
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    let objected = paravent.visit(&request(
        "POST",
        "/_privacy/consent",
        &[("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://clinic.example")],
        "choice=refuse&usage=object&return=/",
    ));
    let objector = objected.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for visitor in 0..150 {
        for (method, path, more) in [
            ("HEAD", "/services", [NOTHING; 2]),
            ("POST", "/services", [NOTHING; 2]),
            ("GET", "/file.png", [NOTHING; 2]),
            ("GET", "/gone", [NOTHING; 2]),
            ("GET", "/_privacy/", [NOTHING; 2]),
            ("GET", "/services", [("Sec-Fetch-Dest", "empty"), NOTHING]),
            ("GET", "/services", [("Sec-Fetch-Dest", "iframe"), NOTHING]),
            // A script's request over plain HTTP, where browsers leave out the fetch metadata.
            ("GET", "/services", [("Sec-Fetch-Dest", ""), ("Accept", "*/*")]),
            ("GET", "/services", [("Sec-Purpose", "prefetch"), NOTHING]),
            ("GET", "/services", [("Sec-CH-UA", "\"HeadlessChrome\";v=\"150\""), NOTHING]),
            ("GET", "/services", [("From", "robots@example.org"), NOTHING]),
            (
                "GET",
                "/services",
                [("User-Agent", "Googlebot/2.1 (+http://www.google.com/bot.html)"), NOTHING],
            ),
            ("GET", "/services", [("Cookie", &*objector), NOTHING]),
        ] {
            paravent.visit(&navigation(visitor, method, path, &more));
        }
    }
    paravent.pass(DAY);
    let (visits, ..) = paravent.released("visits", "visits").unwrap();
    assert!(visits.abs() <= 30, "{visits} visits");
}

#[test]
fn whoever_comes_from_a_listed_network_is_not_counted_as_a_visit() {
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    std::fs::write(paravent.folder.path().join("hosting.txt"), "127.77.0.0/16\n").unwrap();
    let config = paravent.folder.path().join("paravent.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let listed = "[server.usage]\nhosting_networks = [\"hosting.txt\"]";
    std::fs::write(&config, text.replace("[server.usage]", listed)).unwrap();
    let paravent = paravent.restart();
    for visitor in 0..150 {
        let sent = navigation(visitor, "GET", "/services", &[]);
        support::exchange_from(Some("127.77.1.2".parse().unwrap()), paravent.http, &sent);
        if visitor < 120 {
            support::exchange_from(Some("127.78.1.2".parse().unwrap()), paravent.http, &sent);
        }
    }
    paravent.pass(DAY);
    let (visits, ..) = paravent.released("visits", "visits").unwrap();
    assert!((visits - 120).abs() <= 30, "{visits} visits");
}

#[test]
fn an_approved_template_counts_from_the_next_day_on() {
    const APPROVED: &str = "/medecins/{…}";
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    let store = Store::open(&paravent.database(), Clock::system()).unwrap();
    // The site's own survey suggests none, and may come in between.
    while !store.decide_template("clinic.example", APPROVED, TemplateState::Approved).unwrap() {
        store
            .suggest_templates("clinic.example", &[APPROVED.to_owned(), "/nouvelles/{…}".to_owned()])
            .unwrap();
    }
    visits(&paravent, 0..120, "/medecins/jean-tremblay");
    visits(&paravent, 0..120, "/nouvelles/ouverture");
    paravent.pass(DAY);
    assert_eq!(paravent.released("pages", APPROVED), None, "the list of a day is frozen at its opening");
    visits(&paravent, 0..120, "/medecins/jean-tremblay");
    paravent.pass(DAY);
    let (value, ..) = paravent.released("pages", APPROVED).unwrap();
    assert!((value - 120).abs() <= 30, "{value}");
    assert_eq!(paravent.released("pages", "/nouvelles/{…}"), None, "nobody approved it");
}

#[test]
fn a_restart_loses_nothing_of_the_open_day() {
    let paravent = Timed::before(&origin(), DAILY, MONDAY);
    visits(&paravent, 0..100, "/services");
    let paravent = paravent.restart();
    visits(&paravent, 50..150, "/services");
    paravent.pass(DAY);
    let (visits, ..) = paravent.released("visits", "visits").unwrap();
    assert!((visits - 150).abs() <= 30, "{visits} visits: those who came before and after count once");
}

#[test]
fn nothing_of_a_visitor_is_left_behind() {
    const CANARIES: [&str; 7] = [
        "127.44.55.66",
        "CanaryAgent",
        "canary-query",
        "canary-path",
        "canary-referrer",
        "canary-language",
        "canary-body",
    ];
    let paravent = Timed::before(&origin(), DECLARED, MONDAY);
    let agent = "Mozilla/5.0 CanaryAgent/7.31";
    let fields = [
        ("User-Agent", agent),
        ("Accept-Language", "x-canary-language"),
        ("Referer", "https://canary-referrer.example/canary-referrer"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    for path in [
        "/services?canary-query",
        "/services?utm_source=canary-query&utm_campaign=canary-query",
        "/canary-path/jean?canary-query",
        "/gone/canary-path?canary-query",
        "/book?canary-query",
        "/_privacy/?canary-query",
        "/_privacy/event?canary-query",
    ] {
        let from = Some("127.44.55.66".parse().unwrap());
        support::exchange_from(from, paravent.http, &request("GET", path, &fields, ""));
        support::exchange_from(from, paravent.http, &request("POST", path, &fields, "canary-body"));
    }
    let holds = |bytes: &[u8], what: &str| {
        let found = CANARIES.iter().find(|canary| support::find(bytes, canary.as_bytes()).is_some());
        assert!(found.is_none(), "{found:?} is in {what}");
    };
    let restarted = paravent.restart();
    holds(&all_below(restarted.folder.path()), "the files of the open day");
    restarted.pass(DAY);
    let metrics = support::metrics(restarted.admin, restarted.folder.path());
    assert!(metrics.contains("paravent_build_info"), "{metrics}");
    holds(metrics.as_bytes(), "the metrics");
    for path in ["/export.csv", "/api/v1/usage", "/?lang=en"] {
        let shown = restarted.dashboard(path);
        assert_eq!(shown.status, 200);
        holds(&shown.body, path);
    }
    holds(&all_below(restarted.stop().path()), "the files of the closed day");
}

#[test]
fn without_a_store_the_site_is_served_and_nobody_is_counted() {
    let origin = origin();
    let folder = support::folder_in_memory();
    support::write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    // A folder stands where the database should be.
    std::fs::create_dir_all(folder.path().join("state/paravent.sqlite")).unwrap();
    let paravent = support::Paravent::start(folder);
    assert_eq!(paravent.get("/services", &[]).status, 200);
    let asked = |path: &str| support::exchange(paravent.admin, &request("GET", path, &[], "")).status;
    assert_eq!((asked("/healthz"), asked("/readyz"), asked("/"), asked("/login")), (200, 503, 503, 503));
    let (output, _folder) = paravent.stop();
    assert!(output.contains("nothing is counted") && output.contains("paravent.sqlite"), "{output}");
}
