//! In: frames whose source is blocked. Out: what stands in their place, where they were meant to be
//! seen and their vendor is known. What it looks like is another room's.

use lol_html::send::Element;

use super::elements::Findings;
use super::entities;
use super::insertions::BlockedFrame;
use super::judge::Judge;

const HTML: &str = "http://www.w3.org/1999/xhtml";

/// The placeholder for a blocked frame; `None` where it only loses its source.
pub(super) fn placeholder(
    findings: &Findings,
    judge: &Judge,
    element: &Element<'_, '_>,
    tag: &str,
) -> Option<String> {
    let url = findings.source.as_ref()?;
    let shows = matches!(tag, "iframe" | "embed" | "object") && element.namespace_uri() == HTML;
    if !shows || element.has_attribute("srcdoc") || is_hidden(element) {
        return None;
    }
    let url = judge.bases.absolute(&judge.carrier.read(url))?;
    let verdict = judge.bases.verdict(&judge.decision, url.as_str());
    let read = |name| attribute(judge, element, name);
    let frame = BlockedFrame {
        vendor: verdict.ruling.vendor?,
        rule: verdict.ruling.rule,
        url: url.to_string(),
        width: read("width"),
        height: read("height"),
        style: read("style"),
        class: read("class"),
        title: read("title"),
    };
    let text = judge.insertions.placeholder(&frame, judge.around());
    (!text.is_empty()).then_some(text)
}

fn attribute(judge: &Judge, element: &Element<'_, '_>, name: &str) -> Option<String> {
    let written = element.get_attribute(name)?;
    Some(judge.carrier.read(&entities::decode(&written)).into_owned())
}

/// Frames that nobody is meant to see, such as a tag manager's, need no placeholder.
fn is_hidden(element: &Element<'_, '_>) -> bool {
    let style = element.get_attribute("style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let tiny = |name| {
        let size = element.get_attribute(name).unwrap_or_default();
        matches!(size.trim().trim_end_matches("px"), "0" | "1")
    };
    element.has_attribute("hidden")
        || tiny("width")
        || tiny("height")
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}
