//! In: a start tag that is worth reading. Out: the same tag without what is blocked, marked with
//! `data-paravent="RULE WHOM"`. The element stays in the tree, so that the page's own scripts and
//! styles find what they expect.

use std::borrow::Cow;

use lol_html::html_content::{Attribute, ContentType};
use lol_html::send::Element;

use super::carrier;
use super::engine::{self, Within};
use super::entities;
use super::error::HtmlError;
use super::frames;
use super::judge::Judge;
use super::links;
use super::roles::{Role, role};
use super::scripts::{self, Fate, TextPlan};
use super::srcset;
use super::stopped::Stop;

/// The attribute that says why an element does not load.
const MARKER: &str = "data-paravent";

/// What reading a tag found.
#[derive(Default)]
pub(super) struct Findings {
    changes: Vec<Change>,
    /// Why, for the marker.
    pub(super) first: Option<Stop>,
    /// The blocked address of what the element is there to load, still carried.
    pub(super) source: Option<String>,
}

/// A change of one attribute; values are as they are written, still carried.
enum Change {
    Remove(String),
    Set(String, String),
}

impl Findings {
    pub(super) fn remove(&mut self, name: &str, stop: Stop) {
        self.changes.push(Change::Remove(name.to_owned()));
        self.first.get_or_insert(stop);
    }

    /// Takes an attribute away for another reason than that it is blocked.
    pub(super) fn drop(&mut self, name: &str) {
        self.changes.push(Change::Remove(name.to_owned()));
    }

    /// Gives `name` a value that means `value`.
    pub(super) fn set(&mut self, name: &str, value: &str, stop: Option<Stop>) {
        self.changes.push(Change::Set(name.to_owned(), entities::encode(value)));
        self.first = self.first.take().or(stop);
    }

    fn apply(self, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
        for change in &self.changes {
            match change {
                Change::Remove(name) => element.remove_attribute(name),
                Change::Set(name, value) => set(element, name, value),
            }
        }
        if let Some(stop) = &self.first {
            set(element, MARKER, &stop.to_string());
        }
        if self.first.is_some() || !self.changes.is_empty() { keep_names_apart(element) } else { Ok(()) }
    }
}

/// A name that begins with an equals sign (HTML, 13.2.5.32) is one only as the page spells its tag: written
/// anew behind a name without a value, it would begin that one's value, and what follows be read otherwise.
/// So that name gets an empty value.
///
/// # Errors
/// [`HtmlError::Ambiguous`] where it cannot be given one.
pub(super) fn keep_names_apart(element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    let attributes = element.attributes();
    let names: Vec<String> = attributes.iter().map(Attribute::name).collect();
    let before = names.iter().zip(names.iter().skip(1)).zip(attributes);
    let bare: Vec<String> = before
        .filter(|((_, next), attribute)| next.starts_with('=') && attribute.value().is_empty())
        .map(|((name, _), _)| name.clone())
        .collect();
    for name in bare {
        let twice = names.iter().filter(|other| **other == name).count() > 1;
        if twice || element.set_attribute(&name, "").is_err() {
            return Err(HtmlError::Ambiguous);
        }
    }
    Ok(())
}

/// Names come from the page's own markup or from this room, so none is refused.
fn set(element: &mut Element<'_, '_>, name: &str, value: &str) {
    if element.set_attribute(name, value).is_err() {
        element.remove_attribute(name);
    }
}

/// Rewrites a start tag and says what is to be done with the text of its element.
pub(super) fn rewrite(judge: &mut Judge, element: &mut Element<'_, '_>) -> Result<TextPlan, HtmlError> {
    let tag = element.tag_name();
    let mut findings = read(judge, element, &tag)?;
    match &*tag {
        "base" => links::base(judge, element)?,
        "meta" => links::meta(&mut findings, judge, element)?,
        // Within a formula's text these two alone stay out of HTML (HTML, 13.2.6), and what is raw text
        // elsewhere is markup in them, which lol_html does not know. No browser draws them.
        "mglyph" | "malignmark" => {
            judge.unreadable();
            element.remove_and_keep_content();
        }
        _ => {}
    }
    let fate = match &*tag {
        "script" => scripts::settle_tag(&mut findings, element, judge),
        _ => Fate::AsWritten,
    };
    let plan = scripts::plan(judge, element, &tag, fate);
    if let Some(placeholder) = frames::placeholder(&findings, judge, element, &tag) {
        let text = judge.carrier.write(&placeholder);
        if tag == "object" {
            // Its content is shown instead of it, and may be the rest of a page that never closes it.
            element.before(&text, ContentType::Html);
        } else {
            element.replace(&text, ContentType::Html);
        }
    }
    findings.apply(element)?;
    Ok(plan)
}

