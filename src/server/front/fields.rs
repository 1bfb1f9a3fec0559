//! In: the field lines of a head, one by one. Out: the facts that decide where the request ends and whom it is
//! for. Reads names and framing; of all else only whether its bytes are allowed.

use memchr::memchr;

use crate::visitor::AskedHost;

/// No number of more digits is a length.
const LENGTH_DIGITS: usize = 18;

/// Where a request's body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// After this many bytes; none where no length is given.
    Length(u64),
    Chunked,
}

impl Framing {
    /// The body's length, where it is told beforehand.
    pub fn length(self) -> Option<u64> {
        match self {
            Framing::Length(length) => Some(length),
            Framing::Chunked => None,
        }
    }
}

/// What the fields read so far say.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    pub count: usize,
    host: Option<String>,
    length: Option<u64>,
    chunked: bool,
    /// A field `Upgrade` was there.
    pub upgrade: bool,
    websocket: bool,
}

impl Fields {
    /// Takes one line without its end; `None` where it cannot be read, or can be read in two ways.
    pub fn take(&mut self, line: &[u8]) -> Option<()> {
        self.count += 1;
        let (name, value) = line.split_at_checked(memchr(b':', line)?)?;
        let value = value.get(1..)?;
        // No token begins or ends with a space: a folded line and a space before the colon end here.
        if !is_token(name) || value.iter().any(|byte| is_control(*byte)) {
            return None;
        }
        let value = value.trim_ascii();
        if is_named(name, b"host") {
            self.take_host(value)
        } else if is_named(name, b"content-length") {
            self.take_length(name, value)
        } else if is_named(name, b"transfer-encoding") {
            self.take_coding(name, value)
        } else {
            if is_named(name, b"upgrade") {
                self.upgrade = true;
                self.websocket |= value.windows(9).any(|part| part.eq_ignore_ascii_case(b"websocket"));
            }
            Some(())
        }
    }

    /// One `Host` that is a host (RFC 9112, 3.2).
    fn take_host(&mut self, value: &[u8]) -> Option<()> {
        let host = std::str::from_utf8(value).ok().filter(|host| AskedHost::is_one(host))?;
        self.host.replace(host.to_owned()).is_none().then_some(())
    }

    /// One number, and said once: equal ones, too, are a sign of two readers (RFC 9112, 6.3).
    fn take_length(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let digits = value.len() <= LENGTH_DIGITS && value.iter().all(u8::is_ascii_digit);
        let length = std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()?;
        (is_hyphenated(name) && self.length.replace(length).is_none()).then_some(())
    }

    /// `chunked`, and said once: no other coding is in use in requests.
    fn take_coding(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let is_first = !std::mem::replace(&mut self.chunked, true);
        (is_hyphenated(name) && value.eq_ignore_ascii_case(b"chunked") && is_first).then_some(())
    }

    /// The host that was asked for.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Where the body ends; `None` where two fields say it, or a WebSocket would begin with a body.
    pub fn framing(&self) -> Option<Framing> {
        let framing = match (self.chunked, self.length) {
            (true, Some(_)) => return None,
            (true, None) => Framing::Chunked,
            (false, length) => Framing::Length(length.unwrap_or(0)),
        };
        (!self.websocket || framing == Framing::Length(0)).then_some(framing)
    }
}

/// A token (RFC 9110, 5.6.2).
pub fn is_token(word: &[u8]) -> bool {
    !word.is_empty()
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// What no value may hold (RFC 9110, 5.5); a tab is whitespace.
fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7F
}

/// Whether a field has this name, underscores counting as hyphens, as they do behind CGI.
fn is_named(name: &[u8], wanted: &[u8]) -> bool {
    let same = |(a, b): (&u8, &u8)| a.eq_ignore_ascii_case(b) || (*a == b'_' && *b == b'-');
    name.len() == wanted.len() && name.iter().zip(wanted).all(same)
}

/// `Content_Length` is a length to some and nothing to others.
fn is_hyphenated(name: &[u8]) -> bool {
    !name.contains(&b'_')
}
