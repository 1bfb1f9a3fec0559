//! In: an arrival and the head of one of its requests. Out: the [`Visitor`] that every later stage
//! is handed, and the cookies and tokens that are signed for one.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::ORIGIN;
use http::request::Parts;
use ipnet::IpNet;

use super::asked_host::AskedHost;
use super::consent_cookie::ReceiptId;
use super::device::DeviceClass;
use super::keys::Keys;
use super::network::Network;
use super::peer::Arrival;
use super::region::{Region, Regions};
use super::{consent_cookie, cookies, form_token, forwarded, languages, once_cookie};
use crate::clock::Clock;
use crate::config::{Server, Site};
use crate::policy::{CONSENT, CONSENT_HOST, Facts, ONCE, ONCE_HOST, StoredChoice};

const DAY_SECONDS: u64 = 86_400;

/// How the visitor speaks with the first machine on our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// As URLs write it.
    pub const fn id(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    pub(super) fn from_id(text: &str) -> Option<Scheme> {
        [Scheme::Http, Scheme::Https].into_iter().find(|scheme| scheme.id().eq_ignore_ascii_case(text))
    }
}

/// Who comes in by which rules. One for the process; a reload makes a new one.
pub struct Door {
    trusted: Vec<IpNet>,
    proxy_protocol: bool,
    regions: Arc<Regions>,
    keys: Arc<Keys>,
    clock: Clock,
}

impl Door {
    /// Reads the region file that `server` names; without it regions stay unknown.
    pub fn new(server: &Server, keys: Keys, clock: Clock) -> Door {
        Door {
            trusted: server.trusted_proxies.clone(),
            proxy_protocol: server.proxy_protocol,
            regions: Arc::new(Regions::open(server.geoip.as_deref())),
            keys: Arc::new(keys),
            clock,
        }
    }

    /// The door under a new config, with the same keys. The region file is read again; where that fails,
    /// what was read before stays.
    pub fn renewed(&self, server: &Server) -> Door {
        Door {
            trusted: server.trusted_proxies.clone(),
            proxy_protocol: server.proxy_protocol,
            regions: Regions::reopen(server.geoip.as_deref())
                .map_or_else(|| Arc::clone(&self.regions), Arc::new),
            keys: Arc::clone(&self.keys),
            clock: self.clock.clone(),
        }
    }

