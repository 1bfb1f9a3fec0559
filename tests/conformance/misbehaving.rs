//! An origin that misbehaves. Whatever it does, the visitor gets a whole answer of its own, a small page that says
//! no more than that it failed, or a body that visibly breaks off; and the next visitor is not affected.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{Origin, Paravent, request};

/// What a visitor may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// This status and this body, whole.
    Whole(u16, &'static str),
    /// A small page of Paravent's.
    Page(u16),
    /// A body that does not end as it says, or a page in its place.
    Broken,
}
use Given::{Broken, Page, Whole};

/// What the origin does with a request, once it has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Close,
    /// Holds the connection open until the proxy closes it.
    Hold,
    Reset,
}
use Then::{Close, Hold, Reset};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const HTML: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

const NEXT: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nnext!";

/// What it is, what the origin writes, what it does then, and what the visitor may get.
type Way = (&'static str, Vec<u8>, Then, Given);

fn ways() -> Vec<Way> {
    let plain = |rest: &str| format!("{OK}{rest}").into_bytes();
    let page = |rest: &str| format!("{HTML}{rest}").into_bytes();
    let raw = |text: &str| text.as_bytes().to_vec();
    let large = "x".repeat(100_000);
    vec![
        ("closes without a word", raw(""), Close, Page(502)),
        ("resets without a word", raw(""), Reset, Page(502)),
        ("says nothing", raw(""), Hold, Page(504)),
        ("breaks off in the status line", raw("HTTP/1.1 20"), Close, Page(502)),
        ("stops in the status line", raw("HTTP/1.1 20"), Hold, Page(504)),
        ("breaks off in a field", plain("Content-Le"), Close, Page(502)),
        ("stops in a field", plain("Content-Le"), Hold, Page(504)),
        ("talks rubbish", vec![0xFF; 100], Hold, Page(502)),
        ("talks TLS", raw("\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{16}"), Hold, Page(502)),
        ("talks SMTP", raw("220 mail.clinic.example ESMTP\r\n"), Hold, Page(502)),
        ("answers HTTP/3", raw("HTTP/3 200 OK\r\nContent-Length: 0\r\n\r\n"), Hold, Page(502)),
        ("answers HTTP/2 frames", raw("\0\0\0\u{4}\0\0\0\0\0\0\0\0\u{4}\u{1}\0\0\0\0"), Hold, Page(502)),
        ("has a status of two digits", raw("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"), Hold, Page(502)),
        (
            "has a status of four digits",
            raw("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
            Hold,
            Page(502),
        ),
        ("has a field without a colon", plain("Content-Length 4\r\n\r\nfine"), Hold, Page(502)),
        ("has a space before a colon", plain("Content-Length : 4\r\n\r\nfine"), Hold, Page(502)),
        ("folds a line", plain("X: a\r\n b\r\nContent-Length: 4\r\n\r\nfine"), Hold, Page(502)),
        ("has a NUL in a field", plain("X: a\0b\r\nContent-Length: 4\r\n\r\nfine"), Hold, Page(502)),
        ("has a bare CR in a field", plain("X: a\rb\r\nContent-Length: 4\r\n\r\nfine"), Hold, Page(502)),
        ("has a head of a megabyte", plain(&format!("X: {}\r\n\r\n", large.repeat(10))), Hold, Page(502)),
        ("has ten thousand fields", plain(&format!("{}\r\n", "X: a\r\n".repeat(10_000))), Hold, Page(502)),
        ("has two lengths", plain("Content-Length: 4\r\nContent-Length: 5\r\n\r\nfine"), Hold, Page(502)),
        ("has a length that is none", plain("Content-Length: +4\r\n\r\nfine"), Hold, Page(502)),
        ("has a length below nothing", plain("Content-Length: -1\r\n\r\nfine"), Hold, Page(502)),
        (
            "has a length and chunks",
            plain("Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n"),
            Hold,
            Whole(200, "fine"),
        ),
        ("sends less than its length", plain("Content-Length: 9\r\n\r\nfine"), Close, Broken),
        ("stops before its length", plain("Content-Length: 9\r\n\r\nfine"), Hold, Broken),
        ("resets before its length", plain("Content-Length: 9\r\n\r\nfine"), Reset, Broken),
        (
            "sends more than its length",
            plain("Content-Length: 4\r\n\r\nfine and more"),
            Hold,
            Whole(200, "fine"),
        ),
        (
            "sends a second answer unasked",
            plain("Content-Length: 4\r\n\r\nfineHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"),
            Hold,
            Whole(200, "fine"),
        ),
        ("breaks off in a chunk", plain("Transfer-Encoding: chunked\r\n\r\n9\r\nfine"), Close, Broken),
        ("stops between chunks", plain("Transfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n"), Hold, Broken),
        (
            "breaks off before the last chunk",
            plain("Transfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n"),
            Close,
            Broken,
        ),
        (
            "has a chunk size that is none",
            plain("Transfer-Encoding: chunked\r\n\r\n4\r\nfine\r\nx\r\n"),
            Hold,
            Broken,
        ),
        (
            "has a chunk longer than it says",
            plain("Transfer-Encoding: chunked\r\n\r\n3\r\nfine\r\n0\r\n\r\n"),
            Hold,
            Broken,
        ),
        ("has a coding nobody knows", plain("Transfer-Encoding: cow\r\n\r\nfine"), Close, Page(502)),
        (
            "switches protocols unasked",
            raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
            Hold,
            Page(502),
        ),
        ("says Continue without end", raw(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000)), Hold, Page(504)),
        (
            "sends hints before its answer",
            raw(&format!(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n{OK}Content-Length: 4\r\n\r\nfine"
            )),
            Hold,
            Whole(200, "fine"),
        ),
        (
            "sends 204 with a body",
            raw("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nfine"),
            Hold,
            Whole(204, ""),
        ),
        (
            "sends 304 with a body",
            raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nfine"),
            Hold,
            Whole(304, ""),
        ),
        (
            "sends half a page",
            raw(
                "HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\n<scr",
            ),
            Hold,
            Page(502),
        ),
        ("stops in a page", page("Content-Length: 99\r\n\r\n<html><body>fine"), Hold, Broken),
        ("breaks off in a page", page("Content-Length: 99\r\n\r\n<html><body>fine"), Close, Broken),
        (
            "has a page in a coding nobody knows",
            page("Content-Encoding: cow\r\nContent-Length: 4\r\n\r\nfine"),
            Hold,
            Page(502),
        ),
        (
            "has a page that is not in its coding",
            page("Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nfine"),
            Hold,
            Page(502),
        ),
        (
            "has a page that ends within its coding",
            [
                page("Content-Encoding: gzip\r\nContent-Length: 14\r\n\r\n"),
                vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xCB, 0xCC, 0x4B],
            ]
            .concat(),
            Hold,
            Broken,
        ),
        (
            "closes an answer of HTTP/1.0 without a length",
            raw("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfine"),
            Close,
            Whole(200, "fine"),
        ),
        (
            "resets an answer of HTTP/1.0 without a length",
            raw("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfine"),
            Reset,
            Broken,
        ),
    ]
}

