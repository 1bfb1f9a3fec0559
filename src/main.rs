//! In: the command line. Out: an exit code, and what went wrong in plain words.

use std::process::ExitCode;

#[allow(clippy::print_stderr, reason = "the operator is told why a command failed")]
fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("paravent: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    Ok(paravent::cli::run()?)
}
