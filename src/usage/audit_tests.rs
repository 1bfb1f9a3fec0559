//! In: a day on which nobody came, and the same with some token-days that are all alike. Out: how well
//! the released numbers tell one from the other, family by family, held against the published rho. No
//! database is in the loop. `scripts/prove audit` runs it often enough to find out 5 % too little noise.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use super::families::{FAMILIES, FamilyTerms};
use super::fixtures::{full_or, lists, one_token_day};
use super::guarantee::Preset;
use super::noise::*;

/// Releases of each of the two days.
const RUNS: usize = 400;
/// Token-days so that they shift a release by about so many standard deviations.
const SHIFT: f64 = 2.0;
/// Both bounds hold together but for one audit in a hundred thousand: each is beyond half of that.
const ALPHA: f64 = 1e-5;

/// What k token-days add to the cells that they change, and the noise on those.
struct Projection {
    /// Squared L2 sensitivity of each part of the projection, and its noise.
    parts: Vec<(usize, Sigma)>,
    /// Loss of one token-day that is promised: √(2 rho).
    promised: f64,
    tokens: i64,
}

impl Projection {
    fn of(families: &[FamilyTerms], preset: Preset) -> Projection {
        let part = |terms: &FamilyTerms| (cells_changed(terms), preset.sigma(terms.family));
        let rho: u32 = families.iter().map(|terms| preset.share(terms.family).in_millionths()).sum();
        let promised = (2.0 * Rho::millionths(rho).value()).sqrt();
        let tokens = (SHIFT / promised).round() as i64;
        Projection { parts: families.iter().map(part).collect(), promised, tokens }
    }

    /// The log-likelihood of one release, but for what is the same on both days: the cells that differ,
    /// each weighed by its noise.
    fn release(&self, tokens: i64, noise: &mut Noise, scale: u32) -> f64 {
        let mut sum = 0.0;
        for (cells, sigma) in &self.parts {
            let mut values = vec![tokens; *cells];
            noise.overwrite(&mut values, Sigma::thousandths(sigma.in_thousandths() * scale / 100)).unwrap();
            sum += values.iter().sum::<i64>() as f64 / sigma.value().powi(2);
        }
        sum
    }

    /// Whatever is above the middle between the two days is said to be of the second. Fixed beforehand.
    fn threshold(&self) -> f64 {
        let weight = |(cells, sigma): &(usize, Sigma)| *cells as f64 / sigma.value().powi(2);
        let middle = self.tokens as f64 / 2.0;
        middle * self.parts.iter().map(weight).sum::<f64>()
    }

    /// The loss of one token-day that these releases prove, with noise of `scale` percent.
    fn proved_loss(&self, runs: usize, scale: u32, seed: u64) -> f64 {
        let mut noise = Noise::seeded(seed);
        let threshold = self.threshold();
        let mut said =
            |tokens| (0..runs).filter(|_| self.release(tokens, &mut noise, scale) > threshold).count();
        let (false_alarms, hits) = (said(0), said(self.tokens));
        let (least, most) = (lower_bound(hits, runs), 1.0 - lower_bound(runs - false_alarms, runs));
        (quantile(least) - quantile(most)) / self.tokens as f64
    }
}

/// Cells that a token-day which does all that it may adds 1 to, through table and families.
fn cells_changed(terms: &FamilyTerms) -> usize {
    let cells = lists(|lists| terms.family.cells(lists).len());
    match cells {
        // The capacity: as often as it may be asked.
        0 => terms.sensitivity_squared as usize,
        _ => {
            let day = one_token_day(terms.family);
            let counts = lists(|lists| terms.family.counts([day].iter(), lists));
            assert_eq!(
                counts.iter().sum::<i64>(),
                i64::from(terms.sensitivity_squared),
                "{:?}",
                terms.family
            );
            counts.iter().filter(|count| **count > 0).count()
        }
    }
}

