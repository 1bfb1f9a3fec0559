//! The life of the process: what it says to a service manager, sockets that were bound for it, the walls around
//! it, and an end that cuts no answer short.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use support::{Answer, Origin, PATIENCE, Paravent, exchange, request, write_config};

const PAGE: &str =
    "<!doctype html><html lang=en><head><title>Clinic</title></head><body>Clinic</body></html>";

fn serve(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paravent"));
    command.arg("serve").arg("--config").arg(folder.join("paravent.toml"));
    command
}

#[test]
fn the_service_manager_is_told_how_it_is() {
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = serve(folder.path());
    command.env("NOTIFY_SOCKET", folder.path().join("notify")).env("WATCHDOG_USEC", "200000");
    let paravent = Paravent::start_as(command, folder);
    let until = |wanted: &str| loop {
        let mut word = [0; 256];
        let size = socket.recv(&mut word).unwrap_or_else(|_| panic!("never told: {wanted}"));
        let word = String::from_utf8_lossy(&word[..size]).into_owned();
        if word.contains(wanted) {
            return word;
        }
        assert!(word.contains("WATCHDOG=1"), "{word} before {wanted}");
    };
    until("READY=1");
    until("WATCHDOG=1");
    until("WATCHDOG=1");
    paravent.signal("HUP");
    assert!(until("RELOADING=1").contains("MONOTONIC_USEC="));
    until("READY=1");
    // Whatever became of it: what was in force works.
    fs::write(paravent.folder.path().join("paravent.toml"), "[server]\nlisten = 7\n").unwrap();
    paravent.signal("HUP");
    until("RELOADING=1");
    until("READY=1");
    paravent.signal("TERM");
    until("STOPPING=1");
}

#[test]
fn a_socket_that_was_bound_for_it_is_used_and_one_that_nobody_names_is_an_error() {
    let origin = Origin::page(PAGE);
    for named in [true, false] {
        let folder = support::folder_in_memory();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let bound = socket.local_addr().unwrap();
        let listen = if named { bound.to_string() } else { "127.0.0.1:0".to_owned() };
        write_config(folder.path(), &origin, &listen, "", "");
        // As a service manager does: the socket is file descriptor 3, and the variables name the process.
        let mut command = Command::new("sh");
        let script = "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" serve --config \"$1\" 3<&0 0</dev/null";
        command.args(["-c", script, env!("CARGO_BIN_EXE_paravent")]).arg(folder.path().join("paravent.toml"));
        command.stdin(Stdio::from(OwnedFd::from(socket)));
        if named {
            let paravent = Paravent::start_as(command, folder);
            assert_eq!(paravent.address, bound);
            assert_eq!(paravent.get("/", &[]).status, 200);
        } else {
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success(), "{said}");
            assert!(said.contains(&bound.to_string()) && said.contains("server.listen"), "{said}");
        }
    }
}

#[test]
fn core_dumps_are_off() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let limits = fs::read_to_string(format!("/proc/{}/limits", paravent.pid())).unwrap();
    let cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let allowed: Vec<&str> = cores.split_whitespace().skip(4).take(2).collect();
    assert_eq!(allowed, ["0", "0"], "{cores}");
}

fn readiness(admin: SocketAddr) -> (u16, String) {
    let answer = exchange(admin, &request("GET", "/readyz", &[], ""));
    (answer.status, answer.text())
}

#[test]
fn a_config_that_was_refused_is_told_of_until_one_is_taken() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let file = paravent.folder.path().join("paravent.toml");
    let good = fs::read_to_string(&file).unwrap();
    assert_eq!(readiness(paravent.admin), (200, "ok\n".to_owned()));
    fs::write(&file, "[server]\nlisten = 7\n").unwrap();
    paravent.signal("HUP");
    paravent.has_told("is not taken", 1);
    let (status, text) = readiness(paravent.admin);
    assert!(status == 200 && text.contains("config: what was read last was refused"), "{status} {text}");
    fs::write(&file, good).unwrap();
    paravent.signal("HUP");
    paravent.has_told("is in force", 1);
    assert_eq!(readiness(paravent.admin), (200, "ok\n".to_owned()));
    fs::remove_dir_all(paravent.folder.path().join("state/keys")).unwrap();
    let (status, text) = readiness(paravent.admin);
    assert!(status == 200 && text.contains("keys: "), "{status} {text}");
}

