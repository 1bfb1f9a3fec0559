//! In: draws, fixed by their seed. Out: whether they come as often as the discrete Gaussian's exact
//! probabilities say, for every sigma in use, and whether one draw tells anything of another.
//! `scripts/prove noise` draws a million of each.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::collections::BTreeSet;
use std::sync::Arc;

use super::day::OpenDay;
use super::families::FAMILIES;
use super::fixtures::{full_or, pages, targets};
use super::guarantee::Preset;
use super::noise::*;
use super::week::{Cadence, OpenWeek};
use crate::policy::Day;

/// Draws for each sigma.
const DRAWS: usize = 4_000;
/// Closes whose draws are held against each other.
const CLOSES: usize = 60;
/// A normal variable is beyond this once in a million times, on one side.
const ONE_IN_A_MILLION: f64 = 4.753;
/// Thousands of correlations are looked at; of a hundred thousand normal variables one is beyond 4.4 by
/// chance, and one in ten thousand times one is beyond this.
const NO_CORRELATION: f64 = 6.2;

const PRESETS: [Preset; 3] = [Preset::Strict, Preset::Balanced, Preset::Detailed];

/// Every sigma that any family has under any preset, in thousandths.
fn sigmas_in_use() -> BTreeSet<u32> {
    let of = |preset: Preset| FAMILIES.iter().map(move |terms| preset.sigma(terms.family).in_thousandths());
    PRESETS.into_iter().flat_map(of).collect()
}

fn draws(sigma: Sigma, count: usize) -> Vec<i64> {
    let mut values = vec![0; count];
    Noise::seeded(sigma.in_thousandths().into()).overwrite(&mut values, sigma).unwrap();
    values
}

#[test]
fn sigma_spends_the_budget_and_no_more() {
    assert_eq!(Sigma::within(Rho::millionths(20_000), 1).in_thousandths(), 5_000);
    assert_eq!(Sigma::within(Rho::millionths(80_000), 5).in_thousandths(), 5_591);
    for (rho, sensitivity) in [(1u32, 1u32), (5_000, 1), (30_000, 1), (80_000, 5), (160_000, 5), (400, 24)] {
        let sigma = u128::from(Sigma::within(Rho::millionths(rho), sensitivity).in_thousandths());
        let needed = u128::from(sensitivity) * 10u128.pow(12);
        assert!(sigma.pow(2) * 2 * u128::from(rho) >= needed);
        assert!((sigma - 1).pow(2) * 2 * u128::from(rho) < needed, "not a thousandth more");
    }
}

#[test]
fn each_value_comes_as_often_as_its_exact_probability() {
    let count = full_or(1_000_000, DRAWS);
    for thousandths in sigmas_in_use() {
        let sigma = Sigma::thousandths(thousandths);
        let (chi, degrees) = chi_squared(&draws(sigma, count), sigma);
        let limit = chi_squared_limit(degrees);
        println!("sigma {:9.3}: chi² {chi:8.1}, {degrees:4} degrees, at most {limit:8.1}", sigma.value());
        assert!(chi < limit, "sigma {}: {chi} with {degrees} degrees of freedom", sigma.value());
    }
}

/// By 5 % in the full form, by 20 % in the small one.
#[test]
fn a_sigma_that_is_too_small_is_found_out() {
    let (count, percent) = (full_or(1_000_000, DRAWS), full_or(95, 80) as u32);
    for thousandths in [5_000, 5_591, 10_000] {
        let smaller = Sigma::thousandths(thousandths * percent / 100);
        let (chi, degrees) = chi_squared(&draws(smaller, count), Sigma::thousandths(thousandths));
        assert!(chi > chi_squared_limit(degrees), "{chi} with {degrees} degrees of freedom");
    }
}

/// Chi-squared of the values against the exact probabilities, with the degrees of freedom. Every whole
/// number that is likely enough has a bin of its own; neighbours that are not share one.
fn chi_squared(values: &[i64], sigma: Sigma) -> (f64, usize) {
    let squared = sigma.value().powi(2);
    let reach = (40.0 * sigma.value()) as i64;
    let weight = |value: i64| (-(value * value) as f64 / (2.0 * squared)).exp();
    let total: f64 = (-reach..=reach).map(weight).sum();
    let enough = (values.len() as f64 / 1_000.0).max(20.0);
    let mut seen = vec![0u32; 2 * usize::try_from(reach).unwrap() + 1];
    for value in values {
        seen[usize::try_from(value + reach).unwrap()] += 1;
    }
    let (mut bins, mut bin) = (Vec::new(), (0.0, 0.0));
    for (value, seen) in (-reach..=reach).zip(seen) {
        bin = (bin.0 + values.len() as f64 * weight(value) / total, bin.1 + f64::from(seen));
        if bin.0 >= enough {
            bins.push(std::mem::take(&mut bin));
        }
    }
    let last: &mut (f64, f64) = bins.last_mut().unwrap();
    *last = (last.0 + bin.0, last.1 + bin.1);
    let chi = bins.iter().map(|(expected, seen)| (seen - expected).powi(2) / expected).sum();
    (chi, bins.len() - 1)
}

/// What chi-squared is below all but once in a million times (Wilson and Hilferty 1931).
fn chi_squared_limit(degrees: usize) -> f64 {
    let part = 2.0 / (9.0 * degrees as f64);
    degrees as f64 * (1.0 - part + ONE_IN_A_MILLION * part.sqrt()).powi(3)
}

#[test]
fn cells_families_and_periods_are_not_correlated() {
    let closes: Vec<Vec<f64>> = (0..full_or(5_000, CLOSES)).map(noise_of_a_close).collect();
    let cells = closes[0].len();
    let mut largest: f64 = 0.0;
    for lag in [0, 1] {
        for (first, second) in (0..cells).flat_map(|first| (0..cells).map(move |second| (first, second))) {
            if lag == 0 && first >= second {
                continue;
            }
            let pairs = closes.iter().zip(&closes[lag..]);
            let sum: f64 = pairs.map(|(earlier, later)| earlier[first] * later[second]).sum();
            let correlation = sum / (closes.len() as f64).sqrt();
            largest = if correlation.abs() > largest.abs() { correlation } else { largest };
            assert!(correlation.abs() < NO_CORRELATION, "{first} and {second}, {lag} later: {correlation}");
        }
    }
    println!("{} closes of {cells} cells: the largest correlation is {largest:.2}", closes.len());
}

/// What a day's close and a week's release add where nobody came, in standard deviations: the first
/// cells of each family.
fn noise_of_a_close(seed: usize) -> Vec<f64> {
    let mut noise = Noise::seeded(seed as u64);
    let mut noises = Vec::new();
    for cadence in [Cadence::Daily, Cadence::Weekly] {
        let mut week: Option<OpenWeek> = None;
        let mut day =
            OpenDay::opened(Day(1), Arc::new(pages()), Arc::new(targets()), cadence, Preset::Balanced)
                .unwrap();
        let mut releases = day.close("clinic", &mut week, &mut noise).unwrap();
        releases.extend(week.into_iter().flat_map(|week| week.drawn("clinic", &mut noise).unwrap()));
        for release in releases {
            let first = release.cells.iter().take(3).map(|(_, value)| *value as f64);
            noises.extend(first.map(|value| value / release.sigma.value()));
        }
    }
    noises
}

#[test]
fn two_closes_never_share_their_noise() {
    let draw = || {
        let mut values = [0; 64];
        Noise::from_system().unwrap().overwrite(&mut values, Sigma::thousandths(50_000)).unwrap();
        values
    };
    assert_ne!(draw(), draw());
}
