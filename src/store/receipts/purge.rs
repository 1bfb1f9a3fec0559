//! In: for each site, the day before which receipts are too old. Out: their content gone, and whole signed
//! days of a chain; what the chain begins with then is signed. Nothing of it is left in the
//! files (promises RQ18, PC13, RM9).

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::chain::{Chain, Link, Seal, Signed};
use super::ledger::{Ledger, link_of, write_seal};
use crate::policy::{Day, Hour};
use crate::store::StoreError;
use crate::store::purge_log::note_purge;

/// What the log of purges calls them.
const CLASS: &str = "receipts";

impl Ledger {
    /// Erases the receipts of each site whose hour is before its day in `before`; of sites that are not
    /// there, before `otherwise`. Then removes signed days of which nothing is left. Gives how many
    /// receipts were erased.
    ///
    /// # Errors
    /// Where the database cannot be written, or somebody reads the old content at this moment: then
    /// it is still in the write-ahead file, and it is to be tried again.
    pub fn purge(&self, before: &BTreeMap<String, Day>, otherwise: Day) -> Result<usize, StoreError> {
        let mut connection = self.store().connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut erased = 0;
        for chain in chains(&transaction)? {
            let before = before.get(&chain.site).copied().unwrap_or(otherwise);
            erased += erase(&transaction, &chain, before)?;
            if let Some(last) = last_empty_day(&transaction, &chain, before)? {
                cut(&transaction, &chain, last.day)?;
                let start = Seal::new(self.keys(), &chain, Signed::Start, last);
                write_seal(&transaction, "receipt_start", &chain, &start)?;
            }
        }
        note_purge(&transaction, self.store().clock.today(), CLASS, erased)?;
        transaction.commit()?;
        drop(connection);
        self.store().leave_no_trace()?;
        Ok(erased)
    }
}

fn chains(transaction: &Transaction<'_>) -> Result<Vec<Chain>, StoreError> {
    let mut query = transaction.prepare_cached("SELECT DISTINCT site, writer FROM receipt")?;
    let chains = query.query_map([], |row| Ok(Chain { site: row.get(0)?, writer: row.get(1)? }))?;
    Ok(chains.collect::<Result<_, _>>()?)
}

fn erase(transaction: &Transaction<'_>, chain: &Chain, before: Day) -> Result<usize, StoreError> {
    Ok(transaction.execute(
        "UPDATE receipt SET id = NULL, notice = NULL, version = NULL, purposes = NULL, vendors = NULL, \
         language = NULL, jurisdiction = NULL, hour = NULL, guardian = NULL \
         WHERE site = ?1 AND writer = ?2 AND id IS NOT NULL AND hour < ?3",
        params![chain.site, chain.writer, Hour::first_of(before).0],
    )?)
}

/// The head of the last signed day before `before` up to which nothing has content any more.
fn last_empty_day(
    transaction: &Transaction<'_>,
    chain: &Chain,
    before: Day,
) -> Result<Option<Link>, StoreError> {
    let query = "SELECT seq, day, hash FROM receipt_head WHERE site = ?1 AND writer = ?2 AND day < ?3 \
                 AND seq < coalesce((SELECT min(seq) FROM receipt \
                 WHERE site = ?1 AND writer = ?2 AND id IS NOT NULL), seq + 1) ORDER BY day DESC LIMIT 1";
    let values = params![chain.site, chain.writer, before.0];
    Ok(transaction.query_row(query, values, |row| link_of(row, 0)).optional()?)
}

fn cut(transaction: &Transaction<'_>, chain: &Chain, last: Day) -> Result<(), StoreError> {
    for table in ["receipt", "receipt_head"] {
        let delete = format!("DELETE FROM {table} WHERE site = ?1 AND writer = ?2 AND day <= ?3");
        transaction.execute(&delete, params![chain.site, chain.writer, last.0])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::receipts::fixture::Books;

    const NOBODY: BTreeMap<String, Day> = BTreeMap::new();

    fn lines(books: &Books) -> i64 {
        let count = "SELECT count(*) FROM receipt";
        books.ledger.store().connection().query_row(count, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn whole_signed_days_go_and_the_chain_still_stands() {
        let books = Books::of_three_days();
        assert_eq!(books.ledger.purge(&NOBODY, Day(1)).unwrap(), 2);
        assert_eq!(lines(&books), 4);
        assert_eq!(books.ledger.store().receipt("id-1").unwrap(), None);
        assert!(books.ledger.store().receipt("id-2").unwrap().is_some());
        assert!(books.breaks().is_empty());
        assert_eq!(books.ledger.purge(&NOBODY, Day(2)).unwrap(), 2);
        assert!(books.breaks().is_empty());
        let logged = books.ledger.store().purges(9).unwrap();
        let told: Vec<_> = logged.iter().map(|p| (p.class.as_str(), p.count, p.day)).collect();
        assert_eq!(told, [("receipts", 2, Day(2)), ("receipts", 2, Day(2))]);
    }

    #[test]
    fn a_day_that_is_not_signed_yet_is_erased_and_stays_as_a_chain() {
        let books = Books::of_three_days();
        assert_eq!(books.ledger.purge(&NOBODY, Day(9)).unwrap(), 6);
        assert_eq!(lines(&books), 2, "today's are not signed yet");
        assert!(books.breaks().is_empty());
        books.record("id-new");
        books.clock.advance(86_400);
        books.ledger.close_days().unwrap();
        assert!(books.breaks().is_empty());
        assert!(books.ledger.store().receipt("id-new").unwrap().is_some());
    }

    #[test]
    fn a_chain_that_was_purged_to_its_end_goes_on_where_it_was() {
        let books = Books::of_three_days();
        books.clock.advance(86_400);
        books.ledger.close_days().unwrap();
        books.ledger.purge(&NOBODY, Day(9)).unwrap();
        assert_eq!(lines(&books), 0);
        books.record("id-new");
        assert!(books.breaks().is_empty());
        books.execute("DELETE FROM receipt_start");
        assert!(!books.breaks().is_empty(), "a beginning that nobody signed is found out");
    }

    #[test]
    fn each_site_has_its_own_day() {
        let books = Books::of_three_days();
        let own = BTreeMap::from([("clinic".to_owned(), Day(0))]);
        assert_eq!(books.ledger.purge(&own, Day(9)).unwrap(), 0);
        assert_eq!(lines(&books), 6);
    }

    #[test]
    fn erased_receipts_leave_no_bytes() {
        let books = Books::open();
        books.record("purge-me-canary-0123");
        books.clock.advance(86_400 * 2);
        books.record("keep-me-canary-0123");
        books.ledger.purge(&NOBODY, Day(1)).unwrap();
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(books.folder.path()).unwrap().flatten() {
            bytes.extend(std::fs::read(file.path()).unwrap_or_default());
        }
        let holds = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        assert!(holds("keep-me-canary-0123") && !holds("purge-me-canary-0123"));
        assert!(books.breaks().is_empty());
    }

    #[test]
    fn a_purge_that_a_reader_holds_up_says_so() {
        let books = Books::of_three_days();
        books.execute("PRAGMA busy_timeout = 0");
        let reader = rusqlite::Connection::open(books.folder.path().join("paravent.sqlite")).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        reader.query_row("SELECT count(*) FROM receipt", [], |row| row.get::<_, i64>(0)).unwrap();
        assert!(matches!(books.ledger.purge(&NOBODY, Day(1)), Err(StoreError::StillRead)));
        reader.execute_batch("COMMIT").unwrap();
        assert_eq!(books.ledger.purge(&NOBODY, Day(1)).unwrap(), 0);
    }
}
