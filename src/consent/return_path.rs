//! In: where a press asks to go back to. Out: a path on this same site, whatever was asked.

/// `asked` if it is a path and query on this site, else `/`. Browsers read `//host` and `/\host` as
/// another site, drop tabs and line ends, and a fragment would not survive a redirect's cache.
pub fn safe_return(asked: &str) -> String {
    let path = asked.split('#').next().unwrap_or_default();
    let leaves = path.starts_with("//") || path.contains('\\');
    let odd = path.chars().any(|c| c.is_control() || c.is_whitespace() || !c.is_ascii());
    let long = path.len() > 2_048;
    if path.starts_with('/') && !leaves && !odd && !long { path.to_owned() } else { "/".to_owned() }
}

/// The path of a return address, without its query.
pub(super) fn path_of(return_to: &str) -> &str {
    return_to.split('?').next().unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::safe_return;

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in ["/", "/a/b?c=d&e=%2F%2F", "/?next=https://x.example/", "/a//b", "/%09/x"] {
            assert_eq!(safe_return(path), path);
        }
        assert_eq!(safe_return("/a#b"), "/a");
    }

    #[test]
    fn everything_else_goes_home() {
        for asked in [
            "",
            "a",
            "?q=1",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example/",
            "HTTPS:evil.example",
            "javascript:alert(1)",
            " //evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x=1",
            "/a\u{0}b",
            "/a\u{85}b",
            "/é",
            "#//evil.example",
        ] {
            assert_eq!(safe_return(asked), "/", "{asked:?}");
        }
        assert_eq!(safe_return(&format!("/{}", "a".repeat(3_000))), "/");
    }
}
