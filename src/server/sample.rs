//! In: the demo's sites. Out: nine weeks of made-up visits, counted and released as real ones are, with
//! the same bounds and the same noise, up to this minute. Nobody's data: everything here is drawn
//! from the tables below.

use std::sync::Arc;
use std::time::Duration;

use chacha20::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::records::plan;
use super::survey::public_pages;
use crate::clock::{Clock, Zone};
use crate::config::Site;
use crate::store::Store;
use crate::usage::{
    Act, AgentSigns, Campaign, CampaignTags, Checkpoint, ConsentOutcome, DayToken, Device, Identity,
    PageSources, PageView, Reached, Seen, SiteIndex, SitePlan, Source, Usage, UsageError,
};

const DAYS: i64 = 63;
const HOUR: i64 = 3_600;
/// By how much fewer came at the beginning.
const GROWTH: f64 = 0.2;
/// Visits on a busy day, site by site, in the order of the demo's clinics.
const VISITS: [f64; 5] = [980.0, 170.0, 95.0, 690.0, 360.0];
/// How busy each day of the week is, Monday first, and each hour of the day.
const WEEK: [f64; 7] = [1.0, 0.96, 0.94, 0.91, 0.82, 0.38, 0.33];
const HOURS: [f64; 24] = [
    0.6, 0.3, 0.2, 0.2, 0.3, 0.8, 2.0, 4.2, 6.4, 7.6, 7.9, 7.0, 5.8, 6.6, 6.9, 6.4, 5.6, 5.0, 4.8, 5.2, 5.6,
    4.8, 3.2, 1.6,
];

/// A value and how often it comes, in hundredths.
type Often<T> = [(T, u32)];

const SOURCES: &Often<Source> = &[
    (Source::Google, 45),
    (Source::Direct, 26),
    (Source::Facebook, 7),
    (Source::Referral, 6),
    (Source::Bing, 5),
    (Source::Webmail, 4),
    (Source::ChatGpt, 4),
    (Source::DuckDuckGo, 2),
    (Source::Instagram, 1),
];
const DEVICES: &Often<Device> = &[(Device::Phone, 58), (Device::Computer, 37), (Device::Tablet, 5)];
const REGIONS_OF_CANADA: &Often<Option<&str>> = &[
    (Some("CA-QC"), 82),
    (Some("CA-ON"), 8),
    (Some("CA-NB"), 2),
    (Some("FR"), 3),
    (Some("US"), 2),
    (None, 3),
];
const REGIONS_OF_MOROCCO: &Often<Option<&str>> = &[
    (Some("MA-06"), 44),
    (Some("MA-04"), 21),
    (Some("MA-07"), 12),
    (Some("MA-03"), 9),
    (Some("FR"), 8),
    (Some("BE"), 2),
    (None, 4),
];
const LANGUAGES_OF_CANADA: &Often<&str> = &[("fr", 71), ("en", 22), ("ar", 3), ("es", 3), ("ht", 1)];
const LANGUAGES_OF_MOROCCO: &Often<&str> = &[("fr", 62), ("ar", 31), ("en", 7)];
const CHOICES: &Often<ConsentOutcome> = &[
    (ConsentOutcome::Unanswered, 39),
    (ConsentOutcome::Refused, 34),
    (ConsentOutcome::Accepted, 17),
    (ConsentOutcome::Partial, 7),
    (ConsentOutcome::Signal, 3),
];
const AGENTS: &Often<&str> = &[
    ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", 93),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 5),
    ("ClinicMonitor/1.0", 2),
];
/// Pages looked at in one visit.
const DEPTHS: &Often<usize> = &[(1, 46), (2, 24), (3, 14), (4, 9), (6, 7)];

/// How long the first page took, in thousandths of a second.
const TAKEN: &Often<u64> = &[(90, 61), (320, 24), (700, 9), (1_800, 5), (4_000, 1)];
/// In hundredths: visits that come by a registered campaign's link, by another's; that meet a page which is
/// not there; that reach each goal; that begin each funnel, and go on with each step after that.
const BY_CAMPAIGN: u32 = 9;
const BY_ANOTHER: u32 = 2;
const LOST: u32 = 2;
const REACHING: u32 = 5;
const BEGINNING: u32 = 22;
const GOING_ON: u32 = 41;

