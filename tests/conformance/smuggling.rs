//! Request smuggling: each case against Paravent in front of nginx, Node and Python. All three must read the same
//! of it, once, and a visitor who comes after gets their own answer. nginx and HAProxy as proxies are asked the
//! same, for comparison; the table of who answers what is kept in this folder's README.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::cases::{self, Case};
use crate::readme;
use crate::servers::{Proxy, Reading, Recorder, version};
use crate::support::{Answer, Origin, PATIENCE, Paravent};

/// Bodies that never end wait this long; nothing else does.
const TIMES: &str = "timeouts = { body = 2 }";

#[test]
fn every_origin_reads_what_paravent_read_and_nothing_else() {
    let origins = [("nginx", Recorder::nginx()), ("Node", Recorder::node()), ("Python", Recorder::python())];
    for (name, origin) in &origins {
        let paravent = Paravent::with(&Origin::at(origin.address), TIMES, "");
        for (number, case) in cases::all().iter().enumerate() {
            let met = Met::send(case, paravent.address, origin, number);
            let about = format!("{} before {name}: {met:?}", case.name);
            assert_eq!(met.answers, case.answers, "{about}");
            let read: Vec<_> = met.read.iter().map(|r| (&*r.method, &*r.target, &*r.body)).collect();
            assert_eq!(read, case.reaches, "{about}");
            for reading in &met.read {
                let framing = match reading.body.len() {
                    0 => (None, ""),
                    _ if case.sent.to_ascii_lowercase().contains("chunked") => (None, "chunked"),
                    length => (Some(length), ""),
                };
                assert_eq!((reading.length.parse().ok(), &*reading.coding), framing, "{about}");
                assert_eq!(reading.host, "clinic.example", "{about}");
            }
            assert_eq!(met.next, (200, after(number)), "the next visitor got another's answer: {about}");
        }
    }
}

#[test]
fn the_table_of_who_answers_what_is_true() {
    let origin = Recorder::node();
    let proxies = [Proxy::nginx(&origin), Proxy::haproxy(&origin)];
    let versions = format!("nginx {}, HAProxy {}", version("nginx", "-v"), version("haproxy", "-v"));
    let rows = cases::all().into_iter().map(|case| {
        let ours: Vec<String> = case.answers.iter().map(u16::to_string).collect();
        let theirs = proxies.each_ref().map(|proxy| first_status(proxy.address, case.sent.as_bytes()));
        (case.name, ours.join(" "), theirs)
    });
    readme::keep_answers(&versions, rows);
}

/// The status of the first answer.
fn first_status(to: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A server that has read enough may close before the end.
    let _ = stream.write_all(sent);
    let mut start = [0; 12];
    match stream.read_exact(&mut start) {
        Ok(()) => String::from_utf8_lossy(&start[9..]).into_owned(),
        Err(_) => "closed".to_owned(),
    }
}

/// What became of a case.
#[derive(Debug)]
struct Met {
    answers: Vec<u16>,
    /// What the origin read of it.
    read: Vec<Reading>,
    /// What the next visitor got.
    next: (u16, String),
}

impl Met {
    fn send(case: &Case, to: SocketAddr, origin: &Recorder, number: usize) -> Met {
        let all = exchange(to, case.sent.as_bytes());
        let after = after(number);
        let next = format!("GET {after} HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n");
        let next = Answer::parse(&exchange(to, next.as_bytes()));
        let text = String::from_utf8_lossy(&all);
        let starts = text.match_indices("HTTP/1.").map(|(at, _)| &text[at + 9..at + 12]);
        let answers = starts.filter_map(|status| status.parse().ok()).collect();
        Met { answers, read: origin.until(&after), next: (next.status, next.text()) }
    }
}

/// A request that is told from all others.
fn after(number: usize) -> String {
    format!("/after/{number}")
}

/// All that comes back until the server closes.
fn exchange(to: SocketAddr, sent: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A server that has read enough may close before the end.
    let _ = stream.write_all(sent);
    let (mut all, mut piece) = (Vec::new(), [0; 65536]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return all,
            Ok(size) => all.extend_from_slice(&piece[..size]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return all,
            Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(sent)),
        }
    }
}
