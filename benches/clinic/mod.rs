//! In: nothing. Out: a clinic's site as its config would make it, and decisions on it, for the benchmarks.

#![allow(dead_code, reason = "each benchmark uses its part")]
#![allow(clippy::expect_used, reason = "a benchmark may end by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use paravent::config::{Config, Site};
use paravent::policy::{Day, Decision, Facts, PurposeSet, StoredChoice, decide};

/// What the visitor granted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Nothing was pressed.
    None,
    /// All that is on offer.
    All,
}

pub const HOST: &str = "clinic.example";
const TODAY: Day = Day(20_779);

const CONFIG: &str = r#"
[server]
listen = ["127.0.0.1:8080"]

[[site]]
hosts = ["clinic.example"]
origin = ["http://127.0.0.1:3000"]
jurisdiction = "quebec"
languages = ["fr", "en"]
sensitive_paths = ["/rendez-vous/**"]

[site.contact]
title = { fr = "Responsable", en = "Privacy officer" }
email = "vieprivee@clinic.example"

[[site.vendor]]
id = "google-analytics"

[[site.vendor]]
id = "meta-pixel"

[[site.vendor]]
id = "youtube"
"#;

/// The site of the comparison with nginx: three vendors on offer in Quebec.
pub fn site() -> Arc<Site> {
    let config = Config::from_text("bench.toml", CONFIG).expect("a config that is right");
    Arc::clone(config.sites.first().expect("a site"))
}

/// The visitor's choice; none where nothing was granted.
pub fn choice(site: &Site, grant: Grant) -> Option<StoredChoice> {
    (grant == Grant::All).then(|| StoredChoice {
        notice: site.policy.notice.clone(),
        day: TODAY,
        purposes: PurposeSet::ALL,
        vendors: BTreeMap::new(),
        counted: true,
        chosen: true,
    })
}

/// The decision for a page that is not sensitive.
pub fn decision(site: &Site, choice: Option<&StoredChoice>) -> Decision {
    let facts = Facts { host: HOST, path: "/services", choice, once: None, gpc: false, today: TODAY };
    decide(&site.policy, &facts)
}
