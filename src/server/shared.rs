//! In: a checked config. Out: what every connection shares: the door, and for each site its policy,
//! its snippet signatures and the client of its origin. Holds nothing of any visitor.

use std::sync::Arc;

use super::events::Events;
use super::grants::Grants;
use super::metrics::Metrics;
use super::origin::OriginClient;
use super::page_cache::PageCache;
use super::records::Records;
use super::reports::Reports;
use super::tls::{Certificates, TlsError};
use crate::clock::{Clock, Zone};
use crate::config::{Config, Site, Upcoming};
use crate::html::Signatures;
use crate::usage::{SiteIndex, Usage};
use crate::visitor::{Door, Keys};

/// What every connection shares.
pub struct Shared {
    pub config: Config,
    pub door: Door,
    pub clock: Clock,
    sites: Vec<Arc<SiteRuntime>>,
    /// What origins said to everybody; a new config begins without.
    pub pages: PageCache,
    /// Absent where there is no TLS.
    pub https: Option<Https>,
    /// Absent where the store could not be opened: then nobody is counted.
    pub usage: Option<Arc<Usage>>,
    pub metrics: Arc<Metrics>,
    /// Absent where there is no store: then nothing is learned.
    pub reports: Option<Arc<Reports>>,
    pub events: Arc<Events>,
    /// Absent where there is no store: then no grant can be given.
    pub grants: Option<Arc<Grants>>,
}

/// TLS, as far as plain requests have to know it.
#[derive(Clone)]
pub struct Https {
    /// Where plain requests are sent to.
    pub port: u16,
    /// What an authority asks to be shown over plain HTTP is theirs.
    pub certificates: Arc<Certificates>,
}

/// One site, ready to serve.
#[derive(Debug)]
pub struct SiteRuntime {
    pub config: Arc<Site>,
    pub signatures: Arc<Signatures>,
    pub origin: Arc<OriginClient>,
    /// Differs with every start, and so with every config and program: pages kept by a browser from
    /// before are asked for again.
    pub revision: String,
    /// What counting knows the site as.
    pub counted: Option<SiteIndex>,
    /// The site under the notice that is announced, from that moment on (seconds since the epoch).
    next: Option<(i64, Arc<SiteRuntime>)>,
}

impl Shared {
    pub fn new(
        config: Config,
        keys: Keys,
        clock: Clock,
        https: Option<Https>,
        records: Option<&Records>,
    ) -> Result<Shared, TlsError> {
        let usage = records.map(|records| Arc::clone(&records.usage));
        let grants = records.map(|records| Arc::new(Grants::new(Arc::clone(&records.ledger))));
        let origins = origins(&config, &[])?;
        let metrics = Metrics::new();
        come_into_force(&origins, &metrics);
        let sites = sites(&config, origins, usage.as_deref());
        let door = Door::new(&config.server, keys, clock.clone());
        let reports = usage.is_some().then(|| Arc::new(Reports::new(clock.clone())));
        let pages = pages(&config, &clock, &metrics);
        let events = Arc::new(Events::new(clock.clone()));
        Ok(Shared { door, clock, sites, pages, https, usage, metrics, reports, events, grants, config })
    }

    /// The same under a new config, with the same keys, records and figures. Reads from the disk.
    ///
    /// # Errors
    /// Where an origin's trust cannot be read; then nothing has changed.
    pub fn renewed(&self, config: Config, records: Option<&Records>) -> Result<Shared, TlsError> {
        let origins = origins(&config, &self.sites)?;
        come_into_force(&origins, &self.metrics);
        if let Some(records) = records {
            records.replan(&config);
        }
        config.catalogue.inherit_cloaked(&self.config.catalogue);
        Ok(Shared {
            door: self.door.renewed(&config.server),
            clock: self.clock.clone(),
            sites: sites(&config, origins, self.usage.as_deref()),
            pages: pages(&config, &self.clock, &self.metrics),
            https: self.https.clone(),
            usage: self.usage.clone(),
            metrics: Arc::clone(&self.metrics),
            reports: self.reports.clone(),
            events: Arc::clone(&self.events),
            grants: self.grants.clone(),
            config,
        })
    }

    /// The way to each site's origins.
    pub fn origins(&self) -> impl Iterator<Item = &Arc<OriginClient>> {
        self.sites.iter().map(|site| &site.origin)
    }

    /// The site that answers to `host` (lower case, without port), under the notice of this moment.
    pub fn site(&self, host: &str) -> Option<&Arc<SiteRuntime>> {
        let found = self.config.site(host)?;
        let site = self.sites.iter().find(|site| Arc::ptr_eq(&site.config, found))?;
        match &site.next {
            Some((starts, next)) if self.clock.seconds() >= *starts => Some(next),
            _ => Some(site),
        }
    }
}

/// The way to each site's origins; what was known of those that stay goes on.
fn origins(config: &Config, before: &[Arc<SiteRuntime>]) -> Result<Vec<Arc<OriginClient>>, TlsError> {
    let client = |site: &Arc<Site>| {
        let known = before.iter().find(|known| known.config.name == site.name);
        OriginClient::new(site, &config.server.timeouts, known.map(|known| &*known.origin)).map(Arc::new)
    };
    config.sites.iter().map(client).collect()
}

fn pages(config: &Config, clock: &Clock, metrics: &Metrics) -> PageCache {
    PageCache::new(config.server.limits.page_cache_bytes, clock.clone(), metrics.page_cache.clone())
}

