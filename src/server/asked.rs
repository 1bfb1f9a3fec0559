//! In: a request's head. Out: the plain facts that the answer depends on later, and a head whose
//! conditions cannot make the origin skip a page that must be read. Keeps the page's own URL for the
//! rewriter and nothing else of the visitor.

use http::HeaderMap;
use http::header::{ACCEPT, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use http::request::Parts;
use http::{HeaderValue, Method};
use url::Url;

use super::codec::Coding;
use super::failure::Failure;
use super::shared::SiteRuntime;
use crate::policy::Decision;
use crate::response;
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
    navigation: bool,
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
    pub fn read(head: &mut Parts, visitor: &Visitor, decision: &Decision) -> Result<Asked, Failure> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = Url::parse(&format!("{}{path}", visitor.origin())).map_err(|_| Failure::Malformed)?;
        let destination = FetchDestination::of(&head.headers);
        let navigation = destination != FetchDestination::Other && accepts_html(&head.headers);
        let revalidates_page = translate_conditions(&mut head.headers, decision, navigation);
        Ok(Asked {
            head_only: head.method == Method::HEAD,
            coding: Coding::preferred(&head.headers),
            url,
            destination,
            revalidates_page,
            navigation,
        })
    }

    /// Whether to ask the origin for a page without content coding: it will be decoded here anyway,
    /// and an origin on this machine saves nothing by compressing.
    pub fn wants_identity(&self, site: &SiteRuntime) -> bool {
        self.navigation && site.origin.is_near()
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

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().filter_map(|v| v.to_str().ok()).any(|v| v.contains("text/html"))
}

/// Our own ETag goes back to the origin as the origin's, if it was made under the present choice. A
/// navigation loses every other condition: a 304 to one would keep a page that was never rewritten,
/// or was rewritten under another choice. Parts of pages are never asked for.
fn translate_conditions(headers: &mut HeaderMap, decision: &Decision, navigation: bool) -> bool {
    let ours = headers.get(IF_NONE_MATCH).and_then(|value| response::origin_etag(value, decision));
    if navigation || ours.is_some() {
        for name in [IF_NONE_MATCH, IF_MODIFIED_SINCE, RANGE, IF_RANGE] {
            headers.remove(name);
        }
    }
    let revalidates = ours.is_some();
    if let Some(etag) = ours {
        headers.insert(IF_NONE_MATCH, etag);
    }
    revalidates
}
