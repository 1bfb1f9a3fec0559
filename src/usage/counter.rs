//! In: what a request shows, in constants; the passing of time. Out: releases to the book, snapshots
//! to the checkpoint. [`Usage`] is the one handle on counting: `page_view` and `record` are called for
//! every page, `tick` every second or so.

mod resume;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use thiserror::Error;

use super::checkpoint::Checkpoint;
use super::families::Lists;
use super::noise::{Noise, NoiseError, NoiseSource};
use super::release::{BookError, GapReason, ReleaseBook};
use super::seen::Seen;
use super::site::{Opening, SiteCount, SitePlan};
use super::snapshot;
use super::token::{DayToken, Identity};
use super::view::{PageView, SiteIndex};
use super::week::monday;
use crate::clock::Clock;
use crate::policy::Day;

/// Seconds between two snapshots: what a crash may lose.
const CHECKPOINT_SECONDS: i64 = 10;

/// Counting, for all sites.
pub struct Usage {
    clock: Clock,
    book: Arc<dyn ReleaseBook>,
    checkpoint: Option<Checkpoint>,
    noise: NoiseSource,
    sites: RwLock<Vec<Arc<Mutex<SiteCount>>>>,
    /// When the last snapshot was written; held while a tick runs.
    ticking: Mutex<i64>,
}

