//! In: the origin's response and the decision it is shown under. Out: what the browser may see: a
//! cleaned head with the second policy, and a body that is rewritten if it is a page and carried as
//! it is if not. A page that cannot be read becomes an error, never a page unread.

use std::sync::Arc;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE};
use http::response::Parts;
use http::{HeaderValue, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Incoming;

use super::asked::{Asked, FetchDestination};
use super::body::{AnyBody, BodyError, Peeked, Timed, empty};
use super::codec::{Coding, Decoder, Encoder};
use super::content_type;
use super::failure::Failure;
use super::insertions::{PageInsertions, origin_policy};
use super::page_body::{Decode, Rewrite, Staged, TakesStopped};
use super::shared::{Shared, SiteRuntime};
use crate::html::{HtmlStream, Kind, Page, Sniffed, sniff};
use crate::policy::Decision;
use crate::response::{self, Redirect};
use crate::visitor::{Scheme, Visitor};

/// As many bytes as a browser sniffs.
const SNIFFED_BYTES: usize = 1445;

/// Marks an answer as a page of the site that the visitor now sees.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

/// What the stages below need to know.
struct Scene<'a> {
    shared: &'a Shared,
    site: &'a SiteRuntime,
    visitor: &'a Visitor,
    decision: Arc<Decision>,
    asked: Asked,
}

/// Makes the visitor's answer of the origin's.
pub async fn answer(
    shared: &Shared,
    site: &SiteRuntime,
    visitor: &Visitor,
    decision: Arc<Decision>,
    asked: Asked,
    response: Response<Incoming>,
) -> Result<Response<AnyBody>, Failure> {
    let (mut head, body) = response.into_parts();
    // The version belongs to one hop (RFC 9110, 2.5): an old origin must not cost the visitor keep-alive.
    head.version = Version::HTTP_11;
    let https = visitor.scheme() == Scheme::Https;
    if response::clean_headers(&mut head.headers, &decision, &asked.url) == Redirect::Refused {
        return Err(Failure::TrackerAhead);
    }
    response::clean_cookies(&mut head.headers, &decision, https, shared.clock.seconds());
    let scene = Scene { shared, site, visitor, decision, asked };
    scene.answer(head, body).await
}

