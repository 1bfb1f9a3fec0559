//! Mixed traffic for minutes: pages, pictures, uploads, events, WebSockets, HTTP/1.1 and HTTP/2 over TLS, grants and
//! refusals, requests that are none, clients that go away in the midst, and a config that is read again and again.
//! Nobody gets a wrong answer, and the process keeps nothing of it: memory and file descriptors stay as they were.

use std::io::Read as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::frames::{END_HEADERS, END_STREAM, HEADERS, Outcome, RST_STREAM, block};
use crate::house::House;
use crate::site::{EVENTS, LARGE, TRACKER};
use crate::support::Answer;

const MIB: f64 = 1024.0 * 1024.0;
/// Between two requests of one client: what is measured is what stays behind, not how much can be done.
const PACE: Duration = Duration::from_millis(20);
/// Rows of the table that a short run has at least.
const ROWS: u32 = 6;

type Done = Result<(), String>;
type Round = fn(&Soak<'_>, [u8; 4]) -> Done;

/// Who comes, and what each does in one round, from an address of its own.
const CLIENTS: [(&str, Round); 9] = [
    ("reads pages", reads),
    ("reads pages over HTTP/2", reads_by_frames),
    ("uploads", uploads),
    ("listens to events", listens),
    ("talks over a WebSocket", talks),
    ("chooses", chooses),
    ("asks what is none", asks_wrongly),
    ("goes away", goes_away),
    ("changes the config", changes),
];

struct Soak<'h> {
    house: &'h House,
    over: AtomicBool,
    end: (Mutex<bool>, Condvar),
    answers: AtomicU64,
    reloads: AtomicU64,
    errors: Mutex<Vec<String>>,
}

/// What is measured at one moment.
struct Sample {
    memory: f64,
    descriptors: usize,
}

#[test]
fn mixed_traffic_leaves_nothing_behind() {
    let minutes = std::env::var("PARAVENT_SOAK").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(1);
    let house = House::open("", &[]);
    house.line([127, 1, 0, 1]).unwrap().ask(get("/", "")).unwrap();
    let at_first = house.descriptors();
    let soak = Soak::new(&house);
    let rows = thread::scope(|scope| {
        for (at, (about, round)) in (1..).zip(CLIENTS) {
            let soak = &soak;
            scope.spawn(move || soak.keep(about, round, [127, 1, at, 1]));
        }
        let rows = soak.watch(minutes);
        soak.stop();
        rows
    });
    let errors = soak.errors.into_inner().unwrap();
    println!("{} requests, {} reloads", soak.answers.into_inner(), soak.reloads.into_inner());
    assert!(errors.is_empty(), "{} errors, first {:#?}", errors.len(), &errors[..errors.len().min(5)]);
    let metrics = house.metrics();
    assert!(metrics.contains("\nparavent_panics_total 0\n"), "{metrics}");
    flat(&rows);
    // What was open for somebody is closed: connections to the origin, which wait to be used again, too.
    crate::process::until(
        2,
        || house.descriptors() <= at_first + 4,
        || format!("{} of {at_first}", house.descriptors()),
    );
}

impl<'h> Soak<'h> {
    fn new(house: &'h House) -> Soak<'h> {
        Soak {
            house,
            over: AtomicBool::new(false),
            end: (Mutex::new(false), Condvar::new()),
            answers: AtomicU64::new(0),
            reloads: AtomicU64::new(0),
            errors: Mutex::default(),
        }
    }

    /// Round after round, until it is over.
    fn keep(&self, about: &str, round: Round, from: [u8; 4]) {
        while !self.over.load(Ordering::Relaxed) {
            if let Err(error) = round(self, from) {
                self.errors.lock().unwrap().push(format!("who {about}: {error}"));
                self.pause(PACE * 10);
            }
        }
    }

    /// An answer was right.
    fn answered(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
        self.pause(PACE);
    }

    /// Waits so long, or until it is over.
    fn pause(&self, time: Duration) {
        let (over, news) = &self.end;
        let _ = news.wait_timeout_while(over.lock().unwrap(), time, |over| !*over).unwrap();
    }

    fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
        *self.end.0.lock().unwrap() = true;
        self.end.1.notify_all();
    }

    /// Measures every second, and prints a row a minute.
    fn watch(&self, minutes: u32) -> Vec<Sample> {
        let rows = minutes.max(ROWS);
        let row = Duration::from_secs(u64::from(minutes) * 60) / rows;
        println!(
            "| time, s | requests | errors | memory, MiB | file descriptors | most of them |\n|---|---|---|---|---|---|"
        );
        let (began, mut before) = (Instant::now(), (0, 0));
        (1..=rows)
            .map(|at| {
                let samples = self.samples(began + row * at);
                let now = (self.answers.load(Ordering::Relaxed), self.errors.lock().unwrap().len());
                let most = samples.iter().map(|sample| sample.descriptors).max().unwrap();
                let typical = typical(samples);
                println!(
                    "| {} | {} | {} | {:.1} | {} | {most} |",
                    began.elapsed().as_secs(),
                    now.0 - before.0,
                    now.1 - before.1,
                    typical.memory,
                    typical.descriptors
                );
                before = now;
                typical
            })
            .collect()
    }