/// Once nothing can fail any more.
fn come_into_force(origins: &[Arc<OriginClient>], metrics: &Metrics) {
    origins.iter().for_each(|origin| origin.come_into_force());
    metrics.upstreams.show(origins.iter().flat_map(|origin| origin.upstreams().cloned()).collect());
}

fn sites(config: &Config, origins: Vec<Arc<OriginClient>>, usage: Option<&Usage>) -> Vec<Arc<SiteRuntime>> {
    let signatures = Arc::new(Signatures::new(&config.catalogue));
    let runtime = |(site, origin): (&Arc<Site>, Arc<OriginClient>)| {
        let counted = usage.and_then(|usage| usage.site(&site.name));
        SiteRuntime::of(site, &signatures, &origin, counted)
    };
    config.sites.iter().zip(origins).map(runtime).collect()
}

impl SiteRuntime {
    /// A site and, where another notice is announced, the site it becomes. Each has a revision of its own,
    /// so that no page made under one notice is taken for a page of the other.
    fn of(
        site: &Arc<Site>,
        signatures: &Arc<Signatures>,
        origin: &Arc<OriginClient>,
        counted: Option<SiteIndex>,
    ) -> Arc<SiteRuntime> {
        let next = site
            .upcoming
            .as_ref()
            .map(|upcoming| (starts(upcoming), SiteRuntime::of(&upcoming.site, signatures, origin, counted)));
        Arc::new(SiteRuntime {
            config: Arc::clone(site),
            signatures: Arc::clone(signatures),
            origin: Arc::clone(origin),
            revision: revision(),
            counted,
            next,
        })
    }
}

/// The moment a notice takes effect: its day's start on the site's own clocks, so that nobody west of
/// Greenwich meets it hours before the day that was announced (PC17).
fn starts(upcoming: &Upcoming) -> i64 {
    let zone = Zone::named(&upcoming.site.usage.time_zone).unwrap_or_else(Zone::utc);
    zone.start_of(upcoming.effective)
}

/// Eight random hex digits. Without randomness a fixed text: then pages are only asked for again when
/// the choice changes.
fn revision() -> String {
    getrandom::u32().map_or_else(|_| env!("CARGO_PKG_VERSION").to_owned(), |n| format!("{n:08x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Day, Facts, PurposeSet, Source, StoredChoice, decide};

    const ANNOUNCING: &str = r#"
[server]
listen = ["127.0.0.1:0"]
[[site]]
hosts = ["clinic.example"]
origin = "http://127.0.0.1:3000"
jurisdiction = "quebec"
languages = ["fr"]
contact = { title = { fr = "Responsable" }, email = "vie-privee@clinic.example" }
usage = { time_zone = "America/Montreal" }
notice = { version = "1", next = { version = "2", effective = "2027-01-01", summary = { fr = "Mesure." } } }
vendor = [{ id = "youtube" }, { id = "google-analytics", from = "2027-01-01" }]
"#;
    /// 2027-01-01T05:00Z, midnight in Montreal.
    const MIDNIGHT: i64 = 1_798_779_600;

    fn announcing(clock: &Clock) -> Shared {
        let config = Config::from_text("paravent.toml", ANNOUNCING).unwrap();
        Shared::new(config, Keys::ephemeral().unwrap(), clock.clone(), None, None).unwrap()
    }

    fn offered(shared: &Shared) -> Vec<&str> {
        let policy = &shared.site("clinic.example").unwrap().config.policy;
        policy.offered().map(|(vendor, _)| &*vendor.id).collect()
    }

    #[test]
    fn an_announced_notice_takes_effect_on_its_day_without_a_restart_pc17() {
        let clock = Clock::set_to(MIDNIGHT - 1);
        let shared = announcing(&clock);
        assert_eq!(offered(&shared), ["youtube"]);
        clock.advance(1);
        assert_eq!(offered(&shared), ["youtube", "google-analytics"]);
        let site = &shared.site("clinic.example").unwrap().config;
        assert_eq!(site.notice.version, "2");
        assert_eq!(site.notice.replaces.as_ref().unwrap().version, "1");
    }

    #[test]
    fn old_grants_do_not_carry_over_pc17() {
        let clock = Clock::set_to(MIDNIGHT - 1);
        let shared = announcing(&clock);
        let choice = StoredChoice {
            notice: shared.site("clinic.example").unwrap().config.policy.notice.clone(),
            day: clock.today(),
            purposes: PurposeSet::ALL,
            vendors: Default::default(),
            counted: true,
            chosen: true,
        };
        let source = |today: Day| {
            let policy = &shared.site("clinic.example").unwrap().config.policy;
            let facts = Facts {
                host: "clinic.example",
                path: "/",
                choice: Some(&choice),
                once: None,
                gpc: false,
                today,
            };
            let decision = decide(policy, &facts);
            (decision.consent().source, decision.asks())
        };
        assert_eq!(source(clock.today()), (Source::Choice, false));
        clock.advance(1);
        assert_eq!(source(clock.today()), (Source::None, true));
    }

    #[test]
    fn pages_of_one_notice_are_not_taken_for_pages_of_the_other() {
        let clock = Clock::set_to(MIDNIGHT - 1);
        let shared = announcing(&clock);
        let before = shared.site("clinic.example").unwrap().revision.clone();
        clock.advance(1);
        assert_ne!(shared.site("clinic.example").unwrap().revision, before);
    }
}
