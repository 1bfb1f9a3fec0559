//! In: what a site's config declares. Out: the same in counting's own words. Nothing else passes.

use crate::config::{self, GoalReached, Outbound};
use crate::usage::{Campaign, Declared, Funnel, Goal, Press, Reached};

/// What counting is told of a site's campaigns, goals and funnels.
pub fn declared(usage: &config::Usage) -> Declared {
    Declared {
        campaigns: usage.campaigns.iter().map(campaign).collect(),
        goals: usage.goals.iter().map(goal).collect(),
        funnels: usage.funnels.iter().map(funnel).collect(),
        goals_by_source: usage.goals_by_source,
    }
}

/// What counting calls a kind of press.
pub fn press(outbound: Outbound) -> Press {
    match outbound {
        Outbound::Site => Press::Site,
        Outbound::Phone => Press::Phone,
        Outbound::Email => Press::Email,
    }
}

fn campaign(of: &config::Campaign) -> Campaign {
    Campaign {
        id: of.id.clone(),
        sources: of.sources.clone(),
        mediums: of.mediums.clone(),
        names: of.names.clone(),
    }
}

fn goal(of: &config::Goal) -> Goal {
    let reached = match &of.reached {
        GoalReached::Page(paths) => Reached::Page(paths.clone()),
        GoalReached::Form(paths) => Reached::Form(paths.clone()),
        GoalReached::Outbound(outbound) => Reached::Press(press(*outbound)),
    };
    Goal { id: of.id.clone(), reached }
}

fn funnel(of: &config::Funnel) -> Funnel {
    Funnel { id: of.id.clone(), steps: of.steps.clone() }
}

#[cfg(test)]
mod tests {
    use crate::{config, usage};

    #[test]
    fn a_config_that_is_accepted_loses_nothing_on_its_way_to_the_count() {
        assert_eq!(config::MAX_GOALS, usage::MAX_GOALS);
        assert_eq!(config::MAX_FUNNELS, usage::MAX_FUNNELS);
        assert_eq!(config::MAX_STEPS, usage::MAX_STEPS);
        assert_eq!(config::MAX_CAMPAIGNS, usage::MAX_CAMPAIGNS);
    }
}
