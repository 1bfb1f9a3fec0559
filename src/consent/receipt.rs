//! In: the record of a grant, its id, and the site as it is today. Out: the receipt that the visitor takes
//! along, as JSON, its fields named as ISO/IEC TS 27560:2023 names them: header, PII processing, party
//! identification, event. It says what was recorded and nothing of who asks for it.

use serde_json::{Value, json};

use super::granted::{grants, optional};
use crate::config::{Localised, Site};
use crate::policy::{Purpose, Receipt};

/// The receipt's text, to be signed.
pub fn receipt_document(id: &str, receipt: &Receipt, site: &Site) -> String {
    let days = site.policy.rules.choice_days;
    json!({
        "schema_version": "ISO/IEC TS 27560:2023",
        "record_id": id,
        // Nobody is known here; whoever has the id is the one.
        "pii_principal_id": Value::Null,
        "pii_processing": {
            "privacy_notice": format!("{}/", site.prefix),
            "privacy_notice_version": receipt.version,
            "privacy_notice_fingerprint": receipt.notice,
            "language": receipt.language,
            "jurisdiction": receipt.jurisdiction,
            "lawful_basis": "consent",
            "purposes": receipt.purposes.iter().map(|purpose| purpose_entry(purpose, receipt, site)).collect::<Vec<_>>(),
            "exceptions": receipt.vendors,
            "parental_or_own_age_confirmed": receipt.guardian,
            "retention_period": format!("P{}D", days + site.retention.receipts_days),
            "withdrawal_method": format!("{}/", site.prefix),
        },
        "party_identification": [party(site)],
        "event": {
            "event_type": "explicit",
            "event_state": "consent given",
            "event_time": receipt.hour.iso(),
            "validity_duration": format!("P{days}D"),
        },
    })
    .to_string()
}

/// A purpose with those who may receive something for it. They are named as long as the notice is still
/// the one that was shown: another one may name others.
fn purpose_entry(purpose: Purpose, receipt: &Receipt, site: &Site) -> Value {
    let recipients = (receipt.notice == site.policy.notice).then(|| {
        optional(&site.policy)
            .filter(|vendor| vendor.purpose == purpose && grants(receipt.purposes, &receipt.vendors, vendor))
            .map(|vendor| json!({ "party_name": vendor.entity, "country": vendor.country }))
            .collect::<Vec<Value>>()
    });
    json!({ "purpose": purpose.id(), "recipient_third_parties": recipients })
}

fn party(site: &Site) -> Value {
    let contact = site.contact.as_ref();
    json!({
        "party_role": "controller",
        "party_name": contact.map(|contact| named(&contact.organisation)).filter(|names| !names.is_null()),
        "party_url": site.name,
        "party_contact": contact.map(|contact| named(&contact.title)),
        "party_email": contact.map(|contact| &contact.email),
        "party_address": contact.and_then(|contact| contact.postal.as_ref()),
        "party_phone": contact.and_then(|contact| contact.phone.as_ref()),
    })
}

fn named(text: &Localised) -> Value {
    if text.0.is_empty() { Value::Null } else { text.0.iter().cloned().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::Fixture;
    use crate::policy::Hour;

    fn receipt(fixture: &Fixture) -> Receipt {
        Receipt {
            site: fixture.site.name.clone(),
            notice: fixture.site.policy.notice.clone(),
            version: "3".into(),
            purposes: [Purpose::Analytics].into_iter().collect(),
            vendors: [("hotjar".to_owned(), false)].into(),
            language: "fr".into(),
            jurisdiction: "quebec".into(),
            hour: Hour(496_000),
            guardian: false,
        }
    }

    fn document(receipt: &Receipt, fixture: &Fixture) -> Value {
        serde_json::from_str(&receipt_document("id", receipt, &fixture.site)).unwrap()
    }

    /// The receipt names the exact notice that was shown (PC1), and the hour without minutes.
    #[test]
    fn it_says_what_was_granted_under_which_notice() {
        let fixture = Fixture::quebec();
        let document = document(&receipt(&fixture), &fixture);
        assert_eq!(document["record_id"], "id");
        let processing = &document["pii_processing"];
        assert_eq!(processing["privacy_notice_fingerprint"], fixture.site.policy.notice.as_str());
        assert_eq!(processing["purposes"][0]["purpose"], "analytics");
        assert_eq!(processing["exceptions"]["hotjar"], false);
        let recipients = processing["purposes"][0]["recipient_third_parties"].to_string();
        assert!(recipients.contains("Google LLC") && !recipients.contains("Hotjar"), "{recipients}");
        assert_eq!(document["event"]["event_time"], "2026-08-01T16:00:00Z");
        assert_eq!(document["party_identification"][0]["party_email"], "vie-privee@clinique.example");
    }

    #[test]
    fn recipients_of_another_notice_are_not_guessed() {
        let fixture = Fixture::quebec();
        let older = Receipt { notice: "older".into(), ..receipt(&fixture) };
        let document = document(&older, &fixture);
        assert!(document["pii_processing"]["purposes"][0]["recipient_third_parties"].is_null());
    }
}
