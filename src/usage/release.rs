//! In: counts that carry their noise. Out: the [`Release`] that is kept and shown, and the
//! [`ReleaseBook`] that keeps it. A release holds no unreleased number.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::families::Family;
use super::noise::{Rho, Sigma};
use crate::policy::Day;

/// One family's counts of one site and period, noise included, with what they cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReleaseLine", into = "ReleaseLine")]
pub struct Release {
    pub site: String,
    pub family: Family,
    /// First and last day of the period, in the site's time zone.
    pub from: Day,
    pub to: Day,
    pub rho: Rho,
    pub sigma: Sigma,
    /// Cells with their values. All of the family's, except for hours, which come as they end.
    pub cells: Vec<(String, i64)>,
}

/// A stretch of time in which nothing, or not everything, was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub site: String,
    /// Seconds since the epoch.
    pub from: i64,
    pub to: i64,
    pub reason: GapReason,
}

super::closed::closed_list! {
    /// Why there is a gap.
    GapReason {
        /// Counting began within the day.
        Began = "began",
        /// The process was away; what it had counted was kept.
        Away = "away",
        /// What had been counted since the last release was lost.
        Lost = "lost",
        /// The checkpoint could not be read.
        Unreadable = "unreadable",
        /// More clients came than the table may hold: what the day had not released yet was left out.
        Full = "full",
        /// The clock went back to a day that is closed.
        Clock = "clock",
        /// The store could not say which days are closed.
        Store = "store",
    }
}

impl GapReason {
    /// The reason of a name in the store.
    pub fn from_id(id: &str) -> Option<GapReason> {
        GapReason::ALL.iter().copied().find(|reason| reason.id() == id)
    }
}

/// Where releases go. All methods may be called again after they failed.
pub trait ReleaseBook: Send + Sync {
    /// Keeps all of these or none, each with its line in the ledger. A cell that is there already
    /// stays as it is: no period is ever released with two draws.
    ///
    /// # Errors
    /// Where they could not be kept durably.
    fn commit(&self, releases: &[Release]) -> Result<(), BookError>;

    /// Keeps a gap. Of two for one reason that begin at the same moment the longer one is kept.
    ///
    /// # Errors
    /// Where it could not be kept.
    fn note_gap(&self, gap: &Gap) -> Result<(), BookError>;

    /// The last day whose visits were released.
    ///
    /// # Errors
    /// Where the book cannot be read.
    fn last_closed(&self, site: &str) -> Result<Option<Day>, BookError>;

    /// The sum of visits released for days from `from` to `to`, both included.
    ///
    /// # Errors
    /// Where the book cannot be read.
    fn visits(&self, site: &str, from: Day, to: Day) -> Result<i64, BookError>;

    /// Templates of pages that the operator approved; a book that has none may leave it at that.
    ///
    /// # Errors
    /// Where the book cannot be read.
    fn approved_templates(&self, _site: &str) -> Result<Vec<String>, BookError> {
        Ok(Vec::new())
    }
}

/// The book could not be written or read.
#[derive(Debug, Error)]
#[error("released counts: {0}")]
pub struct BookError(pub String);

/// A release as the checkpoint writes it.
#[derive(Clone, Serialize, Deserialize)]
struct ReleaseLine {
    site: String,
    family: String,
    from: u32,
    to: u32,
    rho: u32,
    sigma: u32,
    cells: Vec<(String, i64)>,
}

impl From<Release> for ReleaseLine {
    fn from(release: Release) -> ReleaseLine {
        ReleaseLine {
            site: release.site,
            family: release.family.id().to_owned(),
            from: release.from.0,
            to: release.to.0,
            rho: release.rho.in_millionths(),
            sigma: release.sigma.in_thousandths(),
            cells: release.cells,
        }
    }
}

impl TryFrom<ReleaseLine> for Release {
    type Error = String;

    fn try_from(line: ReleaseLine) -> Result<Release, String> {
        let family = Family::from_id(&line.family).ok_or_else(|| format!("no family {}", line.family))?;
        Ok(Release {
            site: line.site,
            family,
            from: Day(line.from),
            to: Day(line.to),
            rho: Rho::millionths(line.rho),
            sigma: Sigma::thousandths(line.sigma),
            cells: line.cells,
        })
    }
}
