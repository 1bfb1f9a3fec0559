//! In: a site's policy and a consent. Out: which vendors are granted, whatever page it is. The
//! ruling for one page is `Decision::judge_vendor`'s.

use crate::policy::{Consent, Purpose, PurposeSet, SitePolicy, Vendor};
use std::collections::BTreeMap;

/// Whether an offered `vendor` is granted by these purposes and exceptions.
pub(super) fn grants(purposes: PurposeSet, exceptions: &BTreeMap<String, bool>, vendor: &Vendor) -> bool {
    exceptions.get(&*vendor.id).copied().unwrap_or_else(|| purposes.contains(vendor.purpose))
}

/// The vendors a visitor may choose about here: on offer, not necessary, not locked.
pub(super) fn optional(site: &SitePolicy) -> impl Iterator<Item = &Vendor> {
    site.offered()
        .map(|(vendor, _)| vendor)
        .filter(|vendor| vendor.purpose != Purpose::Necessary && !site.locked.contains(vendor.purpose))
}

/// The optional vendors that `consent` grants, "once" left out.
pub(super) fn granted<'a>(site: &'a SitePolicy, consent: &'a Consent) -> impl Iterator<Item = &'a Vendor> {
    optional(site).filter(|vendor| grants(consent.purposes, &consent.vendors, vendor))
}

/// How much of what is offered is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Nothing,
    Some,
    All,
}

/// How much of what is offered `consent` grants.
pub fn extent(site: &SitePolicy, consent: &Consent) -> Extent {
    match granted(site, consent).count() {
        0 => Extent::Nothing,
        some if some < optional(site).count() => Extent::Some,
        _ => Extent::All,
    }
}
