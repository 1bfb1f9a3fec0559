//! Counting a page view, as `server` would for every page sent: view, token, record. With few and with
//! many visitors in the day's table, since the cost must not grow with it. Beside it what any way of
//! counting costs at the least: an atomic increment, and an insertion into a hash map.

#![allow(clippy::expect_used, reason = "a benchmark may end by panicking")]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use paravent::clock::{Clock, Zone};
use paravent::policy::Day;
use paravent::usage::{
    Act, AgentSigns, BookError, CampaignTags, ConsentOutcome, Declared, Device, Gap, Identity, PageSources,
    Preset, Release, ReleaseBook, ReleasePlan, Seen, SiteIndex, SitePlan, Source, Usage,
};

/// Noon of 2026-11-22 UTC, in seconds since the epoch.
const NOON: i64 = 1_795_348_800;
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

/// A book that takes everything and keeps nothing: what is measured never waits for one.
struct NoBook;

impl ReleaseBook for NoBook {
    fn commit(&self, _: &[Release]) -> Result<(), BookError> {
        Ok(())
    }

    fn note_gap(&self, _: &Gap) -> Result<(), BookError> {
        Ok(())
    }

    fn last_closed(&self, _: &str) -> Result<Option<Day>, BookError> {
        Ok(None)
    }

    fn visits(&self, _: &str, _: Day, _: Day) -> Result<i64, BookError> {
        Ok(0)
    }
}

fn counting() -> Usage {
    let found = (0..500).map(|n| format!("/services/{n}")).collect();
    let plan = SitePlan {
        name: "clinic".to_owned(),
        zone: Zone::named("America/Montreal").expect("the zone"),
        preset: Preset::Balanced,
        release: ReleasePlan::Daily,
        pages: PageSources { found, ..PageSources::default() },
        declared: Declared::default(),
    };
    Usage::open(vec![plan], Arc::new(NoBook), None, Clock::set_to(NOON)).expect("an open day")
}

fn seen(path: &str) -> Seen<'_> {
    Seen {
        act: Act::Opens,
        path,
        campaign: CampaignTags::default(),
        source: Source::Direct,
        region: Some("CA-QC"),
        device: Device::Computer,
        language: Some("fr"),
        consent: ConsentOutcome::Unanswered,
        agent: AgentSigns { user_agent: BROWSER, accept_language: "fr-CA,fr;q=0.9", purpose: "" },
    }
}

/// Counts one view of a visitor of the network `network`.
fn count(usage: &Usage, site: SiteIndex, path: &str, network: &str) {
    let identity = Identity { network, user_agent: BROWSER, accept_language: "fr-CA,fr;q=0.9" };
    let view = usage.page_view(site, black_box(seen(path))).expect("an open day");
    usage.record(view, usage.token(site, identity).expect("an open day"));
}

fn tally(c: &mut Criterion) {
    for visitors in [10, 1_000, 100_000] {
        let usage = counting();
        let site = usage.site("clinic").expect("the site");
        let networks: Vec<String> =
            (0..visitors).map(|n| format!("10.{}.{}.0/{n}", n >> 8 & 255, n & 255)).collect();
        for network in &networks {
            count(&usage, site, "/services/1", network);
        }
        let mut turn = 0;
        c.bench_function(&format!("tally/{visitors} visitors of the day"), |b| {
            b.iter(|| {
                turn = (turn + 7919) % networks.len();
                count(&usage, site, "/services/42", &networks[turn]);
            });
        });
    }
}

fn least(c: &mut Criterion) {
    let counter = AtomicU64::new(0);
    c.bench_function("tally/an atomic increment", |b| b.iter(|| counter.fetch_add(1, Ordering::SeqCst)));
    let (mut map, mut turn) = (HashMap::new(), 0u64);
    c.bench_function("tally/a hash map's insertion", |b| {
        b.iter(|| {
            turn = (turn + 7919) % 100_000;
            *map.entry(black_box(turn)).or_insert(0u64) += 1;
        });
    });
}

criterion_group!(benches, tally, least);
criterion_main!(benches);
