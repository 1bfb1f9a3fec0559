//! What stands in front of hyper on an HTTP/1 connection.
//!
//! In: the bytes of a connection, after TLS. Out: the same bytes for hyper, one request at a time, each head
//! read here first. hyper is lenient where two servers in a row must not be: it drops a Content-Length beside
//! Transfer-Encoding, takes bare LF for a line's end and the last of two codings for the framing. What could be
//! read in two ways is refused before hyper sees it (RFC 9112, 11.2). Must never keep or log what it reads.
//!
//! - [`head`] reads one head, line by line, in one pass;
//! - [`guard`] is the stream: it lets whole heads and counted bodies through, and keeps the time;
//! - [`stand_in`] makes what hyper reads in place of a head that was refused;
//! - [`turn`] tells the guard when a request has been answered, so that the next one waits for it.

mod fields;
mod guard;
mod head;
mod request_line;
mod stand_in;
mod turn;

pub use guard::{Guard, Times};
pub use head::{HeadLimits, HeadScan, Scan};
pub use turn::Turns;

#[cfg(test)]
mod tests;
