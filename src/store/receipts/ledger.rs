//! In: a grant and its id. Out: a line of the chain, on disk when the call returns; each day that has
//! ended, signed. Waits for the disk: call it where blocking is allowed.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::chain::{Chain, Hash, Link, Seal, Signed, content_hash};
use super::keys::SigningKeys;
use crate::policy::{Day, Hour, Receipt, purposes_of, vendors_of};
use crate::store::{Store, StoreError};

/// The store's receipts with the key that signs them.
pub struct Ledger {
    store: Arc<Store>,
    keys: SigningKeys,
}

impl Ledger {
    /// The receipts of `store`, signed by `keys`.
    pub fn new(store: Arc<Store>, keys: SigningKeys) -> Ledger {
        Ledger { store, keys }
    }

    /// The keys.
    pub fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// Where the receipts are.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Records a grant. It is on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written: then the grant must not be given.
    pub fn record(&self, id: &str, receipt: &Receipt) -> Result<(), StoreError> {
        let mut connection = self.store.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let chain = Chain { site: receipt.site.clone(), writer: writer(&transaction)? };
        let before = last_link(&transaction, &chain)?;
        // A clock that was set back adds nothing to a day that is signed or behind.
        let day = self.store.clock.today().max(before.day).max(first_open_day(&transaction, &chain)?);
        let content = content_hash(id, receipt);
        let link = chain.next(&before, day, &content);
        insert(&transaction, &chain, &link, &content, id, receipt)?;
        Ok(transaction.commit()?)
    }

    /// Signs the last line of each day that has ended. Gives how many.
    ///
    /// # Errors
    /// Where the database cannot be read or written.
    pub fn close_days(&self) -> Result<usize, StoreError> {
        let today = self.store.clock.today();
        let mut connection = self.store.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let ended = ended_days(&transaction, today)?;
        for (chain, link) in &ended {
            let head = Seal::new(&self.keys, chain, Signed::Head, *link);
            write_seal(&transaction, "receipt_head", chain, &head)?;
        }
        transaction.commit()?;
        Ok(ended.len())
    }
}

impl Store {
    /// The receipt with this id; `None` where there is none, or its content was erased.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn receipt(&self, id: &str) -> Result<Option<Receipt>, StoreError> {
        let query = "SELECT site, notice, version, purposes, vendors, language, jurisdiction, hour, guardian \
                     FROM receipt WHERE id = ?1";
        Ok(self.connection().query_row(query, params![id], |row| receipt_of(row, 0)).optional()?)
    }

    /// Whether anything was ever recorded that a key is needed for.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn has_receipts(&self) -> Result<bool, StoreError> {
        let query = "SELECT EXISTS (SELECT 1 FROM receipt) OR EXISTS (SELECT 1 FROM receipt_start)";
        Ok(self.connection().query_row(query, [], |row| row.get(0))?)
    }
}

/// A receipt whose columns begin with `site` at `from`.
pub(super) fn receipt_of(row: &Row<'_>, from: usize) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        site: row.get(from)?,
        notice: row.get(from + 1)?,
        version: row.get(from + 2)?,
        purposes: purposes_of(&row.get::<_, String>(from + 3)?),
        vendors: vendors_of(&row.get::<_, String>(from + 4)?),
        language: row.get(from + 5)?,
        jurisdiction: row.get(from + 6)?,
        hour: Hour(row.get(from + 7)?),
        guardian: row.get(from + 8)?,
    })
}

