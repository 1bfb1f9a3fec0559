//! A Paravent inside the test's own process, on a clock that the test sets.

#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::path::Path;

use paravent::clock::Clock;
use paravent::config::Config;
use paravent::server::{Running, start};
use paravent::store::{Role, Store};
use paravent::visitor::Keys;
use tokio::runtime::Runtime;

use crate::support::{Answer, Origin, exchange, folder_in_memory, request_to, write_config};

pub const PASSWORD: &str = "correct horse battery";

/// A running Paravent whose time stands still until it is told to move.
pub struct Timed {
    pub http: SocketAddr,
    pub admin: SocketAddr,
    pub clock: Clock,
    pub folder: tempfile::TempDir,
    running: Option<Running>,
    runtime: Runtime,
}

impl Timed {
    /// In front of `origin` as `clinic.example`, at `seconds` since the epoch, with lines for `[[site]]`
    /// and an account `amina` on the dashboard.
    pub fn before(origin: &Origin, site: &str, seconds: i64) -> Timed {
        let folder = folder_in_memory();
        write_config(folder.path(), origin, "127.0.0.1:0", "", site);
        Timed::start(folder, Clock::set_to(seconds))
    }

    fn start(folder: tempfile::TempDir, clock: Clock) -> Timed {
        let runtime = Runtime::new().unwrap();
        let config = Config::load(&folder.path().join("paravent.toml")).unwrap();
        let keys = Keys::load_or_create(&folder.path().join("state/keys")).unwrap();
        let running = runtime.block_on(start(config, keys, clock.clone())).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(running.notes, [""; 0]);
        let timed = Timed {
            http: running.http[0],
            admin: running.admin.unwrap(),
            clock,
            folder,
            running: Some(running),
            runtime,
        };
        let store = Store::open(&timed.database(), Clock::system()).unwrap();
        if store.account("amina").unwrap().is_none() {
            store.add_account("amina", Role::Marketer, PASSWORD).unwrap();
        }
        timed
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("state/paravent.sqlite")
    }

    pub fn checkpoint(&self) -> std::path::PathBuf {
        self.folder.path().join("checkpoint/usage.snapshot")
    }

    /// Lets time pass, and what ends by it close.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(seconds);
        self.runtime.block_on(self.running.as_ref().unwrap().catch_up());
    }

    /// Stops as on SIGTERM and gives the folder.
    pub fn stop(mut self) -> tempfile::TempDir {
        self.runtime.block_on(self.running.take().unwrap().stop());
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    /// Stops and starts again, with what is on disk and in the checkpoint.
    pub fn restart(self) -> Timed {
        let clock = self.clock.clone();
        Timed::start(self.stop(), clock)
    }

    /// Sends a request as a visitor.
    pub fn visit(&self, request: &str) -> Answer {
        exchange(self.http, request)
    }

    /// Logs in and gets a page of the dashboard.
    pub fn dashboard(&self, path: &str) -> Answer {
        let form = format!("name=amina&password={}", PASSWORD.replace(' ', "+"));
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        let login = exchange(self.admin, &request_to("localhost", "POST", "/login", &kind, &form));
        assert_eq!(login.status, 303, "{}", login.text());
        let cookie = login.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        exchange(self.admin, &request_to("localhost", "GET", path, &[("Cookie", &cookie)], ""))
    }

    /// What was released of a cell on the last 28 days, with its range, as the export says it.
    pub fn released(&self, family: &str, cell: &str) -> Option<(i64, i64, i64)> {
        let csv = self.dashboard(&format!("/export.csv?days=28&family={family}")).text();
        let lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let found: Vec<Vec<&str>> = lines.filter(|fields| fields.get(4) == Some(&cell)).collect();
        let last = found.last()?;
        let number = |at: usize| last[at].parse().unwrap();
        Some((number(5), number(7), number(8)))
    }
}

/// Every byte below a folder, file names too.
pub fn all_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for file in crate::support::files_below(folder) {
        all.extend_from_slice(file.display().to_string().as_bytes());
        all.extend_from_slice(&std::fs::read(&file).unwrap());
    }
    all
}
