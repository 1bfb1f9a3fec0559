//! In: the hosts that sites declare as their own. Out: in the catalogue, whose they are found to be by
//! their CNAMEs, at the start and then daily. Off the request path; nothing comes from a visitor.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Site};
use crate::egress::{Names, NamesError};
use crate::policy::{Catalogue, Vendor, VendorIndex};

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Before DNS that gave no answer is asked again.
const SOON: Duration = Duration::from_secs(5 * 60);

/// Looks behind declared hosts at once and then daily. Where DNS is away, what was found before stays.
pub async fn keep_unmasked(sites: Vec<Arc<Site>>, catalogue: Arc<Catalogue>, server: Option<SocketAddr>) {
    if sites.iter().all(|site| site.policy.first_party_hosts.is_empty()) {
        return;
    }
    loop {
        let pause = if unmask_all(&sites, &catalogue, server).await { EVERY } else { SOON };
        tokio::time::sleep(pause).await;
    }
}

/// Whether every host's chain is known. Each time with a resolver of its own: its cache is of no use a day
/// later, and the system's DNS server may have changed.
async fn unmask_all(sites: &[Arc<Site>], catalogue: &Catalogue, server: Option<SocketAddr>) -> bool {
    let names = match Names::new(server) {
        Ok(names) => names,
        Err(error) => {
            tracing::warn!(%error, "first_party_hosts cannot be looked behind");
            return false;
        }
    };
    let mut all = true;
    for site in sites {
        for host in &site.policy.first_party_hosts {
            match names.chain(host).await {
                Ok(chain) => unmask(&site.name, host, &chain, catalogue),
                Err(error) => {
                    tracing::warn!(site = site.name, host, %error, "a first_party_host cannot be looked behind");
                    all = false;
                }
            }
        }
    }
    all
}

fn unmask(site: &str, host: &str, chain: &[String], catalogue: &Catalogue) {
    let found = cloaked_vendor(chain, catalogue);
    let is_news = catalogue.note_cloaked(host, found.map(|(at, _)| at));
    match found {
        Some((_, vendor)) if is_news => {
            let vendor = &*vendor.id;
            tracing::warn!(site, host, vendor, "a first_party_host leads to a tracker and is ruled as it");
        }
        None if is_news => tracing::info!(site, host, "a first_party_host no longer leads to a tracker"),
        _ => {}
    }
}

/// Whose disguise a chain of CNAMEs gives away: a vendor may have a chain of its own behind its name.
pub fn cloaked_vendor<'c>(chain: &[String], catalogue: &'c Catalogue) -> Option<(VendorIndex, &'c Vendor)> {
    chain.iter().find_map(|name| catalogue.cloaking_target(name))
}

/// Why a command does not know a chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    #[error(transparent)]
    Names(#[from] NamesError),
    #[error("{0}")]
    Runtime(#[from] std::io::Error),
}

/// The chain of a host, for a command: blocks until it is known.
///
/// # Errors
/// Where DNS gives no answer within some seconds.
pub fn chain_of(config: &Config, host: &str) -> Result<Vec<String>, ChainError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = config.server.resolver;
    Ok(runtime.block_on(async { Names::new(server)?.chain(host).await })?)
}
