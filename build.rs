//! Turns the vendor catalogue into a table of literals.
//!
//! In: every `config/vendors/*.toml`. Out: `$OUT_DIR/catalogue.rs`, included by
//! `src/policy/catalogue.rs`. A problem in a file fails the build: a catalogue
//! with a hole would let a tracker through.

#[path = "src/config/vendor_check.rs"]
mod vendor_check;
#[path = "src/config/vendor_file.rs"]
mod vendor_file;
#[path = "src/config/vendor_pattern.rs"]
mod vendor_pattern;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use vendor_check::NamedVendors;
use vendor_file::{CookieTable, VendorProblem, VendorTable, WordsTable};

const CATALOGUE: &str = "config/vendors";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={CATALOGUE}");
    let files = read_files(Path::new(CATALOGUE))?;
    let mut problems = Vec::new();
    let mut tables = Vec::new();
    for (file, text) in &files {
        println!("cargo::rerun-if-changed={file}");
        match vendor_file::parse(file, text) {
            Ok(vendors) => tables.push((file.as_str(), vendors)),
            Err(problem) => problems.push(problem),
        }
    }
    let named: Vec<NamedVendors<'_>> =
        tables.iter().map(|(file, vendors)| NamedVendors { file, vendors }).collect();
    problems.extend(vendor_check::validate(&named, &["fr", "en", "ar"]));
    if !problems.is_empty() {
        refuse(&problems, &files);
    }
    let vendors = tables.iter().flat_map(|(_, vendors)| vendors);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("catalogue.rs"), catalogue(vendors))
}

/// Each file's name and text, by name, so that the same catalogue makes the same program.
fn read_files(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn refuse(problems: &[VendorProblem], files: &[(String, String)]) -> ! {
    for problem in problems {
        let text = files.iter().find(|(file, _)| *file == problem.file);
        let before = text.and_then(|(_, text)| text.get(..problem.span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        println!("cargo::error={problem} (line {line})");
    }
    process::exit(1);
}

fn catalogue<'a>(vendors: impl Iterator<Item = &'a VendorTable>) -> String {
    let mut code =
        String::from("/// Every vendor of `config/vendors/`, by file.\npub static VENDORS: &[Vendor] = &[\n");
    for table in vendors {
        // Writing to a String cannot fail.
        let _ = writeln!(code, "{},", vendor(table));
    }
    code.push_str("];\n");
    code
}

fn vendor(table: &VendorTable) -> String {
    let placeholder = match &table.placeholder {
        Some(embed) => format!("Some(Embed::{})", variant(embed)),
        None => "None".to_owned(),
    };
    format!(
        "Vendor {{ id: {}, name: {}, entity: {}, country: {}, purpose: Purpose::{}, \
         kind: Kind::{}, policy_url: {}, session_replay: {}, hosts: {}, cname: {}, csp: {}, \
         same_origin: {}, inline: {}, globals: {}, placeholder: {placeholder}, why: {}, \
         cookies: {} }}",
        text(table.id.as_ref()),
        text(&table.name),
        text(&table.entity),
        text(&table.country),
        variant(&table.purpose),
        variant(&table.kind),
        text(&table.policy_url),
        table.session_replay,
        list(&table.hosts, |s| text(s)),
        list(&table.cname, |s| text(s)),
        list(&table.csp, |s| text(s)),
        list(&table.same_origin, |s| text(s)),
        list(&table.inline, |s| text(s)),
        list(&table.globals, |s| text(s)),
        words(&table.why),
        list(&table.cookie, cookie),
    )
}

fn cookie(table: &CookieTable) -> String {
    format!(
        "StoredItem {{ name: {}, store: Store::{}, days: {}, http_only: {}, why: {} }}",
        text(&table.name),
        variant(&table.store),
        table.days,
        table.http_only,
        words(&table.why),
    )
}

fn words(table: &WordsTable) -> String {
    let (fr, en, ar) = (text(&table.fr), text(&table.en), text(&table.ar));
    format!("Words {{ fr: {fr}, en: {en}, ar: {ar} }}")
}

fn list<T>(items: &[T], literal: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(literal).collect();
    format!("Cow::Borrowed(&[{}])", items.join(", "))
}

fn text(words: &str) -> String {
    format!("Cow::Borrowed({words:?})")
}

/// `tag-manager` to `TagManager`.
fn variant(word: &str) -> String {
    word.split('-')
        .map(|part| {
            let (first, rest) = part.split_at(1.min(part.len()));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}
