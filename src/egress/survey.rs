//! In: a way to fetch the site's pages. Out: the paths of its public pages: those of the sitemap, and
//! those that a walk from `/` reaches. Bounded in depth, in pages and in sitemaps.

use std::collections::{BTreeSet, VecDeque};

use url::Url;

use super::links::{of_page, of_sitemap, own_page};
use crate::policy::{Hosts, PathPattern, SitePolicy};

/// Links followed one after the other from `/`.
const DEPTH: u8 = 4;
/// Pages fetched in one walk.
const PAGES: usize = 500;
/// Sitemaps fetched, indexes included.
const SITEMAPS: usize = 50;
/// Paths found; the list of pages takes fewer.
const PATHS: usize = 5_000;

/// Fetches one path of the site, without cookies.
pub trait Fetch {
    /// What is there; `None` where it cannot be had.
    fn fetch(&self, path: &str) -> impl Future<Output = Option<Fetched>> + Send;
}

/// What a fetch brought.
pub enum Fetched {
    Html(Vec<u8>),
    Xml(Vec<u8>),
    /// Somewhere else: the `Location`, as it was sent.
    Redirect(String),
}

/// What belongs to the site, and what is left out.
pub struct Scope {
    /// The host that is asked for.
    pub host: String,
    /// All hosts of the site.
    pub hosts: Hosts,
    pub sensitive: Vec<PathPattern>,
    /// Where Paravent's own pages live.
    pub prefix: String,
}

impl Scope {
    /// The scope of a site that is asked for by `host`.
    pub fn of(policy: &SitePolicy, host: &str, prefix: &str) -> Scope {
        Scope {
            host: host.to_owned(),
            hosts: policy.hosts.clone(),
            sensitive: policy.sensitive.clone(),
            prefix: prefix.to_owned(),
        }
    }

    pub(super) fn url(&self, path: &str) -> Option<Url> {
        Url::parse(&format!("https://{}", self.host)).ok()?.join(path).ok()
    }

    pub(super) fn owns(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let asked = self.url("/").is_some_and(|own| own.host_str() == Some(host));
        let listed = matches!(&self.hosts, Hosts::These(hosts) if hosts.iter().any(|own| own == host));
        ["http", "https"].contains(&url.scheme()) && (asked || listed)
    }

    /// Sensitive pages are neither walked nor listed; Paravent's own are no pages of the site.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        path.starts_with(&self.prefix) || self.sensitive.iter().any(|pattern| pattern.matches(path))
    }
}

/// The site's public pages. Fetches one after the other, so that the origin hardly notices.
pub async fn survey(fetch: &impl Fetch, scope: &Scope) -> BTreeSet<String> {
    let mut paths = sitemap_pages(fetch, scope).await;
    walk(fetch, scope, &mut paths).await;
    paths
}

async fn sitemap_pages(fetch: &impl Fetch, scope: &Scope) -> BTreeSet<String> {
    let mut pages = BTreeSet::new();
    let mut known = BTreeSet::from(["/sitemap.xml".to_owned()]);
    let mut waiting = VecDeque::from(["/sitemap.xml".to_owned()]);
    while let Some(sitemap) = waiting.pop_front() {
        let target = match fetch.fetch(&sitemap).await {
            Some(Fetched::Xml(body)) => {
                let (listed, further) = of_sitemap(&body, scope);
                pages.extend(listed.into_iter().take(PATHS - pages.len().min(PATHS)));
                further
            }
            Some(Fetched::Redirect(location)) => redirected(&location, &sitemap, scope),
            _ => Vec::new(),
        };
        for path in target {
            if known.len() < SITEMAPS && known.insert(path.clone()) {
                waiting.push_back(path);
            }
        }
    }
    pages
}

fn redirected(location: &str, from: &str, scope: &Scope) -> Vec<String> {
    let target = scope.url(from).and_then(|base| base.join(location).ok());
    target.into_iter().filter(|url| scope.owns(url)).map(|url| url.path().to_owned()).collect()
}

async fn walk(fetch: &impl Fetch, scope: &Scope, paths: &mut BTreeSet<String>) {
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut waiting = VecDeque::from([("/".to_owned(), 0)]);
    let mut fetched = 0;
    while let Some((path, depth)) = waiting.pop_front() {
        if fetched == PAGES {
            return;
        }
        fetched += 1;
        let links = match fetch.fetch(&path).await {
            Some(Fetched::Html(body)) => {
                if paths.len() < PATHS {
                    paths.insert(path.clone());
                }
                of_page(&body, &path, scope)
            }
            Some(Fetched::Redirect(location)) => {
                let url = scope.url(&path).and_then(|base| base.join(&location).ok());
                url.and_then(|url| own_page(&url, scope)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for link in links {
            if depth < DEPTH && seen.len() < PATHS && seen.insert(link.clone()) {
                waiting.push_back((link, depth + 1));
            }
        }
    }
}
