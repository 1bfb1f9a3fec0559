//! Killing the server at any moment, while it records and while it closes a day: no number changes once it
//! was released, nobody is counted twice, at most ten seconds are lost, and the database opens. The
//! process that is killed is this test, started again, on a clock that moves when it is told to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::print_stdout, reason = "the server tells the test where it listens")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use paravent::clock::Clock;
use paravent::config::Config;
use paravent::policy::Day;
use paravent::server::start;
use paravent::store::Store;
use paravent::usage::Family;
use paravent::visitor::Keys;

use support::{Origin, PATIENCE, folder_in_memory, request, write_config};

const KILLS: u32 = 50;
/// A day is closed with every so many kills.
const KILLS_A_DAY: u32 = 4;
const DAY: i64 = 86_400;
/// Monday 2026-11-16, 06:00 UTC.
const FIRST_MORNING: i64 = 20_773 * DAY + 6 * 3_600;
/// What a crash may lose, and the second in which it happens.
const LOST_SECONDS: i64 = 11;
const VISITS_BEFORE_CLOSE: i64 = 20;
/// Visitors who come again and again, and must count once a day.
const REGULARS: usize = 10;
/// Six standard deviations of a day's visits under the preset `detailed`.
const NOISE: i64 = 22;
const FILE: &str = "PARAVENT_TEST_CONFIG";
const TIME: &str = "PARAVENT_TEST_TIME";

#[test]
fn no_number_is_drawn_twice_and_no_visitor_is_lost_whenever_the_server_is_killed() {
    let origin = Origin::page("<!doctype html><h1>x</h1>");
    let folder = folder_in_memory();
    let usage = "[site.usage]\npreset = \"detailed\"\nrelease = \"daily\"\n";
    write_config(folder.path(), &origin, "127.0.0.1:0", "", usage);
    let mut story = Story { now: FIRST_MORNING, days: BTreeMap::new(), come: 0 };
    let mut released = BTreeMap::new();
    for kill in 1..=KILLS {
        story.live_until_killed(folder.path(), kill);
        let now = all_released(folder.path());
        for (cell, value) in &released {
            assert_eq!(now.get(cell), Some(value), "{cell:?} after kill {kill}");
        }
        released = now;
    }
    let closed = story.check(&released);
    assert!(closed >= 10, "only {closed} days closed");
}

/// Who came when, as far as the server answered.
struct Story {
    now: i64,
    days: BTreeMap<i64, Visitors>,
    come: usize,
}

#[derive(Default)]
struct Visitors {
    sure: BTreeSet<usize>,
    /// Answered less than ten seconds before a kill, or not answered.
    unsure: BTreeSet<usize>,
}

impl Story {
    /// One life of the server: visits, a second apart, and at times the end of a day; then the kill, which
    /// comes at its own moment.
    fn live_until_killed(&mut self, folder: &Path, kill: u32) {
        let mut server = Server::start(folder, self.now);
        let closes = kill.is_multiple_of(KILLS_A_DAY);
        // While it records, or while it closes: within the time that either takes here.
        let after = if closes { kill * 131 % 60 } else { 30 + kill * 97 % 220 };
        let born = self.now;
        let mut answered: Vec<(usize, i64)> = Vec::new();
        if closes {
            (0..VISITS_BEFORE_CLOSE).for_each(|_| answered.extend(self.visit(&mut server)));
            self.now = (self.now / DAY + 1) * DAY + 6 * 3_600;
        }
        let killed = server.kill_after(Duration::from_millis(after.into()));
        if closes {
            server.tell(self.now - server.time);
            server.until_it_passed();
        } else {
            while !killed.is_finished() {
                answered.extend(self.visit(&mut server));
            }
        }
        killed.join().unwrap();
        let safe = if closes { born + VISITS_BEFORE_CLOSE } else { self.now } - LOST_SECONDS;
        let day = self.days.entry(born / DAY).or_default();
        for (visitor, at) in answered {
            let group = if at <= safe { &mut day.sure } else { &mut day.unsure };
            group.insert(visitor);
        }
    }

    /// A new visitor and a regular each look at a page; then a second passes.
    fn visit(&mut self, server: &mut Server) -> Option<(usize, i64)> {
        self.come += 1;
        let (new, regular) = (REGULARS + self.come, self.come % REGULARS);
        let (at, seen) = (self.now, server.is_seen(new));
        server.is_seen(regular);
        self.now += 1;
        server.tell(1);
        server.until_it_passed();
        if !seen {
            self.days.entry(at / DAY).or_default().unsure.insert(new);
        }
        seen.then_some((new, at))
    }

