//! `paravent promises`: every promise of the five clinics is there once, each kept one names tests that
//! exist, and the exit code says whether any is broken (promise EV8).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use assert_cmd::Command;
use paravent::promises::{profiles, promises_of};
use serde_json::Value;

/// How many promises each profile's policy makes, and what their ids begin with.
const MADE: [(&str, &str, usize); 5] = [
    ("radiology-quebec", "RQ", 23),
    ("second-opinion-montreal", "SO", 8),
    ("records-vendor", "EV", 9),
    ("primary-care-quebec", "PC", 19),
    ("radiology-morocco", "RM", 14),
];

fn promises(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("paravent").expect("the program");
    command.arg("promises").args(arguments).output().expect("it runs")
}

fn example(profile: &str) -> String {
    format!("config/sites/{profile}.toml")
}

fn lines(profile: &str) -> Vec<Value> {
    let output = promises(&["--config", &example(profile), "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{profile}: {}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text<'v>(line: &'v Value, key: &str) -> &'v str {
    line[key].as_str().unwrap_or_else(|| panic!("{key} in {line}"))
}

#[test]
fn every_promise_of_the_five_clinics_is_there_once() {
    assert_eq!(profiles().collect::<Vec<_>>(), MADE.map(|(profile, _, _)| profile));
    for (profile, prefix, number) in MADE {
        let ids: Vec<&str> = promises_of(profile).iter().map(|promise| promise.id).collect();
        let made: Vec<String> = (1..=number).map(|n| format!("{prefix}{n}")).collect();
        assert_eq!(ids, made, "{profile}");
    }
}

#[test]
fn the_five_examples_break_no_promise_and_give_a_reason_for_each() {
    for (profile, _, number) in MADE {
        let judged = lines(profile);
        assert_eq!(judged.len(), number, "{profile}");
        for line in &judged {
            for key in ["site", "id", "promise", "control", "why"] {
                assert!(!text(line, key).is_empty(), "{key}: {line}");
            }
            assert!(["yes", "not-attested"].contains(&text(line, "kept")), "{line}");
        }
    }
}

/// What may stay open, as long as it is said: what is not built yet, and nothing else.
#[test]
fn only_what_is_not_built_is_not_attested() {
    let open: BTreeSet<String> = MADE
        .iter()
        .flat_map(|(profile, _, _)| lines(profile))
        .filter(|line| text(line, "kept") == "not-attested")
        .map(|line| {
            assert!(text(&line, "why").contains("not built yet"), "{line}");
            text(&line, "id").to_owned()
        })
        .collect();
    let known = [
        "EV2", "EV4", "EV5", "EV6", "PC10", "PC11", "PC14", "PC15", "RM12", "RQ10", "RQ16", "RQ17", "SO2",
        "SO3", "SO4",
    ];
    let known: BTreeSet<String> = known.map(str::to_owned).into();
    assert_eq!(open, known);
}

#[test]
fn every_kept_promise_names_tests_that_exist() {
    for (profile, _, _) in MADE {
        for line in lines(profile) {
            let named: Vec<&str> = text(&line, "test").split("; ").filter(|test| !test.is_empty()).collect();
            assert!(text(&line, "kept") != "yes" || !named.is_empty(), "no test: {line}");
            for test in named {
                assert!(exists(test), "{} names a test that is not there: {test}", text(&line, "id"));
            }
        }
    }
}

/// `src/a.rs::name` is a function of that file under `#[test]` or `#[tokio::test]`; `tests/browser/a.test.mjs: title` a title in it.
fn exists(test: &str) -> bool {
    if let Some((file, name)) = test.split_once("::") {
        let source = fs::read_to_string(file).unwrap_or_default();
        return source.split("test]").skip(1).any(|rest| {
            let head = rest.find('{').map_or(rest, |at| &rest[..at]);
            head.contains(&format!("fn {name}("))
        });
    }
    let Some((file, title)) = test.split_once(": ") else { return false };
    fs::read_to_string(file).unwrap_or_default().contains(title)
}

#[test]
fn the_exit_code_says_whether_every_promise_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("written");
        file.to_str().expect("a path").to_owned()
    };
    let good = fs::read_to_string(example("radiology-quebec")).expect("an example");
    assert_eq!(good.matches("\n[[site]]\n").count(), 1);

    let observing =
        written("observe.toml", &good.replace("\n[[site]]\n", "\n[[site]]\nmode = \"observe\"\n"));
    let output = promises(&["--config", &observing]);
    assert_eq!(output.status.code(), Some(1));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("the site only observes") && table.contains("0 kept, 23 not kept"), "{table}");

    let bad = written("bad.toml", "[[site]]\nhots = [\"a\"]\n");
    let output = promises(&["--config", &bad]);
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(complaint.contains(&format!("{bad}:2:1: ")), "{complaint}");

    assert_eq!(promises(&["--config", "no-such-file.toml"]).status.code(), Some(2));
}
