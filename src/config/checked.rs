//! In: a raw config that was found free of problems. Out: what the program uses. Nothing here is
//! optional by accident: defaults are filled in, references resolved, hosts in lower case.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use super::health::HealthRules;
use super::networks::Networks;
use super::notice::{Effective, Notice, Upcoming};
use super::theme::Theme;
use super::usage::Usage;
use crate::policy::{Catalogue, Jurisdiction, SitePolicy};

/// The whole config.
#[derive(Debug)]
pub struct Config {
    /// Every file and folder it was read from, the main file first, and those it names; empty where it came
    /// from no file.
    pub files: Vec<PathBuf>,
    pub server: Server,
    pub catalogue: Arc<Catalogue>,
    pub sites: Vec<Arc<Site>>,
    /// From when the sites' present notices are in force, where the files say.
    pub(super) effective: Vec<Effective>,
}

impl Config {
    /// The site that answers to `host` (lower case, without port); a named host wins over "any".
    pub fn site(&self, host: &str) -> Option<&Arc<Site>> {
        use crate::policy::Hosts;
        let named = self.sites.iter().find(|site| match &site.policy.hosts {
            Hosts::These(hosts) => hosts.iter().any(|own| own == host),
            Hosts::Any => false,
        });
        named.or_else(|| self.sites.iter().find(|site| site.policy.hosts == Hosts::Any))
    }
}

/// `[server]`.
#[derive(Clone, Debug)]
pub struct Server {
    pub listen: Vec<SocketAddr>,
    pub tls_listen: Vec<SocketAddr>,
    pub admin_listen: Option<SocketAddr>,
    pub state_dir: PathBuf,
    /// Peers whose word about the client's address and scheme is taken. Empty: nobody's.
    pub trusted_proxies: Vec<IpNet>,
    /// Trusted peers open each connection with a PROXY protocol header.
    pub proxy_protocol: bool,
    /// For how long browsers are told to come over TLS alone (RFC 6797); 0 tells them nothing. Default 365.
    pub hsts_days: u32,
    /// A MaxMind-format database.
    pub geoip: Option<PathBuf>,
    /// The DNS server for CNAMEs of hosts that sites declare as their own; the system's where absent.
    pub resolver: Option<SocketAddr>,
    /// `[server.usage]`: where the open day is kept for a crash; a directory on a file system in memory.
    pub checkpoint_dir: Option<PathBuf>,
    /// `[server.usage]`: networks whose clients are counted as machines.
    pub hosting: Networks,
    pub certificates: Vec<CertificateFiles>,
    /// Who certifies the hosts that those files do not cover.
    pub acme: Option<Acme>,
    pub timeouts: Timeouts,
    pub limits: Limits,
}

/// `[[server.certificate]]`: PEM files.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// `[server.acme]`: a certificate authority that is asked by ACME (RFC 8555). To name one is to accept its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acme {
    /// Whom the authority may write to.
    pub email: Option<String>,
    /// The URL of its directory. Default: Let's Encrypt.
    pub directory: String,
    /// What its own certificate is verified with; the system's trust where absent.
    pub ca: Option<PathBuf>,
}

/// `[server.timeouts]`, each in seconds in the file.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// The TLS handshake. Default 10 s.
    pub handshake: Duration,
    /// From the first byte of a request's head to its end. Default 15 s.
    pub header: Duration,
    /// A kept-alive connection between requests. Default 60 s.
    pub idle: Duration,
    /// Between two pieces of a body, either way. Default 60 s.
    pub body: Duration,
    /// Connecting to the origin. Default 5 s.
    pub connect: Duration,
    /// The origin's response head. Default 60 s.
    pub first_byte: Duration,
    /// A tunnel without traffic. Default 300 s.
    pub tunnel: Duration,
    /// Answers under way after SIGTERM. Default 30 s.
    pub drain: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let seconds = Duration::from_secs;
        Timeouts {
            handshake: seconds(10),
            header: seconds(15),
            idle: seconds(60),
            body: seconds(60),
            connect: seconds(5),
            first_byte: seconds(60),
            tunnel: seconds(300),
            drain: seconds(30),
        }
    }
}

/// `[server.limits]`.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A request's head, in bytes. Default 32 KiB.
    pub header_bytes: usize,
    /// Fields in a request's head. Default 100.
    pub header_count: usize,
    /// Connections in all. Default 10,000.
    pub connections: usize,
    /// Connections from one truncated network. Default 500.
    pub connections_per_network: usize,
    /// Streams of one HTTP/2 connection. Default 100.
    pub streams: u32,
    /// Memory of one rewriter, in bytes. Default 8 MiB.
    pub rewriter_bytes: usize,
    /// How many times its size a compressed page may decode to. Default 200.
    pub decoded_ratio: u64,
    /// Memory for pages that their origins let everybody keep, in bytes. Default 0: none are kept.
    pub page_cache_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            header_bytes: 32 * 1024,
            header_count: 100,
            connections: 10_000,
            connections_per_network: 500,
            streams: 100,
            rewriter_bytes: 8 * 1024 * 1024,
            decoded_ratio: 200,
            page_cache_bytes: 0,
        }
    }
}

