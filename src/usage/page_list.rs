//! In: paths from the config, the sitemap and the crawl, never from a visitor's request. Out: the
//! closed list of pages of a day, and the place of a requested path in it. A path that is not in the
//! list is `(unlisted)`: it is looked up, never cut out and kept.

use std::collections::{BTreeSet, HashMap};

use super::shapes::may_be_a_page;
use crate::policy::{PathPattern, resolved_segments};

/// Pages in one list, `(unlisted)` included.
pub const MAX_PAGES: usize = 2_000;

/// The name of the cell for every path that is not in the list.
pub const UNLISTED: &str = "(unlisted)";

/// A page's place in the list of its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageIndex(pub(super) u16);

impl PageIndex {
    /// A path that is not in the list.
    pub const UNLISTED: PageIndex = PageIndex(0);
}

/// Where a site's pages come from.
#[derive(Clone, Debug, Default)]
pub struct PageSources {
    /// Paths from the config, in which `{…}` stands for one segment. Taken as they are.
    pub config: Vec<String>,
    /// Templates that the survey suggested and the operator approved.
    pub approved: Vec<String>,
    /// Paths from `/sitemap.xml` and the crawl. Taken unless they could hold a person's data.
    pub found: BTreeSet<String>,
    /// Sensitive paths: counted under the nearest page above them that is not sensitive.
    pub sensitive: Vec<PathPattern>,
}

/// The pages that may be counted on a day.
#[derive(Clone, Debug)]
pub struct PageList {
    names: Vec<String>,
    exact: HashMap<String, u16>,
    templates: Vec<Template>,
    sensitive: Vec<PathPattern>,
    /// Where each name leads that is asked for as it is written: what most visitors ask for.
    ready: HashMap<String, u16>,
}

#[derive(Clone, Debug)]
struct Template {
    segments: Vec<String>,
    place: u16,
}

/// What stands for one segment in a template.
pub(super) const ANY: &str = "{…}";

