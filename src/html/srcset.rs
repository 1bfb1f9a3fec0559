//! In: a `srcset` or `imagesrcset` value, decoded. Out: the same value without the candidates that
//! are blocked. Follows HTML, "parsing a srcset attribute".

/// `value` without the candidates whose URL `is_blocked`; `None` where all stay.
pub(super) fn without_blocked(value: &str, mut is_blocked: impl FnMut(&str) -> bool) -> Option<String> {
    let all = candidates(value);
    let kept: Vec<&str> = all.iter().filter(|c| !is_blocked(c.url)).map(|c| c.whole).collect();
    (kept.len() < all.len()).then(|| kept.join(", "))
}

struct Candidate<'a> {
    url: &'a str,
    /// URL and descriptors.
    whole: &'a str,
}

fn candidates(value: &str) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
        if rest.is_empty() {
            return found;
        }
        let url_end = rest.find(is_space).unwrap_or(rest.len());
        let url = rest[..url_end].trim_end_matches(',');
        let end = if url.len() < url_end { url.len() } else { descriptors_end(rest, url_end) };
        found.push(Candidate { url, whole: rest[..end].trim_end_matches(is_space) });
        rest = &rest[end..];
    }
}

/// Where the descriptors after `from` end: at a comma outside of parentheses.
fn descriptors_end(text: &str, from: usize) -> usize {
    let mut within = false;
    for (at, c) in text[from..].char_indices() {
        match c {
            '(' => within = true,
            ')' => within = false,
            ',' if !within => return from + at,
            _ => {}
        }
    }
    text.len()
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_bad(value: &str) -> Option<String> {
        without_blocked(value, |url| url.contains("bad"))
    }

    #[test]
    fn only_blocked_candidates_go() {
        assert_eq!(without_bad("/a.png 1x, /b.png 2x"), None);
        assert_eq!(without_bad("//bad/a 1x, /b.png 2x").as_deref(), Some("/b.png 2x"));
        assert_eq!(without_bad("/a 1x,//bad/b 2x,/c 3x").as_deref(), Some("/a 1x, /c 3x"));
        assert_eq!(without_bad("//bad/a").as_deref(), Some(""));
        assert_eq!(without_bad("/a,b 1x, data:image/png,bad 2x").as_deref(), Some("/a,b 1x"));
        assert_eq!(without_bad("/a, //bad/b").as_deref(), Some("/a"));
        assert_eq!(without_bad(" , //bad/a (1,2), /c").as_deref(), Some("/c"));
        assert_eq!(without_bad(""), None);
    }
}
