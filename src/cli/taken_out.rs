//! The part of `paravent lookup --unknown` that proves what did not load. In: the pages that a vendor's tags
//! were taken out of. Out: each vendor with its pages, seen and never how often, and how many of the
//! catalogue's that nobody is asked for were not seen at all (promise RM4).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::Site;
use crate::policy::Mode;
use crate::store::Seen;

/// What was taken out of this site's pages.
pub(super) fn of_site(site: &Site, seen: &[Seen]) -> String {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in seen {
        pages.entry(&row.place).or_default().push(&row.name);
    }
    let policy = &site.policy;
    let never: Vec<_> = policy.catalogue.vendors().filter(|(at, _)| policy.offer(*at).is_none()).collect();
    let found: Vec<_> = never.iter().filter(|(_, vendor)| pages.contains_key(&*vendor.id)).collect();
    let heading = match policy.mode {
        Mode::Enforce => "taken out of pages, whatever a visitor chooses",
        Mode::Observe => "let through now; enforcing would take it out of pages, whatever a visitor chooses",
    };
    let mut text = format!("\n  {heading} (seen or not seen, never by visit):\n");
    for (_, vendor) in &found {
        let on = pages.get(&*vendor.id).map(|pages| pages.join(", ")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {} ({}, {}) on {on}", vendor.name, vendor.id, vendor.purpose.id());
    }
    let _ = writeln!(text, "    not seen: {} others that are not offered", never.len() - found.len());
    text
}
