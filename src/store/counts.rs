//! In: releases and gaps. Out: released cells, ledger lines and gaps. A cell is written once.

use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::database::{Store, StoreError};
use super::purge_log::note_purge;
use super::templates::TemplateState;
use crate::policy::Day;
use crate::usage::{BookError, Family, Gap, GapReason, Release, ReleaseBook, ReleasedCell, Rho, Sigma};

/// What one family of one period cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub site: String,
    pub family: Family,
    pub from: Day,
    pub to: Day,
    pub rho: Rho,
    pub sigma: Sigma,
    /// Seconds since the epoch.
    pub committed_at: i64,
}

/// How many records a purge deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Ledger lines, each with its cells.
    pub releases: usize,
    pub gaps: usize,
    pub exports: usize,
}

impl Purged {
    /// Each class by the name that the log of purges gives it.
    pub const fn classes(&self) -> [(&'static str, usize); 3] {
        [("released counts", self.releases), ("gaps", self.gaps), ("exports", self.exports)]
    }
}

impl Store {
    /// The released cells of a family, for periods that end on days from `from` to `to`, both
    /// included; earliest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn released(
        &self,
        site: &str,
        family: Family,
        from: Day,
        to: Day,
    ) -> Result<Vec<ReleasedCell>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT from_day, to_day, name, value, sigma_thousandths FROM release \
             JOIN cell ON cell.release = release.id \
             WHERE site = ?1 AND family = ?2 AND to_day BETWEEN ?3 AND ?4 ORDER BY from_day, name",
        )?;
        let cells = query.query_map(params![site, family.id(), from.0, to.0], |row| {
            Ok(ReleasedCell {
                from: Day(row.get(0)?),
                to: Day(row.get(1)?),
                cell: row.get(2)?,
                value: row.get(3)?,
                sigma: Sigma::thousandths(row.get(4)?),
            })
        })?;
        Ok(cells.collect::<Result<_, _>>()?)
    }

    /// The ledger's lines for periods that end on days from `from` to `to`.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn ledger(&self, site: &str, from: Day, to: Day) -> Result<Vec<LedgerLine>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT site, family, from_day, to_day, rho_millionths, sigma_thousandths, committed_at \
             FROM release WHERE site = ?1 AND to_day BETWEEN ?2 AND ?3 ORDER BY from_day, family",
        )?;
        let lines = query.query_map(params![site, from.0, to.0], ledger_line)?;
        Ok(lines.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// Gaps that touch the time between two moments, in seconds since the epoch.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn gaps(&self, site: &str, from: i64, to: i64) -> Result<Vec<Gap>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT site, from_second, to_second, reason FROM gap \
             WHERE site = ?1 AND to_second >= ?2 AND from_second <= ?3 ORDER BY from_second",
        )?;
        let gaps = query.query_map(params![site, from, to], |row| {
            let reason = GapReason::from_id(&row.get::<_, String>(3)?).unwrap_or(GapReason::Lost);
            Ok(Gap { site: row.get(0)?, from: row.get(1)?, to: row.get(2)?, reason })
        })?;
        Ok(gaps.collect::<Result<_, _>>()?)
    }

    /// The sites of which anything was released.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn released_sites(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("SELECT DISTINCT site FROM release ORDER BY site")?;
        let sites = query.query_map([], |row| row.get(0))?;
        Ok(sites.collect::<Result<_, _>>()?)
    }

    /// Deletes what ended before `day` (UTC for what is kept by the second), and says how much.
    /// Nothing of it is left in the write-ahead file.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn purge(&self, before: Day) -> Result<Purged, StoreError> {
        let moment = i64::from(before.0) * 86_400;
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let purged = Purged {
            releases: transaction.execute("DELETE FROM release WHERE to_day < ?1", params![before.0])?,
            gaps: transaction.execute("DELETE FROM gap WHERE to_second < ?1", params![moment])?,
            exports: transaction.execute("DELETE FROM export WHERE at < ?1", params![moment])?,
        };
        transaction.execute("DELETE FROM purge WHERE day < ?1", params![before.0])?;
        let today = self.clock.today();
        for (class, count) in purged.classes() {
            note_purge(&transaction, today, class, count)?;
        }
        transaction.commit()?;
        drop(connection);
        self.leave_no_trace()?;
        Ok(purged)
    }

    fn commit_all(&self, releases: &[Release]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for release in releases {
            commit_one(&transaction, release, self.clock.seconds())?;
        }
        Ok(transaction.commit()?)
    }
}

