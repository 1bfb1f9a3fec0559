//! In: a body on its way to the rewriter. Out: the same, piece by piece; and all of it together, once it has ended as it
//! should and if it is not too long. Looks into nothing.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};

use super::super::body::{AnyBody, BodyError};

/// Who gets the whole body.
type Keep = Box<dyn FnOnce(Bytes) + Send>;

/// A body of which a copy is taken as it goes by.
pub struct Keeping {
    inner: AnyBody,
    taken: BytesMut,
    limit: usize,
    /// `None` once it was called, or never will be.
    keep: Option<Keep>,
}

impl Keeping {
    /// A body that hands all of itself to `keep`, if that is at most `limit` bytes.
    pub fn boxed(inner: AnyBody, limit: usize, keep: impl FnOnce(Bytes) + Send + 'static) -> AnyBody {
        let keep: Keep = Box::new(keep);
        let fits = inner.size_hint().lower() <= limit as u64;
        Keeping { inner, taken: BytesMut::new(), limit, keep: Some(keep).filter(|_| fits) }.boxed_unsync()
    }

    /// Takes a piece along. A body with trailers says more than can be kept.
    fn note(&mut self, frame: &Frame<Bytes>) {
        let fits = frame.data_ref().is_some_and(|data| self.taken.len() + data.len() <= self.limit);
        match frame.data_ref().filter(|_| fits && self.keep.is_some()) {
            Some(data) => self.taken.extend_from_slice(data),
            None => {
                self.keep = None;
                self.taken = BytesMut::new();
            }
        }
    }
}

impl Body for Keeping {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &polled {
            Some(Ok(frame)) => self.note(frame),
            Some(Err(_)) => self.keep = None,
            None => {
                if let Some(keep) = self.keep.take() {
                    keep(std::mem::take(&mut self.taken).freeze());
                }
            }
        }
        Poll::Ready(polled)
    }

    /// Never before the end was met: whoever stops here would keep it from being kept.
    fn is_end_stream(&self) -> bool {
        self.keep.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
