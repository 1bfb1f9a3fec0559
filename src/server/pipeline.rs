//! The way of a request, in one function.
//!
//! In: a request and the [`Arrival`] of its connection. Out: an answer. Each stage takes what the
//! stage before it made; none can name an earlier stage's raw input.

use std::sync::Arc;
use std::time::Instant;

use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, STRICT_TRANSPORT_SECURITY};
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};

use super::asked::Asked;
use super::body::{AnyBody, Limited, Timed, empty, full};
use super::failure::Failure;
use super::metrics::Route;
use super::origin::OriginBody;
use super::own_answer::OwnAnswer;
use super::page_cache::Lookup;
use super::shared::{Shared, SiteRuntime};
use super::sighting::{Sighting, Whose};
use super::{cut, error_answer, own_pages, page, relay, tunnel};
use crate::config::Site;
use crate::policy::decide;
use crate::request;
use crate::visitor::{Arrival, AskedHost, Scheme, Visitor};

/// Answers a request; whatever goes wrong becomes a small page with the right status.
pub async fn answer(
    shared: &Arc<Shared>,
    arrival: &Arrival,
    request: Request<Incoming>,
) -> Response<AnyBody> {
    let (words, began) = (error_answer::Words::of(&request), Instant::now());
    let (route, response) = match go(shared, arrival, request).await {
        Ok(response) => (route(&response), response),
        Err(unanswered) => (unanswered.route, not_answered(shared, &unanswered, &words)),
    };
    shared.metrics.answered(route, response.status(), began.elapsed());
    cut::told(response, route, &shared.metrics)
}

/// Answers for a head that the guard in front of hyper refused; `stand_in` is what hyper read in its place.
pub fn refuse(shared: &Shared, failure: Failure, stand_in: &Request<Incoming>) -> Response<AnyBody> {
    let (words, began) = (error_answer::Words::of(stand_in), Instant::now());
    let response = not_answered(shared, &failure.into(), &words);
    shared.metrics.answered(Route::Refused, response.status(), began.elapsed());
    response
}

fn not_answered(shared: &Shared, unanswered: &Unanswered, words: &error_answer::Words) -> Response<AnyBody> {
    let Unanswered { failure, route, site } = unanswered;
    shared.metrics.failed(failure.rule());
    error_answer::answer(*failure, *route, words, site.as_ref().map(|site| &*site.config))
}

/// Why a request got no answer from the site, what it was for, and whose it was where that was known by then.
struct Unanswered {
    failure: Failure,
    route: Route,
    site: Option<Arc<SiteRuntime>>,
}

/// Before it is known whose it is.
impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Unanswered {
        Unanswered { failure, route: Route::Refused, site: None }
    }
}

/// What a request asks for, as far as its head tells.
fn asked_for(head: &Parts, site: &Site) -> Route {
    match own_pages::path_below(head, site) {
        Some(_) => Route::Own,
        None if request::wants_page(&head.headers) => Route::Page,
        None => Route::Part,
    }
}

fn route(response: &Response<AnyBody>) -> Route {
    let marks = response.extensions();
    match (marks.get::<page::Shown>(), marks.get::<OwnAnswer>()) {
        (Some(_), _) => Route::Page,
        (None, Some(_)) => Route::Own,
        (None, None) => Route::Part,
    }
}

/// accept → visitor, and what follows.
async fn go(
    shared: &Arc<Shared>,
    arrival: &Arrival,
    mut request: Request<Incoming>,
) -> Result<Response<AnyBody>, Unanswered> {
    let switch = request.extensions_mut().remove::<OnUpgrade>();
    let (head, body) = request.into_parts();
    let asked_host = asked_host(&head)?;
    check_size(&head, shared.config.server.limits.header_bytes)?;
    let site = shared.site(asked_host.host()).ok_or(Failure::UnknownHost)?;
    let visitor = shared.door.admit(arrival, &head, asked_host, &site.config);
    if let Some(proof) = proof_of_host(shared, &head) {
        return Ok(proof);
    }
    if let Some(redirect) = to_https(shared, &visitor, &head) {
        return Ok(redirect);
    }
    let told = strict_transport(shared, &visitor);
    let route = asked_for(&head, &site.config);
    let carried = carried(shared, site, &visitor, head, body, switch).await;
    let mut answer =
        carried.map_err(|failure| Unanswered { failure, route, site: Some(Arc::clone(site)) })?;
    if let Some(told) = told.filter(|_| !answer.status().is_informational()) {
        // A site that says it itself is not overruled.
        answer.headers_mut().entry(STRICT_TRANSPORT_SECURITY).or_insert(told);
    }
    Ok(answer)
}

