//! Being a proxy: framing, hosts, methods, encodings, conditions, limits, failures. Each test speaks raw
//! HTTP/1.1 to a Paravent process with an origin that answers what the test wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc;

use support::{Answer, Origin, PATIENCE, Paravent, answer, find, ok, request, request_to};

const PAGE: &str = "<!doctype html><html lang=fr><head><title>Clinique</title></head><body><h1>Bonjour</h1>\
<script src=\"https://connect.facebook.net/en_US/fbevents.js\"></script></body></html>";

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

#[test]
fn malformed_requests_get_400_and_unknown_hosts_421() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    for (bytes, status) in [
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: clinic.example\r\nHost: clinic.example\r\nConnection: close\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: clinic.example\r\nConnection: close, cookie\r\n\r\n", 400),
        ("GET http://other.example/ HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: clinic.example\r\nbad header\r\n\r\n", 400),
        ("rubbish\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n", 421),
        ("CONNECT clinic.example:443 HTTP/1.1\r\nHost: clinic.example:443\r\nConnection: close\r\n\r\n", 405),
    ] {
        assert_eq!(paravent.raw(bytes).status, status, "{bytes:?}");
    }
}

#[test]
fn heads_that_are_too_large_get_431() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let long = "x".repeat(40 * 1024);
    assert_eq!(paravent.get("/", &[("X-Long", &long)]).status, 431);
    let many: Vec<(String, &str)> = (0..150).map(|n| (format!("X-Field-{n}"), "1")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(paravent.get("/", &many).status, 431);
}

#[test]
fn bodies_that_are_too_large_get_413_announced_or_not() {
    let paravent = Paravent::with(&Origin::page(PAGE), "", "request_body_bytes = 1000");
    let body = "x".repeat(2000);
    assert_eq!(paravent.raw(request("POST", "/", &[], &body)).status, 413);
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    assert_eq!(paravent.raw(chunked).status, 413);
}

/// PC18: what is uploaded goes on unread. The second half is sent once the origin has the first.
#[test]
fn an_upload_reaches_the_origin_byte_for_byte_while_it_is_sent() {
    let (first, second) = ("name=Tremblay&note=", "caf%C3%A9 \u{e9}\0&choice=accept");
    let (origin, listener) = Origin::by_hand();
    let (tell, received) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = BufReader::new(stream);
            let head: Vec<String> =
                stream.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            // Paravent's own survey of pages asks too.
            let halves = if head.first().is_some_and(|line| line.starts_with("POST")) { 2 } else { 0 };
            for length in [first.len(), second.len()].into_iter().take(halves) {
                let mut half = vec![0; length];
                tell.send(stream.read_exact(&mut half).map(|()| half)).unwrap();
            }
            let _ = stream.get_mut().write_all(&ok("text/plain", b"thanks"));
        }
    });
    let paravent = Paravent::before(&origin);
    let mut client = paravent.connect();
    let length = first.len() + second.len();
    let head = format!(
        "POST /rendez-vous HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    client.write_all(format!("{head}{first}").as_bytes()).unwrap();
    assert_eq!(received.recv_timeout(PATIENCE).unwrap().unwrap(), first.as_bytes());
    client.write_all(second.as_bytes()).unwrap();
    assert_eq!(received.recv_timeout(PATIENCE).unwrap().unwrap(), second.as_bytes());
    let mut answered = Vec::new();
    client.read_to_end(&mut answered).unwrap();
    assert!(Answer::parse(&answered).text() == "thanks");
}

