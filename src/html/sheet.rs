//! In: a style sheet file, whole, as its origin sends it. Out: the same bytes without the addresses that
//! are blocked, and whether it names other hosts at all. Knows no page: what a sheet means does not
//! depend on who uses it, but for the charset of one that names none: where that one could make a difference,
//! nothing may be blocked in any reading, or nothing of the sheet is left.
//!
//! All of CSS's syntax is ASCII, so in UTF-8 and in every charset of one byte a character the file is
//! read byte by byte, and what is not blocked stays as it was, valid or not. In other charsets a byte
//! that looks like a quote may be half a letter: such a file is decoded, and if anything is blocked in
//! it, it goes on as UTF-8 behind a byte order mark, which outranks all that is said of its charset (CSS
//! Syntax 3, section 3.2). Every charset that browsers know can be read so.

use encoding_rs::{BIG5, Encoding, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use url::Url;

use super::carrier::{self, Carrier};
use super::css;
use super::urls::judge_url;
use crate::policy::{Decision, Rule};

/// As far as a browser looks for `@charset`, in bytes.
const CHARSET_WINDOW: usize = 1024;
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A style sheet that was read.
#[derive(Debug)]
pub struct Sheet {
    /// Whether it names any address beyond the site's own hosts, blocked or not: if so it may read
    /// differently under another choice.
    pub leaves: bool,
    /// Its bytes without what is blocked; `None` where they stay as they came. Empty for one nested so
    /// deeply that it cannot be read.
    pub rewritten: Option<Vec<u8>>,
}

impl Sheet {
    /// Reads the sheet at `url`; `from_header` is the charset of its Content-Type.
    pub fn read(decision: &Decision, url: &Url, bytes: &[u8], from_header: Option<&str>) -> Sheet {
        let encoding = charset(bytes, from_header);
        let sheet = Sheet::read_as(decision, url, bytes, encoding.unwrap_or(UTF_8));
        let served = sheet.rewritten.as_deref().unwrap_or(bytes);
        let is_clear = encoding.is_some() || !reads_differently(served);
        if is_clear || OTHER_READINGS.iter().all(|other| !Sheet::read_as(decision, url, served, other).leaves)
        {
            return sheet;
        }
        Sheet { leaves: true, rewritten: Some(Vec::new()) }
    }

    fn read_as(decision: &Decision, url: &Url, bytes: &[u8], encoding: &'static Encoding) -> Sheet {
        let body = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let carrier = Carrier::new(encoding, true);
        let is_bytewise = carrier.is_bytewise();
        let (text, carrier) = if is_bytewise {
            (carrier::carry(body), carrier)
        } else {
            (encoding.decode(body).0.into_owned(), Carrier::utf8())
        };
        let mut leaves = false;
        let rewritten = css::without_blocked(&text, false, &mut |address| {
            let ruling = judge_url(decision, url, &carrier.read(address));
            leaves |= !matches!(ruling.rule, Rule::OwnHost | Rule::StaysInTheBrowser);
            ruling.is_blocked()
        });
        let rewritten = rewritten.map(|text| {
            let has_mark = !is_bytewise || body.len() < bytes.len();
            let body = if is_bytewise { carrier::bytes(&text) } else { text.as_bytes().into() };
            [if has_mark { MARK } else { &[] }, &body].concat()
        });
        Sheet { leaves: leaves || rewritten.is_some(), rewritten }
    }
}

/// Charsets in which a backslash, a bracket or `@` may be half a letter, and then is none of them.
const OTHER_READINGS: [&Encoding; 3] = [SHIFT_JIS, GBK, BIG5];

/// Whether a sheet may mean something else in the charset of a document that is not in Latin letters.
fn reads_differently(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|two| !two[0].is_ascii() && two[1] >= b'@' && two[1].is_ascii_punctuation())
}

/// The charset of a sheet (CSS Syntax 3, section 3.2). One that names none takes its document's.
fn charset(bytes: &[u8], from_header: Option<&str>) -> Option<&'static Encoding> {
    let by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let by_label = |label: &str| Encoding::for_label(label.as_bytes());
    by_mark.or_else(|| by_label(from_header?)).or_else(|| named_within(bytes))
}

