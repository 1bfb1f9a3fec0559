//! `paravent export`. In: a config and what of its counts is wanted. Out: released cells on standard output, each with
//! its standard error and range. One period is in memory at a time. An export is logged before it begins (promise
//! RQ14), under the name `command`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::failure::Failure;
use super::receipts::refuse_without_store;
use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard::{CSV_HEAD, csv_row, json_row};
use crate::policy::Day;
use crate::server::store_file;
use crate::store::Store;
use crate::usage::{Family, ReleasedCell};

/// What the log of exports calls whoever has the command line.
const WHO: &str = "command";

/// Print released counts, each with its standard error and range
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The server's config, for its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only this site, by its first host; without, all that ever released anything
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// Only this family (visits, pages, sources, ...); may be repeated
    #[arg(long, value_name = "NAME", value_parser = family)]
    family: Vec<Family>,
    /// Periods that end on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<Day>,
    /// Periods that end on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    to: Option<Day>,
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// RFC 4180, with a first line of names
    Csv,
    /// One object whose `cells` has an object for each cell, a line each
    Json,
}

fn family(name: &str) -> Result<Family, String> {
    let known = || Family::ALL.iter().map(|family| family.id()).collect::<Vec<_>>().join(", ");
    Family::from_id(name).ok_or_else(|| format!("there are: {}", known()))
}

fn day(text: &str) -> Result<Day, String> {
    Day::from_iso(text).ok_or_else(|| "write a day of the calendar, from 1970 on, as 2026-11-28".to_owned())
}

impl Export {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.config)?;
        refuse_without_store(&config)?;
        let store = Store::open(&store_file(&config.server), Clock::system())?;
        let sites = self.sites(&store)?;
        let (from, to) = (self.from.unwrap_or(Day(0)), self.to.unwrap_or(Clock::system().today()));
        if from > to {
            return Err(Failure::NoPeriod(from.iso(), to.iso()));
        }
        for site in &sites {
            store.log_export(WHO, site, &self.what(), from, to)?;
        }
        match self.print(&store, &sites, (from, to)) {
            // Whoever reads it may stop when they like.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            printed => printed.map(|()| ExitCode::SUCCESS),
        }
    }

    fn print(&self, store: &Store, sites: &[String], days: (Day, Day)) -> Result<(), Failure> {
        let mut out = Out::begun(self.format, BufWriter::new(io::stdout().lock()))?;
        for site in sites {
            self.write(store, site, days, &mut out)?;
        }
        out.end()
    }

    fn sites(&self, store: &Store) -> Result<Vec<String>, Failure> {
        let known = store.released_sites()?;
        let Some(wanted) = &self.site else { return Ok(known) };
        match known.contains(wanted) {
            true => Ok(vec![wanted.clone()]),
            false => Err(Failure::NoCounts(wanted.clone(), known.join(", "))),
        }
    }

    /// For the log: which families, in which form.
    fn what(&self) -> String {
        let families: Vec<&str> = self.family.iter().map(|family| family.id()).collect();
        let families = if families.is_empty() { "all".to_owned() } else { families.join("+") };
        let format = match self.format {
            Format::Csv => "csv",
            Format::Json => "json",
        };
        format!("{families}.{format}")
    }

    fn write(
        &self,
        store: &Store,
        site: &str,
        days: (Day, Day),
        out: &mut Out<impl Write>,
    ) -> Result<(), Failure> {
        let mut periods = store.ledger(site, days.0, days.1)?;
        periods.retain(|line| self.family.is_empty() || self.family.contains(&line.family));
        periods.sort_by_key(|line| (line.family, line.from));
        periods.dedup_by_key(|line| (line.family, line.to));
        for line in periods {
            for cell in store.released(site, line.family, line.to, line.to)? {
                out.write(site, line.family, &cell)?;
            }
        }
        Ok(())
    }
}

/// Where lines go.
struct Out<W: Write> {
    format: Format,
    to: W,
    first: bool,
}

impl<W: Write> Out<W> {
    fn begun(format: Format, to: W) -> Result<Out<W>, Failure> {
        let mut out = Out { format, to, first: true };
        out.put(match format {
            Format::Csv => CSV_HEAD,
            Format::Json => "{\"cells\":[",
        })?;
        Ok(out)
    }

    fn write(&mut self, site: &str, family: Family, cell: &ReleasedCell) -> Result<(), Failure> {
        let line = match self.format {
            Format::Csv => csv_row(site, family, cell),
            Format::Json => {
                let mut row = json_row(cell);
                row["site"] = json!(site);
                row["family"] = json!(family.id());
                format!("{}\n{row}", if self.first { "" } else { "," })
            }
        };
        self.first = false;
        self.put(&line)
    }

    fn end(mut self) -> Result<(), Failure> {
        if matches!(self.format, Format::Json) {
            self.put("\n]}\n")?;
        }
        self.to.flush().map_err(Failure::Output)
    }

    fn put(&mut self, text: &str) -> Result<(), Failure> {
        self.to.write_all(text.as_bytes()).map_err(Failure::Output)
    }
}
