//! In: the origin's `Set-Cookie` lines. Out: those that may be kept, no longer than listed (RQ1,
//! RQ2), with the safe attributes they lack (RQ8). The value is never looked at.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

use super::cookie_date;
use crate::policy::{Decision, Store, StoredRuling, is_own_cookie};

const DAY_SECONDS: i64 = 86_400;
/// Bytes of an attribute's value; browsers ignore an attribute with a longer one (RFC 6265bis, 5.6).
const LONGEST_VALUE: usize = 1024;

/// Cleans every line. `https` says how the visitor is connected; `now` is in seconds since 1970, and
/// tells a cookie that is being deleted from one that is kept.
pub fn clean_cookies(headers: &mut HeaderMap, decision: &Decision, https: bool, now: i64) {
    let given: Vec<HeaderValue> = headers.get_all(SET_COOKIE).into_iter().cloned().collect();
    headers.remove(SET_COOKIE);
    // An obsolete field (RFC 2965) that some library may still read.
    headers.remove("set-cookie2");
    for line in given {
        if let Some(line) = cleaned(&line, decision, https, now) {
            headers.append(SET_COOKIE, line);
        }
    }
}

fn cleaned(line: &HeaderValue, decision: &Decision, https: bool, now: i64) -> Option<HeaderValue> {
    let cookie = Line::parse(line.as_bytes());
    if is_own_cookie(&cookie.name) {
        return None;
    }
    if !decision.enforces() {
        return Some(line.clone());
    }
    let (days, http_only) = match decision.judge_stored(&cookie.name, Store::Cookie) {
        StoredRuling::Remove(_) => return None,
        StoredRuling::CutToSession => (0, false),
        StoredRuling::Keep(_, item) => (i64::from(item.days), item.http_only),
    };
    let mut out = cookie.limited_to(days * DAY_SECONDS, now);
    let missing = [
        (https, "secure", "; Secure"),
        (true, "samesite", "; SameSite=Lax"),
        (http_only, "httponly", "; HttpOnly"),
    ];
    for (wanted, name, text) in missing {
        if wanted && !cookie.attributes.iter().any(|attribute| attribute.is(name)) {
            out.extend(text.as_bytes());
        }
    }
    HeaderValue::from_bytes(&out).ok()
}

struct Line<'a> {
    name: String,
    pair: &'a [u8],
    attributes: Vec<Attribute<'a>>,
}

struct Attribute<'a> {
    whole: &'a [u8],
    name: String,
    value: &'a [u8],
}

impl<'a> Line<'a> {
    fn parse(line: &'a [u8]) -> Line<'a> {
        let mut pieces = line.split(|byte| *byte == b';');
        let pair = pieces.next().unwrap_or_default();
        // A cookie without a name comes back as its bare value, so `=_ga=1` is `_ga` to the origin.
        let sent_back = pair.trim_ascii_start();
        let sent_back = sent_back.strip_prefix(b"=").unwrap_or(sent_back);
        let name = split_pair(sent_back).0;
        Line {
            name: String::from_utf8_lossy(name).into_owned(),
            pair,
            attributes: pieces.map(Attribute::parse).filter(|a| a.value.len() <= LONGEST_VALUE).collect(),
        }
    }

    /// The line with a lifetime of at most `most` seconds; none stays where `most` is 0. A deletion
    /// stays as it is: cut to the session it would make a cookie of what the origin wanted gone.
    fn limited_to(&self, most: i64, now: i64) -> Vec<u8> {
        let too_long = self.lifetime(now).is_some_and(|seconds| seconds > most);
        let mut out = self.pair.to_vec();
        for attribute in &self.attributes {
            let lifetime = attribute.is("max-age") || attribute.is("expires");
            let goes = attribute.is_unreadable_lifetime() || (too_long && lifetime);
            if !goes {
                out.push(b';');
                out.extend(attribute.whole);
            }
        }
        if too_long && most > 0 {
            out.extend(format!("; Max-Age={most}").as_bytes());
        }
        out
    }

    /// Seconds until it ends; `None` for the session. `Max-Age` goes before `Expires`, and of each
    /// the last counts that can be read (RFC 6265, 5.3).
    fn lifetime(&self, now: i64) -> Option<i64> {
        let last = |name: &str, read: &dyn Fn(&[u8]) -> Option<i64>| {
            self.attributes.iter().rev().filter(|a| a.is(name)).find_map(|a| read(a.value))
        };
        last("max-age", &max_age)
            .or_else(|| last("expires", &|date| Some(cookie_date::seconds(date)?.saturating_sub(now))))
    }
}

impl<'a> Attribute<'a> {
    fn parse(whole: &'a [u8]) -> Attribute<'a> {
        let (name, value) = split_pair(whole);
        Attribute { whole, name: String::from_utf8_lossy(name).to_ascii_lowercase(), value }
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// By the standard browsers ignore such a lifetime and take the one before it; one that reads it after
    /// all, or counts only the last, would keep the cookie for longer.
    fn is_unreadable_lifetime(&self) -> bool {
        (self.is("expires") && cookie_date::seconds(self.value).is_none())
            || (self.is("max-age") && max_age(self.value).is_none())
    }
}

fn split_pair(text: &[u8]) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| *byte == b'=');
    let (name, value) = at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, b""));
    (name.trim_ascii(), value.strip_prefix(b"=").unwrap_or_default().trim_ascii())
}

