//! In: how a site is counted. Out: the guarantee of counting, in the plain figures that consent/ writes on the
//! public page. What is published is what counting itself spends: both come from one table.

use crate::config::{self, UsagePreset};
use crate::consent::{PromisedFamily, UsagePromise};
use crate::usage::{DAILY_FROM, Family, FamilyShare, Guarantee, Preset};

/// What is published for a site that is counted like this: of what may be declared or switched on, what is.
pub fn of(usage: &config::Usage) -> UsagePromise {
    let guarantee = Guarantee::of(preset(usage.preset));
    UsagePromise {
        rho: guarantee.rho.in_millionths(),
        epsilon: guarantee.epsilon,
        delta: guarantee.delta,
        families: guarantee
            .families
            .iter()
            .filter(|share| is_counted(usage, share.family))
            .map(family)
            .collect(),
        daily_from: u32::try_from(DAILY_FROM).unwrap_or(u32::MAX),
    }
}

/// Whether a site counts a family: of some it declares first what there is to count.
pub fn is_counted(usage: &config::Usage, family: Family) -> bool {
    match family {
        Family::Goals => !usage.goals.is_empty(),
        Family::Funnels => !usage.funnels.is_empty(),
        Family::Campaigns => !usage.campaigns.is_empty(),
        Family::GoalsBySource => usage.goals_by_source,
        _ => true,
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
    use crate::config::{Config, Site, Usage};
    use crate::consent::{OriginPolicy, PageView, usage_page};
    use crate::policy::{Day, Facts, decide};
    use crate::usage::Family;

    /// A site that declares something of each kind.
    fn usage(preset: UsagePreset) -> Usage {
        const ALL: &str = r#"
[server]
listen = ["127.0.0.1:0"]
[[site]]
hosts = ["clinic.example"]
origin = "http://127.0.0.1:3000"
jurisdiction = "strict"
[site.usage]
goals_by_source = true
[[site.usage.goal]]
id = "thanks"
page = "/merci"
[[site.usage.funnel]]
id = "way"
steps = ["/a", "/merci"]
[[site.usage.campaign]]
id = "rentree"
utm_campaign = "rentree"
"#;
        let config = Config::from_text("paravent.toml", ALL).unwrap();
        Usage { preset, ..config.sites[0].usage.clone() }
    }

    fn page(preset: UsagePreset, language: &str) -> String {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let origin = "http://127.0.0.1:3000".parse().unwrap();
        let config = Config::quick(origin, address, address, "state".into(), None);
        let site: &Site = &config.sites[0];
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
        usage_page(&view, &of(&usage(preset)))
    }

    /// Figures worked out by hand from the design: sigma = √(cells / (2 rho)), rounded up.
    #[test]
    fn each_preset_publishes_its_exact_figures() {
        for (preset, figures) in [
            (UsagePreset::Strict, ["0.1", "2.5", "0.0080", "7.906", "0.0320", "8.839", "0.0004", "9.129"]),
            (UsagePreset::Balanced, ["0.25", "4.0", "0.020", "5.000", "0.080", "5.591", "0.001", "5.774"]),
            (UsagePreset::Detailed, ["0.5", "5.8", "0.040", "3.536", "0.160", "3.953", "0.002", "4.083"]),
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
        assert_eq!(of(&usage(UsagePreset::Balanced)).families.len(), Family::ALL.len());
        for language in ["fr", "en", "ar"] {
            let page = page(UsagePreset::Balanced, language);
            assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 4 + Family::ALL.len() + 1);
            // A key without a sentence shows as itself.
            assert!(!page.contains("usage-"), "{language}: a sentence is missing");
        }
    }

    #[test]
    fn what_a_site_does_not_declare_is_in_reserve() {
        let promise = of(&Usage::default());
        let ids: Vec<&str> = promise.families.iter().map(|family| family.id).collect();
        for id in ["goals", "funnels", "campaigns", "goals-by-source"] {
            assert!(!ids.contains(&id), "{id}");
        }
        assert_eq!(promise.families.iter().map(|family| family.rho).sum::<u32>(), 195_000);
        assert_eq!(promise.rho, 250_000);
    }

    #[test]
    fn visits_and_the_capacity_alone_are_released_daily_everywhere() {
        let promise = of(&usage(UsagePreset::Balanced));
        let daily: Vec<&str> = promise.families.iter().filter(|f| f.daily).map(|f| f.id).collect();
        assert_eq!(daily, ["visits", "capacity"]);
    }
}
