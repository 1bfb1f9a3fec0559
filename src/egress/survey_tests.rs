//! In: a site in a map. Out: whether a survey finds its pages, and stops.

use std::collections::HashMap;
use std::sync::Mutex;

use super::*;
use crate::policy::{Hosts, PathPattern};

pub(super) fn scope() -> Scope {
    Scope {
        host: "clinic.example".to_owned(),
        hosts: Hosts::These(vec!["clinic.example".to_owned(), "www.clinic.example".to_owned()]),
        sensitive: PathPattern::parse("/rendez-vous/**").into_iter().collect(),
        prefix: "/_privacy".to_owned(),
    }
}

#[derive(Default)]
struct Pages<'a> {
    html: HashMap<&'a str, String>,
    xml: HashMap<&'a str, String>,
    moved: HashMap<&'a str, &'a str>,
    asked: Mutex<Vec<String>>,
    /// Every other path has a page with links to two more.
    endless: bool,
}

impl Fetch for Pages<'_> {
    async fn fetch(&self, path: &str) -> Option<Fetched> {
        self.asked.lock().unwrap().push(path.to_owned());
        let html = self.html.get(path).map(|text| Fetched::Html(text.clone().into_bytes()));
        let xml = || self.xml.get(path).map(|text| Fetched::Xml(text.clone().into_bytes()));
        let moved = || self.moved.get(path).map(|to| Fetched::Redirect((*to).to_owned()));
        let more = || Fetched::Html(format!("<a href='{path}a/'>a</a><a href='{path}b/'>b</a>").into_bytes());
        html.or_else(xml).or_else(moved).or_else(|| self.endless.then(more))
    }
}

async fn found(pages: &Pages<'_>) -> Vec<String> {
    survey(pages, &scope()).await.into_iter().collect()
}

#[tokio::test]
async fn pages_of_the_sitemap_and_of_the_links_are_found() {
    let pages = Pages {
        html: [
            (
                "/fr/",
                "<a href='/fr/services'>s</a><a href='/gone'>g</a><a href='/rendez-vous/'>r</a>".to_owned(),
            ),
            ("/fr/services", "<a href='/fr/'>back</a>".to_owned()),
        ]
        .into(),
        xml: [("/sitemap.xml", "<urlset><loc>https://clinic.example/fr/listed</loc></urlset>".to_owned())]
            .into(),
        moved: [("/", "https://www.clinic.example/fr/")].into(),
        ..Pages::default()
    };
    assert_eq!(found(&pages).await, ["/fr/", "/fr/listed", "/fr/services"]);
    assert!(!pages.asked.lock().unwrap().iter().any(|path| path.contains("rendez-vous")));
}

#[tokio::test]
async fn an_index_of_sitemaps_that_names_itself_ends() {
    let index = "<sitemapindex><loc>https://clinic.example/sitemap.xml</loc>\
                 <loc>https://clinic.example/two.xml</loc></sitemapindex>";
    let pages = Pages {
        xml: [
            ("/sitemap.xml", index.to_owned()),
            ("/two.xml", "<urlset><loc>https://clinic.example/two</loc></urlset>".to_owned()),
        ]
        .into(),
        ..Pages::default()
    };
    assert_eq!(found(&pages).await, ["/two"]);
}

#[tokio::test]
async fn sitemaps_without_end_are_left() {
    let index = |at: usize| {
        let two =
            [2 * at, 2 * at + 1].map(|next| format!("<loc>https://clinic.example/s{next}.xml.gz</loc>"));
        format!("<sitemapindex>{}</sitemapindex>", two.concat())
    };
    let names: Vec<String> = (0..4_000).map(|at| format!("/s{at}.xml.gz")).collect();
    let indexes = names.iter().enumerate().map(|(at, name)| (&**name, index(at)));
    let pages = Pages { xml: indexes.chain([("/sitemap.xml", index(1))]).collect(), ..Pages::default() };
    assert!(found(&pages).await.is_empty());
    let asked = pages.asked.lock().unwrap().len();
    assert!((40..=60).contains(&asked), "{asked}");
}

#[tokio::test]
async fn a_site_that_forbids_robots_is_its_operators_own() {
    let pages = Pages {
        html: [
            ("/", "<a rel=nofollow href='/services'>s</a>".to_owned()),
            ("/robots.txt", "User-agent: *\nDisallow: /".to_owned()),
            ("/services", "<meta name=robots content='noindex,nofollow'><a href='/irm'>i</a>".to_owned()),
            ("/irm", String::new()),
        ]
        .into(),
        ..Pages::default()
    };
    assert_eq!(found(&pages).await, ["/", "/irm", "/services"]);
}

#[tokio::test]
async fn a_site_without_end_is_left_at_its_depth() {
    let pages = Pages { endless: true, ..Pages::default() };
    let found = found(&pages).await;
    assert_eq!(found.len(), 1 + 2 + 4 + 8 + 16);
}

#[tokio::test]
async fn a_site_that_is_away_has_no_pages() {
    assert!(found(&Pages::default()).await.is_empty());
}
