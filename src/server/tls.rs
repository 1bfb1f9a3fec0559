//! In: PEM files, the config's own and those an authority issued. Out: TLS settings, one certificate a host by
//! SNI, and how others' certificates are verified. TLS 1.2 and 1.3 only (RFC 8996 retires what came before).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::acme::{self, Challenges, Held, HeldError, Wanted};
use crate::config::{CertificateFiles, Config};
use crate::policy::Hosts;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{}: {reason}", file.display())]
    Pem { file: PathBuf, reason: String },
    #[error("{}: the key does not fit the certificate, or is of a kind that cannot be used: {reason}", file.display())]
    Key { file: PathBuf, reason: rustls::Error },
    #[error("a certificate that was issued: {0}")]
    Held(#[source] Box<HeldError>),
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error(
        "no trusted certificate was found to verify others' with: install ca-certificates, or set origin_ca for an \
         origin, ca for a certificate authority"
    )]
    NoTrust,
}

impl TlsError {
    pub(super) fn pem(file: &Path, error: &pem::Error) -> TlsError {
        TlsError::Pem { file: file.to_owned(), reason: error.to_string() }
    }
}

/// How TLS is spoken.
pub struct Tls {
    /// For every listener.
    pub settings: Arc<ServerConfig>,
    /// What the settings take from.
    pub certificates: Arc<Certificates>,
}

/// The settings and certificates of a config; `None` where there is no certificate.
pub fn server_tls(config: &Config) -> Result<Option<Tls>, TlsError> {
    if config.server.certificates.is_empty() && config.server.acme.is_none() {
        return Ok(None);
    }
    let in_use = ArcSwap::from_pointee(Certificates::read(config)?);
    let certificates = Arc::new(Certificates { in_use, challenges: Challenges::default() });
    let mut tls = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(certificates.clone());
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec(), acme::ALPN.to_vec()];
    // A visitor who comes back is spared the long handshake; the key that seals tickets changes by itself.
    tls.ticketer = ring::Ticketer::new()?;
    Ok(Some(Tls { settings: Arc::new(tls), certificates }))
}

/// The certificates in use. They can change while the settings, and with them the sessions that can be
/// resumed, stay.
#[derive(Debug)]
pub struct Certificates {
    in_use: ArcSwap<BySni>,
    challenges: Challenges,
}

impl Certificates {
    /// Reads the files that a config names, and what was issued for the hosts that they do not cover.
    pub fn read(config: &Config) -> Result<BySni, TlsError> {
        let mut keys: Vec<Arc<CertifiedKey>> =
            config.server.certificates.iter().map(certified_key).collect::<Result<_, _>>()?;
        let (mut ordered, folder) = (Vec::new(), acme::folder(&config.server));
        for wanted in acme::wanted(config, |host| keys.iter().any(|key| covers(key, host))) {
            let held = Held::read(&folder, &wanted.site).map_err(|error| TlsError::Held(Box::new(error)))?;
            ordered.push((wanted, held));
        }
        keys.extend(ordered.iter().filter_map(|(_, held)| Some(Arc::clone(&held.as_ref()?.key))));
        Ok(BySni { by_name: by_name(config, &keys), default: keys.first().cloned(), ordered })
    }

    /// Whether TLS can be spoken at all: where an authority is to certify, not before it has.
    pub fn are_there(&self) -> bool {
        self.in_use.load().default.is_some()
    }

    /// What is to be ordered at this moment (seconds since the epoch).
    pub fn due(&self, now: i64) -> Vec<Wanted> {
        let in_use = self.in_use.load();
        let due = in_use.ordered.iter().filter(|(wanted, held)| {
            let good = |held: &Held| {
                held.renew_from > now && wanted.hosts.iter().all(|host| covers(&held.key, host))
            };
            !held.as_ref().is_some_and(good)
        });
        due.map(|(wanted, _)| wanted.clone()).collect()
    }

    pub fn challenges(&self) -> &Challenges {
        &self.challenges
    }

    /// From the next handshake on.
    pub fn replace(&self, by_sni: BySni) {
        self.in_use.store(Arc::new(by_sni));
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if Challenges::is_asked(&hello) {
            return self.challenges.certificate(&hello);
        }
        self.in_use.load().of(hello.server_name())
    }
}

pub fn certified_key(files: &CertificateFiles) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| TlsError::pem(&files.cert, &e))?;
    if chain.is_empty() {
        return Err(TlsError::pem(&files.cert, &pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|e| TlsError::pem(&files.key, &e))?;
    let key = CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|reason| TlsError::Key { file: files.key.clone(), reason })?;
    Ok(Arc::new(key))
}

/// Which certificate is good for which of the sites' hosts.
fn by_name(config: &Config, keys: &[Arc<CertifiedKey>]) -> Vec<(String, Arc<CertifiedKey>)> {
    let hosts = config.sites.iter().flat_map(|site| match &site.policy.hosts {
        Hosts::These(hosts) => hosts.as_slice(),
        Hosts::Any => &[],
    });
    hosts
        .filter_map(|host| Some((host.clone(), keys.iter().find(|key| covers(key, host))?.clone())))
        .collect()
}

fn covers(key: &CertifiedKey, host: &str) -> bool {
    let Ok(name) = rustls::pki_types::ServerName::try_from(host) else { return false };
    let Some(leaf) = key.cert.first() else { return false };
    rustls::server::ParsedCertificate::try_from(leaf)
        .is_ok_and(|leaf| rustls::client::verify_server_name(&leaf, &name).is_ok())
}

/// Certificates by the name that is asked for.
#[derive(Debug)]
pub struct BySni {
    by_name: Vec<(String, Arc<CertifiedKey>)>,
    /// For names that are not known, and for clients that name none.
    default: Option<Arc<CertifiedKey>>,
    /// What an authority certifies, and what it issued so far.
    ordered: Vec<(Wanted, Option<Held>)>,
}

impl BySni {
    fn of(&self, asked: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let found = self.by_name.iter().find(|(name, _)| asked.is_some_and(|a| a.eq_ignore_ascii_case(name)));
        found.map(|(_, key)| key).or(self.default.as_ref()).cloned()
    }
}

/// How a server that is asked proves itself: with a certificate that `ca` stands for, or else the system's trust.
pub fn client_tls(ca: Option<&Path>) -> Result<ClientConfig, TlsError> {
    client_tls_with(trust(ca)?)
}

/// The same by these roots.
pub fn client_tls_with(roots: RootCertStore) -> Result<ClientConfig, TlsError> {
    let provider = ring::default_provider();
    let config =
        ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn trust(ca: Option<&Path>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(file) => {
            let certificates = CertificateDer::pem_file_iter(file).map_err(|e| TlsError::pem(file, &e))?;
            for certificate in certificates {
                roots.add(certificate.map_err(|e| TlsError::pem(file, &e))?)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() { Err(TlsError::NoTrust) } else { Ok(roots) }
}
