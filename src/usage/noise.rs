//! In: a sensitivity and a budget. Out: integers from the discrete Gaussian distribution (Canonne,
//! Kamath, Steinke 2020), by a generator that the system seeds. Nothing here sees a count.

use chacha20::ChaCha20Rng;
use prio::dp::distributions::DiscreteGaussian;
use prio::dp::{DpError, Rational};
use rand::SeedableRng;
use rand::distr::Distribution;
use thiserror::Error;
use zeroize::Zeroizing;

/// A share of the budget of zero-concentrated differential privacy, in millionths of rho; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rho(u32);

impl Rho {
    /// `millionths` / 1,000,000; a budget of nothing becomes the smallest there is.
    pub const fn millionths(millionths: u32) -> Rho {
        Rho(if millionths == 0 { 1 } else { millionths })
    }

    /// In millionths.
    pub const fn in_millionths(self) -> u32 {
        self.0
    }

    /// As a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

/// A standard deviation in thousandths: rational, so that sampling is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sigma(u32);

impl Sigma {
    /// The least sigma, rounded up to a thousandth, for which a vector of this squared L2
    /// sensitivity is released within `rho`: sigma² ≥ sensitivity² / (2 rho).
    pub fn within(rho: Rho, sensitivity_squared: u32) -> Sigma {
        let numerator = u128::from(sensitivity_squared) * THOUSAND * THOUSAND * MILLION;
        let squared = numerator.div_ceil(2 * u128::from(rho.0));
        let root = squared.isqrt();
        let root = if root * root < squared { root + 1 } else { root };
        Sigma(u32::try_from(root).unwrap_or(u32::MAX))
    }

    /// From thousandths, as the ledger keeps it.
    pub const fn thousandths(thousandths: u32) -> Sigma {
        Sigma(thousandths)
    }

    /// In thousandths.
    pub const fn in_thousandths(self) -> u32 {
        self.0
    }

    /// As a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1e3
    }
}

const THOUSAND: u128 = 1_000;
const MILLION: u128 = 1_000_000;

/// Why no noise was to be had. Nothing is released then.
#[derive(Debug, Error)]
pub enum NoiseError {
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    #[error("the sampler refused its parameters: {0}")]
    Parameters(#[from] DpError),
    #[error("a draw left the range of 64-bit integers")]
    Range,
}

/// A source of noise for one close.
pub(super) struct Noise(ChaCha20Rng);

impl Noise {
    /// Seeded by the system, for one use.
    pub(super) fn from_system() -> Result<Noise, NoiseError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed)?;
        Ok(Noise(ChaCha20Rng::from_seed(*seed)))
    }

    #[cfg(test)]
    pub(super) fn seeded(seed: u8) -> Noise {
        Noise(ChaCha20Rng::from_seed([seed; 32]))
    }

    /// Adds one draw to each of the values, in place.
    pub(super) fn overwrite(&mut self, values: &mut [i64], sigma: Sigma) -> Result<(), NoiseError> {
        let distribution = DiscreteGaussian::new(Rational::from_unsigned(sigma.0, 1_000u32)?)?;
        for value in values {
            let drawn = distribution.sample(&mut self.0);
            *value = value.saturating_add(i64::try_from(drawn).map_err(|_| NoiseError::Range)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigma_spends_the_budget_and_no_more() {
        assert_eq!(Sigma::within(Rho::millionths(20_000), 1), Sigma(5_000));
        assert_eq!(Sigma::within(Rho::millionths(80_000), 5), Sigma(5_591));
        for (rho, sensitivity) in [(1u32, 1u32), (5_000, 1), (30_000, 1), (80_000, 5), (160_000, 5)] {
            let sigma = u128::from(Sigma::within(Rho::millionths(rho), sensitivity).0);
            let needed = u128::from(sensitivity) * 1_000_000 * 1_000_000;
            assert!(sigma.pow(2) * 2 * u128::from(rho) >= needed);
            assert!((sigma - 1).pow(2) * 2 * u128::from(rho) < needed, "not a thousandth more");
        }
    }

    fn draws(sigma: Sigma, count: usize) -> Vec<i64> {
        let mut values = vec![0; count];
        Noise::seeded(1).overwrite(&mut values, sigma).unwrap();
        values
    }

    #[test]
    fn the_noise_has_the_declared_mean_and_variance() {
        let sigma = Sigma(5_591);
        let values = draws(sigma, 20_000);
        let n = values.len() as f64;
        let mean = values.iter().sum::<i64>() as f64 / n;
        let variance = values.iter().map(|v| (*v as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0);
        // Four standard errors of the mean and of the variance.
        assert!(mean.abs() < 4.0 * sigma.value() / n.sqrt(), "{mean}");
        let spread = sigma.value().powi(2) * (2.0 / n).sqrt() * 4.0;
        assert!((variance - sigma.value().powi(2)).abs() < spread, "{variance}");
    }

    #[test]
    fn each_value_comes_as_often_as_its_exact_probability() {
        let (sigma, count) = (Sigma(1_500), 20_000);
        let values = draws(sigma, count);
        let weight = |v: i64| (-(v * v) as f64 / (2.0 * sigma.value().powi(2))).exp();
        let total: f64 = (-60..=60).map(weight).sum();
        // Chi-square over -4..=4 and the two tails: 10 degrees of freedom, 29.6 at one in a thousand.
        let bins = -5..=5i64;
        let chi: f64 = bins
            .map(|bin| {
                let seen = values.iter().filter(|v| (**v).clamp(-5, 5) == bin).count() as f64;
                let values = (-60..=60i64).filter(|v| (*v).clamp(-5, 5) == bin);
                let expected = count as f64 * values.map(weight).sum::<f64>() / total;
                (seen - expected).powi(2) / expected
            })
            .sum();
        assert!(chi < 29.6, "{chi}");
    }

    #[test]
    fn two_closes_never_share_their_noise() {
        let draw = || {
            let mut values = [0; 64];
            Noise::from_system().unwrap().overwrite(&mut values, Sigma(50_000)).unwrap();
            values
        };
        assert_ne!(draw(), draw());
    }
}
