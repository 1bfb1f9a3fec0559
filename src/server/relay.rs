//! In: the address of a request to the site's own host. Out: an empty answer, if the address has the shape of
//! a vendor's relay and the vendor may not be reached now, or if a list of the operator's names it. A script
//! of the site's own may make such a request where no page names it, and the policy of a page cannot tell it
//! from any other on the same host. The origin never sees it.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use hyper::Response;

use super::asked::Asked;
use super::body::{AnyBody, empty};
use crate::html::judge_parsed;
use crate::policy::{Decision, Rule};

/// The answer to a request that must not go on. A page that a visitor goes to always may: its address is
/// theirs to choose.
pub fn refused(decision: &Decision, asked: &Asked) -> Option<Response<AnyBody>> {
    if !decision.enforces() || asked.is_navigation() {
        return None;
    }
    let ruling = judge_parsed(decision, &asked.url);
    let is_relay = ruling.vendor.is_some() || ruling.rule == Rule::OperatorsList;
    if !ruling.is_blocked() || !is_relay {
        return None;
    }
    let mut answer = Response::new(empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(answer)
}
