//! Controls over who can be reached, and how what is kept is guarded.

use super::{Control, counted};
use crate::promises::Verdict;

pub(crate) const CONTACT: Control = Control {
    id: "contact",
    does: "a person in charge is named by title, with an address to write to; without one nothing can be offered",
    tests: &[
        "tests/config.rs::who_offers_something_can_be_written_to",
        "src/consent/privacy.rs::it_names_everyone_and_everything_they_keep",
    ],
    verdict: |site| match &site.contact {
        Some(contact) => Verdict::kept(format!("the privacy page names {}", contact.email)),
        None => Verdict::broken("there is no [site.contact]"),
    },
};

pub(crate) const RIGHTS: Control = Control {
    id: "rights",
    does: "the privacy page shows all that is known of the visitor, whom to write to, within how many days one is answered, and the regulator",
    tests: &[
        "src/consent/privacy.rs::it_names_everyone_and_everything_they_keep",
        "src/consent/privacy.rs::it_shows_the_present_choice",
        "src/consent/rights.rs::the_delay_the_address_and_the_regulator_are_shown_pc16_rm10_so6",
    ],
    verdict: |site| match (&site.contact, site.answer_days) {
        (None, _) => Verdict::broken("there is no [site.contact] to write to"),
        (_, 31..) => Verdict::broken(format!("answer_days = {}, more than 30 days", site.answer_days)),
        (Some(_), days) => {
            let regulator = site.policy.rules.regulator.name_en;
            Verdict::kept(format!("answered within {}, {regulator} named", counted(days.into(), "day")))
        }
    },
};

pub(crate) const ENQUIRIES: Control = Control {
    id: "enquiries",
    does: "how long enquiries are kept is a number in the config, and the privacy page shows it",
    tests: &[
        "tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back",
        "src/consent/rights.rs::the_periods_are_the_configs_rm8",
    ],
    verdict: |site| match site.retention.enquiries_days {
        Some(days) => Verdict::kept(format!("enquiries_days = {days}")),
        None => Verdict::broken("[site.retention] has no `enquiries_days`"),
    },
};

pub(crate) const ENCRYPTED_ORIGIN: Control = Control {
    id: "encrypted-origin",
    does: "an origin in the clear is refused unless it is on this machine",
    tests: &["tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back"],
    verdict: |site| {
        let clear: Vec<&str> =
            site.origins.iter().filter(|o| !o.https && !o.is_loopback()).map(|o| o.host.as_str()).collect();
        Verdict::unless(&clear, "reached in the clear", "each origin is on this machine or behind TLS")
    },
};

pub(crate) const PRIVATE_STATE: Control = Control {
    id: "private-state",
    does: "keys and store belong to the service user alone",
    tests: &[
        "src/store/database.rs::the_files_are_the_service_users_alone",
        "src/key_file.rs::a_key_that_others_can_read_or_that_was_cut_is_refused",
    ],
    verdict: |_| Verdict::kept("state files are 0600; keys that others can read are refused"),
};

pub(crate) const PURGE: Control = Control {
    id: "purge",
    does: "each class of record is deleted in its time, overwritten, and the purge is logged as day, class and count",
    tests: &[
        "tests/receipts.rs::a_purge_erases_old_receipts_from_the_files",
        "tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back",
        "src/store/receipts/purge.rs::erased_receipts_leave_no_bytes",
        "src/store/counts.rs::purged_releases_leave_no_bytes",
        "src/store/seen.rs::what_is_old_is_purged_and_leaves_no_trace",
    ],
    verdict: |site| {
        let (days, most) = (site.retention.receipts_days, site.policy.rules.receipts_days);
        if days > most {
            return Verdict::broken(format!(
                "receipts_days = {days}, longer than claims can be brought: {most}"
            ));
        }
        Verdict::kept(format!(
            "receipts go {days} days after their grant, counts after 25 months; purged daily"
        ))
    },
};

pub(crate) const RECEIPTS: Control = Control {
    id: "receipts",
    does: "a grant is recorded before its cookie is given, with the notice shown; it is looked up by its id alone, and downloaded by whom it belongs to",
    tests: &[
        "tests/receipts.rs::a_grant_is_recorded_before_its_cookie_is_given",
        "tests/receipts.rs::a_refusal_leaves_no_receipt_and_no_identifier",
        "tests/receipts.rs::the_visitor_downloads_a_signed_receipt",
        "tests/receipts.rs::there_is_no_list_of_receipts",
    ],
    verdict: |_| Verdict::kept("recorded under its notice; a grant that cannot be recorded is not given"),
};
