//! In: a request's headers. Out: the same without those that tell one visitor from another and
//! that no page needs: high-entropy client hints, numbers that mobile carriers add, topics of
//! interest, hashes of dictionaries.

use http::HeaderMap;
use http::header::HeaderName;

/// Client hints that say little (User-Agent Client Hints, "low entropy hint table") or what a page is
/// laid out by.
const KEPT_HINTS: [&str; 6] = [
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-ch-prefers-color-scheme",
    "sec-ch-prefers-reduced-motion",
    "sec-ch-prefers-reduced-transparency",
];

const NAMES: [&str; 21] = [
    "device-memory",
    "dpr",
    "width",
    "viewport-width",
    "rtt",
    "downlink",
    "ect",
    "sec-browsing-topics",
    "available-dictionary",
    "dictionary-id",
    "x-uidh",
    "x-acr",
    "x-vf-acr",
    "msisdn",
    "x-msisdn",
    "x-up-calling-line-id",
    "x-up-subno",
    "x-nokia-msisdn",
    "x-wap-profile",
    "x-operamini-phone",
    "tm-user-id",
];

/// Removes them.
pub(super) fn remove(headers: &mut HeaderMap) {
    let given: Vec<HeaderName> = headers.keys().filter(|name| identifies(name.as_str())).cloned().collect();
    for name in given {
        headers.remove(name);
    }
}

fn identifies(name: &str) -> bool {
    // As in `forwarding`: the origin may read an underscore as a hyphen.
    let name = name.replace('_', "-");
    let hint = name.starts_with("sec-ch-") && !KEPT_HINTS.contains(&name.as_str());
    hint || NAMES.contains(&name.as_str()) || name.ends_with("-msisdn")
}
