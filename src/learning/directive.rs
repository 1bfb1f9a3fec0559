//! In: what a report calls a directive. Out: one of a closed list (CSP Level 3, 6.1), so that no text of
//! a report is ever kept.

/// The directive under which a browser met a host, or `page` where the rewriter met it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Directive(&'static str);

const KNOWN: [&str; 18] = [
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
];

impl Directive {
    /// A tag of the page that the rewriter took out before any browser saw it.
    pub const PAGE: Directive = Directive("page");

    /// The directive that `text` begins with: old browsers send its sources as well.
    pub fn of(text: &str) -> Option<Directive> {
        let name = text.split_ascii_whitespace().next()?;
        KNOWN.iter().find(|known| **known == name).copied().map(Directive)
    }

    /// As policies write it.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_kept() {
        assert_eq!(Directive::of("img-src").map(Directive::name), Some("img-src"));
        assert_eq!(
            Directive::of("default-src 'self' https://x.example/?q").map(|d| d.0),
            Some("default-src")
        );
        for text in ["", "img-src-canary", "page", "IMG-SRC", "report-uri /x"] {
            assert_eq!(Directive::of(text), None, "{text}");
        }
    }
}
