//! In: what cannot be drawn. Out: the state of health and the metrics, for machines.

use http::{HeaderMap, StatusCode, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::answer::AdminAnswer;
use super::route::Metrics;

/// The process answers.
pub(super) fn healthy() -> AdminAnswer {
    AdminAnswer::text(StatusCode::OK, "ok\n")
}

/// OpenMetrics 1.0, which Prometheus asks for.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The process's own figures, for whoever holds the token.
pub(super) fn metrics(metrics: Option<&Metrics>, headers: &HeaderMap, own: &str) -> AdminAnswer {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match metrics {
        Some(metrics) if !metrics.token.is_empty() && same(given, &metrics.token) => {
            let text = (metrics.render)() + own + "# EOF\n";
            AdminAnswer::new(StatusCode::OK, OPEN_METRICS, text)
        }
        _ => AdminAnswer::problem(StatusCode::UNAUTHORIZED, "a token is needed")
            .with(header::WWW_AUTHENTICATE, "Bearer"),
    }
}

/// Compared by hash, so that the time it takes tells nothing, not even the length.
fn same(given: &str, token: &str) -> bool {
    let hash = |text: &str| Sha256::digest(text.as_bytes());
    bool::from(hash(given).as_slice().ct_eq(hash(token).as_slice()))
}
