//! For tests only: a server, a site, a door and a small region file.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::{Arrival, AskedHost, Door, Keys, PeerAddress, Scheme, Visitor};
use crate::clock::Clock;
use crate::config::{Banner, Limits, Networks, Notice, Retention, Server, Site, Timeouts};
use crate::policy::{
    Catalogue, Decision, Hosts, Jurisdiction, Kind, Mode, Offer, PathPattern, Purpose, PurposeSet,
    SitePolicy, Store, StoredChoice, StoredItem, Vendor, Words, decide,
};

/// Noon of a day in 2026.
pub(crate) const NOW: i64 = 20_700 * 86_400 + 43_200;

/// A server that trusts 10.0.0.0/8.
pub(crate) fn server() -> Server {
    Server {
        listen: vec![],
        tls_listen: vec![],
        admin_listen: None,
        state_dir: PathBuf::new(),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        proxy_protocol: false,
        hsts_days: 0,
        geoip: None,
        resolver: None,
        checkpoint_dir: None,
        hosting: Networks::default(),
        certificates: vec![],
        acme: None,
        timeouts: Timeouts::default(),
        limits: Limits::default(),
    }
}

pub(crate) fn door(server: &Server) -> Door {
    Door::new(server, Keys::ephemeral().unwrap(), Clock::set_to(NOW))
}

/// `clinic.example`, with analytics and marketing on offer and `/rendez-vous/**` sensitive.
pub(crate) fn site(mode: Mode) -> Site {
    let catalogue = Arc::new(Catalogue::with(vendors()));
    let offered = ["test-analytics", "test-ads", "test-chat", "test-booking"];
    let offers = offered
        .iter()
        .filter_map(|id| catalogue.by_id(id))
        .map(|(vendor, _)| Offer { vendor, on_sensitive: false });
    let policy = SitePolicy {
        hosts: Hosts::These(vec!["clinic.example".into(), "www.clinic.example".into()]),
        first_party_hosts: vec!["images.clinic.example".into()],
        offers: offers.collect(),
        withheld: vec![],
        locked: PurposeSet::NONE,
        sensitive: PathPattern::parse("/rendez-vous/**").into_iter().collect(),
        rules: Jurisdiction::Quebec.rules(),
        mode,
        notice: "n0tice".into(),
        catalogue,
    };
    Site {
        name: "clinic.example".into(),
        policy: Arc::new(policy),
        jurisdiction: Jurisdiction::Quebec,
        profile: None,
        origins: vec![],
        origin_ca: None,
        health: crate::config::HealthRules::default(),
        prefix: "/_privacy".into(),
        languages: vec!["fr".into(), "en".into()],
        contact: None,
        banner: Banner::default(),
        theme: Default::default(),
        labels: vec![],
        retention: Retention { enquiries_days: None, receipts_days: 1_095 },
        request_body_bytes: 1 << 26,
        notice: Notice { version: "1".into(), effective: None, replaces: None },
        upcoming: None,
        vendor_terms: vec![],
        answer_days: 30,
        guardian: false,
        usage: Default::default(),
    }
}

fn vendors() -> Vec<Vendor> {
    let mut analytics = vendor("test-analytics", Purpose::Analytics, Kind::Analytics, &["stats.example"]);
    analytics.cookies =
        vec![item("_stat", 30, false), item("_stat_*", 30, false), item("_stat_s", 0, true)].into();
    let mut ads =
        vendor("test-ads", Purpose::Marketing, Kind::Advertising, &["ads.example", "=go.example/click"]);
    ads.cookies = vec![item("_ad", 90, false)].into();
    let mut shop = vendor("test-platform", Purpose::Necessary, Kind::Platform, &[]);
    shop.cookies = vec![item("sid", 7, true)].into();
    let mut booking = vendor("test-booking", Purpose::Necessary, Kind::Booking, &["rdv.example"]);
    booking.csp = vec!["https://rdv.example".into(), "https://cdn.rdv.example/app/".into()].into();
    let chat = vendor("test-chat", Purpose::Functional, Kind::Chat, &["chat.example"]);
    let social = vendor("test-social", Purpose::Marketing, Kind::Social, &["social.example"]);
    vec![analytics, ads, shop, booking, chat, social]
}

fn vendor(id: &'static str, purpose: Purpose, kind: Kind, hosts: &[&'static str]) -> Vendor {
    Vendor {
        id: id.into(),
        name: id.into(),
        entity: id.into(),
        country: "CA".into(),
        purpose,
        kind,
        policy_url: "https://vendor.example/".into(),
        session_replay: false,
        hosts: hosts.iter().map(|host| (*host).into()).collect::<Vec<_>>().into(),
        cname: std::borrow::Cow::Borrowed(&[]),
        csp: (&[][..]).into(),
        same_origin: (&[][..]).into(),
        inline: (&[][..]).into(),
        globals: (&[][..]).into(),
        placeholder: None,
        why: words(),
        cookies: (&[][..]).into(),
    }
}

