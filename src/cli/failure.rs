//! In: what a command met. Out: why it gave up, for `main` to print.

use crate::config::LoadError;
use crate::server::{BackupError, RecordsError, ServerError};
use crate::store::{AccountError, StoreError};
use crate::usage::BookError;

/// Why a command gave up.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("the config cannot be used\n\n{0}")]
    Config(#[from] LoadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Book(#[from] BookError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("nothing was ever released of {0}; there are counts of: {1}")]
    NoCounts(String, String),
    #[error("{0} is after {1}: write --from and --to in their order")]
    NoPeriod(String, String),
    #[error("the public keys cannot be read: {0}")]
    PublicKeys(std::io::Error),
    #[error("there is no store at {}: it is made when `paravent serve` starts with this config", .0.display())]
    NoStore(std::path::PathBuf),
    #[error("there is no site {0} in this config: it has {1}")]
    NoSite(String, String),
    #[error("name the config: --config FILE")]
    NoConfig,
    #[error("standard input or output: {0}")]
    Input(std::io::Error),
    #[error("what was asked for could not be written, and is not whole: {0}")]
    Output(std::io::Error),
    #[error("the password could not be read: {0}")]
    Password(std::io::Error),
}
