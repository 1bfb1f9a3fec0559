//! In: URLs, scripts and styles as a page writes them. Out: stops, and the record of them. Everything
//! about one page that a ruling needs is here; which element asks is not known.

use std::sync::Arc;

use super::carrier::Carrier;
use super::css;
use super::error::HtmlError;
use super::insertions::{Around, Insertions};
use super::signatures::{Seen, Signatures};
use super::snippet;
use super::stopped::{Stop, Stopped};
use super::urls::{Bases, Verdict};
use crate::policy::{Decision, Destination, Rule, Ruling, VendorIndex};

/// How deep documents within documents (`srcdoc`, `noscript`) are followed.
const DEEPEST: u8 = 4;

/// The judge of one page and of the documents within it.
#[derive(Clone)]
pub(super) struct Judge {
    pub(super) decision: Arc<Decision>,
    pub(super) signatures: Arc<Signatures>,
    pub(super) insertions: Arc<dyn Insertions>,
    pub(super) bases: Bases,
    pub(super) carrier: Carrier,
    pub(super) stopped: Stopped,
    /// `html[lang]`.
    pub(super) language: Option<String>,
    /// Whether a `meta` gave the page a policy.
    pub(super) under_policy: bool,
    /// Whether the page is XML: every element may be closed in its own tag, and text has references.
    pub(super) is_xml: bool,
    /// How many bytes of one script or nested document may be held.
    pub(super) memory_limit: usize,
    pub(super) depth: u8,
}

impl Judge {
    /// What the page has said of itself so far.
    pub(super) fn around(&self) -> Around<'_> {
        Around {
            language: self.language.as_deref(),
            under_policy: self.under_policy,
            foreign_base: self.bases.lead_away(),
        }
    }

    /// Rules on a URL as the page means it (references decoded, still carried).
    pub(super) fn url(&mut self, url: &str) -> Option<Stop> {
        let stop = self.peek(url)?;
        self.stopped.add(&stop);
        Some(stop)
    }

    /// Records that markup is left out which cannot be read as a browser reads it.
    pub(super) fn unreadable(&mut self) -> Stop {
        let stop = Stop::new(&Ruling::block(Rule::Unreadable, None), "markup");
        self.stopped.add(&stop);
        stop
    }

    /// Like `url`, without recording.
    fn peek(&self, url: &str) -> Option<Stop> {
        let text = self.carrier.read(url);
        if let Some(code) = code_of(&text) {
            return match code {
                Code::Readable(code) => self.loader(&code),
                Code::Unreadable => Some(Stop::new(&Ruling::block(Rule::Unreadable, None), "")),
            };
        }
        let Verdict { ruling, host } = self.bases.verdict(&self.decision, &text);
        ruling.is_blocked().then(|| Stop::new(&ruling, &host))
    }

    /// Whether an attribute, as written, is one of the many that lead nowhere else: a path on the own
    /// host, or a style without functions and without names such as `--x`, whose strings an `image-set()`
    /// elsewhere may take up.
    pub(super) fn is_harmless(&self, name: &[u8], value: &[u8]) -> bool {
        let is = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
        if is(&"style") {
            return !value.iter().any(|b| matches!(b, b'(' | b'@' | b'\\' | b'&'))
                && memchr::memmem::find(value, b"--").is_none();
        }
        ["src", "href", "xlink:href", "poster", "background", "data", "action", "formaction"].iter().any(is)
            && !value.contains(&b'&')
            && std::str::from_utf8(value).is_ok_and(|url| self.bases.is_plainly_own(&self.decision, url))
    }

    /// Rules on a URL that only a known tracker is kept from: forms and refreshes to hosts that
    /// nobody knows may be payment or sign-on.
    pub(super) fn tracker(&mut self, url: &str) -> Option<Stop> {
        let text = self.carrier.read(url);
        let Verdict { ruling, host } = self.bases.verdict(&self.decision, &text);
        let known = ruling.is_blocked() && ruling.vendor.is_some();
        let stop = known.then(|| Stop::new(&ruling, &host))?;
        self.stopped.add(&stop);
        Some(stop)
    }

    /// Whether a URL is a known vendor's that may load.
    pub(super) fn is_allowed_vendors(&self, url: &str) -> bool {
        let ruling = self.bases.verdict(&self.decision, &self.carrier.read(url)).ruling;
        !ruling.is_blocked() && ruling.vendor.is_some()
    }

    /// Rules on the text of a script.
    pub(super) fn script(&mut self, code: &str) -> Option<Stop> {
        let seen = self.signatures.vendors_in(code);
        let stop = self.loads(&seen).or_else(|| self.merely_calls(seen))?;
        self.stopped.add(&stop);
        Some(stop)
    }

    /// Rules on code that belongs to an element, such as an `onclick`: calls stay, since stand-ins
    /// swallow them.
    pub(super) fn handler(&mut self, code: &str) -> Option<Stop> {
        let stop = self.loads(&self.signatures.vendors_in(code))?;
        self.stopped.add(&stop);
        Some(stop)
    }

    /// Rules on code that an address holds: what it gives is read as a page.
    fn loader(&self, code: &str) -> Option<Stop> {
        self.loads(&self.signatures.vendors_in_page(code))
    }

    fn loads(&self, seen: &Seen) -> Option<Stop> {
        if seen.unread {
            return Some(Stop::new(&Ruling::block(Rule::Unreadable, None), ""));
        }
        if let Some(stop) = seen.loaders.iter().find_map(|vendors| self.shared_loader(vendors)) {
            return Some(stop);
        }
        let mentioned = seen.mentions.iter().find_map(|m| {
            let to = Destination { scheme: "https", host: &m.host, path: &m.path, query: &m.query };
            let ruling = self.decision.judge(&to);
            (ruling.is_blocked() && ruling.vendor.is_some()).then(|| Stop::new(&ruling, &m.host))
        });
        mentioned.or_else(|| {
            let absolute = |url: &&String| url.contains("//");
            seen.imports.iter().filter(absolute).find_map(|url| {
                let Verdict { ruling, host } = self.bases.verdict(&self.decision, url);
                ruling.is_blocked().then(|| Stop::new(&ruling, &host))
            })
        })
    }

    /// A loader's text that several vendors share goes through if one of them may load: only its
    /// address tells them apart, and that is judged by itself.
    fn shared_loader(&self, vendors: &[VendorIndex]) -> Option<Stop> {
        let rulings = || vendors.iter().map(|vendor| self.decision.judge_snippet([*vendor]));
        let blocked = rulings().all(|ruling| ruling.is_blocked());
        rulings().next().filter(|_| blocked).map(|ruling| Stop::new(&ruling, ""))
    }

    fn merely_calls(&self, seen: Seen) -> Option<Stop> {
        let ruling = self.decision.judge_snippet(seen.calls);
        (seen.only_calls && ruling.is_blocked()).then(|| Stop::new(&ruling, ""))
    }

    /// Rules on an import map: on every string in it that names a host.
    pub(super) fn import_map(&mut self, map: &str) -> Option<Stop> {
        let flat = snippet::normalise(map);
        let strings = flat.split(|b| *b == b'\'').map(String::from_utf8_lossy);
        let stop = strings.filter(|text| text.contains("//")).find_map(|text| self.peek(&text))?;
        self.stopped.add(&stop);
        Some(stop)
    }

    /// A style (references decoded, still carried) without what is blocked, and the first stop;
    /// `None` where it stays as it is.
    pub(super) fn style(&mut self, style: &str) -> Option<(String, Option<Stop>)> {
        let mut first = None;
        let mut stopped = std::mem::take(&mut self.stopped);
        let mut is_blocked = |url: &str| match self.peek(url) {
            Some(stop) => {
                stopped.add(&stop);
                first.get_or_insert(stop);
                true
            }
            None => false,
        };
        let read_all = !self.bases.are_own();
        let rewritten = if self.carrier.is_bytewise() {
            css::without_blocked(style, read_all, &mut is_blocked)
        } else {
            let text = self.carrier.read(style);
            // A style that is not what its charset says is nothing to write anew.
            css::without_blocked(&text, read_all, &mut is_blocked)
                .map(|style| self.carrier.write_back(&style).unwrap_or_default())
        };
        self.stopped = stopped;
        rewritten.map(|style| (style, first))
    }

    /// The judge of a document within this one.
    pub(super) fn within(&self) -> Result<Judge, HtmlError> {
        if self.depth == DEEPEST {
            return Err(HtmlError::TooDeep);
        }
        let mut inner = self.clone();
        inner.depth += 1;
        inner.stopped = Stopped::default();
        Ok(inner)
    }
}

