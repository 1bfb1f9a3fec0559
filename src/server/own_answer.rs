//! In: what Paravent itself says. Out: answers with the headers its own pages need: nothing cached,
//! nothing framed elsewhere, nothing loaded from anywhere but here.

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::Response;

use super::body::{AnyBody, empty, full};

/// Marks an answer as Paravent's own.
#[derive(Clone, Copy, Debug)]
pub struct OwnAnswer;

/// The policy of Paravent's own pages.
const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                          connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
const ERROR_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'";
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// A whole page.
pub fn html(status: StatusCode, page: String) -> Response<AnyBody> {
    let mut answer = plain(status, "text/html; charset=utf-8", full(page));
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(OWN_POLICY));
    answer
}

/// An error page: it brings its own style, since a second request may fail as well.
pub fn error(status: StatusCode, page: String) -> Response<AnyBody> {
    let mut answer = plain(status, "text/html; charset=utf-8", full(page));
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(ERROR_POLICY));
    answer
}

/// JSON data.
pub fn json(status: StatusCode, text: impl Into<bytes::Bytes>) -> Response<AnyBody> {
    plain(status, "application/json", full(text))
}

/// An error for a program (RFC 9457).
pub fn problem(status: StatusCode, text: String) -> Response<AnyBody> {
    plain(status, "application/problem+json", full(text))
}

/// The keys by which a receipt is checked (RFC 7517, 8.5.2).
pub fn key_set(text: String) -> Response<AnyBody> {
    plain(StatusCode::OK, "application/jwk-set+json", full(text))
}

/// A signed receipt (RFC 7515, 9.2.1): a file for the visitor, which no page shows or reads.
pub fn receipt(jws: String) -> Response<AnyBody> {
    let mut answer = plain(StatusCode::OK, "application/jose", full(jws));
    let name = HeaderValue::from_static("attachment; filename=\"consent-receipt.jws\"");
    answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
    answer.headers_mut().insert(resource_policy, HeaderValue::from_static("same-origin"));
    answer
}

/// Nothing to say.
pub fn nothing() -> Response<AnyBody> {
    let mut answer = plain(StatusCode::NO_CONTENT, "text/plain", empty());
    answer.headers_mut().remove(CONTENT_TYPE);
    answer
}

/// Elsewhere on this site. `to` has been validated as a path of it.
pub fn redirect(status: StatusCode, to: &str) -> Response<AnyBody> {
    let mut answer = plain(status, "text/plain; charset=utf-8", empty());
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    answer.headers_mut().insert(LOCATION, to);
    answer
}

/// A file of Paravent's own. Names with a hash never change what they name.
pub fn asset(content_type: &'static str, bytes: &'static [u8], immutable: bool) -> Response<AnyBody> {
    let mut answer = plain(StatusCode::OK, content_type, full(bytes));
    let caching = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    answer
}

fn plain(status: StatusCode, content_type: &'static str, body: AnyBody) -> Response<AnyBody> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.extensions_mut().insert(OwnAnswer);
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// An answer to which cookies are added.
pub struct Own(pub Response<AnyBody>);

impl Own {
    pub fn new(answer: Response<AnyBody>) -> Own {
        Own(answer)
    }

    /// Adds a `Set-Cookie` line made by the door or by response/.
    pub fn set_cookie(&mut self, line: &str) {
        if let Ok(value) = HeaderValue::from_str(line) {
            self.0.headers_mut().append(SET_COOKIE, value);
        }
    }

    /// Pages made under the choice before must not come back, not even by the Back button.
    pub fn clear_cache(&mut self) {
        self.0.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    }
}
