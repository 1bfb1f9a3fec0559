//! In: a site's preset. Out: the guarantee of counting, in the plain figures that consent/ writes on the
//! public page. What is published is what counting itself spends: both come from one table.

use crate::config::UsagePreset;
use crate::consent::{PromisedFamily, UsagePromise};
use crate::usage::{DAILY_FROM, FamilyShare, Guarantee, Preset};

/// What is published for sites of this preset.
pub fn of(chosen: UsagePreset) -> UsagePromise {
    let guarantee = Guarantee::of(preset(chosen));
    UsagePromise {
        rho: guarantee.rho.in_millionths(),
        epsilon: guarantee.epsilon,
        delta: guarantee.delta,
        families: guarantee.families.iter().map(family).collect(),
        daily_from: u32::try_from(DAILY_FROM).unwrap_or(u32::MAX),
    }
}

/// The preset of a config's word for it.
pub fn preset(chosen: UsagePreset) -> Preset {
    match chosen {
        UsagePreset::Strict => Preset::Strict,
        UsagePreset::Balanced => Preset::Balanced,
        UsagePreset::Detailed => Preset::Detailed,
    }
}

fn family(share: &FamilyShare) -> PromisedFamily {
    PromisedFamily {
        id: share.family.id(),
        // A cell gains at most 1 from a token-day.
        cells: share.sensitivity_squared,
        rho: share.rho.in_millionths(),
        sigma: share.sigma.in_thousandths(),
        daily: share.family.is_released_daily(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::config::Config;
    use crate::consent::{OriginPolicy, PageView, usage_page};
    use crate::policy::{Day, Facts, decide};
    use crate::usage::Family;

    fn page(preset: UsagePreset, language: &str) -> String {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let origin = "http://127.0.0.1:3000".parse().unwrap();
        let config = Config::quick(origin, address, address, "state".into(), None);
        let site = &config.sites[0];
        let facts = Facts {
            host: "clinic.example",
            path: "/",
            choice: None,
            once: None,
            gpc: false,
            today: Day(20_779),
        };
        let view = PageView {
            site,
            decision: &decide(&site.policy, &facts),
            language,
            return_to: "/",
            form_token: "",
            origin_policy: OriginPolicy::Absent,
            own_origin: "",
        };
        usage_page(&view, &of(preset))
    }

    /// Figures worked out by hand from the design: sigma = √(cells / (2 rho)), rounded up.
    #[test]
    fn each_preset_publishes_its_exact_figures() {
        for (preset, figures) in [
            (UsagePreset::Strict, ["0.1", "2.5", "0.0080", "7.906", "0.0320", "8.839", "0.0004", "0.0240"]),
            (UsagePreset::Balanced, ["0.25", "4.0", "0.020", "5.000", "0.080", "5.591", "0.001", "0.060"]),
            (UsagePreset::Detailed, ["0.5", "5.8", "0.040", "3.536", "0.160", "3.953", "0.002", "0.120"]),
        ] {
            let (english, french) = (page(preset, "en"), page(preset, "fr"));
            for figure in figures {
                assert!(english.contains(&format!(">{figure}<")), "{preset:?}: {figure}");
                let figure = figure.replace('.', ",");
                assert!(french.contains(&format!(">{figure}<")), "{preset:?}: {figure}");
            }
        }
    }

    #[test]
    fn every_family_is_told_of_in_every_language() {
        assert_eq!(of(UsagePreset::Balanced).families.len(), Family::ALL.len());
        for language in ["fr", "en", "ar"] {
            let page = page(UsagePreset::Balanced, language);
            assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 4 + Family::ALL.len() + 2);
            // A key without a sentence shows as itself.
            assert!(!page.contains("usage-"), "{language}: a sentence is missing");
        }
    }

    #[test]
    fn visits_and_the_capacity_alone_are_released_daily_everywhere() {
        let promise = of(UsagePreset::Balanced);
        let daily: Vec<&str> = promise.families.iter().filter(|f| f.daily).map(|f| f.id).collect();
        assert_eq!(daily, ["visits", "capacity"]);
    }
}
