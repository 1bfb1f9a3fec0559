//! In: the ledger as it is on disk, and the public keys. Out: each chain's state, and every place where a
//! line was altered, put in, moved or taken away. What was written since the last signed day is
//! checked as a chain; whoever writes the file could have made it anew from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::chain::{Chain, Hash, Link, Seal, Signed, content_hash};
use super::keys::PublicKeys;
use super::ledger::{link_of, receipt_of};
use crate::policy::{Day, Receipt};
use crate::store::{Store, StoreError};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    pub chains: Vec<ChainState>,
    /// Empty where every chain stands.
    pub breaks: Vec<Break>,
}

/// One chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainState {
    pub site: String,
    pub writer: String,
    /// Lines, erased ones included.
    pub lines: usize,
    /// Lines whose content was purged.
    pub erased: usize,
    /// The last day that is signed.
    pub signed_to: Option<Day>,
    /// Lines after it.
    pub open: usize,
    /// The last line's hash, in hex: to be kept elsewhere and compared.
    pub head: String,
}

/// Where a chain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    pub site: String,
    pub what: Fault,
}

/// How it breaks. A line is named by its number, a head by its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Missing { from: i64, to: i64 },
    Altered(i64),
    NotAfter(i64),
    Earlier(i64),
    NoHead(Day),
    OtherHead(Day),
    NoLines(Day),
    BadSignature(Day),
    UnknownKey(Day, String),
}

impl fmt::Display for Break {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.site)?;
        match &self.what {
            Fault::Missing { from, to } if from == to => write!(out, "line {from} is missing"),
            Fault::Missing { from, to } => write!(out, "lines {from} to {to} are missing"),
            Fault::Altered(seq) => write!(out, "line {seq} is not what was recorded"),
            Fault::NotAfter(seq) => write!(out, "line {seq} does not follow from the line before it"),
            Fault::Earlier(seq) => write!(out, "line {seq} is of an earlier day than the line before it"),
            Fault::NoHead(day) => write!(out, "{} is not signed, and a later day is", day.iso()),
            Fault::OtherHead(day) => write!(out, "{} was signed with another last line", day.iso()),
            Fault::NoLines(day) => write!(out, "the last lines of {}, which was signed, are gone", day.iso()),
            Fault::BadSignature(day) => write!(out, "the signature of {} is not right", day.iso()),
            Fault::UnknownKey(day, key) => write!(
                out,
                "{} is signed by a key that is not known: put its file receipts-{key}.pub back into the \
                 folder of the keys",
                day.iso()
            ),
        }
    }
}

impl Store {
    /// Reads every chain from its beginning.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn verify_receipts(&self, keys: &PublicKeys) -> Result<Verification, StoreError> {
        let mut connection = self.connection();
        // One reading, however long it takes: what is written meanwhile is not seen.
        let snapshot = connection.transaction()?;
        let mut found = Verification::default();
        for chain in chains(&snapshot)? {
            let mut walk = Walk::begin(&snapshot, chain, keys)?;
            for line in lines(&snapshot, &walk.chain)? {
                walk.step(&line);
            }
            let (state, breaks) = walk.end();
            found.chains.push(state);
            found.breaks.extend(breaks);
        }
        Ok(found)
    }
}

struct Line {
    link: Link,
    content: Hash,
    /// Absent where it was erased.
    receipt: Option<(String, Receipt)>,
}

/// One chain, from its first line to its last.
struct Walk<'k> {
    chain: Chain,
    keys: &'k PublicKeys,
    heads: BTreeMap<Day, Seal>,
    before: Link,
    state: ChainState,
    faults: Vec<Fault>,
}

