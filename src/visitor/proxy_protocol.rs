//! In: the first bytes of a connection from a trusted peer. Out: whom the PROXY protocol header
//! (v1 or v2) names. The address in it becomes a [`PeerAddress`] at once.

use proxy_header::{Error, ParseConfig, ProxyHeader as Decoded};

use super::peer::PeerAddress;

/// No sender needs more: v1 has at most 107 bytes, v2 a few hundred with all its extensions.
const LONGEST: usize = 4096;

/// Of v1, with CR LF.
const LONGEST_LINE: usize = 107;

/// What a PROXY header said.
pub struct ProxyHeader {
    /// Whom the connection is made for; `None` where the proxy speaks for itself.
    pub source: Option<PeerAddress>,
    /// The visitor speaks TLS with the proxy (v2, `PP2_CLIENT_SSL`).
    pub tls: bool,
}

/// The outcome of reading.
pub enum ProxyRead {
    /// Read on, then ask again with all the bytes so far.
    NeedMore,
    /// A whole header, and how many bytes it took; what follows belongs to the connection.
    Header(ProxyHeader, usize),
    /// Not a PROXY header: close the connection.
    Malformed,
}

/// Reads a PROXY header from the beginning of `bytes`.
pub fn read_proxy_header(bytes: &[u8]) -> ProxyRead {
    match Decoded::parse(bytes, ParseConfig::default()) {
        Ok((_, consumed)) if consumed > LONGEST || !is_strict(bytes, consumed) => ProxyRead::Malformed,
        Ok((header, consumed)) => {
            let source = header.proxied_address().map(|named| PeerAddress::accepted(named.source));
            let tls = header.ssl().is_some_and(|ssl| ssl.client_ssl());
            ProxyRead::Header(ProxyHeader { source, tls }, consumed)
        }
        Err(Error::BufferTooShort) if bytes.len() < LONGEST && may_begin(bytes) => ProxyRead::NeedMore,
        Err(_) => ProxyRead::Malformed,
    }
}

/// The parser takes any byte behind `PROXY`, more behind `UNKNOWN`, signs before ports, and lines of any length.
fn is_strict(bytes: &[u8], consumed: usize) -> bool {
    let Some(line) = bytes.get(..consumed).filter(|header| header.starts_with(b"PROXY")) else { return true };
    let begins = [&b"PROXY TCP4 "[..], b"PROXY TCP6 ", b"PROXY UNKNOWN ", b"PROXY UNKNOWN\r"];
    let is_unknown = line.get(6) == Some(&b'U');
    consumed <= LONGEST_LINE
        && begins.iter().any(|start| line.starts_with(start))
        && (is_unknown || !line.contains(&b'+'))
}

/// Whether `bytes` can still become a header: the parser waits for a length before it looks.
fn may_begin(bytes: &[u8]) -> bool {
    let begins = |signature: &[u8]| bytes.iter().zip(signature).all(|(have, want)| have == want);
    begins(b"PROXY ") || begins(b"\r\n\r\n\x00\r\nQUIT\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::visitor::Scheme;
    use crate::visitor::fixtures::{door, server};

    /// The network a header leads to, and the bytes it took.
    fn read(bytes: &[u8]) -> Option<(String, bool, usize)> {
        let ProxyRead::Header(header, consumed) = read_proxy_header(bytes) else { return None };
        let tls = header.tls;
        let arrival = header.source?.arrive(&door(&server()), None, Scheme::Http);
        Some((arrival.network().to_string(), tls, consumed))
    }

    const V1: &[u8] = b"PROXY TCP4 203.0.113.9 10.0.0.1 5000 443\r\nGET / HTTP/1.1\r\n";

    fn v2() -> Vec<u8> {
        let mut bytes = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x14".to_vec();
        bytes.extend([203, 0, 113, 9, 10, 0, 0, 1, 0x13, 0x88, 1, 0xbb]);
        // PP2_TYPE_SSL, five bytes: the client spoke TLS, and its certificate was not asked for.
        bytes.extend([0x20, 0, 5, 1, 0, 0, 0, 1]);
        bytes
    }

    #[test]
    fn both_versions_name_the_source() {
        assert_eq!(read(V1), Some(("203.0.113.0".into(), false, 42)));
        assert_eq!(read(&v2()), Some(("203.0.113.0".into(), true, 36)));
    }

    #[test]
    fn a_partial_header_waits_and_rubbish_does_not() {
        for whole in [&V1[..42], &v2()] {
            for end in 0..whole.len() {
                assert!(matches!(read_proxy_header(&whole[..end]), ProxyRead::NeedMore), "{end}");
            }
        }
        for rubbish in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"PR0",
            b"PROXY TCP4 x y 1 2\r\n",
            &[b'P'; 5000],
            b"PROXYXTCP4 203.0.113.9 10.0.0.1 5000 443\r\n",
            b"PROXY UNKNOWNX\r\n",
            b"PROXY TCP4 203.0.113.9 10.0.0.1 +5000 443\r\n",
        ] {
            assert!(matches!(read_proxy_header(rubbish), ProxyRead::Malformed));
        }
    }

    #[test]
    fn a_health_check_has_no_source() {
        let ProxyRead::Header(header, 16) = read_proxy_header(b"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00")
        else {
            panic!("not read");
        };
        assert!(header.source.is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_reader(version in 0..2usize, tail: Vec<u8>) {
            let mut bytes = [&b"PROXY "[..], b"\r\n\r\n\x00\r\nQUIT\n"][version].to_vec();
            bytes.extend(tail);
            if let ProxyRead::Header(_, consumed) = read_proxy_header(&bytes) {
                prop_assert!(consumed <= bytes.len());
            }
        }
    }
}
