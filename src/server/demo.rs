//! In: two addresses. Out: five demo clinics behind Paravent, served by a built-in origin on loopback,
//! until the program is told to stop. Everything is as with `serve`, but for keys and
//! counts that are not kept.

use std::convert::Infallible;
use std::fs::Permissions;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use http::header::HOST;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::body::{AnyBody, full};
use super::records::{checkpoint, store_file};
use super::run::{Running, ServerError, loopback, runtime, start_with, tell, told_to_stop};
use super::{memory, sample};
use crate::clock::Clock;
use crate::config;
use crate::demo::{DemoRequest, PROFILES, answer};
use crate::store::{Role, Store};
use crate::visitor::Keys;

/// Who may see the demo's dashboard.
const ACCOUNT: &str = "demo";
/// Bytes of randomness in the demo's password.
const PASSWORD_BYTES: usize = 10;

/// A demo that runs.
pub struct Demo {
    /// The built-in origin: the clinics without Paravent.
    pub origin: SocketAddr,
    pub running: Running,
    /// Of the account `demo`.
    pub password: String,
    _folders: Folders,
}

/// Where the demo keeps what it counts while it runs; removed with it.
struct Folders {
    state: TempDir,
    /// On a file system in memory, where there is one.
    checkpoint: Option<TempDir>,
}

/// Serves the demo until SIGTERM or SIGINT.
///
/// # Errors
/// Where it cannot listen, or has no place for its records.
pub fn demo(listen: SocketAddr, admin: SocketAddr) -> Result<(), ServerError> {
    let unprotected = memory::protect();
    runtime()?.block_on(async {
        let end = told_to_stop()?;
        let mut demo = start_demo(listen, admin, Clock::system(), true).await?;
        demo.running.notes.extend(unprotected);
        announce(&demo);
        end.await;
        demo.running.stop().await;
        Ok(())
    })
}

/// Starts the built-in origin and Paravent in front of it; `sample` fills the dashboard with made-up
/// visits, marked as such.
///
/// # Errors
/// Where it cannot listen, or has no place for its records.
pub async fn start_demo(
    listen: SocketAddr,
    admin: SocketAddr,
    clock: Clock,
    sample: bool,
) -> Result<Demo, ServerError> {
    let socket = loopback().await?;
    let origin = socket.local_addr()?;
    tokio::spawn(serve_origin(socket));
    let mut config = config::demo(origin, listen, admin)?;
    let folders = Folders::new()?;
    config.server.state_dir = folders.state.path().to_owned();
    config.server.checkpoint_dir = folders.checkpoint.as_ref().map(|folder| folder.path().to_owned());
    let password = password()?;
    let past = Clock::set_to(if sample { sample::beginning(&clock) } else { clock.seconds() });
    let store = Arc::new(Store::open(&store_file(&config.server), past.clone())?);
    store.add_account(ACCOUNT, Role::Operator, &password)?;
    if sample {
        let checkpoint = checkpoint(&config.server).ok();
        sample::fill(&config.sites, store, checkpoint, &past, &clock).await?;
    }
    let running = start_with(config, Keys::ephemeral()?, clock, sample).await?;
    Ok(Demo { origin, running, password, _folders: folders })
}

impl Folders {
    fn new() -> io::Result<Folders> {
        let private = Permissions::from_mode(0o700);
        let named = |place: &Path| {
            let mut folder = tempfile::Builder::new();
            folder.prefix("paravent-demo-").permissions(private.clone()).tempdir_in(place)
        };
        Ok(Folders { state: named(&std::env::temp_dir())?, checkpoint: named(Path::new("/dev/shm")).ok() })
    }
}

/// Twenty random hex digits: what is printed is typed once, if at all.
fn password() -> io::Result<String> {
    let mut bytes = [0; PASSWORD_BYTES];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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

fn announce(demo: &Demo) {
    let (origin, running) = (demo.origin, &demo.running);
    let port = running.http.first().map_or(0, SocketAddr::port);
    let mut lines = vec!["Five clinics behind Paravent:".to_owned()];
    lines.extend(PROFILES.iter().map(|profile| format!("  http://{profile}.localhost:{port}/")));
    lines.push("The same pages without it:".to_owned());
    lines.push(format!("  origin http://{origin}/"));
    if let Some(admin) = running.admin {
        lines.push("The dashboard, with made-up visits:".to_owned());
        lines.push(format!("  http://{admin}/   name: {ACCOUNT}   password: {}", demo.password));
    }
    lines.extend(running.notes.iter().map(|note| format!("note: {note}")));
    lines.push("Press Ctrl-C to stop.".to_owned());
    tell(&lines);
}
