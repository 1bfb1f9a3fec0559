//! In: grants, one at a time. Out: the id of a receipt that is on disk. Where it cannot be recorded there is
//! no id, and so no grant. Never holds a lock while it waits, and never blocks the runtime.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::policy::Receipt;
use crate::store::{Ledger, StoreError};
use crate::visitor::ReceiptId;

/// How long a grant waits for those before it; the store itself waits as long for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who records grants.
pub struct Grants {
    ledger: Arc<Ledger>,
    /// The store has one writer; who waits for it should not fill the threads that others need.
    turn: Arc<Semaphore>,
}

/// The grant could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the system gives no randomness")]
    Randomness(#[from] std::io::Error),
    #[error("too many grants wait for the store")]
    Crowded,
    #[error("a fault in the program")]
    Fault,
}

impl Grants {
    pub fn new(ledger: Arc<Ledger>) -> Grants {
        Grants { ledger, turn: Arc::new(Semaphore::new(1)) }
    }

    /// The id of a receipt of this grant: `kept` where it still is in the ledger, else a new one, which
    /// is on disk when this returns.
    pub async fn receipt(&self, kept: Option<ReceiptId>, receipt: Receipt) -> Result<ReceiptId, NotRecorded> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(NotRecorded::Crowded)?;
        let ledger = Arc::clone(&self.ledger);
        let recorded = spawn_blocking(move || {
            // Goes with the work: a visitor who leaves does not let the next one in early.
            let _turn = turn;
            recorded(&ledger, kept, &receipt)
        });
        recorded.await.map_err(|_| NotRecorded::Fault)?
    }

    /// The receipt of this id as a signed text, made by `draw`; `None` where there is none.
    pub async fn signed(
        &self,
        id: &ReceiptId,
        draw: impl FnOnce(&Receipt) -> String + Send + 'static,
    ) -> Result<Option<String>, NotRecorded> {
        let (ledger, id) = (Arc::clone(&self.ledger), id.clone());
        let signed = spawn_blocking(move || {
            let receipt = ledger.store().receipt(id.as_str())?;
            Ok::<_, StoreError>(receipt.map(|receipt| ledger.keys().jws(&draw(&receipt))))
        });
        Ok(signed.await.map_err(|_| NotRecorded::Fault)??)
    }

    /// The keys by which receipts are checked, as a JWK set.
    pub fn jwks(&self) -> String {
        self.ledger.keys().public().jwks()
    }
}

fn recorded(ledger: &Ledger, kept: Option<ReceiptId>, receipt: &Receipt) -> Result<ReceiptId, NotRecorded> {
    if let Some(id) = kept
        && ledger.store().receipt(id.as_str())?.is_some()
    {
        return Ok(id);
    }
    let id = ReceiptId::random()?;
    ledger.record(id.as_str(), receipt)?;
    Ok(id)
}