/// Why something of a tick failed. Nothing is lost: the next tick tries again.
#[derive(Debug, Error)]
pub enum UsageError {
    #[error(transparent)]
    Noise(#[from] NoiseError),
    #[error(transparent)]
    Book(#[from] BookError),
    #[error("the checkpoint cannot be written: {0}")]
    Checkpoint(#[from] io::Error),
}

impl Usage {
    /// Takes up counting where the checkpoint left it, notes what is missing, and opens the day.
    ///
    /// # Errors
    /// Where the book cannot be read, or the first tick fails.
    pub fn open(
        plans: Vec<SitePlan>,
        book: Arc<dyn ReleaseBook>,
        checkpoint: Option<Checkpoint>,
        clock: Clock,
    ) -> Result<Usage, UsageError> {
        Usage::open_with(plans, book, checkpoint, clock, Box::new(Noise::from_system))
    }

    pub(super) fn open_with(
        plans: Vec<SitePlan>,
        book: Arc<dyn ReleaseBook>,
        checkpoint: Option<Checkpoint>,
        clock: Clock,
        noise: NoiseSource,
    ) -> Result<Usage, UsageError> {
        let sites = plans.into_iter().map(|plan| Arc::new(Mutex::new(SiteCount::new(plan)))).collect();
        let ticking = Mutex::new(clock.seconds());
        let usage = Usage { clock, book, checkpoint, noise, sites: RwLock::new(sites), ticking };
        usage.restore()?;
        usage.tick()?;
        Ok(usage)
    }

    /// The site of this name.
    pub fn site(&self, name: &str) -> Option<SiteIndex> {
        let sites = self.sites();
        let at = sites.iter().position(|site| locked(site).plan.name == name)?;
        u16::try_from(at).ok().map(SiteIndex)
    }

    /// The token of who asks, under the key of the site's open day; `None` while no day is open.
    pub fn token(&self, site: SiteIndex, identity: Identity<'_>) -> Option<DayToken> {
        let room = self.room(site)?;
        let count = locked(&room);
        let open = count.open.as_ref()?;
        Some(open.key.token(&count.plan.name, open.day, identity))
    }

    /// The view of what a visitor does, in constants; `None` while no day is open, and for what is neither
    /// a page nor reaches a goal.
    pub fn page_view(&self, site: SiteIndex, seen: Seen<'_>) -> Option<PageView> {
        let room = self.room(site)?;
        let (day, pages, targets, hour) = {
            let count = locked(&room);
            let open = count.open.as_ref()?;
            let hour = count.plan.zone.local(self.clock.seconds()).hour;
            (open.day, Arc::clone(&open.pages), Arc::clone(&open.targets), hour)
        };
        seen.view(site, day, hour, Lists { pages: &pages, targets: &targets })
    }

    /// What the open day's closed list calls a path; `None` while no day is open.
    pub fn page_name(&self, site: SiteIndex, path: &str) -> Option<String> {
        let room = self.room(site)?;
        let pages = Arc::clone(&locked(&room).open.as_ref()?.pages);
        pages.names().get(usize::from(pages.lookup(path).0)).cloned()
    }

    /// Counts a view. Constant time; never called for who objected to being counted.
    pub fn record(&self, view: PageView, token: DayToken) {
        if let Some(room) = self.room(view.site) {
            locked(&room).record(&view, token);
        }
    }

    /// Takes the pages of a site's sitemap and crawl; they count from the next day on. On the first
    /// day, which opened before there was a crawl, from now on.
    pub fn propose_pages(&self, site: SiteIndex, found: impl IntoIterator<Item = String>) {
        if let Some(room) = self.room(site) {
            locked(&room).propose(found.into_iter().collect());
        }
    }

    /// Takes up a new config: sites keep their open day, new ones begin, and those that are gone
    /// are counted no more but close in their time. Pages that were found stay found.
    pub fn replan(&self, plans: Vec<SitePlan>) {
        let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        for site in sites.iter() {
            let mut count = locked(site);
            count.retired = !plans.iter().any(|plan| plan.name == count.plan.name);
        }
        for plan in plans {
            let same = sites.iter().find(|site| locked(site).plan.name == plan.name);
            match same {
                Some(site) => locked(site).replan(plan),
                None => {
                    let site = Mutex::new(SiteCount::new(plan));
                    self.begin(&site, None, GapReason::Lost);
                    sites.push(Arc::new(site));
                }
            }
        }
    }

    /// Lets time pass: closes what has ended, commits what is drawn, opens what begins, writes the
    /// checkpoint. Blocks on the book and the checkpoint; call it where that is allowed.
    ///
    /// # Errors
    /// The first thing that failed. The rest was done, and the next tick tries again.
    pub fn tick(&self) -> Result<(), UsageError> {
        let mut written = self.ticking.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.seconds();
        let rooms = self.sites().clone();
        let closed = first_failure(rooms.iter().map(|room| self.close_what_ended(room, now)));
        let settled = self.settle(&rooms, now, &mut written);
        let opened = first_failure(rooms.iter().map(|room| self.open_what_begins(room, now)));
        let settled_again = self.settle(&rooms, now, &mut written);
        let due = now - *written >= CHECKPOINT_SECONDS || now < *written;
        let snapshot = if due { self.snapshot(&rooms, now, &mut written) } else { Ok(()) };
        closed.and(settled).and(opened).and(settled_again).and(snapshot)
    }

    /// Writes the checkpoint now, before the process ends.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn suspend(&self) -> Result<(), UsageError> {
        let mut written = self.ticking.lock().unwrap_or_else(PoisonError::into_inner);
        let rooms = self.sites().clone();
        self.snapshot(&rooms, self.clock.seconds(), &mut written)
    }

    fn close_what_ended(&self, room: &Mutex<SiteCount>, now: i64) -> Result<(), UsageError> {
        let mut count = locked(room);
        match count.is_due(now) {
            true => Ok(count.close_what_ended(now, &mut (self.noise)()?)?),
            false => Ok(()),
        }
    }

    fn open_what_begins(&self, room: &Mutex<SiteCount>, now: i64) -> Result<(), UsageError> {
        let (name, today) = {
            let count = locked(room);
            let Some(today) = count.unopened(now) else { return Ok(()) };
            (count.plan.name.clone(), today)
        };
        match self.opening(&name, today) {
            Ok(opening) => Ok(locked(room).open_day(now, opening, &mut (self.noise)()?)?),
            Err(error) => {
                locked(room).stay_idle(now, GapReason::Store);
                Err(error.into())
            }
        }
    }

    fn opening(&self, name: &str, today: Day) -> Result<Opening, BookError> {
        let monday = monday(today).0;
        let (from, to) = (Day(monday.saturating_sub(7)), Day(monday.saturating_sub(1)));
        let visits_of_last_week = self.book.visits(name, from, to)?;
        let approved = self.book.approved_templates(name)?;
        Ok(Opening { last_closed: self.book.last_closed(name)?, visits_of_last_week, approved })
    }

    /// Commits what is drawn. The snapshot comes first: should the process end before the commit,
    /// or not learn of it, the next one commits the same draws.
    fn settle(&self, rooms: &[Arc<Mutex<SiteCount>>], now: i64, written: &mut i64) -> Result<(), UsageError> {
        if rooms.iter().all(|room| locked(room).unsettled().0.is_empty()) {
            return first_failure(rooms.iter().map(|room| self.commit(room)));
        }
        let before = self.snapshot(rooms, now, written);
        let committed = first_failure(rooms.iter().map(|room| self.commit(room)));
        let after = self.snapshot(rooms, now, written);
        before.and(committed).and(after)
    }

    fn commit(&self, room: &Mutex<SiteCount>) -> Result<(), UsageError> {
        let (releases, gaps) = {
            let count = locked(room);
            let (releases, gaps) = count.unsettled();
            (releases.to_vec(), gaps.to_vec())
        };
        if !releases.is_empty() {
            self.book.commit(&releases)?;
            locked(room).settled(releases.len(), 0);
        }
        for gap in &gaps {
            self.book.note_gap(gap)?;
            locked(room).settled(0, 1);
        }
        Ok(())
    }

    fn snapshot(
        &self,
        rooms: &[Arc<Mutex<SiteCount>>],
        now: i64,
        written: &mut i64,
    ) -> Result<(), UsageError> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(()) };
        let mut block = snapshot::begin(now);
        for room in rooms {
            snapshot::write_site(&mut block, &locked(room).parts());
        }
        snapshot::seal(&mut block);
        if let Err(error) = checkpoint.write(&block) {
            // A snapshot of the past would bring back what was drawn since.
            checkpoint.remove()?;
            return Err(error.into());
        }
        *written = now;
        Ok(())
    }

    fn sites(&self) -> std::sync::RwLockReadGuard<'_, Vec<Arc<Mutex<SiteCount>>>> {
        self.sites.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn room(&self, site: SiteIndex) -> Option<Arc<Mutex<SiteCount>>> {
        self.sites().get(usize::from(site.0)).cloned()
    }
}

/// A site's counts; a panic elsewhere does not stop counting.
fn locked(room: &Mutex<SiteCount>) -> MutexGuard<'_, SiteCount> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does them all, and tells of the first that failed.
fn first_failure(results: impl Iterator<Item = Result<(), UsageError>>) -> Result<(), UsageError> {
    results.fold(Ok(()), Result::and)
}
