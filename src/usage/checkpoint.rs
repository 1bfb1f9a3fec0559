//! In: a snapshot's bytes. Out: the same in a file that never reaches a disk, for a crash of the
//! process to lose seconds instead of a day. Where no such place is to be had there is no file, and
//! start-up says why.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::Hasher as _;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher24;
use thiserror::Error;
use zeroize::Zeroizing;

/// Where snapshots go.
pub struct Checkpoint {
    file: PathBuf,
    fresh: PathBuf,
    /// Held as long as this is: two processes would overwrite each other's snapshots.
    _lock: File,
}

/// Why there is no checkpoint. Counting goes on; a crash loses what was not released.
#[derive(Debug, Error)]
pub enum CheckpointRefusal {
    #[error("{0} cannot be used: {1}")]
    Directory(PathBuf, io::Error),
    #[error("{0} belongs to another user, or others may write there")]
    Shared(PathBuf),
    #[error("{0} is in use by another process: give each its own directory")]
    InUse(PathBuf),
    #[error("the system's mounts or swap areas cannot be read: {0}")]
    Unknown(io::Error),
    #[error("{0} is on {1}, not on a file system in memory (ramfs or tmpfs)")]
    NotMemory(PathBuf, String),
    #[error("{0} is on tmpfs, which swap may write to disk: mount it with `noswap`, or turn swap off")]
    Swap(PathBuf),
}

/// Larger files are not ours: 200,000 tokens take 8 MB.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

impl Checkpoint {
    /// A checkpoint in `directory`, which is made (0700) where it is missing.
    ///
    /// # Errors
    /// Where what is written there could reach a disk.
    pub fn in_memory(directory: &Path) -> Result<Checkpoint, CheckpointRefusal> {
        let unusable = |error| CheckpointRefusal::Directory(directory.to_owned(), error);
        // Judged before it is made as well, so that nothing is left where it cannot be used.
        let there = directory.ancestors().find_map(|above| above.canonicalize().ok());
        stays_in_memory(&there.unwrap_or_default())?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(unusable)?;
        let directory = directory.canonicalize().map_err(unusable)?;
        stays_in_memory(&directory)?;
        Checkpoint::at(&directory)
    }

    /// A checkpoint below `/run/paravent`, else below `/dev/shm`, in a directory that belongs to the
    /// service which keeps its state in `state_dir`.
    ///
    /// # Errors
    /// Why `/dev/shm` cannot be used either.
    pub fn by_default(state_dir: &Path) -> Result<Checkpoint, CheckpointRefusal> {
        let state = state_dir.canonicalize().unwrap_or_else(|_| state_dir.to_owned());
        let mut hasher = SipHasher24::new();
        hasher.write(state.as_os_str().as_encoded_bytes());
        let own = format!("{:016x}", hasher.finish());
        let run = Checkpoint::in_memory(&Path::new("/run/paravent").join(&own));
        run.or_else(|_| Checkpoint::in_memory(&Path::new("/dev/shm").join(format!("paravent-{own}"))))
    }

    fn at(directory: &Path) -> Result<Checkpoint, CheckpointRefusal> {
        let unusable = |error| CheckpointRefusal::Directory(directory.to_owned(), error);
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600);
        let lock = options.open(directory.join("usage.lock")).map_err(unusable)?;
        if !is_ours(directory, &lock).map_err(unusable)? {
            return Err(CheckpointRefusal::Shared(directory.to_owned()));
        }
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CheckpointRefusal::InUse(directory.to_owned())),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let file = directory.join("usage.snapshot");
        Ok(Checkpoint { fresh: file.with_extension("new"), file, _lock: lock })
    }

    #[cfg(test)]
    pub(super) fn anywhere(directory: &Path) -> Result<Checkpoint, CheckpointRefusal> {
        Checkpoint::at(directory)
    }

    /// Replaces the snapshot in one step. The file it replaces is overwritten with zeros.
    pub(super) fn write(&self, block: &[u8]) -> io::Result<()> {
        remove_if_there(&self.fresh)?;
        let mut fresh = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.fresh)?;
        fresh.write_all(block)?;
        drop(fresh);
        let before = OpenOptions::new().write(true).open(&self.file);
        fs::rename(&self.fresh, &self.file)?;
        before.map_or(Ok(()), blank)
    }

    /// The snapshot, where there is one.
    pub(super) fn read(&self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let file = match File::open(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut block = Zeroizing::new(Vec::new());
        file.take(MAX_BYTES).read_to_end(&mut block)?;
        Ok(Some(block))
    }

    /// Overwrites the snapshot with zeros and removes it.
    pub(super) fn remove(&self) -> io::Result<()> {
        for path in [&self.file, &self.fresh] {
            match OpenOptions::new().write(true).open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => blank(opened?)?,
            }
            remove_if_there(path)?;
        }
        Ok(())
    }
}

/// In `/dev/shm` anyone can make a directory of our name before us, and a lock file in it.
fn is_ours(directory: &Path, lock: &File) -> io::Result<bool> {
    let probe = directory.join("usage.probe");
    remove_if_there(&probe)?;
    let own = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&probe)?.metadata()?.uid();
    fs::remove_file(&probe)?;
    let place = fs::metadata(directory)?;
    Ok(own == place.uid() && own == lock.metadata()?.uid() && place.mode() & 0o022 == 0)
}

