//! How a site is counted. In: its raw tables and its sensitive paths. Out: the closed lists of what is
//! declared; what cannot be counted as it is written is reported.

use std::collections::HashSet;

use super::super::paths::{PageTemplate, SensitivePath};
use super::super::problem::{Place, Report};
use super::super::table::{Entry, Given};
use super::super::usage::{
    Campaign, CellId, Funnel, Goal, GoalReached, MAX_CAMPAIGNS, MAX_FUNNELS, MAX_GOALS, MAX_STEPS,
    RawCampaign, RawFunnel, RawGoal, RawUsage, Step, Tag, Usage,
};
use super::site::localised;
use crate::policy::PathPattern;

/// Fills in the defaults, and reports what cannot be counted.
pub(super) fn check_usage(
    raw: &RawUsage,
    sensitive: &Entry<Vec<Given<SensitivePath>>>,
    report: &Report,
) -> Usage {
    let sensitive = sensitive.value().into_iter().flatten().map(|given| &given.value.0).collect();
    let desk = Desk { report, sensitive, events: raw.events.value() == Some(&true) };
    let default = Usage::default();
    desk.no_more_than(MAX_CAMPAIGNS, "campaigns", raw.campaigns.iter().map(|raw| (&raw.at, &raw.id)));
    desk.no_more_than(MAX_GOALS, "goals", raw.goals.iter().map(|raw| (&raw.at, &raw.id)));
    desk.no_more_than(MAX_FUNNELS, "funnels", raw.funnels.iter().map(|raw| (&raw.at, &raw.id)));
    let crosses = raw.goals_by_source.given().filter(|given| given.value);
    if let Some(given) = crosses.filter(|_| raw.goals.is_empty()) {
        let message = "goals_by_source has no use without goals";
        report.say(&given.at, message, "declare one with [[site.usage.goal]], or leave it out");
    }
    Usage {
        preset: raw.preset.value().copied().unwrap_or_default(),
        time_zone: raw.time_zone.value().map_or(default.time_zone, |zone| zone.0.clone()),
        release: raw.release.value().copied().unwrap_or_default(),
        pages: templates(&raw.pages),
        events: desk.events,
        goals_by_source: crosses.is_some(),
        campaigns: raw.campaigns.iter().filter_map(|raw| desk.campaign(raw)).collect(),
        goals: raw.goals.iter().filter_map(|raw| desk.goal(raw)).collect(),
        funnels: raw.funnels.iter().filter_map(|raw| desk.funnel(raw)).collect(),
    }
}

/// What the lists of one site are checked against.
struct Desk<'a> {
    report: &'a Report,
    sensitive: Vec<&'a PathPattern>,
    events: bool,
}

