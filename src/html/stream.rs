//! In: the bytes of a page as they come. Out: the rewritten bytes, once the charset is known. Bounded:
//! at most a few kilobytes wait for that. After an error nothing more comes out.

use std::sync::Arc;

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE};
use url::Url;

use super::carrier::Carrier;
use super::charset::{self, Charset};
use super::engine::Engine;
use super::error::HtmlError;
use super::insertions::Insertions;
use super::judge::Judge;
use super::placement::{Placement, begins_with_doctype};
use super::signatures::Signatures;
use super::stopped::Stopped;
use super::urls::Bases;
use crate::policy::Decision;

/// How much of an XML document is searched for entities, which only its beginning may declare.
const XML_PROLOG: usize = 64 << 10;

/// What sort of document a page is, by its Content-Type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Html,
    /// `application/xhtml+xml`: gets the guard, which must be well-formed, but no banner.
    Xhtml,
    /// `image/svg+xml` and other XML: gets no insertions.
    Svg,
}

/// All that the rewriter is told of a page.
pub struct Page {
    pub decision: Arc<Decision>,
    pub signatures: Arc<Signatures>,
    /// The document's own URL, as the browser sees it.
    pub url: Url,
    /// The `charset` parameter of the Content-Type.
    pub content_type_charset: Option<String>,
    /// How many bytes lol_html, and any one script, may hold.
    pub memory_limit: usize,
    pub insertions: Arc<dyn Insertions>,
    pub kind: Kind,
    /// Whether the browser asked for a document (`Sec-Fetch-Dest: document`, `iframe`...). Otherwise
    /// the insertions are made only if the body begins as a document does.
    pub is_document: bool,
}

/// A page on its way to the browser.
pub struct HtmlStream {
    stage: Stage,
}

enum Stage {
    /// Bytes wait until the charset is known.
    Waiting(Box<Waiting>),
    Running(Box<Running>),
    Over(Stopped),
}

struct Waiting {
    page: Page,
    prefix: Vec<u8>,
}

struct Running {
    engine: Engine,
    /// For UTF-16, which is passed on as UTF-8.
    decoder: Option<Decoder>,
    /// Undeclared charsets are guessed by the browser, which must not guess ISO-2022-JP.
    refuses_escapes: bool,
}

impl HtmlStream {
    /// A page of which nothing has come yet.
    pub fn new(page: Page) -> HtmlStream {
        HtmlStream { stage: Stage::Waiting(Box::new(Waiting { page, prefix: Vec::new() })) }
    }

    /// Takes the next bytes and appends to `out` what can be passed on. After an error the stream
    /// must be cut: what is in `out` was read, what follows was not.
    pub fn write(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        let result = self.advance(chunk, false, out);
        self.fuse(result)
    }

    /// Ends the page.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        let result = self.advance(&[], true, out).and_then(|()| self.finish(out));
        self.fuse(result)
    }

    /// What was kept from loading so far; a page's own order, each once.
    pub fn stopped(&self) -> Stopped {
        match &self.stage {
            Stage::Waiting(_) => Stopped::default(),
            Stage::Running(running) => running.engine.stopped(),
            Stage::Over(stopped) => stopped.clone(),
        }
    }

    fn advance(&mut self, chunk: &[u8], is_last: bool, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        match &mut self.stage {
            Stage::Over(_) => Err(HtmlError::Over),
            Stage::Running(running) => running.write(chunk, is_last, out),
            Stage::Waiting(waiting) => {
                waiting.prefix.extend_from_slice(chunk);
                if !is_last && waiting.prefix.len() < waiting.page.needs() {
                    return Ok(());
                }
                let Stage::Waiting(waiting) = std::mem::replace(&mut self.stage, over()) else {
                    return Err(HtmlError::Over);
                };
                let mut running = Box::new(waiting.page.start(&waiting.prefix, out)?);
                let result = running.write(&waiting.prefix, is_last, out);
                self.stage = Stage::Running(running);
                result
            }
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        match std::mem::replace(&mut self.stage, over()) {
            Stage::Running(running) => {
                self.stage = Stage::Over(running.engine.end(out)?);
                Ok(())
            }
            _ => Err(HtmlError::Over),
        }
    }

    fn fuse(&mut self, result: Result<(), HtmlError>) -> Result<(), HtmlError> {
        if result.is_err() {
            self.stage = Stage::Over(self.stopped());
        }
        result
    }
}