impl<'k> Walk<'k> {
    fn begin(connection: &Connection, chain: Chain, keys: &'k PublicKeys) -> Result<Walk<'k>, StoreError> {
        let heads = seals(connection, "receipt_head", &chain)?;
        let start = seals(connection, "receipt_start", &chain)?.into_iter().next();
        let state = ChainState {
            site: chain.site.clone(),
            writer: chain.writer.clone(),
            lines: 0,
            erased: 0,
            signed_to: heads.last().map(|head| head.link.day),
            open: 0,
            head: String::new(),
        };
        let mut walk = Walk {
            before: start.as_ref().map_or_else(|| chain.beginning(), |start| start.link),
            heads: heads.into_iter().map(|head| (head.link.day, head)).collect(),
            chain,
            keys,
            state,
            faults: Vec::new(),
        };
        if let Some(start) = &start {
            walk.check_seal(start, Signed::Start);
        }
        Ok(walk)
    }

    fn step(&mut self, line: &Line) {
        let Link { seq, day, .. } = line.link;
        if seq > self.before.seq + 1 {
            self.faults.push(Fault::Missing { from: self.before.seq + 1, to: seq - 1 });
        } else if self.chain.next(&self.before, day, &line.content) != line.link {
            self.faults.push(Fault::NotAfter(seq));
        }
        if day < self.before.day {
            self.faults.push(Fault::Earlier(seq));
        }
        match &line.receipt {
            Some((id, receipt)) if content_hash(id, receipt) != line.content => {
                self.faults.push(Fault::Altered(seq));
            }
            Some(_) => {}
            None => self.state.erased += 1,
        }
        if day > self.before.day && self.state.lines > 0 {
            self.end_of_day();
        }
        self.before = line.link;
        self.state.lines += 1;
        self.state.open += usize::from(self.state.signed_to.is_none_or(|signed| day > signed));
    }

    /// The line before was the last of its day.
    fn end_of_day(&mut self) {
        let last = self.before;
        match self.heads.remove(&last.day) {
            Some(head) if head.link == last => self.check_seal(&head, Signed::Head),
            Some(head) if head.link.seq > last.seq => self.faults.push(Fault::NoLines(last.day)),
            Some(_) => self.faults.push(Fault::OtherHead(last.day)),
            None if self.state.signed_to.is_some_and(|signed| signed > last.day) => {
                self.faults.push(Fault::NoHead(last.day));
            }
            None => {}
        }
    }

    fn check_seal(&mut self, seal: &Seal, what: Signed) {
        match seal.holds(self.keys, &self.chain, what) {
            Some(true) => {}
            Some(false) => self.faults.push(Fault::BadSignature(seal.link.day)),
            None => self.faults.push(Fault::UnknownKey(seal.link.day, seal.key.clone())),
        }
    }

    fn end(mut self) -> (ChainState, Vec<Break>) {
        if self.state.lines > 0 {
            self.end_of_day();
        }
        self.faults.extend(self.heads.keys().map(|day| Fault::NoLines(*day)));
        self.state.head = self.before.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let site = self.chain.site;
        let breaks = self.faults.into_iter().map(|what| Break { site: site.clone(), what });
        (self.state, breaks.collect())
    }
}

fn chains(connection: &Connection) -> Result<BTreeSet<Chain>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT site, writer FROM receipt UNION SELECT site, writer FROM receipt_head \
         UNION SELECT site, writer FROM receipt_start",
    )?;
    let chains = query.query_map([], |row| Ok(Chain { site: row.get(0)?, writer: row.get(1)? }))?;
    Ok(chains.collect::<Result<_, _>>()?)
}

