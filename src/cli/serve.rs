//! `paravent serve`. In: a config file, or the quick form's few arguments. Out: a running server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::clock::Clock;
use crate::config::{Config, ContactEmail, Origin};
use crate::server::{self, NewKeys};

/// Stand in front of a website: with a config, or in the quick form with the most protective rules
/// and no vendor on offer.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(super) struct Serve {
    /// The config file
    #[arg(long, value_name = "FILE", group = "what")]
    config: Option<PathBuf>,
    /// The website, for the quick form: one site, any host, jurisdiction strict
    #[arg(long, value_name = "URL", group = "what")]
    origin: Option<Origin>,
    /// The keys are gone and nobody has a copy: make new ones. Every choice is void, and every visitor
    /// is asked again
    #[arg(long)]
    new_keys: bool,
    #[command(flatten)]
    quick: Quick,
}

#[derive(Debug, Args)]
struct Quick {
    /// Where visitors are served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", conflicts_with = "config")]
    listen: SocketAddr,
    /// Where the operator's pages are
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081", conflicts_with = "config")]
    admin: SocketAddr,
    /// Where keys and records are kept
    #[arg(long, value_name = "DIR", default_value = "paravent-state", conflicts_with = "config")]
    state: PathBuf,
    /// Whom visitors write to
    #[arg(long, value_name = "EMAIL", conflicts_with = "config")]
    contact: Option<ContactEmail>,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let config = match (self.config, self.origin) {
            (Some(file), _) => Config::load(&file)?.in_force(|zone| Clock::system().today_in(zone))?,
            (None, Some(origin)) => {
                let Quick { listen, admin, state, contact } = self.quick;
                Config::quick(origin, listen, admin, state, contact)
            }
            // The group above requires one of the two.
            (None, None) => return Ok(ExitCode::FAILURE),
        };
        server::serve(config, if self.new_keys { NewKeys::Make } else { NewKeys::Refuse })?;
        Ok(ExitCode::SUCCESS)
    }
}
