//! In: a network, a site and a day. Out: the token that a form without `Origin` proves itself by,
//! and whether a token that comes back is one. It tells no visitor from another in the network.

use super::keys::{Keys, Use};
use super::network::Network;
use crate::policy::Day;

/// The token of `network` at `site` for `day`. It is set into a page after any cache.
pub(super) fn make(keys: &Keys, site: &str, network: Network, day: Day) -> String {
    keys.sign(Use::Form, &[site, &network.prefix(), &day.0.to_string()])
}

/// Whether `token` was made today or yesterday, so that a page left open over midnight works.
pub(super) fn verify(keys: &Keys, site: &str, network: Network, today: Day, token: &str) -> bool {
    let made_on = |day: u32| keys.verifies(Use::Form, &[site, &network.prefix(), &day.to_string()], token);
    made_on(today.0) || today.0.checked_sub(1).is_some_and(made_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn a_token_is_bound_to_network_site_and_two_days() {
        let keys = Keys::ephemeral().unwrap();
        let here = network("192.0.2.1");
        let token = make(&keys, "clinic", here, Day(10));
        let verify = |site, network, day| verify(&keys, site, network, Day(day), &token);
        assert!(verify("clinic", network("192.0.2.99"), 10), "the same network");
        assert!(verify("clinic", here, 11));
        assert!(!verify("clinic", here, 12));
        assert!(!verify("clinic", here, 9));
        assert!(!verify("other", here, 10));
        assert!(!verify("clinic", network("192.0.3.1"), 10));
    }
}
