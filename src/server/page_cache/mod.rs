//! In: cleaned requests for pages, and the origin's answers to them. Out: answers that need no origin, or need it only
//! to say that nothing has changed (RFC 9111). A page is kept as the origin sent it, before anything of a visitor's
//! choice is set into it: what is taken from here goes the whole way through the rewriter, like any other answer.
//!
//! It is the origin's word to anybody: nothing that was asked for with a cookie, an `Authorization`, a query or any
//! field that not every browser sends is answered from here or kept, nothing below a sensitive path, nothing with a
//! nonce. It is in memory only, forgotten with the config it was made under, and must never know who asked, nor tell
//! one visitor when another did; how fast an answer comes may, which is why the operator has to ask for it.

mod keeping;
mod kept;
mod rules;
mod shelf;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::LOCATION;
use http::request::Parts as RequestHead;
use http::response::Parts as ResponseHead;
use hyper::Response;

use self::keeping::Keeping;
use self::kept::{Kept, Page};
use self::rules::Address;
use self::shelf::{Found, Shelf};
use super::asked::Asked;
use super::body::AnyBody;
use super::metrics::PageCacheFigures;
use crate::clock::Clock;
use crate::policy::Decision;
use crate::request::CleanRequest;
use crate::visitor::Visitor;

/// Pages of all sites.
pub struct PageCache {
    has_room: bool,
    shelf: Arc<Mutex<Shelf>>,
    clock: Clock,
    figures: PageCacheFigures,
}

/// What a request is answered with.
pub enum Lookup {
    /// A page that needs no origin.
    Fresh(Response<AnyBody>),
    /// The origin is to be asked; what it answers goes to [`PageCache::answered`].
    Ask(Asking),
}

/// What has to be known of a request when its answer comes.
pub enum Asking {
    /// A page that is the same for everybody: where it is, of the request's head what it may depend on, and what was
    /// kept of it.
    Page(Address, Box<RequestHead>, Option<Arc<Kept>>),
    /// Something that may change what is kept there.
    Change(Address),
    Neither,
}

impl PageCache {
    /// Room for so many bytes; where it is for none, nothing is kept.
    pub fn new(bytes: usize, clock: Clock, figures: PageCacheFigures) -> PageCache {
        let shelf = Arc::new(Mutex::new(Shelf::new(bytes, figures.bytes.clone())));
        PageCache { has_room: bytes > 0, shelf, clock, figures }
    }

    /// What is there for a request. To ask for a page that is too old, its own validators are put in the place of
    /// the visitor's: then the origin need not send it again.
    pub fn look_up(
        &self,
        request: &mut CleanRequest<AnyBody>,
        visitor: &Visitor,
        asked: &Asked,
        decision: &Decision,
    ) -> Lookup {
        let address = |request: &CleanRequest<_>| Address::of(&visitor.origin(), request.head().uri.path());
        if !self.has_room {
            return Lookup::Ask(Asking::Neither);
        }
        if !rules::is_anybodys(request, asked, decision) {
            let changes = !request.head().method.is_safe();
            return Lookup::Ask(if changes { Asking::Change(address(request)) } else { Asking::Neither });
        }
        let (address, head, now) = (address(request), rules::compared(request.head()), self.now());
        let found = self.shelf().find(&address, &head, now);
        let kept = match found {
            Found::Nothing => None,
            Found::Fresh(kept) => {
                self.figures.answered("fresh");
                return Lookup::Fresh(kept.page.answer(&head));
            }
            Found::Stale(kept) => {
                request.ask_whether_changed(kept.page.entity_tag(), kept.page.last_modified());
                Some(kept)
            }
        };
        Lookup::Ask(Asking::Page(address, Box::new(head), kept))
    }

    /// Makes the answer of the origin's: where that says that nothing has changed, the page that was kept. A page
    /// that may be kept is, once all of it has gone by.
    pub fn answered(&self, asking: Asking, response: Response<AnyBody>) -> Response<AnyBody> {
        let (head, body) = response.into_parts();
        match asking {
            Asking::Page(address, asked, Some(kept)) if head.status == StatusCode::NOT_MODIFIED => {
                self.figures.answered("confirmed");
                self.confirmed(address, &asked, &kept.page, &head)
            }
            Asking::Page(address, asked, _) => {
                self.figures.answered("asked");
                self.keeping(address, *asked, head, body)
            }
            Asking::Change(address) => {
                self.forget(&address, &head);
                Response::from_parts(head, body)
            }
            Asking::Neither => Response::from_parts(head, body),
        }
    }

    /// A page that has not changed, with what the origin says of it now (RFC 9111, 4.3.4).
    fn confirmed(
        &self,
        address: Address,
        asked: &RequestHead,
        page: &Page,
        head: &ResponseHead,
    ) -> Response<AnyBody> {
        let (page, now) = (page.updated(&head.headers), self.now());
        let answer = page.answer(asked);
        match rules::policy(asked, &page.head(), now) {
            Some(policy) => self.shelf().put(address, asked, Kept { page, policy }, now),
            None => self.shelf().remove(&address, asked, now),
        }
        answer
    }

    /// A page that was asked for anew: what was kept of it is gone.
    fn keeping(
        &self,
        address: Address,
        asked: RequestHead,
        head: ResponseHead,
        body: AnyBody,
    ) -> Response<AnyBody> {
        let now = self.now();
        let limit = {
            let mut shelf = self.shelf();
            // A failure of the origin says nothing of the page.
            if !head.status.is_server_error() && head.status != StatusCode::NOT_MODIFIED {
                shelf.remove(&address, &asked, now);
            }
            shelf.page_limit()
        };
        let Some(policy) = rules::policy(&asked, &head, now) else { return Response::from_parts(head, body) };
        let (shelf, headers) = (Arc::clone(&self.shelf), head.headers.clone());
        let keep = move |body| {
            let page = Page { headers, body };
            locked(&shelf).put(address, &asked, Kept { page, policy }, now);
        };
        Response::from_parts(head, Keeping::boxed(body, limit, keep))
    }

    /// What a request has changed is asked for anew, and so is what its answer names (RFC 9111, 4.4).
    fn forget(&self, changed: &Address, head: &ResponseHead) {
        if head.status.is_client_error() || head.status.is_server_error() {
            return;
        }
        let mut shelf = self.shelf();
        shelf.forget(changed);
        let named = head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        if let Some(elsewhere) = named.and_then(|location| changed.beside(location)) {
            shelf.forget(&elsewhere);
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(self.clock.seconds()).unwrap_or(0))
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        locked(&self.shelf)
    }
}

fn locked(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
