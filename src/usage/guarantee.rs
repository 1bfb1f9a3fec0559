//! In: a preset. Out: the guarantee as it is published: rho, epsilon, delta, and each family's share
//! with its sigma. Wording is the pages' business.

use serde::{Deserialize, Serialize};

use super::families::{FAMILIES, Family};
use super::noise::{Rho, Sigma};

/// How much noise the counts carry; the most protective first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Preset {
    Strict,
    #[default]
    Balanced,
    Detailed,
}

/// The probability with which epsilon may fail to hold.
pub const DELTA: f64 = 1e-6;

impl Preset {
    /// The budget of a token-day, over all families.
    pub const fn rho(self) -> Rho {
        match self {
            Preset::Strict => Rho::millionths(100_000),
            Preset::Balanced => Rho::millionths(250_000),
            Preset::Detailed => Rho::millionths(500_000),
        }
    }

    /// A family's share: its share of the balanced budget, in proportion.
    pub fn share(self, family: Family) -> Rho {
        let (own, balanced) = (u64::from(self.rho().in_millionths()), 250_000);
        let millionths = u64::from(family.terms().balanced.in_millionths()) * own / balanced;
        Rho::millionths(u32::try_from(millionths).unwrap_or(0))
    }

    /// The standard deviation of a family's noise.
    pub fn sigma(self, family: Family) -> Sigma {
        Sigma::within(self.share(family), family.terms().sensitivity_squared)
    }
}

/// What is promised for one token-day on one site, added or taken away.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarantee {
    pub rho: Rho,
    /// Rounded up to a tenth.
    pub epsilon: f64,
    pub delta: f64,
    pub families: Vec<FamilyShare>,
}

/// A family's part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FamilyShare {
    pub family: Family,
    pub rho: Rho,
    pub sensitivity_squared: u32,
    pub sigma: Sigma,
}

impl Guarantee {
    /// The guarantee of a preset.
    pub fn of(preset: Preset) -> Guarantee {
        let families = FAMILIES.iter().map(|terms| FamilyShare {
            family: terms.family,
            rho: preset.share(terms.family),
            sensitivity_squared: terms.sensitivity_squared,
            sigma: preset.sigma(terms.family),
        });
        Guarantee {
            rho: preset.rho(),
            epsilon: epsilon(preset.rho().in_millionths().into()),
            delta: DELTA,
            families: families.collect(),
        }
    }
}

/// ln(1/delta) = 6 ln 10 = 13.8155105…, in millionths, rounded up.
const LN_OF_ONE_IN_DELTA: u64 = 13_815_511;

/// epsilon = rho + 2 √(rho ln(1/delta)), rounded up to a tenth (Bun and Steinke 2016, 1.3). Reckoned in
/// whole millionths, each step rounded up; `rho` is in millionths.
pub fn epsilon(rho: u64) -> f64 {
    let squared = rho.saturating_mul(LN_OF_ONE_IN_DELTA);
    let root = squared.isqrt() + u64::from(squared.isqrt().pow(2) < squared);
    (rho + 2 * root).div_ceil(100_000) as f64 / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_figures() {
        let epsilons = [Preset::Strict, Preset::Balanced, Preset::Detailed].map(|p| Guarantee::of(p).epsilon);
        assert_eq!(epsilons, [2.5, 4.0, 5.8]);
        assert_eq!(Preset::Balanced.sigma(Family::Visits).in_thousandths(), 5_000);
    }

    #[test]
    fn epsilon_is_never_rounded_down() {
        for millionths in (1..2_000_000).step_by(997) {
            let rho = Rho::millionths(millionths);
            let exact = rho.value() + 2.0 * (rho.value() * (1.0 / DELTA).ln()).sqrt();
            let stated = epsilon(millionths.into());
            assert!(stated >= exact && stated < exact + 0.100_01, "{millionths}: {stated} for {exact}");
        }
    }

    /// In whole numbers: sensitivity² / (2 sigma²) ≤ rho, with sigma in thousandths and rho in millionths.
    #[test]
    fn the_families_together_cost_no_more_than_is_promised() {
        for preset in [Preset::Strict, Preset::Balanced, Preset::Detailed] {
            let guarantee = Guarantee::of(preset);
            let spent: u32 = guarantee.families.iter().map(|share| share.rho.in_millionths()).sum();
            assert!(spent <= guarantee.rho.in_millionths());
            for share in guarantee.families {
                let rho = u128::from(share.rho.in_millionths());
                let sigma = u128::from(share.sigma.in_thousandths());
                let cost = u128::from(share.sensitivity_squared) * 10u128.pow(12);
                assert!(cost <= 2 * rho * sigma.pow(2), "{:?}", share.family);
                assert!(cost > 2 * rho * (sigma - 1).pow(2), "{:?} has noise to spare", share.family);
            }
        }
    }
}
