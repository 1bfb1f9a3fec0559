//! `paravent check`. In: a config file. Out: every problem with its place and remedy, or a summary
//! of what each site offers and what it withholds.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::clock::Clock;
use crate::config::{Config, LoadError, Site};

/// Say what is wrong with a config: exits 0 for nothing, 1 for problems, 2 if it cannot be read
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The config file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Check {
    pub(super) fn run(&self) -> ExitCode {
        let clock = Clock::system();
        match Config::load(&self.file).and_then(|config| config.in_force(|zone| clock.today_in(zone))) {
            Ok(config) => {
                print!("{}", summary(&config));
                ExitCode::SUCCESS
            }
            Err(LoadError::Problems(problems)) => {
                println!("{problems}");
                ExitCode::from(1)
            }
            Err(unreadable @ LoadError::Unreadable { .. }) => {
                eprintln!("{unreadable}");
                ExitCode::from(2)
            }
        }
    }
}

fn summary(config: &Config) -> String {
    let mut text = "no problems\n".to_owned();
    for site in &config.sites {
        text.push_str(&site_summary(site));
    }
    if let Some(geoip) = config.server.geoip.as_ref().filter(|path| !path.is_file()) {
        text.push_str(&format!("note: {} is not there, so regions stay unknown\n", geoip.display()));
    }
    text
}

fn site_summary(site: &Site) -> String {
    let law = site.jurisdiction.id();
    let profile = site.profile.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
    let offers: Vec<&str> = site.policy.offered().map(|(vendor, _)| &*vendor.id).collect();
    let mut text = format!("{} ({profile}{law})\n", site.name);
    let offers = if offers.is_empty() { "nothing".to_owned() } else { offers.join(", ") };
    text.push_str(&format!("  offers {offers}\n"));
    for withheld in &site.policy.withheld {
        let id = site.policy.catalogue.vendor(withheld.vendor).map_or("", |vendor| &*vendor.id);
        text.push_str(&format!("  withholds {id} ({})\n", withheld.reason.id()));
    }
    text
}
