//! In: the origin's page, decoded or not. Out: the same page rewritten, in the coding the client
//! takes. Streams: no more of the page is held than the rewriter needs. An error cuts the stream;
//! nothing unread ever follows.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::body::{AnyBody, BodyError};
use super::codec::{Decoder, Encoder};
use crate::html::{HtmlStream, Stopped};

/// Output handed on as soon as there is this much of it, in bytes.
const PIECE: usize = 16 * 1024;

/// A stage between the origin's body and the visitor.
pub trait Stage: Send + Unpin {
    /// Takes a piece of the body.
    fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), BodyError>;
    /// The origin pauses: what has been taken should go out.
    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError>;
    /// The body has ended as it should.
    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError>;
}

/// A body with a stage behind it.
pub struct Staged<S> {
    inner: AnyBody,
    stage: S,
    out: Vec<u8>,
    unflushed: bool,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Open,
    Ended,
    Failed,
}

impl<S: Stage> Staged<S> {
    pub fn new(inner: AnyBody, stage: S) -> Staged<S> {
        Staged { inner, stage, out: Vec::new(), unflushed: false, state: State::Open }
    }

    /// Takes what the inner body has until there is a piece to hand on, a pause, or the end.
    fn pump(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, BodyError> {
        while self.out.len() < PIECE {
            match Pin::new(&mut self.inner).poll_frame(cx) {
                Poll::Ready(Some(frame)) => {
                    // Trailers speak of the body as it was (a digest, say), so they end here.
                    if let Ok(data) = frame?.into_data() {
                        self.stage.write(&data, &mut self.out)?;
                        self.unflushed = true;
                    }
                }
                Poll::Ready(None) => {
                    self.stage.end(&mut self.out)?;
                    self.state = State::Ended;
                    return Ok(Poll::Ready(()));
                }
                Poll::Pending => {
                    if std::mem::take(&mut self.unflushed) {
                        self.stage.flush(&mut self.out)?;
                    }
                    return Ok(Poll::Pending);
                }
            }
        }
        Ok(Poll::Ready(()))
    }
}

impl<S: Stage> Body for Staged<S> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let pumped = match self.state {
            State::Open => self.pump(cx),
            State::Ended | State::Failed => Ok(Poll::Ready(())),
        };
        match pumped {
            Err(error) => {
                self.state = State::Failed;
                // What was rewritten before the failure is dropped with it: it was never shown.
                self.out = Vec::new();
                Poll::Ready(Some(Err(error)))
            }
            Ok(_) if !self.out.is_empty() => {
                let piece = std::mem::take(&mut self.out);
                Poll::Ready(Some(Ok(Frame::data(piece.into()))))
            }
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state != State::Open && self.out.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// Undoes the origin's content coding.
pub struct Decode(pub Decoder);

impl Stage for Decode {
    fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), BodyError> {
        Ok(self.0.write(data, out)?)
    }

    fn flush(&mut self, _: &mut Vec<u8>) -> Result<(), BodyError> {
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        Ok(self.0.end(out)?)
    }
}

/// Rewrites a page and encodes it.
pub struct Rewrite {
    page: HtmlStream,
    encoder: Option<Encoder>,
    plain: Vec<u8>,
    stopped: Option<TakesStopped>,
}

/// Who is told, at the end of a page, what was kept from loading on it.
pub type TakesStopped = Box<dyn FnOnce(&Stopped) + Send>;

impl Rewrite {
    pub fn new(page: HtmlStream, encoder: Encoder, stopped: Option<TakesStopped>) -> Rewrite {
        Rewrite { page, encoder: Some(encoder), plain: Vec::new(), stopped }
    }

    fn encode(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        if let Some(encoder) = &mut self.encoder {
            encoder.write(&self.plain, out)?;
        }
        self.plain.clear();
        Ok(())
    }
}

impl Stage for Rewrite {
    fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), BodyError> {
        for piece in data.chunks(2 * PIECE) {
            self.page.write(piece, &mut self.plain)?;
            self.encode(out)?;
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        match &mut self.encoder {
            Some(encoder) => Ok(encoder.flush(out)?),
            None => Ok(()),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        self.page.end(&mut self.plain)?;
        if let Some(stopped) = self.stopped.take() {
            stopped(&self.page.stopped());
        }
        self.encode(out)?;
        match self.encoder.take() {
            Some(encoder) => Ok(encoder.end(out)?),
            None => Ok(()),
        }
    }
}
