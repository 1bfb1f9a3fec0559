//! In: what the operator's config says of a site, checked. Out: the policy every decision is
//! taken by. The same for every visitor.

use std::sync::Arc;

use super::catalogue::{Catalogue, VendorIndex};
use super::jurisdiction::Rules;
use super::paths::PathPattern;
use super::purpose::{Purpose, PurposeSet};
use super::vendor::Vendor;

/// Which hosts a site answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Whatever host the visitor asked for (the quick form).
    Any,
    /// These, lower case, without port.
    These(Vec<String>),
}

impl Hosts {
    /// Whether `host` (lower case, without port) is the site's.
    pub fn include(&self, host: &str) -> bool {
        match self {
            Hosts::Any => true,
            Hosts::These(hosts) => hosts.iter().any(|own| own == host),
        }
    }
}

/// Whether rulings are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Enforce,
    /// Only reports; nothing but the banner is changed.
    Observe,
}

/// A vendor the site asks consent for, or declares as necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub vendor: VendorIndex,
    /// May load on sensitive paths; only for what is necessary there.
    pub on_sensitive: bool,
}

/// A vendor the config names and that stays off all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    pub vendor: VendorIndex,
    pub reason: WithheldReason,
}

/// Why a vendor that the config names cannot be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithheldReason {
    /// Its purpose is locked off (promise RM4, for one).
    PurposeLocked,
    /// It processes data outside the site's `residency` (SO2, PC15).
    Residency,
    /// No contract reference where `require_contract = true` (EV7).
    NoContract,
    /// Data would leave the country without an authorisation (RM6).
    NoAuthorisation,
    /// It records sessions, and the operator has not insisted (RQ10).
    SessionReplay,
    /// No contact to complain to, so nothing may be asked (RQ21).
    NoContact,
}

impl WithheldReason {
    /// A stable id for lists and logs.
    pub const fn id(self) -> &'static str {
        match self {
            WithheldReason::PurposeLocked => "purpose-locked",
            WithheldReason::Residency => "residency",
            WithheldReason::NoContract => "no-contract",
            WithheldReason::NoAuthorisation => "no-authorisation",
            WithheldReason::SessionReplay => "session-replay",
            WithheldReason::NoContact => "no-contact",
        }
    }
}

/// One site's policy.
#[derive(Debug)]
pub struct SitePolicy {
    pub hosts: Hosts,
    /// Other hosts that the operator declares as the site's own.
    pub first_party_hosts: Vec<String>,
    pub catalogue: Arc<Catalogue>,
    pub offers: Vec<Offer>,
    pub withheld: Vec<Withheld>,
    /// Purposes that nothing can grant here.
    pub locked: PurposeSet,
    pub sensitive: Vec<PathPattern>,
    pub rules: Rules,
    pub mode: Mode,
    /// Fingerprint of the notice's substance: a choice made under another is void (RQ19).
    pub notice: String,
}

impl SitePolicy {
    /// The vendors on offer, with their offers.
    pub fn offered(&self) -> impl Iterator<Item = (&Vendor, Offer)> {
        self.offers.iter().filter_map(|offer| Some((self.catalogue.vendor(offer.vendor)?, *offer)))
    }

    /// The optional purposes for which there is something to grant.
    pub fn purposes(&self) -> PurposeSet {
        let offered: PurposeSet = self.offered().map(|(vendor, _)| vendor.purpose).collect();
        offered.without(self.locked)
    }

    /// The offer for `vendor`, if it is on offer.
    pub fn offer(&self, vendor: VendorIndex) -> Option<Offer> {
        self.offers.iter().copied().find(|offer| offer.vendor == vendor)
    }

    /// Whether `path` is one where no third party loads.
    pub fn is_sensitive(&self, path: &str) -> bool {
        self.sensitive.iter().any(|pattern| pattern.matches(path))
    }

    /// What the notice's fingerprint is taken over: purposes, vendors with purpose and country, the
    /// choice's length, the age below which the law wants a guardian and whether one is asked for, and
    /// `version`. Wording is left out, the vendors' names with it, so a typo voids nothing.
    pub fn notice_substance(&self, version: &str, guardian: bool) -> String {
        let mut vendors: Vec<String> = self
            .offered()
            .map(|(v, offer)| format!("{}:{}:{}:{}", v.id, v.purpose.id(), v.country, offer.on_sensitive))
            .collect();
        vendors.sort();
        let purposes: Vec<&str> = self.purposes().iter().map(Purpose::id).collect();
        let age = self.rules.guardian_below.unwrap_or(0);
        let days = self.rules.choice_days;
        format!("1|{version}|{}|{}|{days}|{age}|{guardian}", purposes.join(","), vendors.join(","))
    }
}
