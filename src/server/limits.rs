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
    all: usize,
    per_network: usize,
    open: Mutex<Open>,
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
        let (all, per_network) = (limits.connections, limits.connections_per_network);
        Connections(Arc::new(Inner { all, per_network, open: Mutex::default() }))
    }

    /// A place for a connection from `network`; `None` where a limit is reached.
    pub fn admit(&self, network: Network) -> Option<Permit> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_network.get(&network).copied().unwrap_or(0);
        if open.all >= self.0.all || here >= self.0.per_network {
            return None;
        }
        open.all += 1;
        open.by_network.insert(network, here + 1);
        Some(Permit { connections: self.clone(), network })
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
