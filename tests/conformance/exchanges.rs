//! Whole exchanges, over HTTP/1.1: what passes is byte for byte what the origin itself would have given.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::servers::FileServer;
use crate::support::{Answer, Origin, PATIENCE, Paravent, exchange, find, request};

const MIB: usize = 1024 * 1024;

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until `end` came; gives all of it.
fn until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), [0; 65536]);
    while find(&all, end).is_none() {
        let size = stream.read(&mut piece).unwrap();
        assert!(size > 0, "closed after {}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&piece[..size]);
    }
    all
}

/// An origin that answers as soon as it has read a head.
fn hasty_origin(answer: &'static str) -> Origin {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut stream = stream;
                until(&mut stream, b"\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes());
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    Origin::at(address)
}

const EXPECTS: &str = "POST / HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nContent-Length: 5\r\n\
                       Expect: 100-continue\r\n\r\n";

#[test]
fn a_client_that_waits_for_continue_gets_it_and_is_heard() {
    let origin = Origin::start(|seen| crate::support::ok("text/plain", &seen.body));
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream.write_all(EXPECTS.as_bytes()).unwrap();
    let first = until(&mut stream, b"\r\n\r\n");
    assert_eq!(first, b"HTTP/1.1 100 Continue\r\n\r\n", "{}", String::from_utf8_lossy(&first));
    stream.write_all(b"hello").unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let got = Answer::parse(&rest);
    assert_eq!((got.status, got.text().as_str()), (200, "hello"));
    assert_eq!(origin.last().field("expect"), None);
}

#[test]
fn an_origin_that_answers_early_is_heard_whether_the_body_comes_or_not() {
    let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";
    let paravent = Paravent::before(&hasty_origin(forbidden));
    let large = format!("{}{}", EXPECTS.replace(": 5", ": 300000"), "x".repeat(300_000));
    for sent in [EXPECTS.to_owned(), EXPECTS.to_owned() + "hello", large] {
        let mut stream = paravent.connect();
        stream.write_all(sent.as_bytes()).unwrap();
        let all = until(&mut stream, b"\r\n\r\nno");
        let last = find(&all, b"HTTP/1.1 403").unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&all)));
        assert_eq!(Answer::parse(&all[last..]).text(), "no");
    }
}

/// The example of RFC 6455, 1.3.
const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: clinic.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Protocol: chat\r\n\r\n";

/// A WebSocket origin that sends every frame back, unmasked.
fn echo() -> Origin {
    Origin::start_with(|seen, stream| {
        assert_eq!(seen.field("sec-websocket-protocol").as_deref(), Some("chat"));
        let _ = stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
              Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
        );
        while let Some((first, payload)) = read_masked(stream) {
            let _ = stream.write_all(&websocket_frame(first, &payload, None));
        }
    })
}

/// A client's frame (RFC 6455, 5.2): its first byte and what it says.
fn read_masked(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let mut longer = vec![
        0;
        match head[1] & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        }
    ];
    stream.read_exact(&mut longer).ok()?;
    let length = match longer.len() {
        0 => usize::from(head[1] & 0x7F),
        _ => longer.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    let (mut mask, mut payload) = ([0; 4], vec![0; length]);
    stream.read_exact(&mut mask).ok()?;
    stream.read_exact(&mut payload).ok()?;
    payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    Some((head[0], payload))
}

