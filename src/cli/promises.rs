//! `paravent promises`. In: a config file. Out: for each site with a profile what it promised, what keeps
//! it, and whether this config does; the exit code says whether any promise is broken.
//!
//! A site without a profile promised nothing: the table says so, and the JSON has no line for it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::config::{Config, LoadError};
use crate::promises::{Judged, Kept, judge};

/// Say which promises a config keeps: exits 0 where none is broken, 1 where one is, 2 if it cannot be read
#[derive(Debug, Args)]
pub(super) struct Promises {
    /// The config file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
}

impl Promises {
    pub(super) fn run(&self) -> ExitCode {
        let config = match Config::load(&self.config) {
            Ok(config) => config,
            // A config that contradicts a promise does not start, so it keeps none.
            Err(LoadError::Problems(problems)) => {
                eprintln!("{problems}");
                return ExitCode::from(1);
            }
            Err(unreadable @ LoadError::Unreadable { .. }) => {
                eprintln!("{unreadable}");
                return ExitCode::from(2);
            }
        };
        let judged: Vec<Judged<'_>> = config.sites.iter().flat_map(|site| judge(site)).collect();
        match self.format {
            Format::Json => println!("{:#}", Value::from(judged.iter().map(line).collect::<Vec<_>>())),
            Format::Table => print!("{}", table(&config, &judged)),
        }
        ExitCode::from(u8::from(judged.iter().any(|judged| judged.kept == Kept::No)))
    }
}

fn line(judged: &Judged<'_>) -> Value {
    json!({
        "site": judged.site,
        "id": judged.promise.id,
        "promise": judged.promise.says,
        "control": judged.promise.control_ids().join(", "),
        "kept": judged.kept.id(),
        "why": judged.why,
        "test": judged.promise.tests().join("; "),
    })
}

fn table(config: &Config, judged: &[Judged<'_>]) -> String {
    let mut text = String::new();
    for site in &config.sites {
        match &site.profile {
            Some(profile) => text.push_str(&format!("{} ({profile})\n", site.name)),
            None => text.push_str(&format!("{} has no profile, so it promised nothing\n", site.name)),
        }
        for of_site in judged.iter().filter(|judged| judged.site == site.name) {
            text.push_str(&row(of_site));
        }
    }
    let number = |kept| judged.iter().filter(|judged| judged.kept == kept).count();
    let (yes, no, open) = (number(Kept::Yes), number(Kept::No), number(Kept::NotAttested));
    text.push_str(&format!("{yes} kept, {no} not kept, {open} not attested\n"));
    text
}

/// A promise, and below it the evidence and the controls.
fn row(judged: &Judged<'_>) -> String {
    let (id, kept) = (judged.promise.id, judged.kept.id());
    let controls = judged.promise.control_ids().join(", ");
    format!("  {id:<5} {kept:<13} {}\n{:21}{} [{controls}]\n", judged.promise.says, "", judged.why)
}
