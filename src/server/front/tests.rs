use super::fields::Framing;
use super::head::{Head, HeadLimits, HeadScan, Scan};
use crate::server::failure::Failure;

const LIMITS: HeadLimits = HeadLimits { bytes: 400, fields: 4 };

/// Reads `head` in two pieces, cut at every place; all must lead to the same.
fn scan(head: impl AsRef<[u8]>) -> Scan {
    let head = head.as_ref();
    let whole = HeadScan::new(LIMITS).read(head);
    for cut in 0..head.len() {
        let mut pieces = HeadScan::new(LIMITS);
        let first = pieces.read(&head[..cut]);
        let last = if first == Scan::Partial { pieces.read(head) } else { first };
        assert_eq!(last, whole, "cut at {cut}: {:?}", String::from_utf8_lossy(head));
    }
    whole
}

fn read(head: impl AsRef<[u8]>) -> Head {
    match scan(&head) {
        Scan::Head(read) => read,
        other => panic!("{other:?}: {:?}", String::from_utf8_lossy(head.as_ref())),
    }
}

#[test]
fn heads_that_are_read_in_one_way_pass() {
    for (head, framing) in [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Framing::Length(0)),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Framing::Length(0)),
        ("GET /?q=a|b{c}[d] HTTP/1.0\r\nhost:\ta:80 \r\n\r\n", Framing::Length(0)),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", Framing::Length(0)),
        ("GET http://A:80/x HTTP/1.1\r\nHost: a:80\r\n\r\n", Framing::Length(0)),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", Framing::Length(0)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n", Framing::Length(7)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n", Framing::Chunked),
        ("GET / HTTP/1.1\r\nHost: a\r\nX-Note: caf\u{e9}\r\nX:\r\n\r\n", Framing::Length(0)),
    ] {
        assert_eq!((read(head).bytes, read(head).framing), (head.len(), framing), "{head:?}");
    }
    let following = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2";
    assert_eq!(read(following).bytes, following.len() - 6);
}

#[test]
fn what_cannot_be_followed_is_the_last_of_its_connection() {
    assert!(read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").last);
    assert!(read("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n").last);
    assert!(!read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n").last);
    assert!(read("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").upgrade);
    assert!(!read("POST / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\n").upgrade);
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let lines = [
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
        "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1, 1",
        "Content-Length: +1",
        "Content-Length: -1",
        "Content-Length: 0x1",
        "Content-Length: 1 1",
        "Content-Length:",
        "Content-Length: 1234567890123456789",
        "Content_Length: 1",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding:\u{b}chunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;x",
        "Transfer-Encoding:",
        "Transfer_Encoding: chunked",
        "Transfer-Encoding : chunked",
        "X: a\r\n b",
        "X: a\r\n\tb",
        " X: a",
        "X: a\rb",
        "X: a\nb",
        "X: a\n",
        "X: a\0b",
        "X: a\u{7f}b",
        "X : a",
        ": a",
        "X",
        "X\u{e9}: a",
        "X(): a",
        "Host: a",
        "Host: b",
        "Upgrade: WebSocket\r\nContent-Length: 1",
    ];
    for line in lines {
        let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n");
        assert_eq!(scan(&head), Scan::Refused(Failure::Malformed), "{line:?}");
    }
}

#[test]
fn request_lines_and_hosts_that_are_not_plain_are_refused() {
    for head in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a,a\r\n\r\n",
        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://x@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /?q=\"x\" HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1\r\n\r\n",
        "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        assert_eq!(scan(head), Scan::Refused(Failure::Malformed), "{head:?}");
    }
}

#[test]
fn heads_beyond_the_limits_are_refused_whole_or_not() {
    let too_many = "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n";
    assert_eq!(scan(too_many), Scan::Refused(Failure::HeadTooLarge));
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nA: {}", "x".repeat(400));
    for head in [long.clone(), long + "\r\n\r\n"] {
        assert_eq!(scan(head), Scan::Refused(Failure::HeadTooLarge));
    }
    assert_eq!(scan("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\n"), Scan::Partial);
}
