//! In: a page or a sitemap of the site. Out: the paths on the site's own hosts that it links to,
//! without query and fragment.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::{HtmlRewriter, MemorySettings, Settings, element};
use url::Url;

use super::survey::Scope;

/// Memory of one page's reading, in bytes.
const READER_BYTES: usize = 1024 * 1024;

/// Paths of the pages that an HTML page at `path` links to. What cannot be read gives none.
pub(super) fn of_page(body: &[u8], path: &str, scope: &Scope) -> Vec<String> {
    let hrefs: Rc<RefCell<Vec<String>>> = Rc::default();
    let found = Rc::clone(&hrefs);
    let take = element!("a[href]:not([download])", move |link| {
        found.borrow_mut().extend(link.get_attribute("href"));
        Ok(())
    });
    let memory = MemorySettings::new().with_max_allowed_memory_usage(READER_BYTES);
    let settings = Settings::new().append_element_content_handler(take).with_memory_settings(memory);
    let mut reader = HtmlRewriter::new(settings, |_: &[u8]| {});
    // A page that ends or breaks in the middle has the links that were read until then.
    if reader.write(body).is_ok() {
        let _ = reader.end();
    }
    let Some(base) = scope.url(path) else { return Vec::new() };
    let hrefs = hrefs.borrow();
    hrefs.iter().filter_map(|href| own_page(&base.join(&entities_decoded(href)).ok()?, scope)).collect()
}

/// What a sitemap or an index of sitemaps lists: pages, and further sitemaps.
pub(super) fn of_sitemap(body: &[u8], scope: &Scope) -> (Vec<String>, Vec<String>) {
    let text = String::from_utf8_lossy(body);
    let index = text.contains("<sitemapindex");
    let locations = text.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next());
    let urls = locations.filter_map(|location| {
        let plain = location.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>").trim();
        Url::parse(&entities_decoded(plain)).ok()
    });
    if index {
        let sitemaps = urls.filter(|url| scope.owns(url)).map(|url| url.path().to_owned());
        return (Vec::new(), sitemaps.collect());
    }
    (urls.filter_map(|url| own_page(&url, scope)).collect(), Vec::new())
}

/// The path of a URL on the site's own hosts, if a page may be there.
pub(super) fn own_page(url: &Url, scope: &Scope) -> Option<String> {
    let path = url.path();
    // A link with a query is a search or an action, not a page with an address of its own.
    let plain = url.query().is_none() && scope.owns(url) && !scope.leaves_out(path);
    (plain && has_a_pages_name(path)).then(|| path.to_owned())
}

fn has_a_pages_name(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.') {
        None => true,
        Some((_, ending)) => ["html", "htm", "php", "asp", "aspx", "jsp"].contains(&ending),
    }
}

/// The five entities of XML; an address has no others.
fn entities_decoded(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::survey_tests::scope;

    #[test]
    fn links_to_own_pages_are_paths() {
        let page =
            br##"<a href="/services">S</a> <a href=irm/>I</a> <A HREF='https://www.clinic.example/a?b'>q</A>
            <a href="https://www.clinic.example/equipe#top">E</a> <a href="https://other.example/x">x</a>
            <a href="/plan.pdf">pdf</a> <a href="mailto:a@b">m</a> <a href="/_privacy/">p</a>
            <a href="/rendez-vous/irm">r</a> <a href="/f" download>f</a> <!-- <a href="/no">no</a> -->"##;
        assert_eq!(of_page(page, "/services/", &scope()), ["/services", "/services/irm/", "/equipe"]);
    }

    #[test]
    fn sitemaps_list_pages_and_indexes_list_sitemaps() {
        let sitemap = b"<urlset><url><loc> https://clinic.example/a </loc></url><url>\
            <loc><![CDATA[https://clinic.example/b]]></loc></url><url><loc>https://other.example/c</loc></url>\
            <url><loc>https://clinic.example/d?x=1&amp;y=2</loc></url></urlset>";
        assert_eq!(of_sitemap(sitemap, &scope()).0, ["/a", "/b"]);
        let index =
            b"<sitemapindex><sitemap><loc>https://clinic.example/s1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(of_sitemap(index, &scope()), (Vec::new(), vec!["/s1.xml".to_owned()]));
    }

    #[test]
    fn what_is_no_page_links_to_nothing() {
        assert!(of_page(&[0xff, 0xfe, 0x00], "/", &scope()).is_empty());
        assert!(of_page(b"<a href", "/", &scope()).is_empty());
        assert_eq!(of_sitemap(b"<loc>", &scope()), (Vec::new(), Vec::new()));
    }
}
