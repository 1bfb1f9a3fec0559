//! The pages of the operator, the privacy officer and the marketer.
//!
//! In: a request on the admin listener, and released counts from the store. Out: a page, an export, or
//! the way to the login. It must never know a visitor or an unreleased number: all it reads is what
//! the store keeps. Whoever has no session gets the login, the stylesheet and the state of health.
//!
//! A request goes `Dashboard::answer` → session → filter (site and period) → figures → page.

mod answer;
mod api;
mod assets;
mod cards;
mod change;
mod chart;
mod export;
mod figures;
mod filter;
mod lines;
mod login;
mod names;
mod page;
mod period;
mod released;
mod route;
mod sessions;
mod share;
mod throttle;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod route_tests;
mod rows;

use crate::clock::Zone;
use crate::usage::{Family, Preset};

pub use answer::AdminAnswer;
pub use login::MAX_LOGIN_BYTES;
pub use route::{AdminRequest, Dashboard, Metrics};
pub use rows::{CSV_HEAD, csv_row, json_row};

/// What the pages say of a site beside its counts.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// What releases call it.
    pub name: String,
    /// Where its days begin and end.
    pub zone: Zone,
    /// How much noise its counts carry.
    pub preset: Preset,
    /// Its counts are made up, for a demo; the pages say so.
    pub sample: bool,
    /// What people call the cells that the operator declared.
    pub labels: Vec<CellLabel>,
}

/// What a declared campaign, goal or funnel is called.
#[derive(Clone, Debug)]
pub struct CellLabel {
    pub family: Family,
    /// Its id, as in the names of cells.
    pub id: String,
    /// By language.
    pub words: Vec<(String, String)>,
}
