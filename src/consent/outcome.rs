//! In: a press, the site and the decision that holds now. Out: what the press leads to: the choice
//! to sign, where to go, what to expire. Nothing here is stored or sent.

use std::collections::BTreeMap;

use super::granted::{grants, optional};
use super::press::{Act, Press, PressError};
use super::return_path::path_of;
use crate::config::Site;
use crate::policy::{Day, Decision, Purpose, PurposeSet, SitePolicy, Source, Store, StoredChoice, Vendor};

/// What a press leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The choice to be signed into the cookie; `None` for "once", which leaves it as it is.
    pub choice: Option<StoredChoice>,
    /// The vendor to let through for the next navigation.
    pub once: Option<String>,
    /// Path and query on this site.
    pub return_to: String,
    /// Whether anything is granted from now on, so that a receipt is due.
    pub grants: bool,
    /// Whether the visitor's rights differ from before, so that pages must be made anew.
    pub changed: bool,
    /// Whether a person of age, or a parent or guardian, said so in this press.
    pub guardian: bool,
    /// Names and patterns (`_ga_*`) of cookies that have to go, on every domain and path variant.
    pub expire: Vec<String>,
}

/// Measures `press` against the site. `present` is the decision that holds as it arrives.
pub fn apply(press: &Press, site: &Site, present: &Decision, today: Day) -> Result<Outcome, PressError> {
    if press.act == Some(Act::Once) {
        return load_once(press, site);
    }
    let policy = &site.policy;
    let next = next_choice(press, policy, present, today)?;
    let before = |vendor: &Vendor| grants(present.consent().purposes, &present.consent().vendors, vendor);
    let after = |vendor: &Vendor| grants(next.purposes, &next.vendors, vendor);
    let widens = optional(policy).any(|vendor| after(vendor) && !before(vendor));
    if widens && site.guardian && !press.guardian {
        return Err(PressError::GuardianMissing);
    }
    let lost: Vec<&Vendor> = optional(policy).filter(|vendor| before(vendor) && !after(vendor)).collect();
    let kept: Vec<&str> = optional(policy).filter(|vendor| after(vendor)).flat_map(cookie_names).collect();
    let mut expire: Vec<String> = lost
        .iter()
        .flat_map(|v| cookie_names(v))
        .filter(|name| !kept.contains(name))
        .map(str::to_owned)
        .collect();
    expire.sort();
    expire.dedup();
    Ok(Outcome {
        once: None,
        return_to: press.return_to.clone(),
        grants: optional(policy).any(after),
        changed: widens || !lost.is_empty(),
        guardian: press.guardian,
        expire,
        choice: Some(next),
    })
}

/// "Load once" grants nothing that lasts, and nothing at all where no third party loads.
fn load_once(press: &Press, site: &Site) -> Result<Outcome, PressError> {
    let [id] = press.vendors.as_slice() else { return Err(PressError::UnknownVendor) };
    let vendor = optional(&site.policy).find(|vendor| vendor.id == *id).ok_or(PressError::UnknownVendor)?;
    if site.policy.is_sensitive(path_of(&press.return_to)) {
        return Err(PressError::SensitivePage);
    }
    if site.guardian && !press.guardian {
        return Err(PressError::GuardianMissing);
    }
    Ok(Outcome {
        choice: None,
        once: Some(vendor.id.to_string()),
        return_to: press.return_to.clone(),
        grants: false,
        changed: true,
        guardian: press.guardian,
        expire: Vec::new(),
    })
}

fn next_choice(
    press: &Press,
    policy: &SitePolicy,
    present: &Decision,
    today: Day,
) -> Result<StoredChoice, PressError> {
    let consent = present.consent();
    let counted = press.counted.unwrap_or(consent.counted);
    let (purposes, vendors) = match press.act {
        Some(Act::Accept) => (policy.purposes(), BTreeMap::new()),
        Some(Act::Save) => (saved_purposes(press, policy)?, saved_vendors(press, policy)?),
        Some(Act::Refuse | Act::Withdraw | Act::Once) => (PurposeSet::NONE, BTreeMap::new()),
        None => (consent.purposes, consent.vendors.clone()),
    };
    let chosen = press.act.is_some();
    Ok(StoredChoice {
        notice: policy.notice.clone(),
        day: if chosen { today } else { consent.day },
        vendors: without_echoes(policy, purposes, vendors),
        purposes,
        counted,
        chosen: chosen || consent.source == Source::Choice,
    })
}

