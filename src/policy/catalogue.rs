//! In: the built-in table of vendors and the operator's own. Out: whose a host, a request, a
//! cookie or a snippet is. Knows no visitor and takes no decision.

use std::borrow::Cow;
use std::collections::HashMap;

use super::destination::{Destination, HostPattern, query_has};
use super::purpose::Purpose;
use super::vendor::{Embed, Kind, Store, StoredItem, Vendor, Words, name_matches};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// Every vendor that Paravent knows, indexed by host, shape and cookie.
#[derive(Debug)]
pub struct Catalogue {
    vendors: Vec<Vendor>,
    /// Host of a pattern → (vendor, pattern), so that a look-up walks only the labels of a host.
    hosts: HashMap<String, Vec<(usize, usize)>>,
    exact_items: HashMap<(String, u8), (usize, usize)>,
    patterns: Vec<(usize, usize)>,
}

/// A vendor's place in the catalogue it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VendorIndex(usize);

impl Catalogue {
    /// The built-in vendors alone.
    pub fn built_in() -> Catalogue {
        Catalogue::with(Vec::new())
    }

    /// The built-in vendors and `own`; one with a built-in id replaces it.
    pub fn with(own: Vec<Vendor>) -> Catalogue {
        let mut vendors: Vec<Vendor> =
            VENDORS.iter().filter(|built_in| own.iter().all(|o| o.id != built_in.id)).cloned().collect();
        vendors.extend(own);
        let mut catalogue =
            Catalogue { vendors, hosts: HashMap::new(), exact_items: HashMap::new(), patterns: Vec::new() };
        catalogue.index();
        catalogue
    }

    fn index(&mut self) {
        for (at, vendor) in self.vendors.iter().enumerate() {
            for (n, text) in vendor.hosts.iter().enumerate() {
                let host = HostPattern::parse(text).host.to_owned();
                self.hosts.entry(host).or_default().push((at, n));
            }
            for (n, item) in vendor.cookies.iter().enumerate() {
                if item.name.contains('*') {
                    self.patterns.push((at, n));
                } else {
                    self.exact_items.entry((item.name.to_string(), item.store as u8)).or_insert((at, n));
                }
            }
        }
        let vendors = &self.vendors;
        self.patterns.sort_by_key(|&(v, n)| std::cmp::Reverse(vendors[v].cookies[n].name.len()));
    }

    /// All vendors, with their places.
    pub fn vendors(&self) -> impl Iterator<Item = (VendorIndex, &Vendor)> {
        self.vendors.iter().enumerate().map(|(at, vendor)| (VendorIndex(at), vendor))
    }

    /// The vendor at a place this catalogue gave out.
    pub fn vendor(&self, at: VendorIndex) -> Option<&Vendor> {
        self.vendors.get(at.0)
    }

    /// The vendor with this id.
    pub fn by_id(&self, id: &str) -> Option<(VendorIndex, &Vendor)> {
        self.vendors().find(|(_, vendor)| vendor.id == id)
    }

    /// Whose host `to` is; the most specific pattern wins.
    pub fn owner(&self, to: &Destination<'_>) -> Option<(VendorIndex, &Vendor)> {
        suffixes(to.host)
            .filter_map(|suffix| self.hosts.get(suffix))
            .flatten()
            .map(|&(v, n)| (v, HostPattern::parse(&self.vendors[v].hosts[n])))
            .filter(|(_, pattern)| pattern.covers(to))
            .max_by_key(|(_, pattern)| pattern.weight())
            .map(|(v, _)| (VendorIndex(v), &self.vendors[v]))
    }

    /// Whose disguise a request to the site's own host is, judged by its shape.
    pub fn disguise(&self, to: &Destination<'_>) -> Option<(VendorIndex, &Vendor)> {
        self.vendors().find(|(_, vendor)| vendor.same_origin.iter().any(|shape| has_shape(to, shape)))
    }

    /// Whose cookie or storage key this is; an exact name wins over a pattern, a longer pattern
    /// over a shorter.
    pub fn stored(&self, name: &str, store: Store) -> Option<(VendorIndex, &Vendor, &StoredItem)> {
        let found = self.exact_items.get(&(name.to_owned(), store as u8)).copied().or_else(|| {
            self.patterns.iter().copied().find(|&(v, n)| {
                let item = &self.vendors[v].cookies[n];
                item.store == store && name_matches(&item.name, name)
            })
        });
        found.map(|(v, n)| (VendorIndex(v), &self.vendors[v], &self.vendors[v].cookies[n]))
    }
}

/// `a.b.example.com`, `b.example.com`, `example.com`, `com`.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, parent)| parent))
}

fn has_shape(to: &Destination<'_>, shape: &str) -> bool {
    let (path, query) = shape.split_once('?').unwrap_or((shape, ""));
    let path_fits =
        to.path.ends_with(path) || (path.ends_with('/') && to.path.ends_with(path.trim_end_matches('/')));
    path_fits && query.split('&').all(|wanted| query_has(to.query, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to<'a>(host: &'a str, path: &'a str, query: &'a str) -> Destination<'a> {
        Destination { scheme: "https", host, path, query }
    }

    fn owner(host: &str, path: &str, query: &str) -> Option<String> {
        Catalogue::built_in().owner(&to(host, path, query)).map(|(_, v)| v.id.to_string())
    }

    #[test]
    fn the_most_specific_pattern_names_the_vendor() {
        let tag = |path, query| owner("www.googletagmanager.com", path, query);
        assert_eq!(tag("/gtm.js", "id=GTM-1").as_deref(), Some("google-tag-manager"));
        assert_eq!(tag("/gtag/js", "id=G-1").as_deref(), Some("google-analytics"));
        assert_eq!(tag("/gtag/js", "id=AW-1").as_deref(), Some("google-ads"));
    }

    #[test]
    fn an_unknown_host_has_no_owner() {
        assert_eq!(owner("tracker.example", "/", ""), None);
        assert_eq!(owner("google.com", "/", ""), None);
    }

    #[test]
    fn disguises_are_known_by_shape() {
        let catalogue = Catalogue::built_in();
        let found =
            catalogue.disguise(&to("clinic.example", "/metrics/g/collect", "v=2&tid=G-1&en=page_view"));
        assert_eq!(found.map(|(_, v)| &*v.id), Some("google-analytics"));
        assert!(catalogue.disguise(&to("clinic.example", "/search", "q=tid")).is_none());
    }

    #[test]
    fn cookies_are_known_by_name_and_pattern() {
        let catalogue = Catalogue::built_in();
        let of = |name| catalogue.stored(name, Store::Cookie).map(|(_, v, _)| v.id.to_string());
        assert_eq!(of("_ga").as_deref(), Some("google-analytics"));
        assert_eq!(of("_ga_ABC123").as_deref(), Some("google-analytics"));
        assert_eq!(of("_fbp").as_deref(), Some("meta-pixel"));
        assert_eq!(of("clinic_own"), None);
    }

    #[test]
    fn an_operators_vendor_replaces_a_built_in_one() {
        let catalogue = Catalogue::built_in();
        let mut own = catalogue.by_id("google-analytics").map(|(_, v)| v.clone()).unwrap();
        own.purpose = Purpose::Marketing;
        let catalogue = Catalogue::with(vec![own]);
        assert_eq!(catalogue.by_id("google-analytics").map(|(_, v)| v.purpose), Some(Purpose::Marketing));
    }
}
