//! In: a request's body. Out: the same, on loan to a connection: it comes back whole where nothing of it was
//! taken, and meanwhile tells whose turn it is. Never looks into it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

use super::super::body::{AnyBody, BodyError};

/// A body that a connection may take from.
pub struct Lent {
    body: Option<AnyBody>,
    /// Where it goes if nothing is taken.
    home: Option<oneshot::Sender<AnyBody>>,
    /// Whether the origin has something to do: take a piece, or answer.
    origins_turn: watch::Sender<bool>,
}

/// What the lender knows of it.
pub struct Loan {
    returned: oneshot::Receiver<AnyBody>,
    origins_turn: watch::Receiver<bool>,
}

pub fn lend(body: AnyBody) -> (Lent, Loan) {
    let (home, returned) = oneshot::channel();
    // Until a connection asks for the body, connecting takes the time.
    let (turn, origins_turn) = watch::channel(false);
    (Lent { body: Some(body), home: Some(home), origins_turn: turn }, Loan { returned, origins_turn })
}

impl Loan {
    /// The body, where it came back whole.
    pub fn returned(mut self) -> Option<AnyBody> {
        self.returned.try_recv().ok()
    }

    /// Returns once the origin let `limit` pass in its turn. A visitor who sends slowly is not its fault.
    pub async fn overdue(&mut self, limit: Duration) {
        loop {
            let runs = *self.origins_turn.borrow_and_update();
            let change = self.origins_turn.changed();
            let change = if runs { timeout(limit, change).await } else { Ok(change.await) };
            match change {
                Ok(Ok(())) => {}
                // The body was let go of: all that is missing is the answer.
                Ok(Err(_)) => return sleep(limit).await,
                Err(_) => return,
            }
        }
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.home = None;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        self.origins_turn.send_replace(polled.is_ready());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.origins_turn.send_replace(true);
        if let (Some(home), Some(body)) = (self.home.take(), self.body.take()) {
            // Where nobody waits for it any more it ends here.
            let _ = home.send(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::sync::mpsc;

    use super::*;

    /// A body whose pieces a test sends when it likes.
    struct Pieces(mpsc::UnboundedReceiver<Bytes>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = BodyError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
            self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
        }
    }

    fn lent() -> (mpsc::UnboundedSender<Bytes>, Lent, Loan) {
        let (sender, pieces) = mpsc::unbounded_channel();
        let (lent, loan) = lend(Pieces(pieces).boxed_unsync());
        (sender, lent, loan)
    }

    /// Whether not even a long wait is held against the origin.
    async fn is_patient(loan: &mut Loan) -> bool {
        timeout(Duration::from_millis(50), loan.overdue(Duration::ZERO)).await.is_err()
    }

    #[tokio::test]
    async fn a_body_that_nothing_was_taken_of_comes_back_whole() {
        let (sender, lent, loan) = lent();
        sender.send(Bytes::from_static(b"all")).unwrap();
        drop((lent, sender));
        let whole = loan.returned().expect("it comes back").collect().await.unwrap();
        assert_eq!(whole.to_bytes(), "all");
    }

    #[tokio::test]
    async fn a_body_that_was_begun_does_not_come_back() {
        let (sender, mut lent, loan) = lent();
        sender.send(Bytes::from_static(b"first")).unwrap();
        lent.frame().await.unwrap().unwrap();
        drop(lent);
        assert!(loan.returned().is_none());
    }

    #[tokio::test]
    async fn an_origin_has_its_time_in_its_own_turn_alone() {
        let (sender, mut lent, mut loan) = lent();
        assert!(is_patient(&mut loan).await, "no connection is there yet");
        sender.send(Bytes::from_static(b"first")).unwrap();
        lent.frame().await.unwrap().unwrap();
        loan.overdue(Duration::ZERO).await;
        assert!(timeout(Duration::ZERO, lent.frame()).await.is_err());
        assert!(is_patient(&mut loan).await, "the visitor has not sent the rest");
        drop((lent, sender));
        loan.overdue(Duration::ZERO).await;
    }
}
