//! In: addresses to listen on. Out: connections, each in a task of its own, until the server drains.
//! Listening sockets exist here and nowhere else.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::connection;
use super::limits::Connections;
use super::live::Live;
use super::service_manager::Inherited;
use crate::visitor::PeerAddress;

/// How long to wait when the machine has no more file descriptors.
pub const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket and what is spoken on it.
pub struct Listener {
    pub socket: TcpListener,
    pub tls: Option<Arc<ServerConfig>>,
}

impl Listener {
    /// Binds `address`, unless it was bound for us; the error names it.
    pub async fn bind(
        address: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
        inherited: &mut Inherited,
    ) -> io::Result<Listener> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"));
        let socket = match inherited.at(address) {
            Some(socket) => TcpListener::from_std(socket),
            None => TcpListener::bind(address).await,
        };
        Ok(Listener { socket: socket.map_err(named)?, tls })
    }

    /// Where it listens, with the port the system gave for port 0.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Accepts until `drain` turns true, then waits for what is under way, at most the drain time.
    pub async fn run(self, live: Arc<Live>, connections: Connections, drain: watch::Receiver<bool>) {
        let mut open = JoinSet::new();
        let mut draining = drain.clone();
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        open.spawn(self.serve(stream, peer, &live, &connections, &drain));
                    }
                    Err(_) => tokio::time::sleep(EXHAUSTED_PAUSE).await,
                },
                Some(_) = open.join_next() => {}
                () = told(&mut draining) => break,
            }
        }
        drop(self.socket);
        let all_done = async { while open.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(live.now().config.server.timeouts.drain, all_done).await;
    }

    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        live: &Arc<Live>,
        connections: &Connections,
        drain: &watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + Send + 'static {
        // A socket that cannot be set to send at once still works.
        let _ = stream.set_nodelay(true);
        let peer = PeerAddress::accepted(peer);
        connection::serve(
            stream,
            peer,
            self.tls.clone(),
            Arc::clone(live),
            connections.clone(),
            drain.clone(),
        )
    }
}

/// Returns once the server drains, or has gone.
pub async fn told(drain: &mut watch::Receiver<bool>) {
    // The guard must not live across an await, so it ends here.
    let _ = drain.wait_for(|draining| *draining).await;
}
