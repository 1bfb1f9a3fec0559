//! In: the answers of one HTTP/2 connection. Out: when one of them has been left standing too long: a peer that
//! gives it no window holds a stream here and a connection to the origin, and may answer pings for ever. (Over
//! HTTP/1.1 the guard's own time for writes says so.) Never looks into what it carries.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use super::body::{AnyBody, BodyError};
use super::limits::Permit;

/// The answers of one connection that wait to be taken, and since when.
#[derive(Clone, Debug, Default)]
pub struct Standing(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    made: u64,
    since: HashMap<u64, Instant>,
}

impl Standing {
    /// Watches an answer until it is sent or dropped, and keeps its request's place for as long.
    pub fn watch(&self, response: Response<AnyBody>, place: Permit) -> Response<AnyBody> {
        let mut state = self.state();
        state.made += 1;
        let number = state.made;
        state.since.insert(number, Instant::now());
        drop(state);
        response.map(|body| Watched { body, number, standing: self.clone(), _place: place }.boxed_unsync())
    }

    /// Returns once an answer has been left standing for `limit`.
    pub async fn too_long(&self, limit: Duration) {
        loop {
            let since = self.state().since.values().min().copied();
            let now = Instant::now();
            let end = since.unwrap_or(now) + limit;
            if end <= now {
                return;
            }
            tokio::time::sleep_until(end).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that tells whether more of it is asked for.
struct Watched {
    body: AnyBody,
    number: u64,
    standing: Standing,
    _place: Permit,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let mut state = self.standing.state();
        // While it waits for the origin, the origin's own time runs.
        match polled {
            Poll::Ready(_) => state.since.insert(self.number, Instant::now()),
            Poll::Pending => state.since.remove(&self.number),
        };
        drop(state);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.standing.state().since.remove(&self.number);
    }
}
