//! In: what an operator declared. Out: the closed lists of a day, and what a page, a form, a press or a
//! link's campaign tags reach in them: places and bits. What is not declared reaches nothing; no text of
//! a request is kept.

use super::declared::{
    Campaign, Declared, Funnel, Goal, MAX_CAMPAIGNS, MAX_FUNNELS, MAX_GOALS, MAX_STEPS, Press, Reached,
};
use super::page_list::page_segments;

/// The cell for links whose tags are no registered campaign's.
const OTHER: &str = "(other)";

/// A campaign's place: 0 for none, 1 for one that is not registered, then those that are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CampaignIndex(pub(super) u8);

/// A link's campaign tags, borrowed; empty where one is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct CampaignTags<'a> {
    /// `utm_source`.
    pub source: &'a str,
    /// `utm_medium`.
    pub medium: &'a str,
    /// `utm_campaign`.
    pub name: &'a str,
}

/// What is reached: goals by their place, a bit each; steps, [`MAX_STEPS`] bits for each funnel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Aims {
    pub(super) goals: u16,
    pub(super) steps: u16,
}

/// The declared lists of a day.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    declared: Declared,
    pages: Vec<(Template, Aims)>,
    forms: Vec<(Template, Aims)>,
}

impl Targets {
    /// The lists that these declarations give; what is beyond a bound is left out.
    pub(super) fn frozen(declared: &Declared) -> Targets {
        let mut declared = declared.clone();
        declared.campaigns.truncate(MAX_CAMPAIGNS);
        declared.goals.truncate(MAX_GOALS);
        declared.funnels.truncate(MAX_FUNNELS);
        declared.funnels.iter_mut().for_each(|funnel| funnel.steps.truncate(MAX_STEPS));
        let goals = declared.goals.iter().enumerate();
        let of_pages = goals.clone().flat_map(|(at, goal)| match &goal.reached {
            Reached::Page(paths) => each(paths, goal_at(at)),
            Reached::Form(_) | Reached::Press(_) => Vec::new(),
        });
        let of_forms = goals.flat_map(|(at, goal)| match &goal.reached {
            Reached::Form(paths) => each(paths, goal_at(at)),
            Reached::Page(_) | Reached::Press(_) => Vec::new(),
        });
        let steps = declared.funnels.iter().enumerate().flat_map(|(at, funnel)| steps_of(at, funnel));
        let (pages, forms) = (of_pages.chain(steps).collect(), of_forms.collect());
        Targets { declared, pages, forms }
    }

    /// What they were made of.
    pub(super) fn declared(&self) -> &Declared {
        &self.declared
    }

    /// What a page that is shown reaches.
    pub(super) fn of_page(&self, path: &str) -> Aims {
        reached(&self.pages, path)
    }

    /// What a form that is posted to this path reaches.
    pub(super) fn of_form(&self, path: &str) -> Aims {
        reached(&self.forms, path)
    }

    /// What a press reaches.
    pub(super) fn of_press(&self, press: Press) -> Aims {
        let fits = |goal: &Goal| goal.reached == Reached::Press(press);
        let goals = self.declared.goals.iter().enumerate().filter(|(_, goal)| fits(goal));
        goals.fold(Aims::default(), |all, (at, _)| all.and(goal_at(at)))
    }

    /// The campaign of a link; none where none is registered, or the link has no tags.
    pub(super) fn campaign(&self, tags: CampaignTags<'_>) -> CampaignIndex {
        let tagged = [tags.source, tags.medium, tags.name].iter().any(|tag| !tag.is_empty());
        if self.declared.campaigns.is_empty() || !tagged {
            return CampaignIndex::default();
        }
        let place = self.declared.campaigns.iter().position(|campaign| is_of(campaign, tags));
        CampaignIndex(place.and_then(|at| u8::try_from(at + 2).ok()).unwrap_or(1))
    }

    /// The names of the campaigns' cells: in the order of the indexes, from 1.
    pub(super) fn campaign_cells(&self) -> Vec<String> {
        let campaigns = self.declared.campaigns.iter().map(|campaign| campaign.id.clone());
        let other = (!self.declared.campaigns.is_empty()).then(|| OTHER.to_owned());
        other.into_iter().chain(campaigns).collect()
    }

    /// The names of the goals' cells, in the order of their places.
    pub(super) fn goal_cells(&self) -> Vec<String> {
        self.declared.goals.iter().map(|goal| goal.id.clone()).collect()
    }

    /// The names of the funnels' cells: one for each step of each.
    pub(super) fn funnel_cells(&self) -> Vec<String> {
        let steps = |funnel: &Funnel| {
            let id = funnel.id.clone();
            (1..=funnel.steps.len()).map(move |step| format!("{id}/{step}"))
        };
        self.declared.funnels.iter().flat_map(steps).collect()
    }

    /// The cell of a funnel's step, which is counted from 1.
    pub(super) fn funnel_cell(&self, funnel: usize, step: usize) -> Option<usize> {
        let before = self.declared.funnels.get(..funnel)?.iter().map(|before| before.steps.len());
        let within = (1..=self.declared.funnels.get(funnel)?.steps.len()).contains(&step);
        within.then(|| before.sum::<usize>() + step - 1)
    }
}

impl Aims {
    pub(super) fn is_nothing(self) -> bool {
        self == Aims::default()
    }

    fn and(self, other: Aims) -> Aims {
        Aims { goals: self.goals | other.goals, steps: self.steps | other.steps }
    }
}

fn goal_at(place: usize) -> Aims {
    Aims { goals: 1 << place, steps: 0 }
}

