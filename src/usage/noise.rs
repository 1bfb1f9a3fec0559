//! In: a sensitivity and a budget. Out: integers from the discrete Gaussian distribution (Canonne,
//! Kamath, Steinke 2020), by a generator that the system seeds. Budgets and standard deviations are
//! exact fractions of whole numbers, and what is rounded is rounded towards more noise. Nothing here
//! sees a count.

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

/// A standard deviation in thousandths: the ledger states the very fraction that is sampled with, and
/// its square is what the budget is accounted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sigma(u32);

impl Sigma {
    /// The least sigma, rounded up to a thousandth, for which a vector of this squared L2
    /// sensitivity is released within `rho`: sigma² ≥ sensitivity² / (2 rho) (Canonne, Kamath, Steinke
    /// 2020, theorem 4).
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

/// Noise for one close.
pub(super) struct Noise {
    generator: ChaCha20Rng,
    #[cfg(test)]
    silent: bool,
}

/// Where the noise of each close comes from.
pub(super) type NoiseSource = Box<dyn Fn() -> Result<Noise, NoiseError> + Send + Sync>;

impl Noise {
    /// Seeded by the system, for one use.
    pub(super) fn from_system() -> Result<Noise, NoiseError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed)?;
        Ok(Noise::from_seed(*seed))
    }

    fn from_seed(seed: [u8; 32]) -> Noise {
        Noise {
            generator: ChaCha20Rng::from_seed(seed),
            #[cfg(test)]
            silent: false,
        }
    }

    #[cfg(test)]
    pub(super) fn seeded(seed: u64) -> Noise {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Noise::from_seed(bytes)
    }

    /// Draws nothing but zeros: for looking at what is released before its noise.
    #[cfg(test)]
    pub(super) fn silent() -> Noise {
        Noise { silent: true, ..Noise::seeded(0) }
    }

    /// Adds one draw to each of the values, in place.
    pub(super) fn overwrite(&mut self, values: &mut [i64], sigma: Sigma) -> Result<(), NoiseError> {
        #[cfg(test)]
        if self.silent {
            return Ok(());
        }
        let distribution = DiscreteGaussian::new(Rational::from_unsigned(sigma.0, 1_000u32)?)?;
        for value in values {
            let drawn = distribution.sample(&mut self.generator);
            *value = value.saturating_add(i64::try_from(drawn).map_err(|_| NoiseError::Range)?);
        }
        Ok(())
    }
}