/// Code that a URL carries within itself.
enum Code {
    Readable(String),
    Unreadable,
}

/// The code in a `javascript:` URL, or in a `data:` URL of a type that can run some; such URLs load
/// nothing by themselves, but what they hold may.
fn code_of(url: &str) -> Option<Code> {
    let url = url.trim_start_matches(|c: char| c <= ' ');
    // No other scheme begins with these letters in a way that matters, and most URLs end here.
    if !url.starts_with(['j', 'J', 'd', 'D']) {
        return None;
    }
    let url = url::Url::parse(url).ok()?;
    match url.scheme() {
        "javascript" => Some(Code::Readable(percent_decoded(url.path()))),
        "data" => data_code(url.as_str()),
        _ => None,
    }
}

fn data_code(url: &str) -> Option<Code> {
    let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
    let head = head.to_ascii_lowercase();
    let runs = ["html", "script", "xml", "svg", "css"].iter().any(|kind| head.contains(kind));
    if !runs {
        return None;
    }
    let body = percent_decoded(body);
    if !head.contains("base64") {
        return Some(Code::Readable(body));
    }
    Some(from_base64(&body).map_or(Code::Unreadable, Code::Readable))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&b, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| b == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(b);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// "Forgiving-base64 decode" (Infra, section 8).
fn from_base64(text: &str) -> Option<String> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> Option<String> {
        match code_of(url)? {
            Code::Readable(code) => Some(code),
            Code::Unreadable => Some("unreadable".to_owned()),
        }
    }

    #[test]
    fn code_within_urls_is_found() {
        for (url, expected) in [
            ("javascript:fbq('init')", Some("fbq('init')")),
            (" java\nscript:a%28%29", Some("a()")),
            ("data:text/javascript;base64,ZmJxKCdpbml0Jyk=", Some("fbq('init')")),
            ("data:text/javascript;base64,%5a%6d", Some("f")),
            ("data:text/javascript;base64,!", Some("unreadable")),
            ("data:text/html,<b>", Some("<b>")),
            ("data:image/png;base64,AAAA", None),
            ("/data", None),
        ] {
            assert_eq!(code(url).as_deref(), expected, "{url}");
        }
    }
}
