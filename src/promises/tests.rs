//! Each control can say "no": a good site is changed the way a config or a mistake would change it.

use std::path::Path;
use std::sync::Arc;

use super::control::{asking, blocking, counting, keeping, recipients};
use super::*;
use crate::config::{Config, Localised, PurposeLabel};
use crate::policy::{Offer, Purpose, PurposeSet, SitePolicy};

/// The example site of a profile, changed.
fn changed(profile: &str, change: impl FnOnce(&mut Site)) -> Site {
    let path = Path::new("config/sites").join(format!("{profile}.toml"));
    let site = Config::load(&path).expect("a good config").sites.pop().expect("a site");
    let mut site = Arc::into_inner(site).expect("nobody else has it");
    change(&mut site);
    site
}

fn policy(site: &mut Site) -> &mut SitePolicy {
    Arc::get_mut(&mut site.policy).expect("nobody else has it")
}

fn offer(site: &mut Site, id: &str, on_sensitive: bool) {
    let policy = policy(site);
    let vendor = policy.catalogue.by_id(id).expect("a vendor").0;
    policy.offers.push(Offer { vendor, on_sensitive });
}

type Case = (&'static Control, &'static str, fn(&mut Site), &'static str);

/// A control, a profile it serves, what takes it away, and a word of the reason.
const CASES: &[Case] = &[
    (&asking::LIVE_GRANT, "radiology-quebec", |s| policy(s).rules.choice_days = 365, "365 days"),
    (&asking::GUARDIAN, "primary-care-quebec", |s| s.guardian = false, "guardian = false"),
    (&asking::COOKIES_ALONE, "radiology-quebec", label_of_messages, "Mesure et infolettre"),
    (&asking::NOTICE_FINGERPRINT, "radiology-quebec", |s| policy(s).notice.clear(), "fingerprint"),
    (&asking::NOTICE_DATED, "radiology-quebec", |s| s.notice.effective = None, "effective"),
    (&asking::GPC, "radiology-morocco", |s| policy(s).rules.gpc_refuses = PurposeSet::NONE, "marketing"),
    (&asking::NO_MARKETING, "radiology-morocco", |s| policy(s).locked = PurposeSet::NONE, "not locked"),
    (&asking::NO_MARKETING, "radiology-morocco", |s| offer(s, "meta-pixel", false), "meta-pixel"),
    (&asking::THREE_KINDS, "radiology-morocco", |s| s.labels.clear(), "analytics"),
    (&asking::ENFORCED, "records-vendor", |s| policy(s).mode = Mode::Observe, "observe"),
    (&blocking::SENSITIVE_PATHS, "radiology-quebec", |s| policy(s).sensitive.clear(), "sensitive_paths"),
    (&blocking::SENSITIVE_PATHS, "radiology-quebec", |s| offer(s, "petal", true), "petal"),
    (&blocking::MARKETING_APART, "radiology-quebec", |s| policy(s).sensitive.clear(), "sensitive_paths"),
    (&blocking::SESSION_REPLAY, "radiology-quebec", |s| offer(s, "hotjar", false), "hotjar"),
    (&recipients::VENDORS_NAMED, "radiology-quebec", |s| s.vendor_terms.clear(), "google-analytics"),
    (&recipients::RESIDENCY, "primary-care-quebec", |s| offer(s, "google-maps", false), "google-maps"),
    (&recipients::CONTRACTS, "records-vendor", |s| s.vendor_terms.clear(), "google-analytics"),
    (&recipients::AUTHORISATIONS, "radiology-morocco", |s| s.vendor_terms.clear(), "youtube"),
    (&counting::UPLOADS, "primary-care-quebec", |s| s.request_body_bytes = 0, "request_body_bytes"),
    (&keeping::CONTACT, "radiology-quebec", |s| s.contact = None, "[site.contact]"),
    (&keeping::RIGHTS, "radiology-quebec", |s| s.contact = None, "[site.contact]"),
    (&keeping::RIGHTS, "primary-care-quebec", |s| s.answer_days = 60, "60"),
    (&keeping::ENQUIRIES, "radiology-morocco", |s| s.retention.enquiries_days = None, "enquiries_days"),
    (&keeping::PURGE, "primary-care-quebec", |s| s.retention.receipts_days = 1_096, "1096"),
    (&keeping::ENCRYPTED_ORIGIN, "primary-care-quebec", in_the_clear, "10.0.0.1"),
];

fn label_of_messages(site: &mut Site) {
    let text = vec![("fr".to_owned(), "Mesure et infolettre".to_owned())];
    site.labels.push(PurposeLabel { purpose: Purpose::Analytics, label: Localised(text) });
}

fn in_the_clear(site: &mut Site) {
    site.origins = vec!["http://10.0.0.1:80".parse().expect("an origin")];
}

#[test]
fn each_control_that_a_config_can_break_says_so() {
    for (control, profile, change, word) in CASES {
        let before = control.judge(&changed(profile, |_| {}));
        assert_eq!(before.kept, Kept::Yes, "{}: {}", control.id, before.why);
        let after = control.judge(&changed(profile, *change));
        assert_eq!(after.kept, Kept::No, "{}: {}", control.id, after.why);
        assert!(after.why.contains(word), "{}: {}", control.id, after.why);
    }
}

#[test]
fn a_broken_control_breaks_every_promise_that_rests_on_it() {
    for (control, profile, change, _) in CASES {
        let site = changed(profile, *change);
        let resting = |judged: &Judged<'_>| judged.promise.control_ids().contains(&control.id);
        let broken: Vec<Judged<'_>> = judge(&site).filter(resting).collect();
        assert!(!broken.is_empty(), "no promise of {profile} rests on {}", control.id);
        assert!(broken.iter().all(|judged| judged.kept == Kept::No), "{}: {broken:?}", control.id);
    }
}

#[test]
fn a_site_that_only_observes_keeps_nothing() {
    for profile in profiles() {
        let site = changed(profile, |site| policy(site).mode = Mode::Observe);
        assert!(judge(&site).count() > 7);
        assert!(judge(&site).all(|judged| judged.kept == Kept::No), "{profile}");
    }
}

#[test]
fn a_link_of_the_sites_own_is_not_attested() {
    let site = changed("radiology-quebec", |site| site.banner.link_only = true);
    let judged = judge(&site).find(|judged| judged.promise.id == "RQ11").expect("RQ11");
    assert_eq!(judged.kept, Kept::NotAttested, "{}", judged.why);
    assert!(judged.why.contains("data-privacy-open"));
}

#[test]
fn without_a_profile_nothing_was_promised() {
    let site = changed("radiology-quebec", |site| site.profile = None);
    assert_eq!(judge(&site).count(), 0);
}
