//! In: the start of a script. Out: whether its directives make it strict (ECMAScript, 11.2.1). Reads
//! comments and strings, and understands nothing else of the language.

/// Whether the script that begins with `start` is strict by its own word; `None` where more of it is needed
/// to tell. `is_whole` where no more will come, or be waited for.
pub fn is_strict(start: &[u8], is_whole: bool) -> Option<bool> {
    let mut rest = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    if rest.starts_with(b"#!") {
        rest = after(rest, b"\n", is_whole)?;
    }
    loop {
        rest = match rest {
            [] => return is_whole.then_some(false),
            [b'/' | b'#' | 0xC2] | [0xE2..=0xEF] | [0xE2..=0xEF, _] if !is_whole => return None,
            [b'/', b'/', ..] => after(rest, b"\n", is_whole)?,
            [b'/', b'*', ..] => after(&rest[2..], b"*/", is_whole)?,
            [b'\'' | b'"', ..] => match string(rest) {
                Some((b"use strict", _)) => return Some(true),
                Some((_, rest)) => rest,
                None => return is_whole.then_some(false),
            },
            [b';' | b' ' | b'\t'..=b'\r', rest @ ..] => rest,
            // No-break space, byte order mark, line and paragraph separator.
            [0xC2, 0xA0, rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            [0xE2, 0x80, 0xA8 | 0xA9, rest @ ..] => rest,
            _ => return Some(false),
        };
    }
}

/// What follows `end`; nothing where it does not come any more.
fn after<'t>(text: &'t [u8], end: &[u8], is_whole: bool) -> Option<&'t [u8]> {
    match text.windows(end.len()).position(|window| window == end) {
        Some(at) => Some(&text[at + end.len()..]),
        None => is_whole.then_some(&[]),
    }
}

/// The string that `text` begins with, as written, and what follows it.
fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (quote, text) = text.split_first()?;
    let mut escaped = false;
    let end = text.iter().position(|b| {
        let ends = b == quote && !escaped;
        escaped = *b == b'\\' && !escaped;
        ends
    })?;
    Some((&text[..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_found_before_all_else_and_only_there() {
        for (script, expected) in [
            ("'use strict'", true),
            ("\u{feff}/*! © 'x' */\n// y\n\"use strict\";a()", true),
            ("'use asm'; 'use strict';", true),
            ("#!node\n'use strict'", true),
            ("\u{a0}\u{2028}'use strict'", true),
            ("'use\\x20strict'", false),
            ("a(); 'use strict'", false),
            ("// 'use strict'", false),
            ("/* 'use strict' */ (function(){'use strict'})()", false),
            ("'it\\'s' ; 'use strict'", true),
            ("'open", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(is_strict(script.as_bytes(), true), Some(expected), "{script}");
            for end in 0..script.len() {
                let early = is_strict(&script.as_bytes()[..end], false);
                assert!(early.is_none_or(|early| early == expected), "{script} at {end}");
            }
        }
    }
}
