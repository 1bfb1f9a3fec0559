//! The open period exists in memory only. Every file that the server writes is watched for from its start
//! and searched: outside the checkpoint, which is on a file system in memory, nothing is in any of them of
//! the day's key, its tokens, or who came; and nothing anywhere once the day is closed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::print_stdout, reason = "the server tells the test where it listens")]

mod support;
#[path = "support/told.rs"]
mod told;
#[path = "support/watch.rs"]
mod watch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use paravent::clock::Clock;
use paravent::policy::Day;
use paravent::store::Store;
use paravent::usage::Family;

use support::{Origin, find, folder_in_memory, write_config};
use told::Server;
use watch::{Watch, What, folders_below};

const DAY: i64 = 86_400;
/// Monday 2026-11-16, 15:00 UTC.
const MONDAY: i64 = 20_773 * DAY + 15 * 3_600;
const VISITORS: usize = 30;

/// What the checkpoint holds that must be nowhere else: the day's key, in halves, and each token.
struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// By the layout that `src/usage/snapshot.rs` writes, for one site.
    fn of(checkpoint: &[u8]) -> Secrets {
        let number = |at: usize| u64::from_le_bytes(checkpoint[at..at + 8].try_into().unwrap()) as usize;
        let (head, rest) = checkpoint[24..checkpoint.len() - 16].split_at(number(16));
        let head: serde_json::Value = serde_json::from_slice(head).unwrap();
        let tokens = usize::try_from(head["open"]["tokens"].as_u64().unwrap()).unwrap();
        assert_eq!(tokens, VISITORS);
        let (key, slots) = rest.split_at(32);
        assert_eq!(slots.len() % tokens, 0, "each token takes the same room");
        let tokens = slots.chunks(slots.len() / tokens).map(|slot| &slot[..16]);
        let mut secrets: Vec<Vec<u8>> = key.chunks(16).chain(tokens).map(<[u8]>::to_vec).collect();
        secrets.sort();
        Secrets(secrets)
    }

    fn are_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|secret| find(bytes, secret).is_some())
    }
}

/// The files that were written, by what the system says.
struct Files<'a> {
    folder: &'a Path,
    watch: Watch,
    written: BTreeSet<PathBuf>,
}

impl Files<'_> {
    /// Reads every file that was written since the server's start. One that is gone again is known by its
    /// name.
    fn search(&mut self, what: impl Fn(&Path, &[u8])) {
        for (path, happened) in self.watch.so_far() {
            assert!(!path.is_dir(), "a folder that was not there before: {}", path.display());
            if happened != What::Removed {
                self.written.insert(path);
            }
        }
        for path in &self.written {
            let name = path.strip_prefix(self.folder).unwrap().to_str().unwrap();
            let known = ["state/paravent.sqlite", "state/keys/", "state/metrics-token", "checkpoint/usage."];
            assert!(known.iter().any(|known| name.starts_with(known)), "{name} was written");
            if let Ok(bytes) = std::fs::read(path) {
                what(path, &bytes);
            }
        }
    }
}

fn is_checkpoint(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("checkpoint"))
}

/// Every file that the process has open can be written only below its own folders.
fn writes_elsewhere(pid: u32, folder: &Path) -> Option<PathBuf> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().filter_map(Result::ok);
    let files = open.filter_map(|entry| {
        let flags = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{}", entry.file_name().to_str()?));
        let flags = flags.ok()?.lines().find_map(|line| line.strip_prefix("flags:").map(str::to_owned))?;
        let may_write = u32::from_str_radix(flags.trim(), 8).ok()? & 3 != 0;
        let path = std::fs::read_link(entry.path()).ok()?;
        (may_write && path.is_file()).then_some(path)
    });
    files.into_iter().find(|path| !path.starts_with(folder))
}

fn comes(server: &Server, visitors: std::ops::Range<usize>) {
    for visitor in visitors {
        assert!(server.is_seen(visitor));
    }
}

#[test]
fn the_open_period_is_in_memory_only() {
    let origin = Origin::page("<!doctype html><h1>x</h1>");
    let folder = folder_in_memory();
    write_config(folder.path(), &origin, "127.0.0.1:0", "", "[site.usage]\nrelease = \"daily\"\n");
    // Once before, so that all folders are there.
    Server::start(folder.path(), MONDAY - DAY).stops();
    let watch = Watch::over(&folders_below(folder.path()));
    let mut files = Files { folder: folder.path(), watch, written: BTreeSet::new() };
    let mut server = Server::start(folder.path(), MONDAY);
    comes(&server, 0..VISITORS);
    server.passes(20);
    let checkpoint = folder.path().join("checkpoint/usage.snapshot");
    let secrets = Secrets::of(&std::fs::read(&checkpoint).unwrap());
    assert_eq!(writes_elsewhere(server.pid(), folder.path()), None);
    let holds_nothing = |path: &Path, bytes: &[u8]| {
        assert!(is_checkpoint(path) || !secrets.are_in(bytes), "{} holds the open day", path.display());
        assert!(find(bytes, b"Visitor/7").is_none(), "{} holds a User-Agent", path.display());
    };
    files.search(holds_nothing);
    assert!(files.written.contains(&checkpoint), "what is watched for is seen");
    nothing_is_released(folder.path());
    // It comes again and again, also after a stop in order and a kill.
    server.stops();
    files.search(holds_nothing);
    server = Server::start(folder.path(), MONDAY + 20);
    comes(&server, 0..VISITORS);
    server.passes(15);
    server.kill_after(std::time::Duration::ZERO).join().unwrap();
    files.search(holds_nothing);
    nothing_is_released(folder.path());
    server = Server::start(folder.path(), MONDAY + 40);
    assert_eq!(Secrets::of(&std::fs::read(&checkpoint).unwrap()).0, secrets.0, "the day went on");
    server.passes(DAY);
    let gone = |path: &Path, bytes: &[u8]| {
        assert!(!secrets.are_in(bytes), "{} holds the closed day", path.display());
    };
    files.search(gone);
    server.stops();
    files.search(gone);
    assert!(files.written.iter().any(|path| path.ends_with("paravent.sqlite-wal")));
}

/// Of the open day; hours of it that ended before the server was there are of nobody.
fn nothing_is_released(folder: &Path) {
    let store = Store::open(&folder.join("state/paravent.sqlite"), Clock::set_to(0)).unwrap();
    let today = Day(u32::try_from(MONDAY / DAY).unwrap());
    for family in Family::ALL.iter().filter(|family| **family != Family::Hours) {
        assert_eq!(store.released("clinic.example", *family, today, today).unwrap(), []);
    }
}

#[test]
#[ignore = "started by the other test, to be looked at"]
fn serves_until_it_is_killed() {
    told::serve();
}
