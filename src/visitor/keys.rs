//! In: a directory of the service's own. Out: keys that sign what visitors bring back. They are
//! never printed, are wiped when dropped, and leave this module only as signatures.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const CURRENT: &str = "current.key";
const PREVIOUS: &str = "previous.key";
const KEY_BYTES: usize = 32;
/// HMAC-SHA-256 cut to 128 bits, the least that RFC 2104, section 5 recommends.
const MAC_BYTES: usize = 16;

type Secret = Zeroizing<[u8; KEY_BYTES]>;

/// The key that signs, and the one before it, which still verifies.
pub struct Keys {
    current: Secret,
    previous: Option<Secret>,
}

/// What a signature is for. Each use has a sub-key of its own, so that no text signed for one can
/// serve as another.
#[derive(Clone, Copy)]
pub(super) enum Use {
    Consent,
    Once,
    Form,
}

impl Keys {
    /// Reads the keys in `dir`, making directory (0700) and key (0600) where there are none.
    ///
    /// # Errors
    /// Where they cannot be read or written, have another length than 32 bytes, or where others
    /// than the service's user may read them.
    pub fn load_or_create(dir: &Path) -> io::Result<Keys> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let current = match read(&dir.join(CURRENT))? {
            Some(secret) => secret,
            None => create(&dir.join(CURRENT))?,
        };
        Ok(Keys { current, previous: read(&dir.join(PREVIOUS))? })
    }

    /// Puts a new key in place; the present one goes on verifying, the one before it is gone.
    ///
    /// # Errors
    /// Where the files cannot be read or written.
    pub fn rotate(dir: &Path) -> io::Result<Keys> {
        Keys::load_or_create(dir)?;
        std::fs::rename(dir.join(CURRENT), dir.join(PREVIOUS))?;
        Keys::load_or_create(dir)
    }

    /// Keys that die with the process, for the demo and for tests.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn ephemeral() -> io::Result<Keys> {
        Ok(Keys { current: random()?, previous: None })
    }

    /// Signs `fields`: 22 characters of the URL-safe base64 alphabet.
    pub(super) fn sign(&self, purpose: Use, fields: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current, purpose, fields))
    }

    /// Whether `signature` was made over `fields`, by the present key or the one before.
    pub(super) fn verifies(&self, purpose: Use, fields: &[&str], signature: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let fits = |secret: &Secret| bool::from(mac(secret, purpose, fields).ct_eq(given.as_slice()));
        fits(&self.current) || self.previous.as_ref().is_some_and(fits)
    }
}

impl Use {
    const fn label(self) -> &'static [u8] {
        match self {
            Use::Consent => b"paravent consent cookie 1",
            Use::Once => b"paravent once cookie 1",
            Use::Form => b"paravent form token 1",
        }
    }
}

fn mac(secret: &Secret, purpose: Use, fields: &[&str]) -> [u8; MAC_BYTES] {
    let sub_key = Zeroizing::new(keyed(secret, purpose.label()));
    let mut message = Vec::new();
    for field in fields {
        // Lengths keep ("ab", "c") apart from ("a", "bc").
        message.extend((field.len() as u64).to_be_bytes());
        message.extend(field.as_bytes());
    }
    let mut short = [0; MAC_BYTES];
    short.iter_mut().zip(keyed(&sub_key, &message)).for_each(|(to, from)| *to = from);
    short
}

fn keyed(key: &[u8; KEY_BYTES], message: &[u8]) -> [u8; 32] {
    // HMAC pads a short key with zeros to the hash's block (RFC 2104, section 2), so this is the
    // same as handing in 32 bytes, and cannot fail.
    let mut block = Zeroizing::new([0u8; 64]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}

/// Random bytes from the system.
pub(super) fn random<const N: usize>() -> io::Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
    Ok(bytes)
}

fn read(path: &Path) -> io::Result<Option<Secret>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let metadata = file.metadata()?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::other("a key file must be readable by its owner only (mode 0600)"));
    }
    if metadata.len() != KEY_BYTES as u64 {
        return Err(io::Error::other("a key file must hold 32 bytes"));
    }
    let mut secret = Zeroizing::new([0u8; KEY_BYTES]);
    file.read_exact(secret.as_mut_slice())?;
    Ok(Some(secret))
}

/// Writes a new key beside its place and links it there, so that nobody reads half a key and a
/// second process that starts at the same moment does not overwrite the first one's.
fn create(path: &Path) -> io::Result<Secret> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let secret: Secret = random()?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(secret.as_slice())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path)?.ok_or(error),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn keys_are_made_once_and_kept_private() {
        let state = tempfile::tempdir().unwrap();
        let dir = state.path().join("keys");
        let made = Keys::load_or_create(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700);
        assert_eq!(mode(&dir.join(CURRENT)), 0o600);
        let signature = made.sign(Use::Consent, &["a"]);
        assert!(Keys::load_or_create(&dir).unwrap().verifies(Use::Consent, &["a"], &signature));
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn keys_that_others_can_read_or_that_were_cut_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        Keys::load_or_create(dir.path()).unwrap();
        let file = dir.path().join(CURRENT);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(Keys::load_or_create(dir.path()).is_err());
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        std::fs::write(&file, [0; 31]).unwrap();
        assert!(Keys::load_or_create(dir.path()).is_err());
    }

    #[test]
    fn the_key_before_goes_on_verifying_and_the_one_before_that_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::load_or_create(dir.path()).unwrap().sign(Use::Form, &["x"]);
        let second = Keys::rotate(dir.path()).unwrap();
        assert!(second.verifies(Use::Form, &["x"], &first));
        assert_ne!(second.sign(Use::Form, &["x"]), first);
        assert!(!Keys::rotate(dir.path()).unwrap().verifies(Use::Form, &["x"], &first));
    }

    #[test]
    fn a_signature_serves_one_use_and_one_split_of_fields() {
        let keys = Keys::ephemeral().unwrap();
        let signature = keys.sign(Use::Consent, &["ab", "c"]);
        assert_eq!(signature.len(), 22);
        assert!(keys.verifies(Use::Consent, &["ab", "c"], &signature));
        assert!(!keys.verifies(Use::Once, &["ab", "c"], &signature));
        assert!(!keys.verifies(Use::Consent, &["a", "bc"], &signature));
        assert!(!keys.verifies(Use::Consent, &["ab", "c"], &signature[..21]));
        assert!(!keys.verifies(Use::Consent, &["ab", "c"], ""));
    }
}