/// When the made-up visits begin, in seconds since the epoch.
pub fn beginning(now: &Clock) -> i64 {
    now.seconds() - DAYS * 24 * HOUR
}

/// Counts the made-up visits of `sites` into `store`, moving `clock` from where it stands to `now`, and
/// leaves the open day in the checkpoint for the server to take up.
///
/// # Errors
/// Where the store or the checkpoint cannot be written.
pub async fn fill(
    sites: &[Arc<Site>],
    store: Arc<Store>,
    checkpoint: Option<Checkpoint>,
    clock: &Clock,
    now: &Clock,
) -> Result<(), UsageError> {
    let mut crowds = Vec::new();
    for (site, visits) in sites.iter().zip(VISITS) {
        crowds.push(Crowd::of(site, visits, public_pages(site).await));
    }
    let plans = crowds.iter().map(|crowd| crowd.plan.clone()).collect();
    let usage = Usage::open(plans, store, checkpoint, clock.clone())?;
    let mut draw = ChaCha8Rng::seed_from_u64(DAYS.unsigned_abs());
    let began = clock.seconds();
    while clock.seconds() < now.seconds() {
        let at = clock.seconds();
        let growth = 1.0 - GROWTH * (1.0 - (at - began) as f64 / (DAYS * 24 * HOUR) as f64);
        if crowds.iter().any(|crowd| crowd.zone.local(at).hour == 0) {
            usage.tick()?;
        }
        for crowd in &crowds {
            if let Some(index) = usage.site(&crowd.plan.name) {
                crowd.come(&usage, index, at, growth, &mut draw);
            }
        }
        clock.advance(HOUR.min(now.seconds() - at).max(1));
    }
    usage.tick()?;
    usage.suspend()
}

/// Who comes to one site.
struct Crowd {
    plan: SitePlan,
    zone: Zone,
    visits: f64,
    /// From the most to the least visited.
    pages: Vec<String>,
    regions: &'static Often<Option<&'static str>>,
    languages: &'static Often<&'static str>,
    asks: bool,
}

impl Crowd {
    fn of(site: &Site, visits: f64, found: Vec<String>) -> Crowd {
        let plan = plan(site);
        let mut pages = found.clone();
        pages.sort_by_key(|page| (page.matches('/').count(), page.len()));
        let in_morocco = site.usage.time_zone == "Africa/Casablanca";
        Crowd {
            zone: plan.zone.clone(),
            plan: SitePlan {
                pages: PageSources { found: found.into_iter().collect(), ..plan.pages },
                ..plan
            },
            visits,
            pages,
            regions: if in_morocco { REGIONS_OF_MOROCCO } else { REGIONS_OF_CANADA },
            languages: if in_morocco { LANGUAGES_OF_MOROCCO } else { LANGUAGES_OF_CANADA },
            asks: !site.policy.purposes().is_empty(),
        }
    }

    /// The visits of the hour that begins now.
    fn come(&self, usage: &Usage, site: SiteIndex, at: i64, growth: f64, draw: &mut ChaCha8Rng) {
        let local = self.zone.local(at);
        // 1970-01-05, day 4, was a Monday.
        let weekday = WEEK[((local.day.0 + 3) % 7) as usize];
        let share = HOURS[usize::from(local.hour)] / HOURS.iter().sum::<f64>();
        let expected = self.visits * weekday * share * growth * draw.random_range(0.85..1.15);
        let visits = (expected + draw.random::<f64>()) as u32;
        for _ in 0..visits {
            self.visit(usage, site, draw);
        }
    }

