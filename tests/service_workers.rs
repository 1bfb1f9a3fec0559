//! The scripts of service workers: what runs before them, and that they are asked for anew after a choice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::Read;

use support::{Origin, Paravent, answer, request};

const WORKER: &str = "\"use strict\";\naddEventListener('fetch', serveFromStore);";
const AS_WORKER: [(&str, &str); 2] = [("Service-Worker", "script"), ("Accept", "*/*")];

fn serving(worker: &'static str) -> Origin {
    Origin::start(move |seen| match seen.field("if-none-match").as_deref() {
        Some("\"v1\"") => answer("304 Not Modified", &[("ETag", "\"v1\"")], b""),
        _ => {
            let fields = [
                ("Content-Type", "text/javascript"),
                ("ETag", "\"v1\""),
                ("Cache-Control", "max-age=86400"),
                ("Service-Worker-Allowed", "/"),
            ];
            answer("200 OK", &fields, worker.as_bytes())
        }
    })
}

fn cookie_after(paravent: &Paravent, choice: &str) -> String {
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = paravent.raw(request("POST", "/_privacy/consent", &fields, &format!("{choice}&return=/")));
    answer.field("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn navigations_are_sent_to_the_network_before_the_worker_is_asked() {
    let paravent = Paravent::before(&serving(WORKER));
    for fields in [&AS_WORKER[..], &[("Sec-Fetch-Dest", "serviceworker")]] {
        let got = paravent.get("/sw.js", fields);
        let text = got.text();
        assert!(text.starts_with("'use strict';(function (w, choice) {"), "{text}");
        assert!(text.ends_with(WORKER) && text.contains("stopImmediatePropagation"), "{text}");
        assert!(got.field("content-security-policy").unwrap().contains("default-src 'self'"));
        // However much of the site it may have, it has no page of it.
        assert_eq!(got.field("service-worker-allowed").as_deref(), Some("/"));
    }
    let import = paravent.get("/sw.js", &[("Sec-Fetch-Dest", "script"), ("Accept", "*/*")]);
    assert_eq!(import.text(), WORKER);
}

#[test]
fn the_script_differs_with_the_choice_and_is_never_confirmed_across_one() {
    let paravent = Paravent::before(&serving(WORKER));
    let first = paravent.get("/sw.js", &AS_WORKER);
    let etag = first.field("etag").unwrap();
    assert_eq!(first.field("cache-control").as_deref(), Some("private, no-cache"));
    let [script, accept] = AS_WORKER;
    let again = paravent.get("/sw.js", &[script, accept, ("If-None-Match", &etag)]);
    assert_eq!((again.status, again.field("etag")), (304, Some(etag.clone())));
    let cookie = cookie_after(&paravent, "choice=accept");
    let granted = paravent.get("/sw.js", &[script, accept, ("If-None-Match", &etag), ("Cookie", &cookie)]);
    assert_eq!(granted.status, 200);
    assert_ne!(granted.text(), first.text());
    assert_eq!(granted.field("cache-control").as_deref(), Some("no-store"));
    // One from before Paravent has no prefix.
    assert_eq!(paravent.get("/sw.js", &[script, accept, ("If-None-Match", "\"v1\"")]).status, 200);
}

#[test]
fn a_packed_worker_is_unpacked_and_packed_again() {
    let origin = Origin::start(|_| {
        let mut packed = Vec::new();
        flate2::read::GzEncoder::new(WORKER.as_bytes(), flate2::Compression::default())
            .read_to_end(&mut packed)
            .unwrap();
        answer("200 OK", &[("Content-Type", "text/javascript"), ("Content-Encoding", "gzip")], &packed)
    });
    let paravent = Paravent::before(&origin);
    let [script, accept] = AS_WORKER;
    let got = paravent.get("/sw.js", &[script, accept, ("Accept-Encoding", "gzip")]);
    let mut text = String::new();
    flate2::read::GzDecoder::new(&got.body[..]).read_to_string(&mut text).unwrap();
    assert!(text.ends_with(WORKER) && text.contains("stopImmediatePropagation"), "{text}");
}

#[test]
fn what_is_no_worker_in_the_end_stays_as_it_is() {
    let missing = Origin::start(|_| answer("404 Not Found", &[("Content-Type", "text/plain")], b"no"));
    assert_eq!(Paravent::before(&missing).get("/sw.js", &AS_WORKER).text(), "no");
    let observing = Paravent::with(&serving(WORKER), "", "mode = \"observe\"");
    assert_eq!(observing.get("/sw.js", &AS_WORKER).text(), WORKER);
    let unreadable = Origin::start(|_| {
        answer("200 OK", &[("Content-Type", "text/javascript"), ("Content-Encoding", "x")], b"no")
    });
    assert_eq!(Paravent::before(&unreadable).get("/sw.js", &AS_WORKER).status, 502);
}
