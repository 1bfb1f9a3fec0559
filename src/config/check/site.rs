//! One site. In: its raw table and the catalogue. Out: the site with its policy, the notice's
//! fingerprint taken over what it offers.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::super::addresses::HostName;
use super::super::certificates::report_pem;
use super::super::checked::{Banner, Contact, Localised, Origin, PurposeLabel, Retention, Site};
use super::super::health::check_health;
use super::super::notice::Upcoming;
use super::super::problem::{Place, Report};
use super::super::profile::Profile;
use super::super::raw::{RawContact, RawLabel, RawSite, Words};
use super::super::table::{Entry, Given};
use super::super::theme::check_theme;
use super::super::words::{Control, LANGUAGES};
use super::notice::{self, Next};
use super::offers::{Offered, check_offers};
use super::promise::Standing;
use super::server::{number, resolved};
use super::usage::check_usage;
use crate::policy::{Catalogue, Destination, Hosts, Purpose, PurposeSet, SitePolicy};

/// A request's body, in bytes, unless the site says otherwise.
pub(in super::super) const BODY_BYTES: u64 = 64 * 1024 * 1024;
/// Days within which a rights request is answered, unless the site or its profile says otherwise.
pub(in super::super) const ANSWER_DAYS: u16 = 30;
/// Where Paravent's own pages live, unless the site says otherwise.
pub(in super::super) const PREFIX: &str = "/_privacy";

/// Checks one site. What cannot be used is reported and has a stand-in, so that the rest is looked
/// at too; the stand-ins go no further than the report.
pub(super) fn check_site(raw: &RawSite, catalogue: &Arc<Catalogue>, report: &Report) -> Site {
    let standing = Standing::of(raw, report);
    let outcome = check_offers(raw, &standing, catalogue, report);
    standing.check_retention(raw);
    standing.check_answer(raw);
    let hosts = own_hosts(raw, catalogue, report);
    let origins = origins(raw, &standing, report);
    let languages = languages(raw, &standing, report);
    let notice = notice::present(raw);
    let next = notice::next(raw, &notice, &languages, report);
    let policy = policy(raw, &standing, outcome.now, hosts.clone(), catalogue, report);
    let later = next.map(|next| (next, in_future(&policy, outcome.later)));
    let guardian = standing.asks_guardian(raw);
    let profile = standing.profile.as_ref();
    let site = Site {
        name: hosts.first().cloned().unwrap_or_default(),
        jurisdiction: standing.jurisdiction,
        profile: profile.map(|profile| profile.name.to_owned()),
        origin_ca: origin_ca(raw, &origins, report),
        health: check_health(&raw.health, report),
        origins,
        prefix: raw.prefix.value().map_or_else(|| PREFIX.to_owned(), |prefix| prefix.0.clone()),
        languages,
        contact: raw.contact.as_ref().and_then(|contact| check_contact(contact, report)),
        banner: Banner {
            position: raw.banner_position.value().copied().unwrap_or_default(),
            offset: number(&raw.banner.offset, 0),
            link_only: raw.banner.control.value() == Some(&Control::Link),
        },
        theme: check_theme(&raw.theme, report),
        labels: standing.labels(raw.labels.iter().filter_map(|raw| label(raw, report)).collect()),
        retention: Retention {
            enquiries_days: raw.retention.enquiries_days.value().and_then(|d| u32::try_from(d.0).ok()),
            receipts_days: number(&raw.retention.receipts_days, standing.jurisdiction.rules().receipts_days),
        },
        usage: check_usage(&raw.usage, &raw.sensitive_paths, report),
        guardian,
        request_body_bytes: number(&raw.request_body_bytes, BODY_BYTES),
        answer_days: number(&raw.answer_days, profile.and_then(|p| p.answer_days).unwrap_or(ANSWER_DAYS)),
        vendor_terms: outcome.terms,
        policy: Arc::new(with_fingerprint(policy, &notice.version, guardian)),
        notice,
        upcoming: None,
    };
    match later {
        Some((next, policy)) => announcing(site, next, policy),
        None => site,
    }
}

