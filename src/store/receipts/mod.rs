//! The ledger of receipts. In: grants, each with a random id. Out: the record of one grant by its id, and
//! the proof that none was altered or taken away. A grant is on disk before anyone is told of it.
//! There is no list of receipts (promise EV3), and a row holds no more of a visitor than the id that
//! only the visitor's own browser has.

mod chain;
#[cfg(test)]
mod fixture;
mod keys;
mod ledger;
mod purge;
mod verify;

pub use keys::{PublicKeys, SigningKeys};
pub use ledger::Ledger;
pub use verify::{Break, ChainState, Verification};
