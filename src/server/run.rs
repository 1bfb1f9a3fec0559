//! In: a checked config. Out: a running server, and its end by signal with what was under way
//! finished. Prints addresses it listens on, and nothing of any visitor.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::acme;
use super::admin::{self, Office};
use super::background::Background;
use super::keys::{NewKeys, prepare};
use super::limits::Connections;
use super::listen::Listener;
use super::live::Live;
use super::panics::contain_panics;
use super::readiness::{self, Readiness};
use super::records::{Records, keys_folder};
use super::reload::Reload;
use super::reports::keep_learned;
use super::service_manager::{self, Inherited};
use super::shared::{Https, Shared};
use super::tls::{TlsError, server_tls};
use super::{descriptors, memory, sandbox};
use crate::clock::Clock;
use crate::config::{Config, Problems};
use crate::dashboard::Dashboard;
use crate::store::{AccountError, StoreError};
use crate::usage::UsageError;
use crate::visitor::Keys;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("{0}")]
    Listen(#[from] io::Error),
    #[error("{0}")]
    Config(#[from] Problems),
    #[error("{0}")]
    Tls(#[from] TlsError),
    #[error("the demo's records: {0}")]
    Store(#[from] StoreError),
    #[error("the demo's account: {0}")]
    Account(#[from] AccountError),
    #[error("the demo's sample: {0}")]
    Sample(#[from] UsageError),
    #[error("the keys in {}: {source}", folder.display())]
    Keys { folder: PathBuf, source: io::Error },
    #[error(
        "there are receipts of visitors' choices, and the keys that signed them are gone from {}. \
         Put the folder back from where it was kept, with its owner and modes. If it is lost, start once \
         with `paravent serve --new-keys`: every choice is void then, and every visitor is asked again",
        .0.display()
    )]
    KeysGone(PathBuf),
}

/// A server that is listening.
pub struct Running {
    /// Where visitors are served over plain HTTP.
    pub http: Vec<SocketAddr>,
    /// Where they are served over TLS.
    pub https: Vec<SocketAddr>,
    /// Where the operator is.
    pub admin: Option<SocketAddr>,
    /// What the operator should know: what cannot be recorded, or would not outlive a crash.
    pub notes: Vec<String>,
    drain: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// Ends last, so that it can be told how the end goes.
    operators: JoinSet<()>,
    records: Option<Arc<Records>>,
}

impl Running {
    /// Stops accepting, lets what is under way end, and returns.
    pub async fn stop(mut self) {
        self.drain.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        if let Some(records) = self.records {
            records.suspend().await;
        }
        self.operators.shutdown().await;
    }

    /// Closes what has ended by the clock now, and not within the second. For clocks that are set.
    pub async fn catch_up(&self) {
        if let Some(records) = &self.records {
            records.tick().await;
        }
    }
}

/// Binds every listener and starts to serve and to count. Must be called inside a Tokio runtime.
///
/// # Errors
/// Where it cannot listen or a certificate cannot be used. A store that cannot be opened is no reason
/// not to serve: then nothing is recorded, and [`Running::notes`] says why.
pub async fn start(config: Config, keys: Keys, clock: Clock) -> Result<Running, ServerError> {
    start_with(config, keys, clock, false).await
}

/// The same; `sample` where what the store holds is made up.
pub(super) async fn start_with(
    config: Config,
    keys: Keys,
    clock: Clock,
    sample: bool,
) -> Result<Running, ServerError> {
    let tls = server_tls(&config)?;
    let (mut plain, mut secure) = (Vec::new(), Vec::new());
    let mut inherited = Inherited::take_over()?;
    for address in &config.server.listen {
        plain.push(Listener::bind(*address, None, &mut inherited).await?);
    }
    let settings = tls.as_ref().map(|tls| Arc::clone(&tls.settings));
    for address in &config.server.tls_listen {
        secure.push(Listener::bind(*address, settings.clone(), &mut inherited).await?);
    }
    let admin = match config.server.admin_listen {
        Some(address) => Some(Listener::bind(address, None, &mut inherited).await?),
        None => None,
    };
    inherited.are_all_used()?;
    let (http, https) = (addresses(&plain)?, addresses(&secure)?);
    let admin_address = admin.as_ref().map(Listener::address).transpose()?;
    let connections = Connections::new(&config.server.limits);
    let (records, notes) = records(&config, &clock);
    let certificates = tls.map(|tls| tls.certificates);
    let secured = https.first().zip(certificates.as_ref()).map(|(address, certificates)| Https {
        port: address.port(),
        certificates: Arc::clone(certificates),
    });
    let shared = Shared::new(config, keys, clock, secured, records.as_deref())?;
    let dashboard = dashboard(&shared, records.as_deref(), sample)?;
    let (drain, draining) = watch::channel(false);
    let mut tasks = JoinSet::new();
    if let Some(records) = &records {
        keep_records(records, &shared, &mut tasks, &draining);
    }
    let live = Live::new(shared);
    for listener in plain.into_iter().chain(secure) {
        tasks.spawn(listener.run(live.clone(), connections.clone(), draining.clone()));
    }
    let refused = Arc::new(AtomicBool::new(false));
    let readiness = readiness(&live, records.as_deref(), &refused, &draining);
    let mut operators = JoinSet::new();
    if let Some(listener) = admin {
        let office = Office { dashboard: dashboard.clone(), readiness: Arc::new(readiness) };
        operators.spawn(admin::run(listener.socket, office));
    }
    let background = Background::start(&live, records.as_deref());
    if let Some(certificates) = &certificates {
        tasks.spawn(acme::keep(Arc::clone(&live), Arc::clone(certificates), draining.clone()));
    }
    let reload =
        Reload { live, connections, certificates, records: records.clone(), dashboard, background, refused };
    tasks.spawn(service_manager::keep_alive(draining.clone()));
    // Asked for before anything is announced: until then the signal ends the process.
    tasks.spawn(reload.keep(signal(SignalKind::hangup())?, draining));
    Ok(Running { http, https, admin: admin_address, notes, drain, tasks, operators, records })
}

/// What is recorded, and what the operator should know of it.
fn records(config: &Config, clock: &Clock) -> (Option<Arc<Records>>, Vec<String>) {
    match Records::open(config, clock) {
        Ok((records, None)) => (Some(Arc::new(records)), Vec::new()),
        Ok((records, Some(refusal))) => {
            let note = format!("a crash or restart loses the counts of the open day: {refusal}");
            (Some(Arc::new(records)), vec![note])
        }
        Err(error) => {
            let lost = "nothing is counted, no grant is given, and there is no dashboard until a restart";
            (None, vec![format!("{lost}: {error}")])
        }
    }
}

/// What `/readyz` looks at.
fn readiness(
    live: &Arc<Live>,
    records: Option<&Records>,
    refused: &Arc<AtomicBool>,
    draining: &watch::Receiver<bool>,
) -> Readiness {
    let parts = Readiness::default()
        .and("process", readiness::draining(draining.clone()))
        .and("store", readiness::store(records.map(|records| Arc::clone(&records.store))))
        .and("config", readiness::config(Arc::clone(refused)))
        .and("certificates", readiness::certificates(Arc::clone(live)))
        .and("origins", readiness::origins(Arc::clone(live)));
    match records {
        Some(_) => parts.and("keys", readiness::keys(keys_folder(&live.now().config.server))),
        None => parts,
    }
}

fn dashboard(shared: &Shared, records: Option<&Records>, sample: bool) -> io::Result<Option<Arc<Dashboard>>> {
    let Some(records) = records else { return Ok(None) };
    let metrics = Arc::clone(&shared.metrics);
    let dashboard = admin::dashboard(&shared.config, records, metrics, &shared.clock, sample)?;
    Ok(Some(Arc::new(dashboard)))
}

/// Lets time pass for what is recorded.
fn keep_records(
    records: &Arc<Records>,
    shared: &Shared,
    tasks: &mut JoinSet<()>,
    draining: &watch::Receiver<bool>,
) {
    let (timed, until) = (Arc::clone(records), draining.clone());
    tasks.spawn(async move { timed.keep_time(until).await });
    if let Some(reports) = &shared.reports {
        tasks.spawn(keep_learned(Arc::clone(reports), Arc::clone(&records.store), draining.clone()));
    }
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Where it cannot listen, a certificate cannot be used, or the keys are gone and `new_keys` does not
/// say to make new ones.
pub fn serve(config: Config, new_keys: NewKeys) -> Result<(), ServerError> {
    let keys = prepare(&config.server, new_keys, &Clock::system())?;
    let unprotected = [memory::protect(), descriptors::allow(&config.server.limits), sandbox::enter(&config)];
    runtime()?.block_on(async {
        let end = told_to_stop()?;
        let mut running = start(config, keys, Clock::system()).await?;
        running.notes.extend(unprotected.into_iter().flatten());
        announce(&running);
        service_manager::ready();
        end.await;
        service_manager::stopping();
        running.stop().await;
        Ok(())
    })
}

/// The runtime every command that listens uses.
pub(super) fn runtime() -> io::Result<tokio::runtime::Runtime> {
    contain_panics();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// Ends when the operator says so. To be asked for before anything is announced: until then a signal ends
/// the process at once, and what is under way is lost.
pub(super) fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Where the server listens, a line each.
fn announce(running: &Running) {
    let mut lines: Vec<String> =
        running.http.iter().map(|address| format!("listening on http://{address}/")).collect();
    lines.extend(running.https.iter().map(|address| format!("listening on https://{address}/")));
    lines.extend(running.admin.iter().map(|address| format!("admin on http://{address}/")));
    lines.extend(running.notes.iter().map(|note| format!("note: {note}")));
    tell(&lines);
}

/// Tells the operator. That nobody reads it is no reason to stop serving.
pub(super) fn tell(lines: &[String]) {
    let mut out = io::stdout().lock();
    let _ = lines.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
}

fn addresses(listeners: &[Listener]) -> io::Result<Vec<SocketAddr>> {
    listeners.iter().map(Listener::address).collect()
}

/// Binds a listener on loopback for a server of Paravent's own, such as the demo's origin.
pub(super) async fn loopback() -> io::Result<TcpListener> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await
}
