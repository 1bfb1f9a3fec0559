//! In: PEM files. Out: TLS settings, one certificate a host by SNI. TLS 1.2 and 1.3 only (RFC 8996
//! retires what came before).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::{CertificateFiles, Config};
use crate::policy::Hosts;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{}: {reason}", file.display())]
    Pem { file: PathBuf, reason: String },
    #[error("{}: the key does not fit the certificate, or is of a kind that cannot be used: {reason}", file.display())]
    Key { file: PathBuf, reason: rustls::Error },
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error(
        "no trusted certificate was found to verify the origin with: install ca-certificates, or set origin_ca"
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
    let Some(by_sni) = Certificates::read(config)? else { return Ok(None) };
    let certificates = Arc::new(Certificates(ArcSwap::from_pointee(by_sni)));
    let mut tls = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(certificates.clone());
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // A visitor who comes back is spared the long handshake; the key that seals tickets changes by itself.
    tls.ticketer = ring::Ticketer::new()?;
    Ok(Some(Tls { settings: Arc::new(tls), certificates }))
}

/// The certificates in use. They can change while the settings, and with them the sessions that can be
/// resumed, stay.
#[derive(Debug)]
pub struct Certificates(ArcSwap<BySni>);

impl Certificates {
    /// Reads the files that a config names; `None` where it names none.
    pub fn read(config: &Config) -> Result<Option<BySni>, TlsError> {
        let keys: Vec<Arc<CertifiedKey>> =
            config.server.certificates.iter().map(certified_key).collect::<Result<_, _>>()?;
        let Some(default) = keys.first().cloned() else { return Ok(None) };
        Ok(Some(BySni { by_name: by_name(config, &keys), default }))
    }

    /// From the next handshake on.
    pub fn replace(&self, by_sni: BySni) {
        self.0.store(Arc::new(by_sni));
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().of(hello.server_name()))
    }
}

fn certified_key(files: &CertificateFiles) -> Result<Arc<CertifiedKey>, TlsError> {
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
    default: Arc<CertifiedKey>,
}

impl BySni {
    fn of(&self, asked: Option<&str>) -> Arc<CertifiedKey> {
        let found = self.by_name.iter().find(|(name, _)| asked.is_some_and(|a| a.eq_ignore_ascii_case(name)));
        Arc::clone(found.map_or(&self.default, |(_, key)| key))
    }
}
