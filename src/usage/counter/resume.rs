//! In: what a checkpoint held, and what the book says is closed. Out: sites that count on where they left
//! off, and gaps for what is missing.

use std::sync::Mutex;

use zeroize::Zeroizing;

use super::super::checkpoint::Checkpoint;
use super::super::release::GapReason;
use super::super::site::SiteCount;
use super::super::snapshot::{self, SiteState};
use super::super::week::{ReleasePlan, monday};
use super::{Usage, UsageError, locked};
use crate::policy::Day;

/// A restart within so many seconds of the last snapshot leaves no gap worth noting.
const AWAY_SECONDS: i64 = 15;

impl Usage {
    pub(super) fn restore(&self) -> Result<(), UsageError> {
        // One that cannot be read is as one that makes no sense: left, and told of as a gap.
        let read = |checkpoint: &Checkpoint| checkpoint.read().unwrap_or_else(|_| Some(Zeroizing::default()));
        let block = self.checkpoint.as_ref().and_then(read);
        let rooms = self.sites().clone();
        let sensitive = |name: &str| {
            let room = rooms.iter().find(|room| locked(room).plan.name == name);
            room.map(|room| locked(room).plan.pages.sensitive.clone()).unwrap_or_default()
        };
        let read = block.as_ref().map(|block| snapshot::read(block, sensitive));
        let missing = if matches!(read, Some(None)) { GapReason::Unreadable } else { GapReason::Lost };
        let (moment, mut states) = read.flatten().unwrap_or_default();
        for room in &rooms {
            let name = locked(room).plan.name.clone();
            let last_closed = self.book.last_closed(&name)?;
            match states.iter().position(|state| state.site == name) {
                Some(at) => self.take_up(room, states.swap_remove(at), moment, last_closed),
                None => self.begin(room, last_closed, missing),
            }
        }
        if let Some(room) = rooms.first() {
            states.into_iter().for_each(|state| locked(room).adopt(state.unsettled));
        }
        Ok(())
    }

    fn take_up(&self, room: &Mutex<SiteCount>, state: SiteState, moment: i64, last_closed: Option<Day>) {
        let mut count = locked(room);
        count.restore(state, last_closed);
        let now = self.clock.seconds();
        if now - moment > AWAY_SECONDS {
            count.note(moment, now, GapReason::Away);
        }
    }

    pub(super) fn begin(&self, room: &Mutex<SiteCount>, last_closed: Option<Day>, missing: GapReason) {
        let mut count = locked(room);
        let (now, zone) = (self.clock.seconds(), count.plan.zone.clone());
        let today = zone.local(now).day;
        let Some(closed) = last_closed else {
            let reason = if missing == GapReason::Unreadable { missing } else { GapReason::Began };
            return count.note(zone.start_of(today), now, reason);
        };
        let next = Day(closed.0 + 1);
        // What is released weekly was lost since Monday.
        let from = if count.plan.release == ReleasePlan::Daily { next } else { next.min(monday(today)) };
        let from = zone.start_of(from);
        if from < now {
            count.note(from, now, missing);
        }
    }
}
