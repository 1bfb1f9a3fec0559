//! `paravent receipts`. In: a config, and one receipt's id or nothing. Out: that receipt; or whether every
//! chain stands as it was recorded. There is no list of receipts: one is looked up by its id
//! (promise EV3).

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::policy::Receipt;
use crate::server::{keys_folder, store_file};
use crate::store::{ChainState, PublicKeys, Store};

/// Show one receipt, or prove that none was altered
#[derive(Debug, Args)]
pub(super) struct Receipts {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Show the receipt with this id, as the visitor's own receipt names it
    Show {
        /// Base64url, so it may begin with a hyphen
        #[arg(allow_hyphen_values = true)]
        id: String,
        #[command(flatten)]
        place: Place,
    },
    /// Check every line, hash and signature: exits 1 and says where, if one is not as it was recorded
    Verify {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
struct Place {
    /// The server's config, for its state folder
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Receipts {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        match &self.act {
            Act::Show { id, place } => show(id, &place.open()?.0),
            Act::Verify { place } => {
                let (store, config) = place.open()?;
                let keys = PublicKeys::load(&keys_folder(&config.server)).map_err(Failure::PublicKeys)?;
                verify(&store, &keys)
            }
        }
    }
}

impl Place {
    fn open(&self) -> Result<(Store, Config), Failure> {
        let config = Config::load(&self.config)?;
        refuse_without_store(&config)?;
        Ok((Store::open(&store_file(&config.server), Clock::system())?, config))
    }
}

/// A command that only reads makes no store where there is none.
pub(super) fn refuse_without_store(config: &Config) -> Result<(), Failure> {
    let file = store_file(&config.server);
    if file.exists() { Ok(()) } else { Err(Failure::NoStore(file)) }
}

fn show(id: &str, store: &Store) -> Result<ExitCode, Failure> {
    let Some(receipt) = store.receipt(id)? else {
        eprintln!("there is no receipt with this id, or it was purged");
        return Ok(ExitCode::FAILURE);
    };
    print!("{}", shown(&receipt));
    match store.signed_day(id)? {
        Some(day) => println!("signed with the day {}", day.iso()),
        None => println!("not signed yet: its day is still open"),
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(receipt: &Receipt) -> String {
    let Receipt { site, notice, version, language, jurisdiction, hour, guardian, .. } = receipt;
    let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    format!(
        "site: {site}\nhour: {}\nnotice: {notice}, version {version}\nlanguage: {language}\n\
         jurisdiction: {jurisdiction}\npurposes: {}\nvendor exceptions: {}\nof age, or with a guardian: {}\n",
        hour.iso(),
        none(receipt.purposes_text()),
        none(receipt.vendors_text()),
        if *guardian { "yes" } else { "not asked" },
    )
}

fn verify(store: &Store, keys: &PublicKeys) -> Result<ExitCode, Failure> {
    let found = store.verify_receipts(keys)?;
    found.chains.iter().for_each(|chain| println!("{}", state(chain)));
    if found.breaks.is_empty() {
        println!("every chain stands");
        return Ok(ExitCode::SUCCESS);
    }
    found.breaks.iter().for_each(|broken| println!("BROKEN {broken}"));
    Ok(ExitCode::FAILURE)
}

/// A chain in a line.
pub(super) fn state(chain: &ChainState) -> String {
    let ChainState { site, writer, lines, erased, signed_to, open, head } = chain;
    let signed =
        signed_to.map_or_else(|| "no day signed yet".to_owned(), |day| format!("signed to {}", day.iso()));
    format!(
        "{site} (writer {writer}): {lines} lines, {erased} purged, {signed}, {open} since; last line {head}"
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Act, Receipts};

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        receipts: Receipts,
    }

    #[test]
    fn an_id_may_begin_with_a_hyphen() {
        for id in ["Qw", "-Qw", "--Qw", "-hw", "-", "-_0", "-3x"] {
            for words in [["p", "show", id, "--config", "f"], ["p", "show", "--config", "f", id]] {
                let Ok(Command { receipts: Receipts { act: Act::Show { id: read, place } } }) =
                    Command::try_parse_from(words)
                else {
                    panic!("{words:?} is not read");
                };
                assert_eq!((&*read, &*place.config.to_string_lossy()), (id, "f"));
            }
        }
    }
}