/// Serves one connection, whose first request was for `target`.
fn serve(stream: &mut TcpStream, target: &str, ways: &[Way]) {
    let way = target.strip_prefix("/way/").map(|number| &ways[number.parse::<usize>().unwrap()]);
    let (written, then) = way.map_or((NEXT.as_bytes(), Hold), |(_, written, then, _)| (written, *then));
    let _ = stream.write_all(written);
    match then {
        Close => {}
        // Until the proxy closes it, or asks for something else.
        Hold => {
            let (mut head, mut byte) = (Vec::new(), [0]);
            while let Ok(1) = stream.read(&mut byte) {
                head.push(byte[0]);
                if head.ends_with(b"\r\n\r\n") {
                    let head = String::from_utf8_lossy(&head).into_owned();
                    return serve(stream, head.split(' ').nth(1).unwrap(), ways);
                }
            }
        }
        // Unread or not, nothing more is sent.
        Reset => socket2::SockRef::from(&*stream).set_linger(Some(Duration::ZERO)).unwrap(),
    }
}

#[test]
fn whatever_an_origin_does_the_visitor_is_not_misled_and_the_next_one_is_served() {
    let ways = std::sync::Arc::new(ways());
    let told = std::sync::Arc::clone(&ways);
    let origin = Origin::start_with(move |seen, stream| serve(stream, seen.target(), &told));
    let paravent = Paravent::with(&origin, "timeouts = { first_byte = 1, body = 1 }", "");
    // All at once: some of them wait.
    std::thread::scope(|scope| {
        for (number, (about, _, _, given)) in ways.iter().enumerate() {
            let paravent = &paravent;
            scope.spawn(move || {
                let got =
                    paravent.raw(request("GET", &format!("/way/{number}"), &[("Accept-Language", "en")], ""));
                let about = format!("{about}: {}\n{}", got.head, got.text());
                match given {
                    Whole(status, body) => {
                        assert_eq!(
                            (got.status, got.complete, got.text().as_str()),
                            (*status, true, *body),
                            "{about}"
                        );
                    }
                    Page(status) => {
                        assert_eq!((got.status, got.complete), (*status, true), "{about}");
                        assert!(got.text().contains("telephone the clinic"), "{about}");
                    }
                    Broken => assert!(!got.complete || got.status >= 500, "{about}"),
                }
            });
        }
    });
    for _ in 0..ways.len() {
        let got = paravent.get("/next", &[]);
        assert_eq!((got.status, got.text().as_str()), (200, "next!"), "{}", got.head);
    }
}
