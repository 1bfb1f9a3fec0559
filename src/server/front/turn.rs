//! In: what the guard has let through, and when it was answered. Out: whose turn it is. One request of a
//! connection is under way at a time; what arrives meanwhile waits in the guard, because only the answer tells
//! whether it is a request or belongs to a tunnel.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};

use crate::server::body::{AnyBody, BodyError};
use crate::server::failure::Failure;

/// The turns of one connection, shared by its guard and its service.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    under_way: bool,
    /// The request under way stands in for one that was refused.
    refused: Option<Failure>,
    /// The request under way asks for a tunnel.
    upgrade: bool,
    /// An answer has opened the tunnel.
    tunnel: bool,
    /// Whom to wake when the turn ends.
    waiting: Option<Waker>,
}

impl Turns {
    /// A head is let through.
    pub(super) fn begin(&self, upgrade: bool, refused: Option<Failure>) {
        let mut state = self.state();
        (state.under_way, state.upgrade, state.refused) = (true, upgrade, refused);
    }

    /// Whether a request is under way; if so, `waker` is told of its end.
    pub(super) fn is_under_way(&self, waker: &Waker) -> bool {
        let mut state = self.state();
        if state.under_way && !state.waiting.as_ref().is_some_and(|waiting| waiting.will_wake(waker)) {
            state.waiting = Some(waker.clone());
        }
        state.under_way
    }

    /// Whether what follows belongs to a tunnel.
    pub(super) fn is_tunnel(&self) -> bool {
        self.state().tunnel
    }

    /// The turn of the request that hyper has just read.
    pub fn take(&self) -> Turn {
        Turn { turns: self.clone(), refused: self.state().refused.take() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request's turn; over when dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    refused: Option<Failure>,
}

impl Turn {
    /// Why the guard refused what came in this request's place.
    pub fn refused(&self) -> Option<Failure> {
        self.refused
    }

    /// The turn lasts until the answer's body has been read to its end. A 101 opens the tunnel.
    pub fn until_sent(self, response: Response<AnyBody>) -> Response<AnyBody> {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let mut state = self.turns.state();
            state.tunnel = state.upgrade;
        }
        response.map(|body| Answering { body, _turn: self }.boxed_unsync())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        state.under_way = false;
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// A body that holds its request's turn.
struct Answering {
    body: AnyBody,
    _turn: Turn,
}

impl Body for Answering {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
