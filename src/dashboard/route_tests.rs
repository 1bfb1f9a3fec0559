//! What strangers get, and who gets in.

use http::{Method, StatusCode};

use super::assets::style_href;
use super::fixture::{House, PASSWORD, header, text};
use crate::store::Role;
use crate::usage::Family;

const GUARDED: [&str; 8] = [
    "/",
    "/?site=clinic.example",
    "/export.csv",
    "/export.csv?site=clinic.example&family=pages",
    "/logout",
    "/assets/other.css",
    "/.env",
    "/nothing",
];

#[test]
fn a_stranger_gets_login_health_and_style_and_nothing_else() {
    let house = House::new();
    house.release(Family::Pages, (1, 1), &[("/canary-page", 500)]);
    for path in GUARDED {
        for cookie in ["", "paravent-session=", "paravent-session=guessed"] {
            let answer = house.get(path, cookie);
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(header(&answer, "location"), Some("/login"));
            assert!(answer.body.is_empty());
        }
        let press = house.send(&Method::POST, path, &[("sec-fetch-site", "same-origin")], "csrf=");
        assert_eq!(press.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/api/v1/usage", "/api/v1/usage?site=no.example", "/api/v1/nothing"] {
        assert_eq!(house.get(path, "").status, StatusCode::UNAUTHORIZED);
    }
    for path in ["/login", "/healthz", style_href()] {
        let answer = house.get(path, "");
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!text(&answer).contains("clinic.example"), "{path}");
        assert_eq!(house.send(&Method::DELETE, path, &[], "").status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert!(house.store.exports(9).unwrap().is_empty());
}

#[test]
fn metrics_ask_for_their_token() {
    let house = House::new();
    assert_eq!(house.get("/metrics", &house.cookie()).status, StatusCode::UNAUTHORIZED, "a session is none");
    for wrong in ["Bearer ", "Bearer metrics-secre", "metrics-secret", "Basic metrics-secret"] {
        let answer = house.send(&Method::GET, "/metrics", &[("authorization", wrong)], "");
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let answer = house.send(&Method::GET, "/metrics", &[("authorization", "Bearer metrics-secret")], "");
    assert!(text(&answer).starts_with("up 1\n") && text(&answer).contains("paravent_admin_sessions 1\n"));
}

#[test]
fn name_and_password_open() {
    let house = House::new();
    let answer = house.log_in("amina", PASSWORD);
    assert_eq!((answer.status, header(&answer, "location")), (StatusCode::SEE_OTHER, Some("/")));
    let cookie = header(&answer, "set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/;"));
    assert_eq!(house.get("/", &house.cookie()).status, StatusCode::OK);
}

#[test]
fn ten_wrong_passwords_lock_out_even_the_right_one() {
    let house = House::new();
    for _ in 0..10 {
        assert_eq!(house.log_in("amina", "wrong password").status, StatusCode::UNAUTHORIZED);
    }
    let locked = house.log_in("amina", PASSWORD);
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&locked, "set-cookie").is_none());
    assert_eq!(header(&locked, "retry-after"), Some("900"));
    house.clock.advance(15 * 60);
    assert_eq!(house.log_in("amina", PASSWORD).status, StatusCode::SEE_OTHER);
}

#[test]
fn an_unknown_name_is_answered_as_a_known_one() {
    let house = House::new();
    for _ in 0..11 {
        let (known, unknown) = (house.log_in("amina", "wrong"), house.log_in("nobody", "wrong"));
        assert_eq!(known, unknown);
    }
}

#[test]
fn a_login_from_another_site_is_refused() {
    let house = House::new();
    let body = "name=amina&password=correct+horse+battery";
    for fields in
        [&[("sec-fetch-site", "cross-site")], &[("origin", "null")], &[("origin", "http://evil.example")]]
    {
        let answer = house.send(&Method::POST, "/login", fields, body);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{fields:?}");
        assert!(header(&answer, "set-cookie").is_none());
    }
    assert_eq!(house.send(&Method::POST, "/login", &[], body).status, StatusCode::SEE_OTHER);
}

#[test]
fn a_press_without_its_token_does_nothing() {
    let house = House::new();
    let cookie = house.cookie();
    let page = text(&house.get("/", &cookie));
    let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let right = format!("csrf={token}");
    let press = |site: &str, body: &str| {
        house.send(&Method::POST, "/logout", &[("cookie", &cookie), ("sec-fetch-site", site)], body)
    };
    assert_eq!(press("same-origin", "").status, StatusCode::FORBIDDEN);
    assert_eq!(press("same-origin", "csrf=guessed").status, StatusCode::FORBIDDEN);
    assert_eq!(press("cross-site", &right).status, StatusCode::FORBIDDEN);
    assert_eq!(house.get("/", &cookie).status, StatusCode::OK);
    assert_eq!(press("same-origin", &right).status, StatusCode::SEE_OTHER);
    assert_eq!(house.get("/", &cookie).status, StatusCode::SEE_OTHER);
}

#[test]
fn a_session_ends_with_its_account() {
    let house = House::new();
    let cookie = house.cookie();
    house.store.remove_account("amina").unwrap();
    assert_eq!(house.get("/", &cookie).status, StatusCode::SEE_OTHER);
    house.store.add_account("amina", Role::Operator, PASSWORD).unwrap();
    assert_eq!(house.get("/", &cookie).status, StatusCode::SEE_OTHER, "a new account is another");
}

#[test]
fn every_answer_keeps_to_itself() {
    let house = House::new();
    for path in ["/", "/login", "/healthz", "/metrics", "/nothing"] {
        let answer = house.get(path, &house.cookie());
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{path}");
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let house = House::new();
    let cookie = house.cookie();
    for path in
        ["/nothing", "/?site=no.example", "/export.csv?site=no.example", "/export.csv?family=capacity"]
    {
        assert_eq!(house.get(path, &cookie).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(house.store.exports(9).unwrap().is_empty());
}