/// Digits with an optional minus; more of them than fit mean forever. Anything else is ignored.
fn max_age(value: &[u8]) -> Option<i64> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| all_digits)?;
    Some(text.parse().unwrap_or(if value.starts_with(b"-") { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::{NOW, decision};

    fn kept_in(mode: Mode, path: &str, purposes: &[Purpose], https: bool, lines: &[&str]) -> Vec<String> {
        let mut headers: HeaderMap = lines.iter().map(|line| (SET_COOKIE, line.parse().unwrap())).collect();
        clean_cookies(&mut headers, &decision(mode, path, purposes), https, NOW);
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        headers.get_all(SET_COOKIE).into_iter().map(text).collect()
    }

    fn kept(lines: &[&str]) -> Vec<String> {
        kept_in(Mode::Enforce, "/", &[], false, lines)
    }

    #[test]
    fn vendors_cookies_wait_for_a_grant() {
        let lines = ["_stat=1; SameSite=None; Secure", "_stat_x=1", " _ad =1", "=_stat=1", "=consent=1"];
        assert!(kept(&lines).is_empty());
        let granted = |path| kept_in(Mode::Enforce, path, &[Purpose::Analytics], true, &lines);
        assert_eq!(granted("/")[..2], ["_stat=1; SameSite=None; Secure", "_stat_x=1; Secure; SameSite=Lax"]);
        assert!(granted("/rendez-vous").is_empty());
    }

    #[test]
    fn an_unlisted_cookie_lives_until_the_browser_closes() {
        let lines = [
            "own=a=b; Path=/; max-age=60 ;SameSite=Lax",
            "own=1; EXPIRES=Sun, 06 Nov 2094 08:49:37 GMT; samesite=strict",
        ];
        assert_eq!(kept(&lines), ["own=a=b; Path=/;SameSite=Lax", "own=1; samesite=strict"]);
    }

    #[test]
    fn a_date_that_only_some_can_read_is_no_lifetime() {
        assert_eq!(kept(&["own=1; Expires=06 Nov 2094 08:49; SameSite=Lax"]), ["own=1; SameSite=Lax"]);
        for unread in ["Max-Age=1e9", "Max-Age=", "Max-Age", &format!("Max-Age={}", "0".repeat(1025))] {
            let kept = kept(&[&format!("sid=1; Max-Age=60; {unread}; SameSite=Lax; HttpOnly")]);
            assert_eq!(kept, ["sid=1; Max-Age=60; SameSite=Lax; HttpOnly"], "{unread}");
        }
    }

    #[test]
    fn a_deletion_stays_one() {
        for line in [
            "own=; Max-Age=0; SameSite=Lax",
            "own=; Max-Age=-1; SameSite=Lax",
            "own=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT; SameSite=Lax",
        ] {
            assert_eq!(kept(&[line]), [line]);
        }
    }

    #[test]
    fn a_listed_cookie_lives_no_longer_than_listed() {
        assert_eq!(
            kept(&["sid=1; Max-Age=604800; SameSite=Lax; HttpOnly"]),
            ["sid=1; Max-Age=604800; SameSite=Lax; HttpOnly"]
        );
        let cut = ["sid=1; SameSite=Lax; HttpOnly; Max-Age=604800"];
        assert_eq!(kept(&["sid=1; Max-Age=604801; SameSite=Lax; HttpOnly"]), cut);
        assert_eq!(kept(&["sid=1; Max-Age=99999999999999999999; SameSite=Lax; HttpOnly"]), cut);
        assert_eq!(kept(&["sid=1; Expires=Sun, 06 Nov 2094 08:49:37 GMT; SameSite=Lax; HttpOnly"]), cut);
        assert_eq!(kept(&["sid=1; Max-Age=5; Max-Age=604801; SameSite=Lax; HttpOnly"]), cut);
        assert_eq!(
            kept(&["sid=1; Expires=Sun, 06 Nov 2094 08:49:37 GMT; Max-Age=60; SameSite=Lax; HttpOnly"]).len(),
            1
        );
    }

    #[test]
    fn missing_attributes_are_added_and_present_ones_left() {
        assert_eq!(kept(&["sid=1"]), ["sid=1; SameSite=Lax; HttpOnly"]);
        assert_eq!(kept_in(Mode::Enforce, "/", &[], true, &["own=1"]), ["own=1; Secure; SameSite=Lax"]);
        let whole = "sid=\"a b\"; Secure ; Path=/x;httponly; SameSite=None; Partitioned";
        assert_eq!(kept_in(Mode::Enforce, "/", &[], true, &[whole]), [whole]);
    }

    #[test]
    fn the_origin_may_not_set_paravents_cookies() {
        let lines =
            ["__Host-consent=1; Path=/; Secure", "consent=1", "consent-once=1", "consents=1; SameSite=Lax"];
        assert_eq!(kept(&lines), ["consents=1; SameSite=Lax"]);
    }

    #[test]
    fn observing_changes_only_what_is_in_paravents_name() {
        let lines = ["_stat=1; Max-Age=99999999", "consent=1"];
        assert_eq!(kept_in(Mode::Observe, "/", &[], true, &lines), lines[..1]);
    }
}