/// The site with the one it becomes.
fn announcing(site: Site, next: Next, policy: SitePolicy) -> Site {
    let policy = Arc::new(with_fingerprint(policy, &next.notice.version, site.guardian));
    let later = Site { policy, notice: next.notice, ..site.clone() };
    let upcoming = Upcoming { effective: next.effective, summary: next.summary, site: Arc::new(later) };
    Site { upcoming: Some(upcoming), ..site }
}

fn policy(
    raw: &RawSite,
    standing: &Standing<'_>,
    offered: Offered,
    hosts: Vec<String>,
    catalogue: &Arc<Catalogue>,
    report: &Report,
) -> SitePolicy {
    let sensitive = raw.sensitive_paths.value().into_iter().flatten();
    SitePolicy {
        hosts: Hosts::These(hosts),
        first_party_hosts: vetted(raw.first_party_hosts.value(), catalogue, report),
        catalogue: Arc::clone(catalogue),
        offers: offered.offers,
        withheld: offered.withheld,
        locked: standing.profile.as_ref().map_or(PurposeSet::NONE, Profile::locked),
        sensitive: sensitive.map(|given| given.value.0.clone()).collect(),
        rules: standing.jurisdiction.rules(),
        mode: standing.mode,
        notice: String::new(),
    }
}

/// The same policy with what is offered then.
fn in_future(policy: &SitePolicy, offered: Offered) -> SitePolicy {
    SitePolicy {
        hosts: policy.hosts.clone(),
        first_party_hosts: policy.first_party_hosts.clone(),
        catalogue: Arc::clone(&policy.catalogue),
        offers: offered.offers,
        withheld: offered.withheld,
        locked: policy.locked,
        sensitive: policy.sensitive.clone(),
        rules: policy.rules,
        mode: policy.mode,
        notice: String::new(),
    }
}

/// The policy with its notice's fingerprint: 64 bits of SHA-256 over the substance, in hex. They
/// tell notices apart; nobody gains by forging one, because the cookie that holds it is signed.
pub(in super::super) fn with_fingerprint(
    mut policy: SitePolicy,
    version: &str,
    guardian: bool,
) -> SitePolicy {
    let digest = Sha256::digest(policy.notice_substance(version, guardian));
    policy.notice = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    policy
}

fn own_hosts(raw: &RawSite, catalogue: &Catalogue, report: &Report) -> Vec<String> {
    let missing = match &raw.hosts {
        Entry::Absent => Some(&raw.at),
        Entry::Given(given) if given.value.is_empty() => Some(&given.at),
        Entry::Unreadable | Entry::Given(_) => None,
    };
    if let Some(place) = missing {
        report.say(
            place,
            "the site has no hosts",
            "write hosts = [\"clinique.example\", \"www.clinique.example\"]",
        );
    }
    vetted(raw.hosts.value(), catalogue, report)
}

/// Hosts as the site's own, unless they are known to be a vendor's: calling a tracker one's own
/// would let it through everywhere.
fn vetted(hosts: Option<&Vec<Given<HostName>>>, catalogue: &Catalogue, report: &Report) -> Vec<String> {
    let mut vetted: Vec<String> = Vec::new();
    for given in hosts.into_iter().flatten() {
        let host = &given.value.0;
        let owner = catalogue.owner(&Destination { scheme: "https", host, path: "/", query: "" });
        if let Some((_, vendor)) = owner.filter(|(_, vendor)| vendor.purpose != Purpose::Necessary) {
            let message = format!("\"{host}\" belongs to {} ({})", vendor.name, vendor.purpose.id());
            let remedy = format!("leave it out, and offer it with [[site.vendor]] id = \"{}\"", vendor.id);
            report.say(&given.at, message, remedy);
        } else if vetted.contains(host) {
            report.say(&given.at, format!("\"{host}\" stands here twice"), "leave one of the two out");
        } else {
            vetted.push(host.clone());
        }
    }
    vetted
}

