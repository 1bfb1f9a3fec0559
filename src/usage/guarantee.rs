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
            epsilon: epsilon(preset.rho()),
            delta: DELTA,
            families: families.collect(),
        }
    }
}

/// epsilon = rho + 2 √(rho ln(1/delta)), rounded up to a tenth (Bun and Steinke 2016, 1.3).
fn epsilon(rho: Rho) -> f64 {
    let exact = rho.value() + 2.0 * (rho.value() * (1.0 / DELTA).ln()).sqrt();
    (exact * 10.0).ceil() / 10.0
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
    fn the_families_together_cost_no_more_than_is_promised() {
        for preset in [Preset::Strict, Preset::Balanced, Preset::Detailed] {
            let guarantee = Guarantee::of(preset);
            let spent: u32 = guarantee.families.iter().map(|share| share.rho.in_millionths()).sum();
            assert!(spent <= guarantee.rho.in_millionths());
            for share in guarantee.families {
                let cost = f64::from(share.sensitivity_squared) / (2.0 * share.sigma.value().powi(2));
                assert!(cost <= share.rho.value(), "{:?}", share.family);
            }
        }
    }
}
