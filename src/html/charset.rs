//! In: the first bytes of a page and the charset of its Content-Type. Out: the charset a browser
//! would read it in (HTML, section 13.2.3.2): byte order mark, then Content-Type, then a `meta` in the
//! first 1,024 bytes.
//!
//! Where none speaks, browsers guess by language and content; windows-1252 is what most guess for
//! western pages, and since every byte means something in it, nothing is ever unreadable. What is set
//! into such a page is pure ASCII, so it is right whatever the browser guesses.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::HtmlError;

/// How many bytes a browser searches for a `meta`.
pub(super) const PRESCAN: usize = 1024;

/// The charset of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charset {
    pub(super) encoding: &'static Encoding,
    /// Whether the page or its headers say so.
    pub(super) declared: bool,
}

/// Decides the charset of a page that begins with `prefix`.
pub(super) fn decide(prefix: &[u8], from_header: Option<&str>) -> Result<Charset, HtmlError> {
    if let Some((encoding, _)) = Encoding::for_bom(prefix) {
        return Ok(Charset { encoding, declared: true });
    }
    if let Some(encoding) = from_header.map(named).transpose()?.flatten() {
        return Ok(Charset { encoding, declared: true });
    }
    match prescan(&prefix[..prefix.len().min(PRESCAN)])? {
        // A `meta` that was read as ASCII cannot be right about UTF-16.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            Ok(Charset { encoding: UTF_8, declared: true })
        }
        Some(encoding) => Ok(Charset { encoding, declared: true }),
        None => Ok(Charset { encoding: WINDOWS_1252, declared: false }),
    }
}

/// The encoding `label` names; `None` for a label that browsers ignore too. ISO-2022-JP and the
/// labels of the "replacement" encoding can hide markup, as can UTF-7 in old browsers.
pub(super) fn named(label: &str) -> Result<Option<&'static Encoding>, HtmlError> {
    let label = label.trim();
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding.is_ascii_compatible() => Ok(Some(encoding)),
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(Some(encoding)),
        Some(_) => Err(HtmlError::Charset),
        None if label.to_ascii_lowercase().contains("utf-7") => Err(HtmlError::Charset),
        None => Ok(None),
    }
}

/// "Prescan a byte stream to determine its encoding".
fn prescan(bytes: &[u8]) -> Result<Option<&'static Encoding>, HtmlError> {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment, so the search begins at its dashes.
            let Some(end) = memchr::memmem::find(&rest[2..], b"-->") else { return Ok(None) };
            rest = &rest[2 + end + 3..];
            continue;
        }
        if !is_meta(rest) {
            rest = &rest[1..];
            continue;
        }
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        let tag = String::from_utf8_lossy(&rest[5..end]).to_ascii_lowercase();
        if let Some(label) = declared_in(&tag)
            && let Some(encoding) = named(label)?
        {
            return Ok(Some(encoding));
        }
        rest = &rest[end..];
    }
    Ok(None)
}

fn is_meta(rest: &[u8]) -> bool {
    rest.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<meta"))
        && rest.get(5).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/')
}

/// The label in a `meta` tag's attributes: after `charset=`, be it an attribute or within `content`.
fn declared_in(tag: &str) -> Option<&str> {
    let mut rest = tag;
    while let Some(at) = rest.find("charset") {
        rest = rest[at + "charset".len()..].trim_start();
        let Some(value) = rest.strip_prefix('=') else { continue };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| c.is_ascii_whitespace() || "\"';>".contains(c)).unwrap_or(value.len());
        return Some(&value[..end]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(prefix: &[u8], header: Option<&str>) -> Result<&'static str, HtmlError> {
        decide(prefix, header).map(|charset| charset.encoding.name())
    }

    #[test]
    fn a_byte_order_mark_wins_over_the_header_and_the_header_over_meta() {
        let meta = b"<meta charset=windows-1256>";
        assert_eq!(name(b"\xEF\xBB\xBF<p>", Some("iso-8859-1")), Ok("UTF-8"));
        assert_eq!(name(b"\xFF\xFE<\0", None), Ok("UTF-16LE"));
        assert_eq!(name(meta, Some("iso-8859-1")), Ok("windows-1252"));
        assert_eq!(name(meta, Some("no-such-charset")), Ok("windows-1256"));
        assert_eq!(name(meta, None), Ok("windows-1256"));
        assert_eq!(decide(b"<p>", None), Ok(Charset { encoding: WINDOWS_1252, declared: false }));
    }

    #[test]
    fn metas_are_found_as_browsers_find_them() {
        let old = b"<META http-equiv='Content-Type' content=\"text/html; charset = 'windows-1250'\">";
        assert_eq!(name(old, None), Ok("windows-1250"));
        assert_eq!(name(b"<!-- <meta charset=big5> --><meta charset='utf-8'/>", None), Ok("UTF-8"));
        assert_eq!(name(b"<!--><meta charset=big5>", None), Ok("Big5"));
        assert_eq!(name(b"<metal charset=big5>", None), Ok("windows-1252"));
        assert_eq!(name(b"<meta charset=utf-16>", None), Ok("UTF-8"));
    }

    #[test]
    fn charsets_that_can_hide_markup_are_refused() {
        for label in ["iso-2022-jp", "hz-gb-2312", "utf-7", "x-unicode-2-0-utf-7"] {
            assert_eq!(name(b"<p>", Some(label)), Err(HtmlError::Charset), "{label}");
            let meta = format!("<meta charset={label}>");
            assert_eq!(name(meta.as_bytes(), None), Err(HtmlError::Charset), "{label}");
        }
    }
}
