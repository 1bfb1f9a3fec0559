//! In: attribute values and XML text as written. Out: what they mean, as far as it matters for URLs,
//! styles and scripts; and the way back for attribute values.
//!
//! Of HTML's 2,231 named references only those that yield ASCII can give a URL its structure, so
//! only they are decoded; any other leaves `&` and `;` in a host, which no host of ours contains.

use std::borrow::Cow;

/// References that yield an ASCII character (HTML, section 13.5).
const NAMED: &[(&str, char)] = &[
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("excl", '!'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("midast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("LT", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("GT", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("bsol", '\\'),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("Hat", '^'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("grave", '`'),
    ("DiacriticalGrave", '`'),
    ("lcub", '{'),
    ("lbrace", '{'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("rcub", '}'),
    ("rbrace", '}'),
];

/// References that browsers also take without a semicolon.
const LEGACY: &[&str] = &["amp", "AMP", "lt", "LT", "gt", "GT", "quot", "QUOT"];

/// What an attribute's value means.
pub(super) fn decode(value: &str) -> Cow<'_, str> {
    let Some(first) = value.find('&') else { return Cow::Borrowed(value) };
    let mut text = String::with_capacity(value.len());
    text.push_str(&value[..first]);
    let mut rest = &value[first..];
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((meaning, length)) => {
                push(&mut text, meaning);
                rest = &rest[length..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// A value that means `text` within double quotes.
pub(super) fn encode(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

#[derive(Clone, Copy)]
enum Meaning {
    One(char),
    Two(&'static str),
}

fn push(text: &mut String, meaning: Meaning) {
    match meaning {
        Meaning::One(c) => text.push(c),
        Meaning::Two(letters) => text.push_str(letters),
    }
}

/// The reference `text` begins with, and its length in bytes.
fn reference(text: &str) -> Option<(Meaning, usize)> {
    match text.as_bytes().get(1)? {
        b'#' => numeric(text).map(|(c, length)| (Meaning::One(c), length)),
        _ => named(text),
    }
}

fn named(text: &str) -> Option<(Meaning, usize)> {
    let body = &text[1..];
    let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
    let name = &body[..end];
    if body[end..].starts_with(';') {
        if name == "fjlig" {
            return Some((Meaning::Two("fj"), end + 2));
        }
        if let Some((_, c)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Some((Meaning::One(*c), end + 2));
        }
    }
    // In an attribute, a reference without its semicolon stands only where neither a letter, a
    // digit nor `=` follows (HTML, "named character reference state").
    let follows = body[end..].chars().next();
    let known = LEGACY.contains(&name) && follows != Some('=') && follows != Some(';');
    let (_, c) = NAMED.iter().find(|(legacy, _)| known && *legacy == name)?;
    Some((Meaning::One(*c), end + 1))
}

fn numeric(text: &str) -> Option<(char, usize)> {
    let body = &text[2..];
    let hex = body.starts_with(['x', 'X']);
    let (digits, radix, skipped) = if hex { (&body[1..], 16, 3) } else { (body, 10, 2) };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..end], radix).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits[end..].starts_with(';'));
    Some((code_point(code), skipped + end + semicolon))
}

/// Numbers from 128 to 159 mean windows-1252; what is no character means U+FFFD.
fn code_point(code: u32) -> char {
    match code {
        0 => '\u{FFFD}',
        0x80..=0x9F => {
            let byte = [code as u8];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next().unwrap_or('\u{FFFD}')
        }
        _ => char::from_u32(code).unwrap_or('\u{FFFD}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_mean_what_browsers_take_them_for() {
        for (written, meant) in [
            ("https&colon;&sol;&sol;a.example", "https://a.example"),
            ("&#104;&#x74;&#X74ps:", "https:"),
            ("a?b=1&amp;c=2&copy=3&amp=4", "a?b=1&c=2&copy=3&amp=4"),
            ("a&ampb &amp b", "a&ampb & b"),
            ("&Tab;/&NewLine;/x", "\t/\n/x"),
            ("&#150;&#0;&#x110000;", "–\u{FFFD}\u{FFFD}"),
            ("&; &# &#x &", "&; &# &#x &"),
        ] {
            assert_eq!(decode(written), meant, "{written}");
        }
    }

    #[test]
    fn encoded_text_decodes_to_itself() {
        let text = r#"a "b" &amp; 'c' <d>"#;
        assert_eq!(decode(&encode(text)), text);
    }
}
