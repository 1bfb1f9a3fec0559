//! In: the state folder of a server that may be running, or a backup of one. Out: the other. A backup is whole once its
//! list of files is there, which is written last; each file is checked against it before anything is put in its place.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::acme;
use super::admin::METRICS_TOKEN;
use super::records::{KEYS_FOLDER, RecordsError, STORE_FILE, keys_folder, open_store, store_file};
use crate::clock::Clock;
use crate::config::Server;
use crate::key_file;
use crate::store::{PublicKeys, Store, StoreError, Verification};

/// The list of a backup's files.
const LIST: &str = "backup.json";
/// The form that is written, and the only one that is read.
const FORM: u32 = 1;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already: name a folder that is not there yet", .0.display())]
    There(PathBuf),
    #[error("there is a store at {} already: move the state folder away first, nothing was changed", .0.display())]
    Occupied(PathBuf),
    #[error("{} is no backup, or none that was finished: it has no {LIST} that this program can read ({why})", .folder.display())]
    NoBackup { folder: PathBuf, why: String },
    #[error("{} is not as it was backed up: nothing was changed", .0.display())]
    Altered(PathBuf),
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    File(PathBuf, io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Records(#[from] RecordsError),
}

#[derive(Serialize, Deserialize)]
struct List {
    form: u32,
    program: String,
    /// The day it was made, in UTC.
    made: String,
    /// The SHA-256 of each file, in hexadecimal, by its path in the folder.
    files: BTreeMap<String, String>,
}

/// Copies what the state folder keeps to the folder `to`, and gives how many files that are.
///
/// # Errors
/// Where `to` is there already, or something cannot be read or written; then there is no list, and no backup.
pub fn back_up(server: &Server, to: &Path, clock: &Clock) -> Result<usize, BackupError> {
    make_folder(to).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::There(to.to_owned()),
        _ => BackupError::File(to.to_owned(), error),
    })?;
    Store::open(&store_file(server), clock.clone())?.copy_to(&to.join(STORE_FILE))?;
    for name in kept_beside() {
        let from = server.state_dir.join(&name);
        if from.exists() {
            copy(&from, &to.join(&name)).map_err(|error| BackupError::File(from, error))?;
        }
    }
    let fault = |error| BackupError::File(to.to_owned(), error);
    let files = hashes(to, to).map_err(fault)?;
    let count = files.len();
    let (program, made) = (env!("CARGO_PKG_VERSION").to_owned(), clock.today().iso());
    let list = serde_json::to_vec_pretty(&List { form: FORM, program, made, files });
    key_file::write_private(&to.join(LIST), &list.map_err(io::Error::from).map_err(fault)?).map_err(fault)?;
    Ok(count)
}

/// Makes the state folder of a backup, and checks every receipt in it.
///
/// # Errors
/// Where there is a store already, the backup is not as it was made, or something cannot be written.
pub fn restore(server: &Server, from: &Path, clock: &Clock) -> Result<Verification, BackupError> {
    let store = store_file(server);
    if store.exists() {
        return Err(BackupError::Occupied(store));
    }
    let list = list(from)?;
    for (name, hash) in &list.files {
        let file = from.join(name);
        if hash_of(&file).ok().as_ref() != Some(hash) {
            return Err(BackupError::Altered(file));
        }
    }
    // The store comes last: until it is there the same can be done again.
    let (last, before): (Vec<&String>, Vec<&String>) =
        list.files.keys().partition(|name| *name == STORE_FILE);
    for name in before.into_iter().chain(last) {
        let place = server.state_dir.join(name);
        let folder = place.parent().unwrap_or(&server.state_dir);
        let put = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        put.and_then(|()| self::put(&from.join(name), &place))
            .map_err(|error| BackupError::File(place, error))?;
    }
    let folder = keys_folder(server);
    let keys = PublicKeys::load(&folder).map_err(|error| BackupError::File(folder, error))?;
    Ok(open_store(server, clock)?.verify_receipts(&keys)?)
}

/// What the state folder keeps beside the store. The open day is kept in memory only, and in no backup.
fn kept_beside() -> [PathBuf; 3] {
    [KEYS_FOLDER, acme::FOLDER, METRICS_TOKEN].map(PathBuf::from)
}

fn list(folder: &Path) -> Result<List, BackupError> {
    let none = |why: String| BackupError::NoBackup { folder: folder.to_owned(), why };
    let text = fs::read(folder.join(LIST)).map_err(|error| none(error.to_string()))?;
    let list: List = serde_json::from_slice(&text).map_err(|error| none(error.to_string()))?;
    // Names lead into the folder and nowhere else.
    let plain =
        |name: &str| Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    match list.form == FORM
        && list.files.keys().all(|name| plain(name))
        && list.files.contains_key(STORE_FILE)
    {
        true => Ok(list),
        false => Err(none("it is of another form".to_owned())),
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return put(from, to);
    }
    make_folder(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Copies a file, with who may read it, whole or not at all. A key does not pass through this process's memory.
fn put(from: &Path, to: &Path) -> io::Result<()> {
    let draft = to.with_extension("draft");
    fs::copy(from, &draft)?;
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, to)
}

fn hashes(root: &Path, folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(hashes(root, &path)?);
        } else {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            found.insert(name.to_string_lossy().into_owned(), hash_of(&path)?);
        }
    }
    Ok(found)
}

fn hash_of(file: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let (mut file, mut piece) = (File::open(file)?, vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            taken => hash.update(piece.get(..taken).unwrap_or_default()),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
