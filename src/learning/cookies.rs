//! In: the lines in which cookies are set and sent, and the decision they are held against. Out: the names
//! of those that nobody listed, cut to their shape. A name may be made for one visitor, and a cookie without
//! a name is a bare value; here what could tell a visitor becomes `*`, and no value leaves.

use crate::policy::{Decision, Store, StoredRuling, is_own_cookie};

/// Unlisted cookies of one request or answer that are taken in; browsers keep some 180 of a site.
const MOST_COOKIES: usize = 50;
/// Longer names are told by their shape alone.
const NAME_BYTES: usize = 64;
/// From so many letters on a word may be an id that happens to have no digit.
const TOKEN_LETTERS: usize = 16;

/// Who made a cookie known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CookieMet {
    /// The origin set it.
    Set,
    /// A browser sent it: where the origin does not set it, a script of the page did.
    Sent,
}

impl CookieMet {
    /// The header that held it.
    pub const fn name(self) -> &'static str {
        match self {
            CookieMet::Set => "set-cookie",
            CookieMet::Sent => "cookie",
        }
    }
}

/// A cookie that neither the catalogue nor the config lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnlistedCookie {
    name: String,
    met: CookieMet,
}

impl UnlistedCookie {
    /// Its name as a pattern: `*` stands for what may be an id.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it was met.
    pub fn met(&self) -> CookieMet {
        self.met
    }
}

/// Those of an origin's `Set-Cookie` lines.
pub fn set_unlisted<'l>(lines: impl Iterator<Item = &'l [u8]>, decision: &Decision) -> Vec<UnlistedCookie> {
    let pairs = lines.filter_map(|line| line.split(|byte| *byte == b';').next());
    unlisted(pairs, CookieMet::Set, decision)
}

/// Those of a browser's `Cookie` lines.
pub fn sent_unlisted<'l>(lines: impl Iterator<Item = &'l [u8]>, decision: &Decision) -> Vec<UnlistedCookie> {
    unlisted(lines.flat_map(|line| line.split(|byte| *byte == b';')), CookieMet::Sent, decision)
}

fn unlisted<'l>(
    pairs: impl Iterator<Item = &'l [u8]>,
    met: CookieMet,
    decision: &Decision,
) -> Vec<UnlistedCookie> {
    let names = pairs.map(<[u8]>::trim_ascii).filter_map(|pair| told_name(pair, decision));
    names.take(MOST_COOKIES).map(|name| UnlistedCookie { name, met }).collect()
}

/// What may be told of a cookie that nobody listed. One without a name is judged by what it comes back as,
/// which is its value, and so that is not told.
fn told_name(pair: &[u8], decision: &Decision) -> Option<String> {
    let bare = pair.strip_prefix(b"=").unwrap_or(pair);
    let end = bare.iter().position(|byte| *byte == b'=');
    let name = String::from_utf8_lossy(bare.get(..end.unwrap_or(bare.len()))?.trim_ascii()).into_owned();
    let unlisted = matches!(decision.judge_stored(&name, Store::Cookie), StoredRuling::CutToSession);
    if name.is_empty() || is_own_cookie(&name) || !unlisted {
        return None;
    }
    let has_name = bare.len() == pair.len() && end.is_some();
    Some(if has_name { shape(&name) } else { "*".to_owned() })
}

/// `cart_9f86d081` becomes `cart_*`. A name that could be an address or anybody's words becomes `*` whole.
fn shape(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:$[]".contains(&byte);
    if name.len() > NAME_BYTES || !name.bytes().all(plain) {
        return "*".to_owned();
    }
    let mut shape = String::new();
    for piece in name.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        shape.push_str(if may_be_id(word) { "*" } else { word });
        shape.push_str(&piece[word.len()..]);
    }
    shape
}

/// A word with a digit may be a number of a person or a part of a token. One without may be a token of
/// letters, which change their case much more often than words set in one another do.
fn may_be_id(word: &str) -> bool {
    let letters = word.as_bytes();
    let humps =
        letters.windows(2).filter(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase()).count();
    letters.iter().any(u8::is_ascii_digit) || (letters.len() >= TOKEN_LETTERS && humps * 6 > letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::visitor::fixtures::decision;

    fn set(lines: &[&str]) -> Vec<String> {
        let decision = decision(Mode::Enforce, "/", &[]);
        let cookies = set_unlisted(lines.iter().map(|line| line.as_bytes()), &decision);
        assert!(cookies.iter().all(|cookie| cookie.met() == CookieMet::Set));
        cookies.into_iter().map(|cookie| cookie.name).collect()
    }

    fn sent(lines: &[&str]) -> Vec<String> {
        let decision = decision(Mode::Enforce, "/", &[]);
        let cookies = sent_unlisted(lines.iter().map(|line| line.as_bytes()), &decision);
        cookies.into_iter().map(|cookie| cookie.name).collect()
    }

    #[test]
    fn unlisted_names_are_told_and_no_value_is() {
        assert_eq!(
            set(&["own=canary; Path=/canary; Expires=canary", " spaced = canary=canary", "cart[id]=canary"]),
            ["own", "spaced", "cart[id]"]
        );
        assert_eq!(sent(&["own=canary; other=\"canary\" ;", "third=canary"]), ["own", "other", "third"]);
        // Without a name the value is all there is.
        assert_eq!(set(&["canary", "=canary", "=canary=1", "=", ""]), ["*", "*", "*"]);
        assert_eq!(sent(&["canary; =canary"]), ["*", "*"]);
    }

    #[test]
    fn what_is_listed_or_paravents_own_is_no_news() {
        assert!(set(&["sid=1", "_stat=1", "=_stat=1", "__Host-consent=1", "consent=1"]).is_empty());
        assert!(sent(&["sid=1; _stat=1; consent-once=1"]).is_empty());
    }

    #[test]
    fn what_may_be_an_id_is_not_told() {
        for (name, told) in [
            ("PHPSESSID", "PHPSESSID"),
            ("ASP.NET_SessionId", "ASP.NET_SessionId"),
            ("ApplicationGatewayAffinityCORS", "ApplicationGatewayAffinityCORS"),
            ("cart_9f86d081", "cart_*"),
            ("wp-settings-time-7", "wp-settings-time-*"),
            ("TREJ12345678", "*"),
            ("visit-514-555-0199", "visit-*-*-*"),
            ("u:550e8400-e29b-41d4-a716-446655440000", "u:*-*-*-*-*"),
            ("s_dGhpcFlzQVRvaGVu", "s_*"),
            ("jean.tremblay@example.ca", "*"),
            ("jean.tremblay%40example.ca", "*"),
            ("prénom", "*"),
            ("\u{7}", "*"),
            (&*"a".repeat(65), "*"),
        ] {
            assert_eq!(shape(name), told, "{name}");
        }
    }

    #[test]
    fn one_request_makes_a_bounded_number_known() {
        let line: Vec<String> = (0..500).map(|_| "a=1".to_owned()).collect();
        assert_eq!(sent(&[&line.join("; ")]).len(), MOST_COOKIES);
    }
}
