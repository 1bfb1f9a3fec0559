//! Canaries are sent through every route: addresses, User-Agent, query values, cookies, click ids, request
//! bodies, referrers. The address, tracker cookies and click ids reach no header to the origin; User-Agent,
//! query and the site's own cookies reach the origin and nothing else; none is in any log or file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::net::IpAddr;

use support::{Origin, Paravent, answer, files_below, ok, request};

const AGENT: &str = "CanaryAgent/7.31 (Mobile)";
const QUERY: &str = "canary-query-91b2";
const SITE_COOKIE: &str = "canary-session-44af";
const TRACKER_COOKIE: &str = "GA1.1.canary-ga-5c1d";
const CLICK_ID: &str = "canary-click-e01a";
const REFERRER: &str = "https://search.example/?q=canary-referrer-77";
const BODY: &str = "canary-body-2f6e";
const ALL: [&str; 7] =
    ["CanaryAgent", QUERY, SITE_COOKIE, "canary-ga-5c1d", CLICK_ID, "canary-referrer-77", BODY];

const PAGE: &str = "<!doctype html><html lang=fr><head></head><body><h1>x</h1></body></html>";

/// Every kind of way through the server, as method, path and body.
const ROUTES: [(&str, &str, &str); 17] = [
    ("GET", "/", ""),
    ("HEAD", "/", ""),
    ("GET", "/rendez-vous", ""),
    ("POST", "/rendez-vous", BODY),
    ("GET", "/file.png", ""),
    ("GET", "/no-type", ""),
    ("GET", "/gone", ""),
    ("GET", "/broken", ""),
    ("GET", "/_privacy/", ""),
    ("POST", "/_privacy/consent", "choice=refuse&return=/x?canary-body-2f6e"),
    ("POST", "/_privacy/consent", "choice=accept&return=/x?canary-body-2f6e&x=canary-body-2f6e"),
    ("GET", "/_privacy/receipt", ""),
    ("GET", "/_privacy/keys", ""),
    ("POST", "/_privacy/consent", "choice=rubbish&x=canary-body-2f6e"),
    ("POST", "/_privacy/report", "{\"csp-report\":{\"blocked-uri\":\"canary-body-2f6e\"}}"),
    ("GET", "/_privacy/declaration.json", ""),
    ("GET", "/_privacy/nothing", ""),
];

fn origin() -> Origin {
    Origin::start(|seen| match seen.target().split('?').next().unwrap() {
        "/file.png" => ok("image/png", b"png"),
        "/no-type" => answer("200 OK", &[], PAGE.as_bytes()),
        "/gone" => answer("404 Not Found", &[("Content-Type", "text/html")], PAGE.as_bytes()),
        "/broken" => b"rubbish\r\n\r\n".to_vec(),
        _ => answer(
            "200 OK",
            &[("Content-Type", "text/html"), ("Set-Cookie", "_ga=GA1.1.set; Path=/; Max-Age=9999999")],
            PAGE.as_bytes(),
        ),
    })
}

fn canary_request(method: &str, path: &str, body: &str, more: &[(&str, &str)]) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{join}q={QUERY}&gclid={CLICK_ID}&fbclid={CLICK_ID}");
    let cookies = format!(
        "PHPSESSID={SITE_COOKIE}; _ga={TRACKER_COOKIE}; _fbp=fb.{TRACKER_COOKIE}; _gcl_aw={CLICK_ID}"
    );
    let mut fields = vec![("User-Agent", AGENT), ("Cookie", &*cookies), ("Referer", REFERRER)];
    if !body.is_empty() {
        fields.push(("Content-Type", "application/x-www-form-urlencoded"));
        fields.push(("Origin", "http://clinic.example"));
    }
    fields.extend_from_slice(more);
    request(method, &path, &fields, body)
}

/// Sends the canaries through every route and gives what the origin saw and what was left behind.
fn send(
    listen: &str,
    server: &str,
    from: Option<IpAddr>,
    more: &[(&str, &str)],
) -> (Vec<support::Seen>, String) {
    let origin = origin();
    let paravent = Paravent::listening(&origin, listen, server, "");
    for (method, path, body) in ROUTES {
        paravent.raw_from(from, canary_request(method, path, body, more));
    }
    paravent.raw_from(
        from,
        format!("GET /?{QUERY} HTTP/1.1\r\nUser-Agent: {AGENT}\r\nConnection: close\r\n\r\n"),
    );
    paravent.raw_from(
        from,
        format!("GET /{QUERY} HTTP/1.1\r\nHost: {QUERY}.example\r\nConnection: close\r\n\r\n"),
    );
    let (mut left, folder) = paravent.stop();
    for file in files_below(folder.path()) {
        left.push_str(&file.display().to_string());
        left.push_str(&String::from_utf8_lossy(&std::fs::read(&file).unwrap()));
    }
    (origin.seen(), left)
}

