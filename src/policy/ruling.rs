//! In: nothing but names. Out: what a decision says of a host, a cookie or a snippet, always with
//! the rule behind it, so that `paravent lookup` can answer "why?".

use super::vendor::{StoredItem, Vendor};

/// The rule a ruling rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    StaysInTheBrowser,
    OwnHost,
    NoVendorSeen,
    NecessaryVendor,
    PurposeGranted,
    VendorGranted,
    LoadedOnce,
    UnknownHost,
    /// An operator's own list names it.
    OperatorsList,
    Unreadable,
    VendorNotOffered,
    SensitivePath,
    PurposeLocked,
    VendorRefused,
    NoConsent,
    /// Hints, pings, reports: they carry no content a visitor asked for.
    NoContent,
}

impl Rule {
    /// The rule's name in output, markers and documentation.
    pub const fn id(self) -> &'static str {
        match self {
            Rule::StaysInTheBrowser => "stays-in-the-browser",
            Rule::OwnHost => "own-host",
            Rule::NoVendorSeen => "no-vendor-seen",
            Rule::NecessaryVendor => "necessary-vendor",
            Rule::PurposeGranted => "purpose-granted",
            Rule::VendorGranted => "vendor-granted",
            Rule::LoadedOnce => "loaded-once",
            Rule::UnknownHost => "unknown-host",
            Rule::OperatorsList => "operators-list",
            Rule::Unreadable => "unreadable",
            Rule::VendorNotOffered => "vendor-not-offered",
            Rule::SensitivePath => "sensitive-path",
            Rule::PurposeLocked => "purpose-locked",
            Rule::VendorRefused => "vendor-refused",
            Rule::NoConsent => "no-consent",
            Rule::NoContent => "no-content",
        }
    }

    /// Why, in a sentence for the operator.
    pub const fn because(self) -> &'static str {
        match self {
            Rule::StaysInTheBrowser => "it causes no request to another machine",
            Rule::OwnHost => "it is the site's own host",
            Rule::NoVendorSeen => "no known vendor is recognised in it",
            Rule::NecessaryVendor => "the site declares it as necessary",
            Rule::PurposeGranted => "the visitor granted its purpose",
            Rule::VendorGranted => "the visitor granted this vendor",
            Rule::LoadedOnce => "the visitor asked to load it once",
            Rule::UnknownHost => {
                "no vendor in the catalogue has this host; classify it with [[vendor]] or first_party_hosts"
            }
            Rule::OperatorsList => "a list of the operator's names it a tracker's, on the site's own host",
            Rule::Unreadable => "it cannot be read as a URL",
            Rule::VendorNotOffered => {
                "the site does not offer this vendor; add [[site.vendor]] to ask for it"
            }
            Rule::SensitivePath => "no third party loads on a sensitive path",
            Rule::PurposeLocked => "the site's profile locks its purpose off",
            Rule::VendorRefused => "the visitor refused this vendor",
            Rule::NoConsent => "the visitor has not granted its purpose",
            Rule::NoContent => "it is a hint, ping or report, which no visitor asked for",
        }
    }
}

/// What a decision says of a request or snippet.
#[derive(Clone, Copy, Debug)]
pub struct Ruling<'a> {
    blocked: bool,
    /// The rule it rests on.
    pub rule: Rule,
    /// The vendor it concerns, where one is known.
    pub vendor: Option<&'a Vendor>,
}

impl<'a> Ruling<'a> {
    pub(super) fn allow(rule: Rule, vendor: Option<&'a Vendor>) -> Ruling<'a> {
        Ruling { blocked: false, rule, vendor }
    }

    /// A refusal. Anyone may refuse; only a `Decision` allows.
    pub fn block(rule: Rule, vendor: Option<&'a Vendor>) -> Ruling<'a> {
        Ruling { blocked: true, rule, vendor }
    }

    /// Whether it must not get through.
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }
}

/// What a decision says of a cookie or storage key.
#[derive(Clone, Copy, Debug)]
pub enum StoredRuling<'a> {
    /// It may be kept, no longer than the item's days.
    Keep(&'a Vendor, &'a StoredItem),
    /// Nobody listed it: it may live until the browser closes (RQ2, PC8).
    CutToSession,
    /// It must not be kept or sent.
    Remove(Ruling<'a>),
}
