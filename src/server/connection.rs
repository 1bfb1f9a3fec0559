//! In: an accepted connection and its peer's address. Out: answers, over HTTP/1.1 or HTTP/2 as ALPN
//! says. The full address ends in this file's first lines: what goes on is an [`Arrival`].

use std::io::Cursor;
use std::pin::pin;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{HandshakeKind, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::acme;
use super::extended_connect::Asked;
use super::floods::is_flood;
use super::front::{Guard, HeadLimits, Times, Turns};
use super::limits::Connections;
use super::listen::told;
use super::live::Live;
use super::pipeline;
use super::shared::Shared;
use super::stall::Standing;
use crate::config::{Limits, Server, Timeouts};
use crate::visitor::{Arrival, PeerAddress, ProxyRead, Scheme, read_proxy_header};

/// hyper's buffer is never smaller (it panics otherwise).
const HYPER_LEAST_BUFFER: usize = 8192;
/// Room for the line that the guard may add to a head.
const LINE_OF_OURS: usize = 64;

/// Serves one connection until it ends or the server drains.
pub async fn serve(
    stream: TcpStream,
    peer: PeerAddress,
    tls: Option<Arc<ServerConfig>>,
    live: Arc<Live>,
    connections: Connections,
    drain: watch::Receiver<bool>,
) {
    // Let go of before the connection is served: one that stays open must not keep an old config.
    let shared = live.now();
    let Server { limits, timeouts, .. } = shared.config.server;
    let scheme = if tls.is_some() { Scheme::Https } else { Scheme::Http };
    if !shared.config.server.proxy_protocol {
        let arrival = peer.arrive(&shared.door, None, scheme);
        drop(shared);
        return serve_arrived(stream, tls, Visit { arrival, limits, timeouts, live, connections, drain })
            .await;
    }
    let header = timeout(timeouts.header, proxied(stream, peer, scheme, &shared)).await;
    drop(shared);
    if let Ok(Some((stream, arrival))) = header {
        serve_arrived(stream, tls, Visit { arrival, limits, timeouts, live, connections, drain }).await;
    }
}

/// What a connection needs while it lasts.
struct Visit {
    arrival: Arrival,
    /// Of what was in force when it opened.
    limits: Limits,
    timeouts: Timeouts,
    live: Arc<Live>,
    connections: Connections,
    drain: watch::Receiver<bool>,
}

/// Reads the PROXY header of a connection; a peer that is not trusted, or sends none, is dropped.
async fn proxied(
    stream: TcpStream,
    peer: PeerAddress,
    listener: Scheme,
    shared: &Shared,
) -> Option<(impl AsyncRead + AsyncWrite + Unpin + Send + 'static, Arrival)> {
    if !peer.opens_with_proxy_header(&shared.door) {
        return None;
    }
    let (mut reader, writer) = stream.into_split();
    let mut bytes = Vec::with_capacity(256);
    loop {
        match read_proxy_header(&bytes) {
            ProxyRead::Header(header, consumed) => {
                let rest = Cursor::new(bytes.split_off(consumed));
                let stream = tokio::io::join(AsyncReadExt::chain(rest, reader), writer);
                return Some((stream, peer.arrive(&shared.door, Some(header), listener)));
            }
            ProxyRead::NeedMore => {}
            ProxyRead::Malformed => return None,
        }
        if reader.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

async fn serve_arrived<S>(stream: S, tls: Option<Arc<ServerConfig>>, visit: Visit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let metrics = Arc::clone(&visit.live.now().metrics);
    let _permit = match visit.connections.admit(visit.arrival.network()) {
        Ok(permit) => permit,
        Err(full) => {
            metrics.limited(full.id());
            if tls.is_none() {
                visit.connections.dismiss(stream, full).await;
            }
            return;
        }
    };
    let _opened = metrics.opened();
    let Some(tls) = tls else {
        return serve_http1(stream, visit).await;
    };
    let handshake = TlsAcceptor::from(tls).accept(stream);
    let stream = match timeout(visit.timeouts.handshake, handshake).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(_)) => return metrics.handshake("failed"),
        Err(_) => return metrics.handshake("slow"),
    };
    metrics.handshake(match stream.get_ref().1.handshake_kind() {
        Some(HandshakeKind::Resumed) => "resumed",
        _ => "full",
    });
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => serve_http2(stream, visit).await,
        // The handshake was all that the authority came for.
        Some(acme::ALPN) => {}
        _ => serve_http1(stream, visit).await,
    }
}

async fn serve_http1<S>(stream: S, visit: Visit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Visit { arrival, limits, timeouts, live, mut drain, .. } = visit;
    let Limits { header_bytes, header_count, .. } = limits;
    // The guard keeps limits and times of heads: hyper's header time also runs between two requests, and its
    // own limits must only not be in the way.
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(header_bytes.max(HYPER_LEAST_BUFFER) + LINE_OF_OURS)
        .max_headers(header_count + 1);
    let turns = Turns::default();
    let guard = guarded(stream, &turns, &limits, &timeouts);
    let service = service_fn(move |request: Request<Incoming>| {
        let (shared, arrival, turn) = (live.now(), arrival.clone(), turns.take());
        async move {
            let response = match turn.refused() {
                Some(failure) => pipeline::refuse(&shared, failure, &request),
                None => pipeline::answer(&shared, &arrival, request).await,
            };
            Ok::<_, std::convert::Infallible>(turn.until_sent(response))
        }
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(guard), service).with_upgrades());
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut drain) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// The guard that hyper reads an HTTP/1 connection through.
fn guarded<S>(stream: S, turns: &Turns, limits: &Limits, timeouts: &Timeouts) -> Guard<S> {
    let limits = HeadLimits { bytes: limits.header_bytes, fields: limits.header_count };
    let times = Times { header: timeouts.header, idle: timeouts.idle, write: timeouts.body };
    Guard::new(stream, turns.clone(), limits, times)
}

async fn serve_http2<S>(stream: S, visit: Visit)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Visit { arrival, limits, timeouts, live, connections, mut drain } = visit;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .enable_connect_protocol()
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(timeouts.idle)
        .keep_alive_timeout(timeouts.header);
    let standing = Standing::default();
    let (watched, network, ended) = (standing.clone(), arrival.network(), connections.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (shared, arrival, watched) = (live.now(), arrival.clone(), watched.clone());
        let place = connections.ask(arrival.network());
        async move {
            let place = match place {
                Ok(place) => place,
                Err(full) => {
                    shared.metrics.limited(full.id_of_request());
                    return Ok(full.response());
                }
            };
            let websocket = Asked::translate(&mut request);
            let response = pipeline::answer(&shared, &arrival, request).await;
            let response = match websocket {
                Some(asked) => asked.answer(response),
                None => response,
            };
            Ok::<_, std::convert::Infallible>(watched.watch(response, place))
        }
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        end = connection.as_mut() => {
            if end.is_err_and(|error| is_flood(&error)) {
                ended.flooded(network);
            }
            return;
        }
        () = standing.too_long(timeouts.body) => return,
        () = told(&mut drain) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
