//! In: a path. Out: the open [`Store`]. The file is the service user's alone; what is deleted is
//! overwritten.

use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use thiserror::Error;

use super::migrations::migrate;
use crate::clock::Clock;

/// Receipts, released counts, the ledger, gaps, accounts and logs. One writer at a time.
pub struct Store {
    connection: Mutex<Connection>,
    pub(super) clock: Clock,
}

/// The store could not be opened, read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("{0} cannot be opened: {1}")]
    File(PathBuf, io::Error),
    #[error("the database is of version {version}, this program knows {known}: use a newer Paravent")]
    Newer { version: u32, known: u32 },
    #[error("what was purged is still read by someone; it is erased as soon as they have finished")]
    StillRead,
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
}

/// How long a writer waits for another (a command beside the service).
const BUSY: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the database at `path`, which is made (0600) where it is missing, and brings it up to
    /// date.
    ///
    /// # Errors
    /// Where the file cannot be made private or opened, or is of a newer program.
    pub fn open(path: &Path, clock: Clock) -> Result<Store, StoreError> {
        make_private(path).map_err(|error| StoreError::File(path.to_owned(), error))?;
        Store::with(Connection::open(path)?, clock)
    }

    fn with(mut connection: Connection, clock: Clock) -> Result<Store, StoreError> {
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Nothing of it goes to a folder of temporary files.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        migrate(&mut connection)?;
        Ok(Store { connection: Mutex::new(connection), clock })
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a copy of this moment to `path`, where there is no file yet; what was deleted is not in it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        make_private(path).map_err(|error| StoreError::File(path.to_owned(), error))?;
        let name = path
            .to_str()
            .ok_or_else(|| StoreError::File(path.to_owned(), io::Error::other("a name that is no text")))?;
        self.connection().execute("VACUUM INTO ?1", [name])?;
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Where it does not.
    pub fn is_ready(&self) -> Result<(), StoreError> {
        Ok(self.connection().query_row("SELECT 1", [], |_| Ok(()))?)
    }
}

/// SQLite gives its write-ahead file the mode of the database.
fn make_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_the_service_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paravent.db");
        fs::write(&path, b"").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let store = Store::open(&path, Clock::system()).unwrap();
        store.is_ready().unwrap();
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        assert!(files.len() > 1, "a write-ahead file");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }

    #[test]
    fn what_is_written_is_durable_and_what_is_deleted_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::system()).unwrap();
        let pragma = |name: &str| -> String {
            let connection = store.connection();
            connection
                .pragma_query_value(None, name, |row| {
                    row.get::<_, rusqlite::types::Value>(0).map(|v| format!("{v:?}"))
                })
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("secure_delete"), "Integer(1)");
        assert_eq!(pragma("temp_store"), "Integer(2)");
    }
}
