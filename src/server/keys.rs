//! In: the folder of the keys, and whether the ledger holds receipts. Out: keys, made at the first start
//! only. Where receipts are there and keys are gone, nothing starts by itself: every visitor's choice
//! would be void, and nobody told.

use std::io;
use std::path::{Path, PathBuf};

use super::records::{keys_folder, store_file};
use super::run::ServerError;
use crate::clock::Clock;
use crate::config::{Config, Server};
use crate::policy::Day;
use crate::store::{SigningKeys, Store};
use crate::visitor::Keys;

/// What to do about keys that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewKeys {
    /// Say so and do not start.
    Refuse,
    /// Make new ones: every choice is void, and everybody is asked again.
    Make,
}

/// The keys that sign for visitors; those of the ledger are then in place too.
///
/// # Errors
/// Where they cannot be read or made, or are gone while there are receipts.
pub(super) fn prepare(server: &Server, new: NewKeys, clock: &Clock) -> Result<Keys, ServerError> {
    let folder = keys_folder(server);
    let said = |source| ServerError::Keys { folder: folder.clone(), source };
    match new {
        NewKeys::Make => Keys::start_anew(&folder).map_err(said)?,
        NewKeys::Refuse => refuse_without_keys(server, &folder, clock)?,
    }
    Keys::discard_expired(&folder, clock.today()).map_err(said)?;
    SigningKeys::load_or_create(&folder).map_err(said)?;
    Keys::load_or_create(&folder).map_err(said)
}

fn refuse_without_keys(server: &Server, folder: &Path, clock: &Clock) -> Result<(), ServerError> {
    let file = store_file(server);
    if (Keys::are_in(folder) && SigningKeys::are_in(folder)) || !file.is_file() {
        return Ok(());
    }
    // A store that cannot be read may hold receipts.
    let holds = Store::open(&file, clock.clone()).and_then(|store| store.has_receipts()).unwrap_or(true);
    if holds { Err(ServerError::KeysGone(folder.to_owned())) } else { Ok(()) }
}

/// Puts new keys in place for the next start. Choices that were signed before stay valid until they end.
///
/// # Errors
/// Where the keys cannot be read or written, or are gone while there are receipts.
pub fn rotate_keys(config: &Config, clock: &Clock) -> Result<PathBuf, ServerError> {
    let folder = keys_folder(&config.server);
    prepare(&config.server, NewKeys::Refuse, clock)?;
    let days = config.sites.iter().map(|site| site.policy.rules.choice_days).max().unwrap_or(0);
    // A day more, because a choice is judged with one day's tolerance.
    let until = Day(clock.today().0 + days + 1);
    let rotated = Keys::rotate(&folder, until).and_then(|()| SigningKeys::rotate(&folder));
    rotated.map_err(|source: io::Error| ServerError::Keys { folder: folder.clone(), source })?;
    Ok(folder)
}
