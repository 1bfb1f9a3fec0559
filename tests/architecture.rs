//! Who may import whom, and how large and how named things may be. The table below is the one in
//! `src/lib.rs`; this test walks `src/` and fails where the code says otherwise.

#![allow(clippy::expect_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Production lines a file may have.
const FILE_LINES: usize = 350;
/// Lines a function may have.
const FUNCTION_LINES: usize = 60;

/// A room, the rooms it may import, and the crates that may appear in it beyond std.
struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    crates: &'static [&'static str],
}

const fn room(name: &'static str, rooms: &'static [&'static str], crates: &'static [&'static str]) -> Room {
    Room { name, rooms, crates }
}

const HOUSE: &[Room] = &[
    room("clock", &["policy"], &["jiff"]),
    room("key_file", &[], &["getrandom", "zeroize"]),
    room("policy", &[], &[]),
    room(
        "config",
        &["policy"],
        &[
            "serde",
            "toml",
            "annotate_snippets",
            "ipnet",
            "url",
            "psl",
            "sha2",
            "jiff",
            "rustls",
            "thiserror",
            "adblock",
        ],
    ),
    room(
        "visitor",
        &["policy", "config", "clock", "key_file"],
        &[
            "http",
            "cookie",
            "maxminddb",
            "lru",
            "hmac",
            "sha2",
            "subtle",
            "getrandom",
            "base64",
            "ipnet",
            "zeroize",
            "proxy_header",
            "thiserror",
            "serde",
        ],
    ),
    room("request", &["policy", "visitor"], &["http", "cookie", "url", "thiserror"]),
    room("response", &["policy"], &["http", "cookie", "url", "psl", "sha2", "base64"]),
    room(
        "html",
        &["policy"],
        &["lol_html", "cssparser", "encoding_rs", "aho_corasick", "memchr", "url", "http", "thiserror"],
    ),
    room(
        "consent",
        &["policy", "config"],
        &[
            "askama",
            "base64",
            "fluent_bundle",
            "fluent_langneg",
            "unic_langid",
            "serde_json",
            "sha2",
            "base64",
            "url",
            "thiserror",
            "serde",
        ],
    ),
    room(
        "usage",
        &["policy", "clock"],
        &[
            "prio",
            "rand",
            "chacha20",
            "siphasher",
            "aho_corasick",
            "icu_normalizer",
            "getrandom",
            "zeroize",
            "serde",
            "serde_json",
            "thiserror",
        ],
    ),
    room("promises", &["policy", "config"], &[]),
    room("learning", &["policy"], &["serde", "serde_json", "url", "psl"]),
    room(
        "store",
        &["policy", "usage", "clock", "key_file"],
        &["rusqlite", "argon2", "getrandom", "thiserror", "ed25519_dalek", "sha2", "base64", "serde_json"],
    ),
    room(
        "dashboard",
        &["policy", "clock", "usage", "store"],
        &[
            "askama",
            "fluent_bundle",
            "unic_langid",
            "http",
            "serde_json",
            "getrandom",
            "base64",
            "sha2",
            "subtle",
            "url",
        ],
    ),
    room(
        "egress",
        &["policy", "config"],
        &[
            "hyper",
            "hyper_util",
            "http_body_util",
            "http",
            "hyper_rustls",
            "rustls",
            "rustls_native_certs",
            "tokio",
            "lol_html",
            "hickory_resolver",
            "flate2",
            "url",
            "thiserror",
        ],
    ),
    room("demo", &[], &["askama", "serde", "toml"]),
    room(
        "server",
        &[
            "clock",
            "key_file",
            "policy",
            "config",
            "visitor",
            "request",
            "response",
            "html",
            "consent",
            "usage",
            "store",
            "dashboard",
            "egress",
            "demo",
            "learning",
        ],
        &[
            "tokio",
            "hyper",
            "hyper_util",
            "http_body_util",
            "tower_service",
            "h2",
            "http",
            "http_cache_semantics",
            "lru",
            "bytes",
            "rustls",
            "tokio_rustls",
            "hyper_rustls",
            "rustls_native_certs",
            "instant_acme",
            "rcgen",
            "x509_parser",
            "serde",
            "sha2",
            "serde_json",
            "landlock",
            "sd_notify",
            "listenfd",
            "flate2",
            "brotli",
            "zstd",
            "tracing",
            "thiserror",
            "url",
            "getrandom",
            "socket2",
            "memchr",
            "prometheus_client",
            "rustix",
            "tempfile",
            "chacha20",
            "rand",
            "base64",
            "ring",
        ],
    ),
    room(
        "cli",
        &[
            "clock",
            "key_file",
            "policy",
            "config",
            "visitor",
            "request",
            "response",
            "html",
            "consent",
            "usage",
            "store",
            "dashboard",
            "egress",
            "demo",
            "learning",
            "promises",
            "server",
        ],
        &["clap", "tracing_subscriber", "url", "thiserror", "serde_json"],
    ),
];

#[test]
fn each_room_imports_only_what_it_may() {
    let mut faults = Vec::new();
    for file in sources() {
        let Some(room) = room_of(&file) else { continue };
        for (line, root) in paths_in(&production(&file)) {
            let allowed = match root.strip_prefix("crate::") {
                Some(other) => other == room.name || room.rooms.contains(&other),
                None => room.crates.contains(&root.as_str()),
            };
            if !allowed {
                faults.push(format!("{}:{line}: `{}` may not use `{root}`", file.display(), room.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_room_is_in_the_table_and_on_the_map() {
    let map = fs::read_to_string("src/lib.rs").expect("lib.rs");
    for file in sources() {
        let name = file.to_string_lossy();
        let outside = ["src/main.rs", "src/lib.rs"].contains(&name.as_ref());
        assert!(outside || room_of(&file).is_some(), "{name} is in no room of the table");
    }
    for room in HOUSE {
        assert!(map.contains(&format!("| `{}", room.name)), "lib.rs does not show the room `{}`", room.name);
    }
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    for file in sources() {
        let text = fs::read_to_string(&file).expect("source");
        assert!(text.starts_with("//!"), "{} does not open with //!", file.display());
        let lines = production(&file).lines().count();
        assert!(lines <= FILE_LINES, "{} has {lines} production lines", file.display());
    }
}

#[test]
fn functions_stay_short() {
    let mut faults = Vec::new();
    for file in sources() {
        let text = production(&file);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| opens_function(line)) {
            let indent = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            let length = lines[at..].iter().position(|line| *line == end).unwrap_or(0);
            if length > FUNCTION_LINES {
                faults.push(format!("{}:{}: a function of {length} lines", file.display(), at + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn names_say_what_things_are() {
    for file in sources() {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let vague = ["util", "utils", "helper", "helpers", "common", "misc"];
        assert!(!vague.contains(&stem), "{} says nothing", file.display());
    }
}

#[test]
fn forbidden_acts_happen_nowhere() {
    for file in sources() {
        let name = file.to_string_lossy().into_owned();
        let text = production(&file);
        let only_in = |what: &str, places: &[&str]| {
            let here = text.contains(what) && !places.iter().any(|place| name.starts_with(place));
            assert!(!here, "{name} uses `{what}`, which belongs to {places:?}");
        };
        only_in("TcpListener", &["src/server/"]);
        only_in("SystemTime::now", &[]);
        only_in("Timestamp::now", &["src/clock.rs"]);
        only_in("todo!", &[]);
        only_in("unimplemented!", &[]);
        only_in(".unwrap()", &[]);
        only_in("dbg!", &[]);
        only_in("unsafe ", &[]);
    }
}

fn opens_function(line: &str) -> bool {
    let code = line.trim_start();
    let starts = [
        "fn ",
        "pub fn ",
        "pub(super) fn ",
        "pub(crate) fn ",
        "async fn ",
        "pub async fn ",
        "const fn ",
        "pub const fn ",
    ];
    starts.iter().any(|start| code.starts_with(start)) && !code.ends_with(';') && !code.ends_with('}')
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    assert!(found.len() > 20, "src/ was not found");
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test_file(&path) {
            found.push(path);
        }
    }
}

/// A file that its parent includes under `#[cfg(test)]`.
fn is_test_file(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| {
        stem == "tests" || stem == "fixture" || stem == "fixtures" || stem.ends_with("_tests")
    })
}

fn room_of(file: &Path) -> Option<&'static Room> {
    let first = file.components().nth(1)?.as_os_str().to_str()?;
    HOUSE.iter().find(|room| room.name == first.trim_end_matches(".rs"))
}

/// The file up to its tests.
fn production(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("source");
    text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}

/// `crate::room` and external crates named at the start of a path, with their lines.
fn paths_in(text: &str) -> BTreeSet<(usize, String)> {
    let externals: BTreeSet<&str> = HOUSE.iter().flat_map(|room| room.crates).copied().collect();
    let mut found = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (start, _) in code.match_indices("crate::") {
            let name: String = identifier(&code[start + "crate::".len()..]);
            found.insert((at + 1, format!("crate::{name}")));
        }
        for name in &externals {
            for (start, _) in code.match_indices(&format!("{name}::")) {
                let before = code[..start].chars().next_back();
                let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
                if whole {
                    found.insert((at + 1, (*name).to_owned()));
                }
            }
        }
    }
    found
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
