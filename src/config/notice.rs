//! A site's notice, checked: its version and day, and the one that is announced to follow it.

use std::sync::Arc;

use super::checked::{Localised, Site};
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
