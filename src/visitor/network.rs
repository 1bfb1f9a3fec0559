//! In: a full address, for as long as the call lasts. Out: the network it belongs to. The type has
//! no room for more than the network's own bytes, so nothing that holds one can hold an address.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A truncated address: an IPv4 /24 or an IPv6 /48 (promise PC5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(Prefix);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Prefix {
    V4([u8; 3]),
    V6([u8; 6]),
}

impl Network {
    /// The network of `address`. IPv6 forms that carry an IPv4 address within their first 48 bits
    /// or stand for one (IPv4-mapped, RFC 4291; 6to4, RFC 3056) are cut as that IPv4 address: a
    /// 6to4 /48 would hold all of it.
    pub(super) fn of(address: IpAddr) -> Network {
        match address {
            IpAddr::V4(v4) => Network::of_v4(v4),
            IpAddr::V6(v6) => match (v6.to_ipv4_mapped(), v6.octets()) {
                (Some(v4), _) => Network::of_v4(v4),
                (None, [0x20, 0x02, a, b, c, d, ..]) => Network::of_v4(Ipv4Addr::new(a, b, c, d)),
                (None, [a, b, c, d, e, f, ..]) => Network(Prefix::V6([a, b, c, d, e, f])),
            },
        }
    }

    fn of_v4(address: Ipv4Addr) -> Network {
        let [a, b, c, _] = address.octets();
        Network(Prefix::V4([a, b, c]))
    }

    /// The network's first address: `192.0.2.0`, `2001:db8:1::`.
    pub fn address(self) -> IpAddr {
        match self.0 {
            Prefix::V4([a, b, c]) => Ipv4Addr::new(a, b, c, 0).into(),
            Prefix::V6(first) => {
                let mut octets = [0; 16];
                octets.iter_mut().zip(first).for_each(|(octet, byte)| *octet = byte);
                Ipv6Addr::from(octets).into()
            }
        }
    }

    /// With its length: `192.0.2.0/24`, `2001:db8:1::/48`.
    pub fn prefix(self) -> String {
        let length = if matches!(self.0, Prefix::V4(_)) { 24 } else { 48 };
        format!("{self}/{length}")
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(address: &str) -> String {
        Network::of(address.parse().unwrap()).prefix()
    }

    #[test]
    fn addresses_are_cut() {
        assert_eq!(cut("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(cut("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
        assert_eq!(cut("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(cut("2002:c000:24d::1"), "192.0.2.0/24");
        assert_eq!(cut("::1"), "::/48");
    }

    proptest! {
        #[test]
        fn the_last_80_bits_leave_no_trace(high: u64, low: u128, other: u128) {
            let top = u128::from(high & 0xffff_ffff_ffff) << 80;
            let rest = (1u128 << 80) - 1;
            let of = |bits: u128| Network::of(Ipv6Addr::from(top | (bits & rest)).into());
            prop_assume!(top != 0);
            prop_assert_eq!(of(low), of(other));
        }

        #[test]
        fn the_last_octet_leaves_no_trace(a: u8, b: u8, c: u8, d: u8, e: u8) {
            prop_assert_eq!(
                Network::of(Ipv4Addr::new(a, b, c, d).into()),
                Network::of(Ipv4Addr::new(a, b, c, e).into())
            );
        }
    }
}
