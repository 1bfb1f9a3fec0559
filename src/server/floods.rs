//! In: truncated networks whose connections had to be ended because they flooded (RFC 9113, 7: ENHANCE_YOUR_CALM). Out:
//! whether a network does it again and again. A connection that floods is ended early, but opening the next one costs a
//! handshake; whoever goes on is not shaken hands with until it has rested. In memory, and forgotten with the first
//! connection of anybody's once all have rested; knows a visitor by no more than the /24 or /48.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::visitor::Network;

/// Floods that a network may begin with: a broken browser is no attack.
const BURST: f64 = 10.0;
/// Beyond, one in so long.
const REST: Duration = Duration::from_secs(2);
/// Networks that are remembered; beyond, those that were quiet the longest are forgotten.
const NETWORKS: usize = 4_096;

/// Floods of late, by network: buckets that leak.
#[derive(Debug, Default)]
pub struct Floods(Mutex<HashMap<Network, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

impl Bucket {
    fn level(self, now: Instant) -> f64 {
        let leaked = now.saturating_duration_since(self.at).as_secs_f64() / REST.as_secs_f64();
        (self.level - leaked).max(0.0)
    }
}

impl Floods {
    /// A connection of this network was ended for it.
    pub fn note(&self, network: Network, now: Instant) {
        let mut buckets = self.buckets();
        forget_who_rested(&mut buckets, now);
        if buckets.len() >= NETWORKS {
            let quietest = buckets.iter().min_by_key(|(_, bucket)| bucket.at).map(|(network, _)| *network);
            quietest.map(|quietest| buckets.remove(&quietest));
        }
        let level = buckets.get(&network).map_or(0.0, |bucket| bucket.level(now));
        buckets.insert(network, Bucket { level: (level + 1.0).min(BURST + 1.0), at: now });
    }

    /// Whether it has flooded too often of late to be let in.
    pub fn keeps_flooding(&self, network: Network, now: Instant) -> bool {
        let mut buckets = self.buckets();
        forget_who_rested(&mut buckets, now);
        buckets.get(&network).is_some_and(|bucket| bucket.level(now) > BURST)
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<Network, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody is remembered for longer than it takes to rest. On most days there is nobody to look at.
fn forget_who_rested(buckets: &mut HashMap<Network, Bucket>, now: Instant) {
    buckets.retain(|_, bucket| bucket.level(now) > 0.0);
}

/// Whether a connection was ended by us because it flooded.
pub fn is_flood(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>());
    cause.is_some_and(|cause| cause.is_library() && cause.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::fixtures::{door, server};
    use crate::visitor::{PeerAddress, Scheme};

    fn network(high: u8, low: u8) -> Network {
        PeerAddress::accepted(([127, high, low, 1], 1).into())
            .arrive(&door(&server()), None, Scheme::Http)
            .network()
    }

    #[test]
    fn who_floods_again_and_again_rests_and_comes_back() {
        let (floods, began) = (Floods::default(), Instant::now());
        let (own, other) = (network(1, 1), network(1, 2));
        for flood in 0..100 {
            assert_eq!(floods.keeps_flooding(own, began), flood > 10, "after {flood}");
            floods.note(own, began);
        }
        assert!(!floods.keeps_flooding(other, began));
        assert!(!floods.keeps_flooding(own, began + REST));
        floods.note(own, began + REST);
        assert!(floods.keeps_flooding(own, began + REST), "one more is one too many again");
        assert!(!floods.keeps_flooding(other, began + 12 * REST));
        assert!(floods.buckets().is_empty(), "nothing is left of it, whoever comes");
    }

    #[test]
    fn networks_are_forgotten_before_memory_grows() {
        let (floods, began) = (Floods::default(), Instant::now());
        for at in 0..10_000_u32 {
            floods
                .note(network((at >> 8) as u8, at as u8), began + Duration::from_millis(u64::from(at) / 100));
        }
        assert!(floods.buckets().len() <= NETWORKS);
    }
}
