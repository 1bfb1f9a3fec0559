//! In: that records were deleted. Out: the evidence of it: day, class and count, never which
//! (promises RQ18, PC13).

use rusqlite::{Transaction, params};

use super::database::{Store, StoreError};
use crate::policy::Day;

/// That records of a class were deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purge {
    pub day: Day,
    /// `receipts`, `released counts`, `gaps`, `exports`, `seen hosts`, `seen cookies`,
    /// `pages with something taken out`.
    pub class: String,
    pub count: u32,
}

impl Store {
    /// The latest purges, newest first, at most `limit`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn purges(&self, limit: u32) -> Result<Vec<Purge>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("SELECT day, class, count FROM purge ORDER BY id DESC LIMIT ?1")?;
        let purges = query.query_map(params![limit], |row| {
            Ok(Purge { day: Day(row.get(0)?), class: row.get(1)?, count: row.get(2)? })
        })?;
        Ok(purges.collect::<Result<_, _>>()?)
    }

    /// Empties the write-ahead file, which else holds what was deleted until it is written over.
    ///
    /// # Errors
    /// Where another process or connection still reads from it.
    pub(super) fn leave_no_trace(&self) -> Result<(), StoreError> {
        let busy: bool =
            self.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(StoreError::StillRead) } else { Ok(()) }
    }
}

/// Notes that so many were deleted; none is nothing to note.
pub(super) fn note_purge(
    transaction: &Transaction<'_>,
    day: Day,
    class: &str,
    count: usize,
) -> Result<(), StoreError> {
    if count > 0 {
        let values = params![day.0, class, u32::try_from(count).unwrap_or(u32::MAX)];
        transaction.execute("INSERT INTO purge (day, class, count) VALUES (?1, ?2, ?3)", values)?;
    }
    Ok(())
}