    fn visit(&self, usage: &Usage, site: SiteIndex, draw: &mut ChaCha8Rng) {
        let visitor = format!("{:016x}", draw.random::<u64>());
        let identity = Identity { network: &visitor, user_agent: "sample", accept_language: "" };
        let Some(token) = usage.token(site, identity) else { return };
        let first = Seen {
            act: Act::Opens,
            path: "/",
            campaign: self.campaign(draw),
            source: one_of(SOURCES, draw),
            region: one_of(self.regions, draw),
            device: one_of(DEVICES, draw),
            language: Some(one_of(self.languages, draw)),
            consent: if self.asks { one_of(CHOICES, draw) } else { ConsentOutcome::NotAsked },
            agent: AgentSigns { user_agent: one_of(AGENTS, draw), accept_language: "fr", purpose: "" },
        };
        let on = Seen { source: Source::Internal, campaign: CampaignTags::default(), ..first };
        for step in 0..one_of(DEPTHS, draw) {
            let seen = Seen { path: self.page(draw), ..if step == 0 { first } else { on } };
            if let Some(view) = usage.page_view(site, seen) {
                usage.record(view.within(Duration::from_millis(one_of(TAKEN, draw))), token);
            }
        }
        let to_nowhere = if happens(60, draw) { on } else { first };
        if happens(LOST, draw)
            && let Some(view) = usage.page_view(site, to_nowhere).and_then(PageView::not_found)
        {
            usage.record(view, token);
        }
        for seen in self.further(on, draw) {
            record(usage, site, seen, token);
        }
    }

    /// What the visit reaches beside pages: goals, and the steps of funnels in their order.
    fn further<'s>(&'s self, on: Seen<'s>, draw: &mut ChaCha8Rng) -> Vec<Seen<'s>> {
        let mut further = Vec::new();
        for goal in &self.plan.declared.goals {
            let reached = match &goal.reached {
                Reached::Page(paths) => Seen { path: first(paths), ..on },
                Reached::Form(paths) => Seen { path: first(paths), act: Act::Posts, ..on },
                Reached::Press(press) => Seen { act: Act::Presses(*press), ..on },
            };
            further.extend(happens(REACHING, draw).then_some(reached));
        }
        for funnel in &self.plan.declared.funnels {
            let mut goes_on = happens(BEGINNING, draw);
            for paths in &funnel.steps {
                further.extend(goes_on.then_some(Seen { path: first(paths), ..on }));
                goes_on &= happens(GOING_ON, draw);
            }
        }
        further
    }

    fn campaign(&self, draw: &mut ChaCha8Rng) -> CampaignTags<'_> {
        let campaigns = &self.plan.declared.campaigns;
        if campaigns.is_empty() || !happens(BY_CAMPAIGN + BY_ANOTHER, draw) {
            return CampaignTags::default();
        }
        if draw.random_range(0..BY_CAMPAIGN + BY_ANOTHER) < BY_ANOTHER {
            return CampaignTags { source: "another", ..CampaignTags::default() };
        }
        tags_of(&campaigns[draw.random_range(0..campaigns.len())])
    }

    /// A page; the earlier in the list, the more often.
    fn page(&self, draw: &mut ChaCha8Rng) -> &str {
        let at = draw.random::<f64>().powi(3) * self.pages.len() as f64;
        self.pages.get(at as usize).map_or("/", String::as_str)
    }
}

fn one_of<T: Copy>(values: &Often<T>, draw: &mut ChaCha8Rng) -> T {
    let mut at = draw.random_range(0..values.iter().map(|(_, often)| often).sum());
    for (value, often) in values {
        if at < *often {
            return *value;
        }
        at -= often;
    }
    values[0].0
}

fn record(usage: &Usage, site: SiteIndex, seen: Seen<'_>, token: DayToken) {
    if let Some(view) = usage.page_view(site, seen) {
        usage.record(view, token);
    }
}

/// The tags of a link of this campaign.
fn tags_of(campaign: &Campaign) -> CampaignTags<'_> {
    let [source, medium, name] =
        [&campaign.sources, &campaign.mediums, &campaign.names].map(|values| first(values));
    CampaignTags { source, medium, name }
}

fn first(texts: &[String]) -> &str {
    texts.first().map_or("", String::as_str)
}

/// Whether what comes so many times in a hundred comes now.
fn happens(hundredths: u32, draw: &mut ChaCha8Rng) -> bool {
    draw.random_range(0..100) < hundredths
}
