//! In: what systemd, or what speaks its protocol, leaves in the environment. Out: sockets that it bound for
//! us, and word to it of how we are: ready, reading the config again, alive, stopping. Without it nothing of
//! this is done. Says nothing of any visitor.

use std::io;
use std::net::{SocketAddr, TcpListener};

use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio::time::interval;

use super::listen::told;

/// Sockets that were bound before we started (`sd_listen_fds(3)`): for ports that our user may not bind.
#[derive(Debug, Default)]
pub struct Inherited(Vec<(SocketAddr, TcpListener)>);

impl Inherited {
    /// Takes over what is meant for this process.
    ///
    /// # Errors
    /// Where something is handed over that is no TCP listener.
    pub fn take_over() -> io::Result<Inherited> {
        let mut handed = ListenFd::from_env();
        let mut sockets = Vec::new();
        for at in 0..handed.len() {
            if let Some(socket) = handed.take_tcp_listener(at)? {
                socket.set_nonblocking(true)?;
                sockets.push((socket.local_addr()?, socket));
            }
        }
        Ok(Inherited(sockets))
    }

    /// The one bound to this address.
    pub fn at(&mut self, address: SocketAddr) -> Option<TcpListener> {
        let at = self.0.iter().position(|(bound, _)| *bound == address)?;
        Some(self.0.swap_remove(at).1)
    }

    /// That every one was asked for: visitors who reach a socket that nobody serves would wait for ever.
    ///
    /// # Errors
    /// The first that was not.
    pub fn are_all_used(&self) -> io::Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((address, _)) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "a socket on {address} was handed over, and the config does not name it: write \
                     \"{address}\" in server.listen, server.tls_listen or server.admin_listen, or take it \
                     out of the .socket unit"
                ),
            )),
        }
    }
}

/// Every listener works.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The config is being read again; [`ready`] ends it.
pub fn reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
}

/// What is under way ends.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Shows that the runtime still runs its tasks, twice in the time it is given, until `drain` turns true.
pub async fn keep_alive(mut drain: watch::Receiver<bool>) {
    let Some(within) = sd_notify::watchdog_enabled().filter(|within| !within.is_zero()) else { return };
    let mut beats = interval(within / 2);
    loop {
        tokio::select! {
            _ = beats.tick() => tell(&[NotifyState::Watchdog]),
            () = told(&mut drain) => return,
        }
    }
}

/// That nobody listens is no fault: then nobody manages us.
fn tell(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
