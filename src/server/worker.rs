//! In: the origin's answer with the script of a service worker. Out: the same script behind a prefix that
//! sends every navigation to the network, and that differs with the choice. Without it the worker would
//! serve pages from before a withdrawal, and no proxy would see them. Scripts that the worker imports meet
//! the policy that its own answer carries.
//!
//! Browsers fetch module workers, and what those import, without cookies: they run under the policy of
//! somebody who chose nothing, whatever was granted. Knows the class of a choice and no visitor.

use http::StatusCode;
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::Response;

use super::body::{AnyBody, BodyError, Peeked};
use super::codec::{CodecError, Encoder};
use super::failure::Failure;
use super::page::{Scene, failed};
use super::page_body::{Stage, Staged};
use super::prologue;

/// How far the directives of a script are looked for, in bytes: behind a long licence, at most.
const WINDOW: usize = 64 * 1024;

/// Makes the visitor's answer of a worker's script.
pub async fn answer(scene: &Scene<'_>, mut head: Parts, body: AnyBody) -> Result<Response<AnyBody>, Failure> {
    if head.status == StatusCode::PARTIAL_CONTENT {
        return Err(Failure::PageUnreadable("page-in-part"));
    }
    let body = scene.decoded(&mut head, body)?;
    let encoder = Encoder::new(scene.asked.coding).map_err(|_| Failure::Internal)?;
    let body = Staged::new(body, Prefixed::new(prefix(&scene.decision.class()), encoder)).boxed_unsync();
    let body = Peeked::wait(body).await.map_err(|error| failed(&error))?;
    let mut response = scene.carried(head, body.boxed_unsync());
    scene.rewritten_headers(response.headers_mut());
    Ok(response)
}

/// What runs before the worker under this class of choice, on one line.
fn prefix(class: &str) -> String {
    let code = include_str!("worker.js").lines().filter(|line| !line.starts_with("//"));
    let in_quotes = |c: &char| c.is_ascii_alphanumeric() || "+-~?!_.".contains(*c);
    let class: String = class.chars().filter(in_quotes).collect();
    code.collect::<String>().replace("'CHOICE'", &format!("'{class}'"))
}

/// Sets a prefix before a script and encodes both.
struct Prefixed {
    prefix: String,
    /// The script's start, until its directives are known.
    start: Option<Vec<u8>>,
    encoder: Option<Encoder>,
}

impl Prefixed {
    fn new(prefix: String, encoder: Encoder) -> Prefixed {
        Prefixed { prefix, start: Some(Vec::new()), encoder: Some(encoder) }
    }

    fn take(&mut self, data: &[u8], is_whole: bool, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        let Some(start) = &mut self.start else { return encoder.write(data, out) };
        start.extend_from_slice(data);
        let Some(is_strict) = prologue::is_strict(start, is_whole || start.len() > WINDOW) else {
            return Ok(());
        };
        // A directive counts only before all else, so one of the worker's own is said again.
        let directive = if is_strict { "'use strict';" } else { "" };
        // A line that only an interpreter reads would be none any more.
        let comment = if start.starts_with(b"#!") { "//" } else { "" };
        encoder.write(format!("{directive}{}\n{comment}", self.prefix).as_bytes(), out)?;
        encoder.write(start, out)?;
        self.start = None;
        Ok(())
    }
}

impl Stage for Prefixed {
    fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), BodyError> {
        Ok(self.take(data, false, out)?)
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        match &mut self.encoder {
            Some(encoder) if self.start.is_none() => Ok(encoder.flush(out)?),
            _ => Ok(()),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        self.take(&[], true, out)?;
        match self.encoder.take() {
            Some(encoder) => Ok(encoder.end(out)?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::codec::Coding;

    fn prefixed<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> String {
        let mut stage = Prefixed::new("P();".to_owned(), Encoder::new(Coding::Identity).unwrap());
        let mut out = Vec::new();
        for piece in pieces {
            stage.write(piece, &mut out).unwrap();
            stage.flush(&mut out).unwrap();
        }
        stage.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_prefix_comes_first_and_a_strict_script_stays_strict_however_it_arrives() {
        for (script, expected) in [
            ("addEventListener('fetch', f)", "P();\naddEventListener('fetch', f)"),
            ("/* © */ \"use strict\"; a()", "'use strict';P();\n/* © */ \"use strict\"; a()"),
            ("import './a.js'", "P();\nimport './a.js'"),
            ("#!/usr/bin/env node\na()", "P();\n//#!/usr/bin/env node\na()"),
            ("", "P();\n"),
        ] {
            assert_eq!(prefixed([script.as_bytes()]), expected);
            assert_eq!(prefixed(script.as_bytes().chunks(1)), expected);
        }
    }

    #[test]
    fn a_script_without_end_of_its_first_comment_is_not_held_for_ever() {
        let mut stage = Prefixed::new("P();".to_owned(), Encoder::new(Coding::Identity).unwrap());
        let (mut out, long) = (Vec::new(), [b"/*".to_vec(), vec![b'x'; WINDOW]].concat());
        stage.write(&long, &mut out).unwrap();
        assert_eq!(out.len(), "P();\n".len() + long.len());
    }

    #[test]
    fn the_prefix_is_one_line_that_differs_with_the_choice_and_cannot_be_left() {
        let of = prefix("a+meta-pixel?");
        assert!(
            of.ends_with("})(self, 'a+meta-pixel?');") && !of.contains('\n') && !of.contains("//"),
            "{of}"
        );
        assert_ne!(of, prefix(""));
        assert!(prefix("');alert(1)//").ends_with("'alert1');"));
    }
}