fn item(name: &'static str, days: u16, http_only: bool) -> StoredItem {
    StoredItem { name: name.into(), store: Store::Cookie, days, http_only, why: words() }
}

fn words() -> Words {
    Words { fr: "".into(), en: "".into(), ar: "".into() }
}

/// A decision for `path` on `clinic.example` after `purposes` were granted.
pub(crate) fn decision(mode: Mode, path: &str, purposes: &[Purpose]) -> Decision {
    let site = site(mode);
    let choice = choice(purposes);
    let facts = crate::policy::Facts {
        host: "clinic.example",
        path,
        choice: Some(&choice).filter(|_| !purposes.is_empty()),
        once: None,
        gpc: false,
        today: Clock::set_to(NOW).today(),
    };
    decide(&site.policy, &facts)
}

/// Today's choice.
pub(crate) fn choice(purposes: &[Purpose]) -> StoredChoice {
    StoredChoice {
        notice: "n0tice".into(),
        day: Clock::set_to(NOW).today(),
        purposes: purposes.iter().copied().collect(),
        vendors: Default::default(),
        counted: true,
        chosen: true,
    }
}

/// A visitor from `peer` over a listener of `scheme`, who sends `head`.
pub(crate) fn admitted(peer: &str, scheme: Scheme, head: &http::request::Parts) -> Visitor {
    let door = door(&server());
    let asked = AskedHost::of(head).unwrap();
    door.admit(&arrival(&door, peer, scheme), head, asked, &site(Mode::Enforce))
}

pub(crate) fn arrival(door: &Door, peer: &str, scheme: Scheme) -> Arrival {
    PeerAddress::accepted(peer.parse().unwrap()).arrive(door, None, scheme)
}

/// A MaxMind-format file that knows 192.0.2.0/24 (nested shape: CA-QC) and 198.51.100.0/24 (flat
/// shape: MA).
pub(crate) fn region_file() -> NamedTempFile {
    let nested = map(&[
        ("country", map(&[("iso_code", text("CA"))])),
        ("subdivisions", [vec![0x01, 0x04], map(&[("iso_code", text("QC"))])].concat()),
    ]);
    let flat = map(&[("country_code", text("MA"))]);
    let tree = tree(&[([192, 0, 2], 0), ([198, 51, 100], nested.len() as u32)]);
    let metadata = map(&[
        ("node_count", uint(6, tree.len() as u64 / 6)),
        ("record_size", uint(5, 24)),
        ("ip_version", uint(5, 4)),
        ("database_type", text("Test")),
        ("languages", vec![0x00, 0x04]),
        ("binary_format_major_version", uint(5, 2)),
        ("binary_format_minor_version", uint(5, 0)),
        ("build_epoch", [vec![0x04, 0x02], vec![1, 1, 1, 1]].concat()),
        ("description", vec![0xe0]),
    ]);
    let mut file = NamedTempFile::new().unwrap();
    let parts: [&[u8]; 6] = [&tree, &[0; 16], &nested, &flat, b"\xab\xcd\xefMaxMind.com", &metadata];
    parts.iter().for_each(|part| file.write_all(part).unwrap());
    file
}

/// The search tree of some /24 prefixes, each with its offset in the data section; 24-bit records.
fn tree(prefixes: &[([u8; 3], u32)]) -> Vec<u8> {
    let mut nodes: Vec<[Option<usize>; 2]> = vec![[None; 2]];
    let mut leaves = Vec::new();
    for (prefix, offset) in prefixes {
        let bits = prefix.iter().flat_map(|byte| (0..8).rev().map(move |n| usize::from(byte >> n & 1)));
        let (mut at, mut path) = (0, bits.peekable());
        while let Some(bit) = path.next() {
            if path.peek().is_none() {
                leaves.push((at, bit, *offset));
                break;
            }
            at = nodes[at][bit].unwrap_or_else(|| {
                nodes.push([None; 2]);
                nodes[at][bit] = Some(nodes.len() - 1);
                nodes.len() - 1
            });
        }
    }
    let count = nodes.len() as u32;
    let mut records: Vec<[u32; 2]> =
        nodes.iter().map(|node| node.map(|next| next.map_or(count, |n| n as u32))).collect();
    leaves.iter().for_each(|(at, bit, offset)| records[*at][*bit] = count + 16 + offset);
    records.iter().flatten().flat_map(|record| record.to_be_bytes()[1..].to_vec()).collect()
}

fn text(value: &str) -> Vec<u8> {
    [&[0x40 | value.len() as u8][..], value.as_bytes()].concat()
}

fn uint(kind: u8, value: u64) -> Vec<u8> {
    [&[kind << 5 | 2][..], &(value as u16).to_be_bytes()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let head = vec![0xe0 | entries.len() as u8];
    let body = entries.iter().flat_map(|(key, value)| {
        // A key longer than 28 bytes has its length in the next byte.
        let key = match key.len() {
            0..=28 => text(key),
            long => [&[0x40 | 29, long as u8 - 29][..], key.as_bytes()].concat(),
        };
        [key, value.clone()].concat()
    });
    head.into_iter().chain(body).collect()
}
