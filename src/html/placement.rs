//! In: the start tags of a page, until the body has begun. Out: where the guard and the banner go.
//! Each document gets both exactly once, whichever of its tags are left out; a fragment gets neither.
//!
//! Tags of head and body may be left out, so their place is told by what comes first that cannot
//! stand before it (HTML, sections 13.1.2.4 and 13.2.6.4). Text is not looked at: a page that begins
//! with bare text gets its insertions before its first element.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lol_html::end_tag;
use lol_html::html_content::{ContentType, EndTag};
use lol_html::send::Element;

use super::elements::keep_names_apart;
use super::entities;
use super::error::HtmlError;
use super::judge::Judge;

/// Elements that may stand before a body without opening it.
const IN_HEAD: &[&str] = &[
    "html", "head", "base", "basefont", "bgsound", "link", "meta", "title", "noscript", "noframes", "style",
    "script", "template",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing is set in: a fragment, or a document within another.
    Never,
    /// Before the first element that says whether this is a document.
    Unsure,
    /// Before the head.
    BeforeHead,
    /// The guard is in place, the body has not begun.
    InHead,
    Done,
}

/// Where a page's insertions have got to.
#[derive(Debug)]
pub(super) struct Placement {
    stage: Stage,
    /// How many `template` elements are open; what is in them is no part of the page.
    templates: Arc<AtomicUsize>,
    banner_is_set: Arc<AtomicBool>,
}

impl Placement {
    /// For a page; `is_document` where it is known to be one. XML takes no banner, which is HTML.
    pub(super) fn of_page(is_document: bool, takes_banner: bool) -> Placement {
        Placement {
            stage: if is_document { Stage::BeforeHead } else { Stage::Unsure },
            templates: Arc::default(),
            banner_is_set: Arc::new(AtomicBool::new(!takes_banner)),
        }
    }

    /// For what takes no insertions.
    pub(super) fn none() -> Placement {
        Placement { stage: Stage::Never, ..Placement::of_page(false, false) }
    }

    /// Whether the rest of the page's tags no longer matter here.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Never | Stage::Done)
    }

    /// Takes note of a start tag and sets in what belongs before or into it.
    pub(super) fn see(&mut self, judge: &mut Judge, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
        let tag = element.tag_name();
        if self.stage == Stage::Unsure {
            let whole = matches!(&*tag, "html" | "head" | "body" | "frameset");
            self.stage = if whole { Stage::BeforeHead } else { Stage::Never };
        }
        if self.is_settled() || self.templates.load(Ordering::Relaxed) > 0 {
            return Ok(());
        }
        if self.stage == Stage::BeforeHead {
            self.open_head(judge, element, &tag)?;
        }
        if self.stage == Stage::InHead {
            self.await_body(judge, element, &tag)?;
        }
        Ok(())
    }

    fn open_head(
        &mut self,
        judge: &mut Judge,
        element: &mut Element<'_, '_>,
        tag: &str,
    ) -> Result<(), HtmlError> {
        if tag == "html" {
            return open_html(judge, element);
        }
        let guard = judge.carrier.write(&judge.insertions.head_start());
        if tag == "head" && element.can_have_content() {
            element.prepend(&guard, ContentType::Html);
        } else {
            element.before(&guard, ContentType::Html);
        }
        self.stage = Stage::InHead;
        Ok(())
    }

    fn await_body(
        &mut self,
        judge: &mut Judge,
        element: &mut Element<'_, '_>,
        tag: &str,
    ) -> Result<(), HtmlError> {
        if tag == "template" {
            self.templates.fetch_add(1, Ordering::Relaxed);
            let templates = Arc::clone(&self.templates);
            let close = end_tag!(move |_: &mut EndTag<'_>| {
                templates.fetch_sub(1, Ordering::Relaxed);
                Ok(())
            });
            return element.on_end_tag(close).map_err(|_| HtmlError::Ambiguous);
        }
        if IN_HEAD.contains(&tag) {
            return Ok(());
        }
        self.stage = Stage::Done;
        if tag == "frameset" {
            // Frames cover the whole window; each of them is a page with its own banner.
            self.banner_is_set.store(true, Ordering::Relaxed);
        }
        self.open_body(judge, element, tag)
    }

    fn open_body(
        &mut self,
        judge: &Judge,
        element: &mut Element<'_, '_>,
        tag: &str,
    ) -> Result<(), HtmlError> {
        if self.banner_is_set.load(Ordering::Relaxed) {
            return Ok(());
        }
        let at_end = judge.insertions.at_end();
        if at_end && tag == "body" {
            return self.await_body_end(judge, element);
        }
        if !at_end {
            self.banner_is_set.store(true, Ordering::Relaxed);
            let banner = banner(judge);
            if tag == "body" {
                element.prepend(&banner, ContentType::Html);
            } else {
                element.before(&banner, ContentType::Html);
            }
        }
        Ok(())
    }

    fn await_body_end(&self, judge: &Judge, body: &mut Element<'_, '_>) -> Result<(), HtmlError> {
        let banner = banner(judge);
        let is_set = Arc::clone(&self.banner_is_set);
        let close = end_tag!(move |end: &mut EndTag<'_>| {
            if !is_set.swap(true, Ordering::Relaxed) {
                end.before(&banner, ContentType::Html);
            }
            Ok(())
        });
        body.on_end_tag(close).map_err(|_| HtmlError::Ambiguous)
    }

    /// What has found no place before, for the end of the page; carried.
    pub(super) fn end(&mut self, judge: &Judge) -> String {
        let mut rest = String::new();
        if matches!(self.stage, Stage::BeforeHead) {
            rest += &judge.carrier.write(&judge.insertions.head_start());
        }
        let is_page = !matches!(self.stage, Stage::Never | Stage::Unsure);
        if is_page && !self.banner_is_set.swap(true, Ordering::Relaxed) {
            rest += &banner(judge);
        }
        self.stage = Stage::Done;
        rest
    }
}

fn open_html(judge: &mut Judge, html: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    if let Some(written) = html.get_attribute("lang").or_else(|| html.get_attribute("xml:lang")) {
        let language = judge.carrier.read(&entities::decode(&written)).into_owned();
        judge.language = Some(language);
    }
    for (name, value) in judge.insertions.html_attributes() {
        let value = judge.carrier.write(&entities::encode(&value));
        if html.set_attribute(&name, &value).is_err() {
            html.remove_attribute(&name);
        }
    }
    keep_names_apart(html)
}

fn banner(judge: &Judge) -> String {
    judge.carrier.write(&judge.insertions.banner(judge.around()))
}

/// Whether a body that begins with `prefix` says that it is a document: a doctype after nothing but
/// space and comments. Without one, its first element tells.
pub(super) fn begins_with_doctype(prefix: &[u8]) -> bool {
    let mut rest = prefix.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(prefix);
    loop {
        rest = rest.trim_ascii_start();
        let Some(comment) = rest.strip_prefix(b"<!--") else { break };
        let Some(end) = memchr::memmem::find(comment, b"-->") else { return false };
        rest = &comment[end + 3..];
    }
    rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype"))
}

#[cfg(test)]
mod tests {
    use super::begins_with_doctype;

    #[test]
    fn doctypes_are_found_behind_comments() {
        assert!(begins_with_doctype(b"\xEF\xBB\xBF \n<!-- a --> <!-- b --><!DOCTYPE html>"));
        assert!(!begins_with_doctype(b"<div><!doctype html>"));
        assert!(!begins_with_doctype(b"<!-- <!doctype html>"));
    }
}
