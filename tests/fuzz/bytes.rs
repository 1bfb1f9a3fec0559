//! Any bytes at all, given to everything that reads what came over the wire: none may stop it.

use bolero::check;
use http::header::{CONTENT_SECURITY_POLICY, LINK, LOCATION, REFRESH, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use paravent::html::Sheet;
use paravent::response::{clean_cookies, clean_headers};

use crate::html::{Grant, Served};
use crate::page;

#[test]
fn no_bytes_stop_the_rewriter() {
    check!().with_type::<Vec<u8>>().for_each(|bytes| {
        for grant in [Grant::None, Grant::All] {
            let _ = Served::document(grant).rewrite([&bytes[..]]);
        }
    });
}

#[test]
fn no_bytes_stop_what_reads_sheets_and_headers() {
    const NAMES: [HeaderName; 5] = [LINK, SET_COOKIE, REFRESH, LOCATION, CONTENT_SECURITY_POLICY];
    check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let decision = Grant::None.decision();
        Sheet::read(&decision, &page(), bytes, None);
        let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
        let mut headers: HeaderMap = NAMES.into_iter().map(|name| (name, value.clone())).collect();
        let _ = clean_headers(&mut headers, &decision, &page());
        clean_cookies(&mut headers, &decision, true, 1_800_000_000);
    });
}
