//! In: the built-in table of vendors and the operator's own. Out: whose a host, a request, a
//! cookie or a snippet is. Knows no visitor and takes no decision.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::destination::{Destination, HostPattern, query_has};
use super::purpose::Purpose;
use super::tracker_list::{Listed, TrackerList};
use super::vendor::{Embed, Kind, Store, StoredItem, Vendor, Words, name_matches};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// Every vendor that Paravent knows, indexed by host, shape and cookie.
#[derive(Debug)]
pub struct Catalogue {
    vendors: Vec<Vendor>,
    /// Host of a pattern → (vendor, pattern), so that a look-up walks only the labels of a host.
    hosts: HashMap<String, Vec<(usize, usize)>>,
    exact_items: HashMap<(String, u8), (usize, usize)>,
    /// First byte of a name pattern, none where it begins with `*` → (vendor, item), longest pattern
    /// first: every cookie of every request is looked up, and most are nobody's.
    patterns: HashMap<Option<u8>, Vec<(usize, usize)>>,
    /// Last segment of a shape's path → (vendor, shape): nearly every URL of a page is on its own
    /// host, and must not be held against every shape.
    shapes: HashMap<String, Vec<(usize, usize)>>,
    /// Shapes that say too little of the path to be found by it.
    loose_shapes: Vec<(usize, usize)>,
    /// Where the CNAME of a disguised subdomain leads → vendor.
    cloaking: HashMap<String, usize>,
    /// Hosts that sites declare as their own and that were found to be a vendor's. Learned from DNS
    /// while the program runs.
    cloaked: RwLock<Cloaked>,
    lists: Option<Arc<dyn TrackerList>>,
}

