//! In: User-Agents on standard input. Out: what counting takes each for: `browser` is counted, the others are not.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use crate::cli::failure::Failure;
use crate::usage::{Agent, AgentSigns};

pub(super) fn run() -> Result<ExitCode, Failure> {
    let (input, mut output) = (io::stdin().lock(), io::stdout().lock());
    for line in input.lines() {
        let line = line.map_err(Failure::Input)?;
        writeln!(output, "{}", classed(&line)).map_err(Failure::Input)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The class and the User-Agent. Browsers send Accept-Language, so where the line has none it is not judged by that.
fn classed(line: &str) -> String {
    let (user_agent, accept_language) = line.split_once('\t').unwrap_or((line, "fr"));
    let class = Agent::of(AgentSigns { user_agent, accept_language, purpose: "" });
    format!("{}\t{user_agent}", class.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_judged_by_what_it_says() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
        assert_eq!(classed(firefox), format!("browser\t{firefox}"));
        assert_eq!(classed(&format!("{firefox}\t")), format!("automation\t{firefox}"));
        assert_eq!(classed("curl/8.5.0\tfr"), "crawler\tcurl/8.5.0");
        assert_eq!(classed(""), "automation\t");
    }
}
