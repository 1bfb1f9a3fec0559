//! In: `PARAVENT_LOG`. Out: log lines on stderr. What is logged is the program's own life; no line
//! holds anything of a visitor, at any level.

use tracing_subscriber::EnvFilter;

/// The environment variable that sets what is logged: `debug`, or `paravent::server=debug`.
const VARIABLE: &str = "PARAVENT_LOG";

/// What is logged where the variable is not set. Libraries are kept to warnings, because at finer
/// levels they print what passes through them.
const QUIET: &str = "warn,paravent=info";

/// Starts logging. A second call changes nothing.
pub(super) fn start() {
    let wish = std::env::var(VARIABLE).unwrap_or_default();
    let filter = EnvFilter::try_new(format!("{QUIET},{}", own_levels(&wish)))
        .unwrap_or_else(|_| EnvFilter::new(QUIET));
    // It fails only where logging has started already.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// The wish as far as it concerns Paravent itself: a bare level, or its own modules. A library at
/// `trace` would write requests into the log.
fn own_levels(wish: &str) -> String {
    let own = wish.split(',').map(str::trim).filter_map(|directive| match directive.split_once('=') {
        None if !directive.is_empty() && !directive.contains(':') => Some(format!("paravent={directive}")),
        Some((target, _)) if target == "paravent" || target.starts_with("paravent::") => {
            Some(directive.to_owned())
        }
        _ => None,
    });
    own.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::own_levels;

    #[test]
    fn libraries_cannot_be_made_to_talk() {
        assert_eq!(own_levels("debug"), "paravent=debug");
        assert_eq!(own_levels("hyper=trace,paravent::server=debug"), "paravent::server=debug");
        assert_eq!(own_levels(""), "");
    }
}