impl ReleaseBook for Store {
    fn commit(&self, releases: &[Release]) -> Result<(), BookError> {
        self.commit_all(releases).map_err(book_error)
    }

    fn note_gap(&self, gap: &Gap) -> Result<(), BookError> {
        let values = params![gap.site, gap.from, gap.to, gap.reason.id()];
        // One process after another may have ended before it wrote a checkpoint: what is missing begins
        // where the last one was written, and ends later each time.
        let insert = "INSERT INTO gap (site, from_second, to_second, reason) VALUES (?1, ?2, ?3, ?4) \
                      ON CONFLICT (site, from_second, reason) DO UPDATE SET to_second = excluded.to_second \
                      WHERE excluded.to_second > to_second";
        self.connection().execute(insert, values).map(|_| ()).map_err(|error| book_error(error.into()))
    }

    fn last_closed(&self, site: &str) -> Result<Option<Day>, BookError> {
        let query = "SELECT max(to_day) FROM release WHERE site = ?1 AND family = ?2";
        let values = params![site, Family::Visits.id()];
        let last = self.connection().query_row(query, values, |row| row.get::<_, Option<u32>>(0));
        last.map(|day| day.map(Day)).map_err(|error| book_error(error.into()))
    }

    fn visits(&self, site: &str, from: Day, to: Day) -> Result<i64, BookError> {
        let cells = self.released(site, Family::Visits, from, to).map_err(book_error)?;
        Ok(cells.iter().map(|cell| cell.value).sum())
    }

