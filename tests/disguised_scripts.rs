//! Vendors in disguise on the site's own host: libraries under another name are emptied without a grant, and
//! requests to relays end here; nothing else does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{Read, Write};

use support::{Origin, PATIENCE, Paravent, answer, find, request};

const PIXEL: &str = "/** licence */\nfbq.version=\"2.9.1\";fbq._releaseSegment=\"stable\";send('/relay');";
const OWN: &str = "fbq('track', 'Lead'); // fbq.version is 2.9";
const AS_SCRIPT: (&str, &str) = ("Accept", "*/*");

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

fn origin() -> Origin {
    Origin::start(|seen| {
        let fields =
            [("Content-Type", "text/javascript"), ("ETag", "\"v1\""), ("Cache-Control", "max-age=86400")];
        match (seen.target(), seen.field("if-none-match").as_deref()) {
            (_, Some("\"v1\"")) => answer("304 Not Modified", &[("ETag", "\"v1\"")], b""),
            ("/packed/x.js", _) => {
                let fields = [("Content-Type", "text/javascript"), ("Content-Encoding", "gzip")];
                answer("200 OK", &fields, &gzip(PIXEL.as_bytes()))
            }
            ("/untyped", _) => answer("200 OK", &[], PIXEL.as_bytes()),
            ("/metrics/x.js", _) => answer("200 OK", &fields, PIXEL.as_bytes()),
            _ => answer("200 OK", &fields, OWN.as_bytes()),
        }
    })
}

fn cookie_after(paravent: &Paravent, choice: &str) -> String {
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = paravent.raw(request("POST", "/_privacy/consent", &fields, &format!("{choice}&return=/")));
    answer.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_library_under_another_name_is_emptied_until_its_vendor_is_granted() {
    let paravent = Paravent::before(&origin());
    let empty = "/* paravent: no-consent meta-pixel */\n";
    let got = paravent.get("/metrics/x.js", &[AS_SCRIPT]);
    assert_eq!((got.status, got.text().as_str(), got.complete), (200, empty, true));
    assert_eq!(got.field("content-type").as_deref(), Some("text/javascript"));
    assert_eq!(got.field("cache-control").as_deref(), Some("private, no-cache"));
    let packed = paravent.get("/packed/x.js", &[AS_SCRIPT, ("Accept-Encoding", "gzip")]);
    assert_eq!(gunzip(&packed.body), empty);
    assert_eq!(paravent.get("/untyped", &[AS_SCRIPT, ("Sec-Fetch-Dest", "script")]).text(), empty);

    let cookie = cookie_after(&paravent, "choice=accept");
    let etag = got.field("etag").unwrap();
    let granted = paravent.get("/metrics/x.js", &[AS_SCRIPT, ("Cookie", &cookie), ("If-None-Match", &etag)]);
    assert_eq!((granted.status, granted.text().as_str()), (200, PIXEL));
    // It must not outlive the grant in the browser.
    assert_eq!(granted.field("cache-control").as_deref(), Some("no-store"));
    let fields = [AS_SCRIPT, ("Cookie", &*cookie), ("Accept-Encoding", "gzip")];
    assert_eq!(gunzip(&paravent.get("/packed/x.js", &fields).body), PIXEL);
}

#[test]
fn a_script_that_is_the_sites_own_comes_through_untouched() {
    let paravent = Paravent::before(&origin());
    let got = paravent.get("/app.js", &[AS_SCRIPT]);
    assert_eq!(got.text(), OWN);
    assert_eq!(got.field("etag").as_deref(), Some("\"v1\""));
    assert_eq!(got.field("cache-control").as_deref(), Some("max-age=86400"));
    assert_eq!(got.field("content-length"), Some(OWN.len().to_string()));
    assert_eq!(paravent.get("/app.js", &[AS_SCRIPT, ("If-None-Match", "\"v1\"")]).status, 304);
}

#[test]
fn a_long_script_goes_out_before_it_has_come_in_whole() {
    let origin = Origin::start_with(|_, stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n\r\n";
        let _ = stream.write_all(format!("{head}{}", "own();\n".repeat(40_000)).as_bytes());
        // Held open until the visitor has seen the start and leaves.
        let _ = stream.read(&mut [0; 1]);
    });
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request("GET", "/app.js", &[AS_SCRIPT], "").as_bytes()).unwrap();
    let (mut got, mut piece) = (Vec::new(), [0; 4096]);
    while find(&got, b"own();").is_none() {
        let size = stream.read(&mut piece).unwrap();
        assert!(size > 0, "closed before the start came");
        got.extend_from_slice(&piece[..size]);
    }
}

#[test]
fn observing_leaves_scripts_alone() {
    let paravent = Paravent::with(&origin(), "", "mode = \"observe\"");
    assert_eq!(paravent.get("/metrics/x.js", &[AS_SCRIPT]).text(), PIXEL);
}

#[test]
fn what_a_script_sends_to_a_relay_ends_here_until_its_vendor_is_granted() {
    let origin = origin();
    let paravent = Paravent::before(&origin);
    let relays = ["/stats/g/collect?v=2&tid=G-1&en=page_view", "/x/tr?id=1&ev=Lead"];
    for (method, body) in [("GET", ""), ("POST", "ep.page=1")] {
        for path in relays {
            let got = paravent.raw(request(method, path, &[AS_SCRIPT], body));
            assert_eq!(
                (got.status, got.field("cache-control").as_deref()),
                (204, Some("no-store")),
                "{path}"
            );
        }
    }
    assert!(origin.seen().is_empty(), "{:?}", origin.seen());
    // Where a visitor goes, and what only looks a little like one, goes on.
    assert_eq!(paravent.get("/?id=GTM-1", &[]).status, 200);
    assert_eq!(paravent.get("/tr?id=1", &[AS_SCRIPT]).status, 200);
    let cookie = cookie_after(&paravent, "choice=accept");
    for path in relays {
        assert_eq!(paravent.get(path, &[AS_SCRIPT, ("Cookie", &cookie)]).status, 200);
        assert_eq!(origin.last().target(), path);
    }
    let observing = Paravent::with(&origin, "", "mode = \"observe\"");
    assert_eq!(observing.get(relays[0], &[AS_SCRIPT]).status, 200);
}
