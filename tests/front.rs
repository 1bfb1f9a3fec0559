//! What stands in front of hyper, seen from outside: requests in a row keep their order, one that could be read
//! in two ways ends the connection after its 400, and the origin never sees what was refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{Read, Write};

use support::{Answer, Origin, Paravent, find, ok};

/// All that a connection gives until the server closes it.
fn until_closed(paravent: &Paravent, sent: &[u8]) -> String {
    let mut stream = paravent.connect();
    stream.write_all(sent).unwrap();
    let mut all = Vec::new();
    // A reset would be a fault here: it could take the answer with it.
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

fn targets(origin: &Origin) -> Vec<String> {
    origin.seen().iter().map(|seen| seen.target().to_owned()).collect()
}

fn statuses(all: &str) -> Vec<&str> {
    all.match_indices("HTTP/1.1 ").map(|(at, _)| &all[at + 9..at + 12]).collect()
}

fn plain() -> Origin {
    Origin::start(|seen| ok("text/plain", seen.target().as_bytes()))
}

#[test]
fn requests_in_a_row_are_answered_in_their_order() {
    let origin = plain();
    let paravent = Paravent::before(&origin);
    let all = until_closed(
        &paravent,
        b"POST /1 HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 30\r\n\r\nGET /not-a-request HTTP/1.1\r\n\r\
          GET /2 HTTP/1.1\r\nHost: clinic.example\r\n\r\n\r\n\
          GET /3 HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(statuses(&all), ["200", "200", "200"], "{all}");
    assert_eq!(targets(&origin), ["/1", "/2", "/3"]);
    assert_eq!(origin.seen()[0].body, b"GET /not-a-request HTTP/1.1\r\n\r");
}

#[test]
fn a_refused_head_gets_a_whole_400_after_the_answers_before_it_and_nothing_after() {
    for bad in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 5",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "X: a\r\n folded",
        "X: a\nY: b",
        "X : a",
        "Host: clinic.example",
    ] {
        let origin = plain();
        let paravent = Paravent::before(&origin);
        let all = until_closed(
            &paravent,
            format!(
                "GET /1 HTTP/1.1\r\nHost: clinic.example\r\n\r\n\
                 POST /2 HTTP/1.1\r\nHost: clinic.example\r\n{bad}\r\n\r\n0\r\n\r\n\
                 GET /3 HTTP/1.1\r\nHost: clinic.example\r\n\r\n{}",
                "x".repeat(300_000)
            )
            .as_bytes(),
        );
        assert_eq!(statuses(&all), ["200", "400"], "{bad:?}: {all}");
        let refusal = Answer::parse(&all.as_bytes()[all.find("HTTP/1.1 400").unwrap()..]);
        assert_eq!(refusal.field("connection").as_deref(), Some("close"), "{bad:?}");
        assert!(refusal.complete && refusal.text().trim_end().ends_with("</html>"), "{bad:?}");
        assert_eq!(targets(&origin), ["/1"], "{bad:?}");
    }
}

#[test]
fn a_refusal_is_said_in_a_language_of_the_request_as_far_as_it_was_read() {
    let paravent = Paravent::before(&plain());
    for (languages, lang) in [("en-CA, fr;q=0.5", "en"), ("ar", "ar"), ("de", "fr")] {
        let head = format!("GET / HTTP/1.1\r\nHost: clinic.example\r\nAccept-Language: {languages}\r\n");
        for bad in ["X : a\r\n\r\n", "Content-Length: 1, 2\r\n\r\n", &"X: a\r\n".repeat(200)] {
            let all = until_closed(&paravent, format!("{head}{bad}").as_bytes());
            assert!(all.contains(&format!("<html lang=\"{lang}\"")), "{languages} {bad:?}: {all}");
        }
    }
}

#[test]
fn the_admin_listener_stands_behind_the_same_guard() {
    let paravent = Paravent::before(&plain());
    let mut stream = std::net::TcpStream::connect(paravent.admin).unwrap();
    let smuggled = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n\
                    0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(smuggled.as_bytes()).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert_eq!(statuses(&all), ["400"], "{all}");
}

#[test]
fn nothing_follows_a_request_in_chunks() {
    let origin = plain();
    let paravent = Paravent::before(&origin);
    let all = until_closed(
        &paravent,
        b"POST /1 HTTP/1.1\r\nHost: clinic.example\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n\
          3;x=y\r\nabc\r\n0\r\nTrailer: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: clinic.example\r\n\r\n",
    );
    assert_eq!(statuses(&all), ["200"], "{all}");
    assert_eq!(targets(&origin), ["/1"]);
    assert_eq!(origin.last().body, b"abc");
}

#[test]
fn a_request_behind_an_upgrade_that_was_not_granted_is_read_as_one() {
    let origin = plain();
    let paravent = Paravent::before(&origin);
    let upgrade = "GET /1 HTTP/1.1\r\nHost: clinic.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 13\r\n\r\n";
    let all = until_closed(
        &paravent,
        format!("{upgrade}GET /2 HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: x\r\n\r\n").as_bytes(),
    );
    assert_eq!(statuses(&all), ["200", "400"], "{all}");
    assert_eq!(targets(&origin), ["/1"]);
}

#[test]
fn bytes_sent_ahead_of_a_tunnel_reach_its_other_end() {
    let origin = Origin::start_with(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        );
        let mut piece = [0; 64];
        while let Ok(size @ 1..) = stream.read(&mut piece) {
            let _ = stream.write_all(&piece[..size].to_ascii_uppercase());
        }
    });
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream
        .write_all(
            b"GET / HTTP/1.1\r\nHost: clinic.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nahead\nof it",
        )
        .unwrap();
    let (mut got, mut piece) = (Vec::new(), [0; 1024]);
    while find(&got, b"AHEAD\nOF IT").is_none() {
        let size = stream.read(&mut piece).unwrap();
        assert!(size > 0, "closed: {}", String::from_utf8_lossy(&got));
        got.extend_from_slice(&piece[..size]);
    }
}