#[test]
fn hop_by_hop_fields_end_here_both_ways() {
    let origin = Origin::start(|_| {
        answer(
            "200 OK",
            &[("Content-Type", "text/plain"), ("Keep-Alive", "timeout=5"), ("Proxy-Authenticate", "x")],
            b"t",
        )
    });
    let paravent = Paravent::before(&origin);
    let fields = [("Keep-Alive", "1"), ("Proxy-Authorization", "secret"), ("TE", "gzip"), ("Upgrade", "h2c")];
    let got = paravent.get("/", &fields);
    for name in ["keep-alive", "proxy-authenticate"] {
        assert_eq!(got.field(name), None, "{name}");
    }
    let seen = origin.last();
    for name in ["keep-alive", "proxy-authorization", "te", "upgrade"] {
        assert_eq!(seen.field(name), None, "{name}");
    }
}

#[test]
fn head_has_the_heads_of_get_and_no_body() {
    let origin = Origin::start(|seen| {
        let full = ok("text/html", PAGE.as_bytes());
        if seen.head.starts_with("HEAD") {
            full[..find(&full, b"\r\n\r\n").unwrap() + 4].to_vec()
        } else {
            full
        }
    });
    let paravent = Paravent::before(&origin);
    let (get, head) = (paravent.get("/", &[]), paravent.raw(request("HEAD", "/", &[], "")));
    assert!(head.body.is_empty());
    for name in ["content-type", "content-security-policy", "cache-control", "vary"] {
        assert_eq!(get.field(name), head.field(name), "{name}");
        assert!(get.field(name).is_some(), "{name}");
    }
}

#[test]
fn empty_statuses_stay_empty() {
    for status in ["204 No Content", "304 Not Modified"] {
        let origin =
            Origin::start(move |_| format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n").into_bytes());
        let got = Paravent::before(&origin).get("/", &[]);
        assert_eq!(got.status.to_string(), &status[..3]);
        assert!(got.body.is_empty());
    }
}

#[test]
fn ranges_of_files_pass_and_ranges_of_pages_do_not() {
    let origin = Origin::start(|seen| match (seen.target(), seen.field("range")) {
        ("/file", Some(_)) => answer(
            "206 Partial Content",
            &[("Content-Type", "application/pdf"), ("Content-Range", "bytes 0-2/9")],
            b"%PD",
        ),
        ("/surprise", _) => answer(
            "206 Partial Content",
            &[("Content-Type", "text/html"), ("Content-Range", "bytes 0-2/9")],
            b"<sc",
        ),
        _ => ok("text/html", PAGE.as_bytes()),
    });
    let paravent = Paravent::before(&origin);
    let file = paravent.get("/file", &[("Range", "bytes=0-2"), ("Accept", "*/*")]);
    assert_eq!((file.status, file.body.as_slice()), (206, &b"%PD"[..]));
    assert_eq!(file.field("content-range").as_deref(), Some("bytes 0-2/9"));
    assert_eq!(paravent.get("/page", &[("Range", "bytes=0-2")]).status, 200);
    assert_eq!(origin.last().field("range"), None);
    assert_eq!(paravent.get("/surprise", &[]).status, 502);
}

#[test]
fn compressed_pages_are_read_and_compressed_again() {
    let origin = Origin::start(|_| {
        answer(
            "200 OK",
            &[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
            &gzip(PAGE.as_bytes()),
        )
    });
    let paravent = Paravent::before(&origin);
    let plain = paravent.get("/", &[]);
    assert_eq!(plain.field("content-encoding"), None);
    assert!(plain.text().contains("Bonjour") && !plain.text().contains("facebook.net/en_US"));
    let packed = paravent.get("/", &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.field("content-encoding").as_deref(), Some("gzip"));
    assert_eq!(gunzip(&packed.body), plain.text());
    assert!(plain.field("vary").unwrap().to_ascii_lowercase().contains("accept-encoding"));
}

#[test]
fn a_page_whose_encoding_cannot_be_read_is_never_shown_unread() {
    for encoding in ["compress", "gzip, gzip", "br, gzip", "x-unknown"] {
        let origin = Origin::start(move |_| {
            answer(
                "200 OK",
                &[("Content-Type", "text/html"), ("Content-Encoding", encoding)],
                PAGE.as_bytes(),
            )
        });
        let got = Paravent::before(&origin).get("/", &[]);
        assert_eq!(got.status, 502, "{encoding}");
        assert!(!got.text().contains("fbevents"), "{encoding}");
    }
}

#[test]
fn an_origin_that_lies_about_its_encoding_never_leads_to_an_unfiltered_page() {
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        let origin = Origin::start(move |_| {
            answer(
                "200 OK",
                &[("Content-Type", "text/html"), ("Content-Encoding", encoding)],
                PAGE.as_bytes(),
            )
        });
        let got = Paravent::before(&origin).get("/", &[]);
        assert!(got.status == 502 || !got.complete, "{encoding}: {}", got.head);
        assert!(!got.text().contains("fbevents"), "{encoding}");
    }
}

#[test]
fn an_origin_that_breaks_off_mid_page_never_looks_complete() {
    let origin = Origin::start_with(|_, stream| {
        let half = &PAGE.as_bytes()[..PAGE.len() / 2];
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", PAGE.len());
        let _ = stream.write_all(&[head.as_bytes(), half].concat());
    });
    let got = Paravent::before(&origin).get("/", &[]);
    assert!(got.status == 502 || !got.complete, "{}", got.head);
    assert!(!got.text().contains("fbevents.js"));
}

#[test]
fn html_without_a_content_type_is_found_before_the_browser_finds_it() {
    let origin = Origin::start(|_| answer("200 OK", &[], PAGE.as_bytes()));
    let got = Paravent::before(&origin).get("/", &[]);
    assert!(got.text().contains("Bonjour"));
    assert!(!got.text().contains("fbevents.js\""), "{}", got.text());
}

#[test]
fn files_pass_as_they_are() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let sent = bytes.clone();
    let origin = Origin::start(move |_| {
        answer(
            "200 OK",
            &[("Content-Type", "image/png"), ("ETag", "\"abc\""), ("Cache-Control", "max-age=60")],
            &sent,
        )
    });
    let got = Paravent::before(&origin).get("/x.png", &[("Accept-Encoding", "gzip"), ("Accept", "image/*")]);
    assert_eq!(got.body, bytes);
    assert_eq!(got.field("etag").as_deref(), Some("\"abc\""));
    assert_eq!(got.field("cache-control").as_deref(), Some("max-age=60"));
    assert_eq!(got.field("content-length").as_deref(), Some("100000"));
}

