//! In: a request's headers. Out: whether its answer may be rewritten, and whether the visitor goes there
//! rather than a script, as far as a browser tells.

use http::HeaderMap;
use http::header::{ACCEPT, ORIGIN};

/// Whether the answer may become a document, a style sheet or a service worker, which are rewritten. Goes
/// by `Sec-Fetch-Dest`; over plain HTTP browsers do not send it, and it goes by `Accept` and
/// `Service-Worker`.
pub fn wants_page(headers: &HeaderMap) -> bool {
    if headers.contains_key("service-worker") {
        return true;
    }
    match headers.get("sec-fetch-dest") {
        Some(dest) => {
            let rewritten = ["document", "iframe", "frame", "object", "embed", "style", "serviceworker"];
            rewritten.iter().any(|name| dest == name)
        }
        None => headers
            .get_all(ACCEPT)
            .into_iter()
            .any(|accept| names(accept.as_bytes(), b"html") || names(accept.as_bytes(), b"text/css")),
    }
}

/// Whether a window of the visitor's goes there, and no script, frame or worker asks. Browsers say so in
/// `Sec-Fetch-Mode` and `-Dest`, which no script can set. On plain HTTP they say nothing; then every sign of a
/// navigation must be there and none of a script.
pub fn is_top_level_navigation(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|given| given == value);
    // A worker may read what is loaded ahead for it.
    if headers.contains_key("service-worker-navigation-preload") {
        return false;
    }
    if ["sec-fetch-mode", "sec-fetch-dest", "sec-fetch-site"].iter().any(|name| headers.contains_key(*name)) {
        return is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    }
    let scripted = headers.contains_key(ORIGIN) || headers.contains_key("x-requested-with");
    let accepts_html = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    !scripted && accepts_html && is("upgrade-insecure-requests", "1")
}

fn names(accept: &[u8], kind: &[u8]) -> bool {
    accept.windows(kind.len()).any(|word| word.eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(name: &'static str, value: &'static str) -> bool {
        wants_page(
            &[(name, value)].map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).into_iter().collect(),
        )
    }

    fn navigates(fields: &[(&'static str, &'static str)]) -> bool {
        let fields = fields.iter().map(|(n, v)| (n.parse::<http::HeaderName>().unwrap(), v.parse().unwrap()));
        is_top_level_navigation(&fields.collect())
    }

    #[test]
    fn the_visitors_own_navigation_is_told_from_a_scripts_request() {
        let mode = ("sec-fetch-mode", "navigate");
        assert!(navigates(&[mode, ("sec-fetch-dest", "document"), ("sec-fetch-site", "same-origin")]));
        assert!(!navigates(&[mode, ("sec-fetch-dest", "iframe")]));
        assert!(!navigates(&[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")]));
        assert!(!navigates(&[mode]));
        let preload = ("service-worker-navigation-preload", "true");
        assert!(!navigates(&[mode, ("sec-fetch-dest", "document"), preload]));
        let plain = [("accept", "text/html,*/*;q=0.8"), ("upgrade-insecure-requests", "1")];
        assert!(navigates(&plain));
        assert!(!navigates(&plain[..1]) && !navigates(&plain[1..]) && !navigates(&[]));
        assert!(!navigates(&[plain[0], plain[1], ("x-requested-with", "XMLHttpRequest")]));
        assert!(!navigates(&[plain[0], plain[1], ("origin", "http://clinic.example")]));
        assert!(!navigates(&[plain[0], plain[1], ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn documents_are_told_from_media() {
        assert!(wants("sec-fetch-dest", "iframe"));
        assert!(!wants("sec-fetch-dest", "video"));
        assert!(wants("accept", "text/html,application/xhtml+xml"));
        assert!(!wants("accept", "*/*"));
    }

    #[test]
    fn style_sheets_and_service_workers_are_rewritten_too() {
        assert!(wants("sec-fetch-dest", "style"));
        assert!(wants("accept", "text/css,*/*;q=0.1"));
        assert!(wants("service-worker", "script"));
        assert!(!wants("sec-fetch-dest", "script"));
    }
}
