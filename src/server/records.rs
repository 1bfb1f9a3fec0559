//! In: a checked config. Out: the store and the counting that writes to it, open; and, every second,
//! the passing of time. Whatever fails here costs counts and never an answer to a visitor. Sees
//! no request.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::listen::told;
use super::usage_promise::preset;
use crate::clock::{Clock, Zone};
use crate::config::{Config, Server, Site, UsageRelease};
use crate::policy::Day;
use crate::store::{Store, StoreError};
use crate::usage::{Checkpoint, CheckpointRefusal, PageSources, ReleasePlan, SitePlan, Usage, UsageError};

/// The store's file in the state folder.
const STORE_FILE: &str = "paravent.sqlite";
const TICK: Duration = Duration::from_secs(1);
/// How long released counts and the logs beside them are kept: 25 months.
const KEPT_DAYS: u32 = 761;

/// What is recorded, and where.
pub struct Records {
    pub store: Arc<Store>,
    pub usage: Arc<Usage>,
    clock: Clock,
}

/// Why nothing is recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("the state folder {0} cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
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
        let folder = &config.server.state_dir;
        std::fs::create_dir_all(folder).map_err(|error| RecordsError::Folder(folder.clone(), error))?;
        let store = Arc::new(Store::open(&store_file(&config.server), clock.clone())?);
        let (checkpoint, refusal) = match checkpoint(&config.server) {
            Ok(checkpoint) => (Some(checkpoint), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let plans = config.sites.iter().map(|site| plan(site)).collect();
        let usage = Arc::new(Usage::open(plans, store.clone(), checkpoint, clock.clone())?);
        Ok((Records { store, usage, clock: clock.clone() }, refusal))
    }

    /// Closes what ends and purges what is old, until `drain` turns true.
    pub async fn keep_time(&self, mut drain: watch::Receiver<bool>) {
        let mut seconds = interval(TICK);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut failing, mut purged) = (false, None);
        loop {
            tokio::select! {
                _ = seconds.tick() => {}
                () = told(&mut drain) => return,
            }
            failing = told_of_failure(self.ticked().await, failing);
            let today = self.clock.today();
            if purged != Some(today) {
                purged = self.purge(today).await.then_some(today);
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

    /// Whether what is too old is gone.
    async fn purge(&self, today: Day) -> bool {
        let (store, before) = (Arc::clone(&self.store), Day(today.0.saturating_sub(KEPT_DAYS)));
        match spawn_blocking(move || store.purge(before)).await {
            Ok(Ok(purged)) => {
                if purged.releases + purged.gaps + purged.exports > 0 {
                    let (releases, gaps, exports) = (purged.releases, purged.gaps, purged.exports);
                    tracing::info!(before = before.iso(), releases, gaps, exports, "purged");
                }
                true
            }
            _ => false,
        }
    }
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
