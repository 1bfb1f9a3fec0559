//! A visitor is served while others try that nobody is: connections that say nothing, heads that do not end, streams
//! that are taken back at once, fields without end, and requests for what the origin never answers. Memory stays
//! bounded, and when they go, nothing of them stays.
//!
//! In CI few attackers come and no time is looked at. With `PARAVENT_ATTACK=full` they come in thousands, have a core of
//! their own, and the visitor's times are printed.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::frames::{
    CONTINUATION, Client, END_HEADERS, END_STREAM, HEADERS, Outcome, RST_STREAM, block, frame,
};
use crate::house::House;
use crate::process;

const MIB: usize = 1024 * 1024;
/// What an open connection may take, in bytes.
const PER_CONNECTION: usize = 32 * 1024;
/// What all else may take.
const BEYOND: usize = 64 * MIB;
/// Of connections that one network may have, below the limit.
const PER_NETWORK: usize = 420;
/// Between two bytes of a slow head, and two requests of the visitor.
const SLOW: Duration = Duration::from_millis(500);
const PACE: Duration = Duration::from_millis(5);

/// How many come.
struct Scale {
    idle: usize,
    slow: usize,
    floods: u8,
    hanging: usize,
    /// The visitor's requests, each time.
    asked: usize,
    /// Whether each side has a core of its own.
    apart: bool,
}

const SMALL: Scale = Scale { idle: 300, slow: 40, floods: 1, hanging: 60, asked: 100, apart: false };
const FULL: Scale = Scale { idle: 10_000, slow: 200, floods: 2, hanging: 400, asked: 1_000, apart: true };

/// What a visitor met.
struct Met {
    /// Sorted.
    times: Vec<Duration>,
}

impl Met {
    fn percentile(&self, percent: usize) -> f64 {
        self.times[(self.times.len() * percent / 100).min(self.times.len() - 1)].as_secs_f64() * 1000.0
    }
}

#[test]
fn a_visitor_is_served_while_others_attack() {
    let full = std::env::var("PARAVENT_ATTACK").is_ok_and(|scale| scale == "full");
    let scale = if full { FULL } else { SMALL };
    allow_descriptors();
    let server = "limits = { connections = 12_000 }\ntimeouts = { idle = 600 }";
    let before: &[&str] = if scale.apart { &["taskset", "-c", "0"] } else { &[] };
    pin(&scale, "0");
    let house = House::open(server, before);
    visit(&house, scale.asked);
    let (at_first, memory) = (house.descriptors(), house.memory());
    let quiet = visit(&house, scale.asked);
    let attack = Attack::default();
    let (under, most, open) = thread::scope(|scope| {
        let _end = Ends(&attack.over);
        scope.spawn(|| attack.idle(&house, &scale));
        scope.spawn(|| attack.slow(&house, &scale));
        scope.spawn(|| attack.hanging(&house, &scale));
        // Those who stay are here before those who take all the time there is.
        process::until(4, || attack.ready.load(Ordering::Relaxed) == 3, || attack.told());
        for at in 0..scale.floods {
            let (attack, house, scale) = (&attack, &house, &scale);
            scope.spawn(move || attack.flood(house, scale, [127, 40, at, 1], rapid_reset));
            scope.spawn(move || attack.flood(house, scale, [127, 41, at, 1], continuation));
        }
        process::until(1, || attack.floods.load(Ordering::Relaxed) >= 2, || attack.told());
        let spent = house.processor_time();
        let under = visit(&house, scale.asked);
        println!("the program's own time under attack: {:.1?}", house.processor_time() - spent);
        (under, house.memory(), house.descriptors())
    });
    process::until(2, || house.descriptors() <= at_first + 8, || format!("{} open", house.descriptors()));
    let after = visit(&house, scale.asked);
    println!("{}", attack.told());
    let own = ["paravent_requests_total", "paravent_tls_handshakes", "paravent_limits_hit"];
    let figures = house.metrics();
    let told = figures.lines().filter(|line| own.iter().any(|name| line.starts_with(name)));
    println!("{}", told.collect::<Vec<_>>().join("\n"));
    println!("file descriptors: {at_first} before, {open} under attack, {} after", house.descriptors());
    println!(
        "memory, MiB: {} before, {} under attack, {} after",
        memory / MIB,
        most / MIB,
        house.memory() / MIB
    );
    for (about, met) in [("quiet", &quiet), ("under attack", &under), ("after it", &after)] {
        println!("{about}: median {:.1} ms, p99 {:.1} ms", met.percentile(50), met.percentile(99));
    }
    println!("p99 under attack: {:.2} times the quiet one", under.percentile(99) / quiet.percentile(99));
    assert!(open >= at_first + scale.idle, "{open} are open: the idle ones did not stay");
    assert!(most < memory + open * PER_CONNECTION + BEYOND, "{} MiB", most / MIB);
}

