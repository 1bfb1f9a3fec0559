//! A site for this room's tests: a clinic in Quebec, or one in Morocco, with vendors of every
//! purpose. Made by hand, so that no test here depends on what the catalogue says today.

use std::borrow::Cow;
use std::sync::Arc;

use super::{OriginPolicy, PageView};
use crate::config::{Banner, Contact, Localised, Notice, PurposeLabel, Retention, Site};
use crate::policy::{
    Catalogue, Day, Decision, Embed, Facts, Hosts, Jurisdiction, Kind, Mode, Offer, PathPattern, Purpose,
    PurposeSet, SitePolicy, Store, StoredChoice, StoredItem, Vendor, VendorIndex, Withheld, WithheldReason,
    Words, decide,
};

/// The day on which all of this happens.
pub(super) const TODAY: Day = Day(20_779);

pub(super) struct Fixture {
    pub site: Site,
}

impl Fixture {
    pub fn quebec() -> Fixture {
        Fixture { site: site(Jurisdiction::Quebec, &["fr", "en"], PurposeSet::NONE) }
    }

    /// Advertising is locked off, and measuring is called performance.
    pub fn morocco() -> Fixture {
        let mut site =
            site(Jurisdiction::Morocco, &["fr", "ar", "en"], PurposeSet::NONE.with(Purpose::Marketing));
        let label = Localised(vec![("fr".into(), "Performance".into()), ("ar".into(), "الأداء".into())]);
        site.labels.push(PurposeLabel { purpose: Purpose::Analytics, label });
        Fixture { site }
    }

    /// A site without a contact may ask for nothing.
    pub fn nothing_offered() -> Fixture {
        let mut site = site(Jurisdiction::Strict, &["en"], PurposeSet::NONE);
        let mut policy = policy(Jurisdiction::Strict, PurposeSet::NONE);
        policy.offers.clear();
        site.policy = Arc::new(policy);
        site.contact = None;
        Fixture { site }
    }

    /// Takes every other vendor off the offer.
    pub fn offer_only(&mut self, ids: &[&str]) {
        let mut policy = policy(self.site.jurisdiction, self.site.policy.locked);
        let named = |offer: &Offer| {
            policy.catalogue.vendor(offer.vendor).is_some_and(|vendor| ids.contains(&&*vendor.id))
        };
        policy.offers = policy.offers.iter().copied().filter(named).collect();
        self.site.policy = Arc::new(policy);
    }

    /// Offers what is withheld as well.
    pub fn withhold_nothing(&mut self) {
        let mut policy = policy(self.site.jurisdiction, self.site.policy.locked);
        let held: Vec<VendorIndex> = policy.withheld.drain(..).map(|held| held.vendor).collect();
        policy.offers.extend(held.into_iter().map(|vendor| Offer { vendor, on_sensitive: false }));
        self.site.policy = Arc::new(policy);
    }

    /// The clinic under another law.
    pub fn under(jurisdiction: Jurisdiction) -> Fixture {
        Fixture { site: site(jurisdiction, &["fr", "en", "ar"], PurposeSet::NONE) }
    }

    pub fn view<'a>(&'a self, language: &'a str, decision: &'a Decision) -> PageView<'a> {
        PageView {
            site: &self.site,
            decision,
            language,
            return_to: "/services?lang=fr",
            form_token: "token",
            origin_policy: OriginPolicy::Absent,
            own_origin: "",
        }
    }

    pub fn unasked(&self) -> Decision {
        self.decide("/services", None, false)
    }

    pub fn on_sensitive(&self) -> Decision {
        self.decide("/rendez-vous/nouveau", None, false)
    }

    pub fn with_gpc(&self) -> Decision {
        self.decide("/services", None, true)
    }

    /// What holds after these were saved.
    pub fn saved(&self, purposes: &[&str], vendors: &[&str]) -> Decision {
        self.decide("/services", Some(&self.choice(purposes, vendors)), false)
    }

    /// Nothing chosen, but objected to being counted.
    pub fn objected(&self) -> Decision {
        let choice = StoredChoice { counted: false, chosen: false, ..self.choice(&[], &[]) };
        self.decide("/services", Some(&choice), false)
    }

    pub fn saved_on_sensitive(&self, purposes: &[&str]) -> Decision {
        self.decide("/rendez-vous/nouveau", Some(&self.choice(purposes, &[])), false)
    }

    fn choice(&self, purposes: &[&str], vendors: &[&str]) -> StoredChoice {
        let exception = |v: &&str| match v.strip_prefix('-') {
            Some(id) => (id.to_owned(), false),
            None => ((*v).to_owned(), true),
        };
        StoredChoice {
            notice: self.site.policy.notice.clone(),
            day: TODAY,
            purposes: purposes.iter().filter_map(|id| Purpose::from_id(id)).collect(),
            vendors: vendors.iter().map(exception).collect(),
            counted: true,
            chosen: true,
        }
    }

    fn decide(&self, path: &str, choice: Option<&StoredChoice>, gpc: bool) -> Decision {
        let facts = Facts { host: "clinique.example", path, choice, once: None, gpc, today: TODAY };
        decide(&self.site.policy, &facts)
    }
}

