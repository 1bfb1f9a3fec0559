//! What the origin gets to see of whole requests.

use http::header::{HeaderName, REFERER};
use proptest::prelude::*;

use super::*;
use crate::policy::{Mode, Purpose};
use crate::visitor::Scheme;
use crate::visitor::fixtures::{admitted, decision};

const PEER: &str = "192.0.2.77:4711";

struct Sent<'a> {
    method: &'a str,
    target: &'a str,
    lines: &'a [(&'a str, &'a str)],
    purposes: &'a [Purpose],
    mode: Mode,
    coding: Coding,
}

impl Default for Sent<'_> {
    fn default() -> Self {
        let (mode, coding) = (Mode::Enforce, Coding::Compressed);
        Sent { method: "GET", target: "/", lines: &[], purposes: &[], mode, coding }
    }
}

impl Sent<'_> {
    fn clean(&self) -> Result<CleanRequest<()>, Malformed> {
        let request = Request::builder().method(self.method).uri(self.target);
        let request = request.header("host", "Clinic.example");
        let request = self.lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (parts, body) = request.body(()).unwrap().into_parts();
        let visitor = admitted(PEER, Scheme::Https, &parts);
        let decision = decision(self.mode, parts.uri.path(), self.purposes);
        clean(Request::from_parts(parts, body), &visitor, &decision, self.coding)
    }

    fn parts(&self) -> Parts {
        self.clean().unwrap_or_else(|problem| panic!("{problem}")).into_parts().0
    }
}

fn cleaned(lines: &[(&str, &str)]) -> HeaderMap {
    Sent { lines, ..Sent::default() }.parts().headers
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    assert!(values.next().is_none(), "{name} comes twice");
    first.to_str().ok()
}

#[test]
fn the_origin_learns_the_truncated_network_only() {
    let headers = cleaned(&[("accept-language", "fr-CA")]);
    assert_eq!(value(&headers, "x-forwarded-for"), Some("192.0.2.0"));
    assert_eq!(value(&headers, "x-forwarded-proto"), Some("https"));
    assert_eq!(value(&headers, "x-forwarded-host"), Some("clinic.example"));
    assert_eq!(value(&headers, "forwarded"), Some("for=192.0.2.0;host=\"clinic.example\";proto=https"));
    assert_eq!(value(&headers, "x-paravent-language"), Some("fr"));
    assert_eq!(value(&headers, "x-paravent-region"), None);
    assert_eq!(value(&headers, "host"), Some("clinic.example"));
    assert_eq!(value(&headers, "via"), Some("1.1 paravent"));
}

#[test]
fn an_ipv6_network_is_written_as_rfc_7239_wants() {
    let parts = Request::builder().header("host", "clinic.example").body(()).unwrap().into_parts().0;
    let visitor = admitted("[2001:db8:7:1::9]:1", Scheme::Http, &parts);
    let decision = decision(Mode::Enforce, "/", &[]);
    let request = Request::from_parts(parts, ());
    let headers = clean(request, &visitor, &decision, Coding::Identity).map(|r| r.into_parts().0.headers);
    let headers = headers.unwrap();
    let forwarded = value(&headers, "forwarded");
    assert_eq!(forwarded, Some("for=\"[2001:db8:7::]\";host=\"clinic.example\";proto=http"));
    assert_eq!(value(&headers, "x-forwarded-for"), Some("2001:db8:7::"));
}

#[test]
fn every_inbound_forwarding_header_is_deleted() {
    let names = "x-forwarded-for forwarded x-real-ip cf-connecting-ip cf-connecting-ipv6 cf-pseudo-ipv4 \
        true-client-ip fastly-client-ip x-client-ip x-cluster-client-ip x-original-forwarded-for \
        x-envoy-external-address client-ip x-proxyuser-ip wl-proxy-client-ip proxy-client-ip \
        x-appengine-user-ip x-azure-clientip x-azure-socketip do-connecting-ip x-remote-addr remote-addr \
        x-remote-ip x-originating-ip x-nf-client-connection-ip fly-client-ip x-sucuri-clientip \
        incap-client-ip ali-cdn-real-ip cdn-src-ip eo-client-ip rlnclientipaddr x-vercel-forwarded-for \
        cloudfront-viewer-address x-forwarded x-forwarded-port x-paravent-region x-paravent-secret \
        X_Forwarded_For X_REAL_IP via x-original-url x-rewrite-url proxy x-anything";
    for name in names.split_whitespace() {
        let headers = cleaned(&[(name, "203.0.113.99")]);
        let leak =
            headers.iter().find(|(_, value)| value.as_bytes().windows(12).any(|w| w == b"203.0.113.99"));
        assert!(leak.is_none(), "{name}: {leak:?}");
    }
}

