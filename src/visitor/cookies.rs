//! In: a request's `Cookie` lines. Out: the value of one cookie. Looks at no other value.

use http::HeaderMap;
use http::header::COOKIE;

/// The value of the cookie `name`. `None` also where the name comes twice with different values:
/// one of them was planted from elsewhere, and nothing says which.
pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(of, _)| of.trim() == name).map(|(_, value)| value.trim());
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

/// A `Set-Cookie` line for a cookie of Paravent's own (RFC 6265, 4.1): for the whole host, out of
/// scripts' reach, and not sent with another site's requests other than navigation.
pub(super) fn set(name: &str, value: &str, max_age: u64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, line.parse().unwrap())).collect()
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let found = headers(&["a=1; consent=x=y; b=2", "c=3"]);
        assert_eq!(value(&found, "consent"), Some("x=y"));
        assert_eq!(value(&found, "c"), Some("3"));
        assert_eq!(value(&found, "consen"), None);
    }

    #[test]
    fn a_name_with_two_values_has_none() {
        assert_eq!(value(&headers(&["consent=x", "consent=y"]), "consent"), None);
        assert_eq!(value(&headers(&["consent=x; consent=x"]), "consent"), Some("x"));
    }
}
