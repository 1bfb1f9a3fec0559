//! `paravent promises`: every promise of the five clinics is there once, each kept one names tests that
//! exist, `scripts/prove controls` knows how to take each control of a kept one out, and the exit code says
//! whether any is broken (promise EV8).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use assert_cmd::Command;
use paravent::promises::{Control, profiles, promises_of};
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

/// A line of `scripts/controls.txt`; `control` is empty where it keeps no promise.
struct TakenOut {
    file: String,
    test: String,
    old: String,
    new: String,
    control: String,
}

fn taken_out() -> Vec<TakenOut> {
    let text = fs::read_to_string("scripts/controls.txt").expect("the lines");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = lines.map(|line| {
        let mut fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        fields.resize(fields.len().max(5), String::new());
        let [file, test, old, new, control] = <[String; 5]>::try_from(fields).expect("four fields or five");
        TakenOut { file, test, old, new, control }
    });
    read.collect()
}

fn controls_of_kept_promises() -> Vec<&'static Control> {
    let kept = |profile: &str| -> BTreeSet<String> {
        let yes = lines(profile).into_iter().filter(|line| text(line, "kept") == "yes");
        yes.map(|line| text(&line, "id").to_owned()).collect()
    };
    let of = |profile: &'static str| {
        let kept = kept(profile);
        promises_of(profile).iter().filter(move |promise| kept.contains(promise.id))
    };
    MADE.iter()
        .flat_map(|(profile, _, _)| of(profile))
        .flat_map(|promise| promise.controls)
        .copied()
        .collect()
}

/// What each line takes out is still there, and is not put back by what stands in its place.
#[test]
fn what_is_to_be_taken_out_is_there() {
    for TakenOut { file, old, new, .. } in taken_out() {
        let source = fs::read_to_string(&file).unwrap_or_default();
        assert!(source.contains(&old), "{file} has no {old}");
        assert!(old != new && !old.is_empty(), "{file}: {old}");
    }
}

/// Without its control no promise is kept: of each control `scripts/prove controls` takes something out, and
/// then a test fails that the control names.
#[test]
fn each_control_of_a_kept_promise_is_proved() {
    let lines = taken_out();
    for control in controls_of_kept_promises() {
        let of_it: Vec<&TakenOut> = lines.iter().filter(|line| line.control == control.id).collect();
        assert!(!of_it.is_empty(), "scripts/controls.txt never takes {} out", control.id);
        for line in of_it {
            assert!(
                control.tests.iter().any(|test| names(&line.test, test)),
                "{} does not name the test `{}`",
                control.id,
                line.test
            );
        }
    }
}

/// Whether what a line runs, such as `--lib a_name` or `--test file a_name`, is the control's test.
fn names(run: &str, test: &str) -> bool {
    let words: Vec<&str> = run.splitn(3, ' ').collect();
    match (words.as_slice(), test.split_once("::"), test.split_once(": ")) {
        (["--lib", name], Some((file, function)), _) => {
            file.starts_with("src/") && function.starts_with(name)
        }
        (["--test", of, name], Some((file, function)), _) => {
            file == format!("tests/{of}.rs") && function.starts_with(name)
        }
        (["browser", of, title], _, Some((file, whole))) => {
            file == format!("tests/browser/{of}") && whole.starts_with(title)
        }
        _ => false,
    }
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
