//! In: a filter, a session, and the store. Out: the usage page.

use askama::Template;
use http::StatusCode;

use super::SiteFacts;
use super::answer::AdminAnswer;
use super::assets::style_href;
use super::cards::{CARDS, Card, is_declared, with_margin};
use super::chart::{Chart, HEIGHT, WIDTH};
use super::figures::{Figure, Pair, figures};
use super::filter::{Filter, language};
use super::lines::{Scene, visits_of};
use super::period::{Period, SPANS, Span};
use super::released::Released;
use super::route::AdminRequest;
use super::sessions::Session;
use super::words::Words;
use crate::clock::Clock;
use crate::policy::Day;
use crate::store::{Store, StoreError};
use crate::usage::{Estimate, Family, Guarantee, by_period};

#[derive(Template)]
#[template(path = "dashboard/usage.html")]
struct UsagePage<'a> {
    w: Words,
    style_href: &'static str,
    languages: [(&'static str, &'static str); 2],
    sites: &'a [SiteFacts],
    filter: &'a Filter<'a>,
    account: &'a str,
    csrf: &'a str,
    spans: [u32; 3],
    figures: Vec<Figure>,
    before: Period,
    chart: Option<Visits>,
    cards: Vec<Card>,
    /// No family has anything for these days.
    is_empty: bool,
    guarantee: String,
}

/// The chart and what is said around it.
struct Visits {
    chart: Chart,
    interruptions: u32,
}

/// The page of a request.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn answer(
    store: &Store,
    sites: &[SiteFacts],
    clock: &Clock,
    request: AdminRequest<'_>,
    session: &Session,
) -> Result<AdminAnswer, StoreError> {
    let Some(filter) = Filter::read(request.query, sites, clock) else {
        return Ok(AdminAnswer::text(StatusCode::NOT_FOUND, "there is no such site here\n"));
    };
    let words = language(request.query).unwrap_or_else(|| Words::wanted(request.headers));
    let page = drawn(store, sites, &filter, words, session)?;
    Ok(match page.render() {
        Ok(html) => AdminAnswer::page(StatusCode::OK, html),
        Err(_) => AdminAnswer::text(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be drawn\n"),
    })
}

fn drawn<'a>(
    store: &Store,
    sites: &'a [SiteFacts],
    filter: &'a Filter<'a>,
    w: Words,
    session: &'a Session,
) -> Result<UsagePage<'a>, StoreError> {
    let whole = filter.family;
    let (now, before) = (read(store, filter, filter.period)?, read(store, filter, filter.period.before())?);
    let pair = |family| Some(Pair { now: of(&now, family)?, before: of(&before, family)? });
    let shown = |released: &&Released| match whole {
        Some(family) => released.family == family,
        None => {
            CARDS.contains(&released.family) && !(is_declared(released.family) && released.cells.is_empty())
        }
    };
    let card = |released: &Released| -> Result<Card, StoreError> {
        let visits = visits_of(store, filter.site, released, filter.period)?;
        let scene = Scene { words: w, labels: &filter.site.labels, visits };
        Ok(Card::of(scene, filter, released, whole.is_some()))
    };
    let guarantee = Guarantee::of(filter.site.preset);
    let (epsilon, rho) = (guarantee.epsilon.to_string(), guarantee.rho.value().to_string());
    Ok(UsagePage {
        w,
        style_href: style_href(),
        languages: Words::LANGUAGES,
        sites,
        filter,
        account: &session.account.name,
        csrf: &session.csrf,
        spans: SPANS,
        figures: if whole.is_none() { figures(w, pair) } else { Vec::new() },
        before: filter.period.before(),
        chart: match of(&now, Family::Visits) {
            Some(visits) if whole.is_none() => Some(chart(store, filter, visits)?),
            _ => None,
        },
        cards: now.iter().filter(shown).map(card).collect::<Result<_, _>>()?,
        is_empty: now.iter().all(|released| released.cells.is_empty()),
        guarantee: w.fill_two("guarantee", [("epsilon", &epsilon), ("rho", &rho)]),
    })
}

