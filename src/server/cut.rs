//! In: an answer that has begun. Out: the same, and word of its end where it is cut short: after its head, no status
//! can say any more that it failed. Never looks into what it carries.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body, Frame, SizeHint};

use http_body_util::BodyExt;

use super::body::{AnyBody, BodyError};
use super::error_answer::random_id;
use super::metrics::{Metrics, Route};

/// Tells the log and the figures if `response` is cut short.
pub fn told(response: Response<AnyBody>, route: Route, metrics: &Arc<Metrics>) -> Response<AnyBody> {
    let (status, metrics) = (response.status().as_u16(), Arc::clone(metrics));
    response.map(|body| Told { body, status, route, metrics }.boxed_unsync())
}

struct Told {
    body: AnyBody,
    status: u16,
    route: Route,
    metrics: Arc<Metrics>,
}

impl Body for Told {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Err(error))) = &polled {
            let (status, rule, route, id) = (self.status, error.rule(), self.route.id(), random_id());
            self.metrics.cut(rule);
            tracing::warn!(status, rule, route, id, "answer cut short");
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
