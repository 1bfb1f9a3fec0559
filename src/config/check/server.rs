//! `[server]`. In: its raw table. Out: the listeners, files, timeouts and limits of the process.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::super::bounds::{RawLimits, RawTimeouts, Seconds};
use super::super::certificates;
use super::super::checked::{Limits, Server, Timeouts};
use super::super::networks::{Networks, hosting_networks};
use super::super::problem::{Place, Report};
use super::super::raw::RawServer;
use super::super::table::{Entry, Given};
use super::super::values::Whole;

/// Where state is kept unless the config says otherwise.
const STATE_DIR: &str = "/var/lib/paravent";

/// Browsers forget after a year without a visit.
const HSTS_DAYS: u32 = 365;

/// The admin listener's default: this machine only.
pub(in super::super) const ADMIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);

/// Checks `[server]`; `start` is where to say that there is none.
pub(super) fn check_server(raw: Option<RawServer>, start: Option<&Place>, report: &Report) -> Server {
    let Some(raw) = raw else {
        if let Some(start) = start {
            report.say(start, "there is no [server]", "write [server] with listen = [\"127.0.0.1:8080\"]");
        }
        return Server::on(Vec::new(), PathBuf::from(STATE_DIR));
    };
    report_listeners(&raw, report);
    report_proxies(&raw, report);
    // Files are opened where they are used: without a TLS listener nothing reads a certificate.
    let used = raw.tls_listen.value().is_some_and(|listeners| !listeners.is_empty());
    let certificates = certificates::checked(&raw.certificates, used, report);
    Server {
        listen: plain(&raw.listen),
        tls_listen: plain(&raw.tls_listen),
        admin_listen: Some(raw.admin_listen.value().copied().unwrap_or(ADMIN)),
        state_dir: raw.state_dir.given().map_or(PathBuf::from(STATE_DIR), resolved),
        trusted_proxies: plain(&raw.trusted_proxies),
        proxy_protocol: raw.proxy_protocol.value().copied().unwrap_or(false),
        hsts_days: number(&raw.hsts_days, HSTS_DAYS),
        geoip: raw.geoip.given().map(resolved),
        resolver: raw.resolver.value().copied(),
        checkpoint_dir: raw.checkpoint_dir.given().map(resolved),
        hosting: hosting_networks(&raw, report),
        certificates,
        acme: raw.acme.map(|raw| certificates::checked_acme(&raw, used, report)),
        timeouts: timeouts(&raw.timeouts),
        limits: limits(&raw.limits),
    }
}

impl Server {
    /// A server on `listen`, with defaults for all the rest and no admin listener.
    pub(in super::super) fn on(listen: Vec<SocketAddr>, state_dir: PathBuf) -> Server {
        Server {
            listen,
            tls_listen: Vec::new(),
            admin_listen: None,
            state_dir,
            trusted_proxies: Vec::new(),
            proxy_protocol: false,
            hsts_days: HSTS_DAYS,
            geoip: None,
            resolver: None,
            checkpoint_dir: None,
            hosting: Networks::default(),
            certificates: Vec::new(),
            acme: None,
            timeouts: Timeouts::default(),
            limits: Limits::default(),
        }
    }
}

/// A path of the config, taken from the folder of the file that names it.
pub(in super::super) fn resolved(given: &Given<String>) -> PathBuf {
    given.at.source().folder.join(&given.value)
}

fn plain<T: Clone>(list: &Entry<Vec<Given<T>>>) -> Vec<T> {
    list.value().map(|list| list.iter().map(|given| given.value.clone()).collect()).unwrap_or_default()
}

fn report_listeners(raw: &RawServer, report: &Report) {
    let is_empty = |list: &Entry<Vec<Given<SocketAddr>>>| match list {
        Entry::Absent => true,
        Entry::Unreadable => false,
        Entry::Given(given) => given.value.is_empty(),
    };
    if is_empty(&raw.listen) && is_empty(&raw.tls_listen) {
        let remedy = "write listen = [\"0.0.0.0:80\"], or tls_listen = [\"0.0.0.0:443\"] with a certificate";
        report.say(&raw.at, "[server] listens nowhere", remedy);
    }
    let uncertified = raw.certificates.is_empty() && raw.acme.is_none();
    if let (false, Some(tls), true) = (is_empty(&raw.tls_listen), raw.tls_listen.given(), uncertified) {
        let remedy = "write [[server.certificate]] with cert = \"…\" and key = \"…\", or [server.acme] to have them \
                      ordered and renewed";
        report.say(&tls.at, "tls_listen needs a certificate", remedy);
    }
    let lists = [&raw.listen, &raw.tls_listen];
    let mut seen: Vec<SocketAddr> = Vec::new();
    for given in lists.into_iter().filter_map(Entry::value).flatten().chain(raw.admin_listen.given()) {
        // Port 0 is any free port, a different one each time.
        if given.value.port() != 0 && seen.contains(&given.value) {
            let message = format!("{} is listened on already", given.value);
            report.say(&given.at, message, "give each listener an address and port of its own");
        }
        seen.push(given.value);
    }
}

fn report_proxies(raw: &RawServer, report: &Report) {
    let nobody = raw.trusted_proxies.value().is_none_or(Vec::is_empty);
    if let (Some(Given { value: true, at }), true) = (raw.proxy_protocol.given(), nobody) {
        let remedy = "write trusted_proxies = [\"10.0.0.7\"] with the load balancer's address";
        report.say(at, "nobody may speak the PROXY protocol, because trusted_proxies is empty", remedy);
    }
}

fn timeouts(raw: &RawTimeouts) -> Timeouts {
    let or = |entry: &Entry<Seconds>, default| entry.value().map_or(default, |s| Duration::from_secs(s.0));
    let default = Timeouts::default();
    Timeouts {
        handshake: or(&raw.handshake, default.handshake),
        header: or(&raw.header, default.header),
        idle: or(&raw.idle, default.idle),
        body: or(&raw.body, default.body),
        connect: or(&raw.connect, default.connect),
        first_byte: or(&raw.first_byte, default.first_byte),
        tunnel: or(&raw.tunnel, default.tunnel),
        drain: or(&raw.drain, default.drain),
    }
}

fn limits(raw: &RawLimits) -> Limits {
    let default = Limits::default();
    Limits {
        header_bytes: number(&raw.header_bytes, default.header_bytes),
        header_count: number(&raw.header_count, default.header_count),
        connections: number(&raw.connections, default.connections),
        connections_per_network: number(&raw.connections_per_network, default.connections_per_network),
        streams: number(&raw.streams, default.streams),
        rewriter_bytes: number(&raw.rewriter_bytes, default.rewriter_bytes),
        decoded_ratio: number(&raw.decoded_ratio, default.decoded_ratio),
        page_cache_bytes: number(&raw.page_cache_bytes, default.page_cache_bytes),
    }
}

/// The number in the type the program uses; ranges are such that it always fits.
pub(super) fn number<T: TryFrom<u64>, const LOW: u64, const HIGH: u64>(
    entry: &Entry<Whole<LOW, HIGH>>,
    default: T,
) -> T {
    entry.value().and_then(|whole| T::try_from(whole.0).ok()).unwrap_or(default)
}