/// Exactly what is listed, and only what is offered: a locked purpose never is.
fn saved_purposes(press: &Press, policy: &SitePolicy) -> Result<PurposeSet, PressError> {
    let offered = policy.purposes();
    let mut saved = PurposeSet::NONE;
    for id in &press.purposes {
        let purpose = Purpose::from_id(id).filter(|p| *p != Purpose::Necessary && offered.contains(*p));
        saved = saved.with(purpose.ok_or(PressError::UnknownPurpose)?);
    }
    Ok(saved)
}

/// Exceptions by vendor; one both granted and refused is refused.
fn saved_vendors(press: &Press, policy: &SitePolicy) -> Result<BTreeMap<String, bool>, PressError> {
    let mut saved = BTreeMap::new();
    for entry in &press.vendors {
        let (id, granted) = entry.strip_prefix('-').map_or((entry.as_str(), true), |id| (id, false));
        if optional(policy).all(|vendor| vendor.id != id) {
            return Err(PressError::UnknownVendor);
        }
        saved.entry(id.to_owned()).and_modify(|before| *before &= granted).or_insert(granted);
    }
    Ok(saved)
}

/// An exception that says what its purpose says already is none: without it, equal choices are equal
/// bytes. One about a vendor that is not on offer any more goes too.
fn without_echoes(
    policy: &SitePolicy,
    purposes: PurposeSet,
    mut vendors: BTreeMap<String, bool>,
) -> BTreeMap<String, bool> {
    vendors.retain(|id, granted| {
        optional(policy).any(|v| v.id == *id && purposes.contains(v.purpose) != *granted)
    });
    vendors
}