#[test]
fn requests_beyond_a_networks_share_are_told_so_and_other_networks_are_served() {
    let house = House::open("limits = { connections_per_network = 5 }", &[]);
    let mut greedy = house.frames([127, 50, 0, 1]).unwrap();
    for at in 0..6 {
        greedy.send(HEADERS, END_HEADERS | END_STREAM, at * 2 + 1, &get("/hang")).unwrap();
    }
    assert_eq!(greedy.outcome(11), Outcome::Status(429));
    let mut other = house.frames([127, 99, 0, 1]).unwrap();
    assert_eq!(other.ask(1, &fields("/")), Outcome::Status(200));
    // What is taken back gives its place, once that has been heard of.
    greedy.send(RST_STREAM, 0, 1, &[0, 0, 0, 8]).unwrap();
    let again = || house.frames([127, 50, 0, 2]).unwrap().ask(1, &fields("/"));
    process::until(1, || again() == Outcome::Status(200), || format!("{:?}", again()));
}

#[test]
fn who_floods_again_and_again_is_not_let_in_and_other_networks_are() {
    let house = House::open("", &[]);
    let refused = || house.metrics().contains("limits_hit_total{limit=\"floods-per-network\"}");
    let flood = || {
        // One that is not let in has no handshake.
        let Ok(mut client) = house.frames([127, 60, 0, 1]) else { return };
        let _ = (0..).find(|time| client.send_all(&rapid_reset(*time)).is_err());
    };
    let again = || {
        flood();
        refused()
    };
    process::until(1, again, || house.metrics());
    let mut neighbour = house.frames([127, 60, 1, 1]).unwrap();
    assert_eq!(neighbour.ask(1, &fields("/")), Outcome::Status(200));
}

/// A page and a picture, one after the other on a kept connection, from a network of their own; all are answered.
fn visit(house: &House, times: usize) -> Met {
    let mut line = house.line([127, 99, 0, 1]).unwrap();
    let pause = (Mutex::new(()), std::sync::Condvar::new());
    let mut taken: Vec<Duration> = (0..times)
        .map(|at| {
            let path = ["/", "/picture"][at % 2];
            let asked = format!("GET {path} HTTP/1.1\r\nHost: clinic.example\r\nAccept: text/html\r\n\r\n");
            let began = Instant::now();
            let answer = line.ask(asked).unwrap_or_else(|error| panic!("request {at}: {error}"));
            let time = began.elapsed();
            assert_eq!(answer.status, 200, "request {at}: {}", answer.head);
            let _ = pause.1.wait_timeout(pause.0.lock().unwrap(), PACE);
            time
        })
        .collect();
    taken.sort();
    Met { times: taken }
}

#[derive(Default)]
struct Attack {
    over: AtomicBool,
    /// Of those that come once and stay, how many have come.
    ready: AtomicUsize,
    idle: AtomicUsize,
    slow: AtomicUsize,
    hanging: AtomicUsize,
    floods: AtomicUsize,
    frames: AtomicUsize,
}

