//! In: the stylesheet's parts. Out: the one sheet of these pages, under a name that carries its hash.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{StatusCode, header};
use sha2::{Digest as _, Sha256};

use super::answer::AdminAnswer;

/// Colours, type and controls are those of the visitors' pages.
const SHEET: &str = concat!(
    include_str!("../consent/assets/tokens.css"),
    include_str!("../consent/assets/controls.css"),
    include_str!("dashboard.css"),
);

static HREF: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::digest(SHEET.as_bytes());
    format!("/assets/dashboard.{}.css", URL_SAFE_NO_PAD.encode(&hash[..9]))
});

/// Where the pages find it.
pub(super) fn style_href() -> &'static str {
    &HREF
}

/// The sheet, where `path` is its own.
pub(super) fn asset(path: &str) -> Option<AdminAnswer> {
    (path == *HREF).then(|| {
        AdminAnswer::new(StatusCode::OK, "text/css; charset=utf-8", SHEET)
            .with_instead(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
    })
}
