//! What the authority is shown while an order is under way: a word at a known path (HTTP-01, RFC 8555, 8.3), or a
//! certificate of one's own under a protocol of its own (TLS-ALPN-01, RFC 8737).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use instant_acme::KeyAuthorization;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ClientHello;
use rustls::sign::CertifiedKey;

use super::authority::OrderError;

/// The protocol under which an authority asks for its proof.
pub const ALPN: &[u8] = b"acme-tls/1";
const PATH: &str = "/.well-known/acme-challenge/";

/// The proofs that can be asked for now.
#[derive(Debug, Default)]
pub struct Challenges(Mutex<Shown>);

#[derive(Debug, Default)]
struct Shown {
    /// By token: what is answered.
    words: HashMap<String, String>,
    /// By host.
    certificates: HashMap<String, Arc<CertifiedKey>>,
}

/// Shows a proof for as long as it lives.
pub struct Showing<'c> {
    challenges: &'c Challenges,
    key: String,
}

impl Challenges {
    /// What is answered at `path`, if an authority may ask for it now.
    pub fn word(&self, path: &str) -> Option<String> {
        let token = path.strip_prefix(PATH)?;
        self.with(|shown| shown.words.get(token).cloned())
    }

    /// The certificate for whoever speaks the authorities' protocol and nothing else.
    pub fn certificate(&self, hello: &ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name()?.to_ascii_lowercase();
        self.with(|shown| shown.certificates.get(&host).cloned())
    }

    /// Whether a client speaks the authorities' protocol and nothing else.
    pub fn is_asked(hello: &ClientHello<'_>) -> bool {
        hello.alpn().is_some_and(|mut protocols| protocols.next() == Some(ALPN) && protocols.next().is_none())
    }

    pub(super) fn show_word(&self, token: &str, word: &KeyAuthorization) -> Showing<'_> {
        self.with(|shown| shown.words.insert(token.to_owned(), word.as_str().to_owned()));
        Showing { challenges: self, key: token.to_owned() }
    }

    pub(super) fn show_certificate(
        &self,
        host: &str,
        word: &KeyAuthorization,
    ) -> Result<Showing<'_>, OrderError> {
        let host = host.to_ascii_lowercase();
        let certificate = Arc::new(proof(&host, word.digest().as_ref())?);
        self.with(|shown| shown.certificates.insert(host.clone(), certificate));
        Ok(Showing { challenges: self, key: host })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shown) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Showing<'_> {
    fn drop(&mut self) {
        self.challenges.with(|shown| {
            shown.words.remove(&self.key);
            shown.certificates.remove(&self.key);
        });
    }
}

/// RFC 8737, section 3: the host's name and the digest, and nothing that anybody would trust.
fn proof(host: &str, digest: &[u8]) -> Result<CertifiedKey, OrderError> {
    let key = KeyPair::generate()?;
    let mut certificate = CertificateParams::new([host.to_owned()])?;
    certificate.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let chain = vec![CertificateDer::from(certificate.self_signed(&key)?)];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    // Not checked against each other: the extension is critical, so that nobody else takes this for a certificate.
    Ok(CertifiedKey::new(chain, ring::sign::any_supported_type(&key)?))
}
