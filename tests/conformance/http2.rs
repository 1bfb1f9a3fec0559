//! HTTP/2 as attackers speak it: requests that would be others over HTTP/1.1, and floods of frames that cost
//! nothing to send. Each flood ends or stands still, takes no memory, and a visitor beside it is served.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::frames::{
    ACK, CONTINUATION, Client, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Outcome, PING, PRIORITY,
    PUSH_PROMISE, REMEMBERED, RST_STREAM, SETTINGS, WINDOW_UPDATE, block, frame, remembered,
};
use crate::support::{Origin, PATIENCE, Paravent, folder_in_memory, ok, write_config};

const MIB: usize = 1024 * 1024;
/// What Paravent may take for a flood.
const MOST: usize = 16 * MIB;
/// `SETTINGS_INITIAL_WINDOW_SIZE` of nothing.
const NO_WINDOW: [u8; 6] = [0, 4, 0, 0, 0, 0];

/// A Paravent that speaks TLS, and the origin behind it.
struct Site {
    origin: Origin,
    paravent: Paravent,
    certificate: CertificateDer<'static>,
}

impl Site {
    fn start(server: &str) -> Site {
        let origin = Origin::start(|seen| match seen.target() {
            "/large" => ok("application/octet-stream", &vec![7; 4 * MIB]),
            _ => ok("text/plain", b"fine"),
        });
        Site::before(origin, server)
    }

    fn before(origin: Origin, server: &str) -> Site {
        let folder = folder_in_memory();
        let made = rcgen::generate_simple_self_signed(vec!["clinic.example".to_owned()]).unwrap();
        let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let server = format!(
            "tls_listen = [\"127.0.0.1:0\"]\ncertificate = [{{ cert = \"{}\", key = \"{}\" }}]\n{server}",
            cert.display(),
            key.display()
        );
        write_config(folder.path(), &origin, "127.0.0.1:0", &server, "");
        let certificate = CertificateDer::from_pem_file(&cert).unwrap();
        Site { origin, paravent: Paravent::start(folder), certificate }
    }

    fn client(&self) -> Client {
        Client::connect(self.paravent.https.unwrap(), &self.certificate)
    }

    /// Resident memory, in bytes.
    fn memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.paravent.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
    }
}

const GET: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "https"), (":authority", "clinic.example"), (":path", "/")];

/// GET's fields with others behind them.
fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&GET, more].concat()
}

/// GET's fields with another value for one.
fn but<'a>(name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    GET.iter().map(|(field, own)| (*field, if *field == name { value } else { *own })).collect()
}

/// GET's fields without one.
fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    GET.into_iter().filter(|(field, _)| *field != name).collect()
}

#[test]
fn requests_that_are_none_are_reset_or_refused_and_never_reach_the_origin() {
    let site = Site::start("");
    let long = "x".repeat(40_000);
    let repeated = |name: &'static str, value: &'static str| [&GET[..], &[(name, value)]].concat();
    let refused = |status| [Outcome::Status(status), Outcome::Reset, Outcome::Ended];
    let none = [Outcome::Reset, Outcome::Ended, Outcome::Status(400)];
    for (about, fields, allowed) in [
        ("connection", with(&[("connection", "close")]), &none),
        ("keep-alive", with(&[("keep-alive", "timeout=5")]), &none),
        ("proxy-connection", with(&[("proxy-connection", "close")]), &none),
        ("transfer-encoding", with(&[("transfer-encoding", "chunked")]), &none),
        ("upgrade", with(&[("upgrade", "websocket")]), &none),
        ("te other than trailers", with(&[("te", "gzip")]), &none),
        ("capitals", with(&[("X-Note", "1")]), &none),
        ("a space in a name", with(&[("x note", "1")]), &none),
        ("a colon in a name", with(&[("x:note", "1")]), &none),
        ("no name", with(&[("", "1")]), &none),
        ("CR LF in a value", with(&[("x", "a\r\nhost: other.example")]), &none),
        ("LF in a value", with(&[("x", "a\nb")]), &none),
        ("NUL in a value", with(&[("x", "a\0b")]), &none),
        ("CR LF in the path", but(":path", "/ HTTP/1.1\r\nhost: other.example\r\n\r\n"), &none),
        ("a space in the path", but(":path", "/ HTTP/1.1"), &none),
        ("a path without a slash", but(":path", "smuggled"), &none),
        ("no path at all", but(":path", ""), &none),
        ("a method that is none", but(":method", "GET / HTTP/1.1\r\nx: y"), &none),
        ("a method with a space", but(":method", "GET /smuggled"), &none),
        ("an authority with a path", but(":authority", "clinic.example/x"), &none),
        ("an authority with a user", but(":authority", "clinic.example@other.example"), &none),
        ("two authorities", repeated(":authority", "clinic.example"), &none),
        ("two paths", repeated(":path", "/"), &none),
        ("two methods", repeated(":method", "GET"), &none),
        ("a pseudo-header that is none", repeated(":note", "1"), &none),
        ("a response's pseudo-header", repeated(":status", "200"), &none),
        ("a pseudo-header behind a field", [&[("x", "1")], &GET[..]].concat(), &none),
        ("no method", without(":method"), &none),
        ("no scheme", without(":scheme"), &none),
        ("no path", without(":path"), &none),
        ("no authority", without(":authority"), &none),
        ("another Host", with(&[("host", "other.example")]), &none),
        ("two Hosts", with(&[("host", "clinic.example"), ("host", "clinic.example")]), &none),
        ("a length that is none", with(&[("content-length", "+0")]), &none),
        ("a length without a body", with(&[("content-length", "5")]), &none),
        ("two lengths", with(&[("content-length", "0"), ("content-length", "0")]), &none),
        ("a host that is not served here", but(":authority", "other.example"), &refused(421)),
        ("a field of 40 KB", with(&[("x", &long)]), &refused(431)),
        ("CONNECT", vec![(":method", "CONNECT"), (":authority", "clinic.example:443")], &refused(405)),
        (
            "a protocol that nobody offered",
            [&[(":protocol", "connect-udp")], &but(":method", "CONNECT")[..]].concat(),
            &refused(405),
        ),
    ] {
        let outcome = site.client().ask(1, &fields);
        assert!(allowed.contains(&outcome), "{about}: {outcome:?}");
        let seen = site.origin.seen();
        assert!(seen.is_empty(), "{about}: {:?}", seen[0].head);
    }
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
}

