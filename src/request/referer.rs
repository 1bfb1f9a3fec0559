//! In: a request's `Referer`. Out: of the site's own pages the address without click ids; of other
//! sites the origin alone, whatever their own policy let out; of what is no URL, nothing.

use http::HeaderMap;
use http::header::REFERER;
use url::Url;

use super::{click_ids, text};

/// Cleans the header for a visitor to `own_origin`.
pub(super) fn clean(headers: &mut HeaderMap, own_origin: &str, keep_click_ids: bool) {
    let given = headers.remove(REFERER);
    let cleaned = given.as_ref().and_then(|value| value.to_str().ok()).and_then(|value| {
        let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let origin = url.origin().ascii_serialization();
        match (origin == own_origin, keep_click_ids) {
            (true, true) => text(value),
            (true, false) => text(&without_click_ids(value)),
            (false, _) => text(&format!("{origin}/")),
        }
    });
    if let Some(value) = cleaned {
        headers.insert(REFERER, value);
    }
}

fn without_click_ids(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once('?').map(|(path, query)| (path, click_ids::strip(query))) {
        Some((path, Some(query))) if query.is_empty() => path.to_owned(),
        Some((path, Some(query))) => format!("{path}?{query}"),
        _ => url.to_owned(),
    }
}
