//! What is kept on disk, in SQLite.
//!
//! In: grants, releases and gaps from counting, accounts and exports from the dashboard and the commands,
//! hosts and cookies that pages use and nobody classified, templates of pages that a survey suggests. Out: the same, to
//! whoever may read them. It must never know a visitor: of a grant it has what was granted and a random id that only the
//! visitor's browser has; of visits only released counts and orders of magnitude; and nothing joins the two.

mod accounts;
mod counts;
mod database;
mod exports;
mod migrations;
mod purge_log;
mod receipts;
mod seen;
mod templates;

pub use accounts::{Account, AccountError, Role};
pub use counts::{LedgerLine, Purged};
pub use database::{Store, StoreError};
pub use exports::Export;
pub use purge_log::Purge;
pub use receipts::{Break, ChainState, Ledger, PublicKeys, SigningKeys, Verification};
pub use seen::{Seen, SeenKind};
pub use templates::{PageTemplate, TemplateState};
