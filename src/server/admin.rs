//! In: requests on the admin listener. Out: whether the server lives and is ready. Sees no visitor.

use std::convert::Infallible;

use http::StatusCode;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::body::{AnyBody, full};
use super::listen::told;

/// Serves the operator until `drain` turns true.
pub async fn run(socket: TcpListener, mut drain: watch::Receiver<bool>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = socket.accept() => {
                open.spawn(async move {
                    let service = service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) });
                    let mut builder = http1::Builder::new();
                    builder.timer(TokioTimer::new());
                    // A connection that breaks off concerns nobody but its peer.
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = open.join_next() => {}
            () = told(&mut drain) => break,
        }
    }
}

fn answer(request: &Request<Incoming>) -> Response<AnyBody> {
    let known = matches!(request.uri().path(), "/healthz" | "/readyz");
    let (status, text) = match (known, request.method()) {
        (true, &Method::GET | &Method::HEAD) => (StatusCode::OK, "ok\n"),
        (true, _) => (StatusCode::METHOD_NOT_ALLOWED, "use GET\n"),
        (false, _) => (StatusCode::NOT_FOUND, "not found\n"),
    };
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    response
}