    fn samples(&self, until: Instant) -> Vec<Sample> {
        let mut samples = Vec::new();
        while samples.is_empty() || Instant::now() < until {
            self.pause(until.saturating_duration_since(Instant::now()).min(Duration::from_secs(1)));
            let (memory, descriptors) = (self.house.memory() as f64 / MIB, self.house.descriptors());
            samples.push(Sample { memory, descriptors });
        }
        samples
    }
}

/// The median of each.
fn typical(mut samples: Vec<Sample>) -> Sample {
    let middle = samples.len() / 2;
    samples.sort_by_key(|sample| sample.descriptors);
    let descriptors = samples[middle].descriptors;
    samples.sort_by(|one, other| one.memory.total_cmp(&other.memory));
    Sample { memory: samples[middle].memory, descriptors }
}

/// The last third is as the third before it was; the first warms up.
fn flat(rows: &[Sample]) {
    let third = rows.len() / 3;
    let most = |rows: &[Sample]| {
        let memory = rows.iter().map(|row| row.memory).fold(0.0, f64::max);
        (memory, rows.iter().map(|row| row.descriptors).max().unwrap())
    };
    let (before, after) = (most(&rows[third..2 * third]), most(&rows[2 * third..]));
    assert!(after.0 <= before.0 * 1.1 + 8.0, "memory grows: {} MiB, then {} MiB", before.0, after.0);
    assert!(after.1 <= before.1 + 16, "file descriptors grow: {}, then {}", before.1, after.1);
}

