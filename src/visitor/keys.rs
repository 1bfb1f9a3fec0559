//! In: a directory of the service's own. Out: keys that sign what visitors bring back. They are
//! never printed, are wiped when dropped, and leave this module only as signatures.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::key_file::{self, KEY_BYTES, Secret};
use crate::policy::Day;

const CURRENT: &str = "current.key";
/// A key that was rotated out verifies up to the day in its name, `until-2027-05-27.0.key`.
const FORMER: &str = "until-";
const KEY: &str = ".key";
/// HMAC-SHA-256 cut to 128 bits, the least that RFC 2104, section 5 recommends.
const MAC_BYTES: usize = 16;

/// The key that signs, and those before it, which still verify.
pub struct Keys {
    current: Secret,
    former: Vec<Secret>,
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
        key_file::make_folder(dir)?;
        let former: Vec<Option<Secret>> =
            former(dir)?.iter().map(|path| key_file::read(path)).collect::<io::Result<_>>()?;
        Ok(Keys {
            current: key_file::read_or_create(&dir.join(CURRENT))?,
            former: former.into_iter().flatten().collect(),
        })
    }

    /// Whether `dir` has the key that signs.
    pub fn are_in(dir: &Path) -> bool {
        dir.join(CURRENT).exists()
    }

    /// Puts a new key in place. The present one verifies up to and with the day `until`, when the last
    /// grant under it has ended.
    ///
    /// # Errors
    /// Where the files cannot be read or written.
    pub fn rotate(dir: &Path, until: Day) -> io::Result<()> {
        Keys::load_or_create(dir)?;
        let named = (0u32..).map(|n| dir.join(format!("{FORMER}{}.{n}{KEY}", until.iso())));
        let free = named.into_iter().find(|path| !path.exists());
        // A name, not a move: at every moment there is a key that signs.
        free.map_or(Ok(()), |path| fs::hard_link(dir.join(CURRENT), path))?;
        key_file::replace(&dir.join(CURRENT)).map(drop)
    }

    /// Deletes keys whose last day is before `today`.
    ///
    /// # Errors
    /// Where they cannot be deleted.
    pub fn discard_expired(dir: &Path, today: Day) -> io::Result<()> {
        let today = today.iso();
        let ended = |path: &PathBuf| last_day(path).is_some_and(|day| day < today);
        former(dir)?.iter().filter(|path| ended(path)).try_for_each(fs::remove_file)
    }

    /// Starts anew: nothing that was signed before verifies any more.
    ///
    /// # Errors
    /// Where the files cannot be read or written.
    pub fn start_anew(dir: &Path) -> io::Result<()> {
        key_file::make_folder(dir)?;
        former(dir)?.iter().try_for_each(fs::remove_file)?;
        key_file::replace(&dir.join(CURRENT)).map(drop)
    }

    /// Keys that die with the process, for the demo and for tests.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn ephemeral() -> io::Result<Keys> {
        Ok(Keys { current: key_file::random()?, former: Vec::new() })
    }

    /// Signs `fields`: 22 characters of the URL-safe base64 alphabet.
    pub(super) fn sign(&self, purpose: Use, fields: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current, purpose, fields))
    }

    /// Whether `signature` was made over `fields`, by the present key or one before.
    pub(super) fn verifies(&self, purpose: Use, fields: &[&str], signature: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let fits = |secret: &Secret| bool::from(mac(secret, purpose, fields).ct_eq(given.as_slice()));
        fits(&self.current) || self.former.iter().any(fits)
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

/// The files of keys that were rotated out.
fn former(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    Ok(paths.into_iter().filter(|path| last_day(path).is_some()).collect())
}

/// The last day of a key that was rotated out, `YYYY-MM-DD`.
fn last_day(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_prefix(FORMER)?.strip_suffix(KEY)?;
    let (day, _) = name.split_once('.')?;
    Some(day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn keys_are_made_once_and_kept_private() {
        let state = tempfile::tempdir().unwrap();
        let dir = state.path().join("keys");
        assert!(!Keys::are_in(&dir));
        let made = Keys::load_or_create(&dir).unwrap();
        assert!(Keys::are_in(&dir));
        assert_eq!(mode(&dir), 0o700);
        assert_eq!(mode(&dir.join(CURRENT)), 0o600);
        let signature = made.sign(Use::Consent, &["a"]);
        assert!(Keys::load_or_create(&dir).unwrap().verifies(Use::Consent, &["a"], &signature));
    }

    #[test]
    fn every_key_before_verifies_until_its_grants_have_ended() {
        let dir = tempfile::tempdir().unwrap();
        let load = || Keys::load_or_create(dir.path()).unwrap();
        let (first, until) = (load().sign(Use::Form, &["x"]), Day(20_900));
        Keys::rotate(dir.path(), until).unwrap();
        let second = load().sign(Use::Form, &["x"]);
        Keys::rotate(dir.path(), until).unwrap();
        assert!(load().verifies(Use::Form, &["x"], &first) && load().verifies(Use::Form, &["x"], &second));
        let third = load().sign(Use::Form, &["x"]);
        assert!(first != second && second != third && first != third);
        Keys::discard_expired(dir.path(), until).unwrap();
        assert!(load().verifies(Use::Form, &["x"], &first), "the last day counts");
        Keys::discard_expired(dir.path(), Day(until.0 + 1)).unwrap();
        assert!(!load().verifies(Use::Form, &["x"], &first) && !load().verifies(Use::Form, &["x"], &second));
        assert!(load().verifies(Use::Form, &["x"], &third));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "what is not needed is not kept");
    }

    #[test]
    fn starting_anew_voids_everything() {
        let dir = tempfile::tempdir().unwrap();
        let first = Keys::load_or_create(dir.path()).unwrap().sign(Use::Consent, &["x"]);
        Keys::rotate(dir.path(), Day(20_900)).unwrap();
        Keys::start_anew(dir.path()).unwrap();
        assert!(!Keys::load_or_create(dir.path()).unwrap().verifies(Use::Consent, &["x"], &first));
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