    /// Whether regions can be told: a file was named and could be read.
    pub fn knows_regions(&self) -> bool {
        self.regions.are_known()
    }

    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }

    pub(super) fn expects_proxy_protocol(&self) -> bool {
        self.proxy_protocol
    }

    /// Lets a request in. Forwarding headers are believed from a trusted peer only; what they do
    /// not say, or say badly, is taken from the connection.
    pub fn admit(&self, arrival: &Arrival, head: &Parts, asked: AskedHost, site: &Site) -> Visitor {
        let headers = &head.headers;
        let claim = match arrival.trusted {
            true => forwarded::claim(headers, |address| self.trusts(address)),
            false => forwarded::Claim::default(),
        };
        let network = claim.network.unwrap_or(arrival.network);
        let scheme = claim.scheme.unwrap_or(arrival.scheme);
        let names = CookieNames::of(scheme, &asked);
        let brought = cookies::value(headers, names.consent);
        let read = brought.and_then(|value| consent_cookie::read(&self.keys, &site.name, value));
        let (choice, receipt) = read.map_or((None, None), |(choice, receipt)| (Some(choice), receipt));
        let once = cookies::value(headers, names.once);
        Visitor {
            network,
            region: self.regions.of(network),
            languages: languages::preferred(headers),
            device: DeviceClass::of(headers),
            gpc: headers.get("sec-gpc").is_some_and(|value| value == "1"),
            scheme,
            asked,
            choice,
            receipt,
            once: once.and_then(|v| once_cookie::read(&self.keys, &site.name, v, self.clock.seconds())),
        }
    }

    /// The `Set-Cookie` line that keeps a choice for the days its law allows. A grant needs the
    /// id of its receipt, which is on disk by then; without one it is written as a refusal.
    pub fn keep_choice(
        &self,
        visitor: &Visitor,
        site: &Site,
        choice: &StoredChoice,
        receipt: Option<&ReceiptId>,
    ) -> String {
        let value = consent_cookie::issue(&self.keys, &site.name, choice, receipt);
        let names = CookieNames::of(visitor.scheme, &visitor.asked);
        let seconds = u64::from(site.policy.rules.choice_days) * DAY_SECONDS;
        cookies::set(names.consent, &value, seconds, names.secure)
    }

    /// The `Set-Cookie` line that lets `vendor` load on the next page.
    pub fn load_once(&self, visitor: &Visitor, site: &Site, vendor: &str) -> String {
        let value = once_cookie::issue(&self.keys, &site.name, vendor, self.clock.seconds());
        let names = CookieNames::of(visitor.scheme, &visitor.asked);
        cookies::set(names.once, &value, once_cookie::LIFETIME.unsigned_abs(), names.secure)
    }

    /// The `Set-Cookie` line that ends "load once"; sent with the page that used it.
    pub fn end_once(&self, visitor: &Visitor) -> String {
        let names = CookieNames::of(visitor.scheme, &visitor.asked);
        cookies::set(names.once, "", 0, names.secure)
    }

    /// The token for the forms of this visitor's page.
    pub fn form_token(&self, visitor: &Visitor, site: &Site) -> String {
        form_token::make(&self.keys, &site.name, visitor.network, self.clock.today())
    }

    /// Whether a POST was made by a page of this very origin. `Sec-Fetch-Site` decides where it is
    /// sent, else `Origin`; where that is opaque (`null`, under a `no-referrer` policy) or absent,
    /// the form's token does.
    pub fn is_same_origin(&self, head: &Parts, visitor: &Visitor, site: &Site, token: Option<&str>) -> bool {
        if let Some(relation) = head.headers.get("sec-fetch-site") {
            // `none` is for what the user typed or bookmarked, which is never a POST.
            return relation == "same-origin";
        }
        match origin(&head.headers) {
            Some(origin) => origin == visitor.origin(),
            None => token.is_some_and(|token| {
                form_token::verify(&self.keys, &site.name, visitor.network, self.clock.today(), token)
            }),
        }
    }
}

fn origin(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(ORIGIN).filter(|value| *value != "null")?;
    // What is no text is no origin of ours.
    Some(value.to_str().unwrap_or_default().to_ascii_lowercase())
}

/// What Paravent's cookies are called on this host: browsers keep `__Host-` cookies only where the
/// connection is trustworthy.
struct CookieNames {
    consent: &'static str,
    once: &'static str,
    secure: bool,
}

impl CookieNames {
    fn of(scheme: Scheme, asked: &AskedHost) -> CookieNames {
        match scheme == Scheme::Https || asked.is_localhost() {
            true => CookieNames { consent: CONSENT_HOST, once: ONCE_HOST, secure: true },
            false => CookieNames { consent: CONSENT, once: ONCE, secure: false },
        }
    }
}

/// All that is known of who asks. Made by [`Door::admit`] only.
#[derive(Clone)]
pub struct Visitor {
    network: Network,
    region: Option<Region>,
    languages: Vec<String>,
    device: DeviceClass,
    gpc: bool,
    scheme: Scheme,
    asked: AskedHost,
    choice: Option<StoredChoice>,
    receipt: Option<ReceiptId>,
    once: Option<String>,
}

impl Visitor {
    /// The truncated network.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Where the network is, as far as the region file knows.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Primary language subtags, most wanted first.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The class of device, told from headers that were not kept.
    pub fn device(&self) -> DeviceClass {
        self.device
    }

    /// Whether the browser sent Global Privacy Control.
    pub fn gpc(&self) -> bool {
        self.gpc
    }

    /// The listener's scheme, or what a trusted proxy said.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether this came over TLS to a host that other machines know, at the port that is meant where none is
    /// written: what browsers may be told to keep to.
    pub fn is_at_standard_https(&self) -> bool {
        let port = self.authority().strip_prefix(self.host()).unwrap_or_default();
        self.scheme == Scheme::Https && !self.asked.is_localhost() && matches!(port, "" | ":443")
    }

    /// The host asked for: lower case, without port.
    pub fn host(&self) -> &str {
        self.asked.host()
    }

