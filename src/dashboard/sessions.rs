//! In: who logged in, and cookies. Out: the session behind a cookie. Sessions live in memory only and
//! end with the process; of a cookie's secret only a hash is held.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::store::Account;

/// Who is logged in.
#[derive(Clone)]
pub(super) struct Session {
    /// As it was at login: an account that was removed and made anew is another.
    pub account: Account,
    /// What a press must carry besides the cookie.
    pub csrf: String,
    made_at: i64,
    seen_at: i64,
}

impl Session {
    pub(super) fn has_token(&self, token: &str) -> bool {
        bool::from(self.csrf.as_bytes().ct_eq(token.as_bytes()))
    }

    fn is_over(&self, now: i64) -> bool {
        now - self.seen_at >= IDLE || now - self.made_at >= ABSOLUTE || now < self.made_at
    }
}

/// Seconds without a request after which a session ends.
const IDLE: i64 = 30 * 60;
/// Seconds after which it ends in any case.
const ABSOLUTE: i64 = 12 * 3_600;
/// Sessions at a time; beyond it the one that was silent longest ends.
const MOST: usize = 1_000;
const NAME: &str = "paravent-session";

type Key = [u8; 32];

/// The sessions that are open.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<Key, Session>>);

impl Sessions {
    /// Opens a session and gives the cookie's secret.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub(super) fn open(&self, account: Account, now: i64) -> Result<String, getrandom::Error> {
        let (secret, csrf) = (random()?, random()?);
        let mut open = self.lock();
        open.retain(|_, session| !session.is_over(now));
        if open.len() >= MOST
            && let Some(silent) = open.iter().min_by_key(|(_, session)| session.seen_at).map(|(key, _)| *key)
        {
            open.remove(&silent);
        }
        open.insert(key(&secret), Session { account, csrf, made_at: now, seen_at: now });
        Ok(secret)
    }

    /// The live session of a request, which counts as a sign of life.
    pub(super) fn of(&self, headers: &HeaderMap, now: i64) -> Option<Session> {
        let key = key(secret(headers)?);
        let mut open = self.lock();
        let session = open.get_mut(&key)?;
        if session.is_over(now) {
            open.remove(&key);
            return None;
        }
        session.seen_at = now;
        Some(session.clone())
    }

    /// Ends the session of a request.
    pub(super) fn close(&self, headers: &HeaderMap) {
        if let Some(secret) = secret(headers) {
            self.lock().remove(&key(secret));
        }
    }

    /// How many are open, for the metrics.
    pub(super) fn count(&self, now: i64) -> usize {
        self.lock().values().filter(|session| !session.is_over(now)).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `Set-Cookie` for a secret; an empty one takes the cookie back.
pub(super) fn cookie(secret: &str, headers: &HeaderMap) -> String {
    // Over plain HTTP browsers keep a `Secure` cookie for no host, and some not even for loopback.
    let secure = if is_loopback(headers) { "" } else { "; Secure" };
    let age = if secret.is_empty() { 0 } else { ABSOLUTE };
    format!("{NAME}={secret}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, secret)| secret)
}

/// Looked up by its hash, so that how long a look-up takes tells nothing of the secrets held.
fn key(secret: &str) -> Key {
    Sha256::digest(secret.as_bytes()).into()
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Role;

    fn account() -> Account {
        Account { name: "amina".to_owned(), role: Role::Marketer, created_at: 1 }
    }

    fn with_cookie(secret: &str) -> HeaderMap {
        let value = format!("other=1; {NAME}={secret}").parse().unwrap();
        [(header::COOKIE, value)].into_iter().collect()
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_twelve_hours_at_most() {
        let sessions = Sessions::default();
        let headers = with_cookie(&sessions.open(account(), 0).unwrap());
        let mut now = 0;
        while now + 1_700 < ABSOLUTE {
            now += 1_700;
            assert!(sessions.of(&headers, now).is_some(), "{now}");
        }
        assert!(sessions.of(&headers, ABSOLUTE).is_none());

        let headers = with_cookie(&sessions.open(account(), 0).unwrap());
        assert!(sessions.of(&headers, IDLE).is_none());
        assert!(sessions.of(&headers, 1).is_none(), "an ended session does not come back");
    }

    #[test]
    fn only_the_secret_opens() {
        let sessions = Sessions::default();
        let secret = sessions.open(account(), 0).unwrap();
        assert!(sessions.of(&with_cookie("guessed"), 1).is_none());
        assert!(sessions.of(&HeaderMap::new(), 1).is_none());
        let session = sessions.of(&with_cookie(&secret), 1).unwrap();
        assert!(session.has_token(&session.csrf) && !session.has_token("") && !session.has_token(&secret));
        sessions.close(&with_cookie(&secret));
        assert!(sessions.of(&with_cookie(&secret), 2).is_none());
    }

    #[test]
    fn the_table_is_bounded() {
        let sessions = Sessions::default();
        let first = sessions.open(account(), 0).unwrap();
        for at in 0..MOST as i64 {
            sessions.open(account(), 1 + at / 1_000).unwrap();
        }
        assert_eq!(sessions.count(2), MOST);
        assert!(sessions.of(&with_cookie(&first), 2).is_none());
    }

    #[test]
    fn the_cookie_is_the_servers_alone() {
        let host = |host: &str| [(header::HOST, host.parse().unwrap())].into_iter().collect::<HeaderMap>();
        for local in ["localhost:8081", "127.0.0.1:8081", "[::1]:8081"] {
            assert!(cookie("s", &host(local)).ends_with("HttpOnly; SameSite=Strict"), "{local}");
        }
        assert!(cookie("s", &host("admin.example")).ends_with("; Secure"));
        assert!(cookie("s", &host("localhost.example")).ends_with("; Secure"));
    }
}