/// `[[site]]`.
#[derive(Clone, Debug)]
pub struct Site {
    /// The first host, or `any`: what output and metrics call the site.
    pub name: String,
    pub policy: Arc<SitePolicy>,
    pub jurisdiction: Jurisdiction,
    /// The profile it follows, if one.
    pub profile: Option<String>,
    pub origins: Vec<Origin>,
    /// Trust anchors for an origin over HTTPS, PEM; the system's where absent.
    pub origin_ca: Option<PathBuf>,
    /// `[site.health]`: when an origin is left out.
    pub health: HealthRules,
    /// Where Paravent's own pages live on the site's host: `/_privacy`, without a trailing slash.
    pub prefix: String,
    /// Languages of the visitor's pages, the first being the default: `fr`, `en`, `ar`.
    pub languages: Vec<String>,
    pub contact: Option<Contact>,
    pub banner: Banner,
    /// `[site.theme]`: colours of what Paravent draws.
    pub theme: Theme,
    /// What a purpose is called here, where not by its usual name.
    pub labels: Vec<PurposeLabel>,
    pub retention: Retention,
    pub usage: Usage,
    /// A request's body, in bytes. Default 64 MiB.
    pub request_body_bytes: u64,
    /// `[site.notice]`: version and effective date, shown on the privacy page.
    pub notice: Notice,
    /// `[site.notice.next]`: what takes this notice's place, and when (PC17).
    pub upcoming: Option<Upcoming>,
    /// Per vendor id, what the config says beyond the catalogue.
    pub vendor_terms: Vec<VendorTerms>,
    /// Days within which a rights request is answered. Default 30.
    pub answer_days: u16,
    /// A grant asks, in one plain step, for a parent or guardian below the law's age (PC2).
    /// Default false.
    pub guardian: bool,
}

/// One address of the site behind Paravent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub https: bool,
    /// Host name or address literal, as it goes into a URL.
    pub host: String,
    pub port: u16,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", if self.https { "https" } else { "http" }, self.host, self.port)
    }
}

impl Origin {
    /// Whether its host can only be this machine.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        // Names under localhost are loopback by RFC 6761, section 6.3.
        address || self.host == "localhost" || self.host.ends_with(".localhost")
    }
}

/// Whom to write to: `[site.contact]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What the clinic is called, by language; its first host where the config does not say.
    pub organisation: Localised,
    /// The title of the person in charge, by language.
    pub title: Localised,
    pub email: String,
    pub postal: Option<String>,
    pub phone: Option<String>,
}

/// A text by language; asked for another language it gives the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localised(pub Vec<(String, String)>);

impl Localised {
    /// The text in `language`, else the first there is.
    pub fn in_language(&self, language: &str) -> &str {
        let exact = self.0.iter().find(|(of, _)| of == language);
        exact.or(self.0.first()).map_or("", |(_, text)| text)
    }
}

/// `[site.banner]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banner {
    pub position: BannerPosition,
    /// How far the preferences control stands from the bottom edge, in CSS pixels, so that it is
    /// never over the site's own chat or call button.
    pub offset: u16,
    /// No control of Paravent's own: the site links to it with `data-privacy-open`.
    pub link_only: bool,
}

/// Where the banner's element is set into the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerPosition {
    /// Right after `<body>`.
    #[default]
    Start,
    /// Before `</body>`, for themes that count children.
    End,
}

/// Another name for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeLabel {
    pub purpose: crate::policy::Purpose,
    pub label: Localised,
}

/// Words by which a label would ask for e-mails or messages too.
const MESSAGES: [&str; 8] =
    ["newsletter", "infolettre", "bulletin", "courriel", "e-mail", "email", "sms", "النشرة"];

impl PurposeLabel {
    /// Its texts that ask for e-mails or messages as well: consent to cookies stands for no other (RQ12).
    pub fn message_words(&self) -> impl Iterator<Item = &str> {
        let texts = self.label.0.iter().map(|(_, text)| text.as_str());
        texts.filter(|text| MESSAGES.iter().any(|word| text.to_lowercase().contains(word)))
    }
}

/// `[site.retention]`, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub enquiries_days: Option<u32>,
    /// How long a receipt outlives its grant. Default: as the jurisdiction's limitation of claims.
    pub receipts_days: u32,
}

/// `[[site.vendor]]` beyond the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorTerms {
    pub id: String,
    pub contract: Option<String>,
    pub authorisation: Option<String>,
}
