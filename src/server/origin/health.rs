//! In: how one origin's requests and checks ended, and when. Out: whether it is one to ask. Pure: no time of
//! its own, no I/O; and nothing of any request.
//!
//! Of our own making: the load balancers of `tower` weigh services of a set that answers when it is ready, and
//! know neither health checks nor ejection nor a last resort.

use std::time::{Duration, Instant};

use crate::config::HealthRules;

/// What is known of one origin.
#[derive(Debug)]
pub struct Health {
    rules: HealthRules,
    /// What the checks say last; an origin that was never checked is taken for well.
    up: bool,
    /// Checks in a row that contradict it.
    against: u32,
    /// Requests in a row that failed.
    failures: u32,
    /// Ejections since it last answered.
    ejections: u32,
    ejected_until: Option<Instant>,
}

/// Whether an origin is one to ask, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Up,
    /// Its ejection is over, and it has not answered since: one request at a time finds out.
    Trial,
    /// Requests failed in a row.
    Ejected,
    /// Its checks fail.
    Down,
}

/// What an operator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Ejected(Duration),
    /// It answers again after an ejection.
    Back,
    Down,
    Up,
}

impl Health {
    pub fn new(rules: HealthRules) -> Health {
        Health { rules, up: true, against: 0, failures: 0, ejections: 0, ejected_until: None }
    }

    /// Goes on under other rules. Without checks nobody would ever say that it is up again.
    pub fn obey(&mut self, rules: HealthRules) {
        if rules.check.is_none() {
            (self.up, self.against) = (true, 0);
        }
        self.rules = rules;
    }

    pub fn state(&self, now: Instant) -> State {
        match self.ejected_until {
            _ if !self.up => State::Down,
            Some(end) if now < end => State::Ejected,
            Some(_) => State::Trial,
            None => State::Up,
        }
    }

    /// A request was answered, whatever with.
    pub fn answered(&mut self) -> Option<Change> {
        let was_ejected = self.ejected_until.is_some();
        self.forgive();
        was_ejected.then_some(Change::Back)
    }

    /// A request found no connection, or got no answer on one that was new.
    pub fn failed(&mut self, now: Instant) -> Option<Change> {
        self.failures = self.failures.saturating_add(1);
        let ejection = &self.rules.ejection;
        // What had begun before it was ejected says nothing new.
        if self.failures < ejection.after || self.ejected_until.is_some_and(|end| now < end) {
            return None;
        }
        let doubled = 1_u32.checked_shl(self.ejections).unwrap_or(u32::MAX);
        let time = ejection.first.saturating_mul(doubled).min(ejection.longest);
        self.ejections = self.ejections.saturating_add(1);
        self.ejected_until = now.checked_add(time);
        Some(Change::Ejected(time))
    }

    /// A check ended.
    pub fn checked(&mut self, well: bool) -> Option<Change> {
        let check = self.rules.check.as_ref()?;
        if well == self.up {
            self.against = 0;
            return None;
        }
        self.against += 1;
        if self.against < if well { check.rise } else { check.fall } {
            return None;
        }
        (self.up, self.against) = (well, 0);
        if !well {
            return Some(Change::Down);
        }
        // What failed while it was down is explained by that.
        self.forgive();
        Some(Change::Up)
    }

    fn forgive(&mut self) {
        (self.failures, self.ejections, self.ejected_until) = (0, 0, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Ejection, HealthCheck};

    const SECOND: Duration = Duration::from_secs(1);

    fn checked_rules() -> HealthRules {
        let check = HealthCheck { path: "/".to_owned(), interval: SECOND, timeout: SECOND, rise: 2, fall: 3 };
        HealthRules { check: Some(check), ejection: Ejection::default() }
    }

    fn fail(health: &mut Health, times: usize, now: Instant) -> Vec<Option<Change>> {
        (0..times).map(|_| health.failed(now)).collect()
    }

    #[test]
    fn failures_in_a_row_eject_for_times_that_grow_to_a_limit() {
        let (mut health, mut now) = (Health::new(HealthRules::default()), Instant::now());
        assert_eq!(fail(&mut health, 2, now), [None, None]);
        assert_eq!((health.answered(), fail(&mut health, 2, now)), (None, vec![None, None]));
        assert_eq!(health.state(now), State::Up);
        for seconds in [10, 20, 40, 80, 160, 300, 300] {
            assert_eq!(health.failed(now), Some(Change::Ejected(seconds * SECOND)));
            // Requests that were under way fail too, and change nothing.
            assert_eq!(fail(&mut health, 5, now), [None; 5]);
            assert_eq!(health.state(now + seconds * SECOND - SECOND), State::Ejected);
            now += seconds * SECOND;
            assert_eq!(health.state(now), State::Trial);
        }
        assert_eq!((health.answered(), health.state(now)), (Some(Change::Back), State::Up));
        assert_eq!(fail(&mut health, 3, now), [None, None, Some(Change::Ejected(10 * SECOND))]);
    }

    #[test]
    fn however_often_it_fails_no_time_overflows() {
        let (mut health, now) = (Health::new(HealthRules::default()), Instant::now());
        (health.failures, health.ejections) = (u32::MAX, u32::MAX);
        assert_eq!(health.failed(now), Some(Change::Ejected(300 * SECOND)));
    }

    #[test]
    fn checks_in_a_row_decide_and_one_that_contradicts_begins_anew() {
        let (mut health, now) = (Health::new(checked_rules()), Instant::now());
        let mut check = |run: &[bool]| run.iter().fold(None, |_, well| health.checked(*well));
        assert_eq!(check(&[false, false, true, false, false]), None);
        assert_eq!(check(&[false]), Some(Change::Down));
        assert_eq!(check(&[false, true, false, true]), None);
        assert_eq!(check(&[true]), Some(Change::Up));
        assert_eq!(health.state(now), State::Up);
    }

    #[test]
    fn a_check_that_finds_it_up_ends_its_ejection_and_one_that_never_ran_leaves_nothing_down() {
        let (mut health, now) = (Health::new(checked_rules()), Instant::now());
        fail(&mut health, 3, now);
        assert_eq!(health.state(now), State::Ejected);
        let run: Vec<_> = [false, false, false].map(|well| health.checked(well)).to_vec();
        assert_eq!((run, health.state(now)), (vec![None, None, Some(Change::Down)], State::Down));
        let run: Vec<_> = [true, true].map(|well| health.checked(well)).to_vec();
        assert_eq!((run, health.state(now)), (vec![None, Some(Change::Up)], State::Up));
        let run: Vec<_> = [false, false, false].map(|well| health.checked(well)).to_vec();
        assert_eq!((run[2], health.state(now)), (Some(Change::Down), State::Down));
        health.obey(HealthRules::default());
        assert_eq!((health.state(now), health.checked(false)), (State::Up, None));
    }
}
