//! In: a request's target and `Host`. Out: the one host it is for, or a refusal. Two readings of
//! one request are how requests are smuggled, so whatever disagrees is refused (RFC 9112, 3.2).

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{Method, Version};

use super::failure::Failure;

/// Which host a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Lower case, without port: what sites are found by.
    pub host: String,
    /// As the visitor's browser wrote it, with its port.
    pub authority: String,
}

impl Address {
    /// Reads the address of a request; `Malformed` where it has none, several, or contradictory ones.
    pub fn of(head: &Parts) -> Result<Address, Failure> {
        if head.method == Method::CONNECT {
            return Err(Failure::MethodRefused);
        }
        let target = head.uri.authority().map(Authority::as_str);
        let authority = match (target, host_field(head)?) {
            (Some(target), Some(host)) if !target.eq_ignore_ascii_case(host) => return Err(Failure::Malformed),
            (Some(target), _) if head.version == Version::HTTP_2 => target,
            (_, Some(host)) => host,
            _ => return Err(Failure::Malformed),
        };
        Address::read(authority)
    }

    fn read(text: &str) -> Result<Address, Failure> {
        let authority: Authority = text.parse().map_err(|_| Failure::Malformed)?;
        let plain = !text.contains('@') && !authority.host().is_empty();
        let port_fits = text.len() == authority.host().len() || authority.port_u16().is_some();
        if !plain || !port_fits {
            return Err(Failure::Malformed);
        }
        Ok(Address { host: authority.host().to_ascii_lowercase(), authority: text.to_owned() })
    }
}

/// The single `Host` field, if there is one.
fn host_field(head: &Parts) -> Result<Option<&str>, Failure> {
    let mut fields = head.headers.get_all(HOST).iter();
    let (first, second) = (fields.next(), fields.next());
    match (first, second) {
        (_, Some(_)) => Err(Failure::Malformed),
        (Some(host), None) => host.to_str().map(Some).map_err(|_| Failure::Malformed),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(uri: &str, version: Version, hosts: &[&str]) -> Result<Address, Failure> {
        let mut request = http::Request::builder().uri(uri).version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        Address::of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn one_host_is_read() {
        let read = address("/", Version::HTTP_11, &["Clinic.Example:8080"]).unwrap();
        assert_eq!((read.host.as_str(), read.authority.as_str()), ("clinic.example", "Clinic.Example:8080"));
        assert_eq!(address("https://a.example/", Version::HTTP_2, &[]).unwrap().host, "a.example");
        assert_eq!(address("http://a.example/", Version::HTTP_11, &["a.example"]).unwrap().host, "a.example");
        assert_eq!(address("/", Version::HTTP_11, &["[::1]:80"]).unwrap().host, "[::1]");
    }

    #[test]
    fn missing_repeated_and_contradictory_hosts_are_refused() {
        for (uri, version, hosts) in [
            ("/", Version::HTTP_11, &[][..]),
            ("/", Version::HTTP_11, &["a.example", "a.example"]),
            ("http://b.example/", Version::HTTP_11, &["a.example"]),
            ("http://b.example/", Version::HTTP_11, &[]),
            ("https://b.example/", Version::HTTP_2, &["a.example"]),
            ("/", Version::HTTP_11, &["user@a.example"]),
            ("/", Version::HTTP_11, &["a.example:port"]),
            ("/", Version::HTTP_11, &["a.example:"]),
            ("/", Version::HTTP_11, &[""]),
            ("/", Version::HTTP_11, &["a b"]),
        ] {
            assert_eq!(address(uri, version, hosts), Err(Failure::Malformed), "{uri} {hosts:?}");
        }
    }
}
