//! A fault in the program, brought about where a refused request is logged: it ends the connection that met it and
//! nothing else, is counted, and what it says is kept out of the log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;
#[path = "support/timed.rs"]
mod timed;

use std::fmt::Debug;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;

use support::{Origin, exchange, request, request_to};
use timed::Timed;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};

const NOON: i64 = 20_773 * 86_400 + 12 * 3_600;

/// Every line of the log.
static LOG: Mutex<String> = Mutex::new(String::new());

/// Keeps the log, and breaks over the line of a request for a host that nobody has.
struct Breaks;

impl Subscriber for Breaks {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        LOG.lock().unwrap().push_str(&format!("{}\n", line.0));
        assert!(!line.0.contains("unknown-host"), "canary-of-a-visitor");
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}

#[test]
fn a_fault_ends_its_connection_is_counted_and_says_nothing() {
    tracing::subscriber::set_global_default(Breaks).unwrap();
    let paravent = Timed::before(&Origin::page("<p>x"), "", NOON);
    paravent::server::contain_panics();
    let mut beside = TcpStream::connect(paravent.http).unwrap();
    beside.write_all(b"GET /_privacy/ HTTP/1.1\r\nHost: cli").unwrap();
    for _ in 0..3 {
        let mut broken = TcpStream::connect(paravent.http).unwrap();
        broken.write_all(request_to("other.example", "GET", "/", &[], "").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = broken.read_to_end(&mut answer);
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    beside.write_all(b"nic.example\r\n\r\n").unwrap();
    let mut first = [0; 12];
    beside.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    assert_eq!(exchange(paravent.http, &request("GET", "/", &[], "")).status, 200);
    let metrics = support::metrics(paravent.admin, paravent.folder.path());
    assert!(metrics.contains("\nparavent_panics_total 3\n"), "{metrics}");
    let log = LOG.lock().unwrap().clone();
    assert_eq!(log.matches("a connection was ended by a fault in the program").count(), 3, "{log}");
    assert!(log.contains("place=\"tests/panics.rs:") && !log.contains("canary"), "{log}");
}