fn over() -> Stage {
    Stage::Over(Stopped::default())
}

impl Page {
    /// How many bytes must be seen before the charset, and whether this is a document, are known.
    fn needs(&self) -> usize {
        let is_named = self.content_type_charset.is_some() && self.is_document;
        match self.kind {
            Kind::Html if is_named => 3,
            Kind::Html => charset::PRESCAN,
            Kind::Xhtml | Kind::Svg => XML_PROLOG,
        }
    }

    fn start(self, prefix: &[u8], out: &mut Vec<u8>) -> Result<Running, HtmlError> {
        let charset = charset::decide(prefix, self.content_type_charset.as_deref())?;
        let charset = if self.kind == Kind::Html { charset } else { charset.for_xml(prefix)? };
        if self.kind != Kind::Html && declares_markup(prefix) {
            return Err(HtmlError::Entities);
        }
        let decoder = decoder(charset, out);
        let carrier = if decoder.is_some() {
            Carrier::utf8()
        } else {
            Carrier::new(charset.encoding, charset.declared)
        };
        let placement = self.placement(prefix);
        Ok(Running {
            engine: Engine::new(self.judge(carrier), placement)?,
            decoder,
            refuses_escapes: !charset.declared,
        })
    }

    fn placement(&self, prefix: &[u8]) -> Placement {
        match self.kind {
            Kind::Svg => Placement::none(),
            kind => Placement::of_page(self.is_document || begins_with_doctype(prefix), kind == Kind::Html),
        }
    }

    fn judge(self, carrier: Carrier) -> Judge {
        Judge {
            decision: self.decision,
            signatures: self.signatures,
            insertions: self.insertions,
            bases: Bases::new(self.url),
            carrier,
            stopped: Stopped::default(),
            language: None,
            under_policy: false,
            is_xml: self.kind != Kind::Html,
            memory_limit: self.memory_limit,
            depth: 0,
        }
    }
}

/// Whether an XML prolog declares an entity that is more than plain text: such an entity becomes
/// markup where it is used, and would not be seen.
fn declares_markup(prolog: &[u8]) -> bool {
    memchr::memmem::find_iter(prolog, b"<!ENTITY").any(|at| {
        let declaration = &prolog[at + b"<!ENTITY".len()..];
        let mut parts = declaration.split(|b| matches!(b, b'"' | b'\''));
        let name = parts.next().unwrap_or_default();
        let value = parts.next().unwrap_or_default();
        let is_external = name.trim_ascii().split(u8::is_ascii_whitespace).count() > 1;
        is_external || value.iter().any(|b| matches!(b, b'<' | b'&' | b'%'))
    })
}

/// UTF-16 is passed on as UTF-8 behind a byte order mark, which outranks what the headers say.
fn decoder(charset: Charset, out: &mut Vec<u8>) -> Option<Decoder> {
    let is_wide = charset.encoding == UTF_16LE || charset.encoding == UTF_16BE;
    is_wide.then(|| {
        out.extend_from_slice(b"\xEF\xBB\xBF");
        charset.encoding.new_decoder_with_bom_removal()
    })
}

impl Running {
    fn write(&mut self, chunk: &[u8], is_last: bool, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.refuses_escapes && memchr::memchr(0x1B, chunk).is_some() {
            return Err(HtmlError::Charset);
        }
        let Some(decoder) = &mut self.decoder else {
            return self.engine.write(chunk, out);
        };
        let room = decoder.max_utf8_buffer_length(chunk.len()).ok_or(HtmlError::Memory)?;
        let mut text = String::with_capacity(room);
        let _ = decoder.decode_to_string(chunk, &mut text, is_last);
        self.engine.write(text.as_bytes(), out)
    }
}

impl Charset {
    /// XML is UTF-8 unless it says otherwise in its own way (XML 1.0, section 4.3.3).
    fn for_xml(self, prefix: &[u8]) -> Result<Charset, HtmlError> {
        if self.declared {
            return Ok(self);
        }
        let head = String::from_utf8_lossy(prefix);
        let declared = head.strip_prefix("<?xml").and_then(|rest| {
            let (declaration, _) = rest.split_once("?>")?;
            let (_, after) = declaration.split_once("encoding")?;
            after.split(['"', '\'']).nth(1)
        });
        let encoding = declared.map(charset::named).transpose()?.flatten().unwrap_or(UTF_8);
        Ok(Charset { encoding, declared: true })
    }
}
