//! A radiology centre in Morocco: Law 09-08, under the CNDP.

use crate::promises::Promise;
use crate::promises::control::asking::{
    GPC, GUARDIAN, LIVE_GRANT, NO_MARKETING, NOTICE_DATED, PURPOSES_APART, THREE_KINDS, WITHDRAWAL,
};
use crate::promises::control::blocking::{PLACEHOLDERS, TAKEN_OUT_LISTED};
use crate::promises::control::counting::{CLOSED_PAGES, COARSE_DEVICE, OBJECTION, TRUNCATED_ADDRESS};
use crate::promises::control::keeping::{ENQUIRIES, PRIVATE_STATE, PURGE, RIGHTS};
use crate::promises::control::pending::{ACCESS_LOG, ROLES, TLS_HARDENING};
use crate::promises::control::recipients::AUTHORISATIONS;

pub(super) const PROMISES: &[Promise] = &[
    Promise {
        id: "RM1",
        says: "Consent comes before any cookie that is not essential",
        controls: &[&LIVE_GRANT],
    },
    Promise {
        id: "RM2",
        says: "Preferences can be changed at any time through the banner",
        controls: &[&WITHDRAWAL],
    },
    Promise {
        id: "RM3",
        says: "There are three kinds of cookies: strictly necessary, performance, functionality",
        controls: &[&THREE_KINDS, &PURPOSES_APART],
    },
    Promise {
        id: "RM4",
        says: "No cookie serves targeted advertising",
        controls: &[&NO_MARKETING, &TAKEN_OUT_LISTED],
    },
    Promise { id: "RM5", says: "Data is not sold", controls: &[&NO_MARKETING, &GPC] },
    Promise {
        id: "RM6",
        says: "Data leaves the country only where authorised",
        controls: &[&AUTHORISATIONS],
    },
    Promise { id: "RM7", says: "WhatsApp works under its own terms", controls: &[&PLACEHOLDERS] },
    Promise { id: "RM8", says: "Enquiries are kept for a limited time", controls: &[&ENQUIRIES] },
    Promise { id: "RM9", says: "Then they are deleted or anonymised", controls: &[&PURGE] },
    Promise {
        id: "RM10",
        says: "One can see, rectify, oppose and withdraw, and complain to the CNDP",
        controls: &[&RIGHTS, &OBJECTION, &WITHDRAWAL],
    },
    Promise {
        id: "RM11",
        says: "Device, browser, address and pages are known in as little detail as will do",
        controls: &[&TRUNCATED_ADDRESS, &COARSE_DEVICE, &CLOSED_PAGES],
    },
    Promise {
        id: "RM12",
        says: "Access is controlled and data encrypted",
        controls: &[&TLS_HARDENING, &PRIVATE_STATE, &ROLES, &ACCESS_LOG],
    },
    Promise { id: "RM13", says: "A minor chooses with a parent or guardian", controls: &[&GUARDIAN] },
    Promise { id: "RM14", says: "New versions carry the day they take effect", controls: &[&NOTICE_DATED] },
];
