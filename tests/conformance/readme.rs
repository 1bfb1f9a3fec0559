//! The two tables of this folder's README, and what keeps them true. `PARAVENT_CONFORMANCE=write` writes the one
//! that is made.

use std::fs;

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
