//! In: what the two walls refused, cut already, with the truncated network that saw it. Out: rows of the
//! store, written in the background. What fails here costs knowledge and never an answer to a visitor.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use super::listen::told;
use crate::clock::Clock;
use crate::html::Stopped;
use crate::learning::{Refusal, Sighting, Threshold, Throttle, met};
use crate::policy::{Day, Decision, Rule};
use crate::store::{SeenHost, Store};
use crate::visitor::Network;

/// Between two writings of what came above the threshold.
const EVERY: Duration = Duration::from_secs(5);
/// How long a host is kept after it was last seen.
pub const KEPT_DAYS: u32 = 90;

/// Where refusals are taken in. Holds no network: see [`Throttle`] and [`Threshold`].
#[derive(Debug)]
pub struct Reports {
    throttle: Mutex<Throttle>,
    threshold: Mutex<Threshold>,
    clock: Clock,
}

impl Reports {
    pub fn new(clock: Clock) -> Reports {
        Reports { throttle: Mutex::default(), threshold: Mutex::default(), clock }
    }

    /// Whether a browser's report from here is read now.
    pub fn admits(&self, network: Network) -> bool {
        locked(&self.throttle).admits(&network, self.clock.seconds())
    }

    /// Takes in what a browser reported.
    pub fn note(&self, site: &str, network: Network, refusals: Vec<Refusal>) {
        if !refusals.is_empty() {
            locked(&self.threshold).note(site, &network, refusals, self.clock.today());
        }
    }

    /// Takes in what the rewriter met in a page.
    pub fn note_page(&self, site: &str, network: Network, stopped: &Stopped, decision: &Decision) {
        let unknown = stopped.iter().filter(|stop| stop.rule == Rule::UnknownHost);
        self.note(site, network, unknown.filter_map(|stop| met(&stop.whom, decision)).collect());
    }

    fn take(&self) -> Vec<SeenHost> {
        locked(&self.threshold).take().into_iter().map(seen_host).collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seen_host(sighting: Sighting) -> SeenHost {
    let Sighting { site, refusal, day, reports } = sighting;
    let directive = refusal.directive.name().to_owned();
    SeenHost { site, host: refusal.whom, directive, first: day, last: day, reports }
}

/// Writes what was learned every few seconds and at the end, and purges daily, until `drain` turns true.
pub async fn keep_learned(reports: Arc<Reports>, store: Arc<Store>, mut drain: watch::Receiver<bool>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut purged = None;
    loop {
        let ends = tokio::select! {
            _ = ticks.tick() => false,
            () = told(&mut drain) => true,
        };
        let today = reports.clock.today();
        let (seen, store) = (reports.take(), Arc::clone(&store));
        let purge = purged != Some(today);
        let kept = spawn_blocking(move || keep(&store, &seen, today, purge)).await;
        match kept {
            Ok(Ok(())) => purged = Some(today),
            // The error names the database and nothing that was seen.
            Ok(Err(error)) => tracing::warn!(%error, "unknown hosts were not kept"),
            Err(_) => tracing::warn!("unknown hosts were not kept: a fault in the program"),
        }
        if ends {
            return;
        }
    }
}

fn keep(store: &Store, seen: &[SeenHost], today: Day, purge: bool) -> Result<(), crate::store::StoreError> {
    if !seen.is_empty() {
        store.note_seen(seen)?;
    }
    if purge {
        store.purge_seen(Day(today.0.saturating_sub(KEPT_DAYS)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Directive;
    use crate::visitor::Scheme;
    use crate::visitor::fixtures::admitted;

    fn network(n: u8) -> Network {
        let head = http::Request::get("/").header("host", "clinic.example").body(()).unwrap().into_parts().0;
        admitted(&format!("198.51.{n}.7:1"), Scheme::Http, &head).network()
    }

    /// Lets what was learned so far be written, as at the end of the process.
    async fn kept(reports: &Arc<Reports>, store: &Arc<Store>) -> Vec<SeenHost> {
        let (_tell, drain) = watch::channel(true);
        keep_learned(Arc::clone(reports), Arc::clone(store), drain).await;
        store.seen_hosts("clinic").unwrap()
    }

    #[tokio::test]
    async fn what_is_learned_is_kept_for_ninety_days() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::set_to(20_000 * 86_400);
        let store = Arc::new(Store::open(&folder.path().join("paravent.db"), clock.clone()).unwrap());
        let reports = Arc::new(Reports::new(clock.clone()));
        let refusal =
            Refusal { whom: "tracker.example".to_owned(), directive: Directive::of("img-src").unwrap() };
        for n in 0..12 {
            assert!(reports.admits(network(n)));
            reports.note("clinic", network(n), vec![refusal.clone()]);
        }
        let seen = kept(&reports, &store).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(
            (seen[0].host.as_str(), seen[0].last, seen[0].reports),
            ("tracker.example", Day(20_000), 10)
        );
        clock.advance(90 * 86_400);
        assert_eq!(kept(&reports, &store).await.len(), 1);
        clock.advance(86_400);
        assert_eq!(kept(&reports, &store).await, []);
    }
}
