//! Which vendors a site may ask for.
//!
//! In: the `[[site.vendor]]` tables and what the site stands under. Out: what is on offer, and what
//! is withheld with the reason. Withholding is no problem: the site starts and the vendor stays off.

use super::super::checked::VendorTerms;
use super::super::nearest::nearest;
use super::super::problem::Report;
use super::super::raw::{RawOffer, RawSite};
use super::super::table::Entry;
use super::promise::Standing;
use crate::policy::{
    Catalogue, Jurisdiction, Mode, Offer, Purpose, Vendor, VendorIndex, Withheld, WithheldReason,
};

/// What became of the vendors that a site names.
#[derive(Default)]
pub(super) struct Outcome {
    /// Under the present notice.
    pub now: Offered,
    /// Under the notice that is announced: the same, and those that start with it.
    pub later: Offered,
    pub terms: Vec<VendorTerms>,
}

#[derive(Default)]
pub(super) struct Offered {
    pub offers: Vec<Offer>,
    pub withheld: Vec<Withheld>,
}

impl Offered {
    fn take(&mut self, vendor: VendorIndex, on_sensitive: bool, reason: Option<WithheldReason>) {
        match reason {
            Some(reason) => self.withheld.push(Withheld { vendor, reason }),
            None => self.offers.push(Offer { vendor, on_sensitive }),
        }
    }
}

/// What a vendor must meet to be offered.
struct Conditions<'a> {
    standing: &'a Standing<'a>,
    residency: Option<Vec<String>>,
    contract: bool,
    authorisation: bool,
    contact: bool,
}

/// Looks at each vendor the site names.
pub(super) fn check_offers(
    raw: &RawSite,
    standing: &Standing<'_>,
    catalogue: &Catalogue,
    report: &Report,
) -> Outcome {
    let conditions = Conditions {
        standing,
        residency: standing.residency(raw),
        contract: standing.requires_contract(raw),
        authorisation: standing.requires_authorisation(raw),
        contact: raw.contact.is_some(),
    };
    report_contact(raw, standing, report);
    let mut outcome = Outcome::default();
    for offer in &raw.vendors {
        let Some((at, vendor)) = named_vendor(offer, catalogue, report) else { continue };
        if outcome.terms.iter().any(|terms| terms.id == vendor.id) {
            report.say(
                &offer.at,
                format!("\"{}\" is offered twice", vendor.id),
                "leave one of the two tables out",
            );
            continue;
        }
        outcome.add(offer, at, vendor, &conditions, report);
    }
    outcome
}

impl Outcome {
    fn add(
        &mut self,
        raw: &RawOffer,
        at: VendorIndex,
        vendor: &Vendor,
        conditions: &Conditions<'_>,
        report: &Report,
    ) {
        let on_sensitive = raw.on_sensitive.value().copied().unwrap_or(false);
        if let (true, Some(given), true) =
            (on_sensitive, raw.on_sensitive.given(), vendor.purpose != Purpose::Necessary)
        {
            let message = format!(
                "\"{}\" is {}, and only what is necessary may load there",
                vendor.id,
                vendor.purpose.id()
            );
            report.say(&given.at, message, "leave on_sensitive out");
        }
        let reason = conditions.withholds(raw, vendor);
        if raw.from.is_absent() {
            self.now.take(at, on_sensitive, reason);
        }
        self.later.take(at, on_sensitive, reason);
        self.terms.push(VendorTerms {
            id: vendor.id.to_string(),
            contract: raw.contract.value().cloned(),
            authorisation: raw.authorisation.value().cloned(),
        });
    }
}

impl Conditions<'_> {
    fn withholds(&self, raw: &RawOffer, vendor: &Vendor) -> Option<WithheldReason> {
        if let Some(promise) = self.standing.lock(vendor.purpose) {
            let purpose = vendor.purpose.id();
            let what = format!("\"{}\" is for {purpose}, which is locked off", vendor.id);
            self.standing.broken(&raw.at, promise, &what, "leave this vendor out");
            return Some(WithheldReason::PurposeLocked);
        }
        // Software the site runs itself sends nothing to anybody else.
        let third_party = !vendor.hosts.is_empty();
        let abroad = |home: &[String]| third_party && !home.iter().any(|country| *country == vendor.country);
        let home: Vec<String> = home(self.standing.jurisdiction).iter().map(|c| (*c).to_owned()).collect();
        let reasons = [
            (!self.contact, WithheldReason::NoContact),
            (self.residency.as_deref().is_some_and(abroad), WithheldReason::Residency),
            (self.contract && third_party && is_missing(&raw.contract), WithheldReason::NoContract),
            (
                self.authorisation && abroad(&home) && is_missing(&raw.authorisation),
                WithheldReason::NoAuthorisation,
            ),
            (
                vendor.session_replay && raw.session_replay.value() != Some(&true),
                WithheldReason::SessionReplay,
            ),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
    }
}

/// Whoever asks for consent can be written to (RQ21).
fn report_contact(raw: &RawSite, standing: &Standing<'_>, report: &Report) {
    if let (None, Some(first), Mode::Enforce) = (&raw.contact, raw.vendors.first(), standing.mode) {
        let message = "the site offers vendors and names nobody to write to (RQ21)";
        let remedy = "write [site.contact] with title = { fr = \"…\" } and email = \"…\"";
        report.say(&first.at, message, remedy);
    }
}

fn named_vendor<'c>(
    raw: &RawOffer,
    catalogue: &'c Catalogue,
    report: &Report,
) -> Option<(VendorIndex, &'c Vendor)> {
    if raw.id.is_absent() {
        report.say(&raw.at, "[[site.vendor]] has no `id`", "write id = \"google-analytics\" or another");
    }
    let id = raw.id.given()?;
    let found = catalogue.by_id(&id.value);
    if found.is_none() {
        let known = catalogue.vendors().map(|(_, vendor)| &*vendor.id);
        let remedy = match nearest(&id.value, known) {
            Some(meant) => format!("write \"{meant}\", or define it with [[vendor]]"),
            None => "define it with [[vendor]], or ask `paravent lookup URL` whose a host is".to_owned(),
        };
        report.say(&id.at, format!("there is no vendor \"{}\"", id.value), remedy);
    }
    found
}

fn is_missing(entry: &Entry<String>) -> bool {
    entry.value().is_none()
}

/// Where data is at home under each law: no authorisation is needed there. The European Economic
/// Area is one space (GDPR, art. 44); under `strict` nowhere is home.
fn home(jurisdiction: Jurisdiction) -> &'static [&'static str] {
    match jurisdiction {
        Jurisdiction::Quebec | Jurisdiction::Canada => &["CA"],
        Jurisdiction::Morocco => &["MA"],
        Jurisdiction::Gdpr => &[
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
            "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
        ],
        Jurisdiction::UsHipaa => &["US"],
        Jurisdiction::Strict => &[],
    }
}
