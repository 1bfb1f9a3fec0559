//! What stands in a promise and is not built yet. Such a promise is not attested, whatever else keeps it.

use super::Control;
use crate::promises::Verdict;

pub(crate) const RELAY: Control = Control {
    id: "scrubbing-relay",
    does: "consented analytics goes through a relay on this server that passes listed fields only",
    tests: &[],
    verdict: |_| Verdict::not_attested("not built yet: the scrubbing relay"),
};

pub(crate) const ROLES: Control = Control {
    id: "roles",
    does: "every route of the dashboard checks a role; who has none gets the login alone",
    tests: &[
        "tests/admin.rs::a_stranger_gets_the_login_and_health_and_nothing_else",
        "tests/admin.rs::ten_wrong_passwords_lock_an_account_out_and_no_other",
    ],
    verdict: |_| Verdict::not_attested("not built yet: what each role may do (login and lock-out are)"),
};

pub(crate) const ACCESS_LOG: Control = Control {
    id: "access-log",
    does: "each access is written to a hash-chained log that can be consulted",
    tests: &[],
    verdict: |_| Verdict::not_attested("not built yet: the access log"),
};

pub(crate) const BACKUP: Control = Control {
    id: "backup",
    does: "backups are consistent, private and logged, and are deleted in their time",
    tests: &[],
    verdict: |_| Verdict::not_attested("not built yet: `paravent backup`"),
};

pub(crate) const TLS_HARDENING: Control = Control {
    id: "tls-hardening",
    does: "TLS 1.2 or newer, plain HTTP sent on to it, HSTS",
    tests: &[
        "tests/tls.rs::plain_requests_are_sent_to_tls",
        "tests/tls.rs::pages_go_over_tls_on_both_sides_and_by_both_versions",
    ],
    verdict: |_| {
        Verdict::not_attested(
            "not built yet: judging a config by its listeners (versions, redirect and HSTS are there)",
        )
    },
};