#[test]
fn what_is_allowed_reaches_the_origin_as_http_1_says_it() {
    let site = Site::start("");
    let mut client = site.client();
    let fields =
        with(&[("cookie", "a=1"), ("cookie", "b=2"), ("te", "trailers"), ("host", "clinic.example")]);
    assert_eq!(client.ask(1, &fields), Outcome::Status(200));
    let seen = site.origin.last();
    assert_eq!(seen.field("cookie").as_deref(), Some("a=1; b=2"));
    assert_eq!(
        (seen.field("te").as_deref(), seen.field("host").as_deref()),
        (Some("trailers"), Some("clinic.example"))
    );
    // Without a length, and in three frames: the body is framed anew.
    client.send(HEADERS, END_HEADERS, 3, &block(&but(":method", "POST"))).unwrap();
    for (piece, flags) in [("one ", 0), ("", 0), ("two", END_STREAM)] {
        client.send(DATA, flags, 3, piece.as_bytes()).unwrap();
    }
    assert_eq!(client.outcome(3), Outcome::Status(200));
    let seen = site.origin.last();
    assert_eq!((seen.body.as_slice(), seen.field("content-length")), (&b"one two"[..], None));
    assert_eq!(seen.field("transfer-encoding").as_deref(), Some("chunked"));
}

/// An origin that echoes a WebSocket's frames as they came, and accepts as `/wrong`, `/refuses` or `/page` say.
fn echo() -> Origin {
    Origin::start_with(|seen, stream| {
        let key = seen.field("sec-websocket-key").unwrap_or_default();
        let proof = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let sum = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, proof.as_bytes());
        let accept = match seen.target() {
            "/refuses" => {
                return stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
            "/page" => return stream.write_all(&ok("text/html", b"<p>x")).unwrap(),
            "/wrong" => "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned(),
            _ => base64::engine::general_purpose::STANDARD.encode(sum),
        };
        let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        stream.write_all(format!("{head}Sec-WebSocket-Accept: {accept}\r\n\r\n").as_bytes()).unwrap();
        let mut piece = [0; 4096];
        while let Ok(size @ 1..) = stream.read(&mut piece) {
            let _ = stream.write_all(&piece[..size]);
        }
    })
}

