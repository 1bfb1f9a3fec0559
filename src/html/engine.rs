//! In: bytes of a page whose charset is known, and its judge. Out: the rewritten bytes. Here lol_html
//! is set up: strict, bounded in memory, and never flushing what it has not read. Documents within a
//! document are rewritten by an engine of their own.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lol_html::html_content::{Comment, ContentType, EndTag, TextChunk};
use lol_html::send::{DocumentContentHandlers, Element, ElementContentHandlers, HtmlRewriter, Settings};
use lol_html::{AsciiCompatibleEncoding, MemorySettings, OutputSink, Selector};

use super::carrier;
use super::elements;
use super::entities;
use super::error::HtmlError;
use super::foreign::{Foreign, Reading};
use super::judge::Judge;
use super::placement::Placement;
use super::scripts::{self, TextPlan};
use super::stopped::{Stop, Stopped};
use super::tag;
use super::urls::Bases;

/// Elements whose text is judged.
const TEXTS: &str = "script,style,noscript";
/// In XML, these also hold markup.
const TEXTS_IN_XML: &str = "script,style,noscript,iframe,noembed,noframes,xmp,plaintext,title,textarea";

/// A tag that asks whether it is one; never sent.
const PROBE: &[u8] = b"<x-paravent-probe>";

/// One document on its way through lol_html.
pub(super) struct Engine {
    rewriter: HtmlRewriter<'static, Sink>,
    state: Arc<Mutex<State>>,
    output: Arc<Mutex<Vec<u8>>>,
    /// Bytes written so far.
    offset: usize,
}

impl Engine {
    pub(super) fn new(judge: Judge, placement: Placement) -> Result<Engine, HtmlError> {
        let memory_limit = judge.memory_limit;
        let is_xml = judge.is_xml;
        let state = Arc::new(Mutex::new(State::new(judge, placement)));
        let output = Arc::new(Mutex::new(Vec::new()));
        let settings = settings(&state, memory_limit, is_xml)?;
        let rewriter = HtmlRewriter::new(settings, Sink(Arc::clone(&output)));
        Ok(Engine { rewriter, state, output, offset: 0 })
    }

    pub(super) fn write(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        lock(&self.state).look_at(chunk, self.offset);
        self.offset += chunk.len();
        let result = self.rewriter.write(chunk);
        out.append(&mut lock(&self.output));
        Ok(result?)
    }

    /// Whether a tag that came now would be read as one, outside of any drawing or formula.
    fn is_at_rest(&mut self, out: &mut Vec<u8>) -> Result<bool, HtmlError> {
        self.write(PROBE, out)?;
        Ok(lock(&self.state).probe_seen)
    }

    /// Ends the document and hands back what was stopped in it.
    pub(super) fn end(self, out: &mut Vec<u8>) -> Result<Stopped, HtmlError> {
        Ok(self.end_judged(out)?.0)
    }

    /// The same, with what its relative addresses may be relative to.
    fn end_judged(self, out: &mut Vec<u8>) -> Result<(Stopped, Bases), HtmlError> {
        let is_in_text = !lock(&self.state).text.is_empty();
        let result = self.rewriter.end();
        let rest = std::mem::take(&mut *lock(&self.output));
        let state = &mut *lock(&self.state);
        // Browsers drop a tag that the page breaks off in; what is set in behind it would complete it.
        if is_in_text || !begins_with_tag(&rest) {
            out.extend_from_slice(&rest);
        }
        result?;
        out.extend_from_slice(&carrier::bytes(&state.placement.end(&state.judge)));
        Ok((std::mem::take(&mut state.judge.stopped), state.judge.bases.clone()))
    }

    pub(super) fn stopped(&self) -> Stopped {
        lock(&self.state).judge.stopped.clone()
    }
}

/// A document within another, rewritten.
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    /// The first thing that was stopped in it.
    pub(super) first: Stop,
}

/// What markup within a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// A document of its own, such as a `srcdoc`.
    Document,
    /// A part of the page for some browsers, such as a `noscript`: a `base` in it is the page's.
    Page,
}

