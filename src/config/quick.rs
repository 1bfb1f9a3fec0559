//! The quick form: `paravent serve --origin URL`.
//!
//! In: an origin and where to listen. Out: a config of one site that answers to any host, under the
//! most protective law, and offers no vendor: without a config there is nothing to consent to.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::check::{ANSWER_DAYS, BODY_BYTES, PREFIX, with_fingerprint};
use super::checked::{Banner, Config, Contact, Localised, Origin, Retention, Server, Site};
use super::health::HealthRules;
use super::notice::Notice;
use super::theme::Theme;
use super::usage::Usage;
use super::values::{Email, FromText};
use super::words::LANGUAGES;
use crate::policy::{Catalogue, Hosts, Jurisdiction, Mode, PurposeSet, SitePolicy};

/// What is wrong with an argument and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadArgument(String);

/// An e-mail address that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactEmail(String);

impl FromStr for Origin {
    type Err = BadArgument;

    fn from_str(text: &str) -> Result<Origin, BadArgument> {
        argument("--origin", text)
    }
}

impl FromStr for ContactEmail {
    type Err = BadArgument;

    fn from_str(text: &str) -> Result<ContactEmail, BadArgument> {
        argument("--contact", text).map(|email: Email| ContactEmail(email.0))
    }
}

fn argument<T: FromText>(name: &str, text: &str) -> Result<T, BadArgument> {
    T::from_text(text).map_err(|fault| {
        let remedy = fault.remedy.replace("{key} = ", &format!("{name} "));
        BadArgument(format!("{}: {remedy}", fault.message))
    })
}

impl Config {
    /// One site in front of `origin`, for any host.
    pub fn quick(
        origin: Origin,
        listen: SocketAddr,
        admin: SocketAddr,
        state_dir: PathBuf,
        contact: Option<ContactEmail>,
    ) -> Config {
        let catalogue = Arc::new(Catalogue::built_in());
        let server = Server { admin_listen: Some(admin), ..Server::on(vec![listen], state_dir) };
        let site = strict_site(origin, contact, &catalogue);
        Config { files: Vec::new(), server, catalogue, sites: vec![Arc::new(site)], effective: Vec::new() }
    }
}

fn strict_site(origin: Origin, contact: Option<ContactEmail>, catalogue: &Arc<Catalogue>) -> Site {
    let notice = Notice { version: "1".to_owned(), effective: None, replaces: None };
    let policy = SitePolicy {
        hosts: Hosts::Any,
        first_party_hosts: Vec::new(),
        catalogue: Arc::clone(catalogue),
        offers: Vec::new(),
        withheld: Vec::new(),
        locked: PurposeSet::NONE,
        sensitive: Vec::new(),
        rules: Jurisdiction::Strict.rules(),
        mode: Mode::Enforce,
        notice: String::new(),
    };
    Site {
        name: "any".to_owned(),
        policy: Arc::new(with_fingerprint(policy, &notice.version, false)),
        jurisdiction: Jurisdiction::Strict,
        profile: None,
        origins: vec![origin],
        origin_ca: None,
        health: HealthRules::default(),
        prefix: PREFIX.to_owned(),
        languages: LANGUAGES.map(str::to_owned).to_vec(),
        contact: contact.map(person_in_charge),
        banner: Banner::default(),
        theme: Theme::default(),
        labels: Vec::new(),
        retention: Retention {
            enquiries_days: None,
            receipts_days: Jurisdiction::Strict.rules().receipts_days,
        },
        usage: Usage::default(),
        guardian: false,
        request_body_bytes: BODY_BYTES,
        notice,
        upcoming: None,
        vendor_terms: Vec::new(),
        answer_days: ANSWER_DAYS,
    }
}

fn person_in_charge(email: ContactEmail) -> Contact {
    let title = [
        ("fr", "Responsable de la protection des renseignements personnels"),
        ("en", "Privacy officer"),
        ("ar", "المسؤول عن حماية المعطيات الشخصية"),
    ];
    Contact {
        title: Localised(title.map(|(language, text)| (language.to_owned(), text.to_owned())).to_vec()),
        email: email.0,
        organisation: Localised::default(),
        postal: None,
        phone: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick(contact: Option<&str>) -> Config {
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let contact = contact.map(|email| email.parse().unwrap());
        Config::quick(
            "http://127.0.0.1:3000".parse().unwrap(),
            address(1),
            address(2),
            "state".into(),
            contact,
        )
    }

    #[test]
    fn the_quick_form_offers_nothing_to_any_host() {
        let config = quick(Some("a@clinic.example"));
        let site = config.site("whatever.example").unwrap();
        assert!(site.policy.purposes().is_empty() && site.policy.offers.is_empty());
        assert_eq!(site.jurisdiction, Jurisdiction::Strict);
        assert_eq!(site.contact.as_ref().unwrap().title.in_language("en"), "Privacy officer");
        assert!(quick(None).sites[0].contact.is_none());
    }

    #[test]
    fn bad_arguments_say_what_to_write() {
        let error = "ftp://x".parse::<Origin>().unwrap_err().to_string();
        assert!(error.contains("http or https") && error.contains("127.0.0.1:3000"), "{error}");
        let error = "http://user:hunter2@x".parse::<Origin>().unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
        assert!("nobody".parse::<ContactEmail>().unwrap_err().to_string().contains("--contact"));
    }
}
