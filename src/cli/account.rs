//! `paravent account`. In: a name, a role, and a password from standard input. Out: accounts in the
//! store of a state folder. A password is never an argument: other users would see it.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::failure::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Role, Store};

/// Say who may see the dashboard
#[derive(Debug, Args)]
pub(super) struct Account {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make an account; the password is asked for, or read from standard input
    Add {
        name: String,
        #[arg(long, value_enum, default_value_t = RoleName::Marketer)]
        role: RoleName,
        #[command(flatten)]
        place: Place,
    },
    /// Show names, roles and the day each was made
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Remove an account; its sessions end
    Remove {
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Change a password; it is asked for, or read from standard input
    Password {
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Where the store is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Place {
    /// The server's config, for its state folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The state folder itself
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    /// Everything, accounts too
    Operator,
    /// The privacy officer: every page, changes nothing
    Officer,
    /// Released counts and their exports
    Marketer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Operator => Role::Operator,
            RoleName::Officer => Role::Officer,
            RoleName::Marketer => Role::Marketer,
        }
    }
}

impl Account {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.act {
            Act::Add { name, role, place } => {
                let store = place.store()?;
                store.add_account(&name, role.into(), &password()?)?;
                println!("{name} may log in");
            }
            Act::List { place } => print!("{}", list(&place.store()?)?),
            Act::Remove { name, place } => {
                return Ok(told(&name, place.store()?.remove_account(&name)?, "is removed"));
            }
            Act::Password { name, place } => {
                let store = place.store()?;
                return Ok(told(&name, store.change_password(&name, &password()?)?, "has a new password"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Place {
    fn store(&self) -> Result<Store, Failure> {
        let folder = match (&self.config, &self.state) {
            (Some(file), _) => Config::load(file)?.server.state_dir,
            (None, Some(folder)) => folder.clone(),
            // The group above requires one of the two.
            (None, None) => PathBuf::new(),
        };
        Ok(Store::open(&folder.join("paravent.sqlite"), Clock::system())?)
    }
}

fn told(name: &str, is_there: bool, what: &str) -> ExitCode {
    if is_there {
        println!("{name} {what}");
        return ExitCode::SUCCESS;
    }
    eprintln!("there is no account {name}");
    ExitCode::FAILURE
}

fn list(store: &Store) -> Result<String, Failure> {
    let lines = store.accounts()?.into_iter().map(|account| {
        let day = Clock::set_to(account.created_at).today().iso();
        format!("{}\t{}\t{day}\n", account.name, account.role.id())
    });
    Ok(lines.collect())
}

/// The first line of standard input, without its end. A terminal shows what is typed there, which
/// is said beforehand.
fn password() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        eprintln!("password (12 characters at least; what you type is shown):");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(Failure::Password)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