fn blank(mut file: File) -> io::Result<()> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::repeat(0).take(length), &mut file).map(|_| ())
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether a directory, links resolved, is in memory and stays there.
fn stays_in_memory(directory: &Path) -> Result<(), CheckpointRefusal> {
    let mounts = fs::read_to_string("/proc/self/mounts").map_err(CheckpointRefusal::Unknown)?;
    let swaps = match fs::read_to_string("/proc/swaps") {
        // A kernel without swap has no such file.
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(CheckpointRefusal::Unknown)?,
    };
    judge(directory, &mounts, &swaps)
}

/// The same, given `/proc/self/mounts` and `/proc/swaps`.
fn judge(directory: &Path, mounts: &str, swaps: &str) -> Result<(), CheckpointRefusal> {
    let fields = |line: &str| -> Option<(PathBuf, String, String)> {
        let mut words = line.split(' ').skip(1);
        Some((unescaped(words.next()?), words.next()?.to_owned(), words.next()?.to_owned()))
    };
    // The deepest mount point above the directory; of two at the same place, the later one.
    let mount = mounts
        .lines()
        .filter_map(fields)
        .filter(|(point, ..)| directory.starts_with(point))
        .max_by_key(|(point, ..)| point.components().count());
    let (_, kind, options) = mount.unwrap_or_default();
    let noswap = options.split(',').any(|option| option == "noswap");
    // The first line of /proc/swaps is its heading.
    let swap = swaps.lines().skip(1).any(|line| !line.trim().is_empty());
    match kind.as_str() {
        "ramfs" => Ok(()),
        "tmpfs" if noswap || !swap => Ok(()),
        "tmpfs" => Err(CheckpointRefusal::Swap(directory.to_owned())),
        _ => Err(CheckpointRefusal::NotMemory(directory.to_owned(), kind)),
    }
}

/// Mount points write spaces as `\040`.
fn unescaped(point: &str) -> PathBuf {
    PathBuf::from(point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const MOUNTS: &str = "/dev/sda1 / ext4 rw 0 0\n\
                          tmpfs /run tmpfs rw,nosuid,size=1g 0 0\n\
                          tmpfs /safe tmpfs rw,noswap 0 0\n\
                          none /ram ramfs rw 0 0\n\
                          /dev/sdb1 /run/disk\\040one ext4 rw 0 0\n";
    const SWAPS: &str = "Filename Type Size Used Priority\n";
    const SWAPPING: &str = "Filename Type Size Used Priority\n/dev/sda2 partition 8 0 -2\n";

    fn accepted(directory: &str, swaps: &str) -> bool {
        judge(Path::new(directory), MOUNTS, swaps).is_ok()
    }

    #[test]
    fn only_what_stays_in_memory_is_accepted() {
        assert!(accepted("/run/paravent", SWAPS) && accepted("/run/paravent", ""));
        assert!(!accepted("/run/paravent", SWAPPING));
        assert!(accepted("/safe", SWAPPING) && accepted("/ram/x", SWAPPING));
        assert!(!accepted("/var/lib/paravent", SWAPS));
        assert!(!accepted("/run/disk one/paravent", SWAPS), "a disk mounted below a tmpfs");
        assert!(!accepted("/running", SWAPS), "/run is no prefix of /running");
        assert!(judge(Path::new("/x"), "", SWAPS).is_err(), "unknown mounts are refused");
    }

    #[test]
    fn a_directory_that_others_may_write_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |bits| fs::set_permissions(folder.path(), fs::Permissions::from_mode(bits)).unwrap();
        mode(0o700);
        assert!(Checkpoint::at(folder.path()).is_ok());
        mode(0o777);
        assert!(matches!(Checkpoint::at(folder.path()), Err(CheckpointRefusal::Shared(_))));
    }

    #[test]
    fn one_process_at_a_time_keeps_its_snapshot_there() {
        let folder = tempfile::tempdir().unwrap();
        let first = Checkpoint::anywhere(folder.path()).unwrap();
        assert!(matches!(Checkpoint::at(folder.path()), Err(CheckpointRefusal::InUse(_))));
        drop(first);
        assert!(Checkpoint::at(folder.path()).is_ok());
    }

    #[test]
    fn a_snapshot_is_replaced_private_and_removed_without_trace() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::anywhere(folder.path()).unwrap();
        assert!(checkpoint.read().unwrap().is_none());
        checkpoint.write(b"first snapshot").unwrap();
        let replaced = folder.path().join("kept");
        fs::hard_link(&checkpoint.file, &replaced).unwrap();
        checkpoint.write(b"second").unwrap();
        assert_eq!(&*checkpoint.read().unwrap().unwrap(), b"second");
        assert_eq!(fs::read(&replaced).unwrap(), [0; 14], "the old one was overwritten");
        let mode = fs::metadata(&checkpoint.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::hard_link(&checkpoint.file, folder.path().join("last")).unwrap();
        checkpoint.remove().unwrap();
        assert!(checkpoint.read().unwrap().is_none());
        assert_eq!(fs::read(folder.path().join("last")).unwrap(), [0; 6]);
    }
}
