//! In: a cleaned request. Out: the origin's response. The only door to the origin, and it takes
//! nothing but a [`CleanRequest`]: what was not cleaned cannot be sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use hyper::Response;
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::RootCertStore;

use super::body::{AnyBody, BodyError};
use super::failure::Failure;
use super::tls::{self, TlsError};
use crate::config::{Origin, Site, Timeouts};
use crate::request::CleanRequest;

/// Pooled connections are dropped after this long: below the keep-alive of common origins (Node
/// closes after 5 s), so that a request rarely meets a connection that is just closing.
const POOL_IDLE: Duration = Duration::from_secs(4);

/// The pooled client of one site's origin.
#[derive(Debug)]
pub struct OriginClient {
    client: Client<HttpsConnector<HttpConnector>, AnyBody>,
    origins: Vec<Origin>,
    /// The origin in use; moves on when one cannot be reached.
    current: AtomicUsize,
    first_byte: Duration,
}

impl OriginClient {
    /// A client for the site's origins, over HTTP or HTTPS as each says.
    pub fn new(site: &Site, timeouts: &Timeouts) -> Result<OriginClient, TlsError> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(timeouts.connect));
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(client_tls(site)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .set_host(false)
            .build(https);
        let first_byte = timeouts.first_byte;
        Ok(OriginClient { client, origins: site.origins.clone(), current: AtomicUsize::new(0), first_byte })
    }

    /// Whether the origin is on this machine or its own network, where compressing saves nothing.
    pub fn is_near(&self) -> bool {
        self.origins.iter().all(|origin| is_near(&origin.host))
    }

    /// Sends a request and waits for the head of the answer.
    pub async fn send(&self, request: CleanRequest<AnyBody>) -> Result<Response<Incoming>, Failure> {
        let (mut head, body) = request.into_parts();
        let turn = self.current.load(Ordering::Relaxed);
        let origin = self.origins.get(turn % self.origins.len().max(1)).ok_or(Failure::OriginAway)?;
        head.uri = target(origin, head.uri.path_and_query())?;
        head.version = http::Version::HTTP_11;
        let answer = self.client.request(http::Request::from_parts(head, body));
        match tokio::time::timeout(self.first_byte, answer).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.failed(turn, &error)),
            Err(_) => Err(Failure::OriginSlow),
        }
    }

    fn failed(&self, turn: usize, error: &ClientError) -> Failure {
        if error.is_connect() {
            // Another request may have moved on already; then there is nothing to do.
            let _ = self.current.compare_exchange(
                turn,
                turn.wrapping_add(1),
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(reason) = cause {
            match reason.downcast_ref::<BodyError>() {
                Some(BodyError::TooLarge(_)) => return Failure::BodyTooLarge,
                Some(BodyError::Idle(_)) => return Failure::RequestSlow,
                Some(BodyError::Connection(_)) => return Failure::Malformed,
                _ => {}
            }
            if reason
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::TimedOut)
            {
                return Failure::OriginSlow;
            }
            cause = reason.source();
        }
        Failure::OriginAway
    }
}

fn target(origin: &Origin, path: Option<&PathAndQuery>) -> Result<Uri, Failure> {
    let scheme = if origin.https { Scheme::HTTPS } else { Scheme::HTTP };
    let authority: Authority =
        format!("{}:{}", origin.host, origin.port).parse().map_err(|_| Failure::OriginAway)?;
    let path = path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build();
    uri.map_err(|_| Failure::Malformed)
}

/// Trust is read only where an origin is verified by it.
fn client_tls(site: &Site) -> Result<rustls::ClientConfig, TlsError> {
    match site.origins.iter().any(|origin| origin.https) {
        true => tls::client_tls(site.origin_ca.as_deref()),
        false => tls::client_tls_with(RootCertStore::empty()),
    }
}

fn is_near(host: &str) -> bool {
    use std::net::IpAddr;
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local(),
        Err(_) => host == "localhost",
    }
}
