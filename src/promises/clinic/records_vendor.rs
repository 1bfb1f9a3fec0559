//! A vendor of electronic medical records: Quebec's Law 25 and its clients' mandates.

use crate::promises::Promise;
use crate::promises::control::asking::{ENFORCED, NO_MARKETING};
use crate::promises::control::blocking::{CATALOGUE_DECIDES, PLACEHOLDERS};
use crate::promises::control::keeping::{PURGE, RECEIPTS};
use crate::promises::control::pending::{ACCESS_LOG, BACKUP, ROLES};
use crate::promises::control::recipients::{CONTRACTS, INVENTORY};

pub(super) const PROMISES: &[Promise] = &[
    Promise { id: "EV1", says: "Data serves the service and nothing else", controls: &[&NO_MARKETING] },
    Promise {
        id: "EV2",
        says: "Data is reached through the application alone, by its rules",
        controls: &[&ROLES],
    },
    Promise { id: "EV3", says: "One person's record at a time", controls: &[&RECEIPTS] },
    Promise { id: "EV4", says: "Copies are few, and as well protected", controls: &[&BACKUP] },
    Promise {
        id: "EV5",
        says: "What is no longer needed is destroyed, copies included",
        controls: &[&BACKUP, &PURGE],
    },
    Promise {
        id: "EV6",
        says: "Every access is logged, kept and can be consulted",
        controls: &[&ACCESS_LOG],
    },
    Promise {
        id: "EV7",
        says: "Sharing with third parties is explained and under contract",
        controls: &[&CONTRACTS, &INVENTORY],
    },
    Promise { id: "EV8", says: "The policy is enforced in operations", controls: &[&ENFORCED] },
    Promise {
        id: "EV9",
        says: "There is a cookie policy, and social links track nobody",
        controls: &[&INVENTORY, &PLACEHOLDERS, &CATALOGUE_DECIDES],
    },
];
