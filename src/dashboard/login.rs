//! In: a name and a password. Out: a session, or the same refusal whatever was wrong.

use askama::Template;
use http::{HeaderMap, StatusCode, header};

use super::answer::{AdminAnswer, is_same_origin};
use super::assets::style_href;
use super::filter::{language, value};
use super::sessions::{Sessions, cookie};
use super::throttle::Throttle;
use super::words::Words;
use crate::store::Store;

/// Bytes that a login's body may have.
pub const MAX_LOGIN_BYTES: usize = 8 * 1024;

#[derive(Template)]
#[template(path = "dashboard/login.html")]
struct LoginPage<'a> {
    w: Words,
    style_href: &'static str,
    languages: [(&'static str, &'static str); 2],
    /// Which sentence says why there is no session yet.
    refusal: Option<&'a str>,
    action: String,
}

/// Where logins are judged.
pub(super) struct Door<'d> {
    pub store: &'d Store,
    pub sessions: &'d Sessions,
    pub throttle: &'d Throttle,
    pub now: i64,
}

impl Door<'_> {
    /// Judges a login. Every wrong one is answered alike: no name is confirmed.
    pub(super) fn log_in(&self, query: &str, headers: &HeaderMap, body: &[u8]) -> AdminAnswer {
        let words = language(query).unwrap_or_else(|| Words::wanted(headers));
        if !is_same_origin(headers) || body.len() > MAX_LOGIN_BYTES {
            return login_page(words, StatusCode::FORBIDDEN, Some("login-elsewhere"));
        }
        let form = std::str::from_utf8(body).unwrap_or_default();
        let [name, password] = ["name", "password"].map(|field| value(form, field).unwrap_or_default());
        let name = name.trim();
        if let Err(wait) = self.throttle.admit(name, self.now) {
            let page = login_page(words, StatusCode::TOO_MANY_REQUESTS, Some("login-closed"));
            return page.with(header::RETRY_AFTER, wait.to_string());
        }
        match self.store.log_in(name, &password) {
            Ok(None) => login_page(words, StatusCode::UNAUTHORIZED, Some("login-wrong")),
            Ok(Some(account)) => {
                self.throttle.was_right(name);
                // Whoever had a session here before leaves it.
                self.sessions.close(headers);
                let Ok(secret) = self.sessions.open(account, self.now) else { return away(words) };
                let home = language(query).map_or("/".to_owned(), |w| format!("/?lang={}", w.language()));
                AdminAnswer::see_other(&home).with(header::SET_COOKIE, cookie(&secret, headers))
            }
            Err(_) => away(words),
        }
    }
}

/// The login's page.
pub(super) fn show(query: &str, headers: &HeaderMap) -> AdminAnswer {
    login_page(language(query).unwrap_or_else(|| Words::wanted(headers)), StatusCode::OK, None)
}

fn away(words: Words) -> AdminAnswer {
    login_page(words, StatusCode::SERVICE_UNAVAILABLE, Some("store-away"))
}

fn login_page(w: Words, status: StatusCode, refusal: Option<&str>) -> AdminAnswer {
    let action = format!("/login?lang={}", w.language());
    let page = LoginPage { w, style_href: style_href(), languages: Words::LANGUAGES, refusal, action };
    match page.render() {
        Ok(html) => AdminAnswer::page(status, html),
        Err(_) => AdminAnswer::text(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be drawn\n"),
    }
}
