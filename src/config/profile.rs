//! The five profiles, compiled in from `config/profiles/`.
//!
//! In: a profile's name. Out: what such a site starts from, and what it promised, so that its own
//! keys may not take it back. Each promise is named by its id.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::checked::{Localised, PurposeLabel};
use super::words::LANGUAGES;
use crate::policy::{Jurisdiction, Purpose, PurposeSet};

const PROFILES: &[(&str, &str)] = &[
    ("radiology-quebec", include_str!("../../config/profiles/radiology-quebec.toml")),
    ("second-opinion-montreal", include_str!("../../config/profiles/second-opinion-montreal.toml")),
    ("records-vendor", include_str!("../../config/profiles/records-vendor.toml")),
    ("primary-care-quebec", include_str!("../../config/profiles/primary-care-quebec.toml")),
    ("radiology-morocco", include_str!("../../config/profiles/radiology-morocco.toml")),
];

/// The profiles' names, in the order of the documentation.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    PROFILES.iter().map(|(name, _)| *name)
}

/// What a site of this kind starts from.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub name: &'static str,
    pub jurisdiction: Jurisdiction,
    pub languages: Vec<&'static str>,
    pub labels: Vec<PurposeLabel>,
    pub answer_days: Option<u16>,
    pub promised: Promised,
}

/// What a site may not take back, each with the promise that says so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Promised {
    /// Purposes that nothing can grant, by id.
    pub locked: BTreeMap<String, String>,
    /// The only countries where data may be processed.
    pub residency: Option<Residency>,
    /// Vendors need a contract reference.
    pub require_contract: Option<String>,
    /// Vendors abroad need an authorisation reference.
    pub require_authorisation: Option<String>,
    /// Below the law's age a parent or guardian consents.
    pub guardian: Option<String>,
    /// A plaintext origin must be on loopback.
    pub encrypted_origin: Option<String>,
    /// `[site.retention] enquiries_days` must be given.
    pub enquiries_days: Option<String>,
    /// `[site.retention] receipts_days` may not outlive the claims that they answer.
    pub receipts_days: Option<String>,
    /// The purposes' labels are part of the policy.
    pub labels: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Residency {
    pub countries: Vec<String>,
    pub promise: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    jurisdiction: String,
    languages: Vec<String>,
    answer_days: Option<u16>,
    #[serde(default)]
    labels: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    promised: Promised,
}

impl Profile {
    /// The profile of this name, if there is one.
    pub fn named(name: &str) -> Option<Profile> {
        let (name, text) = PROFILES.iter().find(|(known, _)| *known == name)?;
        let file: ProfileFile = toml::from_str(text).ok()?;
        Some(Profile {
            name,
            jurisdiction: Jurisdiction::from_id(&file.jurisdiction)?,
            languages: file.languages.iter().map(|own| language(own)).collect::<Option<_>>()?,
            labels: file.labels.into_iter().map(label).collect::<Option<_>>()?,
            answer_days: file.answer_days,
            promised: file.promised,
        })
    }

    /// The purposes that nothing can grant.
    pub fn locked(&self) -> PurposeSet {
        self.promised.locked.keys().filter_map(|id| Purpose::from_id(id)).collect()
    }
}

fn language(own: &str) -> Option<&'static str> {
    LANGUAGES.into_iter().find(|known| *known == own)
}

fn label((purpose, words): (String, BTreeMap<String, String>)) -> Option<PurposeLabel> {
    Some(PurposeLabel { purpose: Purpose::from_id(&purpose)?, label: Localised(words.into_iter().collect()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_can_be_read_and_names_real_purposes() {
        for name in names() {
            let profile = Profile::named(name).unwrap_or_else(|| panic!("{name} cannot be read"));
            assert_eq!(profile.locked().iter().count(), profile.promised.locked.len(), "{name}");
            assert!(!profile.languages.is_empty(), "{name}");
        }
    }
}