#[test]
fn addresses_and_versions_are_told_apart() {
    let headers =
        cleaned(&[("x-app-version", "1.2.3.4"), ("x-seen", "::1, 192.0.2.9"), ("x-note", "no address")]);
    assert_eq!(value(&headers, "x-app-version"), Some("1.2.3.4"));
    assert_eq!(value(&headers, "x-seen"), None);
    assert_eq!(value(&headers, "x-note"), Some("no address"));
}

#[test]
fn hop_by_hop_fields_go() {
    let headers = cleaned(&[
        ("connection", "keep-alive, X-Private"),
        ("x-private", "1"),
        ("keep-alive", "timeout=5"),
        ("proxy-authorization", "Basic eDp5"),
        ("transfer-encoding", "chunked"),
        ("trailer", "x"),
        ("upgrade", "h2c"),
        ("http2-settings", "x"),
        ("te", "gzip"),
        ("expect", "100-continue"),
    ]);
    let left: Vec<&str> =
        headers.keys().map(HeaderName::as_str).filter(|name| !name.contains("forwarded")).collect();
    assert_eq!(left, ["host", "accept-encoding", "via"]);
}

#[test]
fn te_keeps_trailers_only() {
    let headers = cleaned(&[("te", "gzip, Trailers;q=0.5")]);
    assert_eq!((value(&headers, "te"), value(&headers, "connection")), (Some("trailers"), Some("te")));
}

#[test]
fn a_connection_that_names_what_matters_is_refused() {
    for named in
        ["Host", "cookie", "X-Forwarded-For", "close, forwarded", "X_Real_Ip", ":path", "content-length", "é"]
    {
        let lines = [("connection", named)];
        assert_eq!(
            Sent { lines: &lines, ..Sent::default() }.clean().err(),
            Some(Malformed::Connection),
            "{named}"
        );
    }
}

#[test]
fn only_websockets_upgrade() {
    let lines = [("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket"), ("sec-websocket-key", "x")];
    let socket = Sent { lines: &lines, ..Sent::default() };
    assert!(socket.clean().unwrap_or_else(|p| panic!("{p}")).asks_for_upgrade());
    let headers = socket.parts().headers;
    assert_eq!(value(&headers, "connection"), Some("upgrade"));
    assert_eq!(value(&headers, "upgrade"), Some("websocket"));
    assert_eq!(value(&headers, "sec-websocket-key"), Some("x"));
    for other in [
        &[("connection", "upgrade"), ("upgrade", "h2c")][..],
        &[("upgrade", "websocket")],
        &[("connection", "upgrade")],
    ] {
        let sent = Sent { lines: other, ..Sent::default() };
        assert!(!sent.clean().unwrap_or_else(|p| panic!("{p}")).asks_for_upgrade());
        assert_eq!(value(&sent.parts().headers, "upgrade"), None);
    }
}

#[test]
fn lengths_must_be_one_number() {
    let length =
        |lines: &[(&str, &str)]| Sent { method: "POST", lines, ..Sent::default() }.clean().map(|_| ());
    assert_eq!(length(&[("content-length", "12")]), Ok(()));
    for bad in [
        &[("content-length", "1"), ("content-length", "1")][..],
        &[("content-length", "+1")],
        &[("content-length", "")],
    ] {
        assert_eq!(length(bad), Err(Malformed::ContentLength));
    }
    let both = cleaned(&[("content-length", "5"), ("transfer-encoding", "chunked")]);
    assert_eq!(value(&both, "content-length"), None);
}

const COOKIES: [(&str, &str); 2] = [
    ("cookie", "__Host-consent=1.x; sid=a=b; _stat=1; lang=\"fr;\"; _ad=2"),
    ("cookie", "_stat_9=3;x=y ; consent-once=z"),
];

#[test]
fn cookies_pass_by_what_was_granted() {
    let of = |mode, target, purposes| {
        let headers = Sent { lines: &COOKIES, mode, target, purposes, ..Sent::default() }.parts().headers;
        value(&headers, "cookie").map(str::to_owned).unwrap_or_default()
    };
    let (enforce, analytics) = (Mode::Enforce, &[Purpose::Analytics][..]);
    assert_eq!(of(enforce, "/", &[]), "sid=a=b; lang=\"fr;\";x=y ");
    assert_eq!(of(enforce, "/", analytics), "sid=a=b; _stat=1; lang=\"fr;\"; _stat_9=3;x=y ");
    assert_eq!(of(enforce, "/rendez-vous/1", analytics), "sid=a=b; lang=\"fr;\";x=y ");
    assert_eq!(of(Mode::Observe, "/", &[]), "sid=a=b; _stat=1; lang=\"fr;\"; _ad=2; _stat_9=3;x=y ");
}

