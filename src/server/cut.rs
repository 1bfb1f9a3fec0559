//! In: an answer that has begun. Out: the same, and word of its end where it is cut short: after its head, no status
//! can say any more that it failed. Never looks into what it carries.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::Response;

use super::body::{AnyBody, BodyError};
use super::error_answer::random_id;
use super::lines;
use super::metrics::{Metrics, Route};

/// Tells the log and the figures if `response` is cut short.
pub fn told(response: Response<AnyBody>, route: Route, metrics: &Arc<Metrics>) -> Response<AnyBody> {
    let (status, metrics) = (response.status().as_u16(), Arc::clone(metrics));
    let tell = move |error: BodyError| {
        let (rule, route, id) = (error.rule(), route.id(), random_id());
        metrics.cut(rule);
        lines::told(|| tracing::warn!(status, rule, route, id, "answer cut short"));
        error
    };
    response.map(|body| body.map_err(tell).boxed_unsync())
}
