//! What happens to the files below some folders, in the order in which it happens.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::HashMap;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

use crate::support::PATIENCE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Created,
    Written,
    /// Renamed to this name.
    Moved,
    Removed,
}

/// Folders that are watched by the system (inotify).
pub struct Watch {
    sentinel: PathBuf,
    events: mpsc::Receiver<(PathBuf, What)>,
}

impl Watch {
    /// Watches these folders, which are there already, and what they hold themselves. In the first of
    /// them a file is written at times, named `.seen`, which is not told of.
    pub fn over(folders: &[PathBuf]) -> Watch {
        let queue = inotify::init(CreateFlags::CLOEXEC).unwrap();
        let flags = WatchFlags::CREATE
            | WatchFlags::MODIFY
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE
            | WatchFlags::ONLYDIR;
        let watched = |folder: &PathBuf| (inotify::add_watch(&queue, folder, flags).unwrap(), folder.clone());
        let names: HashMap<i32, PathBuf> = folders.iter().map(watched).collect();
        let (tell, events) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [MaybeUninit::uninit(); 65_536];
            let mut reader = inotify::Reader::new(queue, &mut buffer);
            while let Ok(event) = reader.next() {
                assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW), "too much happened at once");
                let (Some(what), Some(name)) = (what(event.events()), event.file_name()) else { continue };
                let path = names[&event.wd()].join(OsStr::from_bytes(name.to_bytes()));
                if tell.send((path, what)).is_err() {
                    return;
                }
            }
        });
        Watch { sentinel: folders[0].join(".seen"), events }
    }

    /// The next thing that happens; waits for it.
    pub fn next(&self) -> (PathBuf, What) {
        self.events.recv_timeout(PATIENCE).expect("something happens")
    }

    /// All that has happened until now and was not told yet.
    pub fn so_far(&self) -> Vec<(PathBuf, What)> {
        // The queue is in order: when this file comes, all before it has come.
        std::fs::write(&self.sentinel, b"").unwrap();
        let mut events = Vec::new();
        loop {
            match self.next() {
                (path, What::Created) if path == self.sentinel => break,
                event => events.push(event),
            }
        }
        std::fs::remove_file(&self.sentinel).unwrap();
        events.retain(|(path, _)| *path != self.sentinel);
        events
    }
}

fn what(flags: ReadFlags) -> Option<What> {
    let kinds = [
        (ReadFlags::CREATE, What::Created),
        (ReadFlags::MODIFY, What::Written),
        (ReadFlags::MOVED_TO, What::Moved),
        (ReadFlags::DELETE, What::Removed),
    ];
    kinds.into_iter().find(|(flag, _)| flags.contains(*flag)).map(|(_, what)| what)
}

/// A folder and all folders below it.
pub fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        if entry.file_type().unwrap().is_dir() {
            all.extend(folders_below(&entry.path()));
        }
    }
    all
}
