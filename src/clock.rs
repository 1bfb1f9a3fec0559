//! The one source of time. In: nothing. Out: the present moment, from the machine or from a test.
//! Everything that needs the time is given a [`Clock`]; nothing else asks the system for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::policy::Day;

/// A clock that can be handed on cheaply.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Seconds since the epoch, set by a test.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still at `seconds` since 1970-01-01T00:00Z until it is set again.
    pub fn set_to(seconds: i64) -> Clock {
        Clock(Source::Set(Arc::new(AtomicI64::new(seconds))))
    }

    /// Moves a clock made by [`Clock::set_to`]; the machine's clock stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Seconds since 1970-01-01T00:00Z.
    pub fn seconds(&self) -> i64 {
        match &self.0 {
            Source::System => Timestamp::now().as_second(),
            Source::Set(at) => at.load(Ordering::SeqCst),
        }
    }

    /// The day in UTC. Before 1970 counts as 1970.
    pub fn today(&self) -> Day {
        Day(u32::try_from(self.seconds().div_euclid(86_400)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_moves_only_when_told() {
        let clock = Clock::set_to(86_400 * 10 - 1);
        assert_eq!(clock.today(), Day(9));
        clock.advance(1);
        assert_eq!(clock.today(), Day(10));
    }
}
