//! In: truncated networks of connections. Out: a permit for each connection within the limits, and for each request
//! of one that makes many at a time. Knows a visitor by no more than the /24 or /48.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::header::RETRY_AFTER;
use http::{HeaderValue, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::body::{AnyBody, empty};
use super::floods::Floods;
use crate::config::Limits;
use crate::visitor::Network;

/// How long a connection beyond the limit may last.
const FAREWELL: Duration = Duration::from_millis(500);
/// How many of them there may be at a time.
const MOST_LEAVING: usize = 64;

/// Counts open connections, and requests under way where one connection has many, in all and by truncated network.
/// One limit is for both: who may have five hundred connections may ask five hundred things at a time over each
/// version of the protocol, and an origin that hangs meets no more.
#[derive(Clone, Debug)]
pub struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Mutex<Most>,
    open: Mutex<Open>,
    under_way: Mutex<Open>,
    floods: Floods,
    /// Those that are being told that there is no place for them.
    leaving: Semaphore,
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

/// One open connection's place, or one request's; given back when dropped.
#[derive(Debug)]
pub struct Permit {
    connections: Connections,
    what: What,
    network: Network,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Connection,
    Request,
}

/// No place is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// For the connections of one network (RFC 6585, 4).
    Network,
    /// For a network that has flooded.
    Flooding,
    /// For any.
    All,
}

impl Full {
    /// The name a counter may give it.
    pub const fn id(self) -> &'static str {
        match self {
            Full::Network => "connections-per-network",
            Full::Flooding => "floods-per-network",
            Full::All => "connections",
        }
    }

    /// The same, for a request.
    pub const fn id_of_request(self) -> &'static str {
        match self {
            Full::Network | Full::Flooding => "requests-per-network",
            Full::All => "requests",
        }
    }

    /// The answer to a request beyond the limit.
    pub fn response(self) -> Response<AnyBody> {
        let mut response = Response::new(empty());
        *response.status_mut() = match self {
            Full::Network | Full::Flooding => StatusCode::TOO_MANY_REQUESTS,
            Full::All => StatusCode::SERVICE_UNAVAILABLE,
        };
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        response
    }

    /// The whole answer. Whoever is over the limit costs no page and no look at what they ask for.
    const fn answer(self) -> &'static [u8] {
        match self {
            Full::Network | Full::Flooding => {
                b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            Full::All => {
                b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
        }
    }
}

/// Tells a peer that there is no place for it, and no longer than that takes.
async fn say(mut stream: impl AsyncRead + AsyncWrite + Unpin, full: Full) {
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
        Connections(Arc::new(Inner {
            limits: Mutex::new(Most::of(limits)),
            open: Mutex::default(),
            under_way: Mutex::default(),
            floods: Floods::default(),
            leaving: Semaphore::new(MOST_LEAVING),
        }))
    }

    /// Lets in by these limits from now on. Who is in stays.
    pub fn limit(&self, limits: &Limits) {
        *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner) = Most::of(limits);
    }

    /// Tells a peer that there is no place for it. Where many are being told, it is not: who is told has a socket
    /// here for that long. Under TLS nobody is told: the handshake costs more than a request does.
    pub async fn dismiss(&self, stream: impl AsyncRead + AsyncWrite + Unpin, full: Full) {
        if let Ok(_place) = self.0.leaving.try_acquire() {
            say(stream, full).await;
        }
    }

    /// A place for a connection from `network`, or which limit is reached.
    ///
    /// No network has more places than are free: as they fill, the largest are refused first, and there are
    /// always some for the next network that comes (the dynamic threshold of shared buffers: Choudhury and Hahne,
    /// 1998). Not where a network may have all of them: then a proxy stands in front of everybody.
    /// A network that keeps flooding is refused until it has rested: see [`Floods`].
    pub fn admit(&self, network: Network) -> Result<Permit, Full> {
        if self.0.floods.keeps_flooding(network, Instant::now()) {
            return Err(Full::Flooding);
        }
        self.place(What::Connection, network)
    }

    /// A connection of this network was ended because it flooded.
    pub fn flooded(&self, network: Network) {
        self.0.floods.note(network, Instant::now());
    }

    /// The same for a request of a connection that makes several at a time (HTTP/2).
    pub fn ask(&self, network: Network) -> Result<Permit, Full> {
        self.place(What::Request, network)
    }

    fn place(&self, what: What, network: Network) -> Result<Permit, Full> {
        let most = *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = self.open(what);
        let here = open.by_network.get(&network).copied().unwrap_or(0);
        let free = most.all.saturating_sub(open.all);
        if here >= most.per_network {
            return Err(Full::Network);
        }
        if free == 0 {
            return Err(Full::All);
        }
        if most.per_network < most.all && here > free {
            return Err(Full::Network);
        }
        open.all += 1;
        open.by_network.insert(network, here + 1);
        drop(open);
        Ok(Permit { connections: self.clone(), what, network })
    }

    fn open(&self, what: What) -> MutexGuard<'_, Open> {
        let open = match what {
            What::Connection => &self.0.open,
            What::Request => &self.0.under_way,
        };
        open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Most {
    fn of(limits: &Limits) -> Most {
        Most { all: limits.connections, per_network: limits.connections_per_network }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.connections.open(self.what);
        open.all = open.all.saturating_sub(1);
        if let Some(here) = open.by_network.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;
    use crate::visitor::fixtures::{door, server};
    use crate::visitor::{PeerAddress, Scheme};

    fn network(address: [u8; 4]) -> Network {
        PeerAddress::accepted((address, 1).into()).arrive(&door(&server()), None, Scheme::Http).network()
    }

    #[test]
    fn however_many_come_there_is_a_place_for_the_next_network() {
        let limits = Limits { connections: 1_000, connections_per_network: 500, ..Limits::default() };
        let connections = Connections::new(&limits);
        let networks: Vec<Network> = (0..20).map(|attacker| network([127, 20, attacker, 1])).collect();
        let visitor = network([127, 99, 0, 1]);
        for what in [What::Connection, What::Request] {
            // Twenty networks, each of which takes what it can get.
            let mut held: Vec<Permit> = Vec::new();
            for _ in 0..500 {
                held.extend(networks.iter().filter_map(|attacker| connections.place(what, *attacker).ok()));
            }
            assert!(held.len() > 900, "{}", held.len());
            held.extend((0..20).map(|_| connections.place(what, visitor).unwrap()));
            assert_eq!(connections.place(what, networks[0]).err(), Some(Full::Network));
            held.clear();
            assert!(connections.place(what, networks[0]).is_ok());
        }
    }

    #[test]
    fn where_a_network_may_have_all_places_it_gets_them() {
        let limits = Limits { connections: 10, connections_per_network: 10, ..Limits::default() };
        let connections = Connections::new(&limits);
        let proxy = || connections.admit(network([127, 0, 0, 1]));
        let held: Vec<_> = (0..10).map(|_| proxy().unwrap()).collect();
        assert_eq!(proxy().err(), Some(Full::Network));
        drop(held);
    }
}