#[test]
fn a_websocket_opens_by_extended_connect_where_the_origin_proves_that_it_speaks_it() {
    let site = Site::before(echo(), "");
    let fields = |path| {
        let more = [
            (":protocol", "websocket"),
            ("sec-websocket-version", "13"),
            ("origin", "https://clinic.example"),
        ];
        let connect = but(":method", "CONNECT");
        let mut fields: Vec<(&str, &str)> =
            more[..1].iter().chain(&connect).chain(&more[1..]).copied().collect();
        fields.iter_mut().filter(|(name, _)| *name == ":path").for_each(|field| field.1 = path);
        block(&fields)
    };
    for (path, status) in [("/refuses", 403), ("/page", 502), ("/wrong", 502), ("/_privacy/", 502)] {
        let mut client = site.client();
        client.send(HEADERS, END_HEADERS, 1, &fields(path)).unwrap();
        assert_eq!(client.outcome(1), Outcome::Status(status), "{path}");
    }
    let mut client = site.client();
    client.send(HEADERS, END_HEADERS, 1, &fields("/chat")).unwrap();
    assert_eq!(client.outcome(1), Outcome::Status(200));
    let seen = site.origin.last();
    assert!(seen.head.starts_with("GET /chat HTTP/1.1"), "{}", seen.head);
    assert_eq!(seen.field("sec-websocket-version").as_deref(), Some("13"));
    // Text, masked, in two frames of HTTP/2; then the end.
    let said = [0x81, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3];
    client.send(DATA, 0, 1, &said[..4]).unwrap();
    client.send(DATA, END_STREAM, 1, &said[4..]).unwrap();
    let mut echoed = Vec::new();
    while echoed.len() < said.len() {
        let frame = client.frame().expect("the connection goes on");
        if frame.kind == DATA && frame.stream == 1 {
            echoed.extend(frame.payload);
        }
    }
    assert_eq!(echoed, said);
}

#[test]
fn a_body_that_is_not_as_long_as_it_says_never_looks_whole_to_the_origin() {
    let site = Site::start("");
    for (length, body) in [("5", "abc"), ("3", "abcde"), ("0", "GET /smuggled HTTP/1.1\r\n\r\n")] {
        let mut client = site.client();
        let mut fields = but(":method", "POST");
        fields.push(("content-length", length));
        client.send(HEADERS, END_HEADERS, 1, &block(&fields)).unwrap();
        let _ = client.send(DATA, END_STREAM, 1, body.as_bytes());
        let outcome = client.outcome(1);
        assert!(
            [Outcome::Reset, Outcome::Ended, Outcome::Status(400)].contains(&outcome),
            "{length}: {outcome:?}"
        );
        assert!(
            site.origin
                .seen()
                .iter()
                .all(|seen| seen.body.len().to_string() == length && body.len() >= seen.body.len()),
            "{length}"
        );
    }
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
}

#[test]
fn frames_that_break_the_rules_end_the_connection() {
    let site = Site::start("");
    let head = block(&GET);
    for (about, frames) in [
        ("DATA on no stream", frame(DATA, 0, 0, b"x")),
        ("DATA on a stream that is not open", frame(DATA, 0, 1, b"x")),
        ("HEADERS on no stream", frame(HEADERS, END_HEADERS | END_STREAM, 0, &head)),
        ("HEADERS on a server's stream", frame(HEADERS, END_HEADERS | END_STREAM, 2, &head)),
        ("CONTINUATION of nothing", frame(CONTINUATION, END_HEADERS, 1, &head)),
        (
            "HEADERS broken off by PING",
            [frame(HEADERS, 0, 1, &head[..4]), frame(PING, 0, 0, &[0; 8])].concat(),
        ),
        ("a field block that is none", frame(HEADERS, END_HEADERS, 1, &[0xFF; 20])),
        ("a field that was never remembered", frame(HEADERS, END_HEADERS, 1, &[REMEMBERED])),
        ("PUSH_PROMISE from a client", frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2])),
        ("SETTINGS on a stream", frame(SETTINGS, 0, 1, &[])),
        ("SETTINGS of five bytes", frame(SETTINGS, 0, 0, &[0; 5])),
        ("a SETTINGS ACK that says something", frame(SETTINGS, ACK, 0, &NO_WINDOW)),
        ("a window beyond 2^31", frame(SETTINGS, 0, 0, &[0, 4, 0xFF, 0xFF, 0xFF, 0xFF])),
        ("PING of seven bytes", frame(PING, 0, 0, &[0; 7])),
        ("WINDOW_UPDATE beyond 2^31", frame(WINDOW_UPDATE, 0, 0, &[0x7F, 0xFF, 0xFF, 0xFF])),
        ("WINDOW_UPDATE of nothing", frame(WINDOW_UPDATE, 0, 0, &[0; 4])),
        ("RST_STREAM of a stream that is not open", frame(RST_STREAM, 0, 1, &[0; 4])),
        ("PRIORITY of four bytes, on no stream", frame(PRIORITY, 0, 0, &[0; 4])),
        ("a frame of 32 KB", frame(DATA, 0, 1, &[0; 32 * 1024])),
    ] {
        let mut client = site.client();
        let _ = client.send_all(&frames);
        assert_eq!(client.outcome(1), Outcome::Ended, "{about}");
    }
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
}

