//! In: the headers of a page that was rewritten. Out: the same, so that no cache gives the page to
//! somebody with another choice. HTML made under a grant is not kept at all: Back would show it, and
//! run its trackers, after the grant was withdrawn.

use http::header::{AGE, CACHE_CONTROL, EXPIRES, HeaderName, PRAGMA, VARY};
use http::{HeaderMap, HeaderValue};

use super::validators::{self, Variant};
use crate::policy::Decision;

/// Orders to shared caches, and what a rewritten body no longer fits.
const NO_LONGER_TRUE: [&str; 20] = [
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "vercel-cdn-cache-control",
    "netlify-cdn-cache-control",
    "akamai-cache-control",
    "edge-control",
    "edge-cache-tag",
    "cache-tag",
    "surrogate-control",
    "surrogate-key",
    "x-accel-expires",
    "x-litespeed-cache-control",
    "x-litespeed-tag",
    "no-vary-search",
    "content-md5",
    "digest",
    "repr-digest",
    "content-digest",
    "accept-ranges",
    "content-range",
];

/// What a rewritten page depends on.
const DEPENDS_ON: [&str; 4] = ["Cookie", "Sec-GPC", "Accept-Language", "Accept-Encoding"];

/// Sets caching and validators of a rewritten page, or of a 304 that stands for one. To be called
/// after the policies: a page with a nonce gets no validator.
pub fn caching(headers: &mut HeaderMap, decision: &Decision, variant: &Variant) {
    for name in NO_LONGER_TRUE {
        headers.remove(name);
    }
    for name in [AGE, EXPIRES, PRAGMA] {
        headers.remove(name);
    }
    let keep = !decision.consent().grants_something() && !lists(headers, &CACHE_CONTROL, "no-store");
    let control = if keep { "private, no-cache" } else { "no-store" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
    match keep {
        true => validators::make_ours(headers, variant),
        false => validators::remove(headers),
    }
    add_vary(headers);
}

fn add_vary(headers: &mut HeaderMap) {
    if lists(headers, &VARY, "*") {
        return;
    }
    let missing: Vec<&str> = DEPENDS_ON.into_iter().filter(|name| !lists(headers, &VARY, name)).collect();
    if let Some(value) = HeaderValue::from_str(&missing.join(", ")).ok().filter(|value| !value.is_empty()) {
        headers.append(VARY, value);
    }
}

fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|listed| listed.trim().eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use http::header::{ETAG, LAST_MODIFIED};

    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::decision;

    fn cached(purposes: &[Purpose], lines: &[(&str, &str)]) -> HeaderMap {
        let header =
            |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        let mut headers: HeaderMap = lines.iter().map(header).collect();
        let decision = decision(Mode::Enforce, "/", purposes);
        caching(&mut headers, &decision, &Variant::of(&decision, "r1", "fr"));
        headers
    }

    fn control(purposes: &[Purpose], given: &str) -> String {
        let headers = cached(purposes, &[("cache-control", given)]);
        headers.get(CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_page_under_a_grant_is_not_kept_and_others_are_private() {
        assert_eq!(control(&[Purpose::Analytics], "public, max-age=600"), "no-store");
        assert_eq!(control(&[], "public, max-age=600"), "private, no-cache");
        assert_eq!(control(&[], "private, NO-STORE"), "no-store");
        let headers = cached(&[Purpose::Analytics], &[("etag", "\"a\""), ("last-modified", "x")]);
        assert!(!headers.contains_key(ETAG) && !headers.contains_key(LAST_MODIFIED));
    }

    #[test]
    fn orders_to_shared_caches_and_digests_go() {
        for name in NO_LONGER_TRUE.iter().chain(&["age", "expires", "pragma"]) {
            assert!(!cached(&[], &[(name, "x")]).contains_key(*name), "{name}");
        }
    }

    #[test]
    fn a_page_varies_by_what_it_is_made_of() {
        let vary = |lines: &[(&str, &str)]| {
            let headers = cached(&[], lines);
            let lines: Vec<_> =
                headers.get_all(VARY).into_iter().map(|v| v.to_str().unwrap().to_owned()).collect();
            lines.join("|")
        };
        assert_eq!(vary(&[]), "Cookie, Sec-GPC, Accept-Language, Accept-Encoding");
        assert_eq!(
            vary(&[("vary", "accept-encoding, Cookie")]),
            "accept-encoding, Cookie|Sec-GPC, Accept-Language"
        );
        assert_eq!(vary(&[("vary", "*")]), "*");
    }
}
