//! In: truncated networks of connections. Out: a permit for each connection within the limits. Knows
//! a visitor by no more than the /24 or /48.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::config::Limits;
use crate::visitor::Network;

/// How long a connection beyond the limit may last.
const FAREWELL: Duration = Duration::from_millis(500);

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

/// No place is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// For the connections of one network (RFC 6585, 4).
    Network,
    /// For any.
    All,
}

impl Full {
    /// The name a counter may give it.
    pub const fn id(self) -> &'static str {
        match self {
            Full::Network => "connections-per-network",
            Full::All => "connections",
        }
    }

    /// The whole answer. Whoever is over the limit costs no page and no look at what they ask for.
    const fn answer(self) -> &'static [u8] {
        match self {
            Full::Network => {
                b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            Full::All => {
                b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
        }
    }
}

/// Tells a peer that there is no place for it, and no longer than that takes. Under TLS nobody is told: the
/// handshake costs more than a request does.
pub async fn say(mut stream: impl AsyncRead + AsyncWrite + Unpin, full: Full) {
    let said = async {
        // It fits into the socket's own buffer; a peer that has gone is not there to be told.
        let _ = stream.write_all(full.answer()).await;
        let _ = stream.shutdown().await;
        // A socket that closes over what it has not read is reset, which can take the answer with it.
        let _ = stream.read(&mut [0; 4096]).await;
    };
    let _ = timeout(FAREWELL, said).await;
}

impl Connections {
    pub fn new(limits: &Limits) -> Connections {
        Connections(Arc::new(Inner { limits: Mutex::new(Most::of(limits)), open: Mutex::default() }))
    }

    /// Lets in by these limits from now on. Who is in stays.
    pub fn limit(&self, limits: &Limits) {
        *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner) = Most::of(limits);
    }

    /// A place for a connection from `network`, or which limit is reached.
    pub fn admit(&self, network: Network) -> Result<Permit, Full> {
        let most = *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = open.by_network.get(&network).copied().unwrap_or(0);
        if here >= most.per_network {
            return Err(Full::Network);
        }
        if open.all >= most.all {
            return Err(Full::All);
        }
        open.all += 1;
        open.by_network.insert(network, here + 1);
        Ok(Permit { connections: self.clone(), network })
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
