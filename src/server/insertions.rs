//! In: a site, a decision and what the answer's head says. Out: what consent/ draws for this very page,
//! in the shape that html/ sets in. Only words and layout pass through here.

use std::sync::Arc;

use http::HeaderMap;
use http::header::CONTENT_SECURITY_POLICY;
use url::Url;

use crate::config::{BannerPosition, Site};
use crate::consent::{self, Frame, OriginPolicy, PageView};
use crate::html::{Around, BlockedFrame, Insertions};
use crate::policy::Decision;
use crate::response::OwnSources;

/// What is set into one page.
pub struct PageInsertions {
    pub site: Arc<Site>,
    pub decision: Arc<Decision>,
    /// Languages the visitor reads, most wanted first.
    pub languages: Vec<String>,
    pub return_to: String,
    /// Scheme, host and port of the page.
    pub page_origin: String,
    pub form_token: String,
    pub origin: OriginHead,
    pub own: OwnSources,
    /// The page is shown in a frame: the page around it asks.
    pub in_frame: bool,
}

impl PageInsertions {
    fn view(&self, around: Around<'_>) -> PageView<'_> {
        PageView {
            site: &self.site,
            decision: &self.decision,
            language: language(&self.site, around.language, &self.languages),
            return_to: &self.return_to,
            form_token: &self.form_token,
            origin_policy: self.origin_policy(around.under_policy),
            own_origin: if around.foreign_base { &self.page_origin } else { "" },
        }
    }

    /// `under_policy` where the page has one beside its head's.
    fn origin_policy(&self, under_policy: bool) -> OriginPolicy<'_> {
        let nonce = self.origin.nonce.as_deref();
        match self.origin {
            OriginHead { sandboxed: true, .. } => OriginPolicy::Sandboxed { nonce },
            OriginHead { policy: false, .. } if !under_policy => OriginPolicy::Absent,
            _ => OriginPolicy::Present { nonce },
        }
    }
}

impl Insertions for PageInsertions {
    fn head_start(&self) -> String {
        let policy = self.origin_policy(false);
        let start = consent::head_start(&self.site, &self.decision, policy);
        match self.in_frame {
            true => start,
            false => start + &consent::events_tag(&self.site, &self.decision, policy),
        }
    }

    fn html_attributes(&self) -> Vec<(String, String)> {
        consent::html_attributes(&self.site, &self.decision)
    }

    fn banner(&self, around: Around<'_>) -> String {
        if self.in_frame {
            return String::new();
        }
        consent::banner(&self.view(around))
    }

    fn admitted_by(&self, policy: &str) -> String {
        self.own.admitted_by(policy)
    }

    fn at_end(&self) -> bool {
        self.site.banner.position == BannerPosition::End
    }

    fn placeholder(&self, frame: &BlockedFrame<'_>, around: Around<'_>) -> String {
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
        consent::placeholder(&self.view(around), &frame)
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

/// What the origin's head says its page may do, as far as it matters to what is set in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginHead {
    /// There is a policy that is enforced.
    pub policy: bool,
    /// Its nonce, if it has one.
    pub nonce: Option<String>,
    /// A form of ours could not post as this site.
    pub sandboxed: bool,
}

impl OriginHead {
    /// Reads it before a policy of Paravent's own is added.
    pub fn of(headers: &HeaderMap) -> OriginHead {
        let lines = headers.get_all(CONTENT_SECURITY_POLICY);
        let policies: Vec<&str> = lines.iter().filter_map(|value| value.to_str().ok()).collect();
        let nonce = policies.iter().find_map(|policy| {
            let (_, rest) = policy.split_once("'nonce-")?;
            rest.split_once('\'').map(|(nonce, _)| nonce.to_owned())
        });
        OriginHead {
            policy: lines.iter().next().is_some(),
            nonce,
            sandboxed: policies.iter().flat_map(|text| text.split([';', ','])).any(confines),
        }
    }
}

/// Whether a `sandbox` directive keeps forms from posting, or their posts from coming from this site.
fn confines(directive: &str) -> bool {
    let mut words = directive.split_ascii_whitespace();
    let is_sandbox = words.next().is_some_and(|name| name.eq_ignore_ascii_case("sandbox"));
    let flags: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    is_sandbox && !(has("allow-forms") && has("allow-same-origin"))
}

/// What Paravent itself loads and sends to in a page of this host.
pub fn own_sources(site: &Site, page: &Url, nonce: Option<String>) -> OwnSources {
    let files = consent::own_files(site);
    let port = page.port().map(|port| format!(":{port}")).unwrap_or_default();
    OwnSources {
        authority: format!("{}{port}", page.host_str().unwrap_or_default()),
        scripts: files.scripts,
        styles: files.styles,
        form: format!("{}/consent", site.prefix),
        told: files.told,
        nonce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(policy: &'static str) -> OriginHead {
        OriginHead::of(
            &[(CONTENT_SECURITY_POLICY, http::HeaderValue::from_static(policy))].into_iter().collect(),
        )
    }

    #[test]
    fn a_nonce_is_found_and_no_policy_is_none() {
        assert_eq!(OriginHead::of(&HeaderMap::new()), OriginHead::default());
        assert_eq!(head("script-src 'nonce-n0'").nonce.as_deref(), Some("n0"));
        assert!(head("img-src 'self'").policy);
    }

    #[test]
    fn a_sandbox_without_forms_or_with_an_opaque_origin_cannot_post() {
        for policy in ["sandbox", "img-src *; Sandbox allow-forms", "img-src *, sandbox allow-same-origin"] {
            assert!(head(policy).sandboxed, "{policy}");
        }
        for policy in ["sandbox allow-forms ALLOW-same-origin", "script-src 'self'"] {
            assert!(!head(policy).sandboxed, "{policy}");
        }
    }
}