fn steps_of(at: usize, funnel: &Funnel) -> impl Iterator<Item = (Template, Aims)> {
    let aims = move |step: usize| Aims { goals: 0, steps: 1 << (at * MAX_STEPS + step) };
    funnel.steps.iter().enumerate().flat_map(move |(step, paths)| each(paths, aims(step)))
}

fn each(paths: &[String], aims: Aims) -> Vec<(Template, Aims)> {
    paths.iter().map(|path| (Template::of(path), aims)).collect()
}

fn reached(targets: &[(Template, Aims)], path: &str) -> Aims {
    if targets.is_empty() {
        return Aims::default();
    }
    let segments = page_segments(path);
    let covered = targets.iter().filter(|(template, _)| template.covers(&segments));
    covered.fold(Aims::default(), |all, (_, aims)| all.and(*aims))
}

fn is_of(campaign: &Campaign, tags: CampaignTags<'_>) -> bool {
    let fits = |wanted: &[String], given: &str| {
        wanted.is_empty() || wanted.iter().any(|one| *one == given.to_lowercase())
    };
    fits(&campaign.sources, tags.source)
        && fits(&campaign.mediums, tags.medium)
        && fits(&campaign.names, tags.name)
}

/// A declared path, by segment.
#[derive(Clone, Debug)]
struct Template(Vec<String>);

impl Template {
    fn of(path: &str) -> Template {
        Template(page_segments(path))
    }

    fn covers(&self, segments: &[String]) -> bool {
        let any = |want: &str| want.starts_with('{') && want.ends_with('}');
        let mut pairs = self.0.iter().zip(segments);
        self.0.len() == segments.len() && pairs.all(|(want, have)| any(want) || want == have)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::fixtures::declared;

    fn targets() -> Targets {
        Targets::frozen(&declared())
    }

    #[test]
    fn a_page_reaches_its_goals_and_steps_whatever_its_spelling() {
        let at = |path: &str| targets().of_page(path);
        assert_eq!(at("/a?x=canary"), Aims { goals: 0b1, steps: 0b1 });
        assert_eq!(at("//%61/index.html"), at("/a"));
        assert_eq!(at("/medecins/anyone"), Aims { goals: 0b10, steps: 0 });
        assert_eq!(at("/en/doctors/anyone"), at("/medecins/anyone"));
        assert_eq!(at("/b"), Aims { goals: 0, steps: 0b1_010 });
        for path in ["/medecins", "/medecins/anyone/photo", "/canary", "/sent"] {
            assert!(at(path).is_nothing(), "{path}");
        }
    }

    #[test]
    fn forms_and_presses_reach_theirs_and_no_others() {
        let targets = targets();
        assert_eq!(targets.of_form("/sent"), Aims { goals: 0b100, steps: 0 });
        assert!(targets.of_form("/a").is_nothing());
        assert_eq!(targets.of_press(Press::Phone), Aims { goals: 0b1000, steps: 0 });
        assert!(targets.of_press(Press::Email).is_nothing());
    }

    #[test]
    fn a_campaign_is_registered_or_other_or_none() {
        let targets = targets();
        let place = |source, medium, name| targets.campaign(CampaignTags { source, medium, name }).0;
        assert_eq!(place("Newsletter", "EMAIL", "rentree"), 2);
        assert_eq!(place("newsletter", "email", "canary"), 1);
        assert_eq!(place("facebook", "", ""), 3);
        assert_eq!(place("canary", "", ""), 1);
        assert_eq!(place("", "", ""), 0);
        assert_eq!(targets.campaign_cells(), ["(other)", "rentree", "social"]);
        let none = Targets::default();
        assert_eq!(none.campaign(CampaignTags { source: "x", medium: "", name: "" }).0, 0);
        assert!(none.campaign_cells().is_empty());
    }

    #[test]
    fn each_step_of_each_funnel_has_its_cell() {
        let targets = targets();
        let cells = targets.funnel_cells();
        assert_eq!(cells, ["visit/1", "visit/2", "short/1", "short/2", "long/1", "long/2", "long/3"]);
        let cell = |funnel, step| targets.funnel_cell(funnel, step).map(|at| cells[at].as_str());
        assert_eq!((cell(0, 1), cell(1, 2), cell(2, 3)), (Some("visit/1"), Some("short/2"), Some("long/3")));
        assert_eq!((cell(0, 3), cell(1, 0), cell(3, 1)), (None, None, None));
    }

    #[test]
    fn what_is_beyond_a_bound_is_left_out() {
        let goal = |n: usize| Goal { id: format!("g{n}"), reached: Reached::Page(vec![format!("/g{n}")]) };
        let funnel =
            |n: usize| Funnel { id: format!("f{n}"), steps: vec![vec!["/a".to_owned()]; MAX_STEPS + 1] };
        let campaign = |n: usize| Campaign { id: format!("c{n}"), ..Campaign::default() };
        let many = Declared {
            campaigns: (0..MAX_CAMPAIGNS + 1).map(campaign).collect(),
            goals: (0..MAX_GOALS + 1).map(goal).collect(),
            funnels: (0..MAX_FUNNELS + 1).map(funnel).collect(),
            goals_by_source: false,
        };
        let targets = Targets::frozen(&many);
        assert_eq!((targets.campaign_cells().len(), targets.goal_cells().len()), (51, 10));
        assert_eq!(targets.funnel_cells().len(), 9);
        assert!(targets.of_page("/g10").is_nothing() && !targets.of_page("/g9").is_nothing());
    }
}
