//! In: the origin's answer with a style sheet. Out: the sheet without blocked addresses, in the visitor's
//! coding, kept no longer than a page; or, where it names no other host, the very bytes and caching that
//! the origin sent.
//!
//! A sheet is read whole, up to a limit. One beyond it is carried unread: what a sheet fetches, it fetches
//! under the policy of the page that uses it, so the second wall stops all of it there, whereas a page
//! without its styles is broken. (No other vector is so: sheets cannot connect ahead, navigate or run.)
//! One that is not in the coding it says, or in one that cannot be read, is refused as a page is.

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::Response;

use super::body::{AnyBody, Peeked, full};
use super::codec::{CodecError, Coding, Decoder, encode};
use super::content_type;
use super::failure::Failure;
use super::page::{Scene, failed};
use crate::html::Sheet;
use crate::response;

/// The largest sheet that is read, in bytes, packed and unpacked. Those of large themes have a tenth of it.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Packed bytes that are unpacked before the limit is looked at again.
const PIECE: usize = 16 * 1024;

/// Makes the visitor's answer of a style sheet.
pub async fn answer(scene: &Scene<'_>, mut head: Parts, body: AnyBody) -> Result<Response<AnyBody>, Failure> {
    if head.status == StatusCode::PARTIAL_CONTENT {
        // No browser asks for part of a sheet, and no browser uses one.
        return Ok(scene.carried(head, body));
    }
    let packed = match Peeked::whole(body, MOST_BYTES).await.map_err(|error| failed(&error))? {
        Ok(packed) => packed,
        Err(larger) => return Ok(scene.carried(head, larger.boxed_unsync())),
    };
    let coding = Coding::of(&head.headers).map_err(|error| Failure::PageUnreadable(error.rule()))?;
    let ratio = scene.shared.config.server.limits.decoded_ratio;
    let Some(text) =
        unpacked(coding, ratio, &packed).map_err(|error| Failure::PageUnreadable(error.rule()))?
    else {
        return Ok(scene.carried(head, full(packed)));
    };
    let charset = content_type::charset(head.headers.get(CONTENT_TYPE));
    let sheet = Sheet::read(&scene.decision, &scene.asked.url, &text, charset.as_deref());
    if !sheet.leaves {
        response::mark(&mut head.headers, &scene.asked.as_it_came);
        return Ok(scene.carried(head, full(packed)));
    }
    let packed = encode(scene.asked.coding, sheet.rewritten.as_deref().unwrap_or(&text));
    scene.rewritten_headers(&mut head.headers);
    Ok(scene.carried(head, full(packed.map_err(|_| Failure::Internal)?)))
}

/// The sheet without its content coding; `None` where it is too large.
fn unpacked(coding: Coding, ratio: u64, packed: &Bytes) -> Result<Option<Vec<u8>>, CodecError> {
    let mut decoder = Decoder::new(coding, ratio)?;
    let mut text = Vec::new();
    for piece in packed.chunks(PIECE) {
        decoder.write(piece, &mut text)?;
        if text.len() > MOST_BYTES {
            return Ok(None);
        }
    }
    decoder.end(&mut text)?;
    Ok(Some(text))
}
