//! In: the bytes of a connection from where a request begins. Out: where its head ends and how long its body
//! is, or that it can be read in more than one way. One pass: no byte is looked at again when more arrive.

use memchr::memchr;

use super::fields::{Fields, Framing};
use super::request_line::{self, RequestLine};
use crate::server::failure::Failure;

/// How large a head may be.
#[derive(Clone, Copy, Debug)]
pub struct HeadLimits {
    /// Request line, fields and the empty line together.
    pub bytes: usize,
    pub fields: usize,
}

/// A head that can be read in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its bytes, with the empty line.
    pub bytes: usize,
    pub framing: Framing,
    /// It may lead to a tunnel.
    pub upgrade: bool,
    /// Nothing may follow this request: where it ends is not followed here.
    pub last: bool,
}

/// How far reading got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// More is needed.
    Partial,
    Head(Head),
    Refused(Failure),
}

/// Reads one head.
#[derive(Clone, Debug)]
pub struct HeadScan {
    limits: HeadLimits,
    /// Where the line begins that has no end yet, and up to where one was looked for.
    line_at: usize,
    searched: usize,
    request: Option<RequestLine>,
    fields: Fields,
}

impl HeadScan {
    pub fn new(limits: HeadLimits) -> HeadScan {
        HeadScan { limits, line_at: 0, searched: 0, request: None, fields: Fields::default() }
    }

    /// Reads on. `bytes` are those of the last call, and what has arrived since.
    pub fn read(&mut self, bytes: &[u8]) -> Scan {
        while let Some(found) = bytes.get(self.searched..).and_then(|rest| memchr(b'\n', rest)) {
            let end = self.searched + found;
            if end >= self.limits.bytes {
                return Scan::Refused(Failure::HeadTooLarge);
            }
            // A line ends with CR LF (RFC 9112, 2.2). Some take LF alone for an end, others do not.
            let line = bytes.get(self.line_at..end).and_then(|line| line.strip_suffix(b"\r"));
            (self.line_at, self.searched) = (end + 1, end + 1);
            match line.map(|line| self.line(line)) {
                Some(Ok(false)) => {}
                Some(Ok(true)) => return self.whole(),
                Some(Err(failure)) => return Scan::Refused(failure),
                None => return Scan::Refused(Failure::Malformed),
            }
        }
        self.searched = bytes.len();
        if bytes.len() >= self.limits.bytes { Scan::Refused(Failure::HeadTooLarge) } else { Scan::Partial }
    }

    /// Takes a line; true where it ends the head.
    fn line(&mut self, line: &[u8]) -> Result<bool, Failure> {
        if self.request.is_none() {
            // One empty line may come before a request (RFC 9112, 2.2).
            if !(line.is_empty() && self.line_at == 2) {
                self.request = Some(request_line::read(line).ok_or(Failure::Malformed)?);
            }
            return Ok(false);
        }
        if line.is_empty() {
            return Ok(true);
        }
        self.fields.take(line).ok_or(Failure::Malformed)?;
        if self.fields.count > self.limits.fields { Err(Failure::HeadTooLarge) } else { Ok(false) }
    }

    /// What only the whole head tells.
    fn whole(&self) -> Scan {
        self.agreed().map_or(Scan::Refused(Failure::Malformed), Scan::Head)
    }

    fn agreed(&self) -> Option<Head> {
        let (request, host) = (self.request.as_ref()?, self.fields.host()?);
        if request.authority.as_ref().is_some_and(|named| !named.eq_ignore_ascii_case(host)) {
            return None;
        }
        let framing = self.fields.framing()?;
        // HTTP/1.0 has no chunks, and a CONNECT no body.
        if (framing == Framing::Chunked && !request.is_1_1)
            || (framing != Framing::Length(0) && request.is_connect)
        {
            return None;
        }
        Some(Head {
            bytes: self.line_at,
            framing,
            upgrade: self.fields.upgrade && framing == Framing::Length(0),
            last: framing == Framing::Chunked || request.is_connect,
        })
    }
}
