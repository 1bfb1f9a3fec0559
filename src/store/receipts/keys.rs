//! In: the folder of the keys. Out: the Ed25519 key that signs heads and visitors' own receipts, and the
//! public keys by which anyone can check them. The private key leaves this module only as signatures.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::key_file;

const PRIVATE: &str = "receipts.key";
/// `receipts-<id>.pub`, 32 bytes each; they stay when the key is rotated, or old heads could not
/// be checked any more.
const PUBLIC: (&str, &str) = ("receipts-", ".pub");

/// The key that signs. It has no Debug.
pub struct SigningKeys {
    key: SigningKey,
    id: String,
    public: PublicKeys,
}

/// Every key that signed here and is still known, by its id: the thumbprint of RFC 7638.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys(BTreeMap<String, VerifyingKey>);

impl SigningKeys {
    /// Reads the key in `folder`, making folder (0700) and key (0600) where there are none.
    ///
    /// # Errors
    /// Where they cannot be read or written, or where others than the service's user may read the key.
    pub fn load_or_create(folder: &Path) -> io::Result<SigningKeys> {
        key_file::make_folder(folder)?;
        let key = SigningKey::from_bytes(&*key_file::read_or_create(&folder.join(PRIVATE))?);
        let id = thumbprint(&key.verifying_key());
        let file = folder.join(format!("{}{id}{}", PUBLIC.0, PUBLIC.1));
        if !file.exists() {
            key_file::write_public(&file, key.verifying_key().as_bytes())?;
        }
        Ok(SigningKeys { public: PublicKeys::load(folder)?, key, id })
    }

    /// Whether `folder` has the key that signs.
    pub fn are_in(folder: &Path) -> bool {
        folder.join(PRIVATE).exists()
    }

    /// Puts a new key in place; what the present one signed can still be checked.
    ///
    /// # Errors
    /// Where the files cannot be read or written.
    pub fn rotate(folder: &Path) -> io::Result<()> {
        SigningKeys::load_or_create(folder)?;
        key_file::replace(&folder.join(PRIVATE))?;
        SigningKeys::load_or_create(folder).map(drop)
    }

    /// The public keys.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }

    /// A JSON text, signed: compact JWS (RFC 7515) with EdDSA (RFC 8037).
    pub fn jws(&self, payload: &str) -> String {
        let header = serde_json::json!({ "alg": "EdDSA", "kid": self.id, "typ": "JOSE" }).to_string();
        let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
        let signature = BASE64.encode(self.key.sign(signed.as_bytes()).to_bytes());
        format!("{signed}.{signature}")
    }

    pub(super) fn sign(&self, message: &[u8]) -> Signature {
        self.key.sign(message)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl PublicKeys {
    /// Reads the public keys in `folder`; a file whose name is not that of its key is left out.
    ///
    /// # Errors
    /// Where the folder or a file cannot be read.
    pub fn load(folder: &Path) -> io::Result<PublicKeys> {
        let mut keys = BTreeMap::new();
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(PublicKeys(keys)),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let id = name.strip_prefix(PUBLIC.0).and_then(|name| name.strip_suffix(PUBLIC.1));
            let Some(id) = id.map(str::to_owned) else { continue };
            let bytes: Option<[u8; 32]> = std::fs::read(&path)?.try_into().ok();
            let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
            if let Some(key) = key.filter(|key| thumbprint(key) == id) {
                keys.insert(id, key);
            }
        }
        Ok(PublicKeys(keys))
    }

    /// A JWK set (RFC 7517, 5; RFC 8037, 2).
    pub fn jwks(&self) -> String {
        let keys = self.0.iter().map(|(id, key)| {
            let x = BASE64.encode(key.as_bytes());
            serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": id, "use": "sig", "alg": "EdDSA" })
        });
        serde_json::json!({ "keys": keys.collect::<Vec<_>>() }).to_string()
    }

    pub(super) fn key(&self, id: &str) -> Option<&VerifyingKey> {
        self.0.get(id)
    }
}

/// RFC 7638, with the members that RFC 8037, appendix A.3 names.
fn thumbprint(key: &VerifyingKey) -> String {
    let x = BASE64.encode(key.as_bytes());
    BASE64.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        let x = BASE64.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let key = VerifyingKey::from_bytes(&x.try_into().unwrap()).unwrap();
        assert_eq!(thumbprint(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_rotated_key_signs_no_more_and_is_still_known() {
        let folder = tempfile::tempdir().unwrap();
        let first = SigningKeys::load_or_create(folder.path()).unwrap();
        assert!(SigningKeys::are_in(folder.path()));
        assert_eq!(SigningKeys::load_or_create(folder.path()).unwrap().id(), first.id());
        SigningKeys::rotate(folder.path()).unwrap();
        let second = SigningKeys::load_or_create(folder.path()).unwrap();
        assert_ne!(second.id(), first.id());
        for id in [first.id(), second.id()] {
            assert!(second.public().key(id).is_some() && second.public().jwks().contains(id));
        }
    }

    #[test]
    fn a_public_key_under_another_ones_name_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let first = SigningKeys::load_or_create(folder.path()).unwrap();
        let other = SigningKeys::load_or_create(tempfile::tempdir().unwrap().path()).unwrap();
        let file = folder.path().join(format!("receipts-{}.pub", first.id()));
        std::fs::write(file, other.key.verifying_key().as_bytes()).unwrap();
        assert!(PublicKeys::load(folder.path()).unwrap().key(first.id()).is_none());
    }
}