    /// Compares each closed day with who came; gives how many closed.
    fn check(&self, released: &Released) -> usize {
        let visits = released.iter().filter(|((family, ..), _)| family == "visits");
        let mut closed = 0;
        for ((_, day, _), value) in visits {
            let Some(visitors) = self.days.get(&i64::from(*day)) else { continue };
            closed += 1;
            let regulars = i64::try_from(REGULARS).unwrap();
            let (sure, unsure) = (visitors.sure.len() as i64, visitors.unsure.len() as i64);
            let (least, most) = (sure - NOISE, sure + unsure + regulars + NOISE);
            assert!((least..=most).contains(value), "day {day}: {value} visits, of {least} to {most}");
        }
        closed
    }
}

/// The process that is killed.
struct Server {
    process: Option<Child>,
    orders: ChildStdin,
    printed: mpsc::Receiver<String>,
    address: SocketAddr,
    time: i64,
}

impl Server {
    fn start(folder: &Path, time: i64) -> Server {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "serves_until_it_is_killed", "--ignored", "--nocapture"])
            .env(FILE, folder.join("paravent.toml"))
            .env(TIME, time.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (orders, printed) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(printed).lines().map_while(Result::ok);
            lines.take_while(|line| tell.send(line.clone()).is_ok()).for_each(drop);
        });
        let address = loop {
            let line = told.recv_timeout(PATIENCE).expect("the server starts");
            if let Some((_, address)) = line.split_once("serving on ") {
                break address.parse().unwrap();
            }
        };
        Server { process: Some(process), orders, printed: told, address, time }
    }

    /// Lets seconds pass. A server that is dead does not hear it.
    fn tell(&mut self, seconds: i64) {
        self.time += seconds;
        let _ = writeln!(self.orders, "{seconds}");
    }

    /// Waits until the server has heard; or is dead.
    fn until_it_passed(&self) {
        let heard = self.printed.recv_timeout(PATIENCE);
        assert_ne!(heard, Err(mpsc::RecvTimeoutError::Timeout), "the server hangs");
    }

    /// Whether a visitor got a page.
    fn is_seen(&self, visitor: usize) -> bool {
        let agent = format!("Mozilla/5.0 (X11; Linux x86_64) Visitor/{visitor}");
        let fields = [("User-Agent", &*agent), ("Accept-Language", "fr"), ("Sec-Fetch-Dest", "document")];
        let Ok(mut stream) = TcpStream::connect(self.address) else { return false };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let sent = stream.write_all(request("GET", "/", &fields, "").as_bytes());
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        sent.is_ok() && read.is_ok() && answer.starts_with(b"HTTP/1.1 200")
    }

    fn kill_after(&mut self, time: Duration) -> thread::JoinHandle<()> {
        let mut process = self.process.take().unwrap();
        thread::spawn(move || {
            let (_open, nothing) = mpsc::channel::<()>();
            assert_eq!(nothing.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
            assert!(process.try_wait().unwrap().is_none(), "the server ended by itself");
            process.kill().unwrap();
            process.wait().unwrap();
        })
    }
}

type Released = BTreeMap<(String, u32, String), i64>;

fn all_released(folder: &Path) -> Released {
    let path = folder.join("state/paravent.sqlite");
    let whole: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let store = Store::open(&path, Clock::set_to(0)).expect("the database opens");
    let of_family = |family: &Family| {
        let cells = store.released("clinic.example", *family, Day(0), Day(u32::MAX)).unwrap();
        let family = family.id().to_owned();
        cells.into_iter().map(move |cell| ((family.clone(), cell.from.0, cell.cell), cell.value))
    };
    Family::ALL.iter().flat_map(of_family).collect()
}

#[test]
#[ignore = "started by the other test, to be killed"]
fn serves_until_it_is_killed() {
    let (Ok(file), Ok(time)) = (env::var(FILE), env::var(TIME)) else { return };
    let clock = Clock::set_to(time.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config::load(Path::new(&file)).unwrap_or_else(|error| panic!("{error}"));
    let keys = Keys::load_or_create(&config.server.state_dir.join("keys")).unwrap();
    let running = runtime.block_on(start(config, keys, clock.clone())).unwrap_or_else(|e| panic!("{e}"));
    println!("serving on {}", running.http[0]);
    for seconds in std::io::stdin().lines() {
        clock.advance(seconds.unwrap().parse().unwrap());
        runtime.block_on(running.catch_up());
        println!("passed");
    }
}
