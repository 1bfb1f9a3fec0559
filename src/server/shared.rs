//! In: a checked config. Out: what every connection shares: the door, and for each site its policy,
//! its snippet signatures and the client of its origin. Holds nothing of any visitor.

use std::sync::Arc;

use super::grants::Grants;
use super::metrics::Metrics;
use super::origin::OriginClient;
use super::records::Records;
use super::reports::Reports;
use super::tls::TlsError;
use crate::clock::Clock;
use crate::config::{Config, Site};
use crate::html::Signatures;
use crate::usage::{SiteIndex, Usage};
use crate::visitor::{Door, Keys};

/// What every connection shares.
pub struct Shared {
    pub config: Config,
    pub door: Door,
    pub clock: Clock,
    sites: Vec<Arc<SiteRuntime>>,
    /// The port that plain requests are sent to, where there is TLS.
    pub https_port: Option<u16>,
    /// Absent where the store could not be opened: then nobody is counted.
    pub usage: Option<Arc<Usage>>,
    pub metrics: Arc<Metrics>,
    /// Absent where there is no store: then nothing is learned.
    pub reports: Option<Arc<Reports>>,
    /// Absent where there is no store: then no grant can be given.
    pub grants: Option<Grants>,
}

/// One site, ready to serve.
#[derive(Debug)]
pub struct SiteRuntime {
    pub config: Arc<Site>,
    pub signatures: Arc<Signatures>,
    pub origin: OriginClient,
    /// Differs with every start, and so with every config and program: pages kept by a browser from
    /// before are asked for again.
    pub revision: String,
    /// What counting knows the site as.
    pub counted: Option<SiteIndex>,
}

impl Shared {
    pub fn new(
        config: Config,
        keys: Keys,
        clock: Clock,
        https_port: Option<u16>,
        records: Option<&Records>,
    ) -> Result<Shared, TlsError> {
        let usage = records.map(|records| Arc::clone(&records.usage));
        let grants = records.map(|records| Grants::new(Arc::clone(&records.ledger)));
        let signatures = Arc::new(Signatures::new(&config.catalogue));
        let revision = revision();
        let runtime = |site: &Arc<Site>| {
            Ok(Arc::new(SiteRuntime {
                config: Arc::clone(site),
                signatures: Arc::clone(&signatures),
                origin: OriginClient::new(site, &config.server.timeouts)?,
                revision: revision.clone(),
                counted: usage.as_deref().and_then(|usage| usage.site(&site.name)),
            }))
        };
        let sites = config.sites.iter().map(runtime).collect::<Result<_, TlsError>>()?;
        let door = Door::new(&config.server, keys, clock.clone());
        let reports = usage.is_some().then(|| Arc::new(Reports::new(clock.clone())));
        Ok(Shared { door, clock, sites, https_port, usage, metrics: Metrics::new(), reports, grants, config })
    }

    /// The site that answers to `host` (lower case, without port).
    pub fn site(&self, host: &str) -> Option<&Arc<SiteRuntime>> {
        let found = self.config.site(host)?;
        self.sites.iter().find(|site| Arc::ptr_eq(&site.config, found))
    }
}

/// Eight random hex digits. Without randomness a fixed text: then pages are only asked for again when
/// the choice changes.
fn revision() -> String {
    getrandom::u32().map_or_else(|_| env!("CARGO_PKG_VERSION").to_owned(), |n| format!("{n:08x}"))
}
