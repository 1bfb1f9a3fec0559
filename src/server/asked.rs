//! In: a request's head. Out: the plain facts that the answer depends on later, and a head whose
//! conditions cannot make the origin skip a page that must be read. Keeps the page's own URL for the
//! rewriter and nothing else of the visitor.

use http::HeaderMap;
use http::header::ACCEPT;
use http::request::Parts;
use http::{HeaderValue, Method};
use url::Url;

use super::codec::Coding;
use super::failure::Failure;
use super::insertions::language;
use super::shared::SiteRuntime;
use crate::policy::{Day, Decision};
use crate::request;
use crate::response::{self, Confirms, Variant};
use crate::visitor::Visitor;

/// What the answer depends on.
#[derive(Debug)]
pub struct Asked {
    /// `HEAD`: the same head as `GET`'s and no body.
    pub head_only: bool,
    /// The coding to send a rewritten page in.
    pub coding: Coding,
    /// The page's own URL, which its relative URLs are resolved against.
    pub url: Url,
    /// What the browser will do with the answer.
    pub destination: FetchDestination,
    /// What a 304 of the origin is about, as far as the condition was an ETag of ours.
    pub confirms: Confirms,
    /// What a page of this answer depends on beyond the origin's own bytes.
    pub variant: Variant,
    /// The same for a file that is read and passed on as it came.
    pub as_it_came: Variant,
    /// `Set-Cookie` lines that expire what the browser brought and may no longer keep.
    pub expired: Vec<String>,
    /// Whether a page loads it as a script.
    pub as_script: AsScript,
    may_be_page: bool,
}

/// `Sec-Fetch-Dest`, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchDestination {
    /// A page in a window of its own, or a client that does not say.
    Document,
    /// A page in a frame.
    Frame,
    /// A style sheet.
    Style,
    /// The script of a service worker.
    ServiceWorker,
    /// A script asked for it, or it is part of a page.
    Other,
}

/// Whether a page loads something as a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsScript {
    Yes,
    /// It is asked for like anything but a page, a style sheet or an image. Over plain HTTP browsers say no more.
    Perhaps,
    No,
}

impl Asked {
    /// Reads the facts and makes the head's conditions safe.
    pub fn read(
        head: &mut Parts,
        site: &SiteRuntime,
        visitor: &Visitor,
        decision: &Decision,
        today: Day,
    ) -> Result<Asked, Failure> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = Url::parse(&format!("{}{path}", visitor.origin())).map_err(|_| Failure::Malformed)?;
        let destination = FetchDestination::of(&head.headers);
        let may_be_page = request::wants_page(&head.headers);
        let language = language(&site.config, None, visitor.languages());
        // The day is in it because the form's token in the page lives for a day.
        let revision = format!("{}{}", site.revision, today.0);
        let variant = Variant::of(decision, &revision, language);
        let as_it_came = Variant::as_it_came(&site.revision);
        let confirms = response::translate_conditions(&mut head.headers, &variant, &as_it_came, may_be_page);
        Ok(Asked {
            head_only: head.method == Method::HEAD,
            coding: Coding::preferred(&head.headers),
            url,
            destination,
            confirms,
            variant,
            as_it_came,
            expired: response::expire(&head.headers, decision, visitor.host(), head.uri.path(), &[]),
            as_script: AsScript::of(&head.headers),
            may_be_page,
        })
    }

    /// Whether the visitor goes to this address, rather than a page or a script asking for it.
    pub fn is_navigation(&self) -> bool {
        self.may_be_page && self.destination == FetchDestination::Document
    }

    /// Whether to ask the origin for a page without content coding: it will be decoded here anyway,
    /// and an origin on this machine saves nothing by compressing. Most style sheets go on as they came.
    pub fn coding_from_origin(&self, site: &SiteRuntime) -> request::Coding {
        let is_decoded = self.may_be_page && self.destination != FetchDestination::Style;
        if is_decoded && site.origin.is_near() {
            request::Coding::Identity
        } else {
            request::Coding::Compressed
        }
    }
}

impl FetchDestination {
    fn of(headers: &HeaderMap) -> FetchDestination {
        if headers.contains_key("service-worker") {
            return FetchDestination::ServiceWorker;
        }
        match headers.get("sec-fetch-dest").map(HeaderValue::as_bytes) {
            None if accepts_css_first(headers) => FetchDestination::Style,
            None if is_a_scripts(headers) => FetchDestination::Other,
            None | Some(b"document") => FetchDestination::Document,
            Some(b"style") => FetchDestination::Style,
            Some(b"serviceworker") => FetchDestination::ServiceWorker,
            Some(b"iframe" | b"frame" | b"embed" | b"object" | b"fencedframe") => FetchDestination::Frame,
            Some(_) => FetchDestination::Other,
        }
    }
}

impl AsScript {
    fn of(headers: &HeaderMap) -> AsScript {
        match headers.get("sec-fetch-dest") {
            Some(destination) if destination == "script" => AsScript::Yes,
            Some(_) => AsScript::No,
            None if headers.get(ACCEPT).is_some_and(|accept| accept == "*/*") => AsScript::Perhaps,
            None => AsScript::No,
        }
    }
}

/// How browsers ask for a style sheet where they do not send `Sec-Fetch-Dest`.
fn accepts_css_first(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/css"))
}

/// What only scripts send, where browsers do not say who asks: the libraries' own mark, or an `Accept` that no page
/// would satisfy. An app that shows pages marks its requests too, with its own name.
fn is_a_scripts(headers: &HeaderMap) -> bool {
    let is_marked = headers.get("x-requested-with").is_some_and(|mark| mark == "XMLHttpRequest");
    let satisfies = |accept: &HeaderValue| {
        let text = String::from_utf8_lossy(accept.as_bytes()).to_ascii_lowercase();
        text.contains("html") || text.contains("*/*")
    };
    let mut accepted = headers.get_all(ACCEPT).into_iter().peekable();
    is_marked || (accepted.peek().is_some() && !accepted.any(satisfies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scripts_request_is_told_from_a_page_as_far_as_its_fields_tell() {
        let page =
            [("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("x-requested-with", "org.clinic.app")];
        for (fields, expected) in [
            (&[][..], FetchDestination::Document),
            (&page, FetchDestination::Document),
            (&[("accept", "*/*")], FetchDestination::Document),
            (&[("accept", "*/*"), ("x-requested-with", "XMLHttpRequest")], FetchDestination::Other),
            (&[("accept", "application/json, text/javascript")], FetchDestination::Other),
            (&[("accept", "application/json"), ("sec-fetch-dest", "document")], FetchDestination::Document),
            (&[("accept", "text/html"), ("sec-fetch-dest", "empty")], FetchDestination::Other),
        ] {
            let headers =
                fields.iter().map(|(n, v)| (n.parse::<http::HeaderName>().unwrap(), v.parse().unwrap()));
            assert!(FetchDestination::of(&headers.collect()) == expected, "{fields:?}");
        }
    }
}
