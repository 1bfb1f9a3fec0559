//! `paravent keys`. In: a config. Out: new keys in its state folder, for the next start.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::server::rotate_keys;

/// Put new keys in place
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make new keys. Choices that visitors made stay valid until they end, and what was signed can still
    /// be checked
    Rotate {
        /// The server's config, for its state folder
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

impl Keys {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let Act::Rotate { config } = &self.act;
        let folder = rotate_keys(&Config::load(config)?, &Clock::system())?;
        println!("new keys are in {}; start paravent serve anew for them to be used", folder.display());
        Ok(ExitCode::SUCCESS)
    }
}
