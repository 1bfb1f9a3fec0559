//! The commands.
//!
//! In: the operator's command line. Out: text for the operator and an exit code. Nothing here sees a
//! visitor; what listens is the server's.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the commands speak to the operator")]

mod account;
mod backup;
mod check;
mod demo;
mod export;
mod failure;
mod keys;
mod log;
mod lookup;
mod promises;
mod purge;
mod receipts;
mod serve;
mod taken_out;
mod unknown;
mod unlisted;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;

/// A reverse proxy that keeps trackers out of a clinic's website until the visitor agrees.
#[derive(Debug, Parser)]
#[command(name = "paravent", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show five demo clinics, one per profile, at http://NAME.localhost:8080/
    Demo(demo::Demo),
    /// Stand in front of a website
    Serve(serve::Serve),
    /// Say what is wrong with a config: exits 0 for nothing, 1 for problems, 2 if it cannot be read
    Check(check::Check),
    /// Say which promises a config keeps: exits 0 where none is broken, 1 where one is, 2 if it cannot be read
    Promises(promises::Promises),
    /// Say whose a URL or cookie is, what would be decided, and by which rule
    Lookup(lookup::Lookup),
    /// Say who may see the dashboard
    Account(account::Account),
    /// Show one receipt, or prove that none was altered
    Receipts(receipts::Receipts),
    /// Put new keys in place
    Keys(keys::Keys),
    /// Say what counting has spent, what it is assessed by, and which pages it lists
    Usage(usage::Usage),
    /// Delete what is older than its retention period, and say how much; `serve` does it daily
    Purge(purge::Purge),
    /// Print released counts as CSV or JSON, each with its standard error and range
    Export(export::Export),
    /// Copy the state folder, also while the server runs
    Backup(backup::Backup),
    /// Make the state folder of a backup
    Restore(backup::Restore),
}

/// Carries out the command line.
///
/// # Errors
/// Why the command could not do its work, in the operator's words.
pub fn run() -> Result<ExitCode, Failure> {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Demo(demo) => {
            log::start();
            demo.run()
        }
        Command::Serve(serve) => {
            log::start();
            serve.run()
        }
        Command::Check(check) => Ok(check.run()),
        Command::Promises(promises) => Ok(promises.run()),
        Command::Lookup(lookup) => lookup.run(),
        Command::Account(account) => account.run(),
        Command::Receipts(receipts) => receipts.run(),
        Command::Keys(keys) => keys.run(),
        Command::Usage(usage) => usage.run(),
        Command::Purge(purge) => purge.run(),
        Command::Export(export) => export.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
    }
}
