//! In: a request's headers. Out: the same without what concerns only the connection it came on
//! (RFC 9110, 7.6.1), and whether it asks for a WebSocket.

use http::header::{CONNECTION, EXPECT, HeaderName, TE, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderValue, Method};

use super::Malformed;

const ALWAYS: [&str; 11] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// Fields that a request may not have taken away by naming them in `Connection`: without them it
/// would be another request, or the origin would take somebody else's word.
const NOT_TO_BE_NAMED: [&str; 6] =
    ["host", "cookie", "authorization", "content-length", "content-type", "via"];

/// Removes the standard set and what `Connection` names. Leaves `TE: trailers`, and a WebSocket's
/// upgrade, made anew.
pub(super) fn remove(headers: &mut HeaderMap, method: &Method) -> Result<bool, Malformed> {
    let named = named(headers)?;
    let upgrade = *method == Method::GET && named.contains(&UPGRADE) && lists(headers, &UPGRADE, "websocket");
    let trailers = lists(headers, &TE, "trailers");
    // Our server answers `Expect: 100-continue` itself when the body is first read; handed on, the
    // origin's 100 would be lost and its early final answer held back.
    headers.remove(EXPECT);
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(http::header::CONTENT_LENGTH);
    }
    for name in named {
        headers.remove(name);
    }
    for name in ALWAYS {
        headers.remove(name);
    }
    if upgrade {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    } else if trailers {
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    Ok(upgrade)
}

fn named(headers: &HeaderMap) -> Result<Vec<HeaderName>, Malformed> {
    let mut names = Vec::new();
    for line in headers.get_all(CONNECTION) {
        let line = line.to_str().map_err(|_| Malformed::Connection)?;
        for token in line.split(',').map(str::trim).filter(|token| !token.is_empty()) {
            // A pseudo header (`:path`) is no field name and fails here.
            let name: HeaderName = token.parse().map_err(|_| Malformed::Connection)?;
            if NOT_TO_BE_NAMED.contains(&name.as_str()) || super::forwarding::is_forwarding(&name) {
                return Err(Malformed::Connection);
            }
            names.push(name);
        }
    }
    Ok(names)
}

fn lists(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    let mut tokens = lines.flat_map(|line| line.split([',', ';'])).map(str::trim);
    tokens.any(|listed| listed.eq_ignore_ascii_case(token))
}
