//! In: `script`, `style` and `noscript` elements. Out: what becomes of their tags and of their text.
//! A script's text arrives in pieces and is judged when it is whole.

use lol_html::html_content::TextType;
use lol_html::send::Element;

use super::carrier;
use super::elements::Findings;
use super::engine::{self, Within};
use super::entities;
use super::error::HtmlError;
use super::judge::Judge;
use super::migration;
use super::stopped::Stop;
use crate::policy::{Rule, Ruling};

/// What is to be done with the text of the element that was opened last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextPlan {
    /// It stays as it is: data, or nothing that is judged.
    Keep,
    /// Judged as a script, and removed if it is blocked.
    Script,
    /// Judged as an import map.
    ImportMap,
    /// Loses its blocked URLs.
    Style,
    /// Is markup after all, and is rewritten as such.
    Markup,
}

/// What a `script` element's `type` makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Script,
    ImportMap,
    Speculation,
    Data,
}

/// Attributes that only make sense beside a `src`.
const WITH_SOURCE: &[&str] = &[
    "src",
    "href",
    "xlink:href",
    "integrity",
    "crossorigin",
    "async",
    "defer",
    "nomodule",
    "referrerpolicy",
];

/// What becomes of a `script` element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    AsWritten,
    Silenced,
    /// It waited for another consent manager, and runs now.
    Started,
}

/// Makes a `script` whose source is blocked inert, and starts one that waits for another consent manager
/// where what it waits for is granted.
pub(super) fn settle_tag(findings: &mut Findings, element: &Element<'_, '_>, judge: &mut Judge) -> Fate {
    silence(findings, element, judge);
    if findings.source.is_some() {
        Fate::Silenced
    } else if start(findings, element, judge) {
        Fate::Started
    } else {
        Fate::AsWritten
    }
}

/// Gives a script that was tagged for another consent manager its own type and source, if it may start.
fn start(findings: &mut Findings, element: &Element<'_, '_>, judge: &Judge) -> bool {
    let decoded = |name| element.get_attribute(name).map(|written| entities::decode(&written).into_owned());
    let parked = decoded("data-src").filter(|_| !element.has_attribute("src"));
    let source = parked.clone().or_else(|| decoded("src"));
    let own_type = decoded("data-type");
    let is_script = own_type.as_deref().is_none_or(|own| kind_named(own) == Kind::Script);
    if !is_script || !migration::starts(judge, element, source.as_deref()) {
        return false;
    }
    match own_type {
        Some(own) => findings.set("type", &own, None),
        None => findings.drop("type"),
    }
    if let Some(parked) = parked {
        findings.set("src", &parked, None);
        findings.drop("data-src");
    }
    true
}

/// Every speculation is silenced as well: those open connections that no visitor asked for, and pages made
/// ahead would show an older choice.
fn silence(findings: &mut Findings, element: &Element<'_, '_>, judge: &mut Judge) {
    if kind(element) == Kind::Speculation {
        let stop = Stop::new(&Ruling::block(Rule::NoContent, None), "");
        judge.stopped.add(&stop);
        findings.set("type", "text/plain", Some(stop));
    } else if findings.source.is_some()
        && let Some(stop) = findings.first.clone()
    {
        for name in WITH_SOURCE.iter().filter(|name| element.has_attribute(name)) {
            findings.remove(name, stop.clone());
        }
        findings.set("type", "text/plain", None);
    }
}

/// What is to be done with the text of `element`.
pub(super) fn plan(judge: &Judge, element: &Element<'_, '_>, tag: &str, fate: Fate) -> TextPlan {
    let closes_itself = judge.is_xml && element.is_self_closing();
    match tag {
        // In XML this element has ended, and what lol_html takes for its text is markup.
        "script" | "style" | "title" | "textarea" | "noscript" if closes_itself => TextPlan::Markup,
        // In XML these have no text of a kind of their own.
        "title" | "textarea" => TextPlan::Keep,
        "noscript" | "iframe" | "noembed" | "noframes" | "xmp" | "plaintext" => TextPlan::Markup,
        "style" => TextPlan::Style,
        "script" if fate == Fate::Silenced || has_source(element, fate) => TextPlan::Keep,
        "script" if fate == Fate::Started => TextPlan::Script,
        "script" => match kind(element) {
            Kind::Script => TextPlan::Script,
            Kind::ImportMap => TextPlan::ImportMap,
            Kind::Speculation | Kind::Data => TextPlan::Keep,
        },
        _ => TextPlan::Keep,
    }
}

/// A script with a source does not run its text.
fn has_source(element: &Element<'_, '_>, fate: Fate) -> bool {
    let has = |name: &&str| element.has_attribute(name);
    (fate == Fate::Started && has(&"data-src"))
        || ((fate == Fate::Started || kind(element) == Kind::Script)
            && ["src", "href", "xlink:href"].iter().any(has))
}

/// Optimisers mangle types (`9aa2-text/javascript`, `rocketlazyloadscript`) and restore them later,
/// so every type that names a script is one. Templates, JSON and `text/plain` are data.
fn kind(element: &Element<'_, '_>) -> Kind {
    let written = element.get_attribute("type").unwrap_or_default();
    kind_named(&entities::decode(&written))
}

fn kind_named(written: &str) -> Kind {
    let kind = written.trim().to_ascii_lowercase();
    match &*kind {
        "" | "module" => Kind::Script,
        "importmap" => Kind::ImportMap,
        "speculationrules" => Kind::Speculation,
        _ if kind.contains("script") => Kind::Script,
        _ => Kind::Data,
    }
}

/// The text of an element, once it is whole (still carried); `None` where it stays.
pub(super) fn settle(
    judge: &mut Judge,
    plan: TextPlan,
    text_type: TextType,
    text: &str,
) -> Result<Option<String>, HtmlError> {
    // In SVG and XML, text has references.
    let has_references = judge.is_xml || text_type == TextType::Data;
    let decoded = if has_references { entities::decode(text) } else { text.into() };
    Ok(match plan {
        TextPlan::Keep => None,
        TextPlan::Script => {
            let code = judge.carrier.read(&decoded).into_owned();
            judge.script(&code).map(|stop| format!("/* paravent: {stop} */"))
        }
        TextPlan::ImportMap => judge.import_map(&decoded).map(|_| "{}".to_owned()),
        TextPlan::Style => judge.style(&decoded).map(|(style, _)| {
            if has_references { style.replace('&', "&amp;").replace('<', "&lt;") } else { style }
        }),
        TextPlan::Markup => {
            let rewritten = engine::rewrite_within(judge, &carrier::bytes(text), Within::Page)?;
            rewritten.map(|rewritten| carrier::carry(&rewritten.bytes))
        }
    })
}