impl Desk<'_> {
    /// Reports a list that is too long, and names that stand in it twice.
    fn no_more_than<'r>(
        &self,
        most: usize,
        what: &str,
        list: impl Iterator<Item = (&'r Place, &'r Entry<CellId>)>,
    ) {
        let mut known = HashSet::new();
        for (at, (place, id)) in list.enumerate() {
            if at == most {
                let message = format!("a site has {most} {what} at most: each costs a part of the guarantee");
                self.report.say(place, message, "leave this one out, and those after it");
            }
            match id {
                Entry::Absent => self.report.say(place, "this has no `id`", "write id = \"a-short-name\""),
                Entry::Given(given) if !known.insert(given.value.0.clone()) => {
                    let message = format!("id = \"{}\" stands twice among the {what}", given.value.0);
                    self.report.say(&given.at, message, "give each an id of its own");
                }
                Entry::Given(_) | Entry::Unreadable => {}
            }
        }
    }

    fn campaign(&self, raw: &RawCampaign) -> Option<Campaign> {
        let all_absent = [&raw.sources, &raw.mediums, &raw.names].iter().all(|entry| entry.is_absent());
        if all_absent {
            let remedy = "write utm_campaign = [\"…\"], and utm_source or utm_medium where they matter";
            self.report.say(&raw.at, "nothing tells this campaign's links from others", remedy);
        }
        Some(Campaign {
            id: raw.id.value()?.0.clone(),
            label: localised(&raw.label),
            sources: tags(&raw.sources),
            mediums: tags(&raw.mediums),
            names: tags(&raw.names),
        })
    }

    fn goal(&self, raw: &RawGoal) -> Option<Goal> {
        let empty = |entry: &Entry<Vec<_>>| entry.is_absent() || entry.value().is_some_and(Vec::is_empty);
        let ways = [!empty(&raw.page), !empty(&raw.form), !raw.outbound.is_absent()];
        let remedy = "write one of page = \"/merci\", form = \"/rendez-vous\", outbound = \"phone\"";
        match ways.iter().filter(|way| **way).count() {
            0 => self.report.say(&raw.at, "nothing tells when this goal is reached", remedy),
            1 => {}
            _ => self.report.say(&raw.at, "a goal is reached in one way; make a goal of each", remedy),
        }
        for given in [&raw.page, &raw.form].into_iter().filter_map(Entry::value).flatten() {
            self.may_be_sensitive(&given.value, &given.at, &raw.on_sensitive);
        }
        if let Some(given) = raw.outbound.given().filter(|_| !self.events) {
            let message = "a press is seen by the script of the events alone, which is off";
            self.report.say(
                &given.at,
                message,
                "write events = true in [site.usage], or leave this goal out",
            );
        }
        let page = raw.page.value().map(|_| GoalReached::Page(templates(&raw.page)));
        let form = raw.form.value().map(|_| GoalReached::Form(templates(&raw.form)));
        let reached = page.or(form).or(raw.outbound.value().copied().map(GoalReached::Outbound))?;
        Some(Goal { id: raw.id.value()?.0.clone(), label: localised(&raw.label), reached })
    }

    fn funnel(&self, raw: &RawFunnel) -> Option<Funnel> {
        let given = || raw.steps.value().into_iter().flatten();
        let count = given().count();
        if !matches!(raw.steps, Entry::Unreadable) && !(2..=MAX_STEPS).contains(&count) {
            let message = format!("a funnel has 2 or {MAX_STEPS} steps; this one has {count}");
            self.report.say(&raw.at, message, "write steps = [\"/services\", \"/rendez-vous\"]");
        }
        for step in given() {
            if step.value.0.is_empty() {
                self.report.say(
                    &step.at,
                    "this step has no page",
                    "write the page's path, or leave the step out",
                );
            }
            let pages = step.value.0.iter();
            pages.for_each(|page| self.may_be_sensitive(page, &step.at, &raw.on_sensitive));
        }
        let pages = |step: &Given<Step>| step.value.0.iter().map(|page| page.0.clone()).collect();
        let steps = given().map(pages).collect();
        Some(Funnel { id: raw.id.value()?.0.clone(), label: localised(&raw.label), steps })
    }

    /// A sensitive page counts as the page above it, and under a name of its own only where somebody
    /// says so.
    fn may_be_sensitive(&self, page: &PageTemplate, at: &Place, on_sensitive: &Entry<bool>) {
        let path = &page.0;
        let insisted = on_sensitive.value() == Some(&true);
        if !insisted && self.sensitive.iter().any(|pattern| pattern.matches(path)) {
            let message = format!("\"{path}\" is a sensitive path, which is not counted by itself");
            let remedy = "choose another page, or insist with on_sensitive = true: how often it is reached is \
                          then counted under this id, with noise";
            self.report.say(at, message, remedy);
        }
    }
}

fn templates(entry: &Entry<Vec<Given<PageTemplate>>>) -> Vec<String> {
    entry.value().into_iter().flatten().map(|given| given.value.0.clone()).collect()
}

fn tags(entry: &Entry<Vec<Given<Tag>>>) -> Vec<String> {
    entry.value().into_iter().flatten().map(|given| given.value.0.clone()).collect()
}