#[test]
fn a_pages_etag_carries_the_choice_and_revalidates() {
    let origin = Origin::start(|seen| {
        if seen.field("if-none-match").as_deref() == Some("\"v1\"") {
            return b"HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n".to_vec();
        }
        answer(
            "200 OK",
            &[("Content-Type", "text/html"), ("ETag", "\"v1\""), ("Last-Modified", "x")],
            PAGE.as_bytes(),
        )
    });
    let paravent = Paravent::before(&origin);
    let first = paravent.get("/", &[]);
    let etag = first.field("etag").unwrap();
    assert!(etag.starts_with("W/") && etag != "\"v1\"", "{etag}");
    assert_eq!(first.field("last-modified"), None);
    let again = paravent.get("/", &[("If-None-Match", &etag)]);
    assert_eq!((again.status, again.field("etag").as_deref()), (304, Some(etag.as_str())));
    assert!(again.field("content-security-policy").is_some());
    // A copy from before Paravent, or from under another choice, is never confirmed.
    assert_eq!(paravent.get("/", &[("If-None-Match", "\"v1\"")]).status, 200);
    assert_eq!(paravent.get("/", &[("If-Modified-Since", "Sun, 22 Nov 2026 00:00:00 GMT")]).status, 200);
    let refused = paravent.raw(request(
        "POST",
        "/_privacy/consent",
        &[("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")],
        "choice=refuse&return=/",
    ));
    let cookie = refused.field("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(paravent.get("/", &[("If-None-Match", &etag), ("Cookie", &cookie)]).status, 200);
}

#[test]
fn an_origin_that_is_away_slow_or_talks_rubbish_gets_a_page_with_the_right_status() {
    let gone = Origin::start(|_| Vec::new());
    for (origin, status) in [(&gone, 502), (&Origin::start(|_| b"\x00\x01rubbish\r\n\r\n".to_vec()), 502)] {
        let got = Paravent::before(origin).get("/", &[("Accept-Language", "fr")]);
        assert_eq!(got.status, status);
        assert!(got.text().contains("<html"), "{}", got.text());
    }
    let themed = Paravent::with(&Origin::away(), "", "theme = { accent = \"#7A1F5C\" }");
    // The site does not speak Arabic; a page on it is in one of its languages, and in its colours.
    let got = themed.get("/", &[("Accept-Language", "ar, en;q=0.5")]);
    assert_eq!(got.status, 502);
    for wanted in ["lang=\"en\"", "clinic.example", "--accent:#7A1F5C", "<a href=\"/\">"] {
        assert!(got.text().contains(wanted), "{wanted}: {}", got.text());
    }
    let stranger = themed.raw(request_to("stranger.example", "GET", "/", &[], ""));
    assert_eq!(stranger.status, 421);
    assert!(!stranger.text().contains("7A1F5C") && !stranger.text().contains("clinic.example"));
    let slow = Origin::start_with(|_, stream| {
        // Waits for the proxy to hang up.
        let _ = stream.read(&mut [0; 1]);
    });
    let paravent = Paravent::with(&slow, "timeouts = { first_byte = 1 }", "");
    assert_eq!(paravent.get("/", &[]).status, 504);
}

#[test]
fn server_sent_events_pass_at_once() {
    let origin = Origin::start_with(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
        // Held open until the visitor has seen the first event and leaves.
        let _ = stream.read(&mut [0; 1]);
    });
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream.write_all(request("GET", "/events", &[("Accept", "text/event-stream")], "").as_bytes()).unwrap();
    let mut got = Vec::new();
    let mut piece = [0; 1024];
    while find(&got, b"data: 1").is_none() {
        let size = stream.read(&mut piece).unwrap();
        assert!(size > 0, "closed before the event came");
        got.extend_from_slice(&piece[..size]);
    }
}

