//! The file as it is written.
//!
//! In: the tables of one file. Out: structs that mirror it key by key, each value read by itself.
//! This is the one place where keys are named; whether values go together is for `check`.

use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::addresses::HostName;
use super::bounds::{RawLimits, RawTimeouts, read_limits, read_timeouts};
use super::certificates::{RawAcme, RawCertificate, read_acme, read_certificate};
use super::checked::{BannerPosition, Origin};
use super::health::{RawHealth, read_health};
use super::own_vendors::{RawVendor, read_vendor};
use super::paths::{Prefix, SensitivePath};
use super::problem::{Place, Report, Source};
use super::table::{Entry, Given, Table};
use super::theme::{RawTheme, read_theme};
use super::usage::{RawUsage, read_usage};
use super::values::{Country, Date, Email, Whole};
use super::words::{Control, LANGUAGES, Language};
use crate::policy::{Jurisdiction, Mode};

pub(super) type Words = Vec<(&'static str, Entry<String>)>;

#[derive(Debug)]
pub(super) struct RawFile {
    pub include: Entry<Vec<Given<String>>>,
    pub server: Option<RawServer>,
    pub vendors: Vec<RawVendor>,
    pub sites: Vec<RawSite>,
    /// No syntax error was met, so that what is missing is truly missing.
    pub whole: bool,
    /// Its first byte: where to say what the file lacks.
    pub start: Place,
}

#[derive(Debug)]
pub(super) struct RawServer {
    pub at: Place,
    pub listen: Entry<Vec<Given<SocketAddr>>>,
    pub tls_listen: Entry<Vec<Given<SocketAddr>>>,
    pub admin_listen: Entry<SocketAddr>,
    pub state_dir: Entry<String>,
    pub trusted_proxies: Entry<Vec<Given<IpNet>>>,
    pub proxy_protocol: Entry<bool>,
    pub hsts_days: Entry<Whole<0, 3_650>>,
    pub geoip: Entry<String>,
    pub tracker_lists: Entry<Vec<Given<String>>>,
    pub resolver: Entry<SocketAddr>,
    pub checkpoint_dir: Entry<String>,
    pub hosting_networks: Entry<Vec<Given<String>>>,
    pub certificates: Vec<RawCertificate>,
    pub acme: Option<RawAcme>,
    pub timeouts: RawTimeouts,
    pub limits: RawLimits,
}

#[derive(Debug)]
pub(super) struct RawSite {
    pub at: Place,
    pub hosts: Entry<Vec<Given<HostName>>>,
    pub origin: Entry<Vec<Given<Origin>>>,
    pub origin_ca: Entry<String>,
    pub health: RawHealth,
    pub profile: Entry<String>,
    pub jurisdiction: Entry<Jurisdiction>,
    pub languages: Entry<Vec<Given<Language>>>,
    pub mode: Entry<Mode>,
    pub prefix: Entry<Prefix>,
    pub sensitive_paths: Entry<Vec<Given<SensitivePath>>>,
    pub first_party_hosts: Entry<Vec<Given<HostName>>>,
    pub residency: Entry<Vec<Given<Country>>>,
    pub require_contract: Entry<bool>,
    pub require_authorisation: Entry<bool>,
    pub banner_position: Entry<BannerPosition>,
    pub request_body_bytes: Entry<Whole<0, { 1 << 50 }>>,
    pub guardian: Entry<bool>,
    pub answer_days: Entry<Whole<1, 365>>,
    pub contact: Option<RawContact>,
    pub banner: RawBanner,
    pub theme: RawTheme,
    pub labels: Vec<RawLabel>,
    pub retention: RawRetention,
    pub notice: RawNotice,
    pub usage: RawUsage,
    pub vendors: Vec<RawOffer>,
}

#[derive(Debug)]
pub(super) struct RawContact {
    pub at: Place,
    pub organisation: Option<Words>,
    pub title: Option<Words>,
    pub email: Entry<Email>,
    pub postal: Entry<String>,
    pub phone: Entry<String>,
}

#[derive(Debug, Default)]
pub(super) struct RawBanner {
    pub offset: Entry<Whole<0, 1_000>>,
    pub control: Entry<Control>,
}

#[derive(Debug)]
pub(super) struct RawLabel {
    pub at: Place,
    /// The purpose's id.
    pub purpose: &'static str,
    pub words: Words,
}

#[derive(Debug, Default)]
pub(super) struct RawRetention {
    pub enquiries_days: Entry<Whole<1, 36_500>>,
    pub receipts_days: Entry<Whole<0, 3_650>>,
}

#[derive(Debug, Default)]
pub(super) struct RawNotice {
    pub version: Entry<String>,
    pub effective: Entry<Date>,
    pub next: Option<RawNext>,
}

/// `[site.notice.next]`: a notice that is announced before it takes effect.
#[derive(Debug)]
pub(super) struct RawNext {
    pub at: Place,
    pub version: Entry<String>,
    pub effective: Entry<Date>,
    pub summary: Option<Words>,
}

/// `[[site.vendor]]`: a vendor the site offers.
#[derive(Debug)]
pub(super) struct RawOffer {
    pub at: Place,
    pub id: Entry<String>,
    pub on_sensitive: Entry<bool>,
    pub session_replay: Entry<bool>,
    pub contract: Entry<String>,
    pub authorisation: Entry<String>,
    pub from: Entry<Date>,
}

/// Reads a whole file. Everything that is wrong with its shape goes to `report`.
pub(super) fn read_file(source: &Arc<Source>, report: &Report) -> RawFile {
    let (mut top, whole) = Table::parse(source, report);
    RawFile {
        include: top.list("include"),
        server: top.table("server").map(read_server),
        vendors: top.tables("vendor").into_iter().map(read_vendor).collect(),
        sites: top.tables("site").into_iter().map(read_site).collect(),
        whole,
        start: Place::new(source, 0..0),
    }
}

fn read_server(mut table: Table<'_>) -> RawServer {
    let mut usage = table.table("usage");
    RawServer {
        at: table.at().clone(),
        listen: table.one_or_list("listen"),
        tls_listen: table.one_or_list("tls_listen"),
        admin_listen: table.value("admin_listen"),
        state_dir: table.value("state_dir"),
        trusted_proxies: table.list("trusted_proxies"),
        proxy_protocol: table.value("proxy_protocol"),
        hsts_days: table.value("hsts_days"),
        geoip: table.value("geoip"),
        tracker_lists: table.list("tracker_lists"),
        resolver: table.value("resolver"),
        checkpoint_dir: usage.as_mut().map_or(Entry::Absent, |table| table.value("checkpoint_dir")),
        hosting_networks: usage.as_mut().map_or(Entry::Absent, |table| table.list("hosting_networks")),
        certificates: table.tables("certificate").into_iter().map(read_certificate).collect(),
        acme: table.table("acme").map(read_acme),
        timeouts: table.table("timeouts").map(read_timeouts).unwrap_or_default(),
        limits: table.table("limits").map(read_limits).unwrap_or_default(),
    }
}

fn read_site(mut table: Table<'_>) -> RawSite {
    RawSite {
        at: table.at().clone(),
        hosts: table.one_or_list("hosts"),
        origin: table.one_or_list("origin"),
        origin_ca: table.value("origin_ca"),
        health: table.table("health").map(read_health).unwrap_or_default(),
        profile: table.value("profile"),
        jurisdiction: table.value("jurisdiction"),
        languages: table.list("languages"),
        mode: table.value("mode"),
        prefix: table.value("prefix"),
        sensitive_paths: table.list("sensitive_paths"),
        first_party_hosts: table.list("first_party_hosts"),
        residency: table.list("residency"),
        require_contract: table.value("require_contract"),
        require_authorisation: table.value("require_authorisation"),
        banner_position: table.value("banner_position"),
        request_body_bytes: table.value("request_body_bytes"),
        guardian: table.value("guardian"),
        answer_days: table.value("answer_days"),
        contact: table.table("contact").map(read_contact),
        banner: table.table("banner").map(read_banner).unwrap_or_default(),
        theme: table.table("theme").map(read_theme).unwrap_or_default(),
        labels: table.table("labels").map(read_labels).unwrap_or_default(),
        retention: table.table("retention").map(read_retention).unwrap_or_default(),
        notice: table.table("notice").map(read_notice).unwrap_or_default(),
        usage: table.table("usage").map(read_usage).unwrap_or_default(),
        vendors: table.tables("vendor").into_iter().map(read_offer).collect(),
    }
}

fn read_contact(mut table: Table<'_>) -> RawContact {
    RawContact {
        at: table.at().clone(),
        organisation: table.table("organisation").map(|mut names| read_words(&mut names)),
        title: table.table("title").map(|mut title| read_words(&mut title)),
        email: table.value("email"),
        postal: table.value("postal"),
        phone: table.value("phone"),
    }
}

fn read_banner(mut table: Table<'_>) -> RawBanner {
    RawBanner { offset: table.value("offset"), control: table.value("control") }
}

fn read_labels(mut table: Table<'_>) -> Vec<RawLabel> {
    ["necessary", "functional", "analytics", "marketing"]
        .into_iter()
        .filter_map(|purpose| {
            let mut words = table.table(purpose)?;
            Some(RawLabel { at: words.at().clone(), purpose, words: read_words(&mut words) })
        })
        .collect()
}

pub(super) fn read_words(table: &mut Table<'_>) -> Words {
    LANGUAGES.into_iter().map(|language| (language, table.value(language))).collect()
}

fn read_retention(mut table: Table<'_>) -> RawRetention {
    RawRetention {
        enquiries_days: table.value("enquiries_days"),
        receipts_days: table.value("receipts_days"),
    }
}

fn read_notice(mut table: Table<'_>) -> RawNotice {
    RawNotice {
        version: table.value("version"),
        effective: table.value("effective"),
        next: table.table("next").map(read_next),
    }
}

fn read_next(mut table: Table<'_>) -> RawNext {
    RawNext {
        at: table.at().clone(),
        version: table.value("version"),
        effective: table.value("effective"),
        summary: table.table("summary").map(|mut words| read_words(&mut words)),
    }
}

fn read_offer(mut table: Table<'_>) -> RawOffer {
    RawOffer {
        at: table.at().clone(),
        id: table.value("id"),
        on_sensitive: table.value("on_sensitive"),
        session_replay: table.value("session_replay"),
        contract: table.value("contract"),
        authorisation: table.value("authorisation"),
        from: table.value("from"),
    }
}
