//! A government primary-care portal, P-39.1 and PIPEDA.

use crate::promises::Promise;
use crate::promises::control::asking::{
    FUTURE_NOTICE, GPC, GUARDIAN, LIVE_GRANT, NO_MARKETING, NOTICE_FINGERPRINT, PURPOSES_APART, WITHDRAWAL,
};
use crate::promises::control::blocking::{CATALOGUE_DECIDES, UNLISTED_COOKIES_TOLD};
use crate::promises::control::counting::{
    CLOSED_PAGES, COARSE_DEVICE, COARSE_REGION, NOISED_COUNTS, TRUNCATED_ADDRESS, UPLOADS,
};
use crate::promises::control::keeping::{CONTACT, ENCRYPTED_ORIGIN, PURGE, RECEIPTS, RIGHTS};
use crate::promises::control::pending::{ACCESS_LOG, RELAY, ROLES, TLS_HARDENING};
use crate::promises::control::recipients::RESIDENCY;

pub(super) const PROMISES: &[Promise] = &[
    Promise {
        id: "PC1",
        says: "Consent is manifest, free, informed and explicit",
        controls: &[&LIVE_GRANT, &PURPOSES_APART, &RECEIPTS],
    },
    Promise { id: "PC2", says: "Under 14, a parent or guardian consents", controls: &[&GUARDIAN] },
    Promise { id: "PC3", says: "From 14 on, one's own consent counts", controls: &[&GUARDIAN] },
    Promise { id: "PC4", says: "Consent can be withdrawn at any time", controls: &[&WITHDRAWAL, &CONTACT] },
    Promise { id: "PC5", says: "IP addresses are truncated", controls: &[&TRUNCATED_ADDRESS] },
    Promise {
        id: "PC6",
        says: "Of the address only the place of residence is used",
        controls: &[&COARSE_REGION, &NOISED_COUNTS],
    },
    Promise { id: "PC7", says: "Equipment and software are known in kind only", controls: &[&COARSE_DEVICE] },
    Promise {
        id: "PC8",
        says: "Nothing else happens without the user's knowledge",
        controls: &[&CATALOGUE_DECIDES, &UNLISTED_COOKIES_TOLD],
    },
    Promise { id: "PC9", says: "Trends and usage are analysed", controls: &[&NOISED_COUNTS] },
    Promise {
        id: "PC10",
        says: "Only authorised persons see data, for their task only",
        controls: &[&ROLES, &ACCESS_LOG],
    },
    Promise { id: "PC11", says: "Third parties receive only what they need", controls: &[&RELAY] },
    Promise {
        id: "PC12",
        says: "Nothing is sold or shared without consent or law",
        controls: &[&NO_MARKETING, &GPC],
    },
    Promise { id: "PC13", says: "Nothing is kept longer than necessary", controls: &[&PURGE] },
    Promise {
        id: "PC14",
        says: "Data is encrypted at all times",
        controls: &[&ENCRYPTED_ORIGIN, &TLS_HARDENING],
    },
    Promise {
        id: "PC15",
        says: "Data is processed and seen in Canada only",
        controls: &[&RESIDENCY, &RELAY],
    },
    Promise { id: "PC16", says: "Requests are answered within the stated time", controls: &[&RIGHTS] },
    Promise {
        id: "PC17",
        says: "One is told of a change before it takes effect, and can refuse",
        controls: &[&FUTURE_NOTICE, &NOTICE_FINGERPRINT],
    },
    Promise { id: "PC18", says: "Uploads are not looked into", controls: &[&UPLOADS] },
    Promise {
        id: "PC19",
        says: "Postal codes and form answers serve routing only",
        controls: &[&CLOSED_PAGES, &UPLOADS],
    },
];
