//! In: the origin's response and the decision it is shown under. Out: what the browser may see: a
//! cleaned head with the second policy, and a body that is rewritten if it is a page, looked at if it is a
//! style sheet or a script, and carried as it is if neither. A page that cannot be read becomes an error, never a page unread.

use std::sync::Arc;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRAILER};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Version};
use http_body_util::BodyExt;
use hyper::Response;

use super::asked::{AsScript, Asked, FetchDestination};
use super::body::{AnyBody, BodyError, Peeked, empty};
use super::codec::{Coding, Decoder, Encoder};
use super::content_type;
use super::failure::Failure;
use super::insertions::{OriginHead, PageInsertions, own_sources};
use super::page_body::{Decode, Rewrite, Staged, TakesStopped};
use super::script;
use super::shared::{Shared, SiteRuntime};
use super::sheet;
use super::worker;
use crate::html::{HtmlStream, Kind, Page, Sniffed, sniff};
use crate::policy::Decision;
use crate::response::{self, Confirms, OwnSources, Redirect};
use crate::visitor::{Scheme, Visitor};

/// As many bytes as a browser sniffs.
const SNIFFED_BYTES: usize = 1445;

/// Marks an answer as a page of the site that the visitor now sees.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

/// What the stages below need to know.
pub(super) struct Scene<'a> {
    pub(super) shared: &'a Shared,
    pub(super) site: &'a SiteRuntime,
    visitor: &'a Visitor,
    pub(super) decision: Arc<Decision>,
    pub(super) asked: Asked,
}

/// Makes the visitor's answer of the origin's.
pub async fn answer(
    shared: &Shared,
    site: &SiteRuntime,
    visitor: &Visitor,
    decision: Arc<Decision>,
    asked: Asked,
    response: Response<AnyBody>,
) -> Result<Response<AnyBody>, Failure> {
    let (mut head, body) = response.into_parts();
    if !response::settle_framing(&mut head.headers) {
        return Err(Failure::OriginAway);
    }
    // The version belongs to one hop (RFC 9110, 2.5): an old origin must not cost the visitor keep-alive.
    head.version = Version::HTTP_11;
    let https = visitor.scheme() == Scheme::Https;
    if response::clean_headers(&mut head.headers, &decision, &asked.url) == Redirect::Refused {
        return Err(Failure::TrackerAhead);
    }
    let may_run = may_run(asked.as_script, head.headers.get(CONTENT_TYPE));
    response::forbid_sniffing(&mut head.headers, &decision, may_run);
    if let Some(reports) = &shared.reports {
        reports.note_set(&site.config.name, visitor.network(), &head.headers, &decision);
    }
    response::clean_cookies(&mut head.headers, &decision, https, shared.clock.seconds());
    let scene = Scene { shared, site, visitor, decision, asked };
    scene.answer(head, body).await
}

