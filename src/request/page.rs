//! In: a request's headers. Out: whether its answer may be rewritten, as far as a browser tells.

use http::HeaderMap;
use http::header::ACCEPT;

/// Whether the answer may become a document, a style sheet or a worker, which are rewritten. Goes by
/// `Sec-Fetch-Dest`, and by `Accept` where a browser does not send it.
pub fn wants_page(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-dest") {
        Some(dest) => {
            let rewritten = ["document", "iframe", "frame", "object", "embed", "style", "serviceworker"];
            rewritten.iter().any(|name| dest == name)
        }
        None => headers
            .get_all(ACCEPT)
            .into_iter()
            .any(|accept| accept.as_bytes().windows(4).any(|word| word.eq_ignore_ascii_case(b"html"))),
    }
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
}