#[test]
fn what_the_config_did_not_name_cannot_be_read_any_more() {
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    let elsewhere = support::folder_in_memory();
    let foreign = elsewhere.path().join("foreign.txt");
    let list = "||tracker.example^\n";
    fs::write(folder.path().join("own.txt"), list).unwrap();
    fs::write(&foreign, list).unwrap();
    write_config(folder.path(), &origin, "127.0.0.1:0", "tracker_lists = [\"own.txt\"]", "");
    let paravent = Paravent::start(folder);
    let own = paravent.folder.path().join("own.txt");
    let trust = |file: &std::path::Path| {
        fs::remove_file(&own).unwrap();
        std::os::unix::fs::symlink(file, &own).unwrap();
        paravent.signal("HUP");
    };
    let beside = paravent.folder.path().join("beside.txt");
    fs::write(&beside, list).unwrap();
    trust(&beside);
    paravent.has_told("is in force", 1);
    trust(&foreign);
    let told = paravent.has_told("is not taken", 1);
    paravent.has_told("Permission denied", 1);
    assert!(!told.contains("no Landlock"), "this test needs a kernel with Landlock: {told}");
    assert_eq!(paravent.get("/", &[]).status, 200);
}

/// What an origin sends in pieces, so that it is under way for as long as the test wants.
const PIECES: usize = 20;

#[test]
fn the_end_cuts_no_answer_short() {
    let (started, starts) = channel();
    let (go_on, goes_on) = channel::<()>();
    let goes_on = Arc::new(std::sync::Mutex::new(goes_on));
    let origin = Origin::start_with(move |seen, stream| {
        let length = PIECES * 10_000;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        for piece in 0..PIECES {
            stream.write_all(&[b'x'; 10_000]).unwrap();
            if piece == 0 && seen.target().starts_with("/held") {
                started.send(()).unwrap();
                goes_on.lock().unwrap().recv().unwrap();
            }
        }
    });
    let paravent = Arc::new(Paravent::with(&origin, "", ""));
    let whole = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|at| {
            let (paravent, whole) = (paravent.clone(), whole.clone());
            thread::spawn(move || {
                let answer = paravent.get(&format!("/held-{at}"), &[]);
                assert!(answer.status == 200 && answer.complete, "cut: {}", answer.head);
                assert_eq!(answer.body.len(), PIECES * 10_000);
                whole.fetch_add(1, Ordering::Relaxed);
            })
        })
        .collect();
    for _ in 0..8 {
        starts.recv_timeout(PATIENCE).unwrap();
    }
    // Idle, and half a head: neither may hold the end up.
    let mut idle = paravent.connect();
    let asked = request("GET", "/", &[], "").replace("Connection: close\r\n", "");
    idle.write_all(asked.as_bytes()).unwrap();
    let mut rest = vec![0; 16];
    idle.read_exact(&mut rest).unwrap();
    let mut half = paravent.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    paravent.signal("TERM");
    // The listening socket goes first.
    while TcpStream::connect(paravent.address).is_ok() {
        thread::yield_now();
    }
    let (status, text) = readiness(paravent.admin);
    assert!(status == 503 && text.contains("process: what is under way ends"), "{status} {text}");
    for _ in 0..8 {
        go_on.send(()).unwrap();
    }
    for client in clients {
        client.join().expect("no answer was cut");
    }
    assert_eq!(whole.load(Ordering::Relaxed), 8);
    let _ = idle.read_to_end(&mut rest);
    assert!(Answer::parse(&rest).complete, "{}", String::from_utf8_lossy(&rest));
}