fn lines(connection: &Connection, chain: &Chain) -> Result<Vec<Line>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT seq, day, hash, content_hash, id, site, notice, version, purposes, vendors, language, \
         jurisdiction, hour, guardian FROM receipt WHERE site = ?1 AND writer = ?2 ORDER BY seq",
    )?;
    let lines = query.query_map(params![chain.site, chain.writer], |row| {
        let id: Option<String> = row.get(4)?;
        let receipt = id.map(|id| receipt_of(row, 5).map(|receipt| (id, receipt))).transpose()?;
        Ok(Line { link: link_of(row, 0)?, content: row.get(3)?, receipt })
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}

fn seals(connection: &Connection, table: &str, chain: &Chain) -> Result<Vec<Seal>, StoreError> {
    let query = format!(
        "SELECT seq, day, hash, key, signature FROM {table} WHERE site = ?1 AND writer = ?2 ORDER BY day"
    );
    let mut query = connection.prepare(&query)?;
    let seals = query.query_map(params![chain.site, chain.writer], |row| {
        Ok(Seal { link: link_of(row, 0)?, key: row.get(3)?, signature: row.get(4)? })
    })?;
    Ok(seals.collect::<Result<_, _>>()?)
}

/// Whether the line of this receipt stands in its chain, and is signed; for one receipt that is shown.
impl Store {
    /// The day whose signature covers the receipt; `None` while its day is open, or where there is
    /// no such receipt.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn signed_day(&self, id: &str) -> Result<Option<Day>, StoreError> {
        let query = "SELECT head.day FROM receipt JOIN receipt_head AS head ON head.site = receipt.site \
                     AND head.writer = receipt.writer AND head.day = receipt.day WHERE receipt.id = ?1";
        let day = self.connection().query_row(query, params![id], |row| row.get(0)).optional()?;
        Ok(day.map(Day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::receipts::SigningKeys;
    use crate::store::receipts::fixture::Books;

    /// What is found after `sql` was done to three days of two lines each.
    fn after(sql: &str) -> Vec<String> {
        let books = Books::of_three_days();
        books.execute(sql);
        books.breaks()
    }

    #[test]
    fn a_chain_that_nobody_touched_stands() {
        let books = Books::of_three_days();
        let found = books.ledger.store().verify_receipts(books.ledger.keys().public()).unwrap();
        assert_eq!(found.breaks, []);
        let [chain] = found.chains.as_slice() else { panic!("{:?}", found.chains) };
        assert_eq!((chain.lines, chain.erased, chain.open), (6, 0, 2));
        assert_eq!((chain.signed_to, chain.head.len()), (Some(Day(1)), 64));
        assert_eq!(books.ledger.store().signed_day("id-3").unwrap(), Some(Day(1)));
        assert_eq!(books.ledger.store().signed_day("id-4").unwrap(), None);
    }

    #[test]
    fn an_altered_line_is_found_in_every_column() {
        for change in [
            "id = 'other'",
            "notice = 'other'",
            "version = '9'",
            "purposes = 'analytics marketing'",
            "vendors = ''",
            "language = 'en'",
            "jurisdiction = 'gdpr'",
            "hour = hour + 1",
            "guardian = 0",
        ] {
            for seq in [1, 6] {
                let broken = after(&format!("UPDATE receipt SET {change} WHERE seq = {seq}"));
                assert_eq!(broken, [format!("clinic: line {seq} is not what was recorded")], "{change}");
            }
        }
        let hash = after("UPDATE receipt SET hash = zeroblob(32) WHERE seq = 3");
        assert!(hash.contains(&"clinic: line 3 does not follow from the line before it".to_owned()));
        let content = after("UPDATE receipt SET content_hash = zeroblob(32) WHERE seq = 3");
        assert!(content.contains(&"clinic: line 3 is not what was recorded".to_owned()), "{content:?}");
        assert!(!after("UPDATE receipt SET day = 0 WHERE seq = 3").is_empty());
    }

    #[test]
    fn a_removed_line_is_found() {
        assert_eq!(after("DELETE FROM receipt WHERE seq = 1"), ["clinic: line 1 is missing"]);
        assert_eq!(
            after("DELETE FROM receipt WHERE seq IN (3, 4)").first().unwrap(),
            "clinic: lines 3 to 4 are missing"
        );
        let renumbered = after("DELETE FROM receipt WHERE seq = 5; UPDATE receipt SET seq = 5 WHERE seq = 6");
        assert_eq!(renumbered, ["clinic: line 5 does not follow from the line before it"]);
    }

    #[test]
    fn lines_that_were_reordered_are_found() {
        let swapped = after(
            "UPDATE receipt SET seq = 99 WHERE seq = 5; UPDATE receipt SET seq = 5 WHERE seq = 6; \
             UPDATE receipt SET seq = 6 WHERE seq = 99",
        );
        assert_eq!(swapped.len(), 2, "{swapped:?}");
    }

    #[test]
    fn a_line_that_was_put_in_is_found() {
        let inserted = after(
            "INSERT INTO receipt SELECT site, writer, 7, day, content_hash, hash, 'new', notice, version, \
             purposes, vendors, language, jurisdiction, hour, guardian FROM receipt WHERE seq = 6",
        );
        assert!(inserted.contains(&"clinic: line 7 does not follow from the line before it".to_owned()));
        let other_site = after(
            "INSERT INTO receipt SELECT 'other', writer, 1, day, content_hash, hash, 'new', notice, version, \
             purposes, vendors, language, jurisdiction, hour, guardian FROM receipt WHERE seq = 1",
        );
        assert!(other_site.contains(&"other: line 1 does not follow from the line before it".to_owned()));
    }

    #[test]
    fn a_cut_tail_is_found_where_it_was_signed() {
        let cut = after("DELETE FROM receipt WHERE seq >= 4");
        assert_eq!(cut, ["clinic: the last lines of 1970-01-02, which was signed, are gone"]);
        let all = after("DELETE FROM receipt");
        assert_eq!(all.len(), 2, "{all:?}");
    }

    #[test]
    fn signatures_are_checked_and_cannot_be_left_out() {
        let turned = after("UPDATE receipt_head SET signature = zeroblob(64) WHERE day = 0");
        assert_eq!(turned, ["clinic: the signature of 1970-01-01 is not right"]);
        let missing = after("DELETE FROM receipt_head WHERE day = 0");
        assert_eq!(missing, ["clinic: 1970-01-01 is not signed, and a later day is"]);
        let moved = after(
            "UPDATE receipt_head SET seq = 3, hash = (SELECT hash FROM receipt WHERE seq = 3) WHERE day = 1",
        );
        assert_eq!(moved, ["clinic: 1970-01-02 was signed with another last line"]);
        let unknown = after("UPDATE receipt_head SET key = 'nobody' WHERE day = 0");
        assert!(unknown[0].contains("receipts-nobody.pub"), "{unknown:?}");
    }

    /// A chain made anew from an altered line on, with right hashes, does not fit what was signed.
    #[test]
    fn a_chain_made_anew_is_found_by_its_heads() {
        let (books, forged) = (Books::of_three_days(), Books::open());
        let writer: String =
            books.ledger.store().connection().query_row("SELECT id FROM writer", [], |r| r.get(0)).unwrap();
        forged.execute(&format!("UPDATE writer SET id = '{writer}'"));
        for n in 0..6 {
            forged.record(&format!("forged-{n}"));
            forged.clock.advance(86_400 / 2);
        }
        let file = forged.folder.path().join("paravent.sqlite");
        books.execute(&format!(
            "ATTACH '{}' AS forged; DELETE FROM receipt; INSERT INTO receipt SELECT * FROM forged.receipt",
            file.display()
        ));
        let heads = "was signed with another last line";
        assert_eq!(books.breaks().iter().filter(|found| found.contains(heads)).count(), 2);
    }

    #[test]
    fn what_an_older_key_signed_is_still_right() {
        let books = Books::of_three_days();
        SigningKeys::rotate(&books.folder.path().join("keys")).unwrap();
        let keys = PublicKeys::load(&books.folder.path().join("keys")).unwrap();
        assert!(books.ledger.store().verify_receipts(&keys).unwrap().breaks.is_empty());
    }
}
