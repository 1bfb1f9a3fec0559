//! In: what a trusted proxy says of its client. Out: the client's network and scheme. Each address
//! is cut as it is parsed.
//!
//! `X-Forwarded-For` goes before `Forwarded` (RFC 7239) where both are sent: most proxies append to
//! the first and hand on the second as the visitor wrote it. The lists are read from the right, as
//! each proxy appends: the first address that is not a trusted proxy's is the client's, and at the
//! first entry that is no address the reading stops with what is known.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use super::admit::Scheme;
use super::network::Network;

/// What trusted proxies claim.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Claim {
    pub network: Option<Network>,
    pub scheme: Option<Scheme>,
}

/// One hop, as a proxy recorded it.
struct Hop {
    address: Option<IpAddr>,
    scheme: Option<Scheme>,
}

impl Hop {
    fn plain(address: Option<IpAddr>) -> Hop {
        Hop { address, scheme: None }
    }
}

/// Reads the claim of a peer that the caller knows to be trusted.
pub(super) fn claim(headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Claim {
    // One that is there but cannot be read still goes first: it names nobody.
    let hops: Vec<Hop> = match headers.contains_key("x-forwarded-for") {
        true => list(headers, "x-forwarded-for").split(',').map(address).map(Hop::plain).collect(),
        false => forwarded(&list(headers, "forwarded")),
    };
    let mut claim = client(&hops, trusted);
    let proto = list(headers, "x-forwarded-proto");
    // The last value is the word of the peer itself, whatever came before it.
    if let Some(last) = proto.rsplit(',').next().filter(|_| !proto.is_empty()) {
        claim.scheme = Scheme::from_id(last.trim());
    }
    claim
}

fn client(hops: &[Hop], trusted: impl Fn(IpAddr) -> bool) -> Claim {
    let mut claim = Claim::default();
    for hop in hops.iter().rev() {
        let Some(address) = hop.address else { break };
        claim = Claim { network: Some(Network::of(address)), scheme: hop.scheme };
        if !trusted(address) {
            break;
        }
    }
    claim
}

/// A header's lines as one list (RFC 9110, 5.3); empty where one of them is not text.
fn list(headers: &HeaderMap, name: &str) -> String {
    let lines: Result<Vec<&str>, _> = headers.get_all(name).into_iter().map(|line| line.to_str()).collect();
    lines.map(|lines| lines.join(",")).unwrap_or_default()
}

/// A quote that a visitor opened and nobody closed would swallow what the proxies behind them added.
fn forwarded(list: &str) -> Vec<Hop> {
    let is_closed = list.matches('"').count().is_multiple_of(2);
    let hops = quoted_split(list, ',').into_iter().filter(|_| is_closed);
    hops.map(forwarded_hop).collect()
}

/// `for="[2001:db8::1]:4711";proto=https`
fn forwarded_hop(element: &str) -> Hop {
    let mut hop = Hop { address: None, scheme: None };
    for pair in quoted_split(element, ';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => hop.address = address(value),
            "proto" => hop.scheme = Scheme::from_id(value),
            _ => {}
        }
    }
    hop
}

/// An address with or without brackets and port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse::<IpAddr>().or_else(|_| with_port()).ok().map(|address| address.to_canonical())
}

/// Splits at `separator` outside quotes; an empty text has no pieces.
fn quoted_split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    let pieces = text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    pieces.filter(|piece| !text.is_empty() || !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[(&'static str, &'static str)]) -> (String, Option<Scheme>) {
        let headers = lines.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
        let claim = claim(&headers, |address| address.to_string().starts_with("10."));
        (claim.network.map(|network| network.to_string()).unwrap_or_default(), claim.scheme)
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        assert_eq!(read(&[("x-forwarded-for", "192.0.2.1, 203.0.113.9, 10.0.0.2")]).0, "203.0.113.0");
        assert_eq!(read(&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "10.0.0.2")]).0, "192.0.2.0");
        assert_eq!(read(&[("x-forwarded-for", "[2001:db8:7::1]:99")]).0, "2001:db8:7::");
        assert_eq!(read(&[("x-forwarded-for", "198.51.100.4:80")]).0, "198.51.100.0");
    }

    #[test]
    fn reading_stops_at_what_is_no_address() {
        assert_eq!(read(&[("x-forwarded-for", "192.0.2.1, unknown, 10.0.0.2")]).0, "10.0.0.0");
        assert_eq!(read(&[("x-forwarded-for", "192.0.2.1, ")]).0, "");
        assert_eq!(read(&[]), (String::new(), None));
    }

    #[test]
    fn forwarded_is_read_where_the_older_header_is_absent() {
        let forwarded =
            "for=192.0.2.1;proto=http, For=\"[2001:db8:7::1]:4711\";proto=https;by=_x, for=10.1.1.1";
        assert_eq!(read(&[("forwarded", forwarded)]), ("2001:db8:7::".into(), Some(Scheme::Https)));
        let both = [("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(read(&both).0, "203.0.113.0");
        assert_eq!(read(&[("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "\u{e9}, 10.0.0.1")]).0, "");
        assert_eq!(read(&[("forwarded", "for=_hidden, for=\"a,b\"")]).0, "");
        let forged = ["for=192.0.2.1;x=\", for=203.0.113.9", "for=192.0.2.1;x=\", for=\"203.0.113.9\""];
        for forged in forged {
            assert_eq!(read(&[("forwarded", forged)]).0, "", "{forged}");
        }
    }

    #[test]
    fn the_scheme_is_the_last_word() {
        assert_eq!(read(&[("x-forwarded-proto", "http, https")]).1, Some(Scheme::Https));
        assert_eq!(read(&[("x-forwarded-proto", "gopher")]).1, None);
    }
}