/// Whether a segment of a page of the config stands for any: `{…}`, or `{name}` where the operator named it. A path that
/// was found never has one.
pub(super) fn stands_for_any(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

impl PageList {
    /// The list that these sources give; beyond [`MAX_PAGES`] the rest stays unlisted.
    pub fn frozen(sources: &PageSources) -> PageList {
        let mut list = PageList { sensitive: sources.sensitive.clone(), ..PageList::empty() };
        list.add(&[]);
        for path in sources.config.iter().chain(&sources.approved) {
            list.add(&resolved_segments(path));
        }
        list.add_found(&sources.found);
        list.made_ready()
    }

    /// This list with pages that were found since, behind all that it has: what was looked up
    /// before keeps its place.
    pub(super) fn with_found(&self, found: &BTreeSet<String>) -> PageList {
        let mut list = self.clone();
        list.add_found(found);
        list.made_ready()
    }

    fn add_found(&mut self, found: &BTreeSet<String>) {
        for path in found {
            let segments = page_segments(path);
            // A page of a template is counted as the template.
            if may_be_a_page(&segments) && self.place(&segments).is_none() {
                self.add(&segments);
            }
        }
    }

    /// The list with these names, as a checkpoint kept them.
    pub(super) fn restored(names: &[String], sensitive: Vec<PathPattern>) -> PageList {
        let mut list = PageList { sensitive, ..PageList::empty() };
        for name in names.iter().filter(|name| *name != UNLISTED) {
            let segments: Vec<String> =
                name.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
            list.add(&segments);
        }
        list.made_ready()
    }

    fn made_ready(mut self) -> PageList {
        self.ready = self.names.iter().map(|name| (name.clone(), self.resolved(name).0)).collect();
        self
    }

    fn empty() -> PageList {
        PageList {
            names: vec![UNLISTED.to_owned()],
            exact: HashMap::new(),
            templates: Vec::new(),
            sensitive: Vec::new(),
            ready: HashMap::new(),
        }
    }

    fn add(&mut self, segments: &[String]) {
        let name = format!("/{}", segments.join("/"));
        let template = segments.iter().any(|segment| stands_for_any(segment));
        let known = match template {
            true => self.names.contains(&name),
            false => self.exact.contains_key(&name),
        };
        let room = self.names.len() < MAX_PAGES;
        let Some(place) = u16::try_from(self.names.len()).ok().filter(|_| room && !known) else { return };
        match template {
            true => self.templates.push(Template { segments: segments.to_owned(), place }),
            false => {
                self.exact.insert(name.clone(), place);
            }
        }
        self.names.push(name);
    }

    /// The place of a requested path, percent-encoded as it came, query and all.
    pub fn lookup(&self, path: &str) -> PageIndex {
        let before_query = path.split('?').next().unwrap_or_default();
        let ready = self.ready.get(before_query).copied();
        ready.map_or_else(|| self.resolved(path), PageIndex)
    }

    fn resolved(&self, path: &str) -> PageIndex {
        let mut segments = page_segments(path);
        let sensitive = |segments: &[String]| {
            let path = encoded(segments);
            self.sensitive.iter().any(|pattern| pattern.matches(&path))
        };
        while !segments.is_empty() && sensitive(&segments) {
            segments.pop();
        }
        self.place(&segments).map_or(PageIndex::UNLISTED, PageIndex)
    }

    fn place(&self, segments: &[String]) -> Option<u16> {
        let exact = self.exact.get(&format!("/{}", segments.join("/"))).copied();
        exact.or_else(|| self.templates.iter().find(|template| template.covers(segments)).map(|t| t.place))
    }

    /// The names of the cells, in the order of the indexes.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl Template {
    fn covers(&self, segments: &[String]) -> bool {
        let pairs = || self.segments.iter().zip(segments);
        self.segments.len() == segments.len()
            && pairs().all(|(want, have)| stands_for_any(want) || want == have)
    }
}

/// The path's segments, with `/index.html` and its like taken for the folder.
pub(super) fn page_segments(path: &str) -> Vec<String> {
    let mut segments = resolved_segments(path);
    let index = |last: &String| matches!(last.as_str(), "index.html" | "index.htm" | "index.php");
    if segments.last().is_some_and(index) {
        segments.pop();
    }
    segments
}

/// Patterns decode what they are given, so a decoded `%` is encoded again.
fn encoded(segments: &[String]) -> String {
    let segments: Vec<String> = segments.iter().map(|segment| segment.replace('%', "%25")).collect();
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> PageList {
        PageList::frozen(&PageSources {
            config: vec!["/medecins/{…}".into(), "/medecins/equipe".into(), "/plan-2024-2025".into()],
            approved: vec!["/actualites/{…}".into()],
            found: [
                "/",
                "/services",
                "/services/irm",
                "/medecins/tremblay",
                "/dossier/TREJ12345678",
                "/%C3%A0-propos",
            ]
            .map(str::to_owned)
            .into(),
            sensitive: [PathPattern::parse("/services/vih/**"), PathPattern::parse("/rendez-vous/**")]
                .into_iter()
                .flatten()
                .collect(),
        })
    }

    fn name(path: &str) -> String {
        let list = list();
        list.names()[usize::from(list.lookup(path).0)].clone()
    }

    #[test]
    fn a_name_as_it_is_written_leads_where_resolving_it_does() {
        let list = list();
        let odd =
            ["/services?x=/medecins", "/services/", "/services/vih/test", "/à-propos", "/medecins/{…}", ""];
        for path in list.names().iter().map(String::as_str).chain(odd) {
            assert_eq!(list.lookup(path), list.resolved(path), "{path}");
        }
        let sensitive = PageSources {
            found: ["/", "/a/vih"].map(str::to_owned).into(),
            sensitive: [PathPattern::parse("/a/**")].map(Option::unwrap).into(),
            ..PageSources::default()
        };
        assert_eq!(PageList::frozen(&sensitive).lookup("/a/vih"), PageIndex(1), "counted as the page above");
    }

    #[test]
    fn a_path_is_looked_up_in_the_form_its_origin_sees() {
        assert_eq!(name("/services/?utm_source=x#top"), "/services");
        assert_eq!(name("//services/./irm/index.html"), "/services/irm");
        assert_eq!(name("/%73ervices"), "/services");
        assert_eq!(name("/%C3%A0-propos"), "/à-propos");
        assert_eq!(name("/"), "/");
    }

    #[test]
    fn what_is_not_listed_has_no_name() {
        for path in ["/canary/jean-tremblay", "/medecins/tremblay/photo", "/Services", "*"] {
            assert_eq!(name(path), UNLISTED, "{path}");
        }
    }

    #[test]
    fn templates_stand_for_what_they_cover_and_the_config_wins() {
        assert_eq!(name("/medecins/tremblay"), "/medecins/{…}");
        assert_eq!(name("/medecins/anyone"), "/medecins/{…}");
        assert_eq!(name("/medecins/equipe"), "/medecins/equipe");
        assert_eq!(name("/actualites/une-nouvelle"), "/actualites/{…}");
        assert!(!list().names().iter().any(|name| name.contains("tremblay")));
    }

    #[test]
    fn what_stands_for_a_segment_may_have_a_name() {
        let config = vec!["/soins/{service}".to_owned()];
        let list = PageList::frozen(&PageSources { config, ..PageSources::default() });
        let name = |path: &str| list.names()[usize::from(list.lookup(path).0)].clone();
        assert_eq!(name("/soins/irm"), "/soins/{service}");
        assert_eq!(name("/soins/irm/prix"), UNLISTED);
    }

    #[test]
    fn found_paths_with_peoples_data_stay_out_and_the_operators_own_do_not() {
        assert_eq!(name("/dossier/TREJ12345678"), UNLISTED);
        assert_eq!(name("/plan-2024-2025"), "/plan-2024-2025");
    }

    #[test]
    fn sensitive_pages_count_as_the_page_above() {
        assert_eq!(name("/services/vih/depistage"), "/services");
        assert_eq!(name("/services/v%69h"), "/services");
        assert_eq!(name("/rendez-vous/irm"), "/");
    }

    #[test]
    fn a_restored_list_has_every_page_in_its_place() {
        let list = list();
        let again = PageList::restored(list.names(), list.sensitive.clone());
        assert_eq!(again.names(), list.names());
        for path in ["/medecins/x", "/services/irm", "/rendez-vous/irm", "/canary"] {
            assert_eq!(again.lookup(path), list.lookup(path));
        }
    }

    #[test]
    fn pages_found_later_stand_behind_the_others() {
        let (list, found) = (list(), BTreeSet::from(["/horaires".to_owned(), "/medecins/roy".to_owned()]));
        let later = list.with_found(&found);
        assert_eq!(later.names(), [list.names(), &["/horaires".to_owned()]].concat());
        assert_eq!(later.lookup("/services"), list.lookup("/services"));
        assert_ne!(later.lookup("/horaires"), PageIndex::UNLISTED);
    }

    #[test]
    fn the_list_is_bounded() {
        let found = (0..3 * MAX_PAGES).map(|n| format!("/p{}/a{}", n / 1_000, n % 1_000)).collect();
        let list = PageList::frozen(&PageSources { found, ..PageSources::default() });
        assert_eq!(list.names().len(), MAX_PAGES);
    }
}
