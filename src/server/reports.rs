//! In: what the two walls refused and which cookies nobody listed, cut already, with the truncated network
//! that saw it. Out: rows of the store, written in the background. What fails here costs knowledge and never
//! an answer to a visitor.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use super::listen::told;
use crate::clock::Clock;
use crate::html::Stopped;
use crate::learning::{
    Refusal, Sighting, TakenOut, Threshold, Throttle, UnlistedCookie, met, sent_unlisted, set_unlisted,
};
use crate::policy::{Day, Decision, Rule};
use crate::store::{Seen, SeenKind, Store, StoreError};
use crate::visitor::Network;

/// Between two writings of what came above the threshold.
const EVERY: Duration = Duration::from_secs(5);
/// The days that are told apart of a page that something was taken out of.
const MONTH_DAYS: u32 = 30;
/// How long a host or a cookie's name is kept after it was last seen.
pub const KEPT_DAYS: u32 = 90;

/// Where refusals and unlisted cookies are taken in. Holds no network: see [`Throttle`] and [`Threshold`].
#[derive(Debug)]
pub struct Reports {
    throttle: Mutex<Throttle>,
    hosts: Mutex<Threshold<Refusal>>,
    cookies: Mutex<Threshold<UnlistedCookie>>,
    pages: Mutex<Threshold<TakenOut>>,
    clock: Clock,
}

impl Reports {
    pub fn new(clock: Clock) -> Reports {
        let (throttle, hosts, cookies, pages) = Default::default();
        Reports { throttle, hosts, cookies, pages, clock }
    }

    /// Whether a browser's report from here is read now.
    pub fn admits(&self, network: Network) -> bool {
        locked(&self.throttle).admits(&network, self.clock.seconds())
    }

    /// Takes in what a browser reported.
    pub fn note(&self, site: &str, network: Network, refusals: Vec<Refusal>) {
        if !refusals.is_empty() {
            locked(&self.hosts).note(site, &network, refusals, self.clock.today());
        }
    }

    /// Takes in what the rewriter met in a page.
    pub fn note_page(&self, site: &str, network: Network, stopped: &Stopped, decision: &Decision) {
        let unknown = stopped.iter().filter(|stop| stop.rule == Rule::UnknownHost);
        self.note(site, network, unknown.filter_map(|stop| met(&stop.whom, decision)).collect());
    }

    /// Takes in which vendors that nobody is asked for the rewriter took out of a page, which `page` names.
    pub fn note_taken_out(
        &self,
        site: &str,
        network: Network,
        stopped: &Stopped,
        page: impl FnOnce() -> Option<String>,
    ) {
        // A vendor that waits for a choice alone is left out: what loads then is up to the visitor.
        let never = |rule| matches!(rule, Rule::VendorNotOffered | Rule::PurposeLocked);
        let mut vendors = stopped.iter().filter(|stop| never(stop.rule)).map(|stop| &stop.whom).peekable();
        let named = vendors.peek().is_some().then(page).flatten();
        let Some(page) = named else { return };
        let taken_out = vendors.map(|vendor| TakenOut { vendor: vendor.clone(), page: page.clone() });
        locked(&self.pages).note(site, &network, taken_out.collect(), self.clock.today());
    }

    /// Takes in which unlisted cookies the origin's answer sets.
    pub fn note_set(&self, site: &str, network: Network, headers: &HeaderMap, decision: &Decision) {
        let lines = headers.get_all(SET_COOKIE).into_iter().map(HeaderValue::as_bytes);
        self.note_cookies(site, network, set_unlisted(lines, decision));
    }

    /// Takes in which unlisted cookies a browser sends: those among them that no answer sets are a script's.
    pub fn note_sent(&self, site: &str, network: Network, headers: &HeaderMap, decision: &Decision) {
        let lines = headers.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
        self.note_cookies(site, network, sent_unlisted(lines, decision));
    }

    fn note_cookies(&self, site: &str, network: Network, cookies: Vec<UnlistedCookie>) {
        if !cookies.is_empty() {
            locked(&self.cookies).note(site, &network, cookies, self.clock.today());
        }
    }

    fn take(&self) -> Vec<Seen> {
        let hosts = locked(&self.hosts).take().into_iter().map(seen_host);
        let cookies = locked(&self.cookies).take().into_iter().map(seen_cookie);
        hosts.chain(cookies).chain(locked(&self.pages).take().into_iter().map(seen_page)).collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seen_host(sighting: Sighting<Refusal>) -> Seen {
    let Sighting { site, what, day, reports } = sighting;
    let place = what.directive.name().to_owned();
    Seen { site, kind: SeenKind::Host, name: what.whom, place, first: day, last: day, reports }
}

fn seen_cookie(sighting: Sighting<UnlistedCookie>) -> Seen {
    let Sighting { site, what, day, reports } = sighting;
    let (name, place) = (what.name().to_owned(), what.met().name().to_owned());
    Seen { site, kind: SeenKind::Cookie, name, place, first: day, last: day, reports }
}

/// Seen or not seen: neither how often nor on which day, for visits to pages are counted elsewhere, with noise.
fn seen_page(sighting: Sighting<TakenOut>) -> Seen {
    let Sighting { site, what, day, .. } = sighting;
    let month = Day(day.0 - day.0 % MONTH_DAYS);
    let TakenOut { vendor, page } = what;
    Seen { site, kind: SeenKind::Page, name: page, place: vendor, first: month, last: month, reports: 1 }
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
            Ok(Err(error)) => tracing::warn!(%error, "unknown hosts and cookies were not kept"),
            Err(_) => tracing::warn!("unknown hosts and cookies were not kept: a fault in the program"),
        }
        if ends {
            return;
        }
    }
}

fn keep(store: &Store, seen: &[Seen], today: Day, purge: bool) -> Result<(), StoreError> {
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
    async fn kept(reports: &Arc<Reports>, store: &Arc<Store>) -> Vec<Seen> {
        let (_tell, drain) = watch::channel(true);
        keep_learned(Arc::clone(reports), Arc::clone(store), drain).await;
        store.seen("clinic", SeenKind::Host).unwrap()
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
            (seen[0].name.as_str(), seen[0].last, seen[0].reports),
            ("tracker.example", Day(20_000), 10)
        );
        clock.advance(90 * 86_400);
        assert_eq!(kept(&reports, &store).await.len(), 1);
        clock.advance(86_400);
        assert_eq!(kept(&reports, &store).await, []);
    }
}
