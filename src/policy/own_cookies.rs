//! In: a cookie's name. Out: whether it is Paravent's own. Here because the door reads these
//! cookies, and two other rooms must keep them from the origin and the origin from them.

/// The choice, where the browser keeps `__Host-` cookies (over TLS and on `localhost`).
pub const CONSENT_HOST: &str = "__Host-consent";
/// The choice on other plain HTTP.
pub const CONSENT: &str = "consent";
/// "Load once", where the browser keeps `__Host-` cookies.
pub const ONCE_HOST: &str = "__Host-consent-once";
/// "Load once" on other plain HTTP.
pub const ONCE: &str = "consent-once";

/// Whether the cookie `name` is Paravent's own. Cookie names are case-sensitive (RFC 6265, 5.3).
pub fn is_own_cookie(name: &str) -> bool {
    [CONSENT_HOST, CONSENT, ONCE_HOST, ONCE].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_cookies_are_known_by_their_exact_name() {
        assert!(is_own_cookie("__Host-consent"));
        assert!(is_own_cookie("consent-once"));
        assert!(!is_own_cookie("cookieconsent_status"));
        assert!(!is_own_cookie("Consent"));
    }
}