/// visitor → policy → request cleaned → origin → response cleaned → page rewritten → counted.
async fn carried(
    shared: &Arc<Shared>,
    site: &Arc<SiteRuntime>,
    visitor: &Visitor,
    mut head: Parts,
    body: Incoming,
    switch: Option<OnUpgrade>,
) -> Result<Response<AnyBody>, Failure> {
    if let Some(path) = own_pages::path_below(&head, &site.config) {
        return own_pages::answer(shared, site, visitor, &path, head, body).await;
    }
    let decision = Arc::new(decide(&site.config.policy, &visitor.facts(head.uri.path(), &shared.clock)));
    let asked = Asked::read(&mut head, site, visitor, &decision, shared.clock.today())?;
    if let Some(empty) = relay::refused(&decision, &asked) {
        return Ok(empty);
    }
    if let Some(reports) = shared.reports.as_ref().filter(|_| asked.is_navigation()) {
        reports.note_sent(&site.config.name, visitor.network(), &head.headers, &decision);
    }
    let sighting = Sighting::of(Whose { shared, site, visitor, decision: &decision, head: &head }, &asked);
    let body = upload(shared, site, &head, body)?;
    let mut clean =
        request::clean(Request::from_parts(head, body), visitor, &decision, asked.coding_from_origin(site))
            .map_err(|_| Failure::Malformed)?;
    let response = match shared.pages.look_up(&mut clean, visitor, &asked, &decision) {
        Lookup::Fresh(kept) => kept,
        Lookup::Ask(asking) => {
            let response = site.origin.send(clean).await?;
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                return switch_protocols(shared, switch, response);
            }
            shared.pages.answered(asking, response.map(|body| timed(shared, body)))
        }
    };
    let answer = page::answer(shared, site, visitor, decision, asked, response).await?;
    if let Some(sighting) = sighting {
        sighting.answered(&answer);
    }
    Ok(answer)
}

fn timed(shared: &Shared, body: OriginBody) -> AnyBody {
    Timed::new(body, shared.config.server.timeouts.body).boxed_unsync()
}

/// Which host a request is for. Two readings of one request are how requests are smuggled, so whatever
/// disagrees is refused; HTTP/1.1 needs its `Host` (RFC 9112, 3.2), and tunnels to anywhere are not offered.
fn asked_host(head: &Parts) -> Result<AskedHost, Failure> {
    if head.method == Method::CONNECT {
        return Err(Failure::MethodRefused);
    }
    if head.version != Version::HTTP_2 && !head.headers.contains_key(HOST) {
        return Err(Failure::Malformed);
    }
    AskedHost::of(head).ok_or(Failure::Malformed)
}

/// hyper's own limit is one of buffers, and so about twice what was asked for.
fn check_size(head: &Parts, limit: usize) -> Result<(), Failure> {
    let fields: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let target = head.uri.path_and_query().map_or(0, |path| path.as_str().len());
    if fields + target > limit { Err(Failure::HeadTooLarge) } else { Ok(()) }
}

/// What a certificate authority asks to be shown, while it may ask for it (HTTP-01, RFC 8555, 8.3).
fn proof_of_host(shared: &Shared, head: &Parts) -> Option<Response<AnyBody>> {
    let word = shared.https.as_ref()?.certificates.challenges().word(head.uri.path())?;
    let answer = Response::builder().header(CONTENT_TYPE, "application/octet-stream");
    answer.body(full(word)).ok()
}

/// With TLS set up, plain requests are sent there (promise RQ16).
fn to_https(shared: &Shared, visitor: &Visitor, head: &Parts) -> Option<Response<AnyBody>> {
    let port = shared.https.as_ref().filter(|_| visitor.scheme() == Scheme::Http)?.port;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    let location = format!("https://{}{port}{path}", visitor.host());
    let answer = Response::builder().status(StatusCode::PERMANENT_REDIRECT).header(LOCATION, location);
    answer.body(empty()).ok()
}

/// The word that keeps browsers to TLS (RFC 6797), where this was asked for over TLS.
fn strict_transport(shared: &Shared, visitor: &Visitor) -> Option<HeaderValue> {
    const DAY_SECONDS: u64 = 86_400;
    let days = Some(shared.config.server.hsts_days).filter(|days| *days > 0)?;
    let told = || format!("max-age={}", u64::from(days) * DAY_SECONDS).parse().ok();
    visitor.is_at_standard_https().then(told).flatten()
}

/// The request's body with its limits; it is carried, never read.
fn upload(shared: &Shared, site: &SiteRuntime, head: &Parts, body: Incoming) -> Result<AnyBody, Failure> {
    let limit = site.config.request_body_bytes;
    let announced =
        head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Failure::BodyTooLarge);
    }
    Ok(Limited::new(Timed::new(body, shared.config.server.timeouts.body), limit).boxed_unsync())
}

/// Opens the tunnel after the origin's own 101, if the visitor asked for one.
fn switch_protocols(
    shared: &Shared,
    visitor: Option<OnUpgrade>,
    mut response: Response<OriginBody>,
) -> Result<Response<AnyBody>, Failure> {
    let visitor = visitor.ok_or(Failure::OriginAway)?;
    let origin = hyper::upgrade::on(&mut response);
    let (mut head, body) = response.into_parts();
    tunnel::open(visitor, origin, shared.config.server.timeouts.tunnel, body.into_place());
    // RFC 6455, 4.2.2: what the handshake needs and nothing else of the origin's.
    let keep = [
        "connection",
        "upgrade",
        "sec-websocket-accept",
        "sec-websocket-protocol",
        "sec-websocket-extensions",
    ];
    let kept = keep
        .iter()
        .filter_map(|name| Some((http::HeaderName::from_static(name), head.headers.get(*name)?.clone())));
    let headers = kept.collect();
    head.headers = headers;
    Ok(Response::from_parts(head, empty()))
}