impl Scene<'_> {
    async fn answer(self, mut head: Parts, body: AnyBody) -> Result<Response<AnyBody>, Failure> {
        content_type::settle(&mut head.headers);
        let kind = content_type::kind(head.headers.get(CONTENT_TYPE));
        if self.asked.head_only || has_no_body(head.status) {
            return Ok(self.without_body(head, kind.is_some()));
        }
        match kind {
            Some(kind) => self.page(head, body, kind).await,
            None if head.headers.contains_key(CONTENT_TYPE) => self.no_page(head, body).await,
            None => {
                let body = self.decoded(&mut head, body)?;
                let (kind, body) = sniffed(body).await.map_err(|e| failed(&e))?;
                match kind {
                    Some(kind) => self.page(head, body, kind).await,
                    None => self.no_page(head, body).await,
                }
            }
        }
    }

    async fn no_page(self, head: Parts, body: AnyBody) -> Result<Response<AnyBody>, Failure> {
        if self.is_worker(&head) {
            worker::answer(&self, head, body).await
        } else if self.is_sheet(&head) {
            sheet::answer(&self, head, body).await
        } else if self.is_script(&head) {
            script::answer(&self, head, body).await
        } else {
            Ok(self.carried(head, body))
        }
    }

    /// Whether a browser may run the answer: by its type, or because a page asked for it as a script.
    fn is_script(&self, head: &Parts) -> bool {
        let kind = head.headers.get(CONTENT_TYPE);
        let untyped = kind.is_none() && self.asked.destination == FetchDestination::Other;
        self.decision.enforces()
            && (untyped || may_run(self.asked.as_script, kind) || content_type::is_script(kind))
    }

    /// Whether a browser may install the answer as a service worker.
    fn is_worker(&self, head: &Parts) -> bool {
        let is_asked_for = self.asked.destination == FetchDestination::ServiceWorker;
        is_asked_for && self.decision.enforces() && head.status.is_success()
    }

    /// Whether a browser may use the answer as a style sheet; one without a type, only where it asked for one.
    fn is_sheet(&self, head: &Parts) -> bool {
        let kind = head.headers.get(CONTENT_TYPE);
        let is_asked_for = kind.is_none() && self.asked.destination == FetchDestination::Style;
        self.decision.enforces() && (is_asked_for || content_type::is_style_sheet(kind))
    }

    /// Carries a body as it is.
    pub(super) fn carried(&self, mut head: Parts, body: AnyBody) -> Response<AnyBody> {
        self.add_policy(&mut head);
        Response::from_parts(head, body)
    }

    /// The head that a `GET` would have had, alone.
    fn without_body(&self, mut head: Parts, is_page: bool) -> Response<AnyBody> {
        if is_page || self.asked.confirms == Confirms::Rewritten {
            self.admit_own(&mut head);
        }
        let is_read = is_page || self.is_sheet(&head) || self.is_worker(&head);
        self.add_policy(&mut head);
        match self.asked.confirms {
            Confirms::Rewritten if head.status == StatusCode::NOT_MODIFIED => {
                self.page_headers(&mut head.headers);
                head.extensions.insert(Shown);
            }
            Confirms::AsItCame if head.status == StatusCode::NOT_MODIFIED => {
                response::mark(&mut head.headers, &self.asked.as_it_came);
            }
            _ if is_read => self.page_headers(&mut head.headers),
            _ => {}
        }
        Response::from_parts(head, empty())
    }

    async fn page(self, mut head: Parts, body: AnyBody, kind: Kind) -> Result<Response<AnyBody>, Failure> {
        if head.status == StatusCode::PARTIAL_CONTENT {
            // Half a page cannot be read; nobody asked for half of one (Range was removed).
            return Err(Failure::PageUnreadable("page-in-part"));
        }
        let body = self.decoded(&mut head, body)?;
        let stream = HtmlStream::new(self.page_facts(&head, kind));
        let encoder = Encoder::new(self.asked.coding).map_err(|_| Failure::Internal)?;
        self.admit_own(&mut head);
        self.add_policy(&mut head);
        self.page_headers(&mut head.headers);
        let body = Staged::new(body, Rewrite::new(stream, encoder, self.learning())).boxed_unsync();
        let body = Peeked::wait(body).await.map_err(|e| failed(&e))?;
        if kind == Kind::Html && head.status == StatusCode::OK {
            head.extensions.insert(Shown);
        }
        Ok(Response::from_parts(head, body.boxed_unsync()))
    }

    /// The body without the origin's content coding; the head says so.
    pub(super) fn decoded(&self, head: &mut Parts, body: AnyBody) -> Result<AnyBody, Failure> {
        let coding = Coding::of(&head.headers).map_err(|error| Failure::PageUnreadable(error.rule()))?;
        if coding == Coding::Identity {
            return Ok(body);
        }
        let ratio = self.shared.config.server.limits.decoded_ratio;
        let decoder = Decoder::new(coding, ratio).map_err(|_| Failure::Internal)?;
        for name in [CONTENT_ENCODING, CONTENT_LENGTH, TRAILER] {
            head.headers.remove(name);
        }
        Ok(Staged::new(body, Decode(decoder)).boxed_unsync())
    }

    /// Learns from the page which unknown hosts it uses, and that a vendor was taken out of it; the latter,
    /// which tells that the page was seen, of nobody who objected to being counted.
    fn learning(&self) -> Option<TakesStopped> {
        let reports = self.shared.reports.clone()?;
        let (site, network) = (Arc::clone(&self.site.config), self.visitor.network());
        let (decision, path) = (Arc::clone(&self.decision), self.asked.url.path().to_owned());
        let counted = self.site.counted.filter(|_| decision.consent().counted);
        let closed_list = self.shared.usage.clone().zip(counted);
        Some(Box::new(move |stopped| {
            reports.note_page(&site.name, network, stopped, &decision);
            let page = || closed_list.and_then(|(usage, index)| usage.page_name(index, &path));
            reports.note_taken_out(&site.name, network, stopped, page);
        }))
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
            is_document: matches!(
                self.asked.destination,
                FetchDestination::Document | FetchDestination::Frame
            ),
        }
    }

    fn insertions(&self, head: &Parts) -> PageInsertions {
        let origin = OriginHead::of(&head.headers);
        let url = &self.asked.url;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        PageInsertions {
            site: Arc::clone(&self.site.config),
            decision: Arc::clone(&self.decision),
            languages: self.visitor.languages().to_vec(),
            return_to: format!("{}{query}", url.path()),
            page_origin: url.origin().ascii_serialization(),
            form_token: self.shared.door.form_token(self.visitor, &self.site.config),
            own: self.own_sources(&origin),
            origin,
            in_frame: self.asked.destination == FetchDestination::Frame,
        }
    }

    fn page_headers(&self, headers: &mut HeaderMap) {
        self.rewritten_headers(headers);
        let once =
            self.decision.consent().once.is_some() && self.asked.destination == FetchDestination::Document;
        let ended = once.then(|| self.shared.door.end_once(self.visitor));
        for line in self.asked.expired.iter().chain(&ended) {
            if let Ok(line) = HeaderValue::from_str(line) {
                headers.append(SET_COOKIE, line);
            }
        }
    }

    /// What the head says of a body that was rewritten for this choice, and is sent in the visitor's coding.
    pub(super) fn rewritten_headers(&self, headers: &mut HeaderMap) {
        for name in [CONTENT_LENGTH, CONTENT_ENCODING, TRAILER] {
            headers.remove(name);
        }
        if let Some(token) = self.asked.coding.token() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        response::caching(headers, &self.decision, &self.asked.variant);
    }

    fn own_sources(&self, origin: &OriginHead) -> OwnSources {
        own_sources(&self.site.config, &self.asked.url, origin.nonce.clone())
    }

    /// Has the origin's policies admit the banner.
    fn admit_own(&self, head: &mut Parts) {
        let own = self.own_sources(&OriginHead::of(&head.headers));
        response::admit_own(&mut head.headers, &own);
    }

    fn add_policy(&self, head: &mut Parts) {
        let kind = head.headers.get(CONTENT_TYPE);
        if response::wants_policy(kind) {
            response::add_policy(&mut head.headers, &self.decision, &self.site.config.prefix);
        }
    }
}

/// Whether a browser may run an answer that is not typed as a script: many do where a page asks for one.
fn may_run(as_script: AsScript, kind: Option<&HeaderValue>) -> bool {
    match as_script {
        AsScript::Yes => true,
        AsScript::Perhaps => content_type::is_plain_text(kind),
        AsScript::No => false,
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

/// What the visitor is told of a body that cannot be read to where it must be.
pub(super) fn failed(error: &BodyError) -> Failure {
    match error {
        BodyError::Idle(_) => Failure::OriginSlow,
        BodyError::Connection(_) => Failure::OriginAway,
        BodyError::Encoding(_) | BodyError::Page(_) | BodyError::TooLarge(_) => {
            Failure::PageUnreadable(error.rule())
        }
    }
}