fn check(seen: &[support::Seen], left: &str, addresses: &[&str], network: &str) {
    assert!(seen.len() >= 8, "the origin was asked only {} times", seen.len());
    for request in seen {
        for forbidden in addresses.iter().chain(&["canary-ga-5c1d", CLICK_ID, "canary-referrer-77"]) {
            assert!(!request.head.contains(forbidden), "{forbidden} reached the origin:\n{}", request.head);
        }
        assert_eq!(request.field("x-forwarded-for").as_deref(), Some(network), "{}", request.head);
        for wanted in [AGENT, QUERY, SITE_COOKIE] {
            assert!(request.head.contains(wanted), "{wanted} did not reach the origin:\n{}", request.head);
        }
    }
    for forbidden in addresses.iter().chain(&ALL) {
        assert!(!left.contains(forbidden), "{forbidden} was left behind:\n{left}");
    }
}

#[test]
fn a_direct_ipv4_address_ends_at_the_door() {
    let (seen, left) = send("127.0.0.1:0", "", Some("127.44.55.66".parse().unwrap()), &[]);
    check(&seen, &left, &["127.44.55.66"], "127.44.55.0");
}

#[test]
fn forwarding_headers_of_a_peer_nobody_trusts_are_deleted() {
    let claims = [
        ("X-Forwarded-For", "198.51.100.77"),
        ("Forwarded", "for=198.51.100.77;proto=https"),
        ("X-Real-IP", "198.51.100.77"),
        ("CF-Connecting-IP", "198.51.100.77"),
        ("True-Client-IP", "198.51.100.77"),
        ("Fastly-Client-IP", "198.51.100.77"),
        ("X-Client-IP", "198.51.100.77"),
        ("X-Cluster-Client-IP", "198.51.100.77"),
    ];
    let (seen, left) = send("127.0.0.1:0", "", Some("127.44.55.66".parse().unwrap()), &claims);
    check(&seen, &left, &["127.44.55.66", "198.51.100"], "127.44.55.0");
}

#[test]
fn a_direct_ipv6_address_ends_at_the_door() {
    let (seen, left) = send("[::1]:0", "", None, &[]);
    check(&seen, &left, &[], "::");
}

#[test]
fn an_address_that_a_trusted_proxy_names_is_cut_too() {
    for (name, value, address, network) in [
        ("X-Forwarded-For", "198.51.100.77", "198.51.100.77", "198.51.100.0"),
        ("X-Forwarded-For", "1.2.3.4, 198.51.100.77, 127.0.0.9", "198.51.100.77", "198.51.100.0"),
        ("X-Forwarded-For", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1234", "bbbb:cccc", "2001:db8:aaaa::"),
        ("X-Forwarded-For", "::ffff:198.51.100.77", "198.51.100.77", "198.51.100.0"),
        ("Forwarded", "for=\"[2001:db8:aaaa:bbbb::77]:4711\"", "bbbb::77", "2001:db8:aaaa::"),
    ] {
        let server = "trusted_proxies = [\"127.0.0.0/8\"]";
        let from = Some("127.44.55.66".parse().unwrap());
        let (seen, left) = send("127.0.0.1:0", server, from, &[(name, value)]);
        check(&seen, &left, &[address, "127.44.55.66", "1.2.3.4"], network);
    }
}

#[test]
fn an_address_in_a_proxy_protocol_header_is_cut_too() {
    let origin = origin();
    let server = "trusted_proxies = [\"127.0.0.0/8\"]\nproxy_protocol = true";
    let paravent = Paravent::with(&origin, server, "");
    let header = "PROXY TCP4 198.51.100.77 203.0.113.5 51234 80\r\n";
    paravent.raw(format!("{header}{}", canary_request("GET", "/", "", &[])));
    let (left, _) = paravent.stop();
    assert_eq!(origin.last().field("x-forwarded-for").as_deref(), Some("198.51.100.0"));
    assert!(!origin.last().head.contains("198.51.100.77") && !left.contains("198.51.100.77"));
}

/// Reports hold the URLs of the page and of what was blocked; registrable hosts are all that may stay.
#[test]
fn of_policy_reports_nothing_stays_but_hosts() {
    let origin = Origin::page(
        "<html><head><script src=https://canary-met.cdn.met.example/canary-path?canary-query></script></head></html>",
    );
    let paravent = Paravent::before(&origin);
    let legacy = r#"{"csp-report":{"document-uri":"http://clinic.example/rendez-vous?canary-page","referrer":
        "https://search.example/?canary-referrer","blocked-uri":"https://canary-sub.seen.example/canary-path?canary-query",
        "effective-directive":"img-src","original-policy":"canary-policy","script-sample":"canary-sample"}}"#;
    let listed = r#"[{"type":"csp-violation","url":"http://clinic.example/?canary-page","user_agent":"canary-agent",
        "body":{"blockedURL":"https://listed.example/canary-path","effectiveDirective":"connect-src",
        "sample":"canary-sample"}}]"#;
    let broken = r#"{"csp-report":{"blocked-uri":["https://canary-broken.example/"]}}"#;
    let lan =
        r#"{"csp-report":{"blocked-uri":"http://192.168.7.31/canary-path","effective-directive":"img-src"}}"#;
    let long = format!("{legacy}{}", "canary-long".repeat(10_000));
    for network in 1..=8 {
        let from = Some(IpAddr::from([127, 60, network, 9]));
        paravent.raw_from(from, request("GET", "/", &[("User-Agent", AGENT)], ""));
        for (kind, body, status) in [
            ("application/csp-report", legacy, 204),
            ("application/reports+json", listed, 204),
            ("application/csp-report", broken, 400),
            ("application/csp-report", lan, 204),
            ("application/csp-report", &long, 413),
            ("text/plain", legacy, 204),
        ] {
            let fields = [("Content-Type", kind), ("Origin", "http://clinic.example"), ("User-Agent", AGENT)];
            let answer = paravent.raw_from(from, request("POST", "/_privacy/report", &fields, body));
            assert_eq!(answer.status, status, "{kind} {body:.60}");
        }
    }
    let (mut left, folder) = paravent.stop();
    let mut hosts = 0;
    for file in files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let kept = ["seen.example", "listed.example", "met.example"];
        hosts += kept.iter().filter(|host| support::find(&bytes, host.as_bytes()).is_some()).count();
        left.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(hosts >= 3, "the hosts themselves are kept");
    for forbidden in ["canary", "CanaryAgent", "192.168.7", "127.60.", "search.example"] {
        assert!(!left.contains(forbidden), "{forbidden} was left behind");
    }
}

