//! A private radiology clinic in Quebec: Law 25 (P-39.1).

use crate::promises::Promise;
use crate::promises::control::asking::{
    COOKIES_ALONE, LIVE_GRANT, NOTICE_DATED, NOTICE_FINGERPRINT, PRESS_ONLY, PURPOSES_APART, WITHDRAWAL,
};
use crate::promises::control::blocking::{
    CATALOGUE_DECIDES, CLICK_IDS, MARKETING_APART, NECESSARY_COOKIES, REFERRER, SENSITIVE_PATHS,
    SESSION_REPLAY, UNLISTED_COOKIES_TOLD,
};
use crate::promises::control::counting::{
    CLOSED_PAGES, COARSE_REGION, LOGGED_EXPORTS, NOISED_COUNTS, OBJECTION, TRUNCATED_ADDRESS,
};
use crate::promises::control::keeping::{CONTACT, PRIVATE_STATE, PURGE, RIGHTS};
use crate::promises::control::pending::{ACCESS_LOG, RELAY, ROLES, TLS_HARDENING};
use crate::promises::control::recipients::{INVENTORY, VENDORS_NAMED};

pub(super) const PROMISES: &[Promise] = &[
    Promise {
        id: "RQ1",
        says: "Consent is explicit, free, informed and asked for purpose by purpose, and lasts no longer than needed",
        controls: &[&LIVE_GRANT, &PURPOSES_APART],
    },
    Promise {
        id: "RQ2",
        says: "Only what is necessary is collected",
        controls: &[&CATALOGUE_DECIDES, &UNLISTED_COOKIES_TOLD],
    },
    Promise { id: "RQ3", says: "What is collected automatically is declared", controls: &[&INVENTORY] },
    Promise {
        id: "RQ4",
        says: "Appointment and prescription forms are confidential",
        controls: &[&SENSITIVE_PATHS, &REFERRER],
    },
    Promise {
        id: "RQ5",
        says: "Cookies and pixels serve tailoring, analysis and advertising, each by its own leave",
        controls: &[&PURPOSES_APART, &LIVE_GRANT],
    },
    Promise { id: "RQ6", says: "Location serves to choose the language", controls: &[&COARSE_REGION] },
    Promise {
        id: "RQ7",
        says: "Advertising follows the pages seen, within the law",
        controls: &[&MARKETING_APART, &REFERRER],
    },
    Promise { id: "RQ8", says: "Login and language are remembered", controls: &[&NECESSARY_COOKIES] },
    Promise {
        id: "RQ9",
        says: "Pixels carry an address, so neither address nor click id goes out",
        controls: &[&CLICK_IDS, &TRUNCATED_ADDRESS],
    },
    Promise {
        id: "RQ10",
        says: "Analytics tools receive nothing that identifies a person",
        controls: &[&SESSION_REPLAY, &RELAY],
    },
    Promise {
        id: "RQ11",
        says: "These technologies can be switched off at any time",
        controls: &[&WITHDRAWAL],
    },
    Promise {
        id: "RQ12",
        says: "Newsletters and messages have a consent of their own",
        controls: &[&COOKIES_ALONE],
    },
    Promise {
        id: "RQ13",
        says: "Analysis works on aggregated, anonymised figures",
        controls: &[&NOISED_COUNTS, &CLOSED_PAGES],
    },
    Promise { id: "RQ14", says: "Aggregated figures may be shared", controls: &[&LOGGED_EXPORTS] },
    Promise { id: "RQ15", says: "Service providers and partners are named", controls: &[&VENDORS_NAMED] },
    Promise {
        id: "RQ16",
        says: "The website and its databases are encrypted",
        controls: &[&TLS_HARDENING, &PRIVATE_STATE],
    },
    Promise { id: "RQ17", says: "Access is controlled", controls: &[&ROLES, &ACCESS_LOG] },
    Promise { id: "RQ18", says: "Data is deleted securely", controls: &[&PURGE] },
    Promise { id: "RQ19", says: "A new purpose asks again", controls: &[&NOTICE_FINGERPRINT] },
    Promise {
        id: "RQ20",
        says: "One can see, correct, delete, object and withdraw",
        controls: &[&RIGHTS, &OBJECTION, &WITHDRAWAL],
    },
    Promise { id: "RQ21", says: "A person in charge can be reached", controls: &[&CONTACT] },
    Promise { id: "RQ22", says: "Changes of the policy are published", controls: &[&NOTICE_DATED] },
    Promise {
        id: "RQ23",
        says: "Browsing is no consent, whatever the policy says",
        controls: &[&PRESS_ONLY],
    },
];
