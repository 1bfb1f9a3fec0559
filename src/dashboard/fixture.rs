//! What the tests of this room begin from: a store with two weeks of releases, and a dashboard on it.

use std::sync::Arc;

use http::header::HeaderName;
use http::{HeaderMap, Method};

use super::{AdminAnswer, AdminRequest, CellLabel, Dashboard, Metrics, SiteFacts};
use crate::clock::{Clock, Zone};
use crate::policy::Day;
use crate::store::{Role, Store};
use crate::usage::{Estimate, Family, Preset, Release, ReleaseBook, ReleasedCell, Rho, Sigma, total};

/// Noon of 2026-11-22.
pub(super) const NOW: i64 = 20_779 * 86_400 + 43_200;
pub(super) const PASSWORD: &str = "correct horse battery";

pub(super) fn site(name: &str) -> SiteFacts {
    SiteFacts {
        name: name.to_owned(),
        zone: Zone::utc(),
        preset: Preset::Balanced,
        sample: false,
        labels: labels(),
    }
}

pub(super) fn labels() -> Vec<CellLabel> {
    let words = [("en", "Appointment asked for"), ("fr", "Rendez-vous demandé")];
    let words = words.map(|(language, text)| (language.to_owned(), text.to_owned())).to_vec();
    vec![CellLabel { family: Family::Goals, id: "booked".to_owned(), words }]
}

pub(super) fn sum(value: i64, sigma_thousandths: u32) -> Estimate {
    let sigma = Sigma::thousandths(sigma_thousandths);
    total(&[ReleasedCell { from: Day(0), to: Day(0), cell: String::new(), value, sigma }])
}

pub(super) struct House {
    _folder: tempfile::TempDir,
    pub store: Arc<Store>,
    pub clock: Clock,
    pub dashboard: Dashboard,
}

impl House {
    pub(super) fn new() -> House {
        let folder = tempfile::tempdir().expect("in a test");
        let clock = Clock::set_to(NOW);
        let store =
            Arc::new(Store::open(&folder.path().join("paravent.sqlite"), clock.clone()).expect("in a test"));
        store.add_account("amina", Role::Marketer, PASSWORD).expect("in a test");
        let metrics =
            Metrics { token: "metrics-secret".to_owned(), render: Box::new(|| "up 1\n".to_owned()) };
        let sites = vec![site("clinic.example"), site("empty.example")];
        let dashboard = Dashboard::new(Arc::clone(&store), sites, clock.clone(), Some(metrics));
        House { _folder: folder, store, clock, dashboard }
    }

    /// Releases one family of one period of days before today.
    pub(super) fn release(&self, family: Family, ago: (u32, u32), cells: &[(&str, i64)]) {
        let release = Release {
            site: "clinic.example".to_owned(),
            family,
            from: Day(20_779 - ago.0),
            to: Day(20_779 - ago.1),
            rho: Rho::millionths(20_000),
            sigma: Sigma::thousandths(5_000),
            cells: cells.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        };
        self.store.commit(&[release]).expect("in a test");
    }

    pub(super) fn send(
        &self,
        method: &Method,
        target: &str,
        fields: &[(&'static str, &str)],
        body: &str,
    ) -> AdminAnswer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: HeaderMap = fields
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("in a test")))
            .collect();
        headers.insert("host", "127.0.0.1:8081".parse().expect("in a test"));
        self.dashboard.answer(AdminRequest { method, path, query, headers: &headers, body: body.as_bytes() })
    }

    pub(super) fn log_in(&self, name: &str, password: &str) -> AdminAnswer {
        let body = format!("name={name}&password={}", password.replace(' ', "+"));
        self.send(&Method::POST, "/login", &[("sec-fetch-site", "same-origin")], &body)
    }

    /// The cookie of a fresh session.
    pub(super) fn cookie(&self) -> String {
        let answer = self.log_in("amina", PASSWORD);
        let set = header(&answer, "set-cookie").expect("a cookie");
        set.split(';').next().expect("in a test").to_owned()
    }

    pub(super) fn get(&self, target: &str, cookie: &str) -> AdminAnswer {
        self.send(&Method::GET, target, &[("cookie", cookie), ("accept-language", "en")], "")
    }
}

pub(super) fn header<'a>(answer: &'a AdminAnswer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

pub(super) fn text(answer: &AdminAnswer) -> String {
    String::from_utf8(answer.body.clone()).expect("in a test")
}
