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

/// What a script cannot fetch without, as it stands in code.
const FETCHES: [&str; 18] = [
    "createElement",
    "document.write",
    "importScripts",
    "import(",
    "XMLHttpRequest",
    "fetch(",
    "sendBeacon",
    "Image(",
    ".src",
    ".href",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "WebSocket",
    "EventSource",
    "getScript",
    "ajax(",
    "eval(",
];

/// Whether a script could fetch anything: its code, strings and comments apart, holds one of the words
/// that are needed for it. A script whose strings cannot be told apart counts as one that does.
pub(super) fn fetches(script: &str) -> bool {
    let code = code_of(script);
    let text = code.as_deref().unwrap_or(script);
    code.is_none() || hides_a_member(text) || FETCHES.iter().any(|word| text.contains(word))
}

/// `d['create' + 'Element']`: a member whose name is in a string. A list's bracket follows no value.
fn hides_a_member(code: &str) -> bool {
    let ends_value = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | ')' | ']');
    code.match_indices("[''").any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default().trim_end();
        before.ends_with(ends_value)
            && !["return", "case", "of", "in"].iter().any(|word| before.ends_with(word))
    })
}

/// The script with its strings emptied and its comments gone; `None` where a string has no end.
fn code_of(script: &str) -> Option<String> {
    let mut code = String::with_capacity(script.len() / 4);
    let mut rest = script;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' | '\'' | '`' => {
                code.push_str("''");
                string_length(rest, first)?
            }
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/")? + 2,
            _ => {
                code.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..)?;
    }
    Some(code)
}

/// The bytes of the string that `text` begins with, its quotes included.
fn string_length(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return None,
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
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

    #[test]
    fn data_is_told_from_code_that_fetches() {
        let data = r#"wp.apiFetch.use(wp.apiFetch.createPreloadingMiddleware({"a":"https:\/\/secure.gravatar.com\/x fetch( d\u2019eau l'\"x","b":["edit","view"]}));"#;
        assert!(!fetches(data));
        assert!(!fetches("var settings = {url: 'https://maps.google.com/x.src'}; // createElement"));
        for code in [
            "s=document.createElement('script');s.src='//t.example'",
            "document.write(\"<script src=//t.example>\")",
            "new Image().src = 'https://t.example'",
            "d['create'+'Element']('x')",
            "x = 'no end",
        ] {
            assert!(fetches(code), "{code}");
        }
    }
}