/// However the test ends, the attackers are told.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Attack {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn told(&self) -> String {
        let [idle, slow, hanging, floods, frames] =
            [&self.idle, &self.slow, &self.hanging, &self.floods, &self.frames]
                .map(|count| count.load(Ordering::Relaxed));
        format!("{idle} idle, {slow} slow heads, {hanging} hanging, {floods} floods of {frames} frames")
    }

    /// All are here; stays until it is over.
    fn stay(&self, mut meanwhile: impl FnMut()) {
        self.ready.fetch_add(1, Ordering::Relaxed);
        while !self.is_over() {
            meanwhile();
            thread::park_timeout(SLOW);
        }
    }

    /// Connections that say nothing, and such that have been answered once.
    fn idle(&self, house: &House, scale: &Scale) {
        pin(scale, "1");
        let reach = |at: usize| {
            let network = u8::try_from(at / PER_NETWORK).unwrap();
            let mut stream = House::reach([127, 20, network, 1], house.http).ok()?;
            if at.is_multiple_of(2) {
                stream.write_all(b"GET / HTTP/1.1\r\nHost: clinic.example\r\n\r\n").ok()?;
            }
            self.idle.fetch_add(1, Ordering::Relaxed);
            Some(stream)
        };
        let _open: Vec<TcpStream> = (0..scale.idle).map_while(reach).collect();
        self.stay(|| ());
    }

    fn slow(&self, house: &House, scale: &Scale) {
        pin(scale, "1");
        let come = || House::reach([127, 30, 0, 1], house.http).ok();
        let mut open: Vec<Option<TcpStream>> = (0..scale.slow).map(|_| come()).collect();
        self.slow.store(open.iter().flatten().count(), Ordering::Relaxed);
        self.stay(|| {
            for stream in &mut open {
                // Who was told that it took too long comes again.
                let goes_on = stream.as_mut().is_some_and(|stream| stream.write_all(b"G").is_ok());
                if !goes_on {
                    *stream = come();
                }
            }
        });
    }

    /// Streams that the origin never answers, several to a connection.
    fn hanging(&self, house: &House, scale: &Scale) {
        pin(scale, "1");
        let fields = get("/hang");
        let mut open: Vec<Client> = Vec::new();
        while self.hanging.load(Ordering::Relaxed) < scale.hanging {
            let Ok(mut client) = house.frames([127, 50, 0, 1]) else { break };
            for at in 0..20 {
                let sent = client.send(HEADERS, END_HEADERS | END_STREAM, at * 2 + 1, &fields);
                self.hanging.fetch_add(usize::from(sent.is_ok()), Ordering::Relaxed);
            }
            open.push(client);
        }
        self.stay(|| ());
    }

    /// Floods until the connection is ended, and comes again.
    fn flood(&self, house: &House, scale: &Scale, from: [u8; 4], frames: fn(u32) -> Vec<u8>) {
        pin(scale, "1");
        while !self.is_over() {
            let Ok(mut client) = house.frames(from) else { continue };
            let _ = client.socket().set_write_timeout(Some(SLOW));
            self.floods.fetch_add(1, Ordering::Relaxed);
            for time in 0.. {
                if self.is_over() || client.send_all(&frames(time)).is_err() {
                    break;
                }
                self.frames.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn fields(path: &str) -> [(&str, &str); 4] {
    [(":method", "GET"), (":scheme", "https"), (":authority", "clinic.example"), (":path", path)]
}

fn get(path: &str) -> Vec<u8> {
    block(&fields(path))
}

fn rapid_reset(time: u32) -> Vec<u8> {
    let stream = time * 2 + 1;
    let asked = frame(HEADERS, END_HEADERS | END_STREAM, stream, &get("/"));
    [asked, frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
}

fn continuation(time: u32) -> Vec<u8> {
    match time {
        0 => frame(HEADERS, 0, 1, &get("/")),
        _ => frame(CONTINUATION, 0, 1, &block(&[("x", &"x".repeat(1000))])),
    }
}

/// Puts this thread, and those that it starts, on a core.
fn pin(scale: &Scale, core: &str) {
    if scale.apart {
        let own = std::fs::read_link("/proc/thread-self").unwrap();
        let thread = own.file_name().unwrap();
        let set = std::process::Command::new("taskset").args(["-cp", core]).arg(thread).output().unwrap();
        assert!(set.status.success(), "{set:?}");
    }
}

/// As many as the system lets us.
fn allow_descriptors() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}
