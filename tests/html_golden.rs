//! Golden pages: `tests/html/golden/NAME.in.html` becomes `NAME.GRANT.out.html` for each such file,
//! however the page is cut into chunks. `GRANT` is `none`, `analytics`, `all` or `observe`; a name that
//! begins with `fragment-`, `xhtml-`, `svg-` or `end-` is served as such. `GOLDEN_UPDATE=1` writes
//! the expected pages anew (an empty file makes a new case); read them before keeping them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod html;

use std::fs;
use std::path::{Path, PathBuf};

use html::{Grant, Served};
use paravent::html::Kind;

struct Case {
    name: String,
    served: Served,
    input: Vec<u8>,
    expected: PathBuf,
}

#[test]
fn golden_pages_come_out_the_same_at_every_split() {
    let cases = cases();
    assert!(cases.len() > 20, "golden pages are missing");
    for case in &cases {
        let whole = case.served.rewrite([&case.input[..]]).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        if std::env::var_os("GOLDEN_UPDATE").is_some() {
            fs::write(&case.expected, &whole).unwrap();
        }
        let expected = fs::read(&case.expected).unwrap();
        assert_same(&expected, &whole, &case.name);
        for at in 1..case.input.len() {
            let (head, tail) = case.input.split_at(at);
            let out = case.served.rewrite([head, tail]).unwrap();
            assert_same(&expected, &out, &format!("{} split at {at}", case.name));
        }
        let bytewise = case.served.rewrite(case.input.chunks(1)).unwrap();
        assert_same(&expected, &bytewise, &format!("{} byte by byte", case.name));
    }
}

#[test]
fn a_rewritten_fragment_is_rewritten_to_itself() {
    let fragments = cases().into_iter().filter(|case| case.name.starts_with("fragment-"));
    let mut looked_at = 0;
    for case in fragments {
        let once = case.served.rewrite([&case.input[..]]).unwrap();
        if !String::from_utf8_lossy(&once).contains("x-banner") {
            looked_at += 1;
            assert_same(&once, &case.served.rewrite([&once[..]]).unwrap(), &case.name);
        }
    }
    assert!(looked_at > 1);
}

fn assert_same(expected: &[u8], out: &[u8], name: &str) {
    assert!(
        expected == out,
        "{name}\n--- expected\n{}\n--- came out\n{}",
        String::from_utf8_lossy(expected),
        String::from_utf8_lossy(out)
    );
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html/golden");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().filter_map(|file| case(file)).collect()
}

/// The case an expected page belongs to.
fn case(expected: &Path) -> Option<Case> {
    let file = expected.file_name()?.to_str()?;
    let (name, grant) = file.strip_suffix(".out.html")?.rsplit_once('.')?;
    let mut served = Served::document(Grant::from_name(grant)?);
    match name.split('-').next()? {
        "fragment" => served.is_document = false,
        "xhtml" => served.kind = Kind::Xhtml,
        "svg" => served.kind = Kind::Svg,
        "end" => served.at_end = true,
        _ => {}
    }
    let input = fs::read(expected.with_file_name(format!("{name}.in.html"))).ok()?;
    Some(Case { name: format!("{name}.{grant}"), served, input, expected: expected.to_owned() })
}
