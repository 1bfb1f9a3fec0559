//! In: the parts of an absolute URL, parsed by the caller. Out: something that can be judged.
//! Holds no address of a visitor; what it holds of a query is used to judge and never kept.

/// Where a request would go. The caller has parsed the URL by the WHATWG rules, so `host` is
/// lower case, without port, and in punycode.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// The scheme without its colon.
    pub scheme: &'a str,
    /// The host; empty for schemes without one.
    pub host: &'a str,
    /// The path, from its first `/`.
    pub path: &'a str,
    /// The query without its `?`; empty where there is none.
    pub query: &'a str,
}

impl<'a> Destination<'a> {
    /// Schemes that cause no request to another machine.
    pub fn stays_in_the_browser(&self) -> bool {
        matches!(self.scheme, "data" | "blob" | "about" | "javascript" | "mailto" | "tel" | "sms")
    }
}

/// A pattern over destinations, as `Vendor::hosts` writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern<'a> {
    /// The host, without the `=`.
    pub host: &'a str,
    /// The host itself and nothing below it.
    pub exact: bool,
    /// A prefix of the path, empty for any.
    pub path: &'a str,
    /// A parameter's name and a prefix of its value, such as `id=AW-`; empty for any.
    pub query: &'a str,
}

impl<'a> HostPattern<'a> {
    /// Reads a pattern; every text is one.
    pub fn parse(text: &'a str) -> HostPattern<'a> {
        let (text, query) = text.split_once('?').unwrap_or((text, ""));
        let at = text.find('/').unwrap_or(text.len());
        let (host, path) = text.split_at(at);
        let exact = host.starts_with('=');
        HostPattern { host: host.trim_start_matches('='), exact, path, query }
    }

    /// Whether the pattern covers `to`.
    pub fn covers(&self, to: &Destination<'_>) -> bool {
        let host = to.host == self.host || (!self.exact && is_below(to.host, self.host));
        host && to.path.starts_with(self.path) && query_has(to.query, self.query)
    }

    /// How specific the pattern is: query before path before host, longer before shorter.
    pub fn weight(&self) -> (usize, usize, usize) {
        (self.query.len(), self.path.len(), self.host.len())
    }
}

/// Whether `host` is a proper subdomain of `domain`.
pub fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// Whether one parameter of `query` begins with `wanted` (`id=AW-`); an empty wish is granted.
pub fn query_has(query: &str, wanted: &str) -> bool {
    wanted.is_empty() || query.split(['&', ';']).any(|pair| pair.starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to<'a>(host: &'a str, path: &'a str, query: &'a str) -> Destination<'a> {
        Destination { scheme: "https", host, path, query }
    }

    #[test]
    fn a_host_covers_its_subdomains_unless_exact() {
        let suffix = HostPattern::parse("hotjar.com");
        assert!(suffix.covers(&to("static.hotjar.com", "/c/1.js", "")));
        assert!(!suffix.covers(&to("nothotjar.com", "/", "")));
        let exact = HostPattern::parse("=hotjar.com");
        assert!(exact.covers(&to("hotjar.com", "/", "")));
        assert!(!exact.covers(&to("static.hotjar.com", "/", "")));
    }

    #[test]
    fn path_and_query_narrow_a_pattern() {
        let ads = HostPattern::parse("www.googletagmanager.com/gtag/js?id=AW-");
        assert!(ads.covers(&to("www.googletagmanager.com", "/gtag/js", "l=x&id=AW-1")));
        assert!(!ads.covers(&to("www.googletagmanager.com", "/gtag/js", "id=G-1")));
        assert!(!ads.covers(&to("www.googletagmanager.com", "/gtm.js", "id=AW-1")));
        assert!(ads.weight() > HostPattern::parse("www.googletagmanager.com/gtag/js").weight());
    }
}