fn named_within(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = &bytes[..bytes.len().min(CHARSET_WINDOW)];
    let label = window.strip_prefix(b"@charset \"")?;
    let end = memchr::memmem::find(label, b"\";")?;
    let encoding = Encoding::for_label(&label[..end])?;
    // A name that was read as ASCII cannot be right about UTF-16.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::visitor::fixtures::decision;

    fn read(bytes: &[u8], from_header: Option<&str>) -> Sheet {
        let url = Url::parse("https://clinic.example/css/a.css").unwrap();
        Sheet::read(&decision(Mode::Enforce, "/", &[]), &url, bytes, from_header)
    }

    fn rewritten(bytes: &[u8]) -> Option<String> {
        read(bytes, None).rewritten.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn blocked_addresses_go_and_the_rest_stays_byte_for_byte() {
        let sheet = b"\xEF\xBB\xBFa{b:url(//t.example/x);c:'\xe9\xff'}";
        let expected = b"\xEF\xBB\xBFa{b:url(about:invalid);c:'\xe9\xff'}";
        assert_eq!(read(sheet, None).rewritten.as_deref(), Some(&expected[..]));
        assert_eq!(
            rewritten(b"@import 'https://t.example/a.css'; p{background:url(b.png)}").as_deref(),
            Some("@import \"about:invalid\"; p{background:url(b.png)}")
        );
        assert_eq!(
            rewritten(b"a{b:u\\72l(\"https:\\2f/t.example\")}").as_deref(),
            Some("a{b:u\\72l(\"about:invalid\")}")
        );
    }

    #[test]
    fn a_sheet_that_stays_at_home_is_told_from_one_that_leaves() {
        for own in
            ["", "a{}", "a{b:url(/x.png?v=1)}", "a{b:url('data:image/png;base64,//x=')}", "/* //t.example */"]
        {
            let sheet = read(own.as_bytes(), None);
            assert!(!sheet.leaves && sheet.rewritten.is_none(), "{own}");
        }
        assert!(read(b"a{b:url(//t.example)}", None).leaves);
        assert!(read(b"a{b:url(//t.example\\00)}", None).leaves);
    }

    #[test]
    fn wide_and_east_asian_sheets_are_read_as_browsers_read_them() {
        let wide: Vec<u8> =
            "\u{feff}a{b:url(//t.example)}é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(rewritten(&wide).as_deref(), Some("\u{feff}a{b:url(about:invalid)}é"));
        // 0x95 0x5C is one letter in Shift_JIS; its second byte is a backslash elsewhere.
        let letter = b"a{c:'\x95\x5c';b:url(//t.example)}d::after{c:''}";
        let expected = "\u{feff}a{c:'表';b:url(about:invalid)}d::after{c:''}";
        for (bytes, header) in
            [(letter.to_vec(), Some("shift_jis")), ([&b"@charset \"Shift_JIS\";"[..], letter].concat(), None)]
        {
            let out = String::from_utf8(read(&bytes, header).rewritten.unwrap()).unwrap();
            assert!(
                out.ends_with(expected.trim_start_matches('\u{feff}')) && out.starts_with('\u{feff}'),
                "{out}"
            );
        }
        // Without a charset it is read in its document's; here nothing is found, there an address.
        assert_eq!(read(letter, None).rewritten.as_deref(), Some(&b""[..]));
        // In Shift_JIS no bracket opens, and what looks like an address is none.
        let bracket = b"--\xe9[url(@font-face{src:url(//t.example/f)}";
        assert_eq!(read(bracket, None).rewritten.as_deref(), Some(&b""[..]));
        assert!(read(b"a{c:'\x95\x5c'';b:url(/x)}", None).rewritten.is_none());
        let escapes = b"\x1b$B!!\x1b(Ba{b:url(//t.example)}";
        assert!(read(escapes, Some("iso-2022-jp")).rewritten.is_some());
        // Browsers replace all of it, so nothing of it can load.
        assert!(read(letter, Some("hz-gb-2312")).rewritten.is_none());
    }

    #[test]
    fn the_charset_is_found_as_browsers_find_it() {
        let named = |bytes: &[u8], header| charset(bytes, header).map(Encoding::name);
        assert_eq!(named(b"\xFE\xFF", Some("utf-8")), Some("UTF-16BE"));
        assert_eq!(named(b"@charset \"big5\";", Some("windows-1256")), Some("windows-1256"));
        assert_eq!(named(b"@charset \"big5\";", Some("no-such")), Some("Big5"));
        assert_eq!(named(b"@charset \"utf-16\";", None), Some("UTF-8"));
        assert_eq!(named(b" @charset \"big5\";", None), None);
    }
}
