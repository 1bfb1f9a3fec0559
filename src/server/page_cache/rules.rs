//! In: the heads of a request and of its answer. Out: where a page is found, and whether and how long it may be kept.
//! What is not sure to be the same for everybody is not kept.

use std::time::SystemTime;

use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, ETAG, EXPIRES,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, PRAGMA, SET_COOKIE, VARY,
};
use http::request::Parts as RequestHead;
use http::response::Parts as ResponseHead;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_cache_semantics::{CacheOptions, CachePolicy};
use url::Url;

use super::super::asked::Asked;
use super::super::content_type;
use crate::policy::Decision;
use crate::request::CleanRequest;
use crate::response::has_nonce;

/// Where a page is: scheme and host as the visitor asked for them, and a path without a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    origin: String,
    path: String,
}

/// What browsers send with every request for a page, and what Paravent adds to it. A request with any other field is
/// its sender's own: a cookie, an `Authorization`, or one that the origin heeds and no cache compares, which is how what
/// one sender made of a page would be given to all others. `Sec-` are the browser's own words.
const ORDINARY: [&str; 22] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "dnt",
    "forwarded",
    "host",
    "if-modified-since",
    "if-none-match",
    "pragma",
    "priority",
    "referer",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-paravent-language",
    "x-paravent-region",
];

/// What Paravent tells the origin of a visitor: a page is taken to depend on it, whatever the origin says.
const TOLD: [HeaderName; 2] = [LANGUAGE, REGION];
const LANGUAGE: HeaderName = HeaderName::from_static("x-paravent-language");
const REGION: HeaderName = HeaderName::from_static("x-paravent-region");

/// What an answer may depend on and still be kept, and what a request may say of its age and copy.
const COMPARED: [HeaderName; 9] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    CACHE_CONTROL,
    PRAGMA,
    IF_NONE_MATCH,
    IF_MODIFIED_SINCE,
    LANGUAGE,
    REGION,
];

/// Names in `Vary` that keep nothing from being kept. A request with one of the last two is never answered from
/// here, so all that are lack them.
const MAY_VARY: [&str; 5] = ["accept", "accept-encoding", "accept-language", "authorization", "cookie"];

/// Only what the origin says of a page's age counts, nothing is guessed.
const OPTIONS: CacheOptions = CacheOptions {
    shared: true,
    cache_heuristic: 0.0,
    immutable_min_time_to_live: std::time::Duration::ZERO,
    ignore_cargo_cult: false,
};

/// An answer that was longer than this on its way, in seconds, is not kept.
const OLDEST: u64 = 31_536_000;

impl Address {
    pub(super) fn of(origin: &str, path: &str) -> Address {
        Address { origin: origin.to_owned(), path: path.to_owned() }
    }

    /// The address of `reference` as seen from here, if it is on the same host.
    pub fn beside(&self, reference: &str) -> Option<Address> {
        let here = Url::parse(&format!("{}{}", self.origin, self.path)).ok()?;
        let there = here.join(reference).ok()?;
        let same = there.origin() == here.origin();
        same.then(|| Address { origin: self.origin.clone(), path: there.path().to_owned() })
    }

    /// Bytes of memory it takes.
    pub(super) fn size(&self) -> usize {
        self.origin.len() + self.path.len()
    }
}

/// Whether a request asks for a page like anybody else. A query may hold what somebody typed, and what is below a
/// sensitive path is remembered of nobody.
pub fn is_anybodys<B>(request: &CleanRequest<B>, asked: &Asked, decision: &Decision) -> bool {
    let head = request.head();
    head.method == Method::GET
        && asked.is_navigation()
        && !decision.is_sensitive()
        && head.uri.query().is_none()
        && !request.asks_for_upgrade()
        && head.headers.keys().all(|name| is_ordinary(name.as_str()))
}

fn is_ordinary(name: &str) -> bool {
    ORDINARY.contains(&name) || name.starts_with("sec-")
}

/// Of a request's head what is compared, and nothing else of who asks.
pub fn compared(head: &RequestHead) -> RequestHead {
    let mut parts = Request::new(()).into_parts().0;
    parts.method = head.method.clone();
    parts.uri = head.uri.path().parse().unwrap_or_default();
    parts.headers = only(&head.headers, &COMPARED);
    parts
}

/// How long an answer may be kept, if it may be. `asked` is what [`compared`] gave.
pub fn policy(asked: &RequestHead, head: &ResponseHead, now: SystemTime) -> Option<CachePolicy> {
    let headers = &head.headers;
    let varies = varies(headers)?;
    let is_anybodys_page = head.status == StatusCode::OK
        && content_type::kind(headers.get(CONTENT_TYPE)).is_some()
        && !headers.contains_key(SET_COOKIE)
        && !has_nonce(headers);
    if !is_anybodys_page {
        return None;
    }
    let mut by = asked.clone();
    by.headers = only(&asked.headers, &varies);
    if let Some(order) = asked.headers.get(CACHE_CONTROL) {
        by.headers.insert(CACHE_CONTROL, in_lower_case(order)?);
    }
    let mut said = http::Response::new(()).into_parts().0;
    said.status = head.status;
    said.headers = said_of_age(headers)?;
    let policy = CachePolicy::new_options(&by, &said, now, OPTIONS);
    let may_be_confirmed = headers.contains_key(ETAG) || headers.contains_key(LAST_MODIFIED);
    let lives = may_be_confirmed || !policy.time_to_live(now).is_zero();
    (policy.is_storable() && lives).then_some(policy)
}

/// What an answer depends on; `None` where it depends on what must not be compared, or cannot be read.
fn varies(headers: &HeaderMap) -> Option<Vec<HeaderName>> {
    let lines: Option<Vec<&str>> = headers.get_all(VARY).into_iter().map(|line| line.to_str().ok()).collect();
    let names =
        lines?.into_iter().flat_map(|line| line.split(',')).map(|name| name.trim().to_ascii_lowercase());
    let named = names.filter(|name| !name.is_empty());
    let known =
        named.map(|name| HeaderName::try_from(MAY_VARY.iter().find(|may| **may == name).copied()?).ok());
    known.chain(TOLD.into_iter().map(Some)).collect()
}

/// What an answer's head says of its age, in the form in which it is read safely: the library compares directives
/// letter by letter, and reckons with every age.
fn said_of_age(headers: &HeaderMap) -> Option<HeaderMap> {
    let mut said = only(headers, &[DATE, EXPIRES, ETAG, LAST_MODIFIED, VARY, PRAGMA]);
    for name in TOLD {
        said.append(VARY, HeaderValue::from(name));
    }
    for line in headers.get_all(CACHE_CONTROL) {
        said.append(CACHE_CONTROL, in_lower_case(line)?);
    }
    if let Some(age) = headers.get(AGE) {
        let seconds: u64 = age.to_str().ok()?.trim().parse().ok()?;
        said.insert(AGE, HeaderValue::from(Some(seconds).filter(|seconds| *seconds <= OLDEST)?));
    }
    Some(said)
}

fn in_lower_case(line: &HeaderValue) -> Option<HeaderValue> {
    HeaderValue::from_str(&line.to_str().ok()?.to_ascii_lowercase()).ok()
}

fn only(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}