#[test]
fn a_page_in_pieces_goes_out_in_pieces() {
    let origin = Origin::start_with(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>first</p>",
        );
        let _ = stream.read(&mut [0; 1]);
    });
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream.write_all(request("GET", "/", &[], "").as_bytes()).unwrap();
    let mut got = Vec::new();
    let mut piece = [0; 1024];
    while find(&got, b"first").is_none() {
        let size = stream.read(&mut piece).unwrap();
        assert!(size > 0, "closed before the piece came");
        got.extend_from_slice(&piece[..size]);
    }
}

#[test]
fn websockets_are_tunnelled_after_the_origins_own_101_and_not_before() {
    let origin = Origin::start_with(|seen, stream| {
        if seen.target() == "/no" {
            let _ = stream.write_all(&answer("403 Forbidden", &[("Content-Type", "text/plain")], b"no"));
            return;
        }
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: abc\r\n\r\n");
        let mut piece = [0; 64];
        while let Ok(size @ 1..) = stream.read(&mut piece) {
            let _ = stream.write_all(&piece[..size].to_ascii_uppercase());
        }
    });
    let paravent = Paravent::before(&origin);
    let upgrade = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: clinic.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
    };
    let mut stream = paravent.connect();
    stream.write_all(upgrade("/chat").as_bytes()).unwrap();
    let mut got = Vec::new();
    let mut piece = [0; 1024];
    while find(&got, b"\r\n\r\n").is_none() {
        let size = stream.read(&mut piece).unwrap();
        got.extend_from_slice(&piece[..size]);
    }
    assert!(got.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&got));
    stream.write_all(b"hello through the tunnel").unwrap();
    let mut echo = [0; 24];
    stream.read_exact(&mut echo).unwrap();
    assert_eq!(&echo, b"HELLO THROUGH THE TUNNEL");
    let mut refused = paravent.connect();
    refused.set_read_timeout(Some(PATIENCE)).unwrap();
    refused
        .write_all(upgrade("/no").replace("Connection: Upgrade", "Connection: Upgrade, close").as_bytes())
        .unwrap();
    let mut all = Vec::new();
    let _ = refused.read_to_end(&mut all);
    assert_eq!(Answer::parse(&all).status, 403);
}

