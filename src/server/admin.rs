//! In: requests on the admin listener. Out: what the dashboard answers; where there is no store, health
//! alone. Sees no visitor.

use std::convert::Infallible;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use super::body::{self, AnyBody, BodyError, empty, full};
use super::failure::Failure;
use super::front::{Guard, HeadLimits, Times, Turns};
use super::listen::EXHAUSTED_PAUSE;
use super::metrics::Metrics;
use super::readiness::Readiness;
use super::records::{Records, zone};
use super::usage_promise::preset;
use crate::clock::Clock;
use crate::config::{Config, Localised, Site, Usage};
use crate::dashboard::{self, AdminAnswer, AdminRequest, CellLabel, Dashboard, MAX_LOGIN_BYTES, SiteFacts};
use crate::usage::Family;

/// Of a request: its head, and then each piece of its body.
const IDLE: Duration = Duration::from_secs(15);
const TIMES: Times = Times { header: IDLE, idle: IDLE, write: IDLE };
/// Of a head. A browser with all its fields needs a tenth.
const HEAD: HeadLimits = HeadLimits { bytes: 16 * 1024, fields: 64 };
/// Holds the token that `/metrics` asks for, in the state folder.
pub(super) const METRICS_TOKEN: &str = "metrics-token";

/// The dashboard over what is recorded. `sample`: the counts are made up, and the pages say so.
pub fn dashboard(
    config: &Config,
    records: &Records,
    metrics: Arc<Metrics>,
    clock: &Clock,
    sample: bool,
) -> io::Result<Dashboard> {
    let own = dashboard::Metrics {
        token: metrics_token(&config.server.state_dir.join(METRICS_TOKEN))?,
        render: Box::new(move || metrics.render()),
    };
    Ok(Dashboard::new(Arc::clone(&records.store), facts(config, sample), clock.clone(), Some(own)))
}

/// What the dashboard is to know of each site.
pub fn facts(config: &Config, sample: bool) -> Vec<SiteFacts> {
    let of = |site: &Arc<Site>| SiteFacts {
        name: site.name.clone(),
        zone: zone(site),
        preset: preset(site.usage.preset),
        sample,
        labels: labels(&site.usage),
    };
    config.sites.iter().map(of).collect()
}

/// What the operator calls what is declared.
fn labels(usage: &Usage) -> Vec<CellLabel> {
    let label = |family: Family, id: &str, words: &Localised| CellLabel {
        family,
        id: id.to_owned(),
        words: words.0.clone(),
    };
    let campaigns = usage.campaigns.iter().map(|of| label(Family::Campaigns, &of.id, &of.label));
    let goals = usage.goals.iter().map(|of| label(Family::Goals, &of.id, &of.label));
    let funnels = usage.funnels.iter().map(|of| label(Family::Funnels, &of.id, &of.label));
    campaigns.chain(goals).chain(funnels).collect()
}

/// The token in `file`; where there is none, a new one is written there.
fn metrics_token(file: &Path) -> io::Result<String> {
    match fs::read_to_string(file) {
        Ok(token) => return Ok(token.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(file, "{token}")?;
    Ok(token)
}

/// What the operator is answered from.
#[derive(Clone)]
pub struct Office {
    /// None where there is no store.
    pub dashboard: Option<Arc<Dashboard>>,
    pub readiness: Arc<Readiness>,
}

/// Serves the operator for as long as it runs: while what is under way ends, too.
pub async fn run(socket: TcpListener, office: Office) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => { open.spawn(serve(stream, office.clone())); }
                Err(_) => sleep(EXHAUSTED_PAUSE).await,
            },
            Some(_) = open.join_next() => {}
        }
    }
}

/// Behind the same guard as the sites: an operator's own proxy may stand in front.
async fn serve(stream: TcpStream, office: Office) {
    let turns = Turns::default();
    let guard = Guard::new(stream, turns.clone(), HEAD, TIMES);
    let service = service_fn(move |request| {
        let (office, turn) = (office.clone(), turns.take());
        async move {
            let response = match turn.refused() {
                Some(failure) => refused(failure),
                None => answer(office, request).await,
            };
            Ok::<_, Infallible>(turn.until_sent(response))
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(None);
    // A connection that breaks off concerns nobody but its peer.
    let _ = builder.serve_connection(TokioIo::new(guard), service).await;
}

fn refused(failure: Failure) -> Response<AnyBody> {
    let status = failure.status();
    plain(status, status.canonical_reason().unwrap_or("refused"))
}

async fn answer(office: Office, request: Request<Incoming>) -> Response<AnyBody> {
    if request.uri().path() == "/readyz" {
        return ready(office.readiness, request.method()).await;
    }
    let Some(dashboard) = office.dashboard else { return without_store(&request) };
    let (head, body) = request.into_parts();
    let body = match body::collect(body, MAX_LOGIN_BYTES as u64, IDLE).await {
        Ok(body) => body,
        Err(BodyError::TooLarge(_)) => return plain(StatusCode::PAYLOAD_TOO_LARGE, "too long\n"),
        Err(_) => return plain(StatusCode::BAD_REQUEST, "the request broke off\n"),
    };
    let without_body = head.method == Method::HEAD;
    let drawn = spawn_blocking(move || drawn(&dashboard, &head, &body)).await;
    match drawn {
        Ok(answer) => sent(answer, without_body),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "a fault in the program; see its log\n"),
    }
}

/// Reads from disk and may hash a password.
fn drawn(dashboard: &Dashboard, head: &http::request::Parts, body: &Bytes) -> AdminAnswer {
    dashboard.answer(AdminRequest {
        method: &head.method,
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        body,
    })
}

fn sent(answer: AdminAnswer, without_body: bool) -> Response<AnyBody> {
    let body = if without_body { empty() } else { full(answer.body) };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    for (name, value) in answer.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Looks at the parts, some of which are on the disk.
async fn ready(readiness: Arc<Readiness>, method: &Method) -> Response<AnyBody> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return sent(AdminAnswer::not_allowed("GET, HEAD"), false);
    }
    let without_body = *method == Method::HEAD;
    match spawn_blocking(move || readiness.told()).await {
        Ok((status, text)) => sent(AdminAnswer::text(status, &text), without_body),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "a fault in the program; see its log\n"),
    }
}

/// The store could not be opened at the start: sites are served, and nothing is recorded.
fn without_store(request: &Request<Incoming>) -> Response<AnyBody> {
    match request.uri().path() {
        "/healthz" => plain(StatusCode::OK, "ok\n"),
        _ => plain(StatusCode::SERVICE_UNAVAILABLE, "the store could not be opened; the log says why\n"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<AnyBody> {
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    response
}