    fn approved_templates(&self, site: &str) -> Result<Vec<String>, BookError> {
        let all = self.templates().map_err(book_error)?.into_iter();
        let approved = all.filter(|of| of.site == site && of.state == TemplateState::Approved);
        Ok(approved.map(|of| of.template).collect())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn book_error(error: StoreError) -> BookError {
    BookError(error.to_string())
}

/// A family that is in the ledger already is left as it is, whatever is brought: a second draw
/// would tell of the first one's noise. Hours are brought one by one, so theirs are judged by cell.
fn commit_one(transaction: &Transaction<'_>, release: &Release, now: i64) -> Result<(), StoreError> {
    let (site, family) = (&release.site, release.family.id());
    let line = "SELECT id FROM release WHERE site = ?1 AND family = ?2 AND from_day = ?3";
    let known: Option<i64> =
        transaction.query_row(line, params![site, family, release.from.0], |row| row.get(0)).optional()?;
    let id = match known {
        Some(id) if release.family == Family::Hours => id,
        Some(_) => return Ok(()),
        None => {
            transaction.execute(
                "INSERT INTO release (site, family, from_day, to_day, rho_millionths, sigma_thousandths, \
                 committed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    site,
                    family,
                    release.from.0,
                    release.to.0,
                    release.rho.in_millionths(),
                    release.sigma.in_thousandths(),
                    now
                ],
            )?;
            transaction.last_insert_rowid()
        }
    };
    let mut insert = transaction
        .prepare_cached("INSERT OR IGNORE INTO cell (release, name, value) VALUES (?1, ?2, ?3)")?;
    for (name, value) in &release.cells {
        insert.execute(params![id, name, value])?;
    }
    Ok(())
}

/// `None` for a family that a later program has added.
fn ledger_line(row: &Row<'_>) -> rusqlite::Result<Option<LedgerLine>> {
    let Some(family) = Family::from_id(&row.get::<_, String>(1)?) else { return Ok(None) };
    Ok(Some(LedgerLine {
        site: row.get(0)?,
        family,
        from: Day(row.get(2)?),
        to: Day(row.get(3)?),
        rho: Rho::millionths(row.get(4)?),
        sigma: Sigma::thousandths(row.get(5)?),
        committed_at: row.get(6)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::set_to(86_400)).unwrap();
        (folder, store)
    }

    fn release(family: Family, day: u32, cells: &[(&str, i64)]) -> Release {
        Release {
            site: "clinic".to_owned(),
            family,
            from: Day(day),
            to: Day(day),
            rho: Rho::millionths(20_000),
            sigma: Sigma::thousandths(5_000),
            cells: cells.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        }
    }

    fn cells(store: &Store, family: Family) -> Vec<(String, i64)> {
        let cells = store.released("clinic", family, Day(0), Day(99)).unwrap();
        cells.into_iter().map(|cell| (cell.cell, cell.value)).collect()
    }

    #[test]
    fn a_period_is_released_once_whatever_is_brought_again() {
        let (_folder, store) = store();
        store.commit(&[release(Family::Pages, 1, &[("/", 12), ("/a", -3)])]).unwrap();
        store.commit(&[release(Family::Pages, 1, &[("/", 99), ("/b", 99)])]).unwrap();
        assert_eq!(cells(&store, Family::Pages), [("/".to_owned(), 12), ("/a".to_owned(), -3)]);
        assert_eq!(store.ledger("clinic", Day(0), Day(99)).unwrap().len(), 1);
    }

    #[test]
    fn hours_come_one_by_one_and_cost_once() {
        let (_folder, store) = store();
        store.commit(&[release(Family::Hours, 1, &[("08", 5)])]).unwrap();
        store.commit(&[release(Family::Hours, 1, &[("08", 77), ("09", 6)])]).unwrap();
        assert_eq!(cells(&store, Family::Hours), [("08".to_owned(), 5), ("09".to_owned(), 6)]);
        assert_eq!(store.ledger("clinic", Day(0), Day(99)).unwrap().len(), 1);
    }

    #[test]
    fn a_commit_is_whole_or_nothing() {
        let (_folder, store) = store();
        let broken = "CREATE TRIGGER refuse BEFORE INSERT ON cell WHEN NEW.name = '/refused' \
                      BEGIN SELECT RAISE(ABORT, 'no'); END";
        store.connection().execute_batch(broken).unwrap();
        let both =
            [release(Family::Visits, 1, &[("visits", 4)]), release(Family::Pages, 1, &[("/refused", 1)])];
        assert!(store.commit(&both).is_err());
        assert_eq!(store.last_closed("clinic").unwrap(), None);
        assert!(cells(&store, Family::Visits).is_empty());
    }

    #[test]
    fn the_book_knows_what_is_closed() {
        let (_folder, store) = store();
        for day in 1..=3 {
            store.commit(&[release(Family::Visits, day, &[("visits", i64::from(day) * 10)])]).unwrap();
        }
        store.commit(&[release(Family::Pages, 9, &[])]).unwrap();
        assert_eq!(store.last_closed("clinic").unwrap(), Some(Day(3)));
        assert_eq!(store.last_closed("other").unwrap(), None);
        assert_eq!(store.visits("clinic", Day(2), Day(3)).unwrap(), 50);
        assert_eq!(store.released_sites().unwrap(), ["clinic"]);
        let line = store.ledger("clinic", Day(2), Day(2)).unwrap().remove(0);
        assert_eq!(
            (line.family, line.rho, line.committed_at),
            (Family::Visits, Rho::millionths(20_000), 86_400)
        );
    }

    #[test]
    fn gaps_are_kept_once() {
        let (_folder, store) = store();
        let gap = Gap { site: "clinic".to_owned(), from: 10, to: 20, reason: GapReason::Away };
        store.note_gap(&gap).unwrap();
        store.note_gap(&gap).unwrap();
        assert_eq!(store.gaps("clinic", 15, 99).unwrap(), std::slice::from_ref(&gap));
        assert!(store.gaps("clinic", 21, 99).unwrap().is_empty());
        let longer = Gap { to: 30, ..gap.clone() };
        store.note_gap(&longer).unwrap();
        store.note_gap(&gap).unwrap();
        assert_eq!(store.gaps("clinic", 0, 99).unwrap(), [longer], "the longer of two from one moment");
    }

    #[test]
    fn purged_releases_leave_no_bytes() {
        let (folder, store) = store();
        store.commit(&[release(Family::Pages, 1, &[("/purge-me-canary", 1)])]).unwrap();
        store.commit(&[release(Family::Pages, 8, &[("/keep-me-canary", 1)])]).unwrap();
        store
            .note_gap(&Gap { site: "clinic".to_owned(), from: 10, to: 20, reason: GapReason::Away })
            .unwrap();
        store.log_export("amina", "clinic", "pages.csv", Day(1), Day(1)).unwrap();
        assert_eq!(store.purge(Day(8)).unwrap(), Purged { releases: 1, gaps: 1, exports: 1 });
        assert_eq!(store.purge(Day(8)).unwrap(), Purged::default());
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
        }
        let holds = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        assert!(holds("keep-me-canary") && !holds("purge-me-canary"));
    }
}
