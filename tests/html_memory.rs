//! Pages made to fill memory, some without an end, go through or end in an error within a fixed room. Measured
//! as the process' own peak, so this file holds one test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod html;

use std::fs;

use html::{Grant, Served};
use paravent::html::HtmlError;

/// What a page may hold: as the server's own default.
const LIMIT: usize = 8 << 20;
/// What the process may grow by over all of them: what is held, once as bytes and once as carried text, and a copy
/// of each on the way.
const ROOM: usize = 4 * LIMIT;

/// A page that is given piece by piece, and is over when `count` of them have gone through.
struct Adversary {
    name: &'static str,
    start: &'static str,
    piece: fn(usize) -> String,
    count: usize,
    /// Whether it is refused, or comes through.
    ends: Result<(), HtmlError>,
}

const MEMORY: Result<(), HtmlError> = Err(HtmlError::Memory);
const PASSES: Result<(), HtmlError> = Ok(());

fn adversaries() -> Vec<Adversary> {
    let of = |name, start, piece, count, ends| Adversary { name, start, piece, count, ends };
    vec![
        of("deep nesting", "", |_| "<div>".repeat(1000), 10_000, MEMORY),
        of("deep templates", "", |_| "<template>".repeat(1000), 10_000, MEMORY),
        of("deep drawings", "", |_| "<svg>".repeat(1000), 10, Err(HtmlError::Ambiguous)),
        of("an attribute of 10 MiB", "<img alt='", |_| "x".repeat(8192), 1280, MEMORY),
        of("a foreign address of 10 MiB", "<img src='//t.example/", |_| "x".repeat(8192), 1280, MEMORY),
        of("tags that are never closed", "", |_| "<img src=//t.example/ ".repeat(100), 10_000, MEMORY),
        of("attributes without end", "<img ", |at| format!("a{at}=x ").repeat(100), 20_000, MEMORY),
        of("a million tags", "", |_| "<br>".repeat(1000), 1000, PASSES),
        of("blocked images, each elsewhere", "", |at| format!("<img src=//t{at}.example/x>"), 50_000, PASSES),
        of("a script of 10 MiB", "<script>", |_| "a();".repeat(2048), 1280, MEMORY),
        of("a style of 10 MiB", "<style>", |_| "a{b:c}".repeat(2048), 1280, MEMORY),
        of("a noscript of 10 MiB", "<noscript>", |_| "<p>a".repeat(2048), 1280, MEMORY),
        of("text of 10 MiB", "<p>", |_| "\u{e9}".repeat(4096), 1280, PASSES),
        of("a comment of 10 MiB", "<!--", |_| "x".repeat(8192), 1280, PASSES),
    ]
}

#[test]
fn no_page_takes_more_room_than_it_may() {
    let mut wrong = Vec::new();
    let before = start_of_peak();
    for adversary in adversaries() {
        start_of_peak();
        let ends = run(&adversary);
        let grown = peak().saturating_sub(before);
        println!("{:32} {:6} KiB, {ends:?}", adversary.name, grown >> 10);
        if ends != adversary.ends || grown > ROOM {
            wrong.push(format!("{}: {} KiB, {ends:?}", adversary.name, grown >> 10));
        }
    }
    assert!(wrong.is_empty(), "more than {} KiB, or another end: {wrong:#?}", ROOM >> 10);
}

/// What comes out is thrown away, as it is sent on in a server.
fn run(adversary: &Adversary) -> Result<(), HtmlError> {
    let mut stream = Served { memory_limit: LIMIT, ..Served::document(Grant::None) }.stream();
    let mut out = Vec::new();
    stream.write(b"<!doctype html>", &mut out)?;
    stream.write(adversary.start.as_bytes(), &mut out)?;
    for at in 0..adversary.count {
        stream.write((adversary.piece)(at).as_bytes(), &mut out)?;
        out.clear();
    }
    stream.end(&mut out)
}

/// Begins a new peak (proc(5), `clear_refs`), and says what the process holds now.
fn start_of_peak() -> usize {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    peak()
}

/// The most bytes the process held since.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}
