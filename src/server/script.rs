//! In: the origin's answer with a script of the site's own host. Out: the same; or, where it is a vendor's
//! library under another name and that vendor may not load, an empty script that says so. Looks at the start
//! of the script before any of it is sent, and changes nothing of one that is nobody's library.

use http::StatusCode;
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::Response;

use super::body::{AnyBody, BodyError, Peeked, full};
use super::codec::{Coding, Decoder, encode};
use super::failure::Failure;
use super::page::{Scene, failed};
use crate::html::{LIBRARY_WINDOW, library_in};
use crate::response;

/// Makes the visitor's answer of a script.
pub async fn answer(scene: &Scene<'_>, mut head: Parts, body: AnyBody) -> Result<Response<AnyBody>, Failure> {
    let mut body = Peeked::wait(body).await.map_err(|error| failed(&error))?;
    let start = start(scene, &head, &mut body).await.map_err(|error| failed(&error))?;
    let vendors = library_in(&scene.decision.site().catalogue, &start);
    if vendors.is_empty() {
        return Ok(scene.carried(head, body.boxed_unsync()));
    }
    // One file may serve several products; it loads if one of them may.
    let rulings = || vendors.iter().map(|vendor| scene.decision.judge_snippet([*vendor]));
    match rulings().find(|ruling| !ruling.is_blocked()).or_else(|| rulings().next()) {
        Some(ruling) if ruling.is_blocked() => {
            let whom = ruling.vendor.map_or("", |vendor| &vendor.id);
            let empty = format!("/* paravent: {} {whom} */\n", ruling.rule.id());
            let packed = encode(scene.asked.coding, empty.as_bytes()).map_err(|_| Failure::Internal)?;
            head.status = StatusCode::OK;
            scene.rewritten_headers(&mut head.headers);
            Ok(scene.carried(head, full(packed)))
        }
        // It is kept no longer than a page: it must be gone with the grant.
        _ => {
            response::caching(&mut head.headers, &scene.decision, &scene.asked.variant);
            Ok(scene.carried(head, body.boxed_unsync()))
        }
    }
}

/// The script's start without its content coding; nothing of one that cannot be read, which no browser runs.
async fn start(scene: &Scene<'_>, head: &Parts, body: &mut Peeked) -> Result<Vec<u8>, BodyError> {
    let ratio = scene.shared.config.server.limits.decoded_ratio;
    let decoder = Coding::of(&head.headers).and_then(|coding| Decoder::new(coding, ratio));
    let Ok(mut decoder) = decoder else { return Ok(Vec::new()) };
    let mut text = Vec::new();
    loop {
        let is_read = body.last().is_some_and(|data| decoder.write(data, &mut text).is_ok());
        if !is_read || text.len() >= LIBRARY_WINDOW || !body.more().await? {
            return Ok(text);
        }
    }
}
