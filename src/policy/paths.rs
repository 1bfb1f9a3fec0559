//! In: patterns from config and the path of a request. Out: whether the path is one of them.
//! Keeps nothing of the path.

/// A pattern over path segments: `*` is one segment, `**` any number of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    segments: Vec<String>,
}

impl PathPattern {
    /// Reads `/rendez-vous/**`. `None` unless it begins with `/` and `**` stands only at the end.
    pub fn parse(text: &str) -> Option<PathPattern> {
        let segments: Vec<String> = text.strip_prefix('/')?.split('/').map(str::to_owned).collect();
        let inner = segments.split_last().map_or(&[][..], |(_, inner)| inner);
        (!inner.iter().any(|segment| segment == "**")).then_some(PathPattern { segments })
    }

    /// Its segments, without empty ones.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(String::as_str).filter(|segment| !segment.is_empty())
    }

    /// Whether the path of a request, percent-encoded as it came, fits. It is decoded once and
    /// compared by segment, case-sensitively; dot segments are resolved first, because an origin
    /// resolves them too.
    pub fn matches(&self, path: &str) -> bool {
        let given = resolved_segments(path);
        let open_end = self.segments.last().is_some_and(|last| last == "**");
        let fixed = self.segments.len() - usize::from(open_end);
        let wanted = self.segments.iter().take(fixed).filter(|s| !s.is_empty()).collect::<Vec<_>>();
        let enough = if open_end { given.len() >= wanted.len() } else { given.len() == wanted.len() };
        enough && wanted.iter().zip(&given).all(|(want, have)| *want == "*" || *want == have)
    }
}

/// The segments of a path as an origin sees them: decoded once, not empty, with `.` and `..`
/// resolved, without query, fragment and path parameters.
pub fn resolved_segments(path: &str) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decoded(path).replace('\\', "/");
    let mut segments = Vec::new();
    for segment in decoded.split('/') {
        // What follows `;` in a segment is a path parameter to many servers (RFC 3986, 3.3).
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            plain => segments.push(plain.to_owned()),
        }
    }
    segments
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let decoded = (byte == b'%').then(|| hex_pair(bytes.get(at + 1..at + 3)?)).flatten();
        out.push(decoded.unwrap_or(byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        PathPattern::parse(pattern).unwrap().matches(path)
    }

    #[test]
    fn segments_are_compared_whole() {
        assert!(fits("/rendez-vous/**", "/rendez-vous"));
        assert!(fits("/rendez-vous/**", "/rendez-vous/"));
        assert!(fits("/rendez-vous/**", "/rendez-vous/merci"));
        assert!(!fits("/rendez-vous/**", "/rendez-vous-2"));
        assert!(!fits("/rendez-vous/**", "/Rendez-vous"));
        assert!(fits("/*/appointment", "/en/appointment"));
        assert!(!fits("/*/appointment", "/en/x/appointment"));
    }

    #[test]
    fn disguised_paths_do_not_escape() {
        for path in [
            "/%72endez-vous",
            "//rendez-vous",
            "/a/../rendez-vous",
            "/./rendez-vous;x=1/y",
            "/a\\..\\rendez-vous",
        ] {
            assert!(fits("/rendez-vous/**", path), "{path}");
        }
        // Decoded once only: `%2572` is a literal `%72` to the origin.
        assert!(!fits("/rendez-vous/**", "/%2572endez-vous"));
    }

    #[test]
    fn bad_patterns_are_refused() {
        assert!(PathPattern::parse("rendez-vous").is_none());
        assert!(PathPattern::parse("/**/x").is_none());
    }
}