/// Writes a seal into `receipt_head` or `receipt_start`.
pub(super) fn write_seal(
    transaction: &Transaction<'_>,
    table: &str,
    chain: &Chain,
    seal: &Seal,
) -> Result<(), StoreError> {
    let Link { seq, day, hash } = seal.link;
    transaction.execute(
        &format!(
            "INSERT OR REPLACE INTO {table} (site, writer, day, seq, hash, key, signature) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        params![chain.site, chain.writer, day.0, seq, hash, seal.key, seal.signature],
    )?;
    Ok(())
}

/// A link in three columns.
pub(super) fn link_of(row: &Row<'_>, from: usize) -> rusqlite::Result<Link> {
    Ok(Link { seq: row.get(from)?, day: Day(row.get(from + 1)?), hash: row.get(from + 2)? })
}

fn writer(transaction: &Transaction<'_>) -> Result<String, StoreError> {
    Ok(transaction.query_row("SELECT id FROM writer", [], |row| row.get(0))?)
}

fn last_link(transaction: &Transaction<'_>, chain: &Chain) -> Result<Link, StoreError> {
    let values = params![chain.site, chain.writer];
    for query in [
        "SELECT seq, day, hash FROM receipt WHERE site = ?1 AND writer = ?2 ORDER BY seq DESC LIMIT 1",
        "SELECT seq, day, hash FROM receipt_start WHERE site = ?1 AND writer = ?2",
    ] {
        if let Some(link) = transaction.query_row(query, values, |row| link_of(row, 0)).optional()? {
            return Ok(link);
        }
    }
    Ok(chain.beginning())
}

/// The day after the last that is signed.
fn first_open_day(transaction: &Transaction<'_>, chain: &Chain) -> Result<Day, StoreError> {
    let query = "SELECT max(day) + 1 FROM (SELECT day FROM receipt_head WHERE site = ?1 AND writer = ?2 \
                 UNION SELECT day FROM receipt_start WHERE site = ?1 AND writer = ?2)";
    let values = params![chain.site, chain.writer];
    let day = transaction.query_row(query, values, |row| row.get::<_, Option<u32>>(0))?;
    Ok(Day(day.unwrap_or(0)))
}

fn insert(
    transaction: &Transaction<'_>,
    chain: &Chain,
    link: &Link,
    content: &Hash,
    id: &str,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO receipt (site, writer, seq, day, content_hash, hash, id, notice, version, purposes, \
         vendors, language, jurisdiction, hour, guardian) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            chain.site,
            chain.writer,
            link.seq,
            link.day.0,
            content,
            link.hash,
            id,
            receipt.notice,
            receipt.version,
            receipt.purposes_text(),
            receipt.vendors_text(),
            receipt.language,
            receipt.jurisdiction,
            receipt.hour.0,
            receipt.guardian
        ],
    )?;
    Ok(())
}

/// The last line of each day before `today` that is not signed yet.
fn ended_days(transaction: &Transaction<'_>, today: Day) -> Result<Vec<(Chain, Link)>, StoreError> {
    // With one max() the other columns are those of its row.
    let mut query = transaction.prepare_cached(
        "SELECT site, writer, max(seq), day, hash FROM receipt WHERE day < ?1 AND NOT EXISTS \
         (SELECT 1 FROM receipt_head AS head WHERE head.site = receipt.site \
          AND head.writer = receipt.writer AND head.day = receipt.day) \
         GROUP BY site, writer, day",
    )?;
    let days = query.query_map(params![today.0], |row| {
        Ok((Chain { site: row.get(0)?, writer: row.get(1)? }, link_of(row, 2)?))
    })?;
    Ok(days.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use crate::store::receipts::fixture::{Books, receipt};

    #[test]
    fn a_receipt_is_found_by_its_id_alone() {
        let books = Books::open();
        assert!(!books.ledger.store().has_receipts().unwrap());
        books.record("id-a");
        assert_eq!(books.ledger.store().receipt("id-a").unwrap(), Some(receipt()));
        assert_eq!(books.ledger.store().receipt("id-b").unwrap(), None);
        assert!(books.ledger.store().has_receipts().unwrap());
    }

    #[test]
    fn an_id_is_recorded_once() {
        let books = Books::open();
        books.record("id-a");
        assert!(books.ledger.record("id-a", &receipt()).is_err());
        assert!(books.breaks().is_empty());
    }

    #[test]
    fn a_clock_that_is_set_back_adds_nothing_to_a_signed_day() {
        let books = Books::of_three_days();
        books.clock.advance(-86_400 * 2);
        books.record("id-late");
        books.ledger.close_days().unwrap();
        assert!(books.breaks().is_empty());
        books.clock.advance(86_400 * 5);
        assert_eq!(books.ledger.close_days().unwrap(), 1);
        assert_eq!(books.ledger.close_days().unwrap(), 0);
        assert!(books.breaks().is_empty());
    }

    #[test]
    fn a_store_that_is_full_or_locked_records_nothing_and_loses_nothing() {
        let books = Books::open();
        books.record("id-a");
        let pages: i64 =
            books.ledger.store().connection().query_row("PRAGMA page_count", [], |r| r.get(0)).unwrap();
        books.execute(&format!("PRAGMA max_page_count = {pages}"));
        let full =
            (0..1_000).find_map(|n| books.ledger.record(&format!("full-{n}"), &receipt()).err().map(|_| n));
        let lost = full.expect("the store is full in the end");
        assert_eq!(books.ledger.store().receipt(&format!("full-{lost}")).unwrap(), None);
        books.execute("PRAGMA max_page_count = 1000000; PRAGMA busy_timeout = 0");
        let other = rusqlite::Connection::open(books.folder.path().join("paravent.sqlite")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(books.ledger.record("id-b", &receipt()).is_err());
        other.execute_batch("ROLLBACK").unwrap();
        books.record("id-b");
        assert!(books.breaks().is_empty());
    }
}
