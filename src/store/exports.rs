//! In: that released counts were exported. Out: the log of it (promise RQ14).

use rusqlite::params;

use super::database::{Store, StoreError};
use crate::policy::Day;

/// One export of released counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Seconds since the epoch.
    pub at: i64,
    /// The account's name, or `command` for the command line.
    pub account: String,
    pub site: String,
    /// Family and format: `pages.csv`.
    pub what: String,
    pub from: Day,
    pub to: Day,
}

impl Store {
    /// Logs an export, before it is handed out.
    ///
    /// # Errors
    /// Where it cannot be logged: then nothing is to be exported.
    pub fn log_export(
        &self,
        account: &str,
        site: &str,
        what: &str,
        from: Day,
        to: Day,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO export (at, account, site, what, from_day, to_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.clock.seconds(), account, site, what, from.0, to.0],
        )?;
        Ok(())
    }

    /// The latest exports, newest first, at most `limit`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn exports(&self, limit: u32) -> Result<Vec<Export>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT at, account, site, what, from_day, to_day FROM export ORDER BY id DESC LIMIT ?1",
        )?;
        let exports = query.query_map(params![limit], |row| {
            Ok(Export {
                at: row.get(0)?,
                account: row.get(1)?,
                site: row.get(2)?,
                what: row.get(3)?,
                from: Day(row.get(4)?),
                to: Day(row.get(5)?),
            })
        })?;
        Ok(exports.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn exports_are_logged_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::set_to(7)).unwrap();
        store.log_export("amina", "clinic", "pages.csv", Day(1), Day(7)).unwrap();
        store.log_export("amina", "clinic", "visits.json", Day(1), Day(7)).unwrap();
        let exports = store.exports(10).unwrap();
        let what: Vec<&str> = exports.iter().map(|export| export.what.as_str()).collect();
        assert_eq!(what, ["visits.json", "pages.csv"]);
        assert_eq!((exports[0].at, exports[0].to), (7, Day(7)));
        assert_eq!(store.exports(1).unwrap().len(), 1);
    }
}
