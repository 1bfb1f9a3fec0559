//! In: a request's headers. Out: whether its answer may be rewritten, as far as a browser tells.

use http::HeaderMap;
use http::header::ACCEPT;

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
