//! In: rulings that were carried out. Out: the list of them, deduplicated and bounded. Holds rules,
//! vendor ids and hosts; never a path, a query or a visitor.

use std::fmt;

use crate::policy::{Rule, Ruling};

/// How many different stops are remembered; a page with more is cut short in the record only.
const MOST: usize = 256;

/// Something that was kept from loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The rule it rests on.
    pub rule: Rule,
    /// The vendor's id, or the host where no vendor is known, or `inline`.
    pub whom: String,
}

impl Stop {
    pub(super) fn new(ruling: &Ruling<'_>, host: &str) -> Stop {
        let whom = match ruling.vendor {
            Some(vendor) => vendor.id.to_string(),
            None if host.is_empty() => "inline".to_owned(),
            None => host.to_owned(),
        };
        Stop { rule: ruling.rule, whom }
    }
}

/// As `data-paravent` carries it: `no-consent meta-pixel`. Hosts come from the URL parser and ids
/// from the catalogue, so nothing in it needs escaping.
impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule.id(), self.whom)
    }
}

/// What was kept from loading on one page.
#[derive(Clone, Debug, Default)]
pub struct Stopped {
    stops: Vec<Stop>,
}

impl Stopped {
    /// Each stop once, in the order of the page.
    pub fn iter(&self) -> impl Iterator<Item = &Stop> {
        self.stops.iter()
    }

    /// Whether nothing was stopped.
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    pub(super) fn add(&mut self, stop: &Stop) {
        if self.stops.len() < MOST && !self.stops.contains(stop) {
            self.stops.push(stop.clone());
        }
    }

    pub(super) fn absorb(&mut self, other: &Stopped) {
        other.iter().for_each(|stop| self.add(stop));
    }
}