/// Rewrites markup within a page that lol_html takes for text. `None` where nothing in it is stopped.
pub(super) fn rewrite_within(
    judge: &mut Judge,
    markup: &[u8],
    within: Within,
) -> Result<Option<Rewritten>, HtmlError> {
    let mut out = Vec::with_capacity(markup.len());
    let mut engine = Engine::new(judge.within()?, Placement::none())?;
    engine.write(markup, &mut out)?;
    // In XML this is whatever follows an element that was closed in its own tag.
    if within == Within::Page && !judge.is_xml && !engine.is_at_rest(&mut out)? {
        // A script or comment that is open at its end would go on in the page.
        return Ok(Some(Rewritten { bytes: Vec::new(), first: judge.unreadable() }));
    }
    let (stopped, bases) = engine.end_judged(&mut out)?;
    judge.stopped.absorb(&stopped);
    if within == Within::Page {
        judge.bases = bases;
    }
    Ok(stopped.iter().next().cloned().map(|first| Rewritten { bytes: out, first }))
}

/// What the handlers share.
struct State {
    judge: Judge,
    placement: Placement,
    enforces: bool,
    plan: TextPlan,
    foreign: Foreign,
    probe_seen: bool,
    /// The text of the present element, as far as it has come.
    text: String,
    /// The last chunk, and where in the document it begins: most tags lie within one chunk, and then
    /// their bytes can be looked at without lol_html reading their attributes.
    chunk: Vec<u8>,
    chunk_start: usize,
}

impl State {
    fn new(judge: Judge, placement: Placement) -> State {
        let enforces = judge.decision.enforces();
        State {
            judge,
            placement,
            enforces,
            plan: TextPlan::Keep,
            foreign: Foreign::default(),
            probe_seen: false,
            text: String::new(),
            chunk: Vec::new(),
            chunk_start: 0,
        }
    }

    fn look_at(&mut self, chunk: &[u8], start: usize) {
        self.chunk.clear();
        self.chunk.extend_from_slice(chunk);
        self.chunk_start = start;
    }

    fn seen(&self, range: Range<usize>) -> Option<&[u8]> {
        let start = range.start.checked_sub(self.chunk_start)?;
        self.chunk.get(start..range.end - self.chunk_start)
    }

    /// Reads a start tag; gives the name of a drawing or formula whose end must be told.
    fn element(&mut self, element: &mut Element<'_, '_>) -> Result<Option<usize>, HtmlError> {
        if !self.placement.is_settled() {
            self.placement.see(&mut self.judge, element)?;
        }
        if !self.enforces {
            return Ok(None);
        }
        if self.judge.depth > 0 && self.seen(element.source_location().bytes()) == Some(PROBE) {
            element.remove();
            self.probe_seen = self.foreign.is_outside();
            return Ok(None);
        }
        let opened = match self.reading(element) {
            Reading::Same => None,
            Reading::Opens(name) => Some(name),
            Reading::Apart => {
                self.judge.unreadable();
                element.remove();
                return Ok(None);
            }
            Reading::Lost => return Err(HtmlError::Ambiguous),
        };
        if !self.is_plain(element) {
            self.plan = elements::rewrite(&mut self.judge, element)?;
        }
        Ok(opened)
    }

    /// Whether a tag is read as a browser reads it. XML has no such rules.
    fn reading(&mut self, element: &Element<'_, '_>) -> Reading {
        let raw = self.seen(element.source_location().bytes());
        if self.judge.is_xml || raw.is_some_and(|raw| self.foreign.passes(tag::name(raw))) {
            return Reading::Same;
        }
        self.foreign.enter(&element.tag_name(), element.can_have_content())
    }

    /// Whether nothing in a tag could matter; in XML, any tag may also end its element.
    fn is_plain(&self, element: &Element<'_, '_>) -> bool {
        let is_harmless = |name: &[u8], value: &[u8]| self.judge.is_harmless(name, value);
        !self.judge.is_xml
            && self
                .seen(element.source_location().bytes())
                .is_some_and(|raw| !tag::needs_reading(raw, is_harmless))
    }

