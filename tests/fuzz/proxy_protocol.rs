//! PROXY protocol headers of odd pieces, read a second time by a reader written from the standard (HAProxy's
//! proxy-protocol.txt, 2.1 and 2.2): both must name the same source and end at the same byte.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bolero::{TypeGenerator, check};
use paravent::visitor::{ProxyRead, Scheme, read_proxy_header};

use crate::door::{door, network};

const SIGNATURE: &[u8] = b"\r\n\r\n\x00\r\nQUIT\n";

const WORDS: &[&str] = &[
    "PROXY",
    " ",
    " ",
    " ",
    "TCP4",
    "TCP6",
    "UNKNOWN",
    "203.0.113.9",
    "10.0.0.1",
    "2001:db8:7::1",
    "::ffff:203.0.113.9",
    "[::1]",
    "256.1.1.1",
    "1.2.3",
    "01.2.3.4",
    "5000",
    "0",
    "65536",
    "+80",
    "00080",
    "\r\n",
    "\r",
    "\n",
    "\r\n\r\n",
    "\t",
    "x",
    "GET / HTTP/1.1\r\n",
];

#[derive(Clone, Debug, TypeGenerator)]
enum Opening {
    /// A line as it should be, with one word in another's place.
    Line {
        version_6: bool,
        at: u8,
        word: u8,
        rest: Vec<u8>,
    },
    Words(Vec<u8>),
    Binary {
        command: u8,
        family: u8,
        length: u8,
        body: Vec<u8>,
    },
    /// With a family and a length that are right.
    Whole {
        local: bool,
        family: u8,
        body: Vec<u8>,
    },
    Bytes(Vec<u8>),
}

fn word(at: u8) -> &'static str {
    WORDS[usize::from(at) % WORDS.len()]
}

impl Opening {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Opening::Line { version_6, at, word: replaced, rest } => {
                let line = match version_6 {
                    true => ["PROXY ", "TCP6 ", "2001:db8:7::1 ", "2001:db8::2 ", "5000 ", "443", "\r\n"],
                    false => ["PROXY ", "TCP4 ", "203.0.113.9 ", "10.0.0.1 ", "5000 ", "443", "\r\n"],
                };
                let mut line = line.map(str::to_owned);
                if let Some(old) = line.get_mut(usize::from(*at)) {
                    *old = word(*replaced).to_owned();
                }
                [line.concat().as_bytes(), rest].concat()
            }
            Opening::Words(words) => words.iter().flat_map(|at| word(*at).bytes()).collect(),
            Opening::Binary { command, family, length, body } => {
                [SIGNATURE, &[*command, *family, 0, *length], body].concat()
            }
            Opening::Whole { local, family, body } => {
                let body = &body[..body.len().min(300)];
                let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
                let family = [0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32][usize::from(*family) % 7];
                [SIGNATURE, &[0x21 - u8::from(*local), family, high, low], body].concat()
            }
            Opening::Bytes(bytes) => bytes.clone(),
        }
    }
}

/// What a reader made of it: the network of whom it names, and where it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    More,
    Header(Option<String>, usize),
    Malformed,
}

fn by_paravent(bytes: &[u8]) -> Read {
    match read_proxy_header(bytes) {
        ProxyRead::NeedMore => Read::More,
        ProxyRead::Malformed => Read::Malformed,
        ProxyRead::Header(header, end) => {
            let network = |source: paravent::visitor::PeerAddress| {
                source.arrive(&door().0, None, Scheme::Http).network().to_string()
            };
            Read::Header(header.source.map(network), end)
        }
    }
}

/// `None` where it is no header, or not yet.
fn by_standard(bytes: &[u8]) -> Option<(Option<IpAddr>, usize)> {
    if bytes.starts_with(SIGNATURE) { binary(bytes) } else { line(bytes) }
}

/// Version 1: at most 107 bytes, one space each.
fn line(bytes: &[u8]) -> Option<(Option<IpAddr>, usize)> {
    let end = bytes.windows(2).take(106).position(|two| two == b"\r\n")?;
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    if text.contains('\r') {
        return None;
    }
    let mut words = text.split(' ');
    if words.next() != Some("PROXY") {
        return None;
    }
    let family = words.next()?;
    if family == "UNKNOWN" {
        return Some((None, end + 2));
    }
    let words: Vec<&str> = words.collect();
    let [source, destination, from, to] = words[..] else { return None };
    let is_port = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok();
    let address = |text: &str| match family {
        "TCP4" => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        "TCP6" => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ => None,
    };
    let source =
        address(source).filter(|_| address(destination).is_some() && is_port(from) && is_port(to))?;
    Some((Some(source), end + 2))
}

/// Version 2. A local connection's addresses are not read.
fn binary(bytes: &[u8]) -> Option<(Option<IpAddr>, usize)> {
    let [command, family, high, low] = *bytes.get(12..16)?.first_chunk::<4>()?;
    let body = bytes.get(16..16 + usize::from(u16::from_be_bytes([high, low])))?;
    let source = match family {
        0x00 => None,
        0x11 | 0x12 => body.get(..12)?.first_chunk::<4>().map(|v4| IpAddr::from(*v4)),
        0x21 | 0x22 => body.get(..36)?.first_chunk::<16>().map(|v6| IpAddr::from(*v6)),
        0x31 | 0x32 => body.get(..216).map(|_| None)?,
        _ => return None,
    };
    let source = match command {
        0x20 => None,
        0x21 => source,
        _ => return None,
    };
    (16 + body.len() <= 4096).then_some((source, 16 + body.len()))
}

#[test]
fn a_proxy_header_names_whom_the_standard_says() {
    check!().with_type::<Opening>().for_each(|opening| {
        let bytes = opening.bytes();
        let read = by_paravent(&bytes);
        let Some((source, end)) = by_standard(&bytes) else {
            assert!(!matches!(read, Read::Header(..)), "{}: {read:?}", bytes.escape_ascii());
            return;
        };
        let network = source.map(|address| match address {
            IpAddr::V4(v4) => network(&v4.to_string()),
            IpAddr::V6(v6) => network(&format!("[{v6}]")),
        });
        assert_eq!(read, Read::Header(network, end), "{}", bytes.escape_ascii());
        // It is waited for, and what follows it changes nothing.
        for early in 0..end {
            assert_eq!(by_paravent(&bytes[..early]), Read::More, "{} at {early}", bytes.escape_ascii());
        }
        assert_eq!(by_paravent(&[&bytes[..end], b"PROXY \r\n\xff"].concat()), read);
    });
}
