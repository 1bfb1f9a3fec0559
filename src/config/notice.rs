//! A site's notice, checked: its version and day, and the one that is announced to follow it.

use std::sync::Arc;

use super::checked::{Config, Localised, Site};
use super::load::LoadError;
use super::problem::{Place, Report};
use crate::policy::Day;

/// The notice's version and the day it takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub version: String,
    /// Where the config gives one.
    pub effective: Option<Day>,
    /// The notice that was in force before, where this one followed it.
    pub replaces: Option<Box<Notice>>,
}

/// From when a site's present notice is in force.
#[derive(Debug)]
pub(super) struct Effective {
    pub day: Day,
    pub time_zone: String,
    /// Where the file says so.
    pub at: Place,
}

impl Config {
    /// The config, if a notice is in force on each of its sites; `today` gives the day in a time zone. What
    /// visitors agree to must be what they are told (P-39.1, s. 8; Law 09-08, art. 5; GDPR, art. 13), so a
    /// notice that takes effect later can only be announced beside the one that is in force.
    ///
    /// # Errors
    /// Each notice that is not in force yet.
    pub fn in_force(self, today: impl Fn(&str) -> Day) -> Result<Config, LoadError> {
        let report = Report::default();
        for Effective { day, time_zone, at } in &self.effective {
            let today = today(time_zone);
            if today < *day {
                let (day, today) = (day.iso(), today.iso());
                let message =
                    format!("this notice takes effect on {day}, and today is {today}: none is in force");
                let remedy = format!(
                    "write the version and the day of the notice in force, and this one under [site.notice.next], \
                     with version, effective = \"{day}\" and summary"
                );
                report.say(at, message, remedy);
            }
        }
        if report.is_empty() { Ok(self) } else { Err(report.into_problems().into()) }
    }
}

/// A notice that is announced: nothing of it holds before its day.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// The day it takes effect, by the clocks of the site's own time zone.
    pub effective: Day,
    /// What changes, in the operator's words, in every language of the site.
    pub summary: Localised,
    /// The site as it is from that day on: what it offers, its notice and its fingerprint.
    pub site: Arc<Site>,
}