/// At the finest level that can be asked for.
#[test]
fn a_request_that_failed_leaves_one_line_of_the_log_and_an_answered_one_none() {
    let broken = |seen: &support::Seen| {
        let page = ok("text/html", &PAGE.repeat(2_000).into_bytes());
        match seen.target().split('?').next().unwrap() {
            "/cut" => page[..page.len() - 40].to_vec(),
            "/rubbish" => b"rubbish\r\n\r\n".to_vec(),
            _ => page,
        }
    };
    let paravent = Paravent::before(&Origin::start(broken));
    let from = Some("127.44.55.66".parse().unwrap());
    for (path, host, status) in [
        ("/", "clinic.example", 200),
        ("/_privacy/", "clinic.example", 200),
        ("/rubbish", "clinic.example", 502),
        ("/cut", "clinic.example", 200),
        ("/", "canary-query-91b2.example", 421),
        ("/_privacy/nothing", "clinic.example", 404),
    ] {
        let asked = canary_request("GET", path, "", &[]).replace("clinic.example", host);
        assert_eq!(paravent.raw_from(from, asked).status, status, "{path}");
    }
    paravent.has_told("rule", 4);
    let (left, _) = paravent.stop();
    let lines: Vec<String> = left.lines().filter(|line| line.contains("rule")).map(plain).collect();
    let told = |status: u16, rule: &str, route: &str, id: usize| {
        let fields = format!("status={status} rule=\"{rule}\" route=\"{route}\" id=\"");
        assert!(lines[id].contains(&fields), "{fields} is not in {}", lines[id]);
    };
    told(502, "origin-away", "page", 0);
    told(200, "origin-broke-off", "page", 1);
    told(421, "unknown-host", "refused", 2);
    told(404, "not-found", "own", 3);
    let levels = [" ERROR ", " WARN ", " INFO ", " DEBUG ", " TRACE "];
    let logged = left.lines().map(plain).filter(|line| levels.iter().any(|level| line.contains(level)));
    assert_eq!(logged.count(), lines.len(), "{left}");
    assert_eq!(lines.len(), 4, "{left}");
    for forbidden in ALL.iter().chain(&["127.44.55"]) {
        assert!(!left.contains(forbidden), "{forbidden} was left behind:\n{left}");
    }
}

/// Without what colours it.
fn plain(line: &str) -> String {
    let mut pieces = line.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn tracker_cookies_from_the_origin_reach_no_browser_before_a_grant() {
    let got = Paravent::before(&origin()).get("/", &[]);
    assert!(got.fields("set-cookie").iter().all(|cookie| !cookie.starts_with("_ga")), "{}", got.head);
}
