//! The notice, and the one announced to follow it.
//!
//! In: `[site.notice]`, `[site.notice.next]` and the `from` of the site's vendors. Out: both notices, and
//! a problem wherever visitors could not be told what changes and from when (PC17).

use super::super::checked::{Localised, Site};
use super::super::notice::{Effective, Notice};
use super::super::problem::Report;
use super::super::raw::{RawNext, RawOffer, RawSite};
use super::super::table::Entry;
use super::site::localised;
use crate::policy::Day;

/// A notice that is announced, before the site it will belong to is made.
pub(super) struct Next {
    pub effective: Day,
    pub summary: Localised,
    pub notice: Notice,
}

/// The notice in force.
pub(super) fn present(raw: &RawSite) -> Notice {
    Notice {
        version: raw.notice.version.value().cloned().unwrap_or_else(|| "1".to_owned()),
        effective: raw.notice.effective.value().map(|date| date.0),
        replaces: None,
    }
}

/// From when it is in force, as the file says.
pub(super) fn effective(raw: &RawSite, site: &Site) -> Option<Effective> {
    let given = raw.notice.effective.given()?;
    Some(Effective { day: given.value.0, time_zone: site.usage.time_zone.clone(), at: given.at.clone() })
}

/// The notice that follows `present`, if one is announced.
pub(super) fn next(raw: &RawSite, present: &Notice, languages: &[String], report: &Report) -> Option<Next> {
    for offer in &raw.vendors {
        check_from(offer, raw.notice.next.as_ref(), report);
    }
    let next = raw.notice.next.as_ref()?;
    let summary = summary(next, languages, report);
    check_version(next, present, report);
    let effective = takes_over(next, present, report)?;
    let version = next.version.value()?.clone();
    let notice = Notice { version, effective: Some(effective), replaces: Some(Box::new(present.clone())) };
    Some(Next { effective, summary, notice })
}

/// A version that stays the same would leave the old choices standing.
fn check_version(next: &RawNext, present: &Notice, report: &Report) {
    let remedy = "write version = \"2\", or whatever the new notice is called";
    match &next.version {
        Entry::Absent => report.say(&next.at, "[site.notice.next] has no `version`", remedy),
        Entry::Given(given) if given.value == present.version => {
            let message = format!("version \"{}\" is the present one", given.value);
            report.say(&given.at, message, remedy);
        }
        Entry::Given(_) | Entry::Unreadable => {}
    }
}

fn takes_over(next: &RawNext, present: &Notice, report: &Report) -> Option<Day> {
    if next.effective.is_absent() {
        let remedy = "write effective = \"YYYY-MM-DD\", the day it replaces the present one";
        report.say(&next.at, "[site.notice.next] does not say from when", remedy);
    }
    let given = next.effective.given()?;
    if let Some(before) = present.effective.filter(|day| *day >= given.value.0) {
        let message = format!("the present notice takes effect on {} itself", before.iso());
        report.say(&given.at, message, "write a later day");
    }
    Some(given.value.0)
}

/// Whoever reads the site can read what changes.
fn summary(next: &RawNext, languages: &[String], report: &Report) -> Localised {
    let summary = next.summary.as_ref().map(localised).unwrap_or_default();
    for language in languages {
        if !summary.0.iter().any(|(of, _)| of == language) {
            let message = format!("[site.notice.next] does not say in \"{language}\" what changes");
            report.say(
                &next.at,
                message,
                "write summary = { fr = \"…\", en = \"…\" }, one sentence in each language of the site",
            );
        }
    }
    summary
}

/// A vendor starts on the day of the notice that tells of it, and on no other.
fn check_from(offer: &RawOffer, next: Option<&RawNext>, report: &Report) {
    let Some(from) = offer.from.given() else { return };
    let Some(next) = next else {
        let message = "this vendor starts later, and no notice says so";
        report.say(&from.at, message, "write [site.notice.next], or leave `from` out");
        return;
    };
    if let Some(effective) = next.effective.value().filter(|day| day.0 != from.value.0) {
        let day = effective.0.iso();
        let message = format!("the notice that tells of this vendor takes effect on {day}");
        report.say(&from.at, message, format!("write from = \"{day}\""));
    }
}
