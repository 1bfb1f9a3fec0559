//! In: the address of an accepted connection. Out: an [`Arrival`], which has forgotten it.

use std::net::{IpAddr, SocketAddr};

use super::admit::{Door, Scheme};
use super::network::Network;
use super::proxy_protocol::ProxyHeader;

/// The full address of a peer. It cannot be printed, copied, compared, serialised or read: all
/// that can be done is to ask whether it opens with a PROXY header, and to [`PeerAddress::arrive`].
pub struct PeerAddress(SocketAddr);

impl PeerAddress {
    /// Takes the address that `accept` gave, or that a trusted proxy declared.
    pub fn accepted(address: SocketAddr) -> PeerAddress {
        PeerAddress(address)
    }

    /// Whether this peer is to open its connection with a PROXY header: it is trusted, and the
    /// config says that trusted peers do.
    pub fn opens_with_proxy_header(&self, door: &Door) -> bool {
        door.expects_proxy_protocol() && door.trusts(self.ip())
    }

    /// Passes the door: what is left is the truncated network and whether the peer's word is
    /// taken. `proxied` counts only from a peer that [`PeerAddress::opens_with_proxy_header`];
    /// `listener` is the scheme of the listener that accepted.
    pub fn arrive(self, door: &Door, proxied: Option<ProxyHeader>, listener: Scheme) -> Arrival {
        let believed = proxied.filter(|_| self.opens_with_proxy_header(door));
        let secured = believed.as_ref().is_some_and(|header| header.tls);
        // A header without a source comes from the proxy itself (a health check, say).
        let source = believed.and_then(|header| header.source).unwrap_or(self);
        Arrival {
            network: Network::of(source.ip()),
            trusted: door.trusts(source.ip()),
            scheme: if secured { Scheme::Https } else { listener },
        }
    }

    fn ip(&self) -> IpAddr {
        self.0.ip().to_canonical()
    }
}

/// What is known of a connection once its address is gone.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub(super) network: Network,
    pub(super) trusted: bool,
    pub(super) scheme: Scheme,
}

impl Arrival {
    /// The network of the peer, or of whom a PROXY header named; for limits per connection.
    pub fn network(&self) -> Network {
        self.network
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::fixtures::{door, server};

    fn peer(address: &str) -> PeerAddress {
        PeerAddress::accepted(address.parse().unwrap())
    }

    fn header(source: Option<&str>) -> Option<ProxyHeader> {
        Some(ProxyHeader { source: source.map(peer), tls: true })
    }

    fn proxied_door() -> Door {
        let mut server = server();
        server.proxy_protocol = true;
        door(&server)
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let arrival =
            peer("203.0.113.9:1").arrive(&proxied_door(), header(Some("198.51.100.7:2")), Scheme::Http);
        assert_eq!(arrival.network().to_string(), "203.0.113.0");
        assert_eq!(arrival.scheme, Scheme::Http);
        assert!(!arrival.trusted);
    }

    #[test]
    fn a_trusted_proxy_names_the_source() {
        let door = proxied_door();
        let arrival = peer("10.0.0.1:1").arrive(&door, header(Some("198.51.100.7:2")), Scheme::Http);
        assert_eq!(arrival.network().to_string(), "198.51.100.0");
        assert_eq!(arrival.scheme, Scheme::Https);
        assert!(!arrival.trusted, "the source's own forwarding headers are hearsay");
        let itself = peer("[::ffff:10.0.0.1]:1").arrive(&door, header(None), Scheme::Http);
        assert_eq!(itself.network().to_string(), "10.0.0.0");
        assert!(itself.trusted);
    }

    #[test]
    fn a_proxy_header_counts_only_where_config_says_so() {
        let door = door(&server());
        assert!(!peer("10.0.0.1:1").opens_with_proxy_header(&door));
        let arrival = peer("10.0.0.1:1").arrive(&door, header(Some("198.51.100.7:2")), Scheme::Http);
        assert_eq!(arrival.network().to_string(), "10.0.0.0");
    }
}