/// The hosts that were found to be a vendor's, as of one moment.
pub type Cloaked = Arc<HashMap<String, VendorIndex>>;

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
        let mut catalogue = Catalogue {
            vendors,
            hosts: HashMap::new(),
            exact_items: HashMap::new(),
            patterns: HashMap::new(),
            shapes: HashMap::new(),
            loose_shapes: Vec::new(),
            cloaking: HashMap::new(),
            cloaked: RwLock::default(),
            lists: None,
        };
        catalogue.index();
        catalogue
    }

    /// The same with the operator's lists.
    #[must_use]
    pub fn with_lists(self, lists: Option<Arc<dyn TrackerList>>) -> Catalogue {
        Catalogue { lists, ..self }
    }

    fn index(&mut self) {
        for (at, vendor) in self.vendors.iter().enumerate() {
            for target in vendor.cname.iter() {
                self.cloaking.entry(target.to_string()).or_insert(at);
            }
            for (n, text) in vendor.hosts.iter().enumerate() {
                let host = HostPattern::parse(text).host.to_owned();
                self.hosts.entry(host).or_default().push((at, n));
            }
            for (n, item) in vendor.cookies.iter().enumerate() {
                if item.name.contains('*') {
                    self.patterns.entry(first_byte(&item.name)).or_default().push((at, n));
                } else {
                    self.exact_items.entry((item.name.to_string(), item.store as u8)).or_insert((at, n));
                }
            }
            for (n, shape) in vendor.same_origin.iter().enumerate() {
                match last_segments(shape) {
                    Some(names) => {
                        for name in names {
                            self.shapes.entry(name.to_owned()).or_default().push((at, n));
                        }
                    }
                    None => self.loose_shapes.push((at, n)),
                }
            }
        }
        for patterns in self.patterns.values_mut() {
            patterns.sort_by_key(|&place| rank(&self.vendors, place));
        }
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
        self.owned(to).map(|(v, _)| (VendorIndex(v), &self.vendors[v]))
    }

    /// The pattern by which [`Catalogue::owner`] knows it, as the vendor's table writes it.
    pub fn owning_pattern(&self, to: &Destination<'_>) -> Option<&str> {
        self.owned(to).map(|(v, n)| &*self.vendors[v].hosts[n])
    }

    /// The vendor that has this very pattern among its hosts.
    pub fn by_pattern(&self, text: &str) -> Option<(VendorIndex, &Vendor)> {
        self.vendors().find(|(_, vendor)| vendor.hosts.iter().any(|host| host == text))
    }

    fn owned(&self, to: &Destination<'_>) -> Option<(usize, usize)> {
        suffixes(to.host)
            .filter_map(|suffix| self.hosts.get(suffix))
            .flatten()
            .map(|&(v, n)| ((v, n), HostPattern::parse(&self.vendors[v].hosts[n])))
            .filter(|(_, pattern)| pattern.covers(to))
            .max_by_key(|(_, pattern)| pattern.weight())
            .map(|(place, _)| place)
    }

    /// Whose disguise a request to the site's own host is, judged by its shape.
    pub fn disguise(&self, to: &Destination<'_>) -> Option<(VendorIndex, &Vendor)> {
        let name = to.path.rsplit('/').next().unwrap_or_default();
        let named = self.shapes.get(name).into_iter().flatten();
        named
            .chain(&self.loose_shapes)
            .filter(|&&(v, n)| has_shape(to, &self.vendors[v].same_origin[n]))
            .map(|&(v, _)| v)
            .min()
            .map(|v| (VendorIndex(v), &self.vendors[v]))
    }

    /// Whose subdomain in disguise this is, if its CNAME leads to `name`.
    pub fn cloaking_target(&self, name: &str) -> Option<(VendorIndex, &Vendor)> {
        let v = *suffixes(name).find_map(|suffix| self.cloaking.get(suffix))?;
        Some((VendorIndex(v), &self.vendors[v]))
    }

    /// Takes down whose a site's own host was found to be, or that it is nobody's. True where that is
    /// news.
    pub fn note_cloaked(&self, host: &str, whose: Option<VendorIndex>) -> bool {
        let mut cloaked = self.cloaked.write().unwrap_or_else(PoisonError::into_inner);
        let hosts = Arc::make_mut(&mut cloaked);
        let before = match whose {
            Some(vendor) => hosts.insert(host.to_owned(), vendor),
            None => hosts.remove(host),
        };
        before != whose
    }

    /// Takes over what was found out about hosts under the catalogue `before` this one, as far as the
    /// vendors are the same: until it is looked up anew, no disguise works.
    pub fn inherit_cloaked(&self, before: &Catalogue) {
        for (host, whose) in before.cloaked().iter() {
            let vendor = before.vendor(*whose).and_then(|vendor| self.by_id(&vendor.id));
            self.note_cloaked(host, vendor.map(|(at, _)| at));
        }
    }

    /// What is known of sites' own hosts now.
    pub fn cloaked(&self) -> Cloaked {
        Arc::clone(&self.cloaked.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the operator's lists say of a request that a page on `page_host` would make.
    pub fn listed(&self, to: &Destination<'_>, page_host: &str) -> Option<Listed> {
        self.lists.as_ref()?.names(to, page_host)
    }

    /// Whose cookie or storage key this is; an exact name wins over a pattern, a longer pattern
    /// over a shorter.
    pub fn stored(&self, name: &str, store: Store) -> Option<(VendorIndex, &Vendor, &StoredItem)> {
        let exact = self.exact_items.get(&(name.to_owned(), store as u8)).copied();
        let found = exact.or_else(|| {
            let fits = |&(v, n): &(usize, usize)| {
                let item = &self.vendors[v].cookies[n];
                item.store == store && name_matches(&item.name, name)
            };
            let first = |byte| self.patterns.get(&byte)?.iter().copied().find(fits);
            let by_first_byte = name.bytes().next().and_then(|byte| first(Some(byte)));
            by_first_byte.into_iter().chain(first(None)).min_by_key(|&place| rank(&self.vendors, place))
        });
        found.map(|(v, n)| (VendorIndex(v), &self.vendors[v], &self.vendors[v].cookies[n]))
    }
}

/// `a.b.example.com`, `b.example.com`, `example.com`, `com`.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |rest| rest.split_once('.').map(|(_, parent)| parent))
}

/// The first byte of every name that fits `pattern`, if it says one.
fn first_byte(pattern: &str) -> Option<u8> {
    pattern.bytes().next().filter(|byte| *byte != b'*')
}

/// Sorts longer patterns before shorter, then by place.
fn rank(vendors: &[Vendor], (v, n): (usize, usize)) -> (std::cmp::Reverse<usize>, usize, usize) {
    (std::cmp::Reverse(vendors[v].cookies[n].name.len()), v, n)
}

