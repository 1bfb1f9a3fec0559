//! In: the head of a request. Out: the host it asks for, or nothing where that is missing, said
//! twice or malformed.

use std::net::Ipv6Addr;

use http::header::HOST;
use http::request::Parts;

/// The host a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedHost {
    host: String,
    authority: String,
}

impl AskedHost {
    /// Reads `:authority` or the request's absolute form, and `Host`. `None` where neither is
    /// there, `Host` comes more than once, the two differ, or it is no host (RFC 9112, 3.2: 400).
    pub fn of(parts: &Parts) -> Option<AskedHost> {
        let mut hosts = parts.headers.get_all(HOST).into_iter();
        let header = match (hosts.next(), hosts.next()) {
            (_, Some(_)) => return None,
            (Some(value), None) => Some(value.to_str().ok()?),
            (None, None) => None,
        };
        let target = parts.uri.authority().map(http::uri::Authority::as_str);
        match (target, header) {
            (Some(target), Some(header)) if !target.eq_ignore_ascii_case(header) => None,
            (target, header) => AskedHost::parse(target.or(header)?),
        }
    }

    /// Whether `text` is a host, with or without a port.
    pub fn is_one(text: &str) -> bool {
        AskedHost::parse(text).is_some()
    }

    fn parse(text: &str) -> Option<AskedHost> {
        let authority = text.to_ascii_lowercase();
        let (host, port) = match authority.rfind(']') {
            Some(end) => authority.split_at(end + 1),
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_owned();
        (is_host(&host) && is_port(port)).then_some(AskedHost { host, authority })
    }

    /// Lower case, without port and without a final dot: what config compares.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Lower case, with the port where one was given: what the origin receives.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether browsers treat plain HTTP to it as trustworthy (Secure Contexts, 3.1).
    pub(super) fn is_localhost(&self) -> bool {
        self.host == "localhost" || self.host.ends_with(".localhost")
    }
}

fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<Ipv6Addr>().is_ok();
    }
    let label = |label: &str| !label.is_empty() && label.bytes().all(is_name_byte);
    host.len() <= 253 && host.split('.').all(label)
}

/// The underscore is no host character, but such names exist and resolve.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
}

fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        None => text.is_empty(),
        Some(port) => port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, hosts: &[&str]) -> Option<AskedHost> {
        let request = http::Request::builder().uri(uri);
        let request = hosts.iter().fold(request, |request, host| request.header("host", *host));
        AskedHost::of(&request.body(()).unwrap().into_parts().0)
    }

    fn host(uri: &str, hosts: &[&str]) -> Option<String> {
        asked(uri, hosts).map(|asked| asked.host().to_owned())
    }

    #[test]
    fn the_host_is_read_from_either_place() {
        assert_eq!(host("/", &["Clinic.Example:8080"]).as_deref(), Some("clinic.example"));
        assert_eq!(host("https://clinic.example/x", &[]).as_deref(), Some("clinic.example"));
        assert_eq!(host("https://clinic.example/", &["CLINIC.example"]).as_deref(), Some("clinic.example"));
        assert_eq!(host("/", &["clinic.example."]).as_deref(), Some("clinic.example"));
        assert_eq!(host("/", &["[::1]:8080"]).as_deref(), Some("[::1]"));
        assert_eq!(asked("/", &["Clinic.Example:81"]).unwrap().authority(), "clinic.example:81");
    }

    #[test]
    fn missing_repeated_differing_or_malformed_hosts_are_none() {
        assert_eq!(host("/", &[]), None);
        assert_eq!(host("/", &["a.example", "a.example"]), None);
        assert_eq!(host("https://a.example/", &["b.example"]), None);
        for bad in
            ["", "a b", "a.example:", "a.example:x", "a@b", "a..b", ".", "[::1", "a.example:65536", "a/b"]
        {
            assert_eq!(host("/", &[bad]), None, "{bad}");
        }
    }
}
