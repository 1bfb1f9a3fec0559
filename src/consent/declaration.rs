//! In: a site and the decision for a page. Out: the inventory and the consent as data, in the
//! contract's words. Generated from the same catalogue that enforces them (RQ3).

use serde_json::{Map, Value, json};

use super::granted::optional;
use crate::config::{Localised, Site};
use crate::policy::{Day, Decision, Purpose, Regulator, SitePolicy, Source, Store, Vendor, Words};

/// What scripts, JSON clients and other tabs are told of the consent. No receipt id, ever.
pub fn state_json(decision: &Decision) -> String {
    let consent = decision.consent();
    let purposes: Map<String, Value> =
        Purpose::OPTIONAL.iter().map(|p| (p.id().to_owned(), consent.purposes.contains(*p).into())).collect();
    let chosen = consent.source == Source::Choice;
    json!({
        "v": 1,
        "source": consent.source.id(),
        "day": consent.day.iso(),
        "notice": decision.site().notice,
        "purposes": purposes,
        "vendors": if chosen { json!(consent.vendors) } else { json!({}) },
        "counted": consent.counted,
    })
    .to_string()
}

/// `/_privacy/declaration.json`.
pub fn declaration(site: &Site, _decision: &Decision, language: &str) -> String {
    let policy = &site.policy;
    let offered = policy.offered().map(|(vendor, _)| vendor_entry(vendor, site));
    let withheld: Vec<Value> = policy
        .withheld
        .iter()
        .filter_map(|held| Some((policy.catalogue.vendor(held.vendor)?, held.reason)))
        .map(|(vendor, reason)| json!({ "id": vendor.id, "name": vendor.name, "reason": reason.id() }))
        .collect();
    json!({
        "version": site.notice.version,
        "effective": site.notice.effective.map(Day::iso),
        "replaces": site.notice.replaces.as_ref().map(|before| json!({
            "version": before.version,
            "effective": before.effective.map(Day::iso),
        })),
        "next": site.upcoming.as_ref().map(|next| json!({
            "version": next.site.notice.version,
            "effective": next.effective.iso(),
            "notice": next.site.policy.notice,
            "summary": localised(&next.summary),
        })),
        "notice": policy.notice,
        "language": language,
        "languages": site.languages,
        "contact": site.contact.as_ref().map(|contact| json!({
            "title": localised(&contact.title),
            "email": contact.email,
            "postal": contact.postal,
            "phone": contact.phone,
        })),
        "jurisdiction": site.jurisdiction.id(),
        "regulator": regulator(&policy.rules.regulator),
        "guardian_below": policy.rules.guardian_below.filter(|_| site.guardian),
        "answer_days": site.answer_days,
        "purposes": purposes(policy),
        "vendors": offered.collect::<Vec<Value>>(),
        "withheld": withheld,
        "retention": {
            "choice_days": policy.rules.choice_days,
            "enquiries_days": site.retention.enquiries_days,
        },
    })
    .to_string()
}

/// Necessary, and what the site asks for; a locked purpose is listed as such.
fn purposes(policy: &SitePolicy) -> Vec<Value> {
    let offered = policy.purposes();
    let state = |purpose: Purpose| match purpose {
        Purpose::Necessary => "always",
        _ if policy.locked.contains(purpose) => "locked",
        _ if offered.contains(purpose) => "offered",
        _ => "not-offered",
    };
    let vendors = |purpose| optional(policy).filter(|v| v.purpose == purpose).count();
    std::iter::once(Purpose::Necessary)
        .chain(Purpose::OPTIONAL)
        .map(|purpose| json!({ "id": purpose.id(), "state": state(purpose), "vendors": vendors(purpose) }))
        .collect()
}

fn regulator(regulator: &Regulator) -> Value {
    let Regulator { name_fr, name_en, name_ar, url } = regulator;
    json!({ "name": { "fr": name_fr, "en": name_en, "ar": name_ar }, "url": url })
}

/// `/.well-known/gpc.json` (Global Privacy Control, section 4): the signal is honoured here, and since when
/// that has been said, where the notice has a date.
pub fn gpc_support(site: &Site) -> String {
    match site.notice.effective {
        Some(day) => json!({ "gpc": true, "lastUpdate": day.iso() }).to_string(),
        None => json!({ "gpc": true }).to_string(),
    }
}

fn vendor_entry(vendor: &Vendor, site: &Site) -> Value {
    let terms = site.vendor_terms.iter().find(|terms| *terms.id == *vendor.id);
    let cookies: Vec<Value> = vendor
        .cookies
        .iter()
        .map(|item| {
            json!({ "name": item.name, "store": store_id(item.store), "days": item.days, "why": words(&item.why) })
        })
        .collect();
    json!({
        "id": vendor.id,
        "name": vendor.name,
        "entity": vendor.entity,
        "country": vendor.country,
        "purpose": vendor.purpose.id(),
        "policy_url": vendor.policy_url,
        "hosts": vendor.hosts,
        "offered": true,
        "contract": terms.and_then(|terms| terms.contract.as_deref()),
        "authorisation": terms.and_then(|terms| terms.authorisation.as_deref()),
        "why": words(&vendor.why),
        "cookies": cookies,
    })
}

const fn store_id(store: Store) -> &'static str {
    match store {
        Store::Cookie => "cookie",
        Store::Local => "local",
        Store::Session => "session",
    }
}

fn words(words: &Words) -> Value {
    json!({ "fr": words.fr, "en": words.en, "ar": words.ar })
}

fn localised(text: &Localised) -> Value {
    text.0
        .iter()
        .map(|(language, text)| (language.clone(), Value::from(text.clone())))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::Fixture;

    #[test]
    fn the_state_is_the_contracts() {
        let fixture = Fixture::quebec();
        let state: Value =
            serde_json::from_str(&state_json(&fixture.saved(&["analytics"], &["-hotjar"]))).unwrap();
        assert_eq!(
            state,
            json!({
                "v": 1, "source": "choice", "day": "2026-11-22", "notice": "n0tice", "counted": true,
                "purposes": { "functional": false, "analytics": true, "marketing": false },
                "vendors": { "hotjar": false },
            })
        );
        let gpc: Value = serde_json::from_str(&state_json(&fixture.with_gpc())).unwrap();
        assert_eq!(gpc["source"], "gpc");
    }

    #[test]
    fn the_declaration_lists_what_is_offered_and_what_is_withheld() {
        let fixture = Fixture::morocco();
        let text = declaration(&fixture.site, &fixture.unasked(), "fr");
        let data: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(data["vendors"].as_array().map(Vec::len), Some(4));
        assert_eq!(data["vendors"][0]["cookies"][1]["name"], "_ga_*");
        assert_eq!(
            data["withheld"][0],
            json!({ "id": "replay", "name": "Replay", "reason": "session-replay" })
        );
        assert_eq!(data["purposes"][3], json!({ "id": "marketing", "state": "locked", "vendors": 0 }));
        assert_eq!(data["retention"]["choice_days"], 180);
        assert_eq!(data["contact"]["email"], "vie-privee@clinique.example");
    }
}