fn websocket_frame(first: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(masked | length as u8),
        length @ 126..=0xFFFF => {
            frame.push(masked | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(masked | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    let mask = mask.inspect(|mask| frame.extend(mask)).unwrap_or_default();
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

#[test]
fn websocket_frames_pass_whole_cut_and_in_fragments() {
    let origin = echo();
    let paravent = Paravent::before(&origin);
    let large: Vec<u8> = (0..=255).cycle().take(MIB).collect();
    // Text; text in three fragments with a ping among them; an empty one; a MiB of bytes; the end.
    let frames: [(u8, &[u8]); 8] = [
        (0x81, "Bonjour, ça va?".as_bytes()),
        (0x01, b"one "),
        (0x89, b"ping"),
        (0x00, b"two "),
        (0x80, b"three"),
        (0x82, b""),
        (0x82, &large),
        (0x88, &[3, 0xE8]),
    ];
    let sent: Vec<u8> =
        frames.iter().flat_map(|(first, said)| websocket_frame(*first, said, Some([1, 2, 3, 4]))).collect();
    let expected: Vec<u8> =
        frames.iter().flat_map(|(first, said)| websocket_frame(*first, said, None)).collect();
    for to in [origin.address, paravent.address] {
        let mut stream = connect(to);
        stream.set_nodelay(true).unwrap();
        stream.write_all(HANDSHAKE.as_bytes()).unwrap();
        let head = until(&mut stream, b"\r\n\r\n");
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        assert_eq!(
            Answer::parse(&head).field("sec-websocket-accept").as_deref(),
            Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        );
        let mut writer = stream.try_clone().unwrap();
        let sent = sent.clone();
        let writing = thread::spawn(move || {
            // Cut within heads and masks first, then as it comes.
            let (first, rest) = sent.split_at(100);
            first.chunks(3).for_each(|piece| writer.write_all(piece).unwrap());
            writer.write_all(rest).unwrap();
            writer.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let mut echoed = Vec::new();
        stream.read_to_end(&mut echoed).unwrap();
        writing.join().unwrap();
        assert!(echoed == expected, "{} of {} bytes", echoed.len(), expected.len());
    }
}

#[test]
fn a_silent_tunnel_is_closed() {
    let paravent = Paravent::with(&echo(), "timeouts = { tunnel = 1 }", "");
    let mut stream = paravent.connect();
    stream.write_all(HANDSHAKE.as_bytes()).unwrap();
    let head = until(&mut stream, b"\r\n\r\n");
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"");
}

#[test]
fn trailers_pass_to_whom_takes_them_as_the_origin_sent_them() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\nTrailer: grpc-status, grpc-message\r\n\
                  Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n";
    let origin = Origin::start(move |_| answer.as_bytes().to_vec());
    let paravent = Paravent::before(&origin);
    let body = |to: SocketAddr, te: &str| {
        let mut stream = connect(to);
        let asks = format!("GET /call HTTP/1.1\r\nHost: clinic.example\r\nConnection: close{te}\r\n\r\n");
        stream.write_all(asks.as_bytes()).unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        all.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let takes = ", TE\r\nTE: trailers";
    assert_eq!(body(paravent.address, takes), body(origin.address, takes));
    assert_eq!(body(paravent.address, ""), "5\r\nhello\r\n0\r\n\r\n");
}

#[test]
fn an_event_stream_is_the_same_as_from_its_origin() {
    // Every end of line there is, a comment, a byte order mark, and bytes that are no text.
    let events = b"\xEF\xBB\xBF: hello\n\nid: 1\ndata: a\ndata: b\n\nevent: c\r\ndata: <script src=https://x.example>\r\n\r\nretry: 5\r\r\xFF\0\n\n";
    let origin = Origin::start_with(|seen, stream| {
        let chunked = seen.target() == "/chunked";
        let framing = if chunked { "Transfer-Encoding: chunked\r\n" } else { "" };
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n";
        let _ = stream.write_all(format!("{head}{framing}Connection: close\r\n\r\n").as_bytes());
        for piece in events.chunks(7) {
            let length = if chunked { format!("{:x}\r\n", piece.len()) } else { String::new() };
            let end: &[u8] = if chunked { b"\r\n" } else { b"" };
            let _ = stream.write_all(&[length.as_bytes(), piece, end].concat());
        }
        let _ = stream.write_all(if chunked { b"0\r\n\r\n" } else { b"" });
    });
    let paravent = Paravent::before(&origin);
    for path in ["/", "/chunked"] {
        let asks = request("GET", path, &[("Accept", "text/event-stream"), ("Sec-Fetch-Dest", "empty")], "");
        let (direct, through) = (exchange(origin.address, &asks), exchange(paravent.address, &asks));
        assert!(through.complete && through.status == 200, "{}", through.head);
        assert_eq!((&through.body, &through.body), (&direct.body, &events.to_vec()), "{path}");
        for name in ["content-type", "cache-control"] {
            assert_eq!(through.field(name), direct.field(name));
        }
    }
}

#[test]
fn trailers_of_a_request_go_no_further() {
    let (heard, hears) = mpsc::channel();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let origin = Origin::at(listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let all = until(&mut stream, b"\r\n\r\n");
            if find(&all, b"POST").is_some() {
                let rest = if find(&all, b"0\r\n\r\n").is_none() {
                    until(&mut stream, b"0\r\n")
                } else {
                    Vec::new()
                };
                let _ = heard.send([all, rest].concat());
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let paravent = Paravent::before(&origin);
    let chunks = "3\r\nabc\r\n0\r\nX-Forwarded-For: 192.0.2.7\r\nHost: other.example\r\n\r\n";
    let fields = "TE: trailers\r\nTrailer: X-Forwarded-For, Host\r\nTransfer-Encoding: chunked";
    let got = paravent.raw(format!(
        "POST / HTTP/1.1\r\nHost: clinic.example\r\nConnection: close, TE\r\n{fields}\r\n\r\n{chunks}"
    ));
    assert_eq!(got.status, 200);
    let seen = String::from_utf8(hears.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert!(seen.contains("abc") && !seen.contains("192.0.2.7") && !seen.contains("other.example"), "{seen}");
}

#[test]
fn a_file_server_gives_the_same_through_paravent() {
    let files = FileServer::start();
    let paravent = Paravent::before(&Origin::at(files.address));
    let whole = exchange(files.address, &request("GET", "/report.pdf", &[], ""));
    let (tag, date) = (whole.field("etag").unwrap(), whole.field("last-modified").unwrap());
    assert_eq!(whole.body.len(), 100_000);
    let asked: [(&str, &[(&str, &str)]); 12] = [
        ("GET", &[]),
        ("HEAD", &[]),
        ("GET", &[("Range", "bytes=0-99")]),
        ("GET", &[("Range", "bytes=99990-")]),
        ("GET", &[("Range", "bytes=-5")]),
        ("GET", &[("Range", "bytes=200000-")]),
        ("GET", &[("Range", "lines=1-2")]),
        ("HEAD", &[("Range", "bytes=0-99")]),
        ("GET", &[("Range", "bytes=0-99"), ("If-Range", &tag)]),
        ("GET", &[("Range", "bytes=0-99"), ("If-Range", "\"other\"")]),
        ("GET", &[("If-None-Match", &tag)]),
        ("GET", &[("If-Modified-Since", &date)]),
    ];
    for (method, fields) in asked {
        let fields = [&[("Accept", "*/*"), ("Sec-Fetch-Dest", "empty")], fields].concat();
        let request = request(method, "/report.pdf", &fields, "");
        let (direct, through) = (exchange(files.address, &request), exchange(paravent.address, &request));
        assert_eq!(through.status, direct.status, "{fields:?}");
        // What nginx says of a range that is not there is a page of its own, and rewritten as any.
        assert!(direct.status == 416 || through.body == direct.body, "{fields:?}");
        for name in
            ["content-type", "content-length", "content-range", "accept-ranges", "etag", "last-modified"]
        {
            let of = |answer: &Answer| answer.field(name).filter(|_| direct.status != 416);
            assert_eq!(of(&through), of(&direct), "{method} {fields:?}: {name}");
        }
    }
}

#[test]
fn a_client_that_does_not_read_holds_its_origin_back() {
    let written = Arc::new(AtomicUsize::new(0));
    let (counted, (stopped, stops)) = (Arc::clone(&written), mpsc::channel());
    let origin = Origin::start_with(move |_, stream| {
        stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n");
        let piece = vec![7; 64 * 1024];
        loop {
            match stream.write(&piece) {
                Ok(size) => counted.fetch_add(size, Ordering::Relaxed),
                Err(error) => break stopped.send(error.kind()).unwrap(),
            };
        }
    });
    let paravent = Paravent::before(&origin);
    let mut stream = paravent.connect();
    stream.write_all(request("GET", "/download", &[], "").as_bytes()).unwrap();
    let stopped = stops.recv_timeout(PATIENCE).unwrap();
    assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&stopped), "{stopped}");
    let written = written.load(Ordering::Relaxed);
    // The sockets' own buffers are the most of it.
    assert!(written < 64 * MIB, "{written} bytes");
}

#[test]
fn connections_beyond_a_limit_are_told_so() {
    for (limit, status) in [("connections_per_network", 429), ("connections", 503)] {
        let paravent = Paravent::with(&Origin::page("x"), &format!("limits = {{ {limit} = 2 }}"), "");
        // Answered, so that their places are taken; kept open.
        let kept: Vec<TcpStream> = (0..2)
            .map(|_| {
                let mut stream = paravent.connect();
                stream.write_all(b"GET /_privacy/usage HTTP/1.1\r\nHost: clinic.example\r\n\r\n").unwrap();
                until(&mut stream, b"\r\n\r\n");
                stream
            })
            .collect();
        let mut beyond = paravent.connect();
        let mut all = Vec::new();
        beyond.read_to_end(&mut all).unwrap();
        let got = Answer::parse(&all);
        assert_eq!((got.status, got.field("retry-after").as_deref()), (status, Some("5")), "{limit}");
        drop(kept);
    }
}
