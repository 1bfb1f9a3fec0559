//! In: a signal, or files of the config that changed. Out: the new config in force, or the old one and why it
//! stays. Nothing that is under way is dropped: connections stay, and each request ends under what it began
//! with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use super::admin;
use super::background::Background;
use super::limits::Connections;
use super::listen::told;
use super::live::Live;
use super::records::Records;
use super::service_manager;
use super::tls::{Certificates, TlsError};
use super::watched::Watched;
use crate::config::{Config, LoadError, Server};
use crate::dashboard::Dashboard;

/// How often the files are looked at; a change is read when two looks in a row find the same.
const LOOK: Duration = Duration::from_secs(1);

/// Why a config is not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("{0} cannot change while the program runs: put it back, or restart")]
    Fixed(&'static str),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("a fault in the program")]
    Fault,
}

/// What a new config is put in force in.
pub struct Reload {
    pub live: Arc<Live>,
    pub connections: Connections,
    pub certificates: Option<Arc<Certificates>>,
    pub records: Option<Arc<Records>>,
    pub dashboard: Option<Arc<Dashboard>>,
    pub background: Background,
    /// Whether what was read last was refused.
    pub refused: Arc<AtomicBool>,
}

impl Reload {
    /// Reads the config again whenever `hangups` or its files say so, until `drain` turns true. A config that
    /// came from no file has nothing to read again.
    pub async fn keep(mut self, mut hangups: Signal, mut drain: watch::Receiver<bool>) {
        let files = self.live.now().config.files.clone();
        let main = files.first().cloned();
        let mut watched = Watched::new(files);
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                () = told(&mut drain) => return,
                _ = hangups.recv() => true,
                _ = looks.tick() => false,
            };
            let Some(main) = &main else { continue };
            let Some((after, anew)) = looked(watched, asked).await else { return };
            watched = after;
            if anew {
                self.read_again(main).await;
                watched.follow(self.live.now().config.files.clone());
            }
        }
    }

    async fn read_again(&mut self, main: &Path) {
        service_manager::reloading();
        let taken = self.prepared(main).await;
        self.refused.store(taken.is_err(), Ordering::Relaxed);
        self.live.now().metrics.reloaded(if taken.is_ok() { "taken" } else { "refused" });
        match taken {
            Ok(()) => {
                self.background.follow(&self.live, self.records.as_deref());
                tracing::info!(config = %main.display(), "the config was read again and is in force");
            }
            Err(why) => {
                tracing::error!(config = %main.display(), "the config was read again and is not taken; what was in force stays\n{why}");
            }
        }
        service_manager::ready();
    }

    /// Loads, checks and puts in force, on a thread that may wait for the disk.
    async fn prepared(&self, main: &Path) -> Result<(), Refusal> {
        let main = main.to_owned();
        let (live, records, dashboard) = (self.live.clone(), self.records.clone(), self.dashboard.clone());
        let (connections, certificates) = (self.connections.clone(), self.certificates.clone());
        let work = move || {
            let now = live.now();
            let config = Config::load(&main)?.in_force(|zone| now.clock.today_in(zone))?;
            fixed(&now.config.server, &config.server)?;
            let by_sni = certificates.as_ref().map(|_| Certificates::read(&config)).transpose()?;
            let renewed = now.renewed(config, records.as_deref())?;
            // Nothing fails from here on.
            if let (Some(certificates), Some(by_sni)) = (certificates, by_sni) {
                certificates.replace(by_sni);
            }
            connections.limit(&renewed.config.server.limits);
            if let Some(dashboard) = dashboard {
                dashboard.show(admin::facts(&renewed.config, false));
            }
            live.replace(renewed);
            Ok(())
        };
        spawn_blocking(work).await.unwrap_or(Err(Refusal::Fault))
    }
}

/// Looks at the files, and whether they are to be read: `asked` for, or for what has changed. `None` where a
/// thread broke.
async fn looked(mut watched: Watched, asked: bool) -> Option<(Watched, bool)> {
    let look = move || {
        if asked {
            watched.is_read();
        }
        let anew = asked || watched.has_settled_anew();
        (watched, anew)
    };
    spawn_blocking(look).await.ok()
}

/// What sockets and open files hang on.
fn fixed(now: &Server, new: &Server) -> Result<(), Refusal> {
    let addresses: [(&str, &[SocketAddr], &[SocketAddr]); 2] = [
        ("server.listen", &now.listen, &new.listen),
        ("server.tls_listen", &now.tls_listen, &new.tls_listen),
    ];
    if let Some((name, ..)) = addresses.into_iter().find(|(_, now, new)| now != new) {
        return Err(Refusal::Fixed(name));
    }
    if now.admin_listen != new.admin_listen {
        return Err(Refusal::Fixed("server.admin_listen"));
    }
    let folders: [(&str, Option<&PathBuf>, Option<&PathBuf>); 2] = [
        ("server.state_dir", Some(&now.state_dir), Some(&new.state_dir)),
        ("server.usage.checkpoint_dir", now.checkpoint_dir.as_ref(), new.checkpoint_dir.as_ref()),
    ];
    match folders.into_iter().find(|(_, now, new)| now != new) {
        Some((name, ..)) => Err(Refusal::Fixed(name)),
        None => Ok(()),
    }
}
