//! In: what a command met. Out: why it gave up, for `main` to print.

use crate::config::LoadError;
use crate::server::ServerError;

/// Why a command gave up.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("the config cannot be used\n\n{0}")]
    Config(#[from] LoadError),
}