#[test]
fn a_page_is_rewritten_and_asks_for_consent() {
    let got = Paravent::before(&Origin::page(PAGE)).get("/", &[]);
    let text = got.text();
    assert!(text.contains("<paravent-consent"), "{text}");
    assert!(text.contains("data-paravent=\"no-consent meta-pixel\""), "{text}");
    let policy = got.field("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'self'") && !policy.contains("facebook"), "{policy}");
}

#[test]
fn the_region_of_the_truncated_network_and_the_language_reach_the_origin_as_hints() {
    let origin = Origin::page(PAGE);
    let database = concat!(env!("CARGO_MANIFEST_DIR"), "/geoip/demo.mmdb");
    let server = format!("trusted_proxies = [\"127.0.0.0/8\"]\ngeoip = \"{database}\"");
    let paravent = Paravent::with(&origin, &server, "");
    for (address, region) in [("192.0.2.77", Some("CA-QC")), ("198.51.100.9", Some("MA")), ("9.9.9.9", None)]
    {
        let fields = [
            ("X-Forwarded-For", address),
            ("Accept-Language", "fr-CA,en;q=0.5"),
            ("X-Paravent-Region", "XX"),
        ];
        paravent.get("/", &fields);
        assert_eq!(origin.last().field("x-paravent-region").as_deref(), region, "{address}");
        assert_eq!(origin.last().field("x-paravent-language").as_deref(), Some("fr"));
    }
}

#[test]
fn the_origin_is_asked_for_no_coding_that_the_visitor_does_not_take() {
    let origin = Origin::start(|_| ok("text/css", b"a{}"));
    let paravent = Paravent::before(&origin);
    for (accepted, asked) in [
        (None, "identity"),
        (Some("gzip"), "gzip"),
        (Some("gzip, br;q=0, zstd;q=0.5"), "gzip, zstd"),
        (Some("compress"), "identity"),
    ] {
        let mut fields = vec![("Accept", "text/css")];
        fields.extend(accepted.map(|accepted| ("Accept-Encoding", accepted)));
        paravent.get("/site.css", &fields);
        assert_eq!(origin.last().field("accept-encoding").as_deref(), Some(asked), "{accepted:?}");
    }
}

#[test]
fn an_origin_that_speaks_http_1_0_is_answered_for_in_1_1() {
    let origin = Origin::start(|seen| match seen.target() {
        "/file" => b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nabc".to_vec(),
        _ => format!("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}").into_bytes(),
    });
    let paravent = Paravent::before(&origin);
    for path in ["/", "/file"] {
        let got = paravent.get(path, &[]);
        assert!(got.head.starts_with("HTTP/1.1 200"), "{}", got.head);
        assert!(got.complete && got.field("transfer-encoding").is_some(), "{}", got.head);
    }
}

#[test]
fn a_page_that_hides_behind_a_second_content_type_is_read_all_the_same() {
    for types in [["image/png", "text/html"], ["text/html", "image/png"]] {
        let origin = Origin::start(move |_| {
            answer("200 OK", &types.map(|one| ("Content-Type", one)), PAGE.as_bytes())
        });
        let got = Paravent::before(&origin).get("/", &[]);
        assert_eq!(got.fields("content-type"), ["text/html"]);
        assert!(!got.text().contains("fbevents.js") && got.field("content-security-policy").is_some());
    }
}
