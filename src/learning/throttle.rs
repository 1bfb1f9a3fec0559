//! In: that a report arrives, from a truncated network. Out: whether it is read. Reports cost a reading
//! and can be forged, so there are few a minute. Holds no network, only its hash under a key that is
//! drawn anew each minute.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

/// Reports read in a minute, from everybody.
const IN_ALL: u32 = 1_200;
/// Reports read in a minute from one truncated network: a few pages with some dozens of tags each.
const PER_NETWORK: u32 = 120;
const SECONDS: i64 = 60;

/// How many reports there were this minute.
#[derive(Debug)]
pub struct Throttle {
    in_all: u32,
    per_network: u32,
    minute: i64,
    key: RandomState,
    all: u32,
    by_network: HashMap<u64, u32>,
}

impl Default for Throttle {
    fn default() -> Throttle {
        Throttle::of(IN_ALL, PER_NETWORK)
    }
}

impl Throttle {
    /// For so many a minute, from everybody and from one truncated network.
    pub fn of(in_all: u32, per_network: u32) -> Throttle {
        let (key, by_network) = Default::default();
        Throttle { in_all, per_network, minute: 0, key, all: 0, by_network }
    }

    /// Whether a report from `network` is read at `now` (seconds since the epoch).
    pub fn admits(&mut self, network: &impl Hash, now: i64) -> bool {
        let minute = now.div_euclid(SECONDS);
        if minute != self.minute {
            *self = Throttle { minute, ..Throttle::of(self.in_all, self.per_network) };
        }
        if self.all >= self.in_all {
            return false;
        }
        let here = self.by_network.entry(self.key.hash_one(network)).or_default();
        if *here >= self.per_network {
            return false;
        }
        *here += 1;
        self.all += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(throttle: &mut Throttle, network: u32, now: i64, tries: usize) -> usize {
        (0..tries).filter(|_| throttle.admits(&network, now)).count()
    }

    #[test]
    fn one_network_cannot_take_the_place_of_all() {
        let mut throttle = Throttle::default();
        assert_eq!(admitted(&mut throttle, 1, 60, 1_000), PER_NETWORK as usize);
        assert_eq!(admitted(&mut throttle, 2, 119, 10), 10);
        assert_eq!(admitted(&mut throttle, 1, 120, 10), 10, "a new minute");
    }

    #[test]
    fn all_together_are_bounded_and_so_is_the_memory() {
        let mut throttle = Throttle::default();
        let admitted: usize = (0..5_000).map(|network| admitted(&mut throttle, network, 60, 1)).sum();
        assert_eq!(admitted, IN_ALL as usize);
        assert_eq!(throttle.by_network.len(), IN_ALL as usize);
    }
}
