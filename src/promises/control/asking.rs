//! Controls over what is asked, what counts as an answer, and how long it holds.

use super::{Control, counted, listed, third_parties};
use crate::config::{Banner, PurposeLabel, Site};
use crate::policy::{Mode, Purpose};
use crate::promises::Verdict;

/// Six months, and a few days for the months that are long: the most a grant may live where a promise
/// says "no longer than needed".
const GRANT_DAYS: u32 = 183;

pub(crate) const LIVE_GRANT: Control = Control {
    id: "live-grant",
    does: "no optional cookie, storage or third-party request without a grant for its purpose that has not run out",
    tests: &[
        "src/policy/decide_tests.rs::nothing_foreign_loads_before_a_choice_but_what_is_necessary",
        "src/policy/decide_tests.rs::an_old_a_foreign_or_a_future_choice_is_as_none",
        "tests/browser/demo.test.mjs: before a choice nothing leaves or stays",
    ],
    verdict: |site| {
        let days = site.policy.rules.choice_days;
        let optional = third_parties(site).filter(|(vendor, _)| vendor.purpose != Purpose::Necessary).count();
        match days {
            0..=GRANT_DAYS => Verdict::kept(format!(
                "a grant lives {days} days; {} wait for one",
                counted(optional, "optional vendor")
            )),
            _ => Verdict::broken(format!("a grant lives {days} days, longer than six months")),
        }
    },
};

pub(crate) const PRESS_ONLY: Control = Control {
    id: "press-only",
    does: "only a press of Accept, Save or a placeholder's \"always\" is recorded as consent",
    tests: &[
        "src/consent/press.rs::what_is_no_press_is_refused_with_its_reason",
        "src/policy/decide_tests.rs::an_old_a_foreign_or_a_future_choice_is_as_none",
        "tests/browser/demo.test.mjs: before a choice nothing leaves or stays",
    ],
    verdict: |_| Verdict::kept("no key makes browsing, scrolling or a new policy count as consent"),
};

pub(crate) const PURPOSES_APART: Control = Control {
    id: "purposes-apart",
    does: "each purpose has its own switch, off at first, and a grant opens no other",
    tests: &[
        "src/policy/decide_tests.rs::a_grant_opens_its_purpose_and_no_other",
        "src/consent/banner.rs::every_switch_is_off_until_something_is_granted",
        "tests/browser/demo.test.mjs: analytics alone lets in the vendors of analytics and no others",
    ],
    verdict: |site| {
        let purposes: Vec<&str> = site.policy.purposes().iter().map(Purpose::id).collect();
        Verdict::kept(format!("asked for one by one: {}", listed(&purposes)))
    },
};

pub(crate) const WITHDRAWAL: Control = Control {
    id: "withdrawal",
    does: "a control on every page reopens the choice; one press takes all back and expires what was set",
    tests: &[
        "src/consent/outcome.rs::withdrawing_expires_what_the_withdrawn_kept",
        "src/response/expire.rs::every_domain_that_may_have_cookies_is_tried",
        "src/consent/banner.rs::withdrawing_is_one_press_where_something_is_granted",
        "tests/browser/demo.test.mjs: withdrawing silences and cleans, on the pages behind Back too",
    ],
    verdict: |site| match site.banner {
        Banner { link_only: true, .. } => Verdict::not_attested(
            "control = \"link\": whether each page carries data-privacy-open is up to the site",
        ),
        Banner { .. } => Verdict::kept("the preferences control stands on every page"),
    },
};

pub(crate) const GUARDIAN: Control = Control {
    id: "guardian",
    does: "where more is granted, below the law's age a parent or guardian is asked for in one step; refusing never asks",
    tests: &[
        "src/consent/outcome.rs::a_guardian_is_asked_for_only_where_more_is_granted",
        "tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back",
    ],
    verdict: |site| match (site.guardian, site.policy.rules.guardian_below) {
        (true, Some(age)) => Verdict::kept(format!("asked for below {age}; no age is kept")),
        (false, _) => Verdict::broken("guardian = false: nobody is asked for"),
        (true, None) => Verdict::broken("the jurisdiction names no age"),
    },
};

pub(crate) const COOKIES_ALONE: Control = Control {
    id: "cookies-alone",
    does: "the banner asks about cookies and third parties alone; no label may make it ask for messages too",
    tests: &["tests/config.rs::a_label_asks_for_nothing_but_its_purpose"],
    verdict: |site| {
        let asking: Vec<&str> = site.labels.iter().flat_map(PurposeLabel::message_words).collect();
        Verdict::unless(&asking, "a label asks for messages as well", "no label speaks of messages")
    },
};

