//! What holds of any header an origin may send.

use http::header::{CONTENT_SECURITY_POLICY, HeaderName, LINK, LOCATION, REFRESH, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::*;
use crate::policy::{Mode, Purpose};
use crate::visitor::fixtures::{NOW, decision};

fn page() -> Url {
    Url::parse("https://clinic.example/a/").unwrap()
}

/// Cleans `values` of the header `name`, as enforced without a grant.
fn cleaned(name: HeaderName, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
    let mut headers: HeaderMap = values.map(|value| (name.clone(), value)).collect();
    let decision = decision(Mode::Enforce, "/a/", &[]);
    let _ = clean_headers(&mut headers, &decision, &page());
    clean_cookies(&mut headers, &decision, true, NOW);
    caching(&mut headers, &decision, &Variant::of(&decision, "r", "fr"));
    headers.get_all(&name).into_iter().map(|value| value.as_bytes().to_vec()).collect()
}

fn contains(lines: &[Vec<u8>], canary: &str) -> bool {
    lines.iter().any(|line| line.windows(canary.len()).any(|window| window == canary.as_bytes()))
}

proptest! {
    #[test]
    fn no_header_stops_the_cleaning(
        name in prop::sample::select(vec![
            "link", "refresh", "location", "set-cookie", "content-security-policy", "etag", "last-modified",
            "connection", "vary", "cache-control", "accept-ch", "referrer-policy", "sourcemap",
        ]),
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..3),
    ) {
        cleaned(name.parse().unwrap(), &values);
    }

    #[test]
    fn no_vendors_cookie_is_set_and_no_unlisted_one_lasts(
        name in prop::sample::select(vec!["_stat", "_stat_abc", "_ad", "__Host-consent", "consent-once"]),
        attributes in "(; ?(Path=/|Max-Age=9{1,30}|max-age = 60|Expires=Fri, 06 Nov 2094 08:49:37 GMT|Secure|SameSite=None)){0,5}",
        space in "[ \t]?",
    ) {
        let set = |name: &str| cleaned(SET_COOKIE, &[format!("{space}{name}{space}=CANARY{attributes}").into_bytes()]);
        prop_assert!(set(name).is_empty());
        let unlisted = set("own").concat();
        let text = String::from_utf8_lossy(&unlisted).to_ascii_lowercase();
        prop_assert!(text.contains("canary") && !text.contains("max-age") && !text.contains("expires"), "{text}");
    }

    #[test]
    fn no_hint_to_a_blocked_host_survives(
        host in prop::sample::select(vec!["stats.example", "a.stats.example", "unknown.example"]),
        scheme in prop::sample::select(vec!["https://", "//", "HTTPS://", "http:/", "\\\\"]),
        relation in prop::sample::select(vec!["preconnect", "\"dns-prefetch\"", "\"next preload\"", "Prefetch", "\"modulepreload\""]),
        around in prop::collection::vec(prop::sample::select(vec!["</a,b>; rel=preload", "<x>; rel=next; title=\"a, b\"", "</c;d>;rel=icon"]), 0..3),
        at: prop::sample::Index,
    ) {
        let mut links = around.clone();
        let hint = format!("<{scheme}{host}/CANARY>; rel={relation}");
        links.insert(at.index(around.len() + 1), &hint);
        let left = cleaned(LINK, &[links.join(", ").into_bytes()]);
        prop_assert!(!contains(&left, "CANARY"), "{}", String::from_utf8_lossy(&left.concat()));
        for link in around {
            prop_assert!(contains(&left, link), "{link}");
        }
    }

    #[test]
    fn no_redirect_reaches_a_blocked_tracker(path in "[a-z/?=&%]{0,20}", name in prop::sample::select(vec![LOCATION, REFRESH])) {
        let address = format!("https://stats.example/{path}");
        let value = if name == REFRESH { format!("0; url={address}") } else { address };
        prop_assert!(!contains(&cleaned(name, &[value.into_bytes()]), "stats.example/"));
    }

    #[test]
    fn what_a_policy_restricts_is_unchanged(policy in "[a-z'*:/. -]{0,30}(; ?[a-z'*:/. -]{0,30}){0,3}") {
        prop_assume!(!policy.contains("report-uri"));
        let left = cleaned(CONTENT_SECURITY_POLICY, &[policy.clone().into_bytes()]);
        prop_assert_eq!(left, vec![policy.into_bytes()]);
    }
}

#[test]
fn a_grant_lets_its_own_vendor_through_and_no_other() {
    let decision = decision(Mode::Enforce, "/a/", &[Purpose::Analytics]);
    let lines = ["<https://stats.example/x>; rel=preload", "<https://ads.example/x>; rel=preload"];
    let mut headers: HeaderMap = lines.iter().map(|line| (LINK, line.parse().unwrap())).collect();
    assert_eq!(clean_headers(&mut headers, &decision, &page()), Redirect::Untouched);
    let left: Vec<_> = headers.get_all(LINK).into_iter().collect();
    assert_eq!(left, [lines[0]]);
}