    fn text(&mut self, chunk: &mut TextChunk<'_>) -> Result<(), HtmlError> {
        if self.plan == TextPlan::Keep {
            return Ok(());
        }
        if self.text.len() + chunk.as_str().len() > self.judge.memory_limit {
            return Err(HtmlError::Memory);
        }
        self.text.push_str(chunk.as_str());
        chunk.remove();
        if chunk.last_in_text_node() {
            let text = std::mem::take(&mut self.text);
            let settled = scripts::settle(&mut self.judge, self.plan, chunk.text_type(), &text)?;
            chunk.before(settled.as_deref().unwrap_or(&text), ContentType::Html);
        }
        Ok(())
    }

    /// XML's own way to name a style sheet.
    fn comment(&mut self, comment: &mut Comment<'_>) {
        let text = comment.text();
        let Some(rest) = text.strip_prefix("?xml-stylesheet") else { return };
        let href = rest.split_once("href").and_then(|(_, after)| after.split(['"', '\'']).nth(1));
        let decoded = entities::decode(href.unwrap_or_default());
        if self.enforces && self.judge.url(&decoded).is_some() {
            comment.remove();
        }
    }
}

fn settings(
    state: &Arc<Mutex<State>>,
    memory_limit: usize,
    is_xml: bool,
) -> Result<Settings<'static, 'static>, HtmlError> {
    let encoding = AsciiCompatibleEncoding::new(encoding_rs::X_USER_DEFINED).ok_or(HtmlError::Charset)?;
    let memory = MemorySettings::new()
        .with_preallocated_parsing_buffer_size(memory_limit.min(1024))
        .with_max_allowed_memory_usage(memory_limit);
    let selector = |text: &str| text.parse::<Selector>().map_err(|_| HtmlError::Ambiguous);
    let texts = if is_xml { TEXTS_IN_XML } else { TEXTS };
    Ok(Settings::new_send()
        .with_encoding(encoding)
        .with_memory_settings(memory)
        .with_strict(true)
        .append_element_content_handler((Cow::Owned(selector("*")?), on_elements(state)))
        .append_element_content_handler((Cow::Owned(selector(texts)?), on_text(state)))
        .append_document_content_handler(on_comments(state, is_xml)))
}

fn on_elements(state: &Arc<Mutex<State>>) -> ElementContentHandlers<'static> {
    let state = Arc::clone(state);
    ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
        let opened = lock(&state).element(element)?;
        if let Some(name) = opened {
            let state = Arc::clone(&state);
            let own = element.tag_name();
            element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
                lock(&state).foreign.leave(name, end.name() == own);
                Ok(())
            }))?;
        }
        Ok(())
    })
}

fn on_text(state: &Arc<Mutex<State>>) -> ElementContentHandlers<'static> {
    let state = Arc::clone(state);
    ElementContentHandlers::default().text(move |chunk: &mut TextChunk<'_>| Ok(lock(&state).text(chunk)?))
}

fn on_comments(state: &Arc<Mutex<State>>, is_xml: bool) -> DocumentContentHandlers<'static> {
    let handlers = DocumentContentHandlers::default();
    if !is_xml {
        return handlers;
    }
    let state = Arc::clone(state);
    handlers.comments(move |comment: &mut Comment<'_>| {
        lock(&state).comment(comment);
        Ok(())
    })
}

fn begins_with_tag(rest: &[u8]) -> bool {
    matches!(rest, [b'<', letter, ..] if letter.is_ascii_alphabetic())
}

/// Collects what lol_html gives out.
struct Sink(Arc<Mutex<Vec<u8>>>);

impl OutputSink for Sink {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        lock(&self.0).extend_from_slice(chunk);
    }
}

/// One engine is used by one thread at a time, so a lock is never waited for; one that was poisoned
/// belongs to an engine that is not used again.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
