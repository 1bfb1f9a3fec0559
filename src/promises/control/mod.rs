//! What keeps promises. In: a checked site. Out: a verdict with its evidence. Each control stands here
//! once, beside the tests that fail when it is taken out of the code (`scripts/controls.txt`).

pub(super) mod asking;
pub(super) mod blocking;
pub(super) mod counting;
pub(super) mod keeping;
pub(super) mod pending;
pub(super) mod recipients;

use super::Verdict;
use crate::config::{Site, VendorTerms};
use crate::policy::{Offer, Vendor};

/// A control: code with a test.
#[derive(Debug)]
pub struct Control {
    /// The stable id: `live-grant`.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// The tests that fail without it.
    pub tests: &'static [&'static str],
    verdict: fn(&Site) -> Verdict,
}

impl Control {
    /// What it says of `site`, whatever its mode.
    pub fn judge(&self, site: &Site) -> Verdict {
        (self.verdict)(site)
    }
}

/// The vendors on offer that are somebody else: software the site runs itself has no hosts.
fn third_parties(site: &Site) -> impl Iterator<Item = (&Vendor, Offer)> {
    site.policy.offered().filter(|(vendor, _)| !vendor.hosts.is_empty())
}

/// What the config says of a vendor beyond the catalogue.
fn terms<'s>(site: &'s Site, vendor: &Vendor) -> Option<&'s VendorTerms> {
    site.vendor_terms.iter().find(|terms| terms.id == vendor.id)
}

/// `analytics, marketing`, or `nothing`.
fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// `1 vendor`, `3 vendors`.
fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