fn get(path: &str, fields: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: clinic.example\r\nAccept: text/html,*/*\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n{fields}\r\n"
    )
}

/// The answer, if it is what it should be.
fn expect(
    what: &str,
    answer: Result<Answer, String>,
    right: impl Fn(&Answer) -> bool,
) -> Result<Answer, String> {
    let answer = answer.map_err(|error| format!("{what}: {error}"))?;
    if right(&answer) { Ok(answer) } else { Err(format!("{what}: {}", answer.head)) }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn told(error: std::io::Error) -> String {
    error.to_string()
}

/// As a browser: a page in this coding and in that, its picture, the page again, its head alone.
fn reads(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut line = soak.house.line(from).map_err(told)?;
    for _ in 0..3 {
        let plain =
            expect("page", line.ask(get("/", "")), |a| a.status == 200 && !a.text().contains(TRACKER))?;
        soak.answered();
        let zipped = expect("zipped page", line.ask(get("/", "Accept-Encoding: gzip\r\n")), |a| {
            a.field("content-encoding").as_deref() == Some("gzip")
                && unzipped(&a.body).ends_with("</body></html>")
        })?;
        soak.answered();
        expect("picture", line.ask(get("/picture", "")), |a| a.status == 200 && a.body.len() == 16 * 1024)?;
        soak.answered();
        if let Some(tag) = zipped.field("etag") {
            let again = get("/", &format!("Accept-Encoding: gzip\r\nIf-None-Match: {tag}\r\n"));
            expect("the same page", line.ask(again), |a| [200, 304].contains(&a.status))?;
            soak.answered();
        }
        let head = get("/", "").replacen("GET", "HEAD", 1);
        expect("head", line.ask(head), |a| a.status == 200 && a.body.is_empty())?;
        soak.answered();
        expect("privacy page", line.ask(get("/_privacy/", "")), |a| a.status == 200)?;
        soak.answered();
        if !plain.text().ends_with("</body></html>") {
            return Err("a page without its end".to_owned());
        }
    }
    Ok(())
}

fn unzipped(body: &[u8]) -> String {
    let mut text = String::new();
    let _ = flate2::read::GzDecoder::new(body).read_to_string(&mut text);
    text
}

/// Streams one after the other, and one that is taken back.
fn reads_by_frames(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut client = soak.house.frames(from).map_err(told)?;
    let fields = |path| {
        block(&[(":method", "GET"), (":scheme", "https"), (":authority", "clinic.example"), (":path", path)])
    };
    for at in 0..8 {
        let stream = at * 2 + 1;
        client.send(HEADERS, END_HEADERS | END_STREAM, stream, &fields("/_privacy/usage")).map_err(told)?;
        let outcome = client.outcome(stream);
        if outcome != Outcome::Status(200) {
            return Err(format!("stream {stream}: {outcome:?}"));
        }
        soak.answered();
    }
    client.send(HEADERS, END_HEADERS | END_STREAM, 17, &fields("/")).map_err(told)?;
    client.send(RST_STREAM, 0, 17, &[0, 0, 0, 8]).map_err(told)
}

/// With a length and in chunks.
fn uploads(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut line = soak.house.line(from).map_err(told)?;
    let body = vec![b'x'; 200_000];
    let head = "POST /upload HTTP/1.1\r\nHost: clinic.example\r\nOrigin: https://clinic.example\r\n";
    let counted = [format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat();
    expect("upload", line.ask(counted), |a| a.status == 200 && a.text() == "200000")?;
    soak.answered();
    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    let chunked = [format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes(), &chunk].concat();
    expect("upload in chunks", line.ask(chunked), |a| a.status == 200 && a.text() == "200000")?;
    soak.answered();
    Ok(())
}

fn listens(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut line = soak.house.line(from).map_err(told)?;
    let whole = |a: &Answer| a.text().matches("data: ").count() == EVENTS;
    expect("events", line.ask(get("/events", "")), whole)?;
    soak.answered();
    Ok(())
}

fn talks(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut line = soak.house.line(from).map_err(told)?;
    let fields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                  Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://clinic.example\r\n";
    expect("WebSocket", line.ask(get("/socket", fields)), |a| a.status == 101)?;
    for _ in 0..10 {
        let said = [0x81, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3];
        line.tell(&said)?;
        if line.exactly(said.len())? != said {
            return Err("another echo".to_owned());
        }
        soak.answered();
    }
    Ok(())
}

/// Accepts, sees the page with its tracker, and refuses.
fn chooses(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    let mut line = soak.house.line(from).map_err(told)?;
    let mut choice = |choice: &str| {
        let form = format!("choice={choice}");
        let asked = format!(
            "POST /_privacy/consent HTTP/1.1\r\nHost: clinic.example\r\nOrigin: https://clinic.example\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let answer = expect(choice, line.ask(asked), |a| a.status == 303)?;
        let cookies = answer.fields("set-cookie");
        let own = cookies.iter().find(|cookie| cookie.contains("consent=")).ok_or("no cookie")?;
        let cookie = format!("Cookie: {}\r\n", own.split(';').next().unwrap_or_default());
        let shows = choice == "accept";
        expect("page", line.ask(get("/", &cookie)), |a| {
            a.status == 200 && a.text().contains(TRACKER) == shows
        })?;
        soak.answered();
        soak.answered();
        Ok::<_, String>(())
    };
    choice("accept")?;
    choice("refuse")?;
    // A receipt stays on the disk; the pace of the others would fill it.
    soak.pause(PACE * 20);
    Ok(())
}

fn asks_wrongly(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    for (about, asked, status) in [
        ("nobody's host", "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n".to_owned(), 421),
        ("two Hosts", get("/", "Host: clinic.example\r\n"), 400),
        ("a large head", get("/", &format!("X: {}\r\n", "x".repeat(40_000))), 431),
        ("nothing", get("/nothing", ""), 404),
    ] {
        let mut line = soak.house.line(from).map_err(told)?;
        expect(about, line.ask(asked), |a| a.status == status)?;
        soak.answered();
    }
    soak.pause(PACE * 10);
    Ok(())
}

/// With half a head, with half an upload, without the answer, and with half of it.
fn goes_away(soak: &Soak<'_>, from: [u8; 4]) -> Done {
    for (asked, read) in [
        ("GET / HTTP/1.1\r\nHo".to_owned(), 0),
        ("POST /upload HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 90000\r\n\r\nhalf".to_owned(), 0),
        (get("/", ""), 0),
        (get("/hang", ""), 0),
        (get("/large", ""), LARGE / 4),
    ] {
        let mut line = soak.house.line(from).map_err(told)?;
        line.tell(asked.as_bytes())?;
        line.exactly(read)?;
        soak.pause(PACE);
    }
    Ok(())
}

/// Another host, and back.
fn changes(soak: &Soak<'_>, _: [u8; 4]) -> Done {
    let file = soak.house.paravent.folder.path().join("paravent.toml");
    let text = std::fs::read_to_string(&file).map_err(told)?;
    let (without, with) = ("\"clinic.example\", ", "\"clinic.example\", \"new.example\", ");
    let new = if text.contains(with) { text.replace(with, without) } else { text.replace(without, with) };
    let whole = file.with_extension("new");
    std::fs::write(&whole, new).and_then(|()| std::fs::rename(&whole, &file)).map_err(told)?;
    soak.house.paravent.signal("HUP");
    let reloads = soak.reloads.fetch_add(1, Ordering::Relaxed) + 1;
    soak.house.paravent.has_told("is in force", reloads.try_into().unwrap());
    soak.pause(PACE * 100);
    Ok(())
}
