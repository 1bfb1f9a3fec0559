//! In: where an origin is. Out: connections to it, in the time that is allowed for it, TLS included; and of each
//! connection what tells a retry from a repetition: whether it served before, and whether it has said anything
//! since it was last written to. Never looks into what it carries.

use std::error::Error;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use http::{Extensions, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{CaptureConnection, Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use super::upstream::Upstream;

type Stream = TokioIo<MaybeHttpsStream<TokioIo<TcpStream>>>;

/// Connects to one origin, over HTTP or HTTPS as the URL says.
#[derive(Clone, Debug)]
pub struct Connector {
    inner: HttpsConnector<HttpConnector>,
    upstream: Arc<Upstream>,
    limit: Duration,
}

impl Connector {
    pub fn new(upstream: &Arc<Upstream>, tls: ClientConfig, limit: Duration) -> Connector {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        // Shared among the addresses of a name, so that one that is silent leaves time for the next.
        http.set_connect_timeout(Some(limit));
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let inner = https.enable_http1().wrap_connector(http);
        Connector { inner, upstream: Arc::clone(upstream), limit }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Wire<Stream>>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let (connecting, upstream, limit) = (self.inner.call(to), Arc::clone(&self.upstream), self.limit);
        Box::pin(async move {
            let began = Instant::now();
            let late = |_| io::Error::from(io::ErrorKind::TimedOut);
            let stream = timeout(limit, connecting).await.map_err(late)??;
            upstream.connected(began.elapsed());
            Ok(TokioIo::new(Wire { stream: TokioIo::new(stream), exchanges: Exchanges::default() }))
        })
    }
}

/// What a connection was used for.
#[derive(Clone, Debug, Default)]
pub struct Exchanges(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// Requests that were begun to be written.
    begun: AtomicU32,
    /// Whether anything was read since the last write.
    heard: AtomicBool,
}

impl Exchanges {
    /// Of the connection that a request was given, if it got as far as to one.
    pub fn of(connection: &CaptureConnection) -> Option<Exchanges> {
        let mut extras = Extensions::new();
        connection.connection_metadata().as_ref()?.get_extras(&mut extras);
        extras.remove()
    }

    /// Whether the connection had served before, and ended without a byte for the request on it: its origin had
    /// most likely closed it before the request came (RFC 9112, 9.3.1). Closed by its origin *instead* of an
    /// answer looks the same, which is why nothing is repeated that must not be done twice.
    pub fn are_stale(&self) -> bool {
        self.0.begun.load(Ordering::Relaxed) > 1 && !self.0.heard.load(Ordering::Relaxed)
    }

    /// Counted before it is tried: a connection that cannot be written to has not heard the request either.
    fn writing(&self) {
        if self.0.heard.swap(false, Ordering::Relaxed) || self.0.begun.load(Ordering::Relaxed) == 0 {
            self.0.begun.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn heard(&self) {
        self.0.heard.store(true, Ordering::Relaxed);
    }
}

/// A connection that counts its exchanges: over HTTP/1.1 they follow one another.
#[derive(Debug)]
pub struct Wire<S> {
    stream: S,
    exchanges: Exchanges,
}

impl<S: Connection> Connection for Wire<S> {
    fn connected(&self) -> Connected {
        self.stream.connected().extra(self.exchanges.clone())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        if into.filled().len() > before {
            self.exchanges.heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.exchanges.writing();
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.exchanges.writing();
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
