//! Medical second opinions from a server in Montreal: PIPEDA and Quebec's Law 25.

use crate::promises::Promise;
use crate::promises::control::asking::{NOTICE_FINGERPRINT, PRESS_ONLY};
use crate::promises::control::blocking::REFERRER;
use crate::promises::control::counting::NOISED_COUNTS;
use crate::promises::control::keeping::{CONTACT, RECEIPTS, RIGHTS};
use crate::promises::control::pending::{RELAY, ROLES, TLS_HARDENING};
use crate::promises::control::recipients::RESIDENCY;

pub(super) const PROMISES: &[Promise] = &[
    Promise {
        id: "SO1",
        says: "What is done on the site is analysed, in totals, on this server",
        controls: &[&NOISED_COUNTS],
    },
    Promise { id: "SO2", says: "Data stays on a server in Montreal", controls: &[&RESIDENCY, &RELAY] },
    Promise { id: "SO3", says: "Everything is encrypted", controls: &[&TLS_HARDENING] },
    Promise { id: "SO4", says: "Only those who need it have access", controls: &[&ROLES] },
    Promise { id: "SO5", says: "A copy is given on request", controls: &[&RIGHTS, &RECEIPTS] },
    Promise { id: "SO6", says: "Complaints reach the privacy officer", controls: &[&CONTACT, &RIGHTS] },
    Promise {
        id: "SO7",
        says: "Neither using the site nor a new policy is consent",
        controls: &[&PRESS_ONLY, &NOTICE_FINGERPRINT],
    },
    Promise { id: "SO8", says: "A link to another site tells it nothing", controls: &[&REFERRER] },
];
