//! In: lines about single requests, on their way to the operator's log. Out: as many as somebody may read; of the rest,
//! how many there were. Whoever sends rubbish as fast as the line carries it must not fill a disk with what is said of
//! it: the figures count every one. Sees no line.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lines within [`SPAN`].
const MOST: u32 = 100;
const SPAN: Duration = Duration::from_secs(10);

/// Of the whole process, as its log is.
static LINES: Lines = Lines(Mutex::new(Span { began: None, written: 0, left_out: 0 }));

/// Writes a line, unless too many were written of late.
pub fn told(write: impl FnOnce()) {
    let (may, left_out) = LINES.next(Instant::now());
    if left_out > 0 {
        tracing::warn!(
            lines = left_out,
            "too many requests went wrong: lines were left out, the figures count all"
        );
    }
    if may {
        write();
    }
}

struct Lines(Mutex<Span>);

struct Span {
    began: Option<Instant>,
    written: u32,
    left_out: u64,
}

impl Lines {
    /// Whether one more may be written, and how many were left out of the span that has ended.
    fn next(&self, now: Instant) -> (bool, u64) {
        let mut span = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left_out = 0;
        if span.began.is_none_or(|began| now.saturating_duration_since(began) >= SPAN) {
            left_out = span.left_out;
            *span = Span { began: Some(now), written: 0, left_out: 0 };
        }
        let may = span.written < MOST;
        match may {
            true => span.written += 1,
            false => span.left_out += 1,
        }
        (may, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_lines_is_cut_and_its_size_told() {
        let lines = Lines(Mutex::new(Span { began: None, written: 0, left_out: 0 }));
        let began = Instant::now();
        let written = (0..1_000).filter(|_| lines.next(began).0).count();
        assert_eq!(written, 100);
        assert_eq!(lines.next(began + SPAN / 2), (false, 0));
        assert_eq!(lines.next(began + SPAN), (true, 901));
        assert_eq!(lines.next(began + 2 * SPAN), (true, 0));
    }
}
