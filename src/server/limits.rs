//! In: truncated networks of connections. Out: a permit for each connection within the limits. Knows
//! a visitor by no more than the /24 or /48.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Limits;
use crate::visitor::Network;

/// Counts open connections, in all and by truncated network.
#[derive(Clone, Debug)]
pub struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Mutex<Most>,
    open: Mutex<Open>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
struct Most {
    all: usize,
    per_network: usize,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_network: HashMap<Network, usize>,
}

/// One open connection's place; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    connections: Connections,
    network: Network,
}

impl Connections {
    pub fn new(limits: &Limits) -> Connections {
        Connections(Arc::new(Inner { limits: Mutex::new(Most::of(limits)), open: Mutex::default() }))
    }

    /// Lets in by these limits from now on. Who is in stays.
    pub fn limit(&self, limits: &Limits) {
        *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner) = Most::of(limits);
    }

    /// A place for a connection from `network`; `None` where a limit is reached.
    pub fn admit(&self, network: Network) -> Option<Permit> {
        let most = *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_network.get(&network).copied().unwrap_or(0);
        if open.all >= most.all || here >= most.per_network {
            return None;
        }
        open.all += 1;
        open.by_network.insert(network, here + 1);
        Some(Permit { connections: self.clone(), network })
    }
}

impl Most {
    fn of(limits: &Limits) -> Most {
        Most { all: limits.connections, per_network: limits.connections_per_network }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.connections.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(here) = open.by_network.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}