impl Scene<'_> {
    async fn answer(self, mut head: Parts, body: Incoming) -> Result<Response<AnyBody>, Failure> {
        content_type::settle(&mut head.headers);
        let kind = content_type::kind(head.headers.get(CONTENT_TYPE));
        let page_again = head.status == StatusCode::NOT_MODIFIED && self.asked.revalidates_page;
        if self.asked.head_only || has_no_body(head.status) {
            return Ok(self.without_body(head, kind.is_some() || page_again));
        }
        let body = Timed::new(body, self.shared.config.server.timeouts.body).boxed_unsync();
        match kind {
            Some(kind) => self.page(head, body, kind).await,
            None if head.headers.contains_key(CONTENT_TYPE) => Ok(self.carried(head, body)),
            None => {
                let body = self.decoded(&mut head, body)?;
                let (kind, body) = sniffed(body).await.map_err(|e| failed(&e))?;
                match kind {
                    Some(kind) => self.page(head, body, kind).await,
                    None => Ok(self.carried(head, body)),
                }
            }
        }
    }

    /// Carries a body as it is.
    fn carried(&self, mut head: Parts, body: AnyBody) -> Response<AnyBody> {
        self.add_policy(&mut head);
        Response::from_parts(head, body)
    }

    /// The head that a `GET` would have had, alone.
    fn without_body(&self, mut head: Parts, is_page: bool) -> Response<AnyBody> {
        self.add_policy(&mut head);
        if is_page {
            self.page_headers(&mut head);
        }
        if head.status == StatusCode::NOT_MODIFIED && self.asked.revalidates_page {
            head.extensions.insert(Shown);
        }
        Response::from_parts(head, empty())
    }

    async fn page(self, mut head: Parts, body: AnyBody, kind: Kind) -> Result<Response<AnyBody>, Failure> {
        if head.status == StatusCode::PARTIAL_CONTENT {
            // Half a page cannot be read; nobody asked for half of one (Range was removed).
            return Err(Failure::PageUnreadable);
        }
        let body = self.decoded(&mut head, body)?;
        let stream = HtmlStream::new(self.page_facts(&head, kind));
        let encoder = Encoder::new(self.asked.coding).map_err(|_| Failure::Internal)?;
        self.add_policy(&mut head);
        self.page_headers(&mut head);
        let body = Staged::new(body, Rewrite::new(stream, encoder, self.learning())).boxed_unsync();
        let body = Peeked::wait(body).await.map_err(|e| failed(&e))?;
        if kind == Kind::Html && head.status == StatusCode::OK {
            head.extensions.insert(Shown);
        }
        Ok(Response::from_parts(head, body.boxed_unsync()))
    }

    /// The body without the origin's content coding; the head says so.
    fn decoded(&self, head: &mut Parts, body: AnyBody) -> Result<AnyBody, Failure> {
        let coding = Coding::of(&head.headers).map_err(|_| Failure::PageUnreadable)?;
        if coding == Coding::Identity {
            return Ok(body);
        }
        let ratio = self.shared.config.server.limits.decoded_ratio;
        let decoder = Decoder::new(coding, ratio).map_err(|_| Failure::Internal)?;
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
        Ok(Staged::new(body, Decode(decoder)).boxed_unsync())
    }

    /// Learns from the page which unknown hosts it uses.
    fn learning(&self) -> Option<TakesStopped> {
        let reports = self.shared.reports.clone()?;
        let (site, network) = (Arc::clone(&self.site.config), self.visitor.network());
        let decision = Arc::clone(&self.decision);
        Some(Box::new(move |stopped| reports.note_page(&site.name, network, stopped, &decision)))
    }

    fn page_facts(&self, head: &Parts, kind: Kind) -> Page {
        Page {
            decision: Arc::clone(&self.decision),
            signatures: Arc::clone(&self.site.signatures),
            url: self.asked.url.clone(),
            content_type_charset: content_type::charset(head.headers.get(CONTENT_TYPE)),
            memory_limit: self.shared.config.server.limits.rewriter_bytes,
            insertions: Arc::new(self.insertions(head)),
            kind,
            is_document: self.asked.destination != FetchDestination::Other,
        }
    }

    fn insertions(&self, head: &Parts) -> PageInsertions {
        let url = &self.asked.url;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        PageInsertions {
            site: Arc::clone(&self.site.config),
            decision: Arc::clone(&self.decision),
            languages: self.visitor.languages().to_vec(),
            return_to: format!("{}{query}", url.path()),
            form_token: self.shared.door.form_token(self.visitor, &self.site.config),
            origin_policy: origin_policy(&head.headers),
            in_frame: self.asked.destination == FetchDestination::Frame,
        }
    }

    fn page_headers(&self, head: &mut Parts) {
        for name in [CONTENT_LENGTH, CONTENT_ENCODING] {
            head.headers.remove(name);
        }
        if let Some(token) = self.asked.coding.token() {
            head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        response::caching(&mut head.headers, &self.decision, &self.asked.variant);
        let once =
            self.decision.consent().once.is_some() && self.asked.destination == FetchDestination::Document;
        let ended = once.then(|| self.shared.door.end_once(self.visitor));
        for line in self.asked.expired.iter().chain(&ended) {
            if let Ok(line) = HeaderValue::from_str(line) {
                head.headers.append(SET_COOKIE, line);
            }
        }
    }

    fn add_policy(&self, head: &mut Parts) {
        let kind = head.headers.get(CONTENT_TYPE);
        if response::wants_policy(kind) {
            response::add_policy(&mut head.headers, &self.decision, &self.site.config.prefix);
        }
    }
}

/// Looks at a body without a Content-Type before the browser does (MIME Sniffing, 7.1).
async fn sniffed(body: AnyBody) -> Result<(Option<Kind>, AnyBody), BodyError> {
    let mut body = Peeked::wait(body).await?;
    let mut whole = false;
    let kind = loop {
        match sniff(&body.start(SNIFFED_BYTES), whole) {
            Sniffed::Html => break Some(Kind::Html),
            Sniffed::Xml => break Some(Kind::Svg),
            Sniffed::Undecided if !whole => whole = !body.more().await?,
            Sniffed::Other | Sniffed::Undecided => break None,
        }
    };
    Ok((kind, body.boxed_unsync()))
}

/// RFC 9110, 6.4.1.
fn has_no_body(status: StatusCode) -> bool {
    status.is_informational()
        || [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED].contains(&status)
}

fn failed(error: &BodyError) -> Failure {
    match error {
        BodyError::Idle(_) => Failure::OriginSlow,
        BodyError::Connection(_) => Failure::OriginAway,
        BodyError::Encoding(_) | BodyError::Page(_) | BodyError::TooLarge(_) => Failure::PageUnreadable,
    }
}
