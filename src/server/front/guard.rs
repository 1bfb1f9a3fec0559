//! In: a connection's bytes. Out: for hyper, whole heads that were read here, and their bodies; in place of a
//! head that was refused, a stand-in whose answer says so. Waits for heads and idle connections no longer than
//! it is told to.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::fields::Framing;
use super::head::{Head, HeadLimits, HeadScan, Scan};
use super::stand_in;
use super::turn::Turns;
use crate::server::failure::Failure;

/// Makes hyper close after a request (RFC 9112, 9.6).
const LAST: &[u8] = b"Connection: close\r\n";
/// Any number of bytes.
const ALL: u64 = u64::MAX;
/// How long, and for how many bytes, a connection that closes with something unread is read on: a socket
/// closed over unread bytes is reset, and the reset can overtake the answer (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From the first byte of a head to its end.
    pub header: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// For the peer to take more of an answer.
    pub write: Duration,
}

/// The stream that hyper reads.
pub struct Guard<S> {
    inner: S,
    turns: Turns,
    limits: HeadLimits,
    times: Times,
    scan: HeadScan,
    /// What has arrived and not been let through.
    kept: Vec<u8>,
    /// How many bytes may pass unread: the rest of a head and its body.
    released: u64,
    refused: bool,
    /// The peer has sent all it will.
    ended: bool,
    reading: Timer,
    writing: Timer,
    /// Bytes that may still come after the answer's end, once lingering.
    lingering: Option<usize>,
}

impl<S> Guard<S> {
    pub fn new(inner: S, turns: Turns, limits: HeadLimits, times: Times) -> Guard<S> {
        Guard {
            inner,
            turns,
            limits,
            times,
            scan: HeadScan::new(limits),
            kept: Vec::new(),
            released: 0,
            refused: false,
            ended: false,
            reading: Timer::default(),
            writing: Timer::default(),
            lingering: None,
        }
    }

    /// Lets the head at the start of `kept` through, and its body.
    fn release(&mut self, head: Head) {
        if head.last {
            let before_the_empty_line = head.bytes.saturating_sub(2);
            self.kept.splice(before_the_empty_line..before_the_empty_line, LAST.iter().copied());
        }
        self.released = whole(head);
        self.begin_turn(head.upgrade, None);
    }

    fn refuse(&mut self, failure: Failure) {
        self.refused = true;
        self.kept = stand_in::of(&self.kept);
        self.released = self.kept.len() as u64;
        self.begin_turn(false, Some(failure));
    }

    fn begin_turn(&mut self, upgrade: bool, refused: Option<Failure>) {
        self.scan = HeadScan::new(self.limits);
        self.reading.stop();
        self.turns.begin(upgrade, refused);
    }

    /// A head that came alone, or with no more than its body, goes on where it is. False where it has to be
    /// kept.
    fn release_in_place(&mut self, fresh: &[u8]) -> bool {
        if let Scan::Head(head) = self.scan.read(fresh)
            && !head.last
            && fresh.len() as u64 <= whole(head)
        {
            self.released = whole(head) - fresh.len() as u64;
            self.begin_turn(head.upgrade, None);
            return true;
        }
        false
    }

    fn count(&mut self, passed: usize) {
        if self.released != ALL {
            self.released = self.released.saturating_sub(passed as u64);
        }
    }
}

