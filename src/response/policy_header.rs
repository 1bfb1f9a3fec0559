//! In: the decision. Out: the second wall, a Content-Security-Policy for the visitor's present choice.
//! It is appended to the origin's own: policies intersect, so it can only tighten.

use http::header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY};
use http::{HeaderMap, HeaderValue};

use crate::policy::{Decision, HostPattern, Kind, Vendor};

/// Whether an answer of this type can become a document or a worker, and so needs the policy:
/// everything but what a browser only ever shows or plays. An answer without a type may be sniffed.
pub fn wants_policy(content_type: Option<&HeaderValue>) -> bool {
    let Some(text) = content_type.and_then(|value| value.to_str().ok()) else { return true };
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Of several types in one line browsers take the last that they can read.
    let several = text.contains(',');
    let passive_family =
        ["image/", "audio/", "video/", "font/"].iter().any(|family| essence.starts_with(family));
    let passive =
        passive_family || ["text/css", "application/json", "application/wasm"].contains(&essence.as_str());
    several || !passive || essence.ends_with("+xml")
}

/// Appends the policy, or where the site only observes, its report-only form.
pub fn add_policy(headers: &mut HeaderMap, decision: &Decision, prefix: &str) {
    let name = match decision.enforces() {
        true => CONTENT_SECURITY_POLICY,
        false => CONTENT_SECURITY_POLICY_REPORT_ONLY,
    };
    headers.append(name, policy_header(decision, prefix));
}

/// The policy. `prefix` is where Paravent's own pages live, without a final slash. Never
/// `'strict-dynamic'`, which would discard hosts and `'self'`.
pub fn policy_header(decision: &Decision, prefix: &str) -> HeaderValue {
    const SELF: &str = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:";
    let mut sources: Vec<String> =
        decision.own_hosts().filter(|host| *host != decision.host()).flat_map(own_sources).collect();
    for vendor in decision.admitted() {
        sources.extend(vendor_sources(vendor));
    }
    // One bad pattern in a config must not end the directive or the header.
    sources
        .retain(|source| source.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',')));
    let mut seen = std::collections::HashSet::new();
    sources.retain(|source| seen.insert(source.clone()));
    let spaced: String = sources.iter().flat_map(|source| [" ", source]).collect();
    HeaderValue::from_str(&format!("{SELF}{spaced}; report-uri {prefix}/report"))
        .unwrap_or_else(|_| HeaderValue::from_static(SELF))
}

fn own_sources(host: &str) -> [String; 3] {
    ["https", "http", "wss"].map(|scheme| format!("{scheme}://{host}"))
}

/// A source without a scheme is the page's own scheme and its better one (CSP 3, 6.7.2.8): over HTTPS it
/// admits HTTPS alone, and on a page over plain HTTP also the addresses that begin with `//`. Likewise `ws:`
/// admits both kinds of socket, and from HTTPS browsers open the secure one only.
fn vendor_sources(vendor: &Vendor) -> Vec<String> {
    if !vendor.csp.is_empty() {
        return vendor.csp.iter().map(|source| by_the_pages_scheme(source)).collect();
    }
    let talks = matches!(vendor.kind, Kind::Chat | Kind::SessionReplay);
    let schemes: &[&str] = if talks { &["", "ws://"] } else { &[""] };
    let patterns = vendor.hosts.iter().map(|host| HostPattern::parse(host));
    patterns.flat_map(|pattern| pattern_sources(&pattern, schemes)).collect()
}

fn by_the_pages_scheme(source: &str) -> String {
    match source.strip_prefix("https://") {
        Some(rest) => rest.to_owned(),
        None => source.replacen("wss://", "ws://", 1),
    }
}

/// A pattern's path is a prefix. To a policy a path is exact unless it ends in `/`, so both are said.
fn pattern_sources(pattern: &HostPattern<'_>, schemes: &[&str]) -> Vec<String> {
    let subdomains: &[&str] = if pattern.exact { &[""] } else { &["", "*."] };
    let path = pattern.path.trim_end_matches('/');
    let paths = match (pattern.path.is_empty(), path.is_empty()) {
        (false, false) => vec![path.to_owned(), format!("{path}/")],
        _ => vec![String::new()],
    };
    let mut sources = Vec::new();
    for scheme in schemes {
        for subdomain in subdomains {
            sources.extend(paths.iter().map(|path| format!("{scheme}{subdomain}{}{path}", pattern.host)));
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::decision;

    fn policy(path: &str, purposes: &[Purpose]) -> String {
        let value = policy_header(&decision(Mode::Enforce, path, purposes), "/_privacy");
        value.to_str().unwrap().to_owned()
    }

    const OWN: &str = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: \
        https://www.clinic.example http://www.clinic.example wss://www.clinic.example \
        https://images.clinic.example http://images.clinic.example wss://images.clinic.example";

    #[test]
    fn only_declared_necessary_and_granted_hosts_are_admitted() {
        let necessary = "rdv.example cdn.rdv.example/app/";
        assert_eq!(policy("/", &[]), format!("{OWN} {necessary}; report-uri /_privacy/report"));
        let ads = policy("/", &[Purpose::Marketing]);
        assert!(ads.contains(" ads.example *.ads.example go.example/click go.example/click/ "), "{ads}");
        assert!(!ads.contains("stats.example") && !ads.contains("*.go.example"), "{ads}");
        let chat = policy("/", &[Purpose::Functional]);
        assert!(
            chat.contains(" chat.example *.chat.example ws://chat.example ws://*.chat.example "),
            "{chat}"
        );
    }

    #[test]
    fn a_sensitive_path_admits_no_vendor() {
        let all = [Purpose::Functional, Purpose::Analytics, Purpose::Marketing];
        assert_eq!(policy("/rendez-vous/1", &all), format!("{OWN}; report-uri /_privacy/report"));
    }

    #[test]
    fn the_policy_is_appended_and_reports_only_where_the_site_observes() {
        let own = || (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src *"));
        let mut headers: HeaderMap = [own()].into_iter().collect();
        add_policy(&mut headers, &decision(Mode::Enforce, "/", &[]), "/_privacy");
        assert_eq!(headers.get_all(CONTENT_SECURITY_POLICY).into_iter().count(), 2);
        let mut headers: HeaderMap = [own()].into_iter().collect();
        add_policy(&mut headers, &decision(Mode::Observe, "/", &[]), "/_privacy");
        assert_eq!(headers.get_all(CONTENT_SECURITY_POLICY).into_iter().count(), 1);
        assert!(headers.contains_key(CONTENT_SECURITY_POLICY_REPORT_ONLY));
    }

    #[test]
    fn what_can_become_a_document_or_worker_gets_it() {
        let wants = |text| wants_policy(Some(&HeaderValue::from_static(text)));
        for active in [
            "text/html; charset=utf-8",
            "image/svg+xml",
            "application/javascript",
            "text/xml",
            "x",
            "",
            "image/png, text/html",
            "application/octet-stream",
            "application/pdf",
        ] {
            assert!(wants(active), "{active}");
        }
        assert!(wants_policy(None));
        for passive in ["image/png", "Text/CSS;charset=utf-8", "font/woff2", "video/mp4", "application/json"]
        {
            assert!(!wants(passive), "{passive}");
        }
    }
}
