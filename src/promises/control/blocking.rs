//! Controls over what loads, what is kept in the browser and what leaves with a request.

use super::{Control, counted, third_parties};
use crate::policy::{Purpose, WithheldReason};
use crate::promises::Verdict;

pub(crate) const CATALOGUE_DECIDES: Control = Control {
    id: "catalogue-decides",
    does: "a host nobody listed is blocked and told to the operator; a cookie nobody listed is cut to the session",
    tests: &[
        "src/policy/decide_tests.rs::subdomains_are_strangers_until_they_are_declared",
        "src/response/set_cookie.rs::an_unlisted_cookie_lives_until_the_browser_closes",
        "tests/learning.rs::what_the_rewriter_takes_out_is_learned_too",
    ],
    verdict: |site| {
        let known = site.policy.catalogue.vendors().count();
        Verdict::kept(format!(
            "{known} vendors are known, {} on offer; all else is blocked",
            site.policy.offers.len()
        ))
    },
};

pub(crate) const UNLISTED_COOKIES_TOLD: Control = Control {
    id: "unlisted-cookies-told",
    does: "first-party cookies that nobody listed are told to the operator, by name and never by value",
    tests: &[
        "tests/learning.rs::unlisted_cookies_are_told_by_name_and_no_value_is_kept",
        "src/learning/cookies.rs::what_may_be_an_id_is_not_told",
    ],
    verdict: |site| {
        let listed: usize = site.policy.catalogue.vendors().map(|(_, vendor)| vendor.cookies.len()).sum();
        Verdict::kept(format!(
            "{} listed; `paravent lookup --unknown` names what else is set",
            counted(listed, "cookie or key")
        ))
    },
};

pub(crate) const SENSITIVE_PATHS: Control = Control {
    id: "sensitive-paths",
    does: "on sensitive paths no third party loads, whatever was granted",
    tests: &[
        "src/policy/decide_tests.rs::no_third_party_loads_on_a_sensitive_path_whatever_was_granted",
        "src/response/policy_header.rs::a_sensitive_path_admits_no_vendor",
        "tests/browser/demo.test.mjs: accepting all lets in what is offered and no more, and nothing on the appointment page",
    ],
    verdict: |site| {
        let let_in: Vec<&str> = third_parties(site)
            .filter(|(_, offer)| offer.on_sensitive)
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        let patterns = site.policy.sensitive.len();
        match patterns {
            0 => Verdict::broken("sensitive_paths is empty: no form is protected"),
            _ => Verdict::unless(
                &let_in,
                "on_sensitive = true",
                format!("{} of paths, and nobody may load there", counted(patterns, "pattern")),
            ),
        }
    },
};

pub(crate) const REFERRER: Control = Control {
    id: "referrer",
    does: "a Referrer-Policy lets no path or query reach other sites, and from sensitive pages not even the origin",
    tests: &["src/response/headers.rs::no_path_leaves_in_a_referrer"],
    verdict: |_| Verdict::kept("other sites learn the origin at most; no key loosens it"),
};

pub(crate) const MARKETING_APART: Control = Control {
    id: "marketing-apart",
    does: "advertising has a grant of its own and never runs on sensitive paths",
    tests: &[
        "src/policy/decide_tests.rs::a_grant_opens_its_purpose_and_no_other",
        "src/policy/decide_tests.rs::no_third_party_loads_on_a_sensitive_path_whatever_was_granted",
    ],
    verdict: |site| {
        let ads = third_parties(site).filter(|(vendor, _)| vendor.purpose == Purpose::Marketing).count();
        match (ads, site.policy.sensitive.is_empty()) {
            (0, _) => Verdict::kept("nothing is offered for marketing"),
            (_, true) => Verdict::broken("sensitive_paths is empty, so ads may run beside every form"),
            (_, false) => Verdict::kept(format!("{} behind a grant of their own", counted(ads, "vendor"))),
        }
    },
};

pub(crate) const NECESSARY_COOKIES: Control = Control {
    id: "necessary-cookies",
    does: "login and language cookies pass without consent; Secure, SameSite and a lifetime are added where missing",
    tests: &[
        "src/response/set_cookie.rs::missing_attributes_are_added_and_present_ones_left",
        "src/response/set_cookie.rs::a_listed_cookie_lives_no_longer_than_listed",
    ],
    verdict: |_| {
        Verdict::kept("a site's own cookies pass for the session, listed ones for as long as listed")
    },
};

pub(crate) const CLICK_IDS: Control = Control {
    id: "click-ids",
    does: "click ids and e-mail tracking parameters are stripped from what the origin sees",
    tests: &[
        "src/request/click_ids.rs::click_ids_go_and_the_rest_stays_byte_for_byte",
        "src/request/tests.rs::click_ids_need_a_marketing_grant",
    ],
    verdict: |_| Verdict::kept("stripped unless marketing was granted; no key changes that"),
};

pub(crate) const SESSION_REPLAY: Control = Control {
    id: "session-replay",
    does: "what records sessions stays off unless the operator insists",
    tests: &["tests/config.rs::what_a_vendor_lacks_withholds_it"],
    verdict: |site| {
        let recording: Vec<&str> = third_parties(site)
            .filter(|(vendor, _)| vendor.session_replay)
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        let withheld =
            site.policy.withheld.iter().filter(|held| held.reason == WithheldReason::SessionReplay);
        let kept = format!("{} withheld for recording sessions", counted(withheld.count(), "vendor"));
        Verdict::unless(&recording, "offered with session_replay = true", kept)
    },
};

pub(crate) const PLACEHOLDERS: Control = Control {
    id: "placeholders",
    does: "a plain link stays a link; a widget waits behind a placeholder that names who runs it",
    tests: &[
        "src/consent/placeholder.rs::it_offers_once_and_always_as_plain_forms",
        "src/html/roles.rs::links_and_custom_elements_fetch_nothing",
    ],
    verdict: |_| {
        Verdict::kept("widgets wait for a press; what is said there is under the vendor's own terms")
    },
};

pub(crate) const TAKEN_OUT_LISTED: Control = Control {
    id: "taken-out-listed",
    does: "whose tags were taken out is listed for the operator, by page and never by visit",
    tests: &["tests/learning.rs::what_was_taken_out_is_listed_by_page_and_never_by_visit"],
    verdict: |site| {
        let locked = site.policy.withheld.iter().filter(|held| held.reason == WithheldReason::PurposeLocked);
        match locked.count() {
            0 => Verdict::kept("`paravent lookup --unknown` lists what was taken out of which page"),
            named => Verdict::broken(format!("{} for ads named by the config", counted(named, "vendor"))),
        }
    },
};