fn origins(raw: &RawSite, standing: &Standing<'_>, report: &Report) -> Vec<Origin> {
    let missing = match &raw.origin {
        Entry::Absent => Some(&raw.at),
        Entry::Given(given) if given.value.is_empty() => Some(&given.at),
        Entry::Unreadable | Entry::Given(_) => None,
    };
    if let Some(place) = missing {
        report.say(place, "the site has no origin", "write origin = [\"http://127.0.0.1:3000\"]");
    }
    let origins = raw.origin.value().map(Vec::as_slice).unwrap_or_default();
    standing.check_origins(origins);
    let mut known: Vec<Origin> = Vec::new();
    for given in origins {
        if known.contains(&given.value) {
            report.say(&given.at, "this origin stands here twice", "leave one of the two out");
        }
        known.push(given.value.clone());
    }
    known
}

/// The trust anchors' file, opened only where an origin is reached over HTTPS.
fn origin_ca(raw: &RawSite, origins: &[Origin], report: &Report) -> Option<PathBuf> {
    let given = raw.origin_ca.given()?;
    let path = resolved(given);
    if origins.iter().any(|origin| origin.https) {
        report_pem("origin_ca", &path, "CERTIFICATE-----", &given.at, report);
    }
    Some(path)
}

fn languages(raw: &RawSite, standing: &Standing<'_>, report: &Report) -> Vec<String> {
    let own: Vec<&str> = raw.languages.value().into_iter().flatten().map(|given| given.value.0).collect();
    if let Some(empty) = raw.languages.given().filter(|given| given.value.is_empty()) {
        report.say(&empty.at, "languages: a site speaks at least one", "write languages = [\"fr\", \"en\"]");
    }
    let chosen = match (own.is_empty(), &standing.profile) {
        (false, _) => own,
        (true, Some(profile)) => profile.languages.clone(),
        (true, None) => LANGUAGES.to_vec(),
    };
    standing.check_languages(&chosen, raw);
    let mut languages: Vec<String> = Vec::new();
    for language in chosen {
        if !languages.iter().any(|known| known == language) {
            languages.push(language.to_owned());
        }
    }
    languages
}

fn check_contact(raw: &RawContact, report: &Report) -> Option<Contact> {
    let title = raw.title.as_ref().map(localised).unwrap_or_default();
    if title.0.is_empty() {
        let remedy = "write title = { fr = \"Responsable de la protection des renseignements personnels\" }";
        report.say(&raw.at, "[site.contact] does not say who answers", remedy);
    }
    if raw.email.is_absent() {
        report.say(&raw.at, "[site.contact] has no `email`", "write email = \"vie-privee@clinique.example\"");
    }
    Some(Contact {
        organisation: raw.organisation.as_ref().map(localised).unwrap_or_default(),
        title,
        email: raw.email.value()?.0.clone(),
        postal: raw.postal.value().cloned(),
        phone: raw.phone.value().cloned(),
    })
}

pub(super) fn localised(words: &Words) -> Localised {
    let given =
        words.iter().filter_map(|(language, text)| Some(((*language).to_owned(), text.value()?.clone())));
    Localised(given.collect())
}

fn label(raw: &RawLabel, report: &Report) -> Option<(PurposeLabel, Place)> {
    let label = localised(&raw.words);
    if label.0.is_empty() {
        report.say(&raw.at, "this label has no words", "write analytics = { fr = \"…\", en = \"…\" }");
    }
    let label = PurposeLabel { purpose: Purpose::from_id(raw.purpose)?, label };
    if label.message_words().next().is_some() {
        let message =
            "this label asks for messages as well, and consent to cookies stands for no other (RQ12)";
        report.say(
            &raw.at,
            message,
            "name what the purpose does on the page: analytics = { fr = \"Mesure\" }",
        );
    }
    Some((label, raw.at.clone()))
}
