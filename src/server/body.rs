//! In: bodies from the wire. Out: bodies with limits. Streams them piece by piece and must never
//! look into a visitor's upload.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body_util::{BodyExt, Collected, Empty, Full, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// Any body on its way to the visitor or to the origin.
pub type AnyBody = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body ended early. The peer sees a stream that is cut without its proper end.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    #[error("the connection failed: {0}")]
    Connection(#[from] hyper::Error),
    #[error("no data for {} seconds", .0.as_secs())]
    Idle(Duration),
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    #[error("the body cannot be decoded: {0}")]
    Encoding(#[from] super::codec::CodecError),
    #[error("the page cannot be rewritten: {0}")]
    Page(#[from] crate::html::HtmlError),
}

impl BodyError {
    /// The name a log line and a counter may give it.
    pub const fn rule(&self) -> &'static str {
        match self {
            BodyError::Connection(_) => "origin-broke-off",
            BodyError::Idle(_) => "origin-slow",
            BodyError::TooLarge(_) => "body-too-large",
            BodyError::Encoding(error) => error.rule(),
            BodyError::Page(error) => error.rule(),
        }
    }
}

/// A body of these bytes.
pub fn full(bytes: impl Into<Bytes>) -> AnyBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// No body.
pub fn empty() -> AnyBody {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body from the wire that fails when nothing arrives for `idle`.
pub struct Timed<B> {
    inner: B,
    idle: Duration,
    deadline: Pin<Box<Sleep>>,
    waiting: bool,
}

impl<B> Timed<B> {
    pub fn new(inner: B, idle: Duration) -> Timed<B> {
        Timed { inner, idle, deadline: Box::pin(tokio::time::sleep(idle)), waiting: false }
    }
}

impl<B: Body<Data = Bytes, Error = hyper::Error> + Unpin> Body for Timed<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) {
            self.waiting = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Connection)));
        }
        // The clock runs only while we wait for the sender, not while the receiver is slow.
        if !self.waiting {
            self.waiting = true;
            let end = Instant::now() + self.idle;
            self.deadline.as_mut().reset(end);
        }
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyError::Idle(self.idle))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that fails once it has given more than `left` bytes.
pub struct Limited<B> {
    inner: B,
    limit: u64,
    left: u64,
}

impl<B> Limited<B> {
    pub fn new(inner: B, limit: u64) -> Limited<B> {
        Limited { inner, limit, left: limit }
    }
}

impl<B: Body<Data = Bytes, Error = BodyError> + Unpin> Body for Limited<B> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            let size = frame.data_ref().map_or(0, |data| data.remaining() as u64);
            match self.left.checked_sub(size) {
                Some(left) => self.left = left,
                None => return Poll::Ready(Some(Err(BodyError::TooLarge(self.limit)))),
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The whole of a small body; fails beyond `limit` bytes.
pub async fn collect(body: Incoming, limit: u64, idle: Duration) -> Result<Bytes, BodyError> {
    Limited::new(Timed::new(body, idle), limit).collect().await.map(Collected::to_bytes)
}

/// Data already taken from a body, and the rest of it.
pub struct Peeked {
    taken: VecDeque<Bytes>,
    rest: AnyBody,
}

impl Peeked {
    /// Waits for the first data, so that a failure before the first byte can still become an error page.
    pub async fn wait(rest: AnyBody) -> Result<Peeked, BodyError> {
        let mut peeked = Peeked { taken: VecDeque::new(), rest };
        peeked.more().await?;
        Ok(peeked)
    }

    /// Takes more data; false at the end of the body.
    pub async fn more(&mut self) -> Result<bool, BodyError> {
        while let Some(frame) = self.rest.frame().await.transpose()? {
            // Trailers before any data were looked at for nothing, and are of no use without it.
            if let Ok(data) = frame.into_data() {
                self.taken.push_back(data);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What was taken last.
    pub fn last(&self) -> Option<&Bytes> {
        self.taken.back()
    }

    /// The body while it has at most `limit` bytes; else all that was taken, and the rest of it.
    pub async fn whole(rest: AnyBody, limit: usize) -> Result<Result<Bytes, Peeked>, BodyError> {
        let mut peeked = Peeked { taken: VecDeque::new(), rest };
        let mut size = 0;
        while peeked.more().await? {
            size += peeked.taken.back().map_or(0, Bytes::len);
            if size > limit {
                return Ok(Err(peeked));
            }
        }
        Ok(Ok(match peeked.taken.len() {
            1 => peeked.taken.pop_front().unwrap_or_default(),
            _ => peeked.taken.make_contiguous().concat().into(),
        }))
    }

    /// At most `limit` bytes of what has been taken so far.
    pub fn start(&self, limit: usize) -> Vec<u8> {
        self.taken.iter().flatten().take(limit).copied().collect()
    }
}

impl Body for Peeked {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.taken.pop_front() {
            Some(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.taken.is_empty() && self.rest.is_end_stream()
    }
}
