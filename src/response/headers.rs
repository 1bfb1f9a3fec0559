//! In: the origin's response headers. Out: the same without what concerns only the connection to the
//! origin, what makes the browser report, fetch or connect behind the rewriter's back, and what would
//! lead it around the proxy; with a Referrer-Policy that lets no path out (SO8).

use http::header::{
    ALT_SVC, CONNECTION, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_DNS_PREFETCH_CONTROL,
};
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::redirect::{self, Redirect};
use super::{client_hints, judge, link, report_uri};
use crate::policy::Decision;

/// RFC 9110, 7.6.1, with their older kin. The body's framing is made anew for each connection.
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Reporting channels, advertising interfaces, prerendering rules and dictionaries: nothing a page
/// needs, and no policy stops them. `Speculation-Rules` names a list of pages to load.
const NEVER: [&str; 14] = [
    "report-to",
    "reporting-endpoints",
    "nel",
    "expect-ct",
    "observe-browsing-topics",
    "supports-loading-mode",
    "speculation-rules",
    "ad-auction-signals",
    "ad-auction-result",
    "ad-auction-only",
    "x-fledge-bidding-signals-format-version",
    "shared-storage-write",
    "activate-storage-access",
    "use-as-dictionary",
];

/// Cleans all but `Set-Cookie` and caching. `page` is the address the visitor asked for. For a 101
/// the caller makes `Connection` and `Upgrade` anew. Says what became of a redirect.
pub fn clean_headers(headers: &mut HeaderMap, decision: &Decision, page: &Url) -> Redirect {
    remove_hop_by_hop(headers);
    // It would lead the browser to another port or protocol, where no proxy stands.
    headers.remove(ALT_SVC);
    if !decision.enforces() {
        return Redirect::Untouched;
    }
    remove_matching(headers, |name| NEVER.contains(&name) || name.starts_with("attribution-reporting-"));
    if headers.get(X_DNS_PREFETCH_CONTROL).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"off"))
    {
        headers.remove(X_DNS_PREFETCH_CONTROL);
    }
    client_hints::clean(headers);
    link::clean(headers, decision, page);
    report_uri::clean(headers, decision, page);
    remove_foreign_source_maps(headers, decision, page);
    redirect::clean_refresh(headers, decision, page);
    limit_referrer(headers, decision.is_sensitive());
    redirect::clean_location(headers, decision, page)
}

/// Keeps a browser from finding a page in what was not read as one. An answer that `may_run`, since a page
/// asks for it as a script, is left as it came: with `nosniff` no browser runs a script that its origin
/// sends as plain text. Such an answer becomes no document by that, unless its type says nothing and is
/// guessed by its content (MIME Sniffing, 7), as it may be where a cache gives it to a navigation.
pub fn forbid_sniffing(headers: &mut HeaderMap, decision: &Decision, may_run: bool) {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return };
    if decision.enforces() && !(may_run && is_telling(kind)) {
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
}

/// Whether a type is one, and not one that stands for any.
fn is_telling(kind: &HeaderValue) -> bool {
    let text = kind.to_str().unwrap_or_default().to_ascii_lowercase();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let is_type = essence.split_once('/').is_some_and(|(of, kind)| is_token(of) && is_token(kind));
    is_type && !["unknown/unknown", "application/unknown"].contains(&essence)
}

/// What `Connection` names goes too, except what protects the visitor or says what the body is: those
/// are end to end, whatever an origin's `Connection` claims.
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let lines: Vec<HeaderValue> = headers.get_all(CONNECTION).into_iter().cloned().collect();
    let names = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    for name in names.filter_map(|name| name.trim().parse::<HeaderName>().ok()) {
        let end_to_end = name.as_str().starts_with("content-")
            || [
                "set-cookie",
                "cache-control",
                "location",
                "vary",
                "referrer-policy",
                "strict-transport-security",
            ]
            .contains(&name.as_str());
        if !end_to_end {
            headers.remove(name);
        }
    }
    remove_matching(headers, |name| HOP_BY_HOP.contains(&name));
}

