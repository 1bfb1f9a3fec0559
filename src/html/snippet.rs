//! In: the text of a script. Out: the same without what hides a name: escapes, quote styles, spaces,
//! strings in pieces. And what such a text imports. Runs nothing and understands no language; it only
//! makes alike what means alike.

/// The script as signatures are matched against it: `\/`, `\x2f` and `\u002f` decoded, every quote
/// `'`, spaces kept only between two words, `'a' + 'b'` joined.
pub(super) fn normalise(script: &str) -> Vec<u8> {
    let mut flat = Vec::with_capacity(script.len());
    let bytes = script.as_bytes();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += match b {
            b'\\' => push_escaped(&mut flat, &bytes[at..]),
            b'"' | b'`' | b'\'' => push_quote(&mut flat),
            b if b.is_ascii_whitespace() => push_space(&mut flat),
            b => push_byte(&mut flat, b),
        };
    }
    flat
}

fn push_byte(flat: &mut Vec<u8>, b: u8) -> usize {
    if flat.last() == Some(&b' ') && !is_word(b) {
        flat.pop();
    }
    flat.push(b);
    1
}

fn push_space(flat: &mut Vec<u8>) -> usize {
    if flat.last().is_some_and(|b| is_word(*b)) {
        flat.push(b' ');
    }
    1
}

/// A quote; where it opens a string that is added to the one before, both quotes go.
fn push_quote(flat: &mut Vec<u8>) -> usize {
    push_byte(flat, b'\'');
    for joint in [&b"'+'"[..], b"'.concat('"] {
        if flat.ends_with(joint) && flat.len() > joint.len() {
            flat.truncate(flat.len() - joint.len());
        }
    }
    1
}

/// An escape, and how many bytes it takes. Escaped quotes are dropped: they end no string.
fn push_escaped(flat: &mut Vec<u8>, escape: &[u8]) -> usize {
    let Some(&kind) = escape.get(1) else { return 1 };
    match kind {
        b'x' => push_coded(flat, hex(escape, 2, 2), 4),
        b'u' if escape.get(2) == Some(&b'{') => {
            let end = escape.iter().take(12).position(|b| *b == b'}').unwrap_or(3);
            push_coded(flat, hex(escape, 3, end - 3), end + 1)
        }
        b'u' => push_coded(flat, hex(escape, 2, 4), 6),
        b'\'' | b'"' | b'`' | b'\n' => 2,
        b'\r' => 2 + usize::from(escape.get(2) == Some(&b'\n')),
        b'n' | b't' | b'r' => 1 + push_space(flat),
        other => 1 + push_byte(flat, other),
    }
}

fn push_coded(flat: &mut Vec<u8>, code: Option<u32>, length: usize) -> usize {
    let Some(c) = code.and_then(char::from_u32) else { return 2 };
    if c.is_ascii_whitespace() {
        push_space(flat);
    } else if !matches!(c, '\'' | '"' | '`') {
        let mut buffer = [0; 4];
        c.encode_utf8(&mut buffer).bytes().for_each(|b| {
            push_byte(flat, b);
        });
    }
    length
}

fn hex(escape: &[u8], from: usize, length: usize) -> Option<u32> {
    let digits = std::str::from_utf8(escape.get(from..from + length)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether `b` can be part of a name in a script.
pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | 0x80..)
}

/// What a normalised script imports: the texts after `import` and `from`.
pub(super) fn imports(flat: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for word in [&b"import'"[..], b"import('", b"from'"] {
        for at in memchr::memmem::find_iter(flat, word) {
            let rest = &flat[at + word.len()..];
            let end = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
            found.push(String::from_utf8_lossy(&rest[..end]).into_owned());
        }
    }
    found
}

/// A normalised script without the content of its strings and without comments.
pub(super) fn without_strings(flat: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(flat.len());
    let mut rest = flat;
    while let Some(&b) = rest.first() {
        let skipped = match b {
            b'\'' => 1 + memchr::memchr(b'\'', &rest[1..]).map_or(rest.len() - 1, |end| end + 1),
            b'/' if rest.starts_with(b"/*") => {
                memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2)
            }
            _ => {
                bare.push(b);
                1
            }
        };
        rest = &rest[skipped..];
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(script: &str) -> String {
        String::from_utf8(normalise(script)).unwrap()
    }

    #[test]
    fn what_means_alike_becomes_alike() {
        for (script, expected) in [
            (r#"fbq( "init" , `1` )"#, "fbq('init','1')"),
            (r"'https:\/\/ssl' + '.google' +".trim_end_matches('+'), "'https://ssl.google'"),
            (r"'\x68\u0074\u{74}p:'", "'http:'"),
            ("var  a\n=\t1", "var a=1"),
            (r#"document.write("<script src=\"//a\">")"#, "document.write('<script src=//a>')"),
            (r#"'a'.concat("b")"#, "'ab')"),
            (r"'x\", r"'x"),
            (r"'\u{zz}'", "'{zz}'"),
        ] {
            assert_eq!(flat(script), expected, "{script}");
        }
    }

    #[test]
    fn imports_are_found() {
        let script = normalise("import a from \"https://a\"; import 'b'; import( 'c' ).then()");
        let mut found = imports(&script);
        found.sort();
        assert_eq!(found, ["b", "c", "https://a"]);
    }
}