fn read(judge: &mut Judge, element: &Element<'_, '_>, tag: &str) -> Result<Findings, HtmlError> {
    let mut findings = Findings::default();
    for attribute in element.attributes() {
        let name = attribute.name();
        let Some(role) = role(tag, &name) else { continue };
        if tag == "link" && role == Role::Fetch && !links::fetches(element) {
            continue;
        }
        let written = attribute.value();
        let value = entities::decode(&written);
        read_attribute(&mut findings, judge, element, (tag, &name, role), value)?;
    }
    Ok(findings)
}

fn read_attribute(
    findings: &mut Findings,
    judge: &mut Judge,
    element: &Element<'_, '_>,
    (tag, name, role): (&str, &str, Role),
    value: Cow<'_, str>,
) -> Result<(), HtmlError> {
    match role {
        Role::Fetch => {
            if let Some(stop) = judge.url(&value) {
                if is_source(tag, name) {
                    findings.source.get_or_insert(value.into_owned());
                }
                findings.remove(name, stop);
            }
        }
        Role::Candidates => read_candidates(findings, judge, name, &value),
        Role::Ping => read_list(findings, judge, name, value.split_ascii_whitespace()),
        Role::Animation if links::animates_address(element) => {
            read_list(findings, judge, name, value.split(';'));
        }
        Role::Animation => {}
        Role::Style => {
            if let Some((style, stop)) = judge.style(&value) {
                findings.set(name, &style, stop);
            }
        }
        Role::Handler => {
            let code = judge.carrier.read(&value).into_owned();
            judge.handler(&code).into_iter().for_each(|stop| findings.remove(name, stop));
        }
        Role::Form => {
            judge.tracker(&value).into_iter().for_each(|stop| findings.remove(name, stop));
        }
        Role::Document => read_document(findings, judge, name, &value)?,
    }
    Ok(())
}

/// Whether the attribute names what the element is there for, rather than an image beside it.
fn is_source(tag: &str, name: &str) -> bool {
    match tag {
        "script" => true,
        "object" => name == "data",
        "iframe" | "frame" | "embed" | "fencedframe" | "portal" => name == "src",
        _ => false,
    }
}

fn read_candidates(findings: &mut Findings, judge: &mut Judge, name: &str, value: &str) {
    let mut first = None;
    let kept = srcset::without_blocked(value, |url| match judge.url(url) {
        Some(stop) => {
            first.get_or_insert(stop);
            true
        }
        None => false,
    });
    match (kept, first) {
        (Some(kept), Some(stop)) if kept.is_empty() => findings.remove(name, stop),
        (Some(kept), first) => findings.set(name, &kept, first),
        (None, _) => {}
    }
}

/// Where one address of a list is blocked, the whole attribute goes.
fn read_list<'v>(
    findings: &mut Findings,
    judge: &mut Judge,
    name: &str,
    mut urls: impl Iterator<Item = &'v str>,
) {
    if let Some(stop) = urls.find_map(|url| judge.url(url)) {
        findings.remove(name, stop);
    }
}

/// A document in an attribute is rewritten in the page's own bytes; characters that were written as
/// references stay references. Where nothing in it is blocked it stays as it was written.
fn read_document(
    findings: &mut Findings,
    judge: &mut Judge,
    name: &str,
    value: &str,
) -> Result<(), HtmlError> {
    if let Some(rewritten) = engine::rewrite_within(judge, &carrier::bytes(value), Within::Document)? {
        findings.set(name, &carrier::carry(&rewritten.bytes), Some(rewritten.first));
    }
    Ok(())
}