pub(crate) const NOTICE_FINGERPRINT: Control = Control {
    id: "notice-fingerprint",
    does: "a choice is bound to what was asked: other purposes, vendors or countries void it, a typo does not",
    tests: &[
        "src/policy/decide_tests.rs::the_notices_substance_changes_with_what_is_offered_and_not_with_the_order",
        "src/policy/decide_tests.rs::an_old_a_foreign_or_a_future_choice_is_as_none",
        "tests/config.rs::the_notice_changes_with_what_is_offered_and_not_with_words",
    ],
    verdict: |site| match site.policy.notice.as_str() {
        "" => Verdict::broken("the notice has no fingerprint"),
        print => Verdict::kept(format!("choices hold for notice {print} alone")),
    },
};

pub(crate) const NOTICE_DATED: Control = Control {
    id: "notice-dated",
    does: "the privacy page and the declaration carry the notice's version and effective date",
    tests: &[
        "src/consent/notice_tests.rs::the_second_layer_says_the_rest_under_each_law_and_in_each_language",
        "tests/consent_http.rs::a_notice_is_announced_before_its_day_and_in_force_from_it_pc17_rm14",
        "tests/config.rs::a_notice_that_is_not_in_force_yet_is_announced_beside_one_that_is",
    ],
    verdict: |site| match &site.notice.effective {
        Some(day) => Verdict::kept(format!("version {}, in effect since {}", site.notice.version, day.iso())),
        None => Verdict::broken("[site.notice] has no `effective` date"),
    },
};

pub(crate) const FUTURE_NOTICE: Control = Control {
    id: "future-notice",
    does: "a notice is announced before its day, takes effect on it without a restart, and old grants do not carry over",
    tests: &[
        "tests/consent_http.rs::a_notice_is_announced_before_its_day_and_in_force_from_it_pc17_rm14",
        "src/server/shared.rs::an_announced_notice_takes_effect_on_its_day_without_a_restart_pc17",
        "src/server/shared.rs::old_grants_do_not_carry_over_pc17",
    ],
    verdict: |_| {
        Verdict::kept(
            "[site.notice.next] announces the next one; a choice holds for the notice it was made under",
        )
    },
};

pub(crate) const GPC: Control = Control {
    id: "gpc",
    does: "Global Privacy Control refuses what the law says without a question; gpc.json says that it is honoured",
    tests: &[
        "src/policy/decide_tests.rs::global_privacy_control_answers_only_for_what_it_covers",
        "tests/consent_http.rs::support_of_the_signal_is_published_with_the_notices_day",
    ],
    verdict: |site| {
        let refused = site.policy.rules.gpc_refuses;
        let names: Vec<&str> = refused.iter().map(Purpose::id).collect();
        match refused.contains(Purpose::Marketing) {
            true => Verdict::kept(format!("the signal refuses {}", listed(&names))),
            false => Verdict::broken("the signal does not refuse marketing"),
        }
    },
};

pub(crate) const NO_MARKETING: Control = Control {
    id: "no-marketing",
    does: "marketing is locked off: no choice, call or cookie can grant it",
    tests: &[
        "src/policy/decide_tests.rs::a_locked_purpose_cannot_be_granted_by_any_cookie",
        "src/consent/outcome.rs::a_locked_purpose_is_never_granted",
        "tests/config.rs::a_locked_purpose_stays_locked_in_observe_mode",
    ],
    verdict: |site| {
        let ads = site.policy.offered().filter(|(vendor, _)| vendor.purpose == Purpose::Marketing);
        let ads: Vec<&str> = ads.map(|(vendor, _)| &*vendor.id).collect();
        match site.policy.locked.contains(Purpose::Marketing) {
            true => Verdict::unless(&ads, "offered for marketing", "marketing is locked off"),
            false => Verdict::broken("marketing is not locked off"),
        }
    },
};

pub(crate) const THREE_KINDS: Control = Control {
    id: "three-kinds",
    does: "necessary, performance and functionality are shown under the policy's own names, and no other kind",
    tests: &["tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back"],
    verdict: |site| {
        let named = |purpose| site.labels.iter().any(|label| label.purpose == purpose);
        let kinds = [Purpose::Necessary, Purpose::Analytics, Purpose::Functional];
        let missing: Vec<&str> = kinds.into_iter().filter(|kind| !named(*kind)).map(Purpose::id).collect();
        match site.policy.purposes().contains(Purpose::Marketing) {
            true => Verdict::broken("a fourth kind is shown: marketing"),
            false => {
                Verdict::unless(&missing, "without the policy's name", "three kinds, by the policy's names")
            }
        }
    },
};

/// Whether the site carries its rulings out.
pub(crate) const ENFORCED: Control = Control {
    id: "exit-codes",
    does: "`paravent check` and `paravent promises` exit non-zero, so that a deployment can be refused",
    tests: &[
        "tests/cli.rs::check_says_by_its_exit_code_how_a_config_is",
        "tests/promises.rs::the_exit_code_says_whether_every_promise_is_kept",
    ],
    verdict: |site: &Site| match site.policy.mode {
        Mode::Enforce => {
            Verdict::kept("mode = \"enforce\"; a config that contradicts a promise does not start")
        }
        Mode::Observe => Verdict::broken("mode = \"observe\""),
    },
};
