//! In: the bytes of a start tag. Out: whether anything in it could matter. It may say yes too often,
//! never no wrongly: what it passes over is not looked at again. This is what makes it cheap to look
//! at every element of a page.

use super::roles;

/// Elements whose content is judged, or that bear on others, and so are always read.
const ALWAYS: &[&[u8]] = &[b"script", b"style", b"noscript", b"base", b"mglyph", b"malignmark"];

/// Whether the start tag `raw` must be read in full; `is_harmless` rules on an attribute's name and
/// value, both as written.
pub(super) fn needs_reading(raw: &[u8], is_harmless: impl Fn(&[u8], &[u8]) -> bool) -> bool {
    let name = name(raw);
    if ALWAYS.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
        return true;
    }
    let is_link = name.eq_ignore_ascii_case(b"a") || name.eq_ignore_ascii_case(b"area");
    memchr::memchr_iter(b'=', raw).any(|at| {
        let attribute = name_before(raw, at);
        !(is_link && is_destination(attribute))
            && roles::may_matter(attribute)
            && !is_harmless(attribute, value_after(raw, at))
    })
}

/// The name in the start tag `raw`, as written.
pub(super) fn name(raw: &[u8]) -> &[u8] {
    let end = raw.iter().position(|b| ends_name(*b)).unwrap_or(raw.len());
    raw.get(1..end).unwrap_or_default()
}

/// Where a link leads is no request until it is followed.
fn is_destination(attribute: &[u8]) -> bool {
    attribute.eq_ignore_ascii_case(b"href") || attribute.eq_ignore_ascii_case(b"xlink:href")
}

/// The attribute name that ends before the `=` at `at`. Inside of a value this yields rubbish, which
/// can only make a tag be read for nothing.
fn name_before(raw: &[u8], at: usize) -> &[u8] {
    let end = raw[..at].iter().rposition(|b| !b.is_ascii_whitespace()).map_or(0, |last| last + 1);
    let start = raw[..end].iter().rposition(|b| parts(*b)).map_or(0, |last| last + 1);
    &raw[start..end]
}

/// The value after the `=` at `at`, without its quotes. After a true attribute's `=` this is its value,
/// whatever came before.
fn value_after(raw: &[u8], at: usize) -> &[u8] {
    let rest = raw[at + 1..].trim_ascii_start();
    match rest.split_first() {
        Some((quote @ (b'"' | b'\''), value)) => {
            &value[..memchr::memchr(*quote, value).unwrap_or(value.len())]
        }
        _ => &rest[..rest.iter().position(|b| b.is_ascii_whitespace() || *b == b'>').unwrap_or(rest.len())],
    }
}

fn ends_name(b: u8) -> bool {
    b.is_ascii_whitespace() || matches!(b, b'/' | b'>')
}

fn parts(b: u8) -> bool {
    ends_name(b) || matches!(b, b'"' | b'\'' | b'=' | b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_tags_are_passed_over() {
        for tag in
            ["<p>", "<div class=\"icon on\" id=x>", "<a href=\"/a?src=1\">", "<li data-src=x>", "<br/>"]
        {
            assert!(!needs_reading(tag.as_bytes(), |_, _| false), "{tag}");
        }
    }

    #[test]
    fn whatever_could_load_or_run_is_read() {
        for tag in [
            "<IMG SRC=x>",
            "<img/src = x>",
            "<img alt=\"\"src\n=\nx>",
            "<p STYLE='x'>",
            "<a href=x\tping=y>",
            "<a onclick=x>",
            "<ScRiPt>",
            "<div a'onclick=x>",
            "<use xlink:href=x>",
            "<meta http-equiv=refresh>",
            "<table background=x>",
        ] {
            assert!(needs_reading(tag.as_bytes(), |_, _| false), "{tag}");
        }
    }

    #[test]
    fn values_are_seen_as_they_are_written() {
        let harmless = |name: &[u8], value: &[u8]| name == b"src" && value == b"/a=b";
        for (tag, expected) in [
            ("<img src=/a=b>", false),
            ("<img src = '/a=b'alt=x>", false),
            ("<img alt='src=/a=b' src=\"//c\">", true),
            ("<img src=/a=b style=x>", true),
            ("<img src=\"/a=b", false),
            ("<base src=/a=b>", true),
        ] {
            assert_eq!(needs_reading(tag.as_bytes(), harmless), expected, "{tag}");
        }
    }
}
