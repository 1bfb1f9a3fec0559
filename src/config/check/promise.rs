//! What a profile promised, against what the site's own keys say.
//!
//! In: the profile and the keys that could take a promise back. Out: the stricter of the two, and a
//! problem that names the promise where they contradict each other. In observe mode the site starts
//! and its promises show "no", so nothing is reported then; the stricter value holds all the same.

use super::super::checked::{Origin, PurposeLabel};
use super::super::problem::{Place, Report};
use super::super::profile::Profile;
use super::super::raw::RawSite;
use super::super::table::{Entry, Given};
use crate::policy::{Jurisdiction, Mode, Purpose};

/// The law and the promises a site stands under.
pub(super) struct Standing<'a> {
    pub jurisdiction: Jurisdiction,
    pub profile: Option<Profile>,
    pub mode: Mode,
    report: &'a Report,
}

impl<'a> Standing<'a> {
    /// From `profile` or `jurisdiction`; where neither can be read, the most protective law.
    pub fn of(raw: &RawSite, report: &'a Report) -> Standing<'a> {
        let profile = raw.profile.given().and_then(|name| named_profile(name, report));
        if raw.profile.is_absent() && raw.jurisdiction.is_absent() {
            let remedy = "write profile = \"radiology-quebec\" or another, or jurisdiction = \"quebec\"; \"strict\" is the most protective";
            report.say(&raw.at, "the site names neither profile nor jurisdiction", remedy);
        }
        let own = raw.jurisdiction.value().copied();
        if let (Some(profile), Some(given)) = (&profile, raw.jurisdiction.given())
            && profile.jurisdiction != given.value
        {
            let law = profile.jurisdiction.id();
            let message = format!("profile \"{}\" stands under \"{law}\"", profile.name);
            report.say(
                &given.at,
                message,
                "leave jurisdiction out, or leave profile out and write its keys by hand",
            );
        }
        Standing {
            jurisdiction: profile.as_ref().map(|p| p.jurisdiction).or(own).unwrap_or(Jurisdiction::Strict),
            profile,
            mode: raw.mode.value().copied().unwrap_or(Mode::Enforce),
            report,
        }
    }

    /// Reports that `promise` would be broken, unless the site only observes.
    pub fn broken(&self, place: &Place, promise: &str, what: &str, remedy: &str) {
        if let (Mode::Enforce, Some(profile)) = (self.mode, &self.profile) {
            let message = format!("promise {promise} of profile \"{}\": {what}", profile.name);
            self.report.say(place, message, remedy);
        }
    }

    /// The promise that locks `purpose` off, if one does.
    pub fn lock(&self, purpose: Purpose) -> Option<&str> {
        self.profile.as_ref()?.promised.locked.get(purpose.id()).map(String::as_str)
    }

    /// The countries where data may be processed; `None` for no limit.
    pub fn residency(&self, raw: &RawSite) -> Option<Vec<String>> {
        let own = raw.residency.given();
        let codes = |given: &Given<Vec<Given<_>>>| -> Vec<String> {
            given.value.iter().map(|c: &Given<super::super::values::Country>| c.value.0.clone()).collect()
        };
        let own_codes = own.map(codes).filter(|codes| !codes.is_empty());
        let Some(promised) = self.profile.as_ref().and_then(|p| p.promised.residency.as_ref()) else {
            return own_codes;
        };
        let within =
            own_codes.as_ref().is_none_or(|own| own.iter().all(|code| promised.countries.contains(code)));
        if let (Some(given), true) = (own, !within || own_codes.is_none()) {
            let countries = promised.countries.join(", ");
            let what = format!("data stays in {countries}");
            self.broken(
                &given.at,
                &promised.promise,
                &what,
                "leave residency out, or name only those countries",
            );
        }
        Some(own_codes.filter(|_| within).unwrap_or_else(|| promised.countries.clone()))
    }

    /// Whether vendors need a contract reference.
    pub fn requires_contract(&self, raw: &RawSite) -> bool {
        let promise = self.profile.as_ref().and_then(|p| p.promised.require_contract.as_deref());
        self.required("require_contract", &raw.require_contract, promise, "every vendor is under contract")
    }

    /// Whether vendors abroad need an authorisation reference.
    pub fn requires_authorisation(&self, raw: &RawSite) -> bool {
        let promise = self.profile.as_ref().and_then(|p| p.promised.require_authorisation.as_deref());
        let what = "data leaves the country only when authorised";
        self.required("require_authorisation", &raw.require_authorisation, promise, what)
    }

    /// Whether a grant asks for a parent or guardian below the law's age.
    pub fn asks_guardian(&self, raw: &RawSite) -> bool {
        let promise = self.profile.as_ref().and_then(|p| p.promised.guardian.as_deref());
        self.required("guardian", &raw.guardian, promise, "a parent or guardian consents below the law's age")
    }

    fn required(&self, key: &str, own: &Entry<bool>, promise: Option<&str>, what: &str) -> bool {
        let own_value = own.value().copied().unwrap_or(false);
        if let (Some(Given { value: false, at }), Some(promise)) = (own.given(), promise) {
            self.broken(at, promise, what, &format!("leave {key} out"));
        }
        own_value || promise.is_some()
    }

    /// Reports origins that would be reached in the clear where that is ruled out.
    pub fn check_origins(&self, origins: &[Given<Origin>]) {
        let Some(promise) = self.profile.as_ref().and_then(|p| p.promised.encrypted_origin.as_deref()) else {
            return;
        };
        for given in origins.iter().filter(|given| !given.value.https && !given.value.is_loopback()) {
            let remedy = "write an https:// origin, or one on 127.0.0.1";
            self.broken(&given.at, promise, "nothing travels in the clear", remedy);
        }
    }

    /// Reports a missing retention period where the profile wants one shown, and one that is longer than the
    /// law's where it says that nothing is kept longer than necessary.
    pub fn check_retention(&self, raw: &RawSite) {
        let most = self.jurisdiction.rules().receipts_days;
        let too_long = raw.retention.receipts_days.given().filter(|days| days.value.0 > u64::from(most));
        if let (Some(promise), Some(given)) =
            (self.profile.as_ref().and_then(|p| p.promised.receipts_days.as_deref()), too_long)
        {
            let remedy = format!("write receipts_days = {most}, as long as claims can be brought, or fewer");
            self.broken(&given.at, promise, "nothing is kept longer than necessary", &remedy);
        }
        if let (Some(promise), true) = (
            self.profile.as_ref().and_then(|p| p.promised.enquiries_days.as_deref()),
            raw.retention.enquiries_days.is_absent(),
        ) {
            let remedy = "write [site.retention] enquiries_days = 365, or as many days as you keep them";
            self.broken(&raw.at, promise, "the privacy page says how long enquiries are kept", remedy);
        }
    }

    /// Reports languages that leave out the one the law names, or put another before it where the
    /// profile puts it first.
    pub fn check_languages(&self, chosen: &[&str], raw: &RawSite) {
        let (Some(own), Some(wanted)) = (raw.languages.given(), self.jurisdiction.rules().must_speak) else {
            return;
        };
        let comes_first = self.profile.as_ref().is_some_and(|p| p.languages.first() == Some(&wanted));
        let spoken = chosen.contains(&wanted);
        if !own.value.is_empty() && (!spoken || (comes_first && chosen.first() != Some(&wanted))) {
            let law = self.jurisdiction.id();
            let message =
                format!("under \"{law}\" the visitor's pages are complete in \"{wanted}\" (C-11, s. 52)");
            let remedy = format!("write languages = [\"{wanted}\", \"en\"], \"{wanted}\" first");
            self.report.say(&own.at, message, remedy);
        }
    }

    /// Reports a delay for rights requests that is longer than the law's.
    pub fn check_answer(&self, raw: &RawSite) {
        let most = self.jurisdiction.rules().answer_days;
        if let Some(given) = raw.answer_days.given().filter(|given| given.value.0 > u64::from(most)) {
            let message = format!("answer_days: the law gives {most} days to answer");
            self.report.say(&given.at, message, format!("write answer_days = {most}, or fewer"));
        }
    }

    /// The purposes' labels: the profile's, overridden by the site's where it promised none.
    pub fn labels(&self, own: Vec<(PurposeLabel, Place)>) -> Vec<PurposeLabel> {
        let Some(profile) = &self.profile else {
            return own.into_iter().map(|(label, _)| label).collect();
        };
        let mut labels = profile.labels.clone();
        for (label, place) in own {
            let known = labels.iter().position(|known| known.purpose == label.purpose);
            match (known, profile.promised.labels.as_deref()) {
                (Some(_), Some(promise)) => {
                    self.broken(
                        &place,
                        promise,
                        "the policy gives this purpose its name",
                        "leave the label out",
                    );
                }
                (Some(at), None) => labels[at] = label,
                (None, _) => labels.push(label),
            }
        }
        labels
    }
}

fn named_profile(name: &Given<String>, report: &Report) -> Option<Profile> {
    let profile = Profile::named(&name.value);
    if profile.is_none() {
        let names: Vec<&str> = super::super::profile::names().collect();
        let remedy = match super::super::nearest::nearest(&name.value, names.iter().copied()) {
            Some(meant) => format!("write \"{meant}\""),
            None => format!("write one of {}", names.join(", ")),
        };
        report.say(&name.at, format!("there is no profile \"{}\"", name.value), remedy);
    }
    profile
}
