//! Pages that are kept for everybody, from the visitor's side and from the origin's: when the origin is asked, what
//! each visitor gets, and what is never kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use support::{Answer, Origin, Paravent, answer, request};

const PAGE: &str = "<!doctype html><html lang=fr><head><title>Clinique</title></head><body><h1>Bonjour</h1>\
<script src=\"https://connect.facebook.net/en_US/fbevents.js\"></script></body></html>";
const ROOM: &str = "limits = { page_cache_bytes = 10_000_000 }";

type Fields<'a> = &'a [(&'a str, &'a str)];

/// An origin that says how long each of its pages may be kept.
fn origin() -> Origin {
    Origin::start(|seen| {
        let page = |fields: Fields<'_>| {
            let all = [&[("Content-Type", "text/html")], fields].concat();
            answer("200 OK", &all, PAGE.as_bytes())
        };
        let hour = ("Cache-Control", "public, max-age=3600");
        let confirms = |tag: &str| seen.field("if-none-match").is_some_and(|named| named == tag);
        match seen.target().split('?').next().unwrap() {
            "/confirmed" if confirms("\"1\"") => answer("304 Not Modified", &[("ETag", "\"1\"")], b""),
            "/confirmed" => page(&[("Cache-Control", "no-cache"), ("ETag", "\"1\"")]),
            "/language" => page(&[hour, ("Vary", "Accept-Language")]),
            "/cookie" => page(&[hour, ("Set-Cookie", "session=1")]),
            "/nonce" => page(&[hour, ("Content-Security-Policy", "script-src 'nonce-abc'")]),
            "/private" => page(&[("Cache-Control", "private, max-age=3600")]),
            "/silent" => page(&[]),
            "/broken" => {
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: max-age=3600\r\nContent-Length: 9999\r\n\r\n{PAGE}")
                    .into_bytes()
            }
            "/changes" => answer("303 See Other", &[("Location", "/kept")], b""),
            _ => page(&[hour, ("ETag", "\"1\"")]),
        }
    })
}

/// How often the origin is asked for a path, if it is asked for this often with these fields.
fn asked_for(path: &str, times: usize, fields: Fields<'_>) -> usize {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    for _ in 0..times {
        paravent.get(path, fields);
    }
    origin.seen().len()
}

/// The cookie of a visitor who accepted everything.
fn accepted(paravent: &Paravent) -> String {
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    let said =
        paravent.raw(request("POST", "/_privacy/consent", &fields, "choice=accept&guardian=yes&return=/"));
    said.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn holds_tag(page: &Answer) -> bool {
    page.text().contains("src=\"https://connect.facebook.net/en_US/fbevents.js\"")
}

#[test]
fn a_kept_page_is_made_anew_for_each_visitors_choice() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    let first = paravent.get("/kept", &[]);
    let again = paravent.get("/kept", &[]);
    assert_eq!((again.status, again.text() == first.text()), (200, true));
    assert_eq!(again.field("age"), None, "it would say when somebody else was here");
    assert!(again.text().contains("paravent-consent") && !holds_tag(&again), "{}", again.text());
    let agreed = paravent.get("/kept", &[("Cookie", &accepted(&paravent))]);
    assert!(holds_tag(&agreed), "{}", agreed.text());
    assert_eq!(agreed.field("cache-control").as_deref(), Some("no-store"));
    assert!(!holds_tag(&paravent.get("/kept", &[])), "one visitor's choice is not another's");
    assert_eq!(origin.seen().len(), 1, "the origin was asked once for all of them");
}

#[test]
fn nothing_is_kept_unless_the_operator_gives_room() {
    let origin = origin();
    let paravent = Paravent::with(&origin, "", "");
    for _ in 0..2 {
        assert_eq!(paravent.get("/kept", &[]).status, 200);
    }
    assert_eq!(origin.seen().len(), 2);
}

