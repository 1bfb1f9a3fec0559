//! In: a site, a decision and what the answer's head says. Out: what consent/ draws for this very page,
//! in the shape that html/ sets in. Only words and layout pass through here.

use std::sync::Arc;

use http::HeaderMap;
use http::header::CONTENT_SECURITY_POLICY;

use crate::config::{BannerPosition, Site};
use crate::consent::{self, Frame, OriginPolicy, PageView};
use crate::html::{BlockedFrame, Insertions};
use crate::policy::Decision;

/// What is set into one page.
pub struct PageInsertions {
    pub site: Arc<Site>,
    pub decision: Arc<Decision>,
    /// Languages the visitor reads, most wanted first.
    pub languages: Vec<String>,
    pub return_to: String,
    pub form_token: String,
    /// The origin has a policy of its own, perhaps with a nonce.
    pub origin_policy: Option<Option<String>>,
    /// The page is shown in a frame: the page around it asks.
    pub in_frame: bool,
}

impl PageInsertions {
    fn view<'a>(&'a self, language: &'a str) -> PageView<'a> {
        PageView {
            site: &self.site,
            decision: &self.decision,
            language,
            return_to: &self.return_to,
            form_token: &self.form_token,
            origin_policy: self.origin_policy(),
        }
    }

    fn origin_policy(&self) -> OriginPolicy<'_> {
        match &self.origin_policy {
            None => OriginPolicy::Absent,
            Some(nonce) => OriginPolicy::Present { nonce: nonce.as_deref() },
        }
    }

    fn language<'a>(&'a self, page: Option<&'a str>) -> &'a str {
        language(&self.site, page, &self.languages)
    }
}

impl Insertions for PageInsertions {
    fn head_start(&self) -> String {
        consent::head_start(&self.site, &self.decision, self.origin_policy())
    }

    fn html_attributes(&self) -> Vec<(String, String)> {
        consent::html_attributes(&self.site, &self.decision)
    }

    fn banner(&self, page_language: Option<&str>) -> String {
        if self.in_frame {
            return String::new();
        }
        consent::banner(&self.view(self.language(page_language)))
    }

    fn at_end(&self) -> bool {
        self.site.banner.position == BannerPosition::End
    }

    fn placeholder(&self, frame: &BlockedFrame<'_>, page_language: Option<&str>) -> String {
        let frame = Frame {
            vendor: Some(frame.vendor),
            url: &frame.url,
            width: frame.width.as_deref(),
            height: frame.height.as_deref(),
            title: frame.title.as_deref(),
            class: frame.class.as_deref(),
            style: frame.style.as_deref(),
            id: None,
        };
        consent::placeholder(&self.view(self.language(page_language)), &frame)
    }
}

/// The language to speak: the page's own, else what the visitor prefers of the site's languages, else
/// the site's first.
pub fn language<'a>(site: &'a Site, page: Option<&str>, wanted: &[String]) -> &'a str {
    let primary = page.and_then(|tag| tag.split(['-', '_']).next()).map(str::to_ascii_lowercase);
    let spoken = |language: &str| site.languages.iter().find(|own| *own == language);
    let found = primary.as_deref().and_then(spoken).or_else(|| wanted.iter().find_map(|tag| spoken(tag)));
    found.or(site.languages.first()).map_or("fr", String::as_str)
}

/// Whether the origin's head has a policy of its own that is enforced, and its nonce if it has one.
pub fn origin_policy(headers: &HeaderMap) -> Option<Option<String>> {
    let policies: Vec<&str> =
        headers.get_all(CONTENT_SECURITY_POLICY).iter().filter_map(|value| value.to_str().ok()).collect();
    if policies.is_empty() {
        return None;
    }
    let nonce = policies.iter().find_map(|policy| {
        let (_, rest) = policy.split_once("'nonce-")?;
        rest.split_once('\'').map(|(nonce, _)| nonce.to_owned())
    });
    Some(nonce)
}
