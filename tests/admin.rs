//! The admin listener: what a stranger gets, and what ten wrong passwords lead to; and that the public
//! listener has none of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;
#[path = "support/timed.rs"]
mod timed;

use std::io::{Read as _, Write as _};
use std::time::Instant;

use support::{Answer, Origin, PATIENCE, Paravent, exchange, request_to};
use timed::{PASSWORD, Timed};

const NOON: i64 = 20_773 * 86_400 + 12 * 3_600;
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
/// Everything that the admin listener knows, and some that it does not.
const PATHS: [&str; 12] = [
    "/",
    "/?site=clinic.example",
    "/export.csv",
    "/export.csv?family=visits",
    "/api/v1/usage",
    "/api/v1/openapi.json",
    "/api/v1/nothing",
    "/logout",
    "/metrics",
    "/login/../",
    "//",
    "/nothing",
];

fn ask(paravent: &Timed, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Answer {
    exchange(paravent.admin, &request_to("localhost", method, path, fields, body))
}

fn log_in(paravent: &Timed, name: &str, password: &str) -> Answer {
    ask(paravent, "POST", "/login", &[FORM], &format!("name={name}&password={}", password.replace(' ', "+")))
}

#[test]
fn a_stranger_gets_the_login_and_health_and_nothing_else() {
    let paravent = Timed::before(&Origin::page("<p>x"), "", NOON);
    for forged in ["", "paravent-session=0123456789abcdef", "__Host-session=x"] {
        for path in PATHS {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
                let got = ask(&paravent, method, path, &[("Cookie", forged), FORM], "csrf=x");
                let to_login = got.status == 303 && got.field("location").as_deref() == Some("/login");
                assert!(to_login || [401, 405].contains(&got.status), "{method} {path}: {}", got.head);
                assert!(!got.text().contains("clinic.example"), "{method} {path}: {}", got.text());
            }
        }
    }
    assert_eq!(ask(&paravent, "GET", "/login", &[], "").status, 200);
    assert_eq!(ask(&paravent, "GET", "/healthz", &[], "").text(), "ok\n");
    assert_eq!(ask(&paravent, "GET", "/readyz", &[], "").status, 200);
    let metrics = ask(&paravent, "GET", "/metrics", &[("Authorization", "Bearer ")], "");
    assert_eq!((metrics.status, metrics.field("www-authenticate").as_deref()), (401, Some("Bearer")));
}

/// One figure, as the operator's monitoring reads it.
fn figure(metrics: &str, name: &str) -> Option<u64> {
    metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[test]
fn the_figures_tell_what_was_answered_refused_cut_and_limited() {
    let origin = Origin::start(|seen| match seen.target() {
        "/ambiguous" => support::ok("text/html", b"<select><style><img src=x></style></select>"),
        _ => support::ok("text/html", b"<p>x"),
    });
    let limits = "limits = { connections_per_network = 2 }";
    let paravent = Paravent::with(&origin, limits, "");
    let token = std::fs::read_to_string(paravent.folder.path().join("state/metrics-token")).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let metrics = || {
        let asked = request_to("localhost", "GET", "/metrics", &[("Authorization", &bearer)], "");
        exchange(paravent.admin, &asked).text()
    };
    assert_eq!(paravent.get("/", &[]).status, 200);
    assert_eq!(paravent.get("/ambiguous", &[]).status, 502);
    // Those before them may still be leaving.
    let let_in = || {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let (mut stream, mut first) = (paravent.connect(), [0; 12]);
            stream.write_all(b"GET /_privacy/usage HTTP/1.1\r\nHost: clinic.example\r\n\r\n").unwrap();
            if stream.read_exact(&mut first).is_ok() && &first == b"HTTP/1.1 200" {
                return stream;
            }
        }
        panic!("never let in")
    };
    let kept = [let_in(), let_in()];
    let limited =
        || figure(&metrics(), "paravent_limits_hit_total{limit=\"connections-per-network\"}").unwrap_or(0);
    let before = limited();
    assert_eq!(paravent.get("/", &[]).status, 429);
    assert_eq!(limited(), before + 1);
    let told = metrics();
    for (name, value) in [
        ("paravent_requests_total{route=\"page\",status=\"2xx\"}", 1),
        ("paravent_requests_total{route=\"page\",status=\"5xx\"}", 1),
        ("paravent_requests_total{route=\"own\",status=\"2xx\"}", 2),
        ("paravent_request_seconds_count{route=\"page\"}", 2),
        ("paravent_failures_total{rule=\"page-ambiguous\"}", 1),
        ("paravent_connections", 2),
        ("paravent_panics_total", 0),
    ] {
        assert_eq!(figure(&told, name), Some(value), "{name} in\n{told}");
    }
    drop(kept);
}

#[test]
fn ten_wrong_passwords_lock_an_account_out_and_no_other() {
    let paravent = Timed::before(&Origin::page("<p>x"), "", NOON);
    for attempt in 0..10 {
        assert_eq!(log_in(&paravent, "amina", "wrong horse battery").status, 401, "attempt {attempt}");
    }
    let locked = log_in(&paravent, "amina", PASSWORD);
    assert_eq!(locked.status, 429, "the right password does not help: {}", locked.head);
    assert!(locked.field("retry-after").is_some() && locked.field("set-cookie").is_none());
    assert_eq!(log_in(&paravent, "nobody", "wrong horse battery").status, 401, "another name is not locked");
    paravent.pass(60 * 60);
    assert_eq!(log_in(&paravent, "amina", PASSWORD).status, 303, "an hour later");
}

#[test]
fn a_long_body_is_refused() {
    let paravent = Timed::before(&Origin::page("<p>x"), "", NOON);
    let long = "x".repeat(1 << 20);
    let got = exchange(paravent.admin, &request_to("localhost", "POST", "/login", &[FORM], &long));
    assert_eq!(got.status, 413);
}

#[test]
fn the_public_listener_has_no_admin_route() {
    let origin =
        Origin::start(|_| support::answer("404 Not Found", &[("Content-Type", "text/plain")], b"origin"));
    let paravent = Paravent::before(&origin);
    for path in PATHS.into_iter().chain(["/login", "/healthz", "/readyz", "/assets/dashboard.css"]) {
        let got = paravent.get(path, &[]);
        assert_eq!((got.status, &*got.text()), (404, "origin"), "{path} is the site's: {}", got.head);
    }
    let token = paravent.folder.path().join("state/metrics-token");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(token).unwrap().permissions().mode() & 0o777, 0o600);
}