fn site(jurisdiction: Jurisdiction, languages: &[&str], locked: PurposeSet) -> Site {
    let title =
        [("fr", "Responsable de la protection des renseignements personnels"), ("en", "Privacy officer")];
    let title = Localised(title.map(|(of, text)| (of.to_owned(), text.to_owned())).to_vec());
    Site {
        name: "clinique.example".into(),
        policy: Arc::new(policy(jurisdiction, locked)),
        jurisdiction,
        profile: None,
        origins: Vec::new(),
        origin_ca: None,
        health: crate::config::HealthRules::default(),
        prefix: "/_privacy".into(),
        languages: languages.iter().map(|&language| language.into()).collect(),
        contact: Some(Contact {
            title,
            email: "vie-privee@clinique.example".into(),
            organisation: Localised::default(),
            postal: Some("1, rue de l’Exemple\nMontréal (Québec)  H0H 0H0".into()),
            phone: Some("+1 514 555-0100".into()),
        }),
        banner: Banner::default(),
        theme: Default::default(),
        labels: Vec::new(),
        retention: Retention { enquiries_days: Some(365), receipts_days: 1_095 },
        request_body_bytes: 1 << 26,
        notice: Notice { version: "3".into(), effective: Some(Day(20_758)), replaces: None },
        upcoming: None,
        vendor_terms: Vec::new(),
        answer_days: 30,
        guardian: false,
        usage: Default::default(),
    }
}

fn policy(jurisdiction: Jurisdiction, locked: PurposeSet) -> SitePolicy {
    let vendors = vec![google_analytics(), hotjar(), meta_pixel(), youtube(), replay()];
    let catalogue = Arc::new(Catalogue::with(vendors));
    let at = |id: &str| catalogue.by_id(id).map(|(at, _)| at);
    let offered = ["google-analytics", "hotjar", "meta-pixel", "youtube"];
    let offer = |id: &&str| Some(Offer { vendor: at(id)?, on_sensitive: false });
    let held = at("replay").map(|vendor| Withheld { vendor, reason: WithheldReason::SessionReplay });
    SitePolicy {
        hosts: Hosts::These(vec!["clinique.example".into()]),
        first_party_hosts: Vec::new(),
        offers: offered.iter().filter_map(offer).collect(),
        withheld: held.into_iter().collect(),
        locked,
        sensitive: PathPattern::parse("/rendez-vous/**").into_iter().collect(),
        rules: jurisdiction.rules(),
        mode: Mode::Enforce,
        notice: "n0tice".into(),
        catalogue,
    }
}

fn google_analytics() -> Vendor {
    Vendor {
        hosts: Cow::Borrowed(&[Cow::Borrowed("google-analytics.com")]),
        globals: Cow::Borrowed(&[Cow::Borrowed("gtag()"), Cow::Borrowed("dataLayer[]")]),
        cookies: vec![item("_ga", Store::Cookie, 400), item("_ga_*", Store::Cookie, 400)].into(),
        ..vendor("google-analytics", "Google Analytics", Purpose::Analytics)
    }
}

fn hotjar() -> Vendor {
    Vendor {
        entity: "Tag & Co <3".into(),
        country: "MT".into(),
        globals: Cow::Borrowed(&[Cow::Borrowed("hj()")]),
        cookies: vec![item("_hj*", Store::Cookie, 365), item("_hjLocal", Store::Local, 0)].into(),
        ..vendor("hotjar", "Hotjar", Purpose::Analytics)
    }
}

fn meta_pixel() -> Vendor {
    Vendor {
        entity: "Meta Platforms, Inc.".into(),
        globals: Cow::Borrowed(&[Cow::Borrowed("fbq()")]),
        cookies: vec![item("_fbp", Store::Cookie, 90)].into(),
        ..vendor("meta-pixel", "Meta Pixel", Purpose::Marketing)
    }
}

pub(super) fn youtube() -> Vendor {
    Vendor {
        placeholder: Some(Embed::Video),
        kind: Kind::Video,
        ..vendor("youtube", "YouTube", Purpose::Functional)
    }
}

fn replay() -> Vendor {
    Vendor { session_replay: true, ..vendor("replay", "Replay", Purpose::Analytics) }
}

fn vendor(id: &'static str, name: &'static str, purpose: Purpose) -> Vendor {
    Vendor {
        id: id.into(),
        name: name.into(),
        entity: "Google LLC".into(),
        country: "US".into(),
        purpose,
        kind: Kind::Analytics,
        policy_url: "https://vendor.example/privacy".into(),
        session_replay: false,
        hosts: Cow::Borrowed(&[]),
        cname: Cow::Borrowed(&[]),
        csp: Cow::Borrowed(&[]),
        same_origin: Cow::Borrowed(&[]),
        inline: Cow::Borrowed(&[]),
        globals: Cow::Borrowed(&[]),
        placeholder: None,
        why: words(
            "Mesure les visites et les pages lues.",
            "Measures visits and pages read.",
            "يقيس الزيارات.",
        ),
        cookies: Cow::Borrowed(&[]),
    }
}

fn item(name: &'static str, store: Store, days: u16) -> StoredItem {
    let why = words("Distingue les visiteurs.", "Tells visitors apart.", "يميز بين الزوار.");
    StoredItem { name: name.into(), store, days, http_only: false, why }
}

fn words(fr: &'static str, en: &'static str, ar: &'static str) -> Words {
    Words { fr: fr.into(), en: en.into(), ar: ar.into() }
}
