//! In: a page's head and body as its origin sent them. Out: answers made of them. Holds nothing of who asked.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{
    AGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, TRAILER, TRANSFER_ENCODING,
};
use http::request::Parts as RequestHead;
use http::response::Parts as ResponseHead;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_cache_semantics::{BeforeRequest, CachePolicy};
use hyper::Response;

use super::super::body::{AnyBody, empty, full};
use crate::response::names_tag;

/// A page of status 200 as the origin sent it, its body in the origin's coding.
pub struct Page {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A page and how long it may be taken unasked.
pub struct Kept {
    pub page: Page,
    pub policy: CachePolicy,
}

/// What an answer without a body cannot say anew.
const OF_THE_BODY: [HeaderName; 6] =
    [CONTENT_LENGTH, CONTENT_ENCODING, CONTENT_TYPE, CONTENT_RANGE, TRANSFER_ENCODING, TRAILER];

impl Kept {
    /// Whether it is what `asked` asks for.
    pub fn is_for(&self, asked: &RequestHead, now: SystemTime) -> bool {
        match self.policy.before_request(asked, now) {
            BeforeRequest::Fresh(_) => true,
            BeforeRequest::Stale { matches, .. } => matches,
        }
    }

    /// Whether it is, and the origin need not be asked.
    pub fn is_fresh(&self, asked: &RequestHead, now: SystemTime) -> bool {
        self.policy.before_request(asked, now).satisfies_without_revalidation()
    }
}

impl Page {
    pub fn entity_tag(&self) -> Option<&HeaderValue> {
        self.headers.get(ETAG)
    }

    pub fn last_modified(&self) -> Option<&HeaderValue> {
        self.headers.get(LAST_MODIFIED)
    }

    pub fn head(&self) -> ResponseHead {
        let mut head = Response::new(()).into_parts().0;
        head.headers = self.headers.clone();
        head
    }

    /// The page with what a 304 says of it (RFC 9111, 3.2).
    pub fn updated(&self, said: &HeaderMap) -> Page {
        let mut headers = self.headers.clone();
        for name in [AGE, DATE] {
            headers.remove(name);
        }
        for name in said.keys().filter(|name| !OF_THE_BODY.contains(name)) {
            headers.remove(name);
            for value in said.get_all(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        Page { headers, body: self.body.clone() }
    }

    /// The page; its head alone, with status 304, where that is what the visitor has. It says nothing of when it was
    /// kept, against RFC 9111, 5.1: that would be when somebody else looked at it.
    pub fn answer(&self, asked: &RequestHead) -> Response<AnyBody> {
        let mut head = self.head();
        head.headers.remove(AGE);
        head.headers.remove(DATE);
        if !self.is_known_to(asked) {
            return Response::from_parts(head, full(self.body.clone()));
        }
        head.status = StatusCode::NOT_MODIFIED;
        for name in [CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING, TRAILER] {
            head.headers.remove(name);
        }
        Response::from_parts(head, empty())
    }

    /// Whether the conditions say that the visitor has this very page (RFC 9110, 13.2.2). A date has to be the page's
    /// own: nobody but this page's origin gave it.
    fn is_known_to(&self, asked: &RequestHead) -> bool {
        match asked.headers.contains_key(IF_NONE_MATCH) {
            true => self.entity_tag().is_some_and(|tag| names_tag(&asked.headers, tag)),
            false => {
                self.last_modified().is_some() && asked.headers.get(IF_MODIFIED_SINCE) == self.last_modified()
            }
        }
    }

    /// Bytes of memory it takes.
    pub fn size(&self) -> usize {
        let fields = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        self.body.len() + fields.sum::<usize>()
    }
}
