//! `[server.timeouts]` and `[server.limits]` as they are written.
//!
//! In: the two tables. Out: their values, each read by itself and within its range.

use super::table::{Entry, Table};
use super::values::Whole;

/// A duration in seconds.
pub(super) type Seconds = Whole<1, 86_400>;

#[derive(Debug, Default)]
pub(super) struct RawTimeouts {
    pub handshake: Entry<Seconds>,
    pub header: Entry<Seconds>,
    pub idle: Entry<Seconds>,
    pub body: Entry<Seconds>,
    pub connect: Entry<Seconds>,
    pub first_byte: Entry<Seconds>,
    pub tunnel: Entry<Seconds>,
    pub drain: Entry<Seconds>,
}

#[derive(Debug, Default)]
pub(super) struct RawLimits {
    pub header_bytes: Entry<Whole<1_024, 1_048_576>>,
    pub header_count: Entry<Whole<10, 1_000>>,
    pub connections: Entry<Whole<1, 1_000_000>>,
    pub connections_per_network: Entry<Whole<1, 1_000_000>>,
    pub streams: Entry<Whole<1, 10_000>>,
    pub rewriter_bytes: Entry<Whole<65_536, 1_073_741_824>>,
    pub decoded_ratio: Entry<Whole<1, 10_000>>,
    pub page_cache_bytes: Entry<Whole<0, 68_719_476_736>>,
}

pub(super) fn read_timeouts(mut table: Table<'_>) -> RawTimeouts {
    RawTimeouts {
        handshake: table.value("handshake"),
        header: table.value("header"),
        idle: table.value("idle"),
        body: table.value("body"),
        connect: table.value("connect"),
        first_byte: table.value("first_byte"),
        tunnel: table.value("tunnel"),
        drain: table.value("drain"),
    }
}

pub(super) fn read_limits(mut table: Table<'_>) -> RawLimits {
    RawLimits {
        header_bytes: table.value("header_bytes"),
        header_count: table.value("header_count"),
        connections: table.value("connections"),
        connections_per_network: table.value("connections_per_network"),
        streams: table.value("streams"),
        rewriter_bytes: table.value("rewriter_bytes"),
        decoded_ratio: table.value("decoded_ratio"),
        page_cache_bytes: table.value("page_cache_bytes"),
    }
}
