//! The demo's config: the five example clinics, each at `NAME.localhost`.
//!
//! In: the addresses of the built-in origin and of the listeners. Out: a config made from the very
//! files that operators copy, with only hosts, origin and server replaced.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::addresses::HostName;
use super::check::assemble_sites;
use super::checked::{Config, Origin, Server};
use super::problem::{Problems, Report, Source};
use super::raw::{RawSite, read_file};
use super::table::{Entry, Given};

const SITES: &[(&str, &str)] = &[
    ("radiology-quebec", include_str!("../../config/sites/radiology-quebec.toml")),
    ("second-opinion-montreal", include_str!("../../config/sites/second-opinion-montreal.toml")),
    ("records-vendor", include_str!("../../config/sites/records-vendor.toml")),
    ("primary-care-quebec", include_str!("../../config/sites/primary-care-quebec.toml")),
    ("radiology-morocco", include_str!("../../config/sites/radiology-morocco.toml")),
];

/// Five clinics in front of `origin`, which listens on loopback. Nothing is kept, so there is no folder
/// for state.
///
/// # Errors
/// The problems of an example file; a test keeps it from having any.
pub fn demo(origin: SocketAddr, listen: SocketAddr, admin: SocketAddr) -> Result<Config, Problems> {
    let report = Report::default();
    let mut vendors = Vec::new();
    let mut sites = Vec::new();
    for (name, text) in SITES {
        let file = format!("config/sites/{name}.toml");
        let source = Arc::new(Source { name: file, text: (*text).to_owned(), folder: PathBuf::new() });
        let raw = read_file(&source, &report);
        vendors.extend(raw.vendors);
        sites.extend(raw.sites.into_iter().map(|site| moved(site, name, origin)));
    }
    let server = Server { admin_listen: Some(admin), ..Server::on(vec![listen], PathBuf::new()) };
    assemble_sites(server, None, vendors, &sites, report)
}

/// The site at `NAME.localhost`, in front of the demo's origin.
fn moved(mut site: RawSite, name: &str, origin: SocketAddr) -> RawSite {
    let at = site.at.clone();
    let listed = |value| Given { value: vec![value], at: at.clone() };
    let host = Given { value: HostName(format!("{name}.localhost")), at: at.clone() };
    let origin = Origin { https: false, host: host_of(origin), port: origin.port() };
    site.hosts = Entry::Given(Given { value: vec![host], at: at.clone() });
    site.origin = Entry::Given(listed(Given { value: origin, at: at.clone() }));
    site
}

/// The address as it stands in a URL.
fn host_of(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_a_clinic_of_the_demo() {
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let config = demo(address(1), address(2), address(3)).unwrap_or_else(|p| panic!("{p}"));
        assert_eq!(config.sites.len(), SITES.len());
        for (name, _) in SITES {
            let site = config.site(&format!("{name}.localhost")).unwrap();
            assert_eq!(site.profile.as_deref(), Some(*name));
            assert_eq!(site.origins[0].port, 1);
        }
    }
}
