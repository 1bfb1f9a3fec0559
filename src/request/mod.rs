//! What the origin may see. In: a visitor's request, the [`Visitor`] and the [`Decision`]. Out: a
//! [`CleanRequest`], the only thing the origin's client takes.
//!
//! It must never let through an address, another proxy's word about one, Paravent's own cookies,
//! cookies of vendors that were not granted, or a click id without a marketing grant. What it does
//! not have to touch stays byte for byte. In observe mode cookies of vendors, click ids and Referer
//! stay too; addresses never do.

mod click_ids;
mod cookies;
mod forwarding;
mod hop_by_hop;
mod identifying;
mod page;
mod referer;

use http::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};

use crate::policy::Decision;
use crate::visitor::Visitor;

pub use page::{is_top_level_navigation, wants_page};

/// A request that may go to the origin, in HTTP/1.1 and origin form. Made by [`clean`] only.
pub struct CleanRequest<B> {
    parts: Parts,
    body: B,
    upgrade: bool,
}

impl<B> CleanRequest<B> {
    /// Hands the request to the origin's client.
    pub fn into_parts(self) -> (Parts, B) {
        (self.parts, self.body)
    }

    /// The head as the origin will see it.
    pub fn head(&self) -> &Parts {
        &self.parts
    }

    /// Makes the answer depend on whether the origin's page is still the one with these validators, and on nothing
    /// that the visitor has.
    pub fn ask_whether_changed(&mut self, tag: Option<&HeaderValue>, date: Option<&HeaderValue>) {
        for (name, value) in [(IF_NONE_MATCH, tag), (IF_MODIFIED_SINCE, date)] {
            self.parts.headers.remove(&name);
            if let Some(value) = value {
                self.parts.headers.insert(name, value.clone());
            }
        }
    }

    /// Whether it asks for a WebSocket: a tunnel opens after the origin's own 101.
    pub fn asks_for_upgrade(&self) -> bool {
        self.upgrade
    }
}

/// In what codings the origin is asked to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// All that Paravent can decode and the visitor's browser takes.
    Compressed,
    /// None: the origin is on this machine or next to it, and compressing twice is waste.
    Identity,
}

/// Why a request is answered with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("Connection names a field that is not hop-by-hop")]
    Connection,
    #[error("Content-Length is not one number")]
    ContentLength,
    #[error("the target is neither a path nor an absolute URL")]
    Target,
}

/// Cleans a request. The body is handed on unseen (PC18). Extensions are dropped: a server library
/// may have put the peer's address there; take what is needed for an upgrade out first.
///
/// # Errors
/// Where the request would mean something else to the origin than to Paravent.
pub fn clean<B>(
    request: Request<B>,
    visitor: &Visitor,
    decision: &Decision,
    coding: Coding,
) -> Result<CleanRequest<B>, Malformed> {
    let (mut parts, body) = request.into_parts();
    let headers = &mut parts.headers;
    let upgrade = hop_by_hop::remove(headers, &parts.method)?;
    check_length(headers)?;
    ask_for_whole_pages(headers, coding);
    forwarding::remake(headers, visitor, parts.version);
    identifying::remove(headers);
    cookies::clean(headers, decision);
    let keep_click_ids = may_carry_click_ids(decision);
    if decision.enforces() {
        referer::clean(headers, &visitor.origin(), keep_click_ids);
    }
    headers.insert(HOST, text(visitor.authority()).ok_or(Malformed::Target)?);
    parts.uri = target(&parts.uri, &parts.method, keep_click_ids)?;
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    Ok(CleanRequest { parts, body, upgrade })
}

/// Click ids serve marketing. Somebody who refused one vendor may have refused the one whose id
/// it is, and no marketing runs on a sensitive path (RQ7, RQ9).
fn may_carry_click_ids(decision: &Decision) -> bool {
    let consent = decision.consent();
    let granted = consent.purposes.contains(crate::policy::Purpose::Marketing);
    let none_refused = consent.vendors.values().all(|granted| *granted);
    !decision.enforces() || (granted && none_refused && !decision.is_sensitive())
}

/// Several lengths, even equal ones, are read differently by different servers (RFC 9112, 6.3).
fn check_length(headers: &HeaderMap) -> Result<(), Malformed> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).into_iter();
    let one = lengths
        .next()
        .is_none_or(|length| !length.is_empty() && length.as_bytes().iter().all(u8::is_ascii_digit));
    if one && lengths.next().is_none() { Ok(()) } else { Err(Malformed::ContentLength) }
}

/// A part of a page cannot be rewritten, so a page is never asked for in parts. What else is asked
/// for in parts comes uncompressed: a range counts the bytes of one coding, and the visitor's
/// browser did not choose ours.
fn ask_for_whole_pages(headers: &mut HeaderMap, coding: Coding) {
    if wants_page(headers) {
        headers.remove(RANGE);
        headers.remove(IF_RANGE);
    }
    let codings = match coding {
        Coding::Compressed if !headers.contains_key(RANGE) => shared_codings(headers),
        _ => Vec::new(),
    };
    let asked = if codings.is_empty() { "identity".to_owned() } else { codings.join(", ") };
    if let Some(value) = text(&asked) {
        headers.insert(ACCEPT_ENCODING, value);
    }
}

/// The codings that both the visitor's browser takes and Paravent reads: what turns out to be no page
/// is carried on in the coding it came in.
fn shared_codings(headers: &HeaderMap) -> Vec<&'static str> {
    let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    let accepted: Vec<String> = lines
        .flat_map(|line| line.split(','))
        .filter(|item| !item.to_ascii_lowercase().replace(' ', "").ends_with(";q=0"))
        .filter_map(|item| Some(item.split(';').next()?.trim().to_ascii_lowercase()))
        .collect();
    ["gzip", "br", "zstd", "deflate"]
        .into_iter()
        .filter(|own| accepted.iter().any(|name| name == own))
        .collect()
}

/// The target in origin form: path byte for byte, query without click ids.
fn target(uri: &Uri, method: &Method, keep_click_ids: bool) -> Result<Uri, Malformed> {
    // OPTIONS * (RFC 9112, 3.2.4) is a path to the http crate; CONNECT has none.
    let whole = uri.path_and_query().filter(|_| *method != Method::CONNECT).ok_or(Malformed::Target)?;
    let stripped = whole.query().filter(|_| !keep_click_ids).and_then(click_ids::strip);
    let Some(query) = stripped else { return Ok(Uri::from(whole.clone())) };
    let mark = if query.is_empty() { "" } else { "?" };
    let rest = format!("{}{mark}{query}", whole.path());
    rest.parse::<PathAndQuery>().map(Uri::from).map_err(|_| Malformed::Target)
}

fn text(value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(value).ok()
}

#[cfg(test)]
mod tests;
