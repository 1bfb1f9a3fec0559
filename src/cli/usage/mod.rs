//! `paravent usage`. In: a config and the store beside it, whether or not the server runs. Out: what counting has spent, a
//! prepared self-assessment, the templates that wait for the operator, and what counting takes a User-Agent for.

mod agents;
mod assess;
mod explain;
mod spent;
mod templates;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use super::failure::Failure;
use super::receipts::refuse_without_store;
use crate::clock::Clock;
use crate::config::{Config, Site};
use crate::server::store_file;
use crate::store::Store;

/// Say what counting has spent, what it is assessed by, and which pages it lists
#[derive(Debug, Args)]
pub(super) struct Usage {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Print the ledger of a site: what each release cost, and what one token-day cost in all; exits 1 where a day is
    /// above its budget
    Explain {
        /// The site, as `paravent check` names it
        site: String,
        /// How many days back, today included
        #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u32).range(1..=800))]
        days: u32,
        #[command(flatten)]
        place: Place,
    },
    /// Prepare the answers to CNIL's criteria for audience measurement and to Quebec's anonymisation regulation
    Assess {
        /// The site, as `paravent check` names it
        site: String,
        #[arg(long, value_enum, default_value_t = Language::Fr)]
        lang: Language,
        #[command(flatten)]
        place: Place,
    },
    /// List the templates of pages that surveys suggested, or decide on one: it counts from the next day on
    Templates {
        #[command(subcommand)]
        decision: Option<templates::Decision>,
        /// The server's config, for its sites and its state folder
        #[arg(long, value_name = "FILE", global = true)]
        config: Option<PathBuf>,
    },
    /// Say what counting takes each User-Agent for: one a line on standard input, with an Accept-Language behind a tab
    Agents,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    Fr,
    En,
}

#[derive(Debug, Args)]
struct Place {
    /// The server's config, for its sites and its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Usage {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.act {
            Act::Explain { site, days, place } => {
                let open = place.open()?;
                explain::run(&open.store, open.site(&site)?, days, Clock::system().today())
            }
            Act::Assess { site, lang, place } => {
                let open = place.open()?;
                assess::run(&open.store, &open.config, open.site(&site)?, lang, Clock::system().today())
            }
            Act::Templates { decision, config } => {
                let config = config.ok_or(Failure::NoConfig)?;
                templates::run(&Place { config }.open()?, decision)
            }
            Act::Agents => agents::run(),
        }
    }
}

/// A config and its store.
struct Open {
    config: Config,
    store: Store,
}

impl Place {
    fn open(&self) -> Result<Open, Failure> {
        let config = Config::load(&self.config)?;
        refuse_without_store(&config)?;
        let store = Store::open(&store_file(&config.server), Clock::system())?;
        Ok(Open { config, store })
    }
}

impl Open {
    fn site(&self, name: &str) -> Result<&Arc<Site>, Failure> {
        let named = self.config.sites.iter().find(|site| site.name == name);
        let others =
            || self.config.sites.iter().map(|site| site.name.as_str()).collect::<Vec<_>>().join(", ");
        named.ok_or_else(|| Failure::NoSite(name.to_owned(), others()))
    }
}
