//! In: a million page views over ten thousand sites. Out: what they take of memory and of the processor;
//! and that neither grows with who comes. `scripts/prove scale` counts them all; CI a part.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::sync::Arc;

use super::fixtures::{Book, FIREFOX, MONDAY, full_or};
use super::noise::Noise;
use super::*;
use crate::clock::{Clock, Zone};

const VIEWS_PER_SITE: usize = 100;
const MEBIBYTE: f64 = 1_048_576.0;
/// What a site may take on its day: its lists, its key, and a table for some dozens of visitors.
const BYTES_PER_SITE: f64 = 24_576.0;

fn plan(site: usize) -> SitePlan {
    let found = (0..10).map(|page| format!("/services/{page}")).collect();
    SitePlan {
        name: format!("clinic-{site}.example"),
        zone: Zone::named("America/Montreal").unwrap(),
        preset: Preset::Balanced,
        release: ReleasePlan::Auto,
        pages: PageSources { found, ..PageSources::default() },
        declared: Declared::default(),
    }
}

/// Bytes of this process in memory.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() * 1_024.0
}

/// Nanoseconds for which the processor worked for this thread.
fn worked() -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    spent.split(' ').next().unwrap().parse().unwrap()
}

fn see(usage: &Usage, site: SiteIndex, visitor: usize, page: usize) {
    let network = format!("10.{}.{}.0", visitor / 256 % 256, visitor % 256);
    let identity = Identity { network: &network, user_agent: FIREFOX, accept_language: "fr" };
    let path = format!("/services/{page}");
    let seen = Seen {
        act: Act::Opens,
        path: &path,
        campaign: CampaignTags::default(),
        source: Source::Direct,
        region: Some("CA-QC"),
        device: Device::Computer,
        language: Some("fr"),
        consent: ConsentOutcome::Unanswered,
        agent: AgentSigns { user_agent: FIREFOX, accept_language: "fr", purpose: "" },
    };
    usage.record(usage.page_view(site, seen).unwrap(), usage.token(site, identity).unwrap());
}

#[test]
fn a_million_views_over_ten_thousand_sites_take_bounded_memory() {
    let sites = full_or(10_000, 100);
    let (before, clock) = (resident(), Clock::set_to(MONDAY));
    let noise = Box::new(|| Ok(Noise::silent()));
    let plans = (0..sites).map(plan).collect();
    let usage = Usage::open_with(plans, Arc::new(Book::default()), None, clock.clone(), noise).unwrap();
    let (opened, began) = (resident(), worked());
    for view in 0..sites * VIEWS_PER_SITE {
        // Each site's visitors look at three pages or so; no two views of a site come one after another.
        let site = SiteIndex(u16::try_from(view % sites).unwrap());
        see(&usage, site, view / sites / 3, view % 13);
    }
    let (counted, spent) = (resident(), worked() - began);
    clock.advance(1);
    let began = worked();
    usage.tick().unwrap();
    let ticked = worked() - began;
    println!(
        "{} views over {sites} sites: {:.0} MiB, of which {:.0} before the first view; {:.0} ns of CPU a view, \
         {:.1} ms a second of waiting",
        sites * VIEWS_PER_SITE,
        (counted - before) / MEBIBYTE,
        (opened - before) / MEBIBYTE,
        spent / (sites * VIEWS_PER_SITE) as f64,
        ticked / 1e6,
    );
    let tokens: usize = (0..sites).map(|site| held(&usage, site)).sum();
    assert_eq!(tokens, sites * VIEWS_PER_SITE.div_ceil(3), "each visitor is held once");
    // What else runs in this process takes memory too, unless it runs alone.
    if full_or(1, 0) == 1 {
        assert!(counted - before < sites as f64 * BYTES_PER_SITE, "{} bytes", counted - before);
    }
}

fn held(usage: &Usage, site: usize) -> usize {
    let room = usage.room(SiteIndex(u16::try_from(site).unwrap())).unwrap();
    let count = room.lock().unwrap();
    count.open.as_ref().unwrap().table.len()
}
