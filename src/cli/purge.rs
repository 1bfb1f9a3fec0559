//! `paravent purge`. In: a config. Out: what is too old, deleted, and how much of each class it was.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::receipts::refuse_without_store;
use crate::clock::Clock;
use crate::config::Config;
use crate::server::purge_now;

/// Delete what is older than its retention period
#[derive(Debug, Args)]
pub(super) struct Purge {
    /// The server's config, for its sites and its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Purge {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.config)?;
        refuse_without_store(&config)?;
        for (class, count) in purge_now(&config, &Clock::system())? {
            println!("{class}: {count}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
