//! Certificates that are ordered and renewed by themselves (ACME, RFC 8555).
//!
//! In: the hosts of the config in force that no certificate file covers. Out: a certificate for those of each site,
//! kept on disk and put in use, before the one in use ends. Tells the operator how that went; speaks to nobody but
//! the authority that the config names. Must never know a visitor: what is proven, is proven to whoever asks.

mod authority;
mod challenges;
mod held;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use instant_acme::ChallengeType;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval};

use self::authority::{Authority, OrderError};
pub use self::challenges::{ALPN, Challenges};
pub use self::held::{Held, HeldError};
use super::listen::told;
use super::live::Live;
use super::shared::Shared;
use super::tls::{Certificates, TlsError};
use crate::config::{Acme, Config, Server};

/// How often it is asked whether one is due.
const LOOK: Duration = Duration::from_secs(1);
/// After a failed order; doubled with each that follows. The authorities count failures by the hour.
const PAUSE: Duration = Duration::from_secs(600);
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);

/// Why a site has no new certificate.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Held(#[from] HeldError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("a fault in the program")]
    Fault,
}

/// What one site needs a certificate for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub site: String,
    pub hosts: Vec<String>,
}

/// Their folder in the state folder.
pub const FOLDER: &str = "acme";

/// Where certificates and the account are kept.
pub fn folder(server: &Server) -> PathBuf {
    server.state_dir.join(FOLDER)
}

/// A site whose order failed.
struct Failed {
    at: Instant,
    times: u32,
}

impl Failed {
    fn is_over(&self, now: Instant) -> bool {
        let pause = PAUSE.saturating_mul(1 << self.times.saturating_sub(1).min(16)).min(LONGEST_PAUSE);
        now.duration_since(self.at) >= pause
    }
}

/// Orders whatever is due, until `drain` turns true. What failed is tried again after a pause, and at once when a
/// config is read again: whoever mended something need not wait.
pub async fn keep(live: Arc<Live>, certificates: Arc<Certificates>, mut drain: watch::Receiver<bool>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed: HashMap<String, Failed> = HashMap::new();
    let mut seen = live.now();
    loop {
        tokio::select! {
            () = told(&mut drain) => return,
            _ = looks.tick() => {}
        }
        let now = live.now();
        if !Arc::ptr_eq(&seen, &now) {
            failed.clear();
            seen = Arc::clone(&now);
        }
        let Some(acme) = &now.config.server.acme else { continue };
        for wanted in certificates.due(now.clock.seconds()) {
            if failed.get(&wanted.site).is_some_and(|failed| !failed.is_over(Instant::now())) {
                continue;
            }
            let outcome = tokio::select! {
                () = told(&mut drain) => return,
                outcome = renew(&now, &live, acme, &wanted, &certificates) => outcome,
            };
            match outcome {
                Ok(()) => {
                    failed.remove(&wanted.site);
                    tracing::info!(hosts = wanted.hosts.join(", "), "a certificate was issued and is in use");
                }
                Err(why) => {
                    let entry = failed.entry(wanted.site.clone());
                    let entry = entry.or_insert(Failed { at: Instant::now(), times: 0 });
                    (entry.at, entry.times) = (Instant::now(), entry.times + 1);
                    tracing::error!(hosts = wanted.hosts.join(", "), "no certificate was issued: {why}");
                }
            }
        }
    }
}

/// Orders one certificate, keeps it and puts it in use.
async fn renew(
    now: &Arc<Shared>,
    live: &Arc<Live>,
    acme: &Acme,
    wanted: &Wanted,
    certificates: &Arc<Certificates>,
) -> Result<(), Failure> {
    let (folder, challenges) = (folder(&now.config.server), certificates.challenges());
    let ways: &[ChallengeType] = match now.config.server.listen.is_empty() {
        true => &[ChallengeType::TlsAlpn01],
        false => &[ChallengeType::TlsAlpn01, ChallengeType::Http01],
    };
    let authority = Authority::reach(acme, &folder).await?;
    let issued = match authority.order_by_any(&wanted.hosts, ways, challenges).await {
        Err(OrderError::UnknownAccount) => {
            let authority = Authority::reach_anew(acme, &folder).await?;
            authority.order_by_any(&wanted.hosts, ways, challenges).await?
        }
        outcome => outcome?,
    };
    let site = wanted.site.clone();
    let (live, certificates) = (Arc::clone(live), Arc::clone(certificates));
    let keep = move || {
        Held::keep(&folder, &site, &issued)?;
        // The config may have changed since.
        certificates.replace(Certificates::read(&live.now().config)?);
        Ok(())
    };
    spawn_blocking(keep).await.unwrap_or(Err(Failure::Fault))
}

/// The sites with hosts that `covers` does not speak for.
pub fn wanted(config: &Config, covers: impl Fn(&str) -> bool) -> Vec<Wanted> {
    use crate::policy::Hosts;
    let lacking = config.sites.iter().filter_map(|site| {
        let Hosts::These(hosts) = &site.policy.hosts else { return None };
        let hosts: Vec<String> =
            hosts.iter().filter(|host| can_be_proven(host) && !covers(host)).cloned().collect();
        (!hosts.is_empty()).then(|| Wanted { site: site.name.clone(), hosts })
    });
    if config.server.acme.is_some() { lacking.collect() } else { Vec::new() }
}

/// Addresses are no names, and `localhost` is nobody's (RFC 6761, 6.3): no authority certifies it, and an order that
/// holds it is refused whole.
fn can_be_proven(host: &str) -> bool {
    let is_address = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    !is_address && host != "localhost" && !host.ends_with(".localhost")
}
