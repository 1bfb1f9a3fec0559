//! Keeps `config/reference.toml` complete: it names every key that is read, and none that is not.

use std::path::PathBuf;
use std::sync::Arc;

use super::problem::{Report, Source};
use super::raw::read_file;

const REFERENCE: &str = include_str!("../../config/reference.toml");

fn reference() -> Report {
    let source =
        Source { name: "reference.toml".to_owned(), text: REFERENCE.to_owned(), folder: PathBuf::new() };
    let report = Report::default();
    read_file(&Arc::new(source), &report);
    report
}

#[test]
fn the_reference_gives_every_key() {
    let keys = reference().keys.into_inner();
    let missing: Vec<&String> = keys.iter().filter(|(_, given)| !**given).map(|(key, _)| key).collect();
    assert!(keys.len() > 100, "{keys:?}");
    assert!(missing.is_empty(), "config/reference.toml does not show {missing:?}");
}

#[test]
fn the_reference_has_no_key_that_is_not_read() {
    let report = reference();
    assert!(report.is_empty(), "{}", report.into_problems());
}

#[test]
fn every_key_of_the_reference_is_explained() {
    let lines: Vec<&str> = REFERENCE.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let key = line.split_once(" = ").map(|(key, _)| key).filter(|_| !line.starts_with('#'));
        // A list that spans lines, the second look at a key, and the four labels are explained above.
        let explained = at.checked_sub(1).is_some_and(|above| lines[above].starts_with('#'));
        let repeated = key.is_some_and(|key| lines[..at].iter().any(|l| l.starts_with(&format!("{key} = "))));
        let label =
            key.is_some_and(|key| ["necessary", "functional", "analytics", "marketing"].contains(&key));
        assert!(key.is_none() || explained || repeated || label, "line {}: {line}", at + 1);
    }
}