#[test]
fn what_is_one_visitors_own_is_neither_kept_nor_answered_from_what_is_kept() {
    for (path, fields) in [
        ("/kept?q=canary", &[][..]),
        ("/rendez-vous/1", &[]),
        ("/kept", &[("Cookie", "session=canary")]),
        ("/kept", &[("Authorization", "Basic Y2FuYXJ5")]),
        ("/kept", &[("X-Theme", "canary")]),
        ("/kept", &[("Save-Data", "on")]),
        ("/kept", &[("Cache-Control", "no-store")]),
        ("/kept", &[("Sec-Fetch-Dest", "empty"), ("Accept", "*/*")]),
        ("/cookie", &[]),
        ("/nonce", &[]),
        ("/private", &[]),
        ("/silent", &[]),
        ("/broken", &[]),
    ] {
        assert_eq!(asked_for(path, 3, fields), 3, "{path} {fields:?}");
    }
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    for fields in [&[][..], &[("Cookie", "session=canary")], &[("Authorization", "Basic Y2FuYXJ5")]] {
        paravent.get("/kept", fields);
    }
    assert_eq!(origin.seen().len(), 3);
}

#[test]
fn a_page_is_confirmed_by_its_origin_and_the_visitor_gets_all_of_it() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    let first = paravent.get("/confirmed", &[]);
    let again = paravent.get("/confirmed", &[]);
    assert_eq!((again.status, again.text() == first.text()), (200, true));
    assert_eq!(origin.last().field("if-none-match").as_deref(), Some("\"1\""));
    // What the visitor has is confirmed to the visitor, and only under the same choice.
    let tag = first.field("etag").unwrap();
    assert_eq!(paravent.get("/confirmed", &[("If-None-Match", &tag)]).status, 304);
    assert_eq!(paravent.get("/confirmed", &[("If-None-Match", "\"1\"")]).status, 200);
    assert_eq!(origin.last().field("if-none-match").as_deref(), Some("\"1\""));
    let agreed = accepted(&paravent);
    assert_eq!(paravent.get("/confirmed", &[("If-None-Match", &tag), ("Cookie", &agreed)]).status, 200);
}

#[test]
fn a_kept_page_confirms_what_the_visitor_has_without_the_origin() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    let tag = paravent.get("/kept", &[]).field("etag").unwrap();
    let confirmed = paravent.get("/kept", &[("If-None-Match", &tag)]);
    assert_eq!((confirmed.status, confirmed.field("etag").unwrap()), (304, tag));
    assert_eq!(origin.seen().len(), 1);
}

#[test]
fn languages_are_kept_apart_where_the_origin_says_so() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    for language in ["fr", "en", "fr", "en"] {
        paravent.get("/language", &[("Accept-Language", language)]);
    }
    assert_eq!(origin.seen().len(), 2);
}

#[test]
fn what_a_visitor_changes_is_asked_for_anew_and_where_it_leads_too() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    let times = |path: &str| {
        paravent.get(path, &[]);
        origin.seen().iter().filter(|seen| seen.head.starts_with("GET") && seen.target() == path).count()
    };
    assert_eq!((times("/kept"), times("/kept"), times("/other")), (1, 1, 1));
    paravent.raw(request("POST", "/changes", &[], ""));
    assert_eq!((times("/kept"), times("/other")), (2, 1));
    paravent.raw(request("POST", "/other", &[], ""));
    assert_eq!((times("/kept"), times("/other")), (2, 2));
}

#[test]
fn the_operator_sees_what_the_cache_does_and_nothing_of_who_asked() {
    let origin = origin();
    let paravent = Paravent::with(&origin, ROOM, "");
    for path in ["/kept", "/kept", "/confirmed", "/confirmed"] {
        paravent.get(path, &[]);
    }
    let figures = paravent.metrics();
    for line in [
        "paravent_page_cache_answers_total{outcome=\"asked\"} 2",
        "paravent_page_cache_answers_total{outcome=\"fresh\"} 1",
        "paravent_page_cache_answers_total{outcome=\"confirmed\"} 1",
    ] {
        assert!(figures.contains(line), "{line}: {figures}");
    }
    let (log, folder) = paravent.stop();
    assert!(!log.contains("/confirmed"), "{log}");
    for file in support::files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(support::find(&bytes, b"Bonjour").is_none(), "{}", file.display());
    }
}
