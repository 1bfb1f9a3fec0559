//! In: views, and the passing of time. Out: one site's releases and gaps. Holds the site's open day,
//! its open week, and draws that are not committed yet. Does no I/O.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::day::OpenDay;
use super::declared::Declared;
use super::guarantee::Preset;
use super::noise::{Noise, NoiseError};
use super::page_list::{PageList, PageSources};
use super::release::{Gap, GapReason, Release};
use super::snapshot::{SiteParts, SiteState};
use super::targets::Targets;
use super::token::DayToken;
use super::view::PageView;
use super::week::{Cadence, OpenWeek, ReleasePlan, monday};
use crate::clock::Zone;
use crate::policy::Day;

/// How a site is counted.
#[derive(Clone, Debug)]
pub struct SitePlan {
    /// What releases call the site.
    pub name: String,
    /// Where its days begin and end.
    pub zone: Zone,
    pub preset: Preset,
    pub release: ReleasePlan,
    /// Taken up when the next day opens.
    pub pages: PageSources,
    /// Taken up with them.
    pub declared: Declared,
}

/// What the book says when a day is to be opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Opening {
    /// The last day whose visits were released.
    pub(super) last_closed: Option<Day>,
    /// Released visits of the seven days before this week.
    pub(super) visits_of_last_week: i64,
    /// Templates of pages that the operator approved.
    pub(super) approved: Vec<String>,
}

/// One site's counts.
pub(super) struct SiteCount {
    pub(super) plan: SitePlan,
    pub(super) open: Option<OpenDay>,
    week: Option<OpenWeek>,
    /// Drawn, and not yet known to be committed.
    unsettled: Vec<Release>,
    gaps: Vec<Gap>,
    /// Left out of the config: closes what is open and opens nothing.
    pub(super) retired: bool,
    /// Since when no day is open although one should be, and why.
    idle: Option<(i64, GapReason)>,
    /// When the open day has something to draw next, once that was looked up.
    due: Option<i64>,
}

impl SiteCount {
    pub(super) fn new(plan: SitePlan) -> SiteCount {
        SiteCount {
            plan,
            open: None,
            week: None,
            unsettled: Vec::new(),
            gaps: Vec::new(),
            retired: false,
            idle: None,
            due: None,
        }
    }

    /// Takes up a new plan. Pages that were found stay found.
    pub(super) fn replan(&mut self, plan: SitePlan) {
        let found = std::mem::take(&mut self.plan.pages.found);
        self.plan = SitePlan { pages: PageSources { found, ..plan.pages }, ..plan };
        self.due = None;
    }

    /// Takes up what a checkpoint held. A day that the book has closed meanwhile is dropped: it
    /// was released, and its draws are the ones that count.
    pub(super) fn restore(&mut self, state: SiteState, last_closed: Option<Day>) {
        self.due = None;
        self.open = state.open.filter(|open| last_closed.is_none_or(|closed| open.day > closed));
        self.week = state.week;
        self.unsettled = state.unsettled;
    }

    /// Adds a view in constant time.
    pub(super) fn record(&mut self, view: &PageView, token: DayToken) {
        if let Some(open) = &mut self.open {
            open.add(view, token);
        }
    }