/// Bytes of a request from its beginning to its end, as far as they are counted here.
fn whole(head: Head) -> u64 {
    match head.framing {
        _ if head.last => ALL,
        Framing::Length(length) => length.saturating_add(head.bytes as u64),
        Framing::Chunked => ALL,
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Carries bytes that may pass.
    fn pass(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if !self.kept.is_empty() {
            let allowed = usize::try_from(self.released).unwrap_or(usize::MAX);
            let size = allowed.min(self.kept.len()).min(buf.remaining());
            buf.put_slice(self.kept.get(..size).unwrap_or_default());
            self.kept.drain(..size);
            self.count(size);
            return Poll::Ready(Ok(()));
        }
        self.kept = Vec::new();
        if self.ended {
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let arrived = buf.filled().get(before..).unwrap_or_default();
        self.ended = arrived.is_empty();
        let allowed = usize::try_from(self.released).unwrap_or(usize::MAX).min(arrived.len());
        self.kept.extend_from_slice(arrived.get(allowed..).unwrap_or_default());
        buf.set_filled(before + allowed);
        self.count(allowed);
        Poll::Ready(Ok(()))
    }

    /// Reads into `kept`, with what is free of `buf` as the place to read to.
    fn keep(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let arrived = buf.filled().get(before..).unwrap_or_default();
        self.ended = arrived.is_empty();
        self.kept.extend_from_slice(arrived);
        buf.set_filled(before);
        Poll::Ready(Ok(()))
    }

    /// While an answer is made: keeps what arrives, up to a head's size, and passes on that the peer has gone.
    fn poll_waiting(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        while self.kept.len() < self.limits.bytes && !self.ended {
            ready!(self.keep(cx, buf))?;
        }
        // A peer that sent one more request before it ended its side may still wait for answers.
        if self.ended && self.kept.is_empty() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Reads until a head is whole. Ready without a byte at the connection's end.
    fn poll_head(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.scan.read(&self.kept) {
                Scan::Head(head) => {
                    self.release(head);
                    return self.pass(cx, buf);
                }
                Scan::Refused(failure) => {
                    self.refuse(failure);
                    return self.pass(cx, buf);
                }
                Scan::Partial if self.ended => return Poll::Ready(Ok(())),
                Scan::Partial => {}
            }
            if self.kept.is_empty() {
                let before = buf.filled().len();
                let Poll::Ready(read) = Pin::new(&mut self.inner).poll_read(cx, buf) else {
                    return self.poll_reading_time(cx, buf);
                };
                read?;
                let fresh = buf.filled().get(before..).unwrap_or_default();
                if self.release_in_place(fresh) {
                    return Poll::Ready(Ok(()));
                }
                self.ended = fresh.is_empty();
                self.kept.extend_from_slice(fresh);
                self.scan = HeadScan::new(self.limits);
                buf.set_filled(before);
            } else if let Poll::Ready(read) = self.keep(cx, buf) {
                read?;
            } else {
                return self.poll_reading_time(cx, buf);
            }
        }
    }

    /// An idle connection ends quietly when its time is over, one that began a head is told (RFC 9110, 15.5.9).
    fn poll_reading_time(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let began = !self.kept.is_empty();
        let time = if began { self.times.header } else { self.times.idle };
        ready!(self.reading.poll(cx, time, began));
        if !began {
            return Poll::Ready(Ok(()));
        }
        self.refuse(Failure::RequestSlow);
        self.pass(cx, buf)
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>, mut left: usize) -> Poll<()> {
        let mut scratch = [0; 4096];
        while left > 0 && !self.ended {
            if self.reading.poll(cx, LINGER, true).is_ready() {
                break;
            }
            let mut buf = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => left = left.saturating_sub(buf.filled().len()),
                _ => self.ended = true,
            }
            self.lingering = Some(left);
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        if guard.released == 0 && guard.turns.is_tunnel() {
            guard.released = ALL;
        }
        if guard.released > 0 {
            guard.pass(cx, buf)
        } else if guard.refused {
            // The answer closes the connection; nothing of what follows is read.
            Poll::Pending
        } else if guard.turns.is_under_way(cx.waker()) {
            guard.poll_waiting(cx, buf)
        } else {
            guard.poll_head(cx, buf)
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guard<S> {
    /// Ends a write that waits too long for the peer. A tunnel has a time of its own.
    fn timed<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing.stop();
            return written;
        }
        if self.turns.is_tunnel() {
            return Poll::Pending;
        }
        ready!(self.writing.poll(cx, self.times.write, true));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let guard = self.get_mut();
        let written = Pin::new(&mut guard.inner).poll_write(cx, data);
        guard.timed(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let guard = self.get_mut();
        let written = Pin::new(&mut guard.inner).poll_write_vectored(cx, data);
        guard.timed(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        let flushed = Pin::new(&mut guard.inner).poll_flush(cx);
        guard.timed(cx, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        let left = match guard.lingering {
            Some(left) => left,
            None => {
                ready!(Pin::new(&mut guard.inner).poll_shutdown(cx))?;
                let unread = (guard.refused || guard.released > 0) && !guard.turns.is_tunnel();
                let left = if unread { LINGER_BYTES } else { 0 };
                guard.reading.stop();
                *guard.lingering.insert(left)
            }
        };
        ready!(guard.poll_linger(cx, left));
        Poll::Ready(Ok(()))
    }
}

/// A time that runs only while something is waited for.
#[derive(Default)]
struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    /// What it runs for; a wait for something else starts it anew.
    running: Option<bool>,
}

impl Timer {
    fn poll(&mut self, cx: &mut Context<'_>, time: Duration, what: bool) -> Poll<()> {
        let end = Instant::now() + time;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        if self.running != Some(what) {
            sleep.as_mut().reset(end);
            self.running = Some(what);
        }
        sleep.as_mut().poll(cx)
    }

    fn stop(&mut self) {
        self.running = None;
    }
}
