//! Two readers of one stream. Whatever the guard lets through, hyper must read as the same requests, one for one,
//! each with the body that the guard counted; what the guard refuses must reach hyper as a stand-in and end it.
//! Runs for a moment here, and for as long as it is told to by `scripts/prove fuzz`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bolero::check;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use paravent::server::{Guard, HeadLimits, HeadScan, Scan, Times, Turns};
use tokio::io::AsyncWriteExt;

const LIMITS: HeadLimits = HeadLimits { bytes: 2000, fields: 20 };
/// Longer than any run: here only the stream's end ends a connection.
const TIMES: Times = Times {
    header: Duration::from_secs(3600),
    idle: Duration::from_secs(3600),
    write: Duration::from_secs(3600),
};

/// Pieces of streams. The first ones begin and end heads, so that many streams hold whole ones.
const PIECES: &[&str] = &[
    "GET / HTTP/1.1\r\nHost: a\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "\r\n",
    "\r\n\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 05\r\n",
    "content-length:\t27 \r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: 999999999999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: CHUNKED \r\n",
    "Transfer_Encoding: chunked\r\n",
    "Upgrade: websocket\r\n",
    "Connection: Upgrade\r\n",
    "Connection: keep-alive\r\n",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "Host: a\r\n",
    "Host: b\r\n",
    "X: caf\u{e9}\r\n",
    "X:\r\n",
    " folded\r\n",
    "X : y\r\n",
    "X: a\rb\r\n",
    "X: a\0\r\n",
    "X\r\n",
    "hello",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "5;x=\"\r\n\r\n\"\r\n",
    "\n",
    "\r",
    " ",
    ":",
    "\0",
    "OPTIONS * HTTP/1.1\r\n",
    "GET http://a/ HTTP/1.1\r\n",
    "GET http://b/ HTTP/1.0\r\n",
    "GET http://a:/ HTTP/1.1\r\n",
    "GET http://a?x HTTP/1.1\r\n",
    "CONNECT a:1 HTTP/1.1\r\n",
    "CONNECT a HTTP/1.1\r\n",
    "GET /?x|y{z}\\^`\"<> HTTP/1.1\r\n",
    "GET /\u{e9}#f HTTP/1.0\r\n",
    "GET //a@b/../%00 HTTP/1.0\r\n",
    "get /x  HTTP/1.1\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/// A request as a reader saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    /// With a body of this many bytes; in chunks where it is not known.
    Request(Option<u64>),
    Refused,
}

/// What the guard's own reading of the stream is.
fn by_guard(mut stream: &[u8]) -> Vec<Read> {
    let mut all = Vec::new();
    loop {
        match HeadScan::new(LIMITS).read(stream) {
            Scan::Partial => return all,
            Scan::Refused(_) => {
                all.push(Read::Refused);
                return all;
            }
            Scan::Head(head) => {
                let length = head.framing.length();
                all.push(Read::Request(length));
                let end = head.bytes as u64 + length.unwrap_or(0);
                match usize::try_from(end).ok().and_then(|end| stream.get(end..)) {
                    Some(rest) if !head.last => stream = rest,
                    _ => return all,
                }
            }
        }
    }
}

/// What hyper reads behind the guard.
async fn by_hyper(stream: &[u8]) -> Vec<Read> {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    client.write_all(stream).await.unwrap();
    client.shutdown().await.unwrap();
    let (turns, seen) = (Turns::default(), Arc::new(Mutex::new(Vec::new())));
    let guard = Guard::new(server, turns.clone(), LIMITS, TIMES);
    let log = Arc::clone(&seen);
    let service = service_fn(move |request: Request<Incoming>| {
        let turn = turns.take();
        log.lock().unwrap().push(match turn.refused() {
            Some(_) => Read::Refused,
            None => Read::Request(request.body().size_hint().exact()),
        });
        async move {
            let _ = request.into_body().collect().await;
            let body = Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync();
            Ok::<_, Infallible>(turn.until_sent(Response::new(body)))
        }
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(guard), service).await;
    assert!(!served.is_err_and(|error| error.is_parse()), "hyper could not read what was let through");
    seen.lock().unwrap().clone()
}

#[test]
fn hyper_reads_what_the_guard_has_read() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = std::panic::AssertUnwindSafe(runtime);
    check!().with_type::<Vec<u8>>().for_each(|choices| {
        let pieces = choices.iter().map(|choice| PIECES[usize::from(*choice) % PIECES.len()]);
        let stream: String = pieces.collect();
        let guarded = by_guard(stream.as_bytes());
        let asked_to_close = stream.contains("close") || stream.contains("HTTP/1.0");
        let mut read = runtime.block_on(by_hyper(stream.as_bytes()));
        if asked_to_close {
            // hyper stops after such a request; up to there both must agree.
            assert!(read.len() <= guarded.len(), "{stream:?}: {read:?}, {guarded:?}");
            read.extend(guarded.get(read.len()..).unwrap());
        }
        assert_eq!(read, guarded, "{stream:?}");
    });
}