/// Visits, and the families of the cards; or the one that is shown in full.
fn read(store: &Store, filter: &Filter<'_>, period: Period) -> Result<Vec<Released>, StoreError> {
    let families = match filter.family {
        Some(family) => vec![family],
        None => std::iter::once(Family::Visits).chain(CARDS).collect(),
    };
    families.into_iter().map(|family| Released::read(store, &filter.site.name, family, period)).collect()
}

fn of(all: &[Released], family: Family) -> Option<&Released> {
    all.iter().find(|released| released.family == family)
}

fn chart(store: &Store, filter: &Filter<'_>, visits: &Released) -> Result<Visits, StoreError> {
    let (period, zone) = (filter.period, &filter.site.zone);
    let (start, end) = (zone.start_of(period.from), zone.start_of(Day(period.to.0 + 1)));
    let interruptions = store.gaps(&filter.site.name, start, end - 1)?.len();
    let chart = Chart::of(period, &by_period(&visits.cells));
    Ok(Visits { chart, interruptions: u32::try_from(interruptions).unwrap_or(u32::MAX) })
}

impl UsagePage<'_> {
    fn title(&self) -> String {
        self.w.fill("title-site", "site", &self.filter.site.name)
    }

    // A template's loops hand on references, so these take them.

    fn to_days(&self, days: &u32) -> String {
        self.filter.to_days(*days)
    }

    fn is_last(&self, days: &u32) -> bool {
        self.filter.period.span == Span::Last(*days)
    }

    fn day(&self, day: &Day, with_year: bool) -> String {
        self.w.day(*day, with_year)
    }

    fn number(&self, number: &i64) -> String {
        self.w.number(*number)
    }

    fn is_ground(&self, value: &i64) -> bool {
        *value == 0
    }

    fn before(&self) -> String {
        self.period_fill("before", &self.before)
    }

    fn interrupted(&self, visits: &Visits) -> String {
        self.w.count("chart-interrupted", visits.interruptions)
    }

    fn is_chosen(&self) -> bool {
        self.filter.period.span == Span::Chosen
    }

    /// What a pointer that rests on a day is told.
    fn point(&self, day: &Day, of: &Estimate) -> String {
        let value = self.w.number(of.sum.max(0));
        let said = self.w.fill_two("chart-point", [("value", &value), ("share", &self.range(of))]);
        format!("{}\u{a0}: {said}", self.w.day(*day, true))
    }

    fn range(&self, of: &Estimate) -> String {
        let (low, high) = of.range();
        self.w.fill_two("range", [("low", &self.w.number(low)), ("high", &self.w.number(high))])
    }

    fn margin(&self, of: &Estimate) -> String {
        with_margin(self.w, *of)
    }

    fn period_fill(&self, key: &str, period: &Period) -> String {
        let (from, to) = (self.w.day(period.from, false), self.w.day(period.to, true));
        self.w.fill_two(key, [("from", &from), ("to", &to)])
    }

    fn view_box(&self) -> String {
        format!("0 0 {WIDTH} {HEIGHT}")
    }
}

#[cfg(test)]
mod tests {
    use crate::dashboard::fixture::{House, text};
    use crate::usage::Family;

    #[test]
    fn an_empty_site_teaches() {
        let house = House::new();
        let page = text(&house.get("/?site=empty.example", &house.cookie()));
        assert!(page.contains("appear on Mondays") && !page.contains("<svg"));
    }

    #[test]
    fn the_page_needs_no_script_and_speaks_the_language_that_is_asked_for() {
        let house = House::new();
        house.release(Family::Visits, (2, 2), &[("visits", 150)]);
        house.release(Family::Visits, (1, 1), &[("visits", 150)]);
        let cookie = house.cookie();
        let page = text(&house.get("/?lang=fr", &cookie));
        assert!(page.contains("<html lang=\"fr\"") && page.contains("Visites par jour"));
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("onclick"));
        assert!(page.contains("<polyline") && page.contains("140 à 160"));
        assert!(text(&house.get("/", &cookie)).contains("<html lang=\"en\""));
    }

    #[test]
    fn another_sites_numbers_stay_there() {
        let house = House::new();
        house.release(Family::Pages, (7, 1), &[("/canary-page", 400)]);
        assert!(!text(&house.get("/?site=empty.example&family=pages", &house.cookie())).contains("canary"));
    }
}
