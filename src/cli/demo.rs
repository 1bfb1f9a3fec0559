//! `paravent demo`. In: two addresses. Out: five demo clinics behind Paravent, until it is stopped.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::server;

/// Show five demo clinics, one per profile, at http://NAME.localhost:8080/
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where the clinics are served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the operator's pages are
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    admin: SocketAddr,
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        server::demo(self.listen, self.admin)?;
        Ok(ExitCode::SUCCESS)
    }
}
