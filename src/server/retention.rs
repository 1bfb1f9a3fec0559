//! In: the store and what the sites' configs say. Out: what is too old, deleted, class by class, with how
//! much of each (promises RQ18, PC13, RM9).

use std::sync::Arc;

use super::records::{RecordsError, keys_folder, open_store};
use super::reports;
use crate::clock::Clock;
use crate::config::{Config, Site};
use crate::policy::{Day, Jurisdiction, Rules};
use crate::store::{Ledger, SigningKeys, StoreError};

/// How long released counts and the logs beside them are kept: 25 months.
pub const COUNTS_DAYS: u32 = 761;

/// The classes that were purged, each with how many records.
pub type PurgedClasses = Vec<(&'static str, usize)>;

/// Signs the days that have ended, then deletes what is too old today. Waits for the disk.
pub(super) fn purge(ledger: &Ledger, sites: &[Arc<Site>], today: Day) -> Result<PurgedClasses, StoreError> {
    ledger.close_days()?;
    let before = sites.iter().map(|site| (site.name.clone(), first_kept(today, site))).collect();
    let receipts = ledger.purge(&before, first_kept_of_nobody(today))?;
    let counts = ledger.store().purge(days_before(today, COUNTS_DAYS))?;
    let seen = ledger.store().purge_seen(days_before(today, reports::KEPT_DAYS))?;
    let others = counts.classes().into_iter().chain(seen);
    Ok(std::iter::once(("receipts", receipts)).chain(others).collect())
}

/// The same, once, for the state folder of a config.
///
/// # Errors
/// Where store or keys cannot be opened, or something cannot be deleted.
pub fn purge_now(config: &Config, clock: &Clock) -> Result<PurgedClasses, RecordsError> {
    let store = open_store(&config.server, clock)?;
    let folder = keys_folder(&config.server);
    let keys = SigningKeys::load_or_create(&folder).map_err(|error| RecordsError::Keys(folder, error))?;
    Ok(purge(&Ledger::new(store, keys), &config.sites, clock.today())?)
}

/// A receipt lives as long as its grant may, and then as long as a claim can be brought.
fn first_kept(today: Day, site: &Site) -> Day {
    days_before(today, site.policy.rules.choice_days + site.retention.receipts_days)
}

/// For sites that are in no config any more: the shortest time there is.
fn first_kept_of_nobody(today: Day) -> Day {
    let Rules { choice_days, receipts_days, .. } = Jurisdiction::Strict.rules();
    days_before(today, choice_days + receipts_days)
}

fn days_before(today: Day, days: u32) -> Day {
    Day(today.0.saturating_sub(days))
}
