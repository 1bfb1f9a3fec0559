//! In: a request's head. Out: the plain facts that the answer depends on later, and a head whose
//! conditions cannot make the origin skip a page that must be read. Keeps the page's own URL for the
//! rewriter and nothing else of the visitor.

use http::HeaderMap;
use http::request::Parts;
use http::{HeaderValue, Method};
use url::Url;

use super::codec::Coding;
use super::failure::Failure;
use super::insertions::language;
use super::shared::SiteRuntime;
use crate::policy::{Day, Decision};
use crate::request;
use crate::response::{self, Variant};
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
    /// The condition was our own ETag of this page and choice, so a 304 is about a rewritten page.
    pub revalidates_page: bool,
    /// What a page of this answer depends on beyond the origin's own bytes.
    pub variant: Variant,
    /// `Set-Cookie` lines that expire what the browser brought and may no longer keep.
    pub expired: Vec<String>,
    may_be_page: bool,
}

/// `Sec-Fetch-Dest`, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchDestination {
    /// A page in a window of its own, or a client that does not say.
    Document,
    /// A page in a frame.
    Frame,
    /// A script asked for it, or it is part of a page.
    Other,
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
        let revalidates_page = response::translate_conditions(&mut head.headers, &variant, may_be_page);
        Ok(Asked {
            head_only: head.method == Method::HEAD,
            coding: Coding::preferred(&head.headers),
            url,
            destination,
            revalidates_page,
            variant,
            expired: response::expire(&head.headers, decision, visitor.host(), head.uri.path(), &[]),
            may_be_page,
        })
    }

    /// Whether the browser goes to what it asks for, instead of taking it into a page.
    pub fn navigates(&self) -> bool {
        self.may_be_page && self.destination == FetchDestination::Document
    }

    /// Whether to ask the origin for a page without content coding: it will be decoded here anyway,
    /// and an origin on this machine saves nothing by compressing.
    pub fn coding_from_origin(&self, site: &SiteRuntime) -> request::Coding {
        if self.may_be_page && site.origin.is_near() {
            request::Coding::Identity
        } else {
            request::Coding::Compressed
        }
    }
}

impl FetchDestination {
    fn of(headers: &HeaderMap) -> FetchDestination {
        match headers.get("sec-fetch-dest").map(HeaderValue::as_bytes) {
            None | Some(b"document") => FetchDestination::Document,
            Some(b"iframe" | b"frame" | b"embed" | b"object" | b"fencedframe") => FetchDestination::Frame,
            Some(_) => FetchDestination::Other,
        }
    }
}
