//! In: a site's ledger. Out: each release with its rho and sigma, each day's sum beside its budget, and in plain words what
//! was told of someone who came once, all week, all year.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::spent::{budget, by_day, of_every_day, rho};
use crate::cli::failure::Failure;
use crate::config::Site;
use crate::policy::Day;
use crate::server::preset;
use crate::store::{LedgerLine, Store};
use crate::usage::{DELTA, Preset, epsilon};

/// The longest period: what ends later may begin before.
const WEEK: u32 = 7;
const YEAR: u32 = 365;

pub(super) fn run(store: &Store, site: &Site, days: u32, today: Day) -> Result<ExitCode, Failure> {
    let back = |days: u32| Day(today.0.saturating_sub(days - 1));
    // A week that has begun before and ends within is told of as well.
    let ledger = store.ledger(&site.name, Day(0), Day(today.0 + WEEK))?;
    let preset = preset(site.usage.preset);
    print!("{}", head(site, preset));
    if ledger.is_empty() {
        println!("\nnothing has been released yet: the first day closes at its midnight");
        return Ok(ExitCode::SUCCESS);
    }
    print!("{}", lines(&ledger, back(days)));
    let (text, is_within) = sums(&ledger, back(days), today, preset);
    print!("{text}");
    print!("{}", in_plain_words(&ledger, today));
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn head(site: &Site, preset: Preset) -> String {
    let budget = preset.rho().in_millionths().into();
    format!(
        "{}: what counting has spent\n\nOne token-day (one visitor on one day, as far as network, browser and languages tell) may cost\nrho {} \
         in all, which is epsilon {:.1} at delta {DELTA:e}. Each line below was drawn and paid once.\n",
        site.name,
        rho(budget),
        epsilon(budget)
    )
}

fn lines(ledger: &[LedgerLine], from: Day) -> String {
    let mut text = "\nperiod                    family           rho       sigma\n".to_owned();
    for line in ledger.iter().filter(|line| line.to >= from) {
        let period = match line.from == line.to {
            true => line.from.iso(),
            false => format!("{} to {}", line.from.iso(), line.to.iso()),
        };
        let (spent, sigma) = (rho(line.rho.in_millionths().into()), line.sigma.value());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{period:<26}{:<17}{spent:<10}{sigma:.3}", line.family.id());
    }
    text
}

/// Each day's sum, and whether all are within their budgets.
fn sums(ledger: &[LedgerLine], from: Day, to: Day, now: Preset) -> (String, bool) {
    let mut text = "\nday         one token-day cost rho   of\n".to_owned();
    let mut is_within = true;
    for (day, spent) in by_day(ledger, from, to) {
        let allowed = budget(ledger, day, now);
        let verdict = if spent <= allowed { "" } else { "  ABOVE ITS BUDGET" };
        is_within &= spent <= allowed;
        let _ = writeln!(text, "{:<12}{:<23}{}{verdict}", day.iso(), rho(spent), rho(allowed));
    }
    (text, is_within)
}

fn in_plain_words(ledger: &[LedgerLine], today: Day) -> String {
    let last = ledger.iter().map(|line| line.to).max().unwrap_or(today).min(today);
    let back = |days: u32| Day(last.0.saturating_sub(days - 1));
    let costliest = by_day(ledger, back(WEEK), last).into_values().max().unwrap_or(0);
    let mut text = format!(
        "\nWhat everything that was released up to {} tells of someone who made one token a day\n",
        last.iso()
    );
    for (when, spent) in [
        ("on one day alone, the costliest of the last 7", costliest),
        ("on each of the last 7 days", of_every_day(ledger, back(WEEK), last)),
        ("on each of the last 365 days", of_every_day(ledger, back(YEAR), last)),
    ] {
        let epsilon = epsilon(spent);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {when}: rho {}, epsilon {epsilon:.1}: {}", rho(spent), meaning(epsilon));
    }
    text.push_str(
        "A release of a week holds someone as often as they came: k days cost k times k of its rho.\n\
         Epsilon bounds the worst case: with or without that person, every outcome's probability changes by no more than\n\
         a factor of e to the power of epsilon, but for a chance of delta.\n",
    );
    text
}

/// How much a bound of this size keeps from someone who knows all others.
fn meaning(epsilon: f64) -> &'static str {
    match epsilon {
        e if e <= 1.0 => "hardly anything can be told",
        e if e <= 5.0 => "whether they came cannot be told for sure",
        e if e <= 10.0 => {
            "the worst case may be guessed by who knows everybody else; what they looked at hardly"
        }
        _ => "the bound says little by itself: that someone comes often may show, on which day not",
    }
}