#[test]
fn a_head_that_does_not_end_and_an_idle_connection_have_times_of_their_own() {
    let origin = plain();
    // Whichever time were used for both, one of the two connections would stay open beyond the test's patience.
    let slow = Paravent::with(&origin, "timeouts = { header = 1, idle = 3600 }", "");
    let all = until_closed(&slow, b"GET / HTTP/1.1\r\nHost: clinic.example\r\nX:");
    assert_eq!(statuses(&all), ["408"], "{all}");
    let idle = Paravent::with(&origin, "timeouts = { header = 3600, idle = 1 }", "");
    let all = until_closed(&idle, b"GET / HTTP/1.1\r\nHost: clinic.example\r\n\r\n");
    assert_eq!(statuses(&all), ["200"], "{all}");
}

#[test]
fn an_idle_connection_outlives_the_time_for_heads() {
    let origin = plain();
    let paravent = Paravent::with(&origin, "timeouts = { header = 1, idle = 3600 }", "");
    let mut kept = paravent.connect();
    kept.write_all(b"GET /1 HTTP/1.1\r\nHost: clinic.example\r\n\r\n").unwrap();
    let (mut got, mut piece) = (Vec::new(), [0; 1024]);
    while !got.ends_with(b"/1") {
        let size = kept.read(&mut piece).unwrap();
        got.extend_from_slice(&piece[..size]);
    }
    // Another connection's head runs out of time meanwhile, begun after this one fell idle.
    assert_eq!(statuses(&until_closed(&paravent, b"G")), ["408"]);
    kept.write_all(b"GET /2 HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n").unwrap();
    let mut rest = String::new();
    kept.read_to_string(&mut rest).unwrap();
    assert_eq!(statuses(&rest), ["200"], "{rest}");
}

#[test]
fn a_limit_below_hypers_own_buffer_does_not_stop_a_connection() {
    let paravent = Paravent::with(&plain(), "limits = { header_bytes = 1024 }", "");
    assert_eq!(paravent.get("/", &[]).status, 200);
    assert_eq!(paravent.get("/", &[("X-Long", &"x".repeat(2000))]).status, 431);
}
