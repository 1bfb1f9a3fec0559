//! In: the path of a key of the service's own. Out: its 32 bytes, read or made whole. A key is the
//! service user's alone (0600), is never half written, and never leaves here but in memory that is
//! wiped when dropped. It must never know what the key is for.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A key in memory.
pub type Secret = Zeroizing<[u8; KEY_BYTES]>;

/// Makes the folder of the keys (0700) where it is missing.
///
/// # Errors
/// Where it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The key at `path`; a new one where there is none.
///
/// # Errors
/// As [`read`], and where it cannot be written.
pub fn read_or_create(path: &Path) -> io::Result<Secret> {
    match read(path)? {
        Some(secret) => Ok(secret),
        None => create(path),
    }
}

/// The key at `path`, if there is one.
///
/// # Errors
/// Where it cannot be read, has another length than 32 bytes, or where others than its owner may
/// read it.
pub fn read(path: &Path) -> io::Result<Option<Secret>> {
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

/// Puts a new key in the place of the one at `path`, which is gone then.
///
/// # Errors
/// Where it cannot be written.
pub fn replace(path: &Path) -> io::Result<Secret> {
    let secret: Secret = random()?;
    write_private(path, secret.as_slice())?;
    Ok(secret)
}

/// Writes a file that holds no secret, whole or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn write_public(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = write_draft(path, bytes, 0o644)?;
    put_in_place(&draft, path)
}

/// Writes a file that holds a secret, whole or not at all, for its owner alone (0600).
///
/// # Errors
/// Where it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = write_draft(path, bytes, 0o600)?;
    put_in_place(&draft, path)
}

/// Gives a file that was written beside its place that place.
///
/// # Errors
/// Where it cannot be moved.
pub fn put_in_place(draft: &Path, path: &Path) -> io::Result<()> {
    fs::rename(draft, path)?;
    sync_folder_of(path)
}

/// Random bytes from the system.
///
/// # Errors
/// Where the system gives none.
pub fn random<const N: usize>() -> io::Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
    Ok(bytes)
}

/// Writes a new key beside its place and links it there, so that nobody reads half a key and a
/// second process that starts at the same moment does not overwrite the first one's.
fn create(path: &Path) -> io::Result<Secret> {
    let secret: Secret = random()?;
    let draft = write_draft(path, secret.as_slice(), 0o600)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => sync_folder_of(path).map(|()| secret),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path)?.ok_or(error),
        Err(error) => Err(error),
    }
}

fn write_draft(path: &Path, bytes: &[u8], mode: u32) -> io::Result<PathBuf> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    // One that a crash of an earlier process of this number left behind.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(draft)
}

/// Without this a power cut may forget the name of a file whose bytes are on disk.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let made = read_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_or_create(&path).unwrap(), made);
        assert_ne!(replace(&path).unwrap(), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn a_key_that_others_can_read_or_that_was_cut_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        read_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&path).is_err());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, [0; 31]).unwrap();
        assert!(read(&path).is_err());
    }
}
