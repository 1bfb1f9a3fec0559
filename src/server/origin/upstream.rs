//! In: how one origin's requests and checks ended. Out: its state and load, which decide who is asked, and its
//! figures for the operator. It outlives a reload: what is known of an origin that stays is kept. Sees no
//! request and no answer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use super::health::{Change, Health, State};
use crate::config::{HealthRules, Origin};

/// Seconds to a connection: from the same machine to one across an ocean that has lost packets.
const BUCKETS: [f64; 8] = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0];

/// One origin of a site.
#[derive(Debug)]
pub struct Upstream {
    /// What the operator calls the site.
    pub site: String,
    pub origin: Origin,
    health: Mutex<Health>,
    last_check: Mutex<Option<Instant>>,
    in_flight: AtomicUsize,
    pub figures: Figures,
}

/// What is counted of it, for as long as the process runs.
#[derive(Debug)]
pub struct Figures {
    pub failures: Counter,
    pub ejections: Counter,
    pub retries: Counter,
    pub connect: Histogram,
}

/// One request under way, from its choice of an origin to the end of its answer or tunnel.
#[derive(Debug)]
pub struct Place(Arc<Upstream>);

impl Upstream {
    pub fn new(site: &str, origin: &Origin, rules: HealthRules) -> Arc<Upstream> {
        let figures = Figures {
            failures: Counter::default(),
            ejections: Counter::default(),
            retries: Counter::default(),
            connect: Histogram::new(BUCKETS),
        };
        Arc::new(Upstream {
            site: site.to_owned(),
            origin: origin.clone(),
            health: Mutex::new(Health::new(rules)),
            last_check: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            figures,
        })
    }

    /// Goes on under the rules of a new config.
    pub fn obey(&self, rules: HealthRules) {
        self.health().obey(rules);
    }

    pub fn state(&self) -> State {
        self.health().state(Instant::now())
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// How willingly it is asked: whether it should be at all, then by the fewest requests under way. One on
    /// trial gets a request like the others, and a second one only where nobody else is well.
    pub fn load(&self) -> (State, usize) {
        match (self.state(), self.in_flight()) {
            (State::Trial, 0) => (State::Up, 0),
            load => load,
        }
    }

    pub fn take_place(self: &Arc<Upstream>) -> Place {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Place(Arc::clone(self))
    }

    pub fn connected(&self, after: Duration) {
        self.figures.connect.observe(after.as_secs_f64());
    }

    pub fn answered(&self) {
        let change = self.health().answered();
        self.tell(change);
    }

    pub fn failed(&self) {
        self.figures.failures.inc();
        let change = self.health().failed(Instant::now());
        self.tell(change);
    }

    pub fn checked(&self, well: bool) {
        *self.last_check.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let change = self.health().checked(well);
        self.tell(change);
    }

    /// How long until a check is due, if it is made every `interval`.
    pub fn check_due_in(&self, interval: Duration) -> Duration {
        let last = *self.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        last.map_or(Duration::ZERO, |last| interval.saturating_sub(last.elapsed()))
    }

    /// The operator's log names the origin that the operator wrote, and nothing of who asked for what.
    fn tell(&self, change: Option<Change>) {
        let (site, origin) = (&self.site, &self.origin);
        match change {
            Some(Change::Ejected(time)) => {
                self.figures.ejections.inc();
                let seconds = time.as_secs();
                tracing::warn!(%site, %origin, seconds, "an origin failed several times in a row and is left out");
            }
            Some(Change::Back) => {
                tracing::info!(%site, %origin, "an origin that was left out answers again");
            }
            Some(Change::Down) => {
                tracing::warn!(%site, %origin, "an origin's health checks fail: it is down");
            }
            Some(Change::Up) => {
                tracing::info!(%site, %origin, "an origin's health checks succeed: it is up");
            }
            None => {}
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