#[test]
fn a_line_of_nothing_but_own_cookies_disappears() {
    assert_eq!(value(&cleaned(&[("cookie", "consent=1; __Host-consent-once=2")]), "cookie"), None);
}

#[test]
fn click_ids_need_a_marketing_grant() {
    let of =
        |mode, target, purposes| Sent { mode, target, purposes, ..Sent::default() }.parts().uri.to_string();
    let marketing = &[Purpose::Marketing][..];
    assert_eq!(of(Mode::Enforce, "/a%20b/?x=1&gclid=2", &[]), "/a%20b/?x=1");
    assert_eq!(of(Mode::Enforce, "/?gclid=2", &[Purpose::Analytics]), "/");
    assert_eq!(of(Mode::Enforce, "/?gclid=2", marketing), "/?gclid=2");
    assert_eq!(of(Mode::Enforce, "/rendez-vous?gclid=2", marketing), "/rendez-vous");
    assert_eq!(of(Mode::Observe, "/?gclid=2", &[]), "/?gclid=2");
}

#[test]
fn the_target_is_in_origin_form() {
    let of = |method, target| Sent { method, target, ..Sent::default() }.parts().uri.to_string();
    assert_eq!(of("GET", "https://clinic.example/a?b"), "/a?b");
    assert_eq!(of("OPTIONS", "*"), "*");
}

#[test]
fn referer_keeps_a_path_of_the_site_alone() {
    let of = |given| value(&cleaned(&[("referer", given)]), "referer").map(str::to_owned).unwrap_or_default();
    assert_eq!(of("https://clinic.example/a?b=1&gclid=2#x"), "https://clinic.example/a?b=1");
    assert_eq!(of("https://clinic.example/a?gclid=2"), "https://clinic.example/a");
    assert_eq!(of("https://search.example/?q=illness"), "https://search.example/");
    assert_eq!(of("http://clinic.example/a"), "http://clinic.example/");
    assert_eq!(of("https://user:pass@search.example/"), "https://search.example/");
    assert_eq!(of("android-app://com.example/x"), "");
    assert_eq!(of("/relative"), "");
    let observed =
        Sent { mode: Mode::Observe, lines: &[("referer", "https://a.example/b")], ..Sent::default() };
    assert_eq!(
        observed.parts().headers.get(REFERER).map(HeaderValue::as_bytes),
        Some(&b"https://a.example/b"[..])
    );
}

#[test]
fn hints_that_identify_go_and_others_stay() {
    let headers = cleaned(&[
        ("sec-ch-ua-model", "\"Pixel\""),
        ("sec-ch-ua-full-version-list", "x"),
        ("device-memory", "8"),
        ("x-uidh", "1"),
        ("x-nokia-msisdn", "1"),
        ("sec-browsing-topics", "x"),
        ("sec-ch-ua", "\"Chromium\""),
        ("sec-ch-ua-mobile", "?1"),
        ("save-data", "on"),
        ("sec-gpc", "1"),
        ("dnt", "1"),
    ]);
    for gone in [
        "sec-ch-ua-model",
        "sec-ch-ua-full-version-list",
        "device-memory",
        "x-uidh",
        "x-nokia-msisdn",
        "sec-browsing-topics",
    ] {
        assert_eq!(value(&headers, gone), None);
    }
    for kept in ["sec-ch-ua", "sec-ch-ua-mobile", "save-data", "sec-gpc", "dnt"] {
        assert!(value(&headers, kept).is_some(), "{kept}");
    }
}

