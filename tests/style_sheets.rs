//! Style sheet files: what is taken out of them, in which charset and coding, and how long they may be kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{Read, Write};

use support::{Answer, Origin, Paravent, answer, ok, request};

const FOREIGN: &str = "@import url(https://www.facebook.com/tr.css);\n@import 'https://fonts.example/a.css';\n\
p { background: url( //t.example/p.png ), url(/own.png) } /* é */";
const CLEANED: &str = "@import url(about:invalid);\n@import \"about:invalid\";\n\
p { background: url(about:invalid), url(/own.png) } /* é */";
const OWN: &str = "p { background: url(/own.png?v=2) }";
/// How a browser asks over plain HTTP.
const AS_STYLE: (&str, &str) = ("Accept", "text/css,*/*;q=0.1");

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(data: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(data).read_to_string(&mut text).unwrap();
    text
}

fn granting(paravent: &Paravent) -> String {
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    let granted = paravent.raw(request("POST", "/_privacy/consent", &fields, "choice=accept&return=/"));
    granted.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// A sheet with validators, confirmed by its own.
fn validated(sheet: &'static str) -> Origin {
    Origin::start(move |seen| match seen.field("if-none-match").as_deref() {
        Some("\"v1\"") => {
            answer("304 Not Modified", &[("ETag", "\"v1\""), ("Cache-Control", "max-age=60")], b"")
        }
        _ => {
            let fields = [
                ("Content-Type", "text/css"),
                ("ETag", "\"v1\""),
                ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("Cache-Control", "max-age=60"),
            ];
            answer("200 OK", &fields, sheet.as_bytes())
        }
    })
}

#[test]
fn blocked_addresses_are_taken_out_of_style_sheets() {
    let paravent = Paravent::before(&Origin::start(|_| ok("text/css; charset=utf-8", FOREIGN.as_bytes())));
    for fields in [&[AS_STYLE][..], &[("Sec-Fetch-Dest", "style")], &[("Accept", "*/*")]] {
        let got = paravent.get("/site.css", fields);
        assert_eq!((got.text().as_str(), got.complete), (CLEANED, true), "{fields:?}");
        assert_eq!(got.field("content-type").as_deref(), Some("text/css; charset=utf-8"));
    }
}

#[test]
fn what_is_granted_stays_in_them_and_is_not_kept() {
    let paravent = Paravent::before(&validated(FOREIGN));
    let cookie = granting(&paravent);
    let got = paravent.get("/site.css", &[AS_STYLE, ("Cookie", &cookie)]);
    assert!(got.text().contains("https://www.facebook.com/tr.css"), "{}", got.text());
    assert!(!got.text().contains("example"), "{}", got.text());
    assert_eq!(got.field("cache-control").as_deref(), Some("no-store"));
    assert_eq!(got.field("etag"), None);
}

#[test]
fn a_sheet_that_depends_on_the_choice_is_revalidated_and_never_across_a_change() {
    let paravent = Paravent::before(&validated(FOREIGN));
    let first = paravent.get("/site.css", &[AS_STYLE]);
    assert_eq!(first.field("cache-control").as_deref(), Some("private, no-cache"));
    assert!(first.field("vary").unwrap().contains("Cookie"));
    assert_eq!(first.field("last-modified"), None);
    let etag = first.field("etag").unwrap();
    let again = paravent.get("/site.css", &[AS_STYLE, ("If-None-Match", &etag)]);
    assert_eq!((again.status, again.field("etag")), (304, Some(etag.clone())));
    assert_eq!(again.field("cache-control").as_deref(), Some("private, no-cache"));
    let cookie = granting(&paravent);
    let fields = [AS_STYLE, ("If-None-Match", &*etag), ("Cookie", &cookie)];
    assert_eq!(paravent.get("/site.css", &fields).status, 200);
    assert_eq!(paravent.get("/site.css", &[AS_STYLE, ("If-None-Match", "\"v1\"")]).status, 200);
}

#[test]
fn a_sheet_that_stays_at_home_comes_through_untouched_and_is_kept_as_the_origin_says() {
    let paravent = Paravent::before(&validated(OWN));
    let first = paravent.get("/site.css", &[AS_STYLE]);
    assert_eq!(first.text(), OWN);
    assert_eq!(first.field("cache-control").as_deref(), Some("max-age=60"));
    assert_eq!(first.field("content-length"), Some(OWN.len().to_string()));
    assert_eq!(first.field("vary"), None);
    let etag = first.field("etag").unwrap();
    let cookie = granting(&paravent);
    for fields in [
        &[AS_STYLE, ("If-None-Match", &*etag)][..],
        &[AS_STYLE, ("If-None-Match", &etag), ("Cookie", &cookie)],
    ] {
        let again = paravent.get("/site.css", fields);
        assert_eq!((again.status, again.field("etag")), (304, Some(etag.clone())));
        assert_eq!(again.field("cache-control").as_deref(), Some("max-age=60"));
    }
    // A copy from before Paravent may hold anything.
    assert_eq!(paravent.get("/site.css", &[AS_STYLE, ("If-None-Match", "\"v1\"")]).status, 200);
}

#[test]
fn packed_sheets_are_read_and_go_out_in_the_visitors_coding() {
    let origin = Origin::start(|seen| {
        let sheet = if seen.target() == "/own.css" { OWN } else { FOREIGN };
        let fields = [("Content-Type", "text/css"), ("Content-Encoding", "gzip")];
        answer("200 OK", &fields, &gzip(sheet.as_bytes()))
    });
    let paravent = Paravent::before(&origin);
    let packed = paravent.get("/site.css", &[AS_STYLE, ("Accept-Encoding", "gzip")]);
    assert_eq!(packed.field("content-encoding").as_deref(), Some("gzip"));
    assert_eq!(gunzip(&packed.body), CLEANED);
    let plain = paravent.get("/site.css", &[AS_STYLE]);
    assert_eq!((plain.text().as_str(), plain.field("content-encoding")), (CLEANED, None));
    let own = paravent.get("/own.css", &[AS_STYLE, ("Accept-Encoding", "gzip")]);
    assert_eq!(own.body, gzip(OWN.as_bytes()));
}

#[test]
fn a_sheet_in_a_coding_that_cannot_be_read_is_refused() {
    for encoding in ["compress", "gzip, gzip", "gzip"] {
        let origin = Origin::start(move |_| {
            let fields = [("Content-Type", "text/css"), ("Content-Encoding", encoding)];
            answer("200 OK", &fields, FOREIGN.as_bytes())
        });
        let got = Paravent::before(&origin).get("/site.css", &[AS_STYLE]);
        assert_eq!(got.status, 502, "{encoding}");
        assert!(!got.text().contains("facebook"), "{encoding}");
    }
}

#[test]
fn sheets_in_other_charsets_keep_every_other_byte() {
    let latin: &[u8] = b"a::before{content:'\xe9'} b{background:url(//t.example/x)}";
    let origin = Origin::start(move |_| ok("text/css; charset=iso-8859-1", latin));
    let got = Paravent::before(&origin).get("/site.css", &[AS_STYLE]);
    assert_eq!(got.body, b"a::before{content:'\xe9'} b{background:url(about:invalid)}");
}

#[test]
fn a_sheet_without_a_type_is_read_where_a_browser_would_use_it() {
    let origin = Origin::start(|_| answer("200 OK", &[], FOREIGN.as_bytes()));
    let paravent = Paravent::before(&origin);
    assert_eq!(paravent.get("/site.css", &[("Sec-Fetch-Dest", "style")]).text(), CLEANED);
    let file = paravent.get("/notes", &[("Sec-Fetch-Dest", "empty"), ("Accept", "*/*")]);
    assert_eq!(file.text(), FOREIGN);
    assert!(file.field("content-security-policy").is_some());
}

#[test]
fn a_sheet_too_large_to_read_is_carried_whole() {
    let rules = (0u32..).map(|n| format!(".c{n}{{width:{}px}}\n", n.wrapping_mul(2_654_435_761)));
    let sheet: Vec<u8> =
        FOREIGN.bytes().chain(rules.flat_map(String::into_bytes)).take(4 * 1024 * 1024 + 1).collect();
    let (plain, packed) = (sheet.clone(), gzip(&sheet));
    let origin = Origin::start(move |seen| match seen.target() {
        "/packed.css" => {
            answer("200 OK", &[("Content-Type", "text/css"), ("Content-Encoding", "gzip")], &packed)
        }
        _ => ok("text/css", &plain),
    });
    let paravent = Paravent::before(&origin);
    let got = paravent.get("/site.css", &[AS_STYLE]);
    assert!(got.complete && got.body == sheet, "{}", got.head);
    let got = paravent.get("/packed.css", &[AS_STYLE, ("Accept-Encoding", "gzip")]);
    assert!(got.complete && got.body == gzip(&sheet), "{}", got.head);
}

#[test]
fn an_origin_that_breaks_off_within_a_sheet_never_looks_complete() {
    let origin = Origin::start_with(|_, stream| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 1000\r\n\r\n";
        let _ = stream.write_all(&[head, FOREIGN.as_bytes()].concat());
    });
    let got: Answer = Paravent::before(&origin).get("/site.css", &[AS_STYLE]);
    assert_eq!(got.status, 502);
}

#[test]
fn observing_leaves_style_sheets_alone() {
    let paravent = Paravent::with(&validated(FOREIGN), "", "mode = \"observe\"");
    let got = paravent.get("/site.css", &[AS_STYLE]);
    assert_eq!(got.text(), FOREIGN);
    assert_eq!(got.field("etag").as_deref(), Some("\"v1\""));
}