fn cookie_names(vendor: &Vendor) -> impl Iterator<Item = &str> {
    vendor.cookies.iter().filter(|item| item.store == Store::Cookie).map(|item| &*item.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::{Fixture, TODAY};
    use crate::consent::read_press;

    fn pressed(fixture: &Fixture, present: &Decision, form: &str) -> Result<Outcome, PressError> {
        let press = read_press("application/x-www-form-urlencoded", form.as_bytes())?;
        apply(&press, &fixture.site, present, TODAY)
    }

    fn ids(outcome: &Outcome) -> (Vec<&str>, Vec<(&str, bool)>) {
        let choice = outcome.choice.as_ref().unwrap();
        let vendors = choice.vendors.iter().map(|(id, granted)| (id.as_str(), *granted)).collect();
        (choice.purposes.iter().map(Purpose::id).collect(), vendors)
    }

    #[test]
    fn accept_grants_all_that_is_offered() {
        let fixture = Fixture::quebec();
        let outcome = pressed(&fixture, &fixture.unasked(), "choice=accept&return=/a").unwrap();
        assert_eq!(ids(&outcome).0, ["functional", "analytics", "marketing"]);
        assert!(outcome.grants && outcome.changed && outcome.expire.is_empty());
        assert_eq!(outcome.return_to, "/a");
    }

    #[test]
    fn refusing_with_nothing_granted_changes_nothing_but_is_remembered() {
        let fixture = Fixture::quebec();
        let outcome = pressed(&fixture, &fixture.unasked(), "choice=refuse").unwrap();
        assert!(!outcome.grants && !outcome.changed);
        let choice = outcome.choice.unwrap();
        assert!(choice.chosen && choice.purposes.is_empty() && choice.day == TODAY);
    }

    #[test]
    fn save_grants_exactly_what_is_listed() {
        let fixture = Fixture::quebec();
        let form = "choice=save&purpose=analytics&vendor=-hotjar&vendor=youtube&vendor=google-analytics";
        let outcome = pressed(&fixture, &fixture.unasked(), form).unwrap();
        // The last one says nothing its purpose does not say already.
        assert_eq!(ids(&outcome), (vec!["analytics"], vec![("hotjar", false), ("youtube", true)]));
        let both =
            pressed(&fixture, &fixture.unasked(), "choice=save&vendor=youtube&vendor=-youtube").unwrap();
        assert!(!both.grants);
    }

    #[test]
    fn withdrawing_expires_what_the_withdrawn_kept() {
        let fixture = Fixture::quebec();
        let granted = fixture.saved(&["analytics"], &[]);
        let outcome = pressed(&fixture, &granted, "choice=withdraw").unwrap();
        assert_eq!(outcome.expire, ["_ga", "_ga_*", "_hj*"]);
        assert!(outcome.changed && !outcome.grants);
        let narrowed = pressed(&fixture, &granted, "choice=save&purpose=analytics&vendor=-hotjar").unwrap();
        assert_eq!(narrowed.expire, ["_hj*"]);
        assert!(narrowed.changed && narrowed.grants);
    }

    #[test]
    fn a_locked_purpose_is_never_granted() {
        let fixture = Fixture::morocco();
        let present = fixture.unasked();
        let press = |form| pressed(&fixture, &present, form);
        assert_eq!(ids(&press("choice=accept").unwrap()).0, ["functional", "analytics"]);
        assert_eq!(press("choice=save&purpose=marketing").unwrap_err(), PressError::UnknownPurpose);
        assert_eq!(press("choice=save&vendor=meta-pixel").unwrap_err(), PressError::UnknownVendor);
        assert_eq!(press("choice=once&vendor=meta-pixel").unwrap_err(), PressError::UnknownVendor);
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        let fixture = Fixture::quebec();
        for (form, error) in [
            ("choice=save&purpose=performance", PressError::UnknownPurpose),
            ("choice=save&purpose=necessary", PressError::UnknownPurpose),
            ("choice=save&vendor=nobody", PressError::UnknownVendor),
            ("choice=save&vendor=replay", PressError::UnknownVendor),
            ("choice=once", PressError::UnknownVendor),
            ("choice=once&vendor=youtube&vendor=hotjar", PressError::UnknownVendor),
            ("choice=once&vendor=youtube&return=/rendez-vous/a?b", PressError::SensitivePage),
            ("choice=once&vendor=youtube&return=/x/../%72endez-vous/a", PressError::SensitivePage),
        ] {
            assert_eq!(pressed(&fixture, &fixture.unasked(), form).unwrap_err(), error, "{form}");
        }
    }

    #[test]
    fn once_leaves_the_choice_alone() {
        let fixture = Fixture::quebec();
        let outcome = pressed(&fixture, &fixture.unasked(), "choice=once&vendor=youtube&return=/a").unwrap();
        assert_eq!((outcome.choice, outcome.once.as_deref(), outcome.grants), (None, Some("youtube"), false));
    }

    #[test]
    fn a_guardian_is_asked_for_only_where_more_is_granted() {
        let mut fixture = Fixture::quebec();
        fixture.site.guardian = true;
        let (fresh, granted) = (fixture.unasked(), fixture.saved(&["analytics", "functional"], &[]));
        let missing = Err(PressError::GuardianMissing);
        assert_eq!(pressed(&fixture, &fresh, "choice=accept"), missing);
        assert_eq!(pressed(&fixture, &fresh, "choice=save&vendor=youtube"), missing);
        assert_eq!(pressed(&fixture, &fresh, "choice=once&vendor=youtube"), missing);
        assert!(pressed(&fixture, &fresh, "choice=accept&guardian=yes").unwrap().guardian);
        assert!(pressed(&fixture, &fresh, "choice=refuse").is_ok());
        assert!(pressed(&fixture, &granted, "choice=save&purpose=analytics").is_ok());
    }

    #[test]
    fn objecting_to_being_counted_leaves_the_choice_alone() {
        let fixture = Fixture::quebec();
        let fresh = pressed(&fixture, &fixture.unasked(), "usage=object").unwrap().choice.unwrap();
        assert!(!fresh.chosen && !fresh.counted);
        let kept = pressed(&fixture, &fixture.saved(&["analytics"], &["-hotjar"]), "usage=object").unwrap();
        assert_eq!(ids(&kept), (vec!["analytics"], vec![("hotjar", false)]));
        assert!(!kept.changed && kept.grants);
    }
}
