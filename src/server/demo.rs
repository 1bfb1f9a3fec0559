//! In: two addresses. Out: five demo clinics behind Paravent, served by a built-in origin on loopback,
//! until the program is told to stop. Everything is as with `serve`, but for keys that are not kept.

use std::convert::Infallible;
use std::net::SocketAddr;

use http::header::HOST;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::body::{AnyBody, full};
use super::run::{Running, ServerError, loopback, runtime, start, tell, until_told_to_stop};
use crate::clock::Clock;
use crate::config;
use crate::demo::{DemoRequest, PROFILES, answer};
use crate::visitor::Keys;

/// Serves the demo until SIGTERM or SIGINT.
pub fn demo(listen: SocketAddr, admin: SocketAddr) -> Result<(), ServerError> {
    runtime()?.block_on(async {
        let (origin, running) = start_demo(listen, admin).await?;
        announce(origin, &running);
        until_told_to_stop().await?;
        running.stop().await;
        Ok(())
    })
}

/// Starts the built-in origin and Paravent in front of it; gives the origin's address.
pub async fn start_demo(listen: SocketAddr, admin: SocketAddr) -> Result<(SocketAddr, Running), ServerError> {
    let socket = loopback().await?;
    let origin = socket.local_addr()?;
    tokio::spawn(serve_origin(socket));
    let config = config::demo(origin, listen, admin)?;
    let running = start(config, Keys::ephemeral()?, Clock::system()).await?;
    Ok((origin, running))
}

async fn serve_origin(socket: TcpListener) {
    loop {
        let Ok((stream, _)) = socket.accept().await else { continue };
        tokio::spawn(async move {
            let service = service_fn(|request| async move { Ok::<_, Infallible>(page(&request)) });
            // The demo's pages are made in memory: a connection that breaks off loses nothing.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn page(request: &Request<Incoming>) -> Response<AnyBody> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path_and_query = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let page = answer(&DemoRequest { method: request.method().as_str(), host, path_and_query });
    let mut response = Response::builder().status(page.status);
    for (name, value) in &page.headers {
        response = response.header(*name, value);
    }
    response.body(full(page.body.into_owned())).unwrap_or_else(|_| {
        let mut failed = Response::new(full(""));
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn announce(origin: SocketAddr, running: &Running) {
    let port = running.http.first().map_or(0, SocketAddr::port);
    let mut lines = vec!["Five clinics behind Paravent:".to_owned()];
    lines.extend(PROFILES.iter().map(|profile| format!("  http://{profile}.localhost:{port}/")));
    lines.push("The same pages without it:".to_owned());
    lines.push(format!("  origin http://{origin}/"));
    lines.extend(running.admin.iter().map(|address| format!("admin on http://{address}/")));
    lines.push("Press Ctrl-C to stop.".to_owned());
    tell(&lines);
}
