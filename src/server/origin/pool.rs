//! In: a request and the origin that was chosen for it. Out: the answer's head with its body to come; or why there
//! is none, and whether another may be asked. The connections of one origin are kept here.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use http::{Request, StatusCode, Version};
use hyper::Response;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use super::super::body::{AnyBody, BodyError, empty};
use super::super::failure::Failure;
use super::connector::{Connector, Exchanges};
use super::loan::{Lent, lend};
use super::upstream::{Place, Upstream};
use crate::config::{Origin, Timeouts};

/// Pooled connections are dropped after this long: below the keep-alive of common origins (Node
/// closes after 5 s), so that a request rarely meets a connection that is just closing.
const POOL_IDLE: Duration = Duration::from_secs(4);

/// One origin with its connections.
#[derive(Debug)]
pub struct Pool {
    pub upstream: Arc<Upstream>,
    kept: Client<Connector, Lent>,
    fresh: Client<Connector, Lent>,
    first_byte: Duration,
}

/// Over which connection a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// One that is kept, if there is one.
    Kept,
    /// A new one, for this request alone.
    Fresh,
}

/// A request without an answer.
pub struct Missed {
    pub failure: Failure,
    pub how: How,
    /// The request's body, where nothing of it was taken.
    pub body: Option<AnyBody>,
}

/// How far a request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// To no connection: the origin has seen nothing of it.
    Unreached,
    /// On a connection that had served before and ended without a byte for this request.
    Stale,
    /// Further, or the visitor broke off.
    Failed,
}

impl Pool {
    pub fn new(upstream: Arc<Upstream>, tls: ClientConfig, timeouts: &Timeouts) -> Pool {
        let connector = Connector::new(&upstream, tls, timeouts.connect);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(POOL_IDLE).set_host(false);
        let kept = builder.build(connector.clone());
        let fresh = builder.pool_max_idle_per_host(0).build(connector);
        Pool { upstream, kept, fresh, first_byte: timeouts.first_byte }
    }

    /// Sends a request and waits for the head of the answer.
    pub async fn ask(
        &self,
        mut head: Parts,
        body: AnyBody,
        over: Over,
    ) -> Result<Response<OriginBody>, Missed> {
        let place = self.upstream.take_place();
        head.uri = match target(&self.upstream.origin, head.uri.path_and_query()) {
            Ok(uri) => uri,
            Err(failure) => return Err(Missed { failure, how: How::Failed, body: None }),
        };
        head.version = Version::HTTP_11;
        let (body, mut loan) = lend(body);
        let mut request = Request::from_parts(head, body);
        let connection = capture_connection(&mut request);
        let client = match over {
            Over::Kept => &self.kept,
            Over::Fresh => &self.fresh,
        };
        let (failure, how) = tokio::select! {
            biased;
            answer = client.request(request) => match answer {
                Ok(response) => {
                    self.upstream.answered();
                    return Ok(response.map(|body| OriginBody { body, place }));
                }
                Err(error) => judged(&error, Exchanges::of(&connection).as_ref()),
            },
            () = loan.overdue(self.first_byte) => (Failure::OriginSlow, How::Failed),
        };
        // A connection that was closed in its idle time is nobody's failure, nor is what a visitor did.
        if how != How::Stale && matches!(failure, Failure::OriginAway | Failure::OriginSlow) {
            self.upstream.failed();
        }
        Err(Missed { failure, how, body: loan.returned() })
    }

    /// The status of an answer over a connection of its own, which counts for nothing.
    pub async fn status(&self, mut head: Parts) -> Option<StatusCode> {
        head.uri = target(&self.upstream.origin, head.uri.path_and_query()).ok()?;
        let (body, _) = lend(empty());
        Some(self.fresh.request(Request::from_parts(head, body)).await.ok()?.status())
    }
}

fn judged(error: &ClientError, exchanges: Option<&Exchanges>) -> (Failure, How) {
    let failure = failure(error);
    let how = match failure {
        _ if error.is_connect() => How::Unreached,
        Failure::OriginAway if exchanges.is_some_and(Exchanges::are_stale) => How::Stale,
        _ => How::Failed,
    };
    (failure, how)
}

fn failure(error: &ClientError) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(reason) = cause {
        match reason.downcast_ref::<BodyError>() {
            Some(BodyError::TooLarge(_)) => return Failure::BodyTooLarge,
            Some(BodyError::Idle(_)) => return Failure::RequestSlow,
            Some(BodyError::Connection(_)) => return Failure::Malformed,
            _ => {}
        }
        if reason.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return Failure::OriginSlow;
        }
        cause = reason.source();
    }
    Failure::OriginAway
}

/// The URL by which an origin is asked for a path.
fn target(origin: &Origin, path: Option<&PathAndQuery>) -> Result<Uri, Failure> {
    let scheme = if origin.https { Scheme::HTTPS } else { Scheme::HTTP };
    let authority: Authority =
        format!("{}:{}", origin.host, origin.port).parse().map_err(|_| Failure::OriginAway)?;
    let path = path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build();
    uri.map_err(|_| Failure::Malformed)
}

/// An answer's body. As long as it lasts, its request counts as under way.
#[derive(Debug)]
pub struct OriginBody {
    body: Incoming,
    place: Place,
}

impl OriginBody {
    /// What keeps a tunnel counted that has opened in the answer's place.
    pub fn into_place(self) -> Place {
        self.place
    }
}

impl Body for OriginBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
