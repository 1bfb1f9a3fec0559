//! `[site.health]`: when an origin is left out, and when it is asked again.
//!
//! In: the table as written. Out: rules with every default filled in, or what does not go together. Knows
//! nothing of how an origin fares.

use std::time::Duration;

use super::bounds::Seconds;
use super::problem::{Place, Report};
use super::table::{Entry, Fault, Table};
use super::values::{FromText, Whole};

/// `[site.health]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthRules {
    /// Active checks; without them visitors' own requests tell alone.
    pub check: Option<HealthCheck>,
    pub ejection: Ejection,
}

/// How each origin is asked whether it is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// What is asked for: a path, perhaps with a query.
    pub path: String,
    /// From one check to the next. Default 5 s.
    pub interval: Duration,
    /// From connecting to the status. Default 2 s.
    pub timeout: Duration,
    /// Good answers in a row until an origin that was down is up. Default 2.
    pub rise: u32,
    /// Bad ones until it is down. Default 3.
    pub fall: u32,
}

/// When requests that fail leave an origin out for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ejection {
    /// Failures in a row. Default 3.
    pub after: u32,
    /// The first time; each further one, with no answer between, is twice as long. Default 10 s.
    pub first: Duration,
    /// No time is longer. Default 300 s.
    pub longest: Duration,
}

impl Default for Ejection {
    fn default() -> Ejection {
        Ejection { after: 3, first: Duration::from_secs(10), longest: Duration::from_secs(300) }
    }
}

/// A number of answers in a row.
type Run = Whole<1, 100>;

#[derive(Debug, Default)]
pub(super) struct RawHealth {
    path: Entry<CheckPath>,
    interval: Entry<Seconds>,
    timeout: Entry<Seconds>,
    rise: Entry<Run>,
    fall: Entry<Run>,
    eject_after: Entry<Run>,
    eject: Entry<Seconds>,
    eject_longest: Entry<Seconds>,
}

pub(super) fn read_health(mut table: Table<'_>) -> RawHealth {
    RawHealth {
        path: table.value("path"),
        interval: table.value("interval"),
        timeout: table.value("timeout"),
        rise: table.value("rise"),
        fall: table.value("fall"),
        eject_after: table.value("eject_after"),
        eject: table.value("eject"),
        eject_longest: table.value("eject_longest"),
    }
}

/// Fills in the defaults, and reports what has no use or contradicts itself.
pub(super) fn check_health(raw: &RawHealth, report: &Report) -> HealthRules {
    if raw.path.is_absent() {
        report_useless(raw, report);
    }
    HealthRules { check: raw.path.value().map(|path| check(path, raw)), ejection: ejection(raw, report) }
}

fn check(path: &CheckPath, raw: &RawHealth) -> HealthCheck {
    HealthCheck {
        path: path.0.clone(),
        interval: seconds(&raw.interval, Duration::from_secs(5)),
        timeout: seconds(&raw.timeout, Duration::from_secs(2)),
        rise: run(&raw.rise, 2),
        fall: run(&raw.fall, 3),
    }
}

fn ejection(raw: &RawHealth, report: &Report) -> Ejection {
    let default = Ejection::default();
    let first = seconds(&raw.eject, default.first);
    // Whoever writes a long first time alone means no shorter one.
    let longest = seconds(&raw.eject_longest, default.longest.max(first));
    if let Some(given) = raw.eject_longest.given().filter(|_| longest < first) {
        let message = format!("eject_longest is shorter than the first time, {} s", first.as_secs());
        report.say(&given.at, message, format!("write eject_longest = {} or more", first.as_secs()));
    }
    Ejection { after: run(&raw.eject_after, default.after), first, longest }
}

/// Keys of a check that never runs: somebody believes that it does.
fn report_useless(raw: &RawHealth, report: &Report) {
    let say = |key: &str, at: Option<&Place>| {
        if let Some(at) = at {
            let message = format!("{key} has no use without `path`: no check is made");
            report.say(
                at,
                message,
                "write path = \"/…\" too, an address that tells whether the origin is well",
            );
        }
    };
    say("interval", raw.interval.given().map(|given| &given.at));
    say("timeout", raw.timeout.given().map(|given| &given.at));
    say("rise", raw.rise.given().map(|given| &given.at));
    say("fall", raw.fall.given().map(|given| &given.at));
}

fn seconds(entry: &Entry<Seconds>, default: Duration) -> Duration {
    entry.value().map_or(default, |seconds| Duration::from_secs(seconds.0))
}

fn run(entry: &Entry<Run>, default: u32) -> u32 {
    entry.value().and_then(|run| u32::try_from(run.0).ok()).unwrap_or(default)
}

/// What a check asks for, in the form it has on the wire.
#[derive(Clone, Debug)]
struct CheckPath(String);

impl FromText for CheckPath {
    fn from_text(text: &str) -> Result<CheckPath, Fault> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\^`{|}".contains(&byte));
        if text.starts_with('/') && plain {
            return Ok(CheckPath(text.to_owned()));
        }
        let message = format!("\"{text}\" is no path as it is asked for");
        Err(Fault::new(message, "begin with /, and encode what is no plain ASCII: {key} = \"/health\""))
    }
}
