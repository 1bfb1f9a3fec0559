//! The commands as scripts call them: exit codes and what is printed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::process::Output;

use assert_cmd::Command;

fn paravent(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("paravent").expect("the program");
    command.args(arguments).output().expect("it runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn check_says_by_its_exit_code_how_a_config_is() {
    let good = paravent(&["check", "config/sites/radiology-quebec.toml"]);
    assert_eq!(good.status.code(), Some(0));
    let summary = printed(&good);
    assert!(
        summary.contains("radiology-quebec, quebec") && summary.contains("withholds hotjar (session-replay)")
    );

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bad.toml");
    fs::write(&file, "[server]\nlisten = [\"127.0.0.1:80\"]\n[[site]]\nhots = [\"a\"]\n").expect("written");
    let file = file.to_str().expect("a path");
    let bad = paravent(&["check", file]);
    assert_eq!(bad.status.code(), Some(1));
    let problems = printed(&bad);
    assert!(problems.lines().any(|line| line.starts_with(&format!("{file}:4:1: "))), "{problems}");
    assert!(problems.contains("write `hosts`"), "{problems}");

    assert_eq!(paravent(&["check", "no/such/file.toml"]).status.code(), Some(2));
}

#[test]
fn serve_refuses_what_it_cannot_use() {
    let bad = paravent(&["serve", "--config", "no/such/file.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(complaint(&bad).contains("cannot be read"));
    let bad = paravent(&["serve", "--origin", "ftp://x"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(complaint(&bad).contains("http or https"));
    assert_eq!(paravent(&["serve"]).status.code(), Some(2));
    let both = paravent(&["serve", "--config", "a.toml", "--origin", "http://127.0.0.1:1"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn lookup_says_who_it_is_and_what_would_be_decided() {
    let found = paravent(&["lookup", "https://connect.facebook.net/en_US/fbevents.js"]);
    assert_eq!(found.status.code(), Some(0));
    let text = printed(&found);
    for words in [
        "meta-pixel",
        "Meta",
        "US",
        "marketing",
        "before consent: blocked: no-consent",
        "let through: purpose-granted",
        "vendor-not-offered",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let cookie = printed(&paravent(&["lookup", "_ga"]));
    assert!(cookie.contains("google-analytics") && cookie.contains("removed: no-consent"), "{cookie}");
    let unlisted = printed(&paravent(&["lookup", "clinic_own_cookie"]));
    assert!(unlisted.contains("unlisted") && unlisted.contains("until the browser closes"), "{unlisted}");
}

#[test]
fn lookup_of_an_unknown_host_says_what_to_write() {
    for asked in ["https://tracker.example/x.js", "tracker.example/x.js", "//tracker.example"] {
        let output = paravent(&["lookup", asked]);
        assert_eq!(output.status.code(), Some(0));
        let text = printed(&output);
        assert!(text.contains("unknown-host") && text.contains("[[vendor]]"), "{text}");
        assert!(text.contains("before consent: blocked: unknown-host"), "{text}");
    }
}

#[test]
fn lookup_asks_the_sites_of_a_config() {
    let lookup = |what: &str, site: &str| {
        printed(&paravent(&["lookup", what, "--config", &format!("config/sites/{site}.toml")]))
    };
    let offered = lookup("https://www.google-analytics.com/g/collect", "radiology-quebec");
    assert!(
        offered.contains("radiologie.example") && offered.contains("let through: purpose-granted"),
        "{offered}"
    );
    let withheld = lookup("https://www.google-analytics.com/g/collect", "second-opinion-montreal");
    assert!(withheld.contains("withheld by the config: residency"), "{withheld}");
    assert!(!withheld.contains("let through"), "{withheld}");
    let own = lookup("https://radiologie.example/a.png", "radiology-quebec");
    assert!(own.contains("own-host") && !own.contains("unknown-host"), "{own}");
}

#[test]
fn accounts_are_made_listed_changed_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = |act: &[&str], password: &str| {
        let mut command = Command::cargo_bin("paravent").expect("the program");
        command.arg("account").args(act).arg("--state").arg(folder.path());
        command.write_stdin(format!("{password}\n")).output().expect("it runs")
    };
    let short = account(&["add", "amina"], "short");
    assert_eq!(short.status.code(), Some(1));
    assert!(complaint(&short).contains("12 characters"), "{}", complaint(&short));
    assert!(account(&["add", "amina", "--role", "officer"], "correct horse battery").status.success());
    let taken = account(&["add", "amina"], "correct horse battery");
    assert!(complaint(&taken).contains("already"));
    assert!(printed(&account(&["list"], "")).starts_with("amina\tofficer\t20"));
    assert!(account(&["password", "amina"], "another long one").status.success());
    assert!(account(&["remove", "amina"], "").status.success());
    assert_eq!(account(&["remove", "amina"], "").status.code(), Some(1));
    assert_eq!(printed(&account(&["list"], "")), "");
    assert_eq!(paravent(&["account", "list"]).status.code(), Some(2), "a place is needed");
}