    /// Takes the pages that a crawl found. The open day's list stays as it was opened, unless it was
    /// opened before anything was found: then it grows, by what no visitor has any part in.
    pub(super) fn propose(&mut self, found: BTreeSet<String>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.awaits_pages) {
            open.pages = Arc::new(open.pages.with_found(&found));
            open.awaits_pages = found.is_empty();
        }
        self.plan.pages.found = found;
    }

    pub(super) fn note(&mut self, from: i64, to: i64, reason: GapReason) {
        self.gaps.push(Gap { site: self.plan.name.clone(), from, to, reason });
    }

    /// Whether an hour or the day is over by `now` that was not drawn. Asked every second.
    pub(super) fn is_due(&mut self, now: i64) -> bool {
        let Some(open) = &self.open else { return false };
        let zone = &self.plan.zone;
        now >= *self.due.get_or_insert_with(|| zone.end_of(open.day, open.next_hour()))
    }

    /// Draws what has ended by `now`: hours, else the whole day.
    ///
    /// # Errors
    /// Where no noise is to be had: then everything is as it was.
    pub(super) fn close_what_ended(&mut self, now: i64, noise: &mut Noise) -> Result<(), NoiseError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let (zone, site, day) = (&self.plan.zone, &self.plan.name, open.day);
        self.due = None;
        let was_full = open.full;
        let ended = zone.local(now).day > day;
        if ended {
            let releases = open.close(site, &mut self.week, noise)?;
            self.unsettled.extend(releases);
        } else if let Some(hours) = open.hours_due(site, |hour| now >= zone.end_of(day, hour), noise)? {
            self.unsettled.push(hours);
        }
        let found_full = open.full && !was_full;
        if ended {
            self.open = None;
        }
        if found_full {
            let (from, to) = (self.plan.zone.start_of(day), self.plan.zone.end_of(day, 23));
            self.note(from, to, GapReason::Full);
        }
        Ok(())
    }

    /// Whether a day should be open and is not, or a week waits for its end; the day it is.
    pub(super) fn unopened(&self, now: i64) -> Option<Day> {
        let at_rest = self.retired && self.week.is_none();
        (self.open.is_none() && !at_rest).then(|| self.plan.zone.local(now).day)
    }

    /// Releases a week that is over, and opens the day of `now` unless it was closed before.
    ///
    /// # Errors
    /// Where no noise is to be had: then it is tried again.
    pub(super) fn open_day(&mut self, now: i64, book: Opening, noise: &mut Noise) -> Result<(), NoiseError> {
        let Some(today) = self.unopened(now) else { return Ok(()) };
        let cadence = self.plan.release.cadence(book.visits_of_last_week);
        self.close_week(today, cadence, noise)?;
        if self.retired {
            return Ok(());
        }
        let drawn = self.unsettled.iter().map(|release| release.to).max();
        if book.last_closed.max(drawn).is_some_and(|closed| today <= closed) {
            self.stay_idle(now, GapReason::Clock);
            return Ok(());
        }
        let sources = PageSources { approved: book.approved, ..self.plan.pages.clone() };
        let pages = Arc::new(PageList::frozen(&sources));
        let targets = Arc::new(Targets::frozen(&self.plan.declared));
        let mut open = OpenDay::opened(today, pages, targets, cadence, self.plan.preset)?;
        open.awaits_pages = self.plan.pages.found.is_empty();
        self.open = Some(open);
        self.due = None;
        if let Some((since, reason)) = self.idle.take() {
            self.note(since, now, reason);
        }
        Ok(())
    }

    /// Remembers since when no day could be opened.
    pub(super) fn stay_idle(&mut self, now: i64, reason: GapReason) {
        self.idle.get_or_insert((now, reason));
    }

    fn close_week(&mut self, today: Day, cadence: Cadence, noise: &mut Noise) -> Result<(), NoiseError> {
        let last = cadence == Cadence::Daily || self.retired;
        let over = |week: &OpenWeek| last || monday(week.last_day()) != monday(today);
        if let Some(week) = self.week.as_ref().filter(|week| over(week)) {
            self.unsettled.extend(week.drawn(&self.plan.name, noise)?);
            self.week = None;
        }
        Ok(())
    }

    /// What is drawn and not known to be committed.
    pub(super) fn unsettled(&self) -> (&[Release], &[Gap]) {
        (&self.unsettled, &self.gaps)
    }

    /// The first so many of these are committed.
    pub(super) fn settled(&mut self, releases: usize, gaps: usize) {
        self.unsettled.drain(..releases.min(self.unsettled.len()));
        self.gaps.drain(..gaps.min(self.gaps.len()));
    }

    pub(super) fn parts(&self) -> SiteParts<'_> {
        SiteParts {
            site: &self.plan.name,
            open: self.open.as_ref(),
            week: self.week.as_ref(),
            unsettled: &self.unsettled,
        }
    }

    /// Adds draws of a site that is no longer counted.
    pub(super) fn adopt(&mut self, releases: Vec<Release>) {
        self.unsettled.extend(releases);
    }
}
