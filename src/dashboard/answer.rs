//! In: what a page has to say. Out: the whole answer, with the headers that every answer of the admin
//! listener carries.

use http::header::{self, HeaderName};
use http::{HeaderMap, StatusCode};

/// What the server sends back. `headers` may name a field twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminAnswer {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Vec<u8>,
}

/// Pages load their own stylesheet and nothing else, and no other site can frame them.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

impl AdminAnswer {
    /// An answer that no cache keeps.
    pub(super) fn new(status: StatusCode, content_type: &str, body: impl Into<Vec<u8>>) -> AdminAnswer {
        let fixed = [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // With `no-referrer` browsers would send `Origin: null`, and no press could be judged.
            (header::REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ];
        let headers = fixed.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        AdminAnswer { status, headers, body: body.into() }
    }

    pub(super) fn page(status: StatusCode, html: String) -> AdminAnswer {
        AdminAnswer::new(status, HTML, html).with(header::VARY, "Accept-Language, Cookie")
    }

    pub fn text(status: StatusCode, text: &str) -> AdminAnswer {
        AdminAnswer::new(status, TEXT, text)
    }

    pub(super) fn see_other(place: &str) -> AdminAnswer {
        AdminAnswer::text(StatusCode::SEE_OTHER, "").with(header::LOCATION, place)
    }

    /// A problem as RFC 9457 writes it.
    pub(super) fn problem(status: StatusCode, title: &str) -> AdminAnswer {
        let body = serde_json::json!({ "status": status.as_u16(), "title": title });
        AdminAnswer::new(status, "application/problem+json", body.to_string())
    }

    pub fn not_allowed(methods: &str) -> AdminAnswer {
        AdminAnswer::text(StatusCode::METHOD_NOT_ALLOWED, "not this method\n").with(header::ALLOW, methods)
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> AdminAnswer {
        self.headers.push((name, value.into()));
        self
    }

    /// As [`AdminAnswer::with`], in place of the field that is there.
    pub(super) fn with_instead(mut self, name: HeaderName, value: &str) -> AdminAnswer {
        self.headers.retain(|(there, _)| *there != name);
        self.with(name, value)
    }
}

/// Whether a press came from a page of this listener. Browsers send one of the two headers with every
/// POST; what sends neither is no browser, and carries nobody's cookie against their will.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(&HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(&header::ORIGIN) else { return true };
    let from = origin.split_once("://").map(|(_, host)| host);
    from.is_some() && from == text(&header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(fields: &[(&'static str, &'static str)]) -> bool {
        let headers =
            fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        is_same_origin(&headers.collect())
    }

    #[test]
    fn presses_from_elsewhere_are_told_apart() {
        assert!(same(&[("sec-fetch-site", "same-origin")]));
        assert!(!same(&[("sec-fetch-site", "same-site")]));
        assert!(!same(&[("sec-fetch-site", "cross-site"), ("origin", "http://h"), ("host", "h")]));
        assert!(same(&[("origin", "http://h:1"), ("host", "h:1")]));
        assert!(!same(&[("origin", "http://evil"), ("host", "h:1")]));
        assert!(!same(&[("origin", "null"), ("host", "h:1")]));
        assert!(same(&[("host", "h:1")]));
    }
}
