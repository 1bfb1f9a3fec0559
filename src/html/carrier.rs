//! In: bytes in the page's charset, or text to set in. Out: text that lol_html carries without loss.
//!
//! lol_html decodes what handlers see and encodes what they leave, which would alter a page that is
//! not what it declares. So it is told that every page is `x-user-defined`, the one charset in which
//! any byte survives the way there and back: bytes from 0x80 become U+F780 to U+F7FF. Such text is
//! called *carried* here. Markup is ASCII in every charset that gets this far, so nothing is lost.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

const FIRST: u32 = 0xF780;
const LAST: u32 = 0xF7FF;

/// Reads and writes carried text of one page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carrier {
    encoding: &'static Encoding,
    /// Whether the page says its charset; if not, only ASCII may be set in.
    declared: bool,
}

impl Carrier {
    pub(super) fn new(encoding: &'static Encoding, declared: bool) -> Carrier {
        Carrier { encoding, declared }
    }

    /// For documents that were decoded already.
    pub(super) fn utf8() -> Carrier {
        Carrier::new(UTF_8, true)
    }

    pub(super) fn is_declared(&self) -> bool {
        self.declared
    }

    /// Whether a byte of ASCII is always a letter of its own. In other charsets what looks like a backslash
    /// may be half of one.
    pub(super) fn is_bytewise(&self) -> bool {
        self.encoding == UTF_8 || self.encoding.is_single_byte()
    }

    /// Carried text as a browser reads it.
    pub(super) fn read<'t>(&self, carried: &'t str) -> Cow<'t, str> {
        if carried.is_ascii() {
            return Cow::Borrowed(carried);
        }
        let mut text = String::with_capacity(carried.len());
        let mut run = Vec::new();
        for c in carried.chars() {
            match u32::from(c) {
                code @ FIRST..=LAST => run.push((code - FIRST) as u8 | 0x80),
                0..=0x7F => run.push(c as u8),
                _ => {
                    text.push_str(&self.encoding.decode_without_bom_handling(&run).0);
                    run.clear();
                    text.push(c);
                }
            }
        }
        text.push_str(&self.encoding.decode_without_bom_handling(&run).0);
        Cow::Owned(text)
    }

    /// Text that came from the page's own bytes, carried again; `None` where the charset lacks some of it.
    pub(super) fn write_back(&self, text: &str) -> Option<String> {
        let (bytes, _, is_lossy) = self.encoding.encode(text);
        (!is_lossy).then(|| carry(&bytes))
    }

    /// Text to be set in, carried; what the charset lacks becomes a numeric reference.
    pub(super) fn write(&self, text: &str) -> String {
        if text.is_ascii() {
            text.to_owned()
        } else if self.declared {
            carry(&self.encoding.encode(text).0)
        } else {
            carry(&encoding_rs::X_USER_DEFINED.encode(text).0)
        }
    }
}

/// Bytes, carried.
pub(super) fn carry(bytes: &[u8]) -> String {
    encoding_rs::X_USER_DEFINED.decode_without_bom_handling(bytes).0.into_owned()
}

/// The bytes of carried text.
pub(super) fn bytes(carried: &str) -> Cow<'_, [u8]> {
    encoding_rs::X_USER_DEFINED.encode(carried).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_way_there_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(&*bytes(&carry(&all)), &all[..]);
    }

    #[test]
    fn carried_text_is_read_in_the_pages_charset() {
        let utf8 = Carrier::utf8();
        assert_eq!(utf8.read(&carry("clinique-é.example".as_bytes())), "clinique-é.example");
        let latin = Carrier::new(encoding_rs::WINDOWS_1252, true);
        assert_eq!(latin.read(&carry(b"caf\xe9")), "café");
        assert_eq!(latin.read(&format!("{}–", carry(b"\xe9"))), "é–");
    }

    #[test]
    fn what_is_set_in_fits_the_charset() {
        let latin = Carrier::new(encoding_rs::WINDOWS_1252, true);
        assert_eq!(&*bytes(&latin.write("é ع")), b"\xe9 &#1593;");
        let unknown = Carrier::new(encoding_rs::WINDOWS_1252, false);
        assert_eq!(&*bytes(&unknown.write("é")), b"&#233;");
    }
}
