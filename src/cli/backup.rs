//! `paravent backup` and `paravent restore`. In: a config and a folder. Out: all that the state folder keeps, in a copy
//! that is whole and can be checked; or the state folder, made of such a copy. A copy holds keys: it is as secret as the
//! state folder is.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::receipts::refuse_without_store;
use crate::clock::Clock;
use crate::config::Config;
use crate::server::{back_up, restore};

/// Copy the state folder, also while the server runs: receipts, counts, accounts, keys
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The server's config, for its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// A folder that is not there yet
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

/// Make the state folder of a backup, where there is none, and check every receipt in it
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The server's config, for its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// What `paravent backup` made
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
}

impl Backup {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.config)?;
        refuse_without_store(&config)?;
        let files = back_up(&config.server, &self.to, &Clock::system())?;
        println!("{files} files are in {}", self.to.display());
        println!(
            "It holds keys, so keep it as the state folder is kept, and no longer than what is in it: what is purged \
             here stays there."
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.config)?;
        let found = restore(&config.server, &self.from, &Clock::system())?;
        found.chains.iter().for_each(|chain| println!("{}", super::receipts::state(chain)));
        for broken in &found.breaks {
            println!("BROKEN {broken}");
        }
        println!("{} is as it was in the backup", config.server.state_dir.display());
        Ok(if found.breaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
