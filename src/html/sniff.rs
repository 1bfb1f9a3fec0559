//! In: the first bytes of a body that came without a Content-Type. Out: whether a browser could take
//! it for a document (MIME Sniffing, section 7.1, "identifying a resource with an unknown MIME type").

/// What a body looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// HTML.
    Html,
    /// XML, which may be XHTML or SVG.
    Xml,
    /// Neither.
    Other,
    /// More bytes are needed to tell.
    Undecided,
}

/// How many bytes a browser looks at.
const WINDOW: usize = 1445;

/// Tags that make a body HTML, each followed by a space or `>`.
const TAGS: &[&str] = &[
    "<!doctype html",
    "<html",
    "<head",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a",
    "<style",
    "<title",
    "<b",
    "<body",
    "<br",
    "<p",
];

/// Sniffs `body`, of which `is_whole` says whether more will come. A byte order mark before the tag
/// is passed over: browsers differ there, and taking such a body for HTML is the safe side.
pub fn sniff(body: &[u8], is_whole: bool) -> Sniffed {
    let window = &body[..body.len().min(WINDOW)];
    let window = window.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(window);
    let start = window.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(window.len());
    let text = &window[start..];
    if TAGS.iter().any(|tag| begins_with_tag(text, tag)) || text.starts_with(b"<!--") {
        Sniffed::Html
    } else if text.starts_with(b"<?xml") || begins_with_tag(text, "<svg") {
        Sniffed::Xml
    } else if !is_whole && body.len() < WINDOW && could_become_markup(text) {
        Sniffed::Undecided
    } else {
        Sniffed::Other
    }
}

fn begins_with_tag(text: &[u8], tag: &str) -> bool {
    let length = tag.len();
    text.get(..length).is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes()))
        && matches!(text.get(length), Some(b' ' | b'>' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/'))
}

fn could_become_markup(text: &[u8]) -> bool {
    let is_start = |tag: &str| {
        let length = text.len().min(tag.len());
        text[..length].eq_ignore_ascii_case(&tag.as_bytes()[..length]) && text.len() <= tag.len()
    };
    TAGS.iter().chain(&["<!--", "<?xml", "<svg"]).any(|tag| is_start(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_the_rest() {
        for (body, expected) in [
            (&b" \n<!DOCTYPE html><p>"[..], Sniffed::Html),
            (b"\xEF\xBB\xBF<HTML lang=fr>", Sniffed::Html),
            (b"<p>", Sniffed::Html),
            (b"<path d>", Sniffed::Other),
            (b"<!-- x", Sniffed::Html),
            (b"<?xml version", Sniffed::Xml),
            (b"{\"a\":\"<p>\"}", Sniffed::Other),
            (b"<!doct", Sniffed::Undecided),
            (b"  ", Sniffed::Undecided),
            (b"", Sniffed::Undecided),
        ] {
            assert_eq!(sniff(body, false), expected, "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(sniff(b"<!doct", true), Sniffed::Other);
    }
}
