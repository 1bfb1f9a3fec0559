//! In: whatever was said on the way about who asks. Out: Paravent's own word about it, which holds
//! no more than the truncated network.

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderName, VIA};
use http::{HeaderMap, HeaderValue, Version};

use super::text;
use crate::visitor::{Network, Visitor};

/// Names that no rule below finds.
const OTHERS: [&str; 14] = [
    "via",
    "remote-addr",
    "x-remote-addr",
    "x-coming-from",
    "x-from",
    "coming-from",
    "x-bluecoat-via",
    "x-original-host",
    "x-original-url",
    "x-rewrite-url",
    "x-host",
    "front-end-https",
    "x-scheme",
    "proxy",
];

/// Words that a name is made of when it carries an address or where the address is.
const WORDS: [&str; 13] = [
    "ip",
    "ips",
    "ipv4",
    "ipv6",
    "clientip",
    "realip",
    "remoteip",
    "socketip",
    "forwarded",
    "forward",
    "ipcountry",
    "geo",
    "geoip",
];

const PREFIXES: [&str; 7] =
    ["x-paravent-", "x-forwarded", "forwarded", "cloudfront-viewer-", "x-vercel-ip", "x-appengine-", "cf-ip"];

/// Whether a header is another proxy's word about the client, the host or the path. Underscores
/// count as hyphens: CGI and WSGI make one name of both, so `X_Forwarded_For` would pass for ours.
pub(super) fn is_forwarding(name: &HeaderName) -> bool {
    let name = name.as_str().replace('_', "-");
    OTHERS.contains(&name.as_str())
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || name.split('-').any(|word| WORDS.contains(&word))
        || name.contains("client-ip")
        || name.contains("clientip")
}

/// Deletes every such header, and those whose whole value is an address; then says anew what the
/// origin may know.
pub(super) fn remake(headers: &mut HeaderMap, visitor: &Visitor, version: Version) {
    let given: Vec<HeaderName> = headers
        .iter()
        .filter(|(name, value)| is_forwarding(name) || is_address(name, value))
        .map(|(n, _)| n.clone())
        .collect();
    for name in given {
        headers.remove(name);
    }
    let (network, scheme, host) = (visitor.network(), visitor.scheme().id(), visitor.authority());
    let forwarded = format!("for={};host=\"{host}\";proto={scheme}", node(network));
    set(headers, FORWARDED, &forwarded);
    set(headers, HeaderName::from_static("x-forwarded-for"), &network.to_string());
    set(headers, HeaderName::from_static("x-forwarded-proto"), scheme);
    set(headers, HeaderName::from_static("x-forwarded-host"), host);
    let received = if version == Version::HTTP_2 { "2 paravent" } else { "1.1 paravent" };
    headers.insert(VIA, HeaderValue::from_static(received));
    if let Some(region) = visitor.region() {
        set(headers, HeaderName::from_static("x-paravent-region"), region.code());
    }
    if let Some(language) = visitor.languages().first() {
        set(headers, HeaderName::from_static("x-paravent-language"), language);
    }
}

/// Whether every entry of a value is an IP address. A version number of four parts looks like one.
fn is_address(name: &HeaderName, value: &HeaderValue) -> bool {
    let innocent = *name == http::header::HOST || name.as_str().contains("version");
    let mut entries = value.to_str().unwrap_or_default().split(',');
    !innocent && entries.all(|entry| entry.trim().parse::<IpAddr>().is_ok())
}

/// RFC 7239, 6: IPv6 goes in brackets and quotes.
fn node(network: Network) -> String {
    match network.address() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("\"[{v6}]\""),
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Some(value) = text(value) {
        headers.insert(name, value);
    }
}
