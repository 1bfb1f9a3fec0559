//! `[[server.certificate]]` and `[server.acme]`: what TLS proves itself with.
//!
//! In: their raw tables. Out: PEM files, opened to see that they can be read, and the authority that is asked for
//! the rest. What a key holds is neither kept nor shown.

use std::fs;
use std::path::{Path, PathBuf};

use url::Url;

use super::check::resolved;
use super::checked::{Acme, CertificateFiles};
use super::problem::{Place, Report};
use super::table::{Entry, Fault, Table};
use super::values::{Email, FromText};

/// Let's Encrypt, a public benefit organisation.
const DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

#[derive(Debug)]
pub(super) struct RawCertificate {
    at: Place,
    cert: Entry<String>,
    key: Entry<String>,
}

#[derive(Debug)]
pub(super) struct RawAcme {
    email: Entry<Email>,
    directory: Entry<Directory>,
    ca: Entry<String>,
}

/// An ACME directory's URL (RFC 8555, 7.1.1), over HTTPS as its section 6.1 asks.
#[derive(Clone, Debug)]
struct Directory(String);

impl FromText for Directory {
    fn from_text(text: &str) -> Result<Directory, Fault> {
        match Url::parse(text) {
            Ok(url) if url.scheme() == "https" && url.has_host() => Ok(Directory(url.into())),
            _ => Err(Fault::new(
                "this is no directory of a certificate authority",
                format!("write its whole URL, which begins with https://, such as {DIRECTORY:?}"),
            )),
        }
    }
}

pub(super) fn read_certificate(mut table: Table<'_>) -> RawCertificate {
    RawCertificate { at: table.at().clone(), cert: table.value("cert"), key: table.value("key") }
}

pub(super) fn read_acme(mut table: Table<'_>) -> RawAcme {
    RawAcme { email: table.value("email"), directory: table.value("directory"), ca: table.value("ca") }
}

/// `used`: whether TLS is spoken at all.
pub(super) fn checked(raw: &[RawCertificate], used: bool, report: &Report) -> Vec<CertificateFiles> {
    report_repeated(raw, report);
    raw.iter().filter_map(|raw| certificate(raw, used, report)).collect()
}

pub(super) fn checked_acme(raw: &RawAcme, used: bool, report: &Report) -> Acme {
    let ca = raw.ca.given().map(|given| {
        let path = resolved(given);
        if used {
            report_pem("ca", &path, "CERTIFICATE-----", &given.at, report);
        }
        path
    });
    let directory = raw.directory.value().map_or_else(|| DIRECTORY.to_owned(), |given| given.0.clone());
    Acme { email: raw.email.value().map(|email| email.0.clone()), directory, ca }
}

fn certificate(raw: &RawCertificate, used: bool, report: &Report) -> Option<CertificateFiles> {
    let file = |key: &str, entry: &Entry<String>, marker: &str| {
        if entry.is_absent() {
            let message = format!("[[server.certificate]] has no `{key}`");
            report.say(&raw.at, message, format!("write {key} = \"…\" with the path of a PEM file"));
        }
        let given = entry.given()?;
        let path = resolved(given);
        if used {
            report_pem(key, &path, marker, &given.at, report);
        }
        Some(path)
    };
    let cert = file("cert", &raw.cert, "CERTIFICATE-----");
    let key = file("key", &raw.key, "PRIVATE KEY-----");
    Some(CertificateFiles { cert: cert?, key: key? })
}

/// Opens a PEM file to see that it can be read and holds what it should.
pub(super) fn report_pem(key: &str, path: &Path, marker: &str, place: &Place, report: &Report) {
    match fs::read_to_string(path) {
        Ok(text) if text.contains(marker) => {}
        Ok(_) => {
            let message =
                format!("{key}: {} holds no {}", path.display(), marker.trim_end_matches('-').to_lowercase());
            report.say(place, message, "name a PEM file that holds one");
        }
        Err(error) => {
            let message = format!("{key}: {} cannot be read: {error}", path.display());
            let remedy = "write a path from this file's folder, or a full one, that the service may read";
            report.say(place, message, remedy);
        }
    }
}

fn report_repeated(certificates: &[RawCertificate], report: &Report) {
    let mut seen: Vec<PathBuf> = Vec::new();
    for given in certificates.iter().filter_map(|raw| raw.cert.given()) {
        let path = resolved(given);
        if seen.contains(&path) {
            report.say(&given.at, "this certificate is named twice", "leave one of the two tables out");
        }
        seen.push(path);
    }
}
