//! Receipts for tests.

use std::sync::Arc;

use tempfile::TempDir;

use super::{Ledger, SigningKeys};
use crate::clock::Clock;
use crate::policy::{Hour, Purpose, Receipt};
use crate::store::Store;

/// A grant in the first hour of 1970.
pub(super) fn receipt() -> Receipt {
    Receipt {
        site: "clinic".into(),
        notice: "n0tice".into(),
        version: "3".into(),
        purposes: [Purpose::Analytics].into_iter().collect(),
        vendors: [("hotjar".to_owned(), false)].into(),
        language: "fr".into(),
        jurisdiction: "quebec".into(),
        hour: Hour(0),
        guardian: true,
    }
}

/// A ledger whose clock the test moves.
pub(super) struct Books {
    pub folder: TempDir,
    pub clock: Clock,
    pub ledger: Ledger,
}

impl Books {
    /// Empty, on the first of January 1970.
    pub fn open() -> Books {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::set_to(0);
        let store = Store::open(&folder.path().join("paravent.sqlite"), clock.clone()).unwrap();
        let keys = SigningKeys::load_or_create(&folder.path().join("keys")).unwrap();
        Books { ledger: Ledger::new(Arc::new(store), keys), folder, clock }
    }

    /// Three days with two receipts each, `id-0` to `id-5`; the first two are signed.
    pub fn of_three_days() -> Books {
        let books = Books::open();
        for n in 0..6 {
            books.clock.advance(if n == 0 { 0 } else { 86_400 / 2 });
            books.ledger.close_days().unwrap();
            books.record(&format!("id-{n}"));
        }
        books
    }

    /// Records a grant of this hour.
    pub fn record(&self, id: &str) {
        let receipt = Receipt { hour: Hour::of(self.clock.seconds()), ..receipt() };
        self.ledger.record(id, &receipt).unwrap();
    }

    pub fn execute(&self, sql: &str) {
        self.ledger.store().connection().execute_batch(sql).unwrap();
    }

    /// Where the chain breaks, in words.
    pub fn breaks(&self) -> Vec<String> {
        let verification = self.ledger.store().verify_receipts(self.ledger.keys().public()).unwrap();
        verification.breaks.iter().map(ToString::to_string).collect()
    }
}
