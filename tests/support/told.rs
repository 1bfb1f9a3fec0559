//! A server in a process of its own, on a clock that moves when it is told to: to be killed, or looked at
//! from outside. The process is the test program itself, started again.

#![allow(dead_code, reason = "each test file uses its part")]

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
use paravent::server::start;
use paravent::visitor::Keys;

use crate::support::{PATIENCE, request};

const FILE: &str = "PARAVENT_TEST_CONFIG";
const TIME: &str = "PARAVENT_TEST_TIME";

/// The process.
pub struct Server {
    process: Option<Child>,
    orders: ChildStdin,
    printed: mpsc::Receiver<String>,
    address: SocketAddr,
    pub time: i64,
}

impl Server {
    /// Starts this very test program once more, with its ignored test `serves_until_it_is_killed`, which
    /// calls [`serve`].
    pub fn start(folder: &Path, time: i64) -> Server {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "serves_until_it_is_killed", "--ignored", "--nocapture"])
            .current_dir(folder)
            .env("TMPDIR", folder)
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
    pub fn tell(&mut self, seconds: i64) {
        self.time += seconds;
        let _ = writeln!(self.orders, "{seconds}");
    }

    /// Waits until the server has heard; or is dead.
    pub fn hears(&self) {
        let heard = self.printed.recv_timeout(PATIENCE);
        assert_ne!(heard, Err(mpsc::RecvTimeoutError::Timeout), "the server hangs");
    }

    /// Whether a server that is dead now still heard what it was told last.
    pub fn had_heard(&self) -> bool {
        self.printed.iter().any(|line| line.contains("heard"))
    }

    /// Waits until it has also done what was due; or is dead.
    pub fn until_it_passed(&self) {
        self.hears();
        self.hears();
    }

    /// Whether a visitor got a page.
    pub fn is_seen(&self, visitor: usize) -> bool {
        let agent = format!("Mozilla/5.0 (X11; Linux x86_64) Visitor/{visitor}");
        let fields = [("User-Agent", &*agent), ("Accept-Language", "fr"), ("Sec-Fetch-Dest", "document")];
        let Ok(mut stream) = TcpStream::connect(self.address) else { return false };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let sent = stream.write_all(request("GET", "/", &fields, "").as_bytes());
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        sent.is_ok() && read.is_ok() && answer.starts_with(b"HTTP/1.1 200")
    }

    /// Lets seconds pass, and what is due be done.
    pub fn passes(&mut self, seconds: i64) {
        self.tell(seconds);
        self.until_it_passed();
    }

    /// Stops it in order.
    pub fn stops(self) {
        let Server { process, orders, .. } = self;
        drop(orders);
        assert!(process.unwrap().wait().unwrap().success());
    }

    pub fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Ends it at a moment of its own.
    pub fn kill_after(&mut self, time: Duration) -> thread::JoinHandle<()> {
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

/// Serves, in that process, and lets as many seconds pass as each line of its input says.
pub fn serve() {
    let (Ok(file), Ok(time)) = (env::var(FILE), env::var(TIME)) else { return };
    let clock = Clock::set_to(time.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config::load(Path::new(&file)).unwrap_or_else(|error| panic!("{error}"));
    let keys = Keys::load_or_create(&config.server.state_dir.join("keys")).unwrap();
    let running = runtime.block_on(start(config, keys, clock.clone())).unwrap_or_else(|e| panic!("{e}"));
    println!("serving on {}", running.http[0]);
    for seconds in std::io::stdin().lines() {
        clock.advance(seconds.unwrap().parse().unwrap());
        println!("heard");
        runtime.block_on(running.catch_up());
        println!("passed");
    }
    runtime.block_on(running.stop());
}