#[test]
fn pages_are_asked_for_whole_and_in_codings_that_both_read() {
    let coding = |lines: &[(&str, &str)], coding| {
        let headers = Sent { lines, coding, ..Sent::default() }.parts().headers;
        (value(&headers, "accept-encoding").map(str::to_owned), value(&headers, "range").map(str::to_owned))
    };
    let text = |text: &str| Some(text.to_owned());
    let accepted = [("accept-encoding", "dcb, ZSTD;q=0.5, br;q=0, gzip")];
    assert_eq!(coding(&accepted, Coding::Compressed), (text("gzip, zstd"), None));
    assert_eq!(coding(&[], Coding::Compressed), (text("identity"), None));
    assert_eq!(coding(&[("accept-encoding", "gzip")], Coding::Identity), (text("identity"), None));
    let page = [("range", "bytes=0-9"), ("sec-fetch-dest", "document")];
    assert_eq!(coding(&page, Coding::Compressed), (text("identity"), None));
    let video = [("range", "bytes=0-9"), ("sec-fetch-dest", "video")];
    assert_eq!(coding(&video, Coding::Compressed), (text("identity"), text("bytes=0-9")));
}

#[test]
fn extensions_do_not_reach_the_origin() {
    let mut request = Request::builder().header("host", "clinic.example").body(()).unwrap();
    request.extensions_mut().insert("192.0.2.77");
    let (parts, body) = request.into_parts();
    let visitor = admitted(PEER, Scheme::Https, &parts);
    let decision = decision(Mode::Enforce, "/", &[]);
    let cleaned = clean(Request::from_parts(parts, body), &visitor, &decision, Coding::Identity);
    assert!(cleaned.is_ok_and(|request| request.into_parts().0.extensions.is_empty()));
}

fn appears(parts: &Parts, canary: &str) -> bool {
    let bytes = |text: &[u8]| text.windows(canary.len()).any(|window| window == canary.as_bytes());
    bytes(parts.uri.to_string().as_bytes()) || parts.headers.values().any(|value| bytes(value.as_bytes()))
}

proptest! {
    #[test]
    fn no_canary_survives(
        before in prop::collection::vec("[a-z]{1,8}=[a-zA-Z0-9=%\"]{0,8}", 0..4),
        after in prop::collection::vec("[a-z]{1,8}=[a-zA-Z0-9=%\"]{0,8}", 0..4),
        cookie in prop::sample::select(vec!["_stat", "_ad", "_stat_x", "__Host-consent", "consent", "consent-once"]),
        id in prop::sample::select(vec!["gclid", "FBCLID", "%67clid", "mc_eid", "li_fat_id", "gclid[]"]),
        header in prop::sample::select(vec!["x-real-ip", "X_Forwarded_For", "forwarded", "x-made-up", "via"]),
        crumbs: bool,
    ) {
        let around = |canary: String, between: &str| [&before[..], &[canary], &after[..]].concat().join(between);
        let cookies = around(format!("{cookie}=CANARY"), "; ");
        let target = format!("/p?{}", around(format!("{id}=CANARY"), "&").replace('"', ""));
        let referer = format!("https://clinic.example{target}");
        let lines: Vec<(&str, &str)> = match crumbs {
            true => cookies.split("; ").map(|crumb| ("cookie", crumb)).collect(),
            false => vec![("cookie", &*cookies)],
        };
        let lines = [&lines[..], &[("referer", &*referer), (header, "203.0.113.211")]].concat();
        let parts = Sent { target: &target, lines: &lines, ..Sent::default() }.parts();
        prop_assert!(!appears(&parts, "CANARY"));
        prop_assert!(!appears(&parts, "203.0.113.211"));
        prop_assert!(!appears(&parts, "192.0.2.77"));
    }

    #[test]
    fn unrelated_bytes_are_unchanged(
        // Names that no vendor uses.
        cookies in "zz[b-z]{1,6}=[!-:<-~]{0,12}(; zz[b-z]{1,6}=[!-:<-~]{0,12}){0,4}",
        path in "/[!$-;=@-Z_a-z~]{0,20}",
        query in "zz[b-z]{1,6}=[!$-;=?-Z_a-z~]{0,12}(&zz[b-z]{1,6}=[!$-;=?-Z_a-z~]{0,12}){0,4}",
        note in "[ -~]{1,20}",
    ) {
        prop_assume!(!path.starts_with("//"));
        prop_assume!(!["igsh", "clid"].iter().any(|name| query.contains(name)));
        let target = format!("{path}?{query}");
        let lines = [("cookie", &*cookies), ("x-note", &*note)];
        let parts = Sent { target: &target, lines: &lines, ..Sent::default() }.parts();
        prop_assert_eq!(parts.uri.to_string(), target);
        prop_assert_eq!(parts.headers.get("cookie").map(|v| v.as_bytes().to_vec()), Some(cookies.trim_end().as_bytes().to_vec()));
        prop_assert_eq!(parts.headers.get("x-note").map(|v| v.as_bytes().to_vec()), Some(note.as_bytes().to_vec()));
    }
}
