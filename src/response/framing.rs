//! In: how an origin framed its answer's body. Out: whether that was understood. The body is framed anew for the
//! visitor; a length that was not used to read it must not be handed on as if it had been.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// Drops a length beside chunks (RFC 9112, 6.3). False where the body is in a coding other than `chunked`, which
/// nobody here takes off: it would go on unread, under the name of what is in it.
pub fn settle_framing(headers: &mut HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).into_iter();
    let Some(coding) = codings.next() else { return true };
    let understood = coding.as_bytes().eq_ignore_ascii_case(b"chunked") && codings.next().is_none();
    headers.remove(CONTENT_LENGTH);
    understood
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_go_before_a_length_and_other_codings_are_not_understood() {
        for (lines, understood, length) in [
            (&[("content-length", "4")][..], true, true),
            (&[("content-length", "9"), ("transfer-encoding", "Chunked")], true, false),
            (&[("transfer-encoding", "gzip, chunked")], false, false),
            (&[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")], false, false),
            (&[("transfer-encoding", "gzip"), ("content-length", "4")], false, false),
        ] {
            let mut headers: HeaderMap = HeaderMap::new();
            for (name, value) in lines {
                headers.append(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
            }
            assert_eq!(settle_framing(&mut headers), understood, "{lines:?}");
            assert_eq!(headers.contains_key(CONTENT_LENGTH), length, "{lines:?}");
        }
    }
}