/// What the last segment of a path must be to fit `shape`; `None` where it may be any. A shape that
/// ends in `/` also fits without it.
fn last_segments(shape: &str) -> Option<impl Iterator<Item = &str>> {
    let path = shape.split('?').next().unwrap_or_default();
    let (_, name) = path.rsplit_once('/')?;
    let bare = path.trim_end_matches('/');
    let without_slash = if bare == path { None } else { Some(bare.rsplit_once('/')?.1) };
    Some(std::iter::once(name).chain(without_slash))
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
    fn a_cname_tells_whose_a_host_is() {
        let catalogue = Catalogue::built_in();
        let whose = |name| catalogue.cloaking_target(name).map(|(_, vendor)| vendor.id.to_string());
        assert_eq!(whose("clinic.eulerian.net").as_deref(), Some("eulerian"));
        assert_eq!(whose("clinic.example.dnsdelegation.io").as_deref(), Some("criteo"));
        assert_eq!(whose("d111.cloudfront.net"), None);
        assert_eq!(whose("noteulerian.net"), None);
        let eulerian = catalogue.cloaking_target("eulerian.net").map(|(at, _)| at);
        assert!(catalogue.note_cloaked("m.clinic.example", eulerian));
        assert!(!catalogue.note_cloaked("m.clinic.example", eulerian), "told once");
        assert_eq!(catalogue.cloaked().get("m.clinic.example").copied(), eulerian);
        let next = Catalogue::with(Vec::new());
        next.inherit_cloaked(&catalogue);
        assert_eq!(next.cloaked(), catalogue.cloaked());
        assert!(catalogue.note_cloaked("m.clinic.example", None));
        assert!(catalogue.cloaked().is_empty());
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
    fn the_index_of_shapes_finds_what_a_walk_over_all_would() {
        let catalogue = Catalogue::built_in();
        let queries = ["", "v=2&tid=G-1&en=x", "id=GTM-1", "id=1&ev=x", "idsite=1&rec=1", "type=js"];
        let shapes = catalogue.vendors.iter().flat_map(|vendor| vendor.same_origin.iter());
        let paths = shapes.map(|shape| shape.split('?').next().unwrap());
        let mut found = 0;
        for path in paths.chain(["/", "/a", "tr", ""]) {
            for path in [path.to_owned(), format!("/x{path}"), format!("{path}/"), format!("{path}s")] {
                for query in queries {
                    let to = to("clinic.example", &path, query);
                    let walked = catalogue
                        .vendors
                        .iter()
                        .position(|vendor| vendor.same_origin.iter().any(|shape| has_shape(&to, shape)));
                    assert_eq!(catalogue.disguise(&to).map(|(at, _)| at.0), walked, "{path}?{query}");
                    found += usize::from(walked.is_some());
                }
            }
        }
        assert!(found > 50, "{found}");
    }

    #[test]
    fn shapes_that_end_in_a_slash_fit_without_it() {
        let mut own = Catalogue::built_in().by_id("google-analytics").map(|(_, v)| v.clone()).unwrap();
        own.same_origin = Cow::Owned(vec!["/hits/?k=".into(), "beacon".into()]);
        let catalogue = Catalogue::with(vec![own]);
        let known = |path, query| catalogue.disguise(&to("clinic.example", path, query)).is_some();
        assert!(known("/a/hits/", "k=1") && known("/a/hits", "k=1") && known("/a/web-beacon", ""));
        assert!(!known("/a/hits", "") && !known("/a/hits/b", "k=1"));
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
    fn the_index_of_patterns_finds_what_a_walk_over_all_would() {
        let catalogue = Catalogue::built_in();
        let items = || catalogue.vendors.iter().flat_map(|vendor| vendor.cookies.iter());
        let mut patterns: Vec<&StoredItem> = items().filter(|item| item.name.contains('*')).collect();
        patterns.sort_by_key(|item| std::cmp::Reverse(item.name.len()));
        let is_exact = |name: &str| items().any(|item| item.name == name && item.store == Store::Cookie);
        let names = patterns.iter().flat_map(|item| ["", "7", "x_y"].map(|run| item.name.replace('*', run)));
        for name in names.chain(["", "_", "PHPSESSID"].map(str::to_owned)).filter(|name| !is_exact(name)) {
            let fits = |item: &&&StoredItem| item.store == Store::Cookie && name_matches(&item.name, &name);
            let walked = patterns.iter().find(fits).map(|item| &item.name);
            let found = catalogue.stored(&name, Store::Cookie).map(|(_, _, item)| &item.name);
            assert_eq!(found, walked, "{name}");
        }
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