    /// The host asked for, with the port where one was given.
    pub fn authority(&self) -> &str {
        self.asked.authority()
    }

    /// The origin (RFC 6454) of the page: `https://clinic.example`, without a default port.
    pub fn origin(&self) -> String {
        let default_port = if self.scheme == Scheme::Https { ":443" } else { ":80" };
        let authority = self.authority();
        format!("{}://{}", self.scheme.id(), authority.strip_suffix(default_port).unwrap_or(authority))
    }

    /// The choice of a consent cookie whose signature held; whether it is live, the policy says.
    pub fn choice(&self) -> Option<&StoredChoice> {
        self.choice.as_ref()
    }

    /// The receipt of that choice, where something was granted.
    pub fn receipt(&self) -> Option<&ReceiptId> {
        self.receipt.as_ref()
    }

    /// The vendor of a "load once" cookie that held.
    pub fn once(&self) -> Option<&str> {
        self.once.as_deref()
    }

    /// What bears on the decision about `path`.
    pub fn facts<'a>(&'a self, path: &'a str, clock: &Clock) -> Facts<'a> {
        Facts {
            host: self.host(),
            path,
            choice: self.choice(),
            once: self.once(),
            gpc: self.gpc,
            today: clock.today(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::{NOW, admitted, arrival, choice, door, region_file, server, site};

    fn head(lines: &[(&str, &str)]) -> Parts {
        let request = Request::builder().uri("/").header("host", "clinic.example");
        let request = lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    fn asked(host: &str) -> AskedHost {
        AskedHost::of(&Request::builder().header("host", host).body(()).unwrap().into_parts().0).unwrap()
    }

    const FORWARDED: [(&str, &str); 2] = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];

    #[test]
    fn forwarding_headers_are_believed_from_trusted_peers_only() {
        let stranger = admitted("198.51.100.7:1", Scheme::Http, &head(&FORWARDED));
        assert_eq!(
            (stranger.network().to_string().as_str(), stranger.scheme()),
            ("198.51.100.0", Scheme::Http)
        );
        let proxied = admitted("10.1.2.3:1", Scheme::Http, &head(&FORWARDED));
        assert_eq!(
            (proxied.network().to_string().as_str(), proxied.scheme()),
            ("203.0.113.0", Scheme::Https)
        );
        let silent = admitted("10.1.2.3:1", Scheme::Http, &head(&[("x-forwarded-proto", "x")]));
        assert_eq!((silent.network().to_string().as_str(), silent.scheme()), ("10.1.2.0", Scheme::Http));
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        let mut server = server();
        server.trusted_proxies.clear();
        let door = door(&server);
        assert!(!arrival(&door, "127.0.0.1:1", Scheme::Http).trusted);
    }

    #[test]
    fn what_is_known_of_a_visitor() {
        let file = region_file();
        let server = Server { geoip: Some(file.path().to_owned()), ..server() };
        let door = door(&server);
        let head = head(&[("accept-language", "fr-CA,en;q=0.5"), ("sec-gpc", "1"), ("user-agent", "iPhone")]);
        let arrival = arrival(&door, "192.0.2.7:1", Scheme::Https);
        let visitor = door.admit(&arrival, &head, asked("Clinic.example:443"), &site(Mode::Enforce));
        assert_eq!(visitor.region().map(Region::code), Some("CA-QC"));
        assert_eq!(visitor.languages(), ["fr", "en"]);
        assert_eq!(visitor.device(), DeviceClass::Phone);
        assert!(visitor.gpc());
        assert_eq!(visitor.origin(), "https://clinic.example");
        assert!(visitor.choice().is_none() && visitor.receipt().is_none() && visitor.once().is_none());
    }

    /// Lets a visitor set a cookie and come back with it.
    fn comes_back(
        host: &str,
        scheme: Scheme,
        set: impl Fn(&Door, &Visitor, &Site) -> String,
    ) -> (String, Visitor) {
        let door = door(&server());
        let site = site(Mode::Enforce);
        let arrival = arrival(&door, "192.0.2.7:1", scheme);
        let first = door.admit(&arrival, &head(&[]), asked(host), &site);
        let line = set(&door, &first, &site);
        let pair = line.split(';').next().unwrap().to_owned();
        let second = door.admit(&arrival, &head(&[("cookie", &pair)]), asked(host), &site);
        (line, second)
    }

    fn grant(door: &Door, visitor: &Visitor, site: &Site) -> String {
        let receipt = ReceiptId::random().unwrap();
        door.keep_choice(visitor, site, &choice(&[Purpose::Analytics]), Some(&receipt))
    }

    #[test]
    fn a_choice_comes_back() {
        let (line, visitor) = comes_back("clinic.example", Scheme::Https, grant);
        assert!(line.starts_with("__Host-consent=1.n0tice.20700.a."), "{line}");
        assert!(line.ends_with("; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure"), "{line}");
        assert_eq!(visitor.choice(), Some(&choice(&[Purpose::Analytics])));
        assert!(visitor.receipt().is_some());
    }

    #[test]
    fn the_cookies_name_follows_the_connection() {
        let name = |host, scheme| comes_back(host, scheme, grant).0.split('=').next().unwrap().to_owned();
        assert_eq!(name("clinic.example", Scheme::Http), "consent");
        assert_eq!(name("radiology.localhost:8080", Scheme::Http), "__Host-consent");
        assert_eq!(name("localhost", Scheme::Http), "__Host-consent");
        assert!(!comes_back("clinic.example", Scheme::Http, grant).0.contains("Secure"));
    }

    #[test]
    fn a_plain_cookie_counts_for_nothing_over_tls() {
        let door = door(&server());
        let site = site(Mode::Enforce);
        let plain = arrival(&door, "192.0.2.7:1", Scheme::Http);
        let line = grant(&door, &door.admit(&plain, &head(&[]), asked("clinic.example"), &site), &site);
        let over_tls = arrival(&door, "192.0.2.7:1", Scheme::Https);
        let pair = line.split(';').next().unwrap();
        let visitor = door.admit(&over_tls, &head(&[("cookie", pair)]), asked("clinic.example"), &site);
        assert!(visitor.choice().is_none());
    }

    #[test]
    fn load_once_comes_back_and_is_ended() {
        let once = |door: &Door, visitor: &Visitor, site: &Site| door.load_once(visitor, site, "test-chat");
        let (line, visitor) = comes_back("clinic.example", Scheme::Https, once);
        assert!(line.contains("; Max-Age=60;"), "{line}");
        assert_eq!(visitor.once(), Some("test-chat"));
        let ended = door(&server()).end_once(&visitor);
        assert!(ended.starts_with("__Host-consent-once=; Path=/; Max-Age=0;"), "{ended}");
    }

    #[test]
    fn a_post_must_come_from_the_same_origin() {
        let door = door(&server());
        let site = site(Mode::Enforce);
        let arrival = arrival(&door, "192.0.2.7:1", Scheme::Https);
        let visitor = door.admit(&arrival, &head(&[]), asked("clinic.example"), &site);
        let token = door.form_token(&visitor, &site);
        let same = |lines: &[(&str, &str)], token| door.is_same_origin(&head(lines), &visitor, &site, token);
        assert!(same(&[("sec-fetch-site", "same-origin"), ("origin", "null")], None));
        for relation in ["cross-site", "same-site", "none", ""] {
            assert!(!same(
                &[("sec-fetch-site", relation), ("origin", "https://clinic.example")],
                Some(&token)
            ));
        }
        assert!(same(&[("origin", "https://clinic.example")], None));
        for other in ["http://clinic.example", "https://clinic.example:444", "https://evil.example", ""] {
            assert!(!same(&[("origin", other)], Some(&token)), "{other}");
        }
        assert!(same(&[("origin", "null")], Some(&token)));
        assert!(same(&[], Some(&token)));
        assert!(!same(&[], Some("x")));
        assert!(!same(&[("origin", "null")], None));
    }

    #[test]
    fn facts_carry_what_bears_on_a_decision() {
        let (_, visitor) = comes_back("clinic.example", Scheme::Https, grant);
        let facts = visitor.facts("/x", &Clock::set_to(NOW));
        assert_eq!((facts.host, facts.path, facts.today.0), ("clinic.example", "/x", 20_700));
        assert_eq!(facts.choice, visitor.choice());
    }
}
