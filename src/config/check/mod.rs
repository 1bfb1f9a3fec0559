//! Whether what the files say goes together.
//!
//! In: the raw files, the main one first. Out: the checked [`Config`], or every problem at once.
//! Rulings are not taken here: this room only sets what the policy will rule by.

mod notice;
mod offers;
mod promise;
mod server;
mod site;
mod usage;

pub(super) use server::resolved;
pub(super) use site::{ANSWER_DAYS, BODY_BYTES, PREFIX, with_fingerprint};

use std::collections::HashMap;
use std::sync::Arc;

use super::checked::{Config, Origin, Server, Site};
use super::lists::tracker_lists;
use super::own_vendors::{RawVendor, own_vendors};
use super::problem::{Place, Problems, Report};
use super::raw::{RawFile, RawServer, RawSite};
use crate::policy::{Catalogue, TrackerList};

/// Checks everything. What a broken file lacks is not held against it: its syntax comes first.
pub(super) fn assemble(files: Vec<RawFile>, report: Report) -> Result<Config, Problems> {
    if files.iter().any(|file| !file.whole) {
        return Err(report.into_problems());
    }
    let mut parts = Parts::default();
    for (at, file) in files.into_iter().enumerate() {
        parts.take(file, at == 0, &report);
    }
    let lists = parts.server.as_ref().and_then(|raw| tracker_lists(raw, &report));
    let server = server::check_server(parts.server, parts.start.as_ref(), &report);
    if let (true, Some(start)) = (parts.sites.is_empty(), &parts.start) {
        report.say(
            start,
            "there is no site",
            "write [[site]] with hosts, origin and profile or jurisdiction",
        );
    }
    assemble_sites(server, lists, parts.vendors, &parts.sites, report)
}

/// Checks the vendors and sites of a server that was checked already.
pub(super) fn assemble_sites(
    server: Server,
    lists: Option<Arc<dyn TrackerList>>,
    vendors: Vec<RawVendor>,
    sites: &[RawSite],
    report: Report,
) -> Result<Config, Problems> {
    let catalogue = Arc::new(Catalogue::with(own_vendors(vendors, &report)).with_lists(lists));
    report_shared_hosts(sites, &report);
    report_loops(sites, &server, &report);
    let check = |raw: &RawSite| Arc::new(site::check_site(raw, &catalogue, &report));
    let checked: Vec<Arc<Site>> = sites.iter().map(check).collect();
    let effective =
        sites.iter().zip(&checked).filter_map(|(raw, site)| notice::effective(raw, site)).collect();
    match report.is_empty() {
        true => Ok(Config { files: Vec::new(), server, catalogue, sites: checked, effective }),
        false => Err(report.into_problems()),
    }
}

#[derive(Default)]
struct Parts {
    /// The first byte of the main file.
    start: Option<Place>,
    server: Option<RawServer>,
    vendors: Vec<RawVendor>,
    sites: Vec<RawSite>,
}

impl Parts {
    fn take(&mut self, file: RawFile, main: bool, report: &Report) {
        if main {
            self.start = Some(file.start);
            self.server = file.server;
        } else {
            let remedy = "move it to the main file; included files hold [[site]] and [[vendor]]";
            if let Some(server) = &file.server {
                report.say(&server.at, "an included file has no [server]", remedy);
            }
            if let Some(include) = file.include.given() {
                report.say(&include.at, "an included file includes no others", remedy);
            }
        }
        self.vendors.extend(file.vendors);
        self.sites.extend(file.sites);
    }
}

/// A host that two sites claim would be answered by whichever comes first.
fn report_shared_hosts(sites: &[RawSite], report: &Report) {
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for (at, site) in sites.iter().enumerate() {
        for host in site.hosts.value().into_iter().flatten() {
            let owner = *owners.entry(&host.value.0).or_insert(at);
            if owner != at {
                let message = format!("another site already answers to \"{}\"", host.value.0);
                report.say(&host.at, message, "leave the host to one of the two");
            }
        }
    }
}

/// An origin that is Paravent itself would be asked for ever.
fn report_loops(sites: &[RawSite], server: &Server, report: &Report) {
    let own: Vec<_> =
        server.listen.iter().chain(&server.tls_listen).chain(server.admin_listen.iter()).collect();
    for origin in sites.iter().filter_map(|site| site.origin.value()).flatten() {
        let Origin { host, port, .. } = &origin.value;
        if own.iter().any(|own| format!("{host}:{port}") == own.to_string()) {
            let message = format!("Paravent itself listens on {host}:{port}");
            report.say(&origin.at, message, "write the address of the site behind it");
        }
    }
}
