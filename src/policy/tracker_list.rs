//! In: a request, and the host of the page that would make it. Out: whether an operator's own list names
//! it a tracker's, and by which rule. Only the shape of the question is here; config answers it.

use std::fmt;

use super::destination::Destination;

/// Lists that the operator brought. They tell trackers, and never grant anything.
pub trait TrackerList: fmt::Debug + Send + Sync {
    /// The rule that names this request, made by a page on `page_host`; none where an exception speaks
    /// for it.
    fn names(&self, to: &Destination<'_>, page_host: &str) -> Option<Listed>;
}

/// The rule of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The list's file, as the config names it, and the line.
    pub place: String,
    /// The rule as the list writes it.
    pub rule: String,
}
