//! The two tables of this folder's README, and what keeps them true. `PARAVENT_CONFORMANCE=write` writes the one
//! that is made.

use std::fs;
use std::path::Path;

use crate::servers::here;

const BEGIN: &str = "<!-- who answers what -->\n";
const END: &str = "<!-- end -->\n";

/// Compares what was answered with the table, or writes it. The columns of others hold for the versions that its
/// head names; with other versions only Paravent's own is compared.
pub fn keep_answers(versions: &str, rows: impl Iterator<Item = (&'static str, String, [String; 2])>) {
    let file = here("README.md");
    let text = fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the table begins");
    let (kept, after) = rest.split_once(END).expect("the table ends");
    let mut made = format!("With {versions}.\n\n| case | Paravent | nginx | HAProxy |\n|---|---|---|---|\n");
    for (case, ours, [nginx, haproxy]) in rows {
        made.push_str(&format!("| {case} | {ours} | {nginx} | {haproxy} |\n"));
    }
    println!("{made}");
    if std::env::var("PARAVENT_CONFORMANCE").is_ok_and(|what| what == "write") {
        fs::write(file, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
        return;
    }
    let same_versions = kept.starts_with(&format!("With {versions}.\n"));
    let compared = |table: &str| -> Vec<String> {
        let rows = table.lines().skip(2);
        rows.map(|row| if same_versions { row.to_owned() } else { row.splitn(4, '|').take(3).collect() })
            .collect()
    };
    assert_eq!(compared(kept), compared(&made), "PARAVENT_CONFORMANCE=write makes it anew");
}

/// What a proxy is asked for, in the order of the specification.
const AREAS: [&str; 22] = [
    "hop-by-hop",
    "framing",
    "host",
    "client address",
    "upgrade",
    "methods, status",
    "expectation",
    "HTTP/2",
    "protocol choice",
    "1xx",
    "timeouts",
    "limits",
    "pool",
    "compression",
    "validators",
    "browser and shared caches",
    "streaming",
    "charset",
    "failure",
    "TLS",
    "life",
    "panics",
];

#[test]
fn every_requirement_names_tests_that_are_there_or_says_that_it_is_not_built() {
    let text = fs::read_to_string(here("README.md")).unwrap();
    let (_, table) = text.split_once("| area | requirement | proven by |\n|---|---|---|\n").unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut areas: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    areas.dedup();
    assert_eq!(areas, AREAS);
    for row in rows {
        let [_, requirement, proof] = row[..] else { panic!("{row:?}") };
        let tests: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        assert_ne!(tests.is_empty(), !proof.starts_with("not built yet: "), "{requirement}: {proof}");
        for test in tests {
            assert!(is_a_test(test), "{requirement}: there is no test {test}");
        }
    }
}

/// Whether `FILE NAME` is a function that is marked as a test.
fn is_a_test(named: &str) -> bool {
    let Some((file, name)) = named.split_once(' ') else { return false };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(file).unwrap_or_default();
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else { return false };
    let mark = before.rsplit('\n').nth(1).unwrap_or_default();
    ["#[test]", "#[tokio::test]"].contains(&mark.trim())
}
