//! The certificates that were issued, each in one file with its key: a crash leaves the old or the new one, whole.
//! In: what the authority issued. Out: what TLS can use, and from when on it is to be renewed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use x509_parser::parse_x509_certificate;

use super::super::tls::{TlsError, certified_key};
use crate::config::CertificateFiles;
use crate::key_file;

/// Why a certificate cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum HeldError {
    #[error("{}: {source}", file.display())]
    File { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Unusable(#[from] TlsError),
    #[error("{}: this is no certificate with a time in which it is valid", .0.display())]
    Timeless(PathBuf),
}

/// A certificate and when it is time for the next.
#[derive(Debug)]
pub struct Held {
    pub key: Arc<CertifiedKey>,
    /// Seconds since the epoch.
    pub renew_from: i64,
}

impl Held {
    /// The one of `site`; `None` where there is none.
    pub fn read(folder: &Path, site: &str) -> Result<Option<Held>, HeldError> {
        let file = file(folder, site);
        match file.try_exists() {
            Ok(true) => Held::at(file).map(Some),
            Ok(false) => Ok(None),
            Err(source) => Err(HeldError::File { file, source }),
        }
    }

    /// Puts a key and its chain, both in PEM, in the place of the one that `site` has, once it is known that they
    /// can be used.
    pub(super) fn keep(folder: &Path, site: &str, pem: &str) -> Result<(), HeldError> {
        let at = |file: &Path| {
            let file = file.to_owned();
            move |source| HeldError::File { file, source }
        };
        let (place, draft) = (file(folder, site), file(folder, &format!("{site}.new")));
        key_file::make_folder(folder).map_err(at(folder))?;
        key_file::write_private(&draft, pem.as_bytes()).map_err(at(&draft))?;
        Held::at(draft.clone())?;
        key_file::put_in_place(&draft, &place).map_err(at(&place))
    }

    fn at(file: PathBuf) -> Result<Held, HeldError> {
        let key = certified_key(&CertificateFiles { cert: file.clone(), key: file.clone() })?;
        let renew_from = key.cert.first().and_then(renew_from).ok_or(HeldError::Timeless(file))?;
        Ok(Held { key, renew_from })
    }
}

fn file(folder: &Path, site: &str) -> PathBuf {
    folder.join(format!("{site}.pem"))
}

/// When two thirds of its time are over, as authorities ask for.
fn renew_from(certificate: &CertificateDer<'_>) -> Option<i64> {
    let (_, parsed) = parse_x509_certificate(certificate).ok()?;
    let validity = parsed.validity();
    let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    (from < until).then(|| from + (until - from) / 3 * 2)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn pem(host: &str) -> String {
        let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
        made.signing_key.serialize_pem() + &made.cert.pem()
    }

    #[test]
    fn what_is_kept_is_private_whole_and_replaced_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("acme");
        assert!(Held::read(&folder, "a.example").unwrap().is_none());
        Held::keep(&folder, "a.example", &pem("a.example")).unwrap();
        let first = Held::read(&folder, "a.example").unwrap().unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let mode = fs::metadata(folder.join("a.example.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        // A key that does not fit is refused, and nothing is lost.
        let (one, other) = (pem("a.example"), pem("a.example"));
        let end = one.find("-----BEGIN CERTIFICATE").unwrap();
        let begin = other.find("-----BEGIN CERTIFICATE").unwrap();
        assert!(Held::keep(&folder, "a.example", &(one[..end].to_owned() + &other[begin..])).is_err());
        assert!(Held::keep(&folder, "a.example", "no certificate").is_err());
        let after = Held::read(&folder, "a.example").unwrap().unwrap();
        assert_eq!(after.key.cert, first.key.cert);

        Held::keep(&folder, "a.example", &other).unwrap();
        let after = Held::read(&folder, "a.example").unwrap().unwrap();
        assert_ne!(after.key.cert, first.key.cert);
    }

    #[test]
    fn it_is_renewed_when_two_thirds_of_its_time_are_over() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(["a.example".to_owned()]).unwrap();
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2027, 1, 1), rcgen::date_time_ymd(2027, 4, 1));
        let certificate = CertificateDer::from(params.self_signed(&key).unwrap());
        // 2027-03-02T00:00Z, 60 of 90 days later.
        assert_eq!(renew_from(&certificate), Some(1_803_945_600));
    }
}