fn remove_matching(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let names: Vec<HeaderName> = headers.keys().filter(|name| goes(name.as_str())).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

fn remove_foreign_source_maps(headers: &mut HeaderMap, decision: &Decision, page: &Url) {
    for name in ["sourcemap", "x-sourcemap"] {
        let own =
            |value: &HeaderValue| value.to_str().is_ok_and(|map| !judge(decision, page, map).is_blocked());
        if headers.get_all(name).into_iter().any(|value| !own(value)) {
            headers.remove(name);
        }
    }
}

/// Leaves a policy that is at least as strict as browsers' default, sets that default elsewhere. From
/// sensitive pages not even the origin is sent to others (RQ4).
fn limit_referrer(headers: &mut HeaderMap, sensitive: bool) {
    const STRICT: [&str; 2] = ["no-referrer", "same-origin"];
    const ORIGIN_AT_MOST: [&str; 4] =
        ["origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin"];
    const WEAK: [&str; 2] = ["unsafe-url", "no-referrer-when-downgrade"];
    let lines = headers.get_all(REFERRER_POLICY).into_iter().filter_map(|line| line.to_str().ok());
    let mut tokens = lines.flat_map(|line| line.split(',')).map(|token| token.trim().to_ascii_lowercase());
    let known = [&STRICT[..], &ORIGIN_AT_MOST, &WEAK].concat();
    // The last value that a browser knows counts (Referrer Policy, 8.1).
    let holds = tokens.rfind(|token| known.contains(&token.as_str())).unwrap_or_default();
    let holds = holds.as_str();
    if !STRICT.contains(&holds) && (sensitive || !ORIGIN_AT_MOST.contains(&holds)) {
        let policy = if sensitive { "same-origin" } else { "strict-origin-when-cross-origin" };
        headers.insert(REFERRER_POLICY, HeaderValue::from_static(policy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::visitor::fixtures::decision;

    fn cleaned_in(mode: Mode, path: &str, lines: &[(&str, &str)]) -> Vec<String> {
        let header =
            |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        let mut headers: HeaderMap = lines.iter().map(header).collect();
        let page = Url::parse("https://clinic.example").unwrap().join(path).unwrap();
        assert_eq!(clean_headers(&mut headers, &decision(mode, path, &[]), &page), Redirect::Untouched);
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    fn cleaned(lines: &[(&str, &str)]) -> Vec<String> {
        let mut left = cleaned_in(Mode::Enforce, "/", lines);
        left.retain(|line| line != "referrer-policy: strict-origin-when-cross-origin");
        left
    }

    #[test]
    fn hop_by_hop_fields_go_and_end_to_end_ones_stay() {
        let left = cleaned(&[
            ("connection", "close, x-internal, Content-Security-Policy, set-cookie"),
            ("x-internal", "1"),
            ("content-security-policy", "default-src 'self'"),
            ("set-cookie", "a=1"),
            ("transfer-encoding", "chunked"),
            ("keep-alive", "timeout=5"),
            ("upgrade", "h2"),
        ]);
        assert_eq!(left, ["set-cookie: a=1", "content-security-policy: default-src 'self'"]);
    }

    #[test]
    fn what_works_behind_the_rewriters_back_goes() {
        for (name, value) in [
            ("report-to", "{\"endpoints\":[]}"),
            ("reporting-endpoints", "x=\"https://r.example\""),
            ("nel", "{}"),
            ("attribution-reporting-register-source", "{}"),
            ("observe-browsing-topics", "?1"),
            ("supports-loading-mode", "credentialed-prerender"),
            ("speculation-rules", "\"/rules.json\""),
            ("alt-svc", "h3=\":443\""),
            ("x-dns-prefetch-control", "on"),
            ("sourcemap", "https://maps.example/a.map"),
            ("accept-ch", "Sec-CH-UA-Model"),
            ("link", "<https://stats.example>; rel=preconnect"),
            ("refresh", "0; url=https://stats.example/"),
        ] {
            assert_eq!(cleaned(&[(name, value)]), [""; 0], "{name}");
        }
    }

    #[test]
    fn harmless_headers_stay_byte_for_byte() {
        for (name, value) in [
            ("x-dns-prefetch-control", "off"),
            ("sourcemap", "/a.js.map"),
            ("server", "nginx"),
            ("x-frame-options", "DENY"),
            ("refresh", "5"),
        ] {
            assert_eq!(cleaned(&[(name, value)]), [format!("{name}: {value}")]);
        }
    }

    #[test]
    fn no_path_leaves_in_a_referrer() {
        let policy = |path, given: &[(&str, &str)]| {
            let mut left = cleaned_in(Mode::Enforce, path, given);
            left.pop().unwrap().replace("referrer-policy: ", "")
        };
        let given = |value| [("referrer-policy", value)];
        let default = "strict-origin-when-cross-origin";
        assert_eq!(policy("/", &[]), default);
        for weak in ["unsafe-url", "no-referrer-when-downgrade", "", "x", "no-referrer, unsafe-url"] {
            assert_eq!(policy("/", &given(weak)), default, "{weak}");
        }
        for strict in
            ["no-referrer", "Same-Origin", "origin", "unsafe-url, strict-origin", "strict-origin, x"]
        {
            assert_eq!(policy("/", &given(strict)), strict);
        }
        assert_eq!(policy("/rendez-vous", &given("strict-origin")), "same-origin");
        assert_eq!(policy("/rendez-vous", &given("no-referrer")), "no-referrer");
    }

    #[test]
    fn typed_answers_are_not_sniffed_unless_they_may_run() {
        let forbidden = |mode, kind: &str, may_run| {
            let mut headers: HeaderMap = [(CONTENT_TYPE, kind.parse().unwrap())].into_iter().collect();
            forbid_sniffing(&mut headers, &decision(mode, "/", &[]), may_run);
            headers.contains_key(X_CONTENT_TYPE_OPTIONS)
        };
        assert!(forbidden(Mode::Enforce, "text/plain", false));
        assert!(!forbidden(Mode::Enforce, "Text/Plain; charset=utf-8", true));
        assert!(!forbidden(Mode::Observe, "text/plain", false));
        for says_nothing in
            ["*/*", "unknown/unknown", "Application/Unknown; x=y", "text", "/", "", "text/plain, */*"]
        {
            assert!(forbidden(Mode::Enforce, says_nothing, true), "{says_nothing}");
        }
        let mut untyped = HeaderMap::new();
        forbid_sniffing(&mut untyped, &decision(Mode::Enforce, "/", &[]), false);
        assert!(untyped.is_empty(), "it is read as browsers would guess");
    }

    #[test]
    fn observing_leaves_all_but_the_connection_alone() {
        let lines = [
            ("nel", "{}"),
            ("link", "<https://stats.example>; rel=preconnect"),
            ("alt-svc", "h3"),
            ("connection", "close"),
        ];
        let left = ["nel: {}", "link: <https://stats.example>; rel=preconnect"];
        assert_eq!(cleaned_in(Mode::Observe, "/", &lines), left);
    }
}
