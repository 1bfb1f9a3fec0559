//! Killing the server at any moment while it grants: never a cookie without its receipt, never a chain that
//! does not stand. `receipts verify` is asked after each kill.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::print_stdout, reason = "how many grants were met is told")]

mod support;

use std::env;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::{Origin, PATIENCE, Paravent, folder_in_memory, request, write_config};

/// `scripts/prove kills` asks for more.
const KILLS: u32 = 30;
/// Visitors who press at the same time.
const VISITORS: usize = 4;
/// A life is as long as the server takes to grant some dozens.
const LONGEST_MICROSECONDS: u32 = 120_000;

#[test]
fn no_cookie_is_without_its_receipt_whenever_the_server_is_killed() {
    let origin = Origin::page("<!doctype html><h1>x</h1>");
    let mut folder = folder_in_memory();
    write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let kills = env::var("PARAVENT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut given = Vec::new();
    for kill in 1..=kills {
        let server = Paravent::start(folder);
        let life = getrandom::u32().unwrap() % LONGEST_MICROSECONDS;
        let presses = (0..VISITORS).map(|_| thread::spawn(press_until_it_is_dead(server.address)));
        let presses: Vec<_> = presses.collect();
        folder = kill_after(server, Duration::from_micros(life.into()));
        given.extend(presses.into_iter().flat_map(|visitor| visitor.join().unwrap()));
        check(folder.path(), &given, &format!("kill {kill} after {life} microseconds"));
    }
    println!("{kills} kills, {} cookies, each with its receipt", given.len());
    assert!(given.len() > kills as usize, "only {} grants were met", given.len());
}

/// Accepts again and again, each time as a new visitor; gives the receipts' ids of all cookies that came.
fn press_until_it_is_dead(address: SocketAddr) -> impl FnOnce() -> Vec<String> {
    move || {
        let mut ids = Vec::new();
        while let Some(answer) = pressed(address) {
            ids.extend(receipt_id(&answer));
        }
        ids
    }
}

/// All that came, whole or cut; `None` where nobody answers any more.
fn pressed(address: SocketAddr) -> Option<String> {
    let fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://clinic.example")];
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let form = request("POST", "/_privacy/consent", &fields, "choice=accept&return=/");
    stream.write_all(form.as_bytes()).ok()?;
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(size @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..size]);
    }
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// The id in a consent cookie that came whole; a browser keeps no other.
fn receipt_id(answer: &str) -> Option<String> {
    let (head, _) = answer.split_once("\r\n\r\n")?;
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie: consent="))?;
    let id = line.split('.').nth(6)?;
    (!id.is_empty()).then(|| id.to_owned())
}

fn kill_after(mut server: Paravent, life: Duration) -> tempfile::TempDir {
    let (_open, nothing) = mpsc::channel::<()>();
    assert_eq!(nothing.recv_timeout(life), Err(mpsc::RecvTimeoutError::Timeout));
    // Dropping the server kills it without a word of warning.
    std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap())
}

fn check(folder: &Path, given: &[String], when: &str) {
    let mut verify = Command::new(env!("CARGO_BIN_EXE_paravent"));
    let verify = verify.args(["receipts", "verify", "--config"]).arg(folder.join("paravent.toml"));
    let verified = verify.output().unwrap();
    assert!(verified.status.success(), "{when}: {}", String::from_utf8_lossy(&verified.stdout));
    let database = rusqlite::Connection::open(folder.join("state/paravent.sqlite")).unwrap();
    let mut find = database.prepare("SELECT count(*) FROM receipt WHERE id = ?1").unwrap();
    for id in given {
        let found: i64 = find.query_row([id], |row| row.get(0)).unwrap();
        assert_eq!(found, 1, "{when}: a cookie has no receipt");
    }
}
