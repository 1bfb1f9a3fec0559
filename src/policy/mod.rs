//! The policy: pure data and decisions.
//!
//! In: a site's checked policy, the vendor catalogue, a visitor's choice and the few facts of a
//! request that bear on it. Out: a [`Decision`] that rules on hosts, cookies and snippets and
//! names the rule. It does no I/O, reads no clock and must never know an address, a User-Agent,
//! or anything else by which one visitor differs from the next with the same choice.

mod catalogue;
mod consent;
mod decide;
#[cfg(test)]
mod decide_tests;
mod destination;
mod jurisdiction;
mod own_cookies;
mod paths;
mod purpose;
mod receipt;
mod ruling;
mod site;
mod tracker_list;
mod vendor;

pub use catalogue::{Catalogue, VendorIndex};
pub use consent::{Consent, Day, Source, StoredChoice};
pub use decide::{Decision, Facts, decide};
pub use destination::{Destination, HostPattern, is_below};
pub use jurisdiction::{Jurisdiction, Regulator, Rules};
pub use own_cookies::{CONSENT, CONSENT_HOST, ONCE, ONCE_HOST, is_own_cookie};
pub use paths::{PathPattern, resolved_segments};
pub use purpose::{Purpose, PurposeSet};
pub use receipt::{Hour, Receipt, purposes_of, vendors_of};
pub use ruling::{Rule, Ruling, StoredRuling};
pub use site::{Hosts, Mode, Offer, SitePolicy, Withheld, WithheldReason};
pub use tracker_list::{Listed, TrackerList};
pub use vendor::{Embed, Kind, Store, StoredItem, Vendor, Words, name_matches};