/// Sends `frames` again and again, and reads nothing, until the connection ends or takes no more.
fn flood(client: &mut Client, times: usize, frames: impl Fn(usize) -> Vec<u8>) {
    client.socket().set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    for time in 0..times {
        if client.send_all(&frames(time)).is_err() {
            return;
        }
    }
}

#[test]
fn floods_take_no_memory_and_nothing_from_others() {
    let site = Site::start("");
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
    let asked = site.origin.seen().len();
    let before = site.memory();
    let stream = |time: usize| u32::try_from(time * 2 + 1).unwrap();
    let get = block(&GET);
    let post = block(&but(":method", "POST"));
    type Frames<'a> = Box<dyn Fn(usize) -> Vec<u8> + 'a>;
    let floods: [(&str, usize, Frames<'_>); 7] = [
        (
            "rapid reset",
            20_000,
            Box::new(|time| {
                [
                    frame(HEADERS, END_HEADERS | END_STREAM, stream(time), &get),
                    frame(RST_STREAM, 0, stream(time), &[0, 0, 0, 8]),
                ]
                .concat()
            }),
        ),
        (
            "CONTINUATION",
            20_000,
            Box::new(|time| match time {
                0 => frame(HEADERS, 0, 1, &get),
                _ => frame(CONTINUATION, 0, 1, &block(&[("x", &"x".repeat(1000))])),
            }),
        ),
        (
            "empty CONTINUATION",
            20_000,
            Box::new(|time| match time {
                0 => frame(HEADERS, 0, 1, &get),
                _ => frame(CONTINUATION, 0, 1, &[]),
            }),
        ),
        ("SETTINGS", 2_000, Box::new(|_| frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]).repeat(100))),
        ("PING", 2_000, Box::new(|_| frame(PING, 0, 0, &[1; 8]).repeat(100))),
        (
            "empty DATA",
            2_000,
            Box::new(|time| match time {
                0 => frame(HEADERS, END_HEADERS, 1, &post),
                _ => frame(DATA, 0, 1, &[]).repeat(100),
            }),
        ),
        (
            "fields remembered and repeated",
            1,
            Box::new(|_| {
                let bomb =
                    [get.clone(), remembered("x", &"x".repeat(4000)), vec![REMEMBERED; 12_000]].concat();
                frame(HEADERS, END_HEADERS | END_STREAM, 1, &bomb)
            }),
        ),
    ];
    for (about, times, frames) in floods {
        let mut client = site.client();
        flood(&mut client, times, frames);
        assert_eq!(site.client().ask(1, &GET), Outcome::Status(200), "beside {about}");
        let taken = site.memory().saturating_sub(before);
        println!("{about}: {} KiB", taken / 1024);
        assert!(taken < MOST, "{about}: {taken} bytes");
    }
    // Of all those requests that were taken back at once, few were begun.
    let begun = site.origin.seen().len() - asked;
    assert!(begun < 1_000, "{begun}");
}

#[test]
fn a_handshake_that_does_not_end_is_ended() {
    let site = Site::start("timeouts = { handshake = 1 }");
    // The first bytes of a ClientHello, and no more.
    let mut stream = TcpStream::connect(site.paravent.https.unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&[22, 3, 1, 2, 0, 1, 0]).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn streams_beyond_the_limit_are_refused_and_those_that_take_nothing_hold_no_memory() {
    let site = Site::start("limits = { streams = 10 }\ntimeouts = { body = 2 }");
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
    let before = site.memory();
    let mut client = site.client();
    client.send(SETTINGS, 0, 0, &NO_WINDOW).unwrap();
    for number in 0..30 {
        let large = block(&but(":path", "/large"));
        client.send(HEADERS, END_HEADERS | END_STREAM, number * 2 + 1, &large).unwrap();
    }
    let (mut answered, mut refused) = (0, 0);
    while answered + refused < 30 {
        let frame = client.frame().expect("the connection goes on");
        match frame.kind {
            HEADERS => answered += 1,
            RST_STREAM => refused += 1,
            GOAWAY => panic!("{frame:?}"),
            DATA => assert!(frame.payload.is_empty(), "beyond the window"),
            _ => {}
        }
    }
    assert_eq!((answered, refused), (10, 20));
    let taken = site.memory().saturating_sub(before);
    assert!(taken < MOST, "{taken} bytes");
    assert_eq!(site.client().ask(1, &GET), Outcome::Status(200));
    // They do not stay for ever.
    while client.frame().is_some() {}
}
