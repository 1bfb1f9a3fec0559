//! Forwarding headers as a visitor may write them. Behind a trusted proxy, which adds to them whom it saw, nobody
//! can pass for somebody else; from a stranger they count for nothing; and of no address in them does the origin
//! see more than Paravent's own word.

use std::net::IpAddr;

use bolero::{TypeGenerator, check};
use http::{HeaderName, HeaderValue, Method, Request};
use paravent::request::{Coding, clean};
use paravent::visitor::{AskedHost, PeerAddress, Scheme};

use crate::door::{door, network};
use crate::html::Grant;

const NAMES: &[&str] = &[
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "fastly-client-ip",
    "x-client-ip",
    "x_forwarded_for",
    "x-forwarded",
    "x-cluster-client-ip",
    "x-appengine-user-ip",
    "via",
    "x-note",
];

const PIECES: &[&str] = &[
    "for=",
    "For=\"",
    "for=198.51.100.7",
    "for=\"[2001:db8:bad::1]:80\"",
    "198.51.100.7",
    "198.51.100.7:80",
    "[2001:db8:bad::1]",
    "2001:db8:bad::1",
    "::ffff:198.51.100.7",
    "10.1.1.1",
    "for=10.1.1.1",
    "unknown",
    "_hidden",
    "\"",
    "\\",
    "\\\"",
    ",",
    ", ",
    ";",
    "=",
    " ",
    "\t",
    "a=\"",
    "proto=https",
    "by=10.0.0.1",
    "\u{e9}",
    "https",
];

/// Whom the trusted proxy saw, as it may write them down.
const SEEN: &[(&str, &str)] = &[
    ("203.0.113.9", "203.0.113.9"),
    ("203.0.113.9:4711", "203.0.113.9"),
    ("2001:db8:7::9", "[2001:db8:7::9]"),
    ("[2001:db8:7::9]:4711", "[2001:db8:7::9]"),
];

#[derive(Clone, Debug, TypeGenerator)]
struct Sent {
    fields: Vec<(u8, Vec<u8>)>,
    seen: u8,
    /// The proxy writes `Forwarded` rather than `X-Forwarded-For`, and a line of its own.
    rfc: bool,
    own_line: bool,
}

fn text(pieces: &[u8]) -> String {
    pieces.iter().take(12).map(|at| PIECES[usize::from(*at) % PIECES.len()]).collect()
}

impl Sent {
    /// What the visitor sends.
    fn by_visitor(&self) -> Vec<(HeaderName, HeaderValue)> {
        let fields = self.fields.iter().take(6);
        let fields = fields.map(|(name, pieces)| (NAMES[usize::from(*name) % NAMES.len()], text(pieces)));
        let as_sent = |value: String| value.chars().map(|c| c as u8).collect::<Vec<u8>>();
        fields
            .filter_map(|(name, value)| {
                let value = HeaderValue::from_bytes(as_sent(value).trim_ascii()).ok()?;
                Some((HeaderName::from_static(name), value))
            })
            .collect()
    }

    /// What the trusted proxy hands on of it.
    fn by_proxy(&self) -> (Vec<(HeaderName, HeaderValue)>, &'static str) {
        let (written, address) = SEEN[usize::from(self.seen) % SEEN.len()];
        let (name, added) = match self.rfc {
            true => ("forwarded", format!("for=\"{written}\"")),
            false => ("x-forwarded-for", written.to_owned()),
        };
        let mut fields = self.by_visitor();
        // One that writes the standard's header replaces the older one, or both would be believed in its place.
        fields.retain(|(given, _)| given != "x-forwarded-proto" && !(self.rfc && given == "x-forwarded-for"));
        match fields.iter_mut().rev().find(|(given, _)| given == name).filter(|_| !self.own_line) {
            Some((_, value)) => {
                let joined = [value.as_bytes(), b", ", added.as_bytes()].concat();
                *value = HeaderValue::from_bytes(&joined).unwrap();
            }
            None => fields.push((HeaderName::from_static(name), added.parse().unwrap())),
        }
        (fields, address)
    }
}

/// The network a visitor is taken for, and the fields that the origin gets.
fn through(peer: &str, fields: Vec<(HeaderName, HeaderValue)>) -> (String, Vec<(HeaderName, HeaderValue)>) {
    let (door, site) = door();
    let mut request = Request::builder().method(Method::GET).uri("/").body(()).unwrap();
    request.headers_mut().insert("host", HeaderValue::from_static("clinic.example"));
    for (name, value) in fields {
        request.headers_mut().append(name, value);
    }
    let (head, ()) = request.into_parts();
    let arrival = PeerAddress::accepted(peer.parse().unwrap()).arrive(door, None, Scheme::Http);
    let visitor = door.admit(&arrival, &head, AskedHost::of(&head).unwrap(), site);
    let network = visitor.network().to_string();
    let decision = Grant::None.decision();
    let clean = clean(Request::from_parts(head, ()), &visitor, &decision, Coding::Identity).unwrap();
    let fields = clean.into_parts().0.headers;
    (network, fields.into_iter().filter_map(|(name, value)| Some((name?, value))).collect())
}

#[test]
fn nobody_passes_for_another_and_no_address_reaches_the_origin() {
    check!().with_type::<Sent>().for_each(|sent| {
        let (peers, strangers) = (network("10.9.9.9"), network("192.0.2.1"));
        let (fields, address) = sent.by_proxy();
        let (taken_for, to_origin) = through("10.9.9.9:1", fields.clone());
        // What cannot be read leads to the proxy's own network.
        let seen = network(address);
        assert!(taken_for == seen || taken_for == peers, "{fields:?}: {taken_for}");
        check_sent(&to_origin, &taken_for);
        let (taken_for, to_origin) = through("192.0.2.1:1", sent.by_visitor());
        assert_eq!(taken_for, strangers, "{sent:?}");
        check_sent(&to_origin, &strangers);
    });
}

/// Paravent's own word, once, and nobody else's.
fn check_sent(fields: &[(HeaderName, HeaderValue)], network: &str) {
    let values = |wanted: &str| -> Vec<&[u8]> {
        fields.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_bytes()).collect()
    };
    assert_eq!(values("x-forwarded-for"), [network.as_bytes()]);
    let node = if network.contains(':') { format!("\"[{network}]\"") } else { network.to_owned() };
    let forwarded = format!("for={node};host=\"clinic.example\";proto=");
    let [said] = values("forwarded")[..] else { panic!("{fields:?}") };
    assert!(said.starts_with(forwarded.as_bytes()), "{fields:?}");
    for (name, value) in fields {
        let is_ours = ["forwarded", "x-forwarded-for"].contains(&name.as_str());
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let whole = text.trim().parse::<IpAddr>().is_ok();
        assert!(
            is_ours
                || (!whole && name == "x-note")
                || !text.contains("198.51.100.7") && !text.contains("db8:bad"),
            "{name}: {text}"
        );
    }
}
