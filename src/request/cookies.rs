//! In: a request's `Cookie` lines. Out: one line, byte for byte, without Paravent's own cookies and
//! those of vendors that may not keep anything. The values are not looked at.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::policy::{Decision, Store, StoredRuling, is_own_cookie};

/// Joins the crumbs that HTTP/2 may split a line into (RFC 9113, 8.2.3) and takes out what may not
/// pass.
pub(super) fn clean(headers: &mut HeaderMap, decision: &Decision) {
    let lines: Vec<&[u8]> = headers.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes).collect();
    let whole = lines.join(&b"; "[..]);
    let mut kept: Vec<u8> = Vec::with_capacity(whole.len());
    for pair in whole.split(|byte| *byte == b';').filter(|pair| may_pass(pair, decision)) {
        match kept.is_empty() {
            true => kept.extend(pair.trim_ascii_start()),
            false => kept.extend([b";", pair].concat()),
        }
    }
    headers.remove(COOKIE);
    if let Some(line) = HeaderValue::from_bytes(&kept).ok().filter(|line| !line.is_empty()) {
        headers.insert(COOKIE, line);
    }
}

fn may_pass(pair: &[u8], decision: &Decision) -> bool {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
    let name = String::from_utf8_lossy(name);
    let removed =
        decision.enforces() && matches!(decision.judge_stored(&name, Store::Cookie), StoredRuling::Remove(_));
    !is_own_cookie(&name) && !removed
}
