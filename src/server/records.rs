//! In: a checked config. Out: the store and the counting that writes to it, open; and, every second,
//! the passing of time. Whatever fails here costs counts, and grants that could not be recorded; never
//! a page. Sees no request.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::declared::declared;
use super::listen::told;
use super::retention::{self, PurgedClasses};
use super::usage_promise::preset;
use crate::clock::{Clock, Zone};
use crate::config::{Config, Server, Site, UsageRelease};
use crate::policy::Day;
use crate::store::{Ledger, SigningKeys, Store, StoreError};
use crate::usage::{Checkpoint, CheckpointRefusal, PageSources, ReleasePlan, SitePlan, Usage, UsageError};

/// The store's file in the state folder.
pub(super) const STORE_FILE: &str = "paravent.sqlite";
/// The keys' folder in the state folder.
pub(super) const KEYS_FOLDER: &str = "keys";
const TICK: Duration = Duration::from_secs(1);

/// What is recorded, and where.
pub struct Records {
    pub store: Arc<Store>,
    pub usage: Arc<Usage>,
    pub ledger: Arc<Ledger>,
    sites: ArcSwap<Vec<Arc<Site>>>,
    clock: Clock,
}

/// Why nothing is recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("the state folder {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
    #[error("the keys in {0}: {1}")]
    Keys(PathBuf, std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Usage(#[from] UsageError),
}

impl Records {
    /// Opens the store in the state folder and takes up counting where the checkpoint left it. Gives
    /// why there is no checkpoint, if so.
    pub fn open(
        config: &Config,
        clock: &Clock,
    ) -> Result<(Records, Option<CheckpointRefusal>), RecordsError> {
        let store = open_store(&config.server, clock)?;
        let folder = keys_folder(&config.server);
        let keys = SigningKeys::load_or_create(&folder).map_err(|error| RecordsError::Keys(folder, error))?;
        let ledger = Arc::new(Ledger::new(Arc::clone(&store), keys));
        let (checkpoint, refusal) = match checkpoint(&config.server) {
            Ok(checkpoint) => (Some(checkpoint), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let plans = config.sites.iter().map(|site| plan(site)).collect();
        let usage = Arc::new(Usage::open(plans, store.clone(), checkpoint, clock.clone())?);
        let sites = ArcSwap::from_pointee(config.sites.clone());
        Ok((Records { store, usage, ledger, sites, clock: clock.clone() }, refusal))
    }

    /// Takes up a new config. Reads from the disk.
    pub fn replan(&self, config: &Config) {
        self.usage.replan(config.sites.iter().map(|site| plan(site)).collect());
        self.sites.store(Arc::new(config.sites.clone()));
    }

    /// Closes what ends and purges what is old, until `drain` turns true.
    pub async fn keep_time(&self, mut drain: watch::Receiver<bool>) {
        let mut seconds = interval(TICK);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut failing, mut purged, mut unpurged) = (false, None, false);
        loop {
            tokio::select! {
                _ = seconds.tick() => {}
                () = told(&mut drain) => return,
            }
            failing = told_of_failure(self.ticked().await, failing);
            let today = self.clock.today();
            if purged != Some(today) {
                unpurged = told_of_purge(self.purge(today).await, unpurged);
                purged = (!unpurged).then_some(today);
            }
        }
    }

    /// Closes what has ended.
    pub async fn tick(&self) {
        told_of_failure(self.ticked().await, false);
    }

    async fn ticked(&self) -> Result<Result<(), UsageError>, JoinError> {
        let usage = Arc::clone(&self.usage);
        spawn_blocking(move || usage.tick()).await
    }

    /// Writes the checkpoint before the process ends.
    pub async fn suspend(&self) {
        let usage = Arc::clone(&self.usage);
        told_of_failure(spawn_blocking(move || usage.suspend()).await, false);
    }

    /// Signs the days that have ended and deletes what is too old.
    async fn purge(&self, today: Day) -> Result<Result<PurgedClasses, StoreError>, JoinError> {
        let (ledger, sites) = (Arc::clone(&self.ledger), self.sites.load_full());
        spawn_blocking(move || retention::purge(&ledger, &sites, today)).await
    }
}

/// Opens the store, making state folder and file where there are none.
pub(super) fn open_store(server: &Server, clock: &Clock) -> Result<Arc<Store>, RecordsError> {
    let folder = &server.state_dir;
    std::fs::create_dir_all(folder).map_err(|error| RecordsError::Folder(folder.clone(), error))?;
    Ok(Arc::new(Store::open(&store_file(server), clock.clone())?))
}

/// The keys' folder.
pub fn keys_folder(server: &Server) -> PathBuf {
    server.state_dir.join(KEYS_FOLDER)
}

/// The store's file.
pub fn store_file(server: &Server) -> PathBuf {
    server.state_dir.join(STORE_FILE)
}

/// The plan by which a site is counted.
pub fn plan(site: &Site) -> SitePlan {
    SitePlan {
        name: site.name.clone(),
        zone: zone(site),
        preset: preset(site.usage.preset),
        release: match site.usage.release {
            UsageRelease::Auto => ReleasePlan::Auto,
            UsageRelease::Daily => ReleasePlan::Daily,
            UsageRelease::Weekly => ReleasePlan::Weekly,
        },
        pages: PageSources {
            config: site.usage.pages.clone(),
            sensitive: site.policy.sensitive.clone(),
            ..PageSources::default()
        },
        declared: declared(&site.usage),
    }
}

/// Where a site's days begin and end; the config's check knows the zone already.
pub fn zone(site: &Site) -> Zone {
    Zone::named(&site.usage.time_zone).unwrap_or_else(Zone::utc)
}

/// Where the open day outlives a crash.
pub fn checkpoint(server: &Server) -> Result<Checkpoint, CheckpointRefusal> {
    match &server.checkpoint_dir {
        Some(directory) => Checkpoint::in_memory(directory),
        None => Checkpoint::by_default(&server.state_dir),
    }
}

/// Tells of a failure once, and once of its end. An error of counting names a file or the database and
/// nothing that was counted.
fn told_of_failure(ticked: Result<Result<(), UsageError>, JoinError>, before: bool) -> bool {
    let failed = match ticked {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("a fault in the program".to_owned()),
    };
    match (&failed, before) {
        (Some(error), false) => tracing::error!(error, "counting fails; it is tried again every second"),
        (None, true) => tracing::info!("counting goes on"),
        _ => {}
    }
    failed.is_some()
}

/// Tells what was purged; of a failure, once. Names classes and numbers, and nothing that was kept.
fn told_of_purge(purged: Result<Result<PurgedClasses, StoreError>, JoinError>, failed_before: bool) -> bool {
    let error = match purged {
        Ok(Ok(classes)) => {
            for (class, count) in classes.into_iter().filter(|(_, count)| *count > 0) {
                tracing::info!(class, count, "purged");
            }
            return false;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "a fault in the program".to_owned(),
    };
    if !failed_before {
        tracing::error!(error, "what is too old could not be purged; it is tried again every second");
    }
    true
}