fn audited(preset: Preset) -> Vec<(&'static str, Projection)> {
    let each = FAMILIES.iter().map(|terms| (terms.family.id(), Projection::of(&[*terms], preset)));
    each.chain([("all together", Projection::of(FAMILIES, preset))]).collect()
}

#[test]
fn no_more_is_lost_than_is_promised() {
    let runs = full_or(200_000, RUNS);
    let presets = [Preset::Balanced, Preset::Strict, Preset::Detailed];
    for (name, projection) in presets.into_iter().take(full_or(3, 1)).flat_map(audited) {
        let loss = projection.proved_loss(runs, 100, 1);
        let promised = projection.promised;
        println!("{name:12} k {:3}: proved loss {loss:.4} of √(2 rho) {promised:.4}", projection.tokens);
        assert!(loss <= promised, "{name}: {loss} is lost, {promised} is promised");
    }
}

/// The audit can fail: in its full form at 5 % too little noise, in its small one at half of it.
#[test]
fn too_little_noise_is_found_out() {
    let (runs, scale) = (full_or(200_000, RUNS), full_or(95, 50) as u32);
    for (name, projection) in audited(Preset::Balanced) {
        let loss = projection.proved_loss(runs, scale, 2);
        let promised = projection.promised;
        println!("{name:12} with {scale} % of the noise: proved loss {loss:.4}, promised {promised:.4}");
        assert!(loss > promised, "{name}: {loss} is proved, {promised} is promised");
    }
}

/// A probability that this many hits of so many tries exceed at most once in 2/[`ALPHA`] times (Clopper
/// and Pearson 1934): where the binomial distribution's upper tail is ALPHA/2, found by halving.
pub(super) fn lower_bound(hits: usize, tries: usize) -> f64 {
    let (mut low, mut high) = (0.0, hits as f64 / tries as f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        match upper_tail(hits, tries, middle) > ALPHA / 2.0 {
            true => high = middle,
            false => low = middle,
        }
    }
    low
}

/// Probability of at least `hits` of `tries` that succeed with `p` each, summed term by term.
fn upper_tail(hits: usize, tries: usize, p: f64) -> f64 {
    if p <= 0.0 || hits == 0 {
        return if hits == 0 { 1.0 } else { 0.0 };
    }
    let n = tries as f64;
    let mut log = ln_factorial(tries) - ln_factorial(hits) - ln_factorial(tries - hits)
        + hits as f64 * p.ln()
        + (n - hits as f64) * (-p).ln_1p();
    let mut sum = 0.0;
    for k in hits..=tries {
        let term = log.exp();
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
        log += (n - k as f64).ln() - (k as f64 + 1.0).ln() + p.ln() - (-p).ln_1p();
    }
    sum
}

fn ln_factorial(of: usize) -> f64 {
    (1..=of).map(|n| (n as f64).ln()).sum()
}

/// Where the normal distribution has so much below it (Wichura's bounds are not needed: by halving).
fn quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..70 {
        let middle = f64::midpoint(low, high);
        match normal_below(middle) < p {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

/// The normal distribution function, by its series (Marsaglia 2004).
pub(super) fn normal_below(x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (x, x, 3.0);
    while term.abs() > 1e-17 * sum.abs() {
        term *= x * x / n;
        sum += term;
        n += 2.0;
    }
    0.5 + sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[test]
fn the_bounds_are_those_of_the_tables() {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    assert!(near(normal_below(1.96), 0.975_002_1) && near(quantile(0.841_344_746), 1.0));
    // 1 of 1: the bound is ALPHA/2 itself. 2 of 2: its square root.
    assert!(near(lower_bound(1, 1), ALPHA / 2.0) && near(lower_bound(2, 2), (ALPHA / 2.0).sqrt()));
    assert!(near(upper_tail(1, 3, 0.5), 0.875) && near(upper_tail(2, 3, 0.5), 0.5));
}
