//! In: a style sheet, or the declarations of a `style` attribute. Out: the same text in which blocked
//! URLs read `about:invalid` (CSS Values 4, section 4.5: an address that never loads) and every other
//! byte is as it was. Knows no element and no page.

use cssparser::{ParseError, Parser, ParserInput, SourcePosition, Token};

/// How deep blocks and functions may nest before a style is given up.
const MOST_NESTED: usize = 48;

/// `css` without the URLs that `is_blocked`; `None` where nothing changes. `read_all` where even
/// plain paths may lead elsewhere. A sheet nested so deeply that it cannot be read comes back empty.
pub(super) fn without_blocked(
    css: &str,
    read_all: bool,
    is_blocked: &mut dyn FnMut(&str) -> bool,
) -> Option<String> {
    if !read_all && !may_leave(css) {
        return None;
    }
    let mut input = ParserInput::new(css);
    let mut parser = Parser::new(&mut input);
    let start = parser.position();
    let mut walk = Walk { is_blocked, out: String::new(), copied: start, changed: false };
    if walk.tokens(&mut parser, Within::Sheet, 0).is_err() {
        return Some(String::new());
    }
    if !walk.changed {
        return None;
    }
    let tail = parser.slice_from(walk.copied);
    walk.out.push_str(tail);
    Some(walk.out)
}

/// Whether `css` could hold a URL worth judging: one that names a host, hides behind an escape, or
/// has a query by which a disguise is known.
fn may_leave(css: &str) -> bool {
    let bytes = css.as_bytes();
    memchr::memchr3(b'\\', b'?', b'\t', bytes).is_some()
        || memchr::memmem::find(bytes, b"//").is_some()
        || bytes.windows(3).any(|three| three.eq_ignore_ascii_case(b"ttp"))
}

/// What a string means where the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Sheet,
    /// After `@import`, up to the end of the statement.
    Import,
    /// After `@namespace`, whose URLs are only names.
    Namespace,
    /// After a name such as `--x`, up to the end of the declaration: an `image-set()` elsewhere may take a
    /// string from here.
    Custom,
    /// In a function whose strings are URLs.
    Addresses,
    /// In any other function or block.
    Other,
}

struct Walk<'w> {
    is_blocked: &'w mut dyn FnMut(&str) -> bool,
    out: String,
    /// Up to here the sheet was copied.
    copied: SourcePosition,
    changed: bool,
}

/// What a token asks of the walk.
enum Step {
    Judge { url: String, instead: &'static str },
    Enter(Within),
    Statement(Within),
    Pass,
    Unreadable,
}

impl Walk<'_> {
    fn tokens<'i>(
        &mut self,
        parser: &mut Parser<'i, '_>,
        around: Within,
        depth: usize,
    ) -> Result<(), ParseError<'i, ()>> {
        let mut within = around;
        loop {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments() else { return Ok(()) };
            match step(token, within, around) {
                Step::Judge { url, instead } => self.judge(parser, start, &url, instead),
                Step::Statement(now) => within = now,
                Step::Pass => {}
                Step::Unreadable => return Err(parser.new_custom_error(())),
                Step::Enter(_) if depth == MOST_NESTED => return Err(parser.new_custom_error(())),
                Step::Enter(inner) => {
                    if inner == Within::Sheet {
                        within = around;
                    }
                    parser.parse_nested_block(|nested| self.tokens(nested, inner, depth + 1))?;
                }
            }
        }
    }

    fn judge(&mut self, parser: &Parser<'_, '_>, start: SourcePosition, url: &str, instead: &str) {
        if (self.is_blocked)(url) {
            self.out.push_str(parser.slice(self.copied..start));
            self.out.push_str(instead);
            self.copied = parser.position();
            self.changed = true;
        }
    }
}

fn step(token: &Token<'_>, within: Within, around: Within) -> Step {
    let names_addresses = matches!(within, Within::Import | Within::Addresses);
    match token {
        // cssparser ends it at an escaped bracket, browsers go on (CSS Syntax 3, section 4.3.14).
        Token::BadUrl(rest) if rest.contains('\\') => Step::Unreadable,
        Token::UnquotedUrl(url) if within != Within::Namespace => {
            Step::Judge { url: url.to_string(), instead: "url(about:invalid)" }
        }
        Token::QuotedString(url) if names_addresses => {
            Step::Judge { url: url.to_string(), instead: "\"about:invalid\"" }
        }
        Token::QuotedString(text) if within == Within::Custom && names_host(text) => {
            Step::Judge { url: text.to_string(), instead: "\"about:invalid\"" }
        }
        Token::Ident(name) if name.starts_with("--") && within == Within::Sheet => {
            Step::Statement(Within::Custom)
        }
        // In brackets these words begin nothing.
        Token::AtKeyword(name) if around == Within::Sheet && name.eq_ignore_ascii_case("import") => {
            Step::Statement(Within::Import)
        }
        Token::AtKeyword(name) if around == Within::Sheet && name.eq_ignore_ascii_case("namespace") => {
            Step::Statement(Within::Namespace)
        }
        Token::Semicolon => Step::Statement(around),
        Token::Function(name) if within != Within::Namespace && holds_addresses(name) => {
            Step::Enter(Within::Addresses)
        }
        Token::CurlyBracketBlock => Step::Enter(Within::Sheet),
        // What `var()` and its like hold stands where they stand.
        Token::Function(name) if within == Within::Addresses && name.eq_ignore_ascii_case("type") => {
            Step::Enter(Within::Custom)
        }
        Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock
            if matches!(within, Within::Addresses | Within::Custom) =>
        {
            Step::Enter(within)
        }
        Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock => {
            Step::Enter(Within::Other)
        }
        _ => Step::Pass,
    }
}

/// Whether a string is an address rather than text that holds one.
fn names_host(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_whitespace)
        && ["//", "http:", "https:"]
            .iter()
            .any(|start| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// Functions whose strings are addresses (CSS Values 4, CSS Images 4).
fn holds_addresses(function: &str) -> bool {
    ["url", "src", "image", "image-set", "-webkit-image-set"]
        .iter()
        .any(|known| function.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_bad(css: &str) -> Option<String> {
        without_blocked(css, false, &mut |url| url.contains("bad"))
    }

    #[test]
    fn blocked_urls_go_and_the_rest_stays_byte_for_byte() {
        for (css, expected) in [
            (
                "a{background:URL( https://bad/x.png ) no-repeat}",
                "a{background:url(about:invalid) no-repeat}",
            ),
            ("a{b:url('//bad/x') , url(\"//ok/y\")}", "a{b:url(\"about:invalid\") , url(\"//ok/y\")}"),
            ("@import '//bad/x' screen; p{c:'//bad'}", "@import \"about:invalid\" screen; p{c:'//bad'}"),
            ("@import/**/url(//bad/x) layer(a);", "@import/**/url(about:invalid) layer(a);"),
            ("a{b:u\\72l(//b\\61 d/x)}", "a{b:url(about:invalid)}"),
            (
                "a{b:image-set('//bad/1' 1x, '//ok/2' 2x)}",
                "a{b:image-set(\"about:invalid\" 1x, '//ok/2' 2x)}",
            ),
            (
                "@media x{@font-face{src:url(//bad/f) format('//bad')}}",
                "@media x{@font-face{src:url(about:invalid) format('//bad')}}",
            ),
            (
                "a{--x:'//bad/x';--y:\"//ok\";c:image-set(var(--x) 1x)}",
                "a{--x:\"about:invalid\";--y:\"//ok\";c:image-set(var(--x) 1x)}",
            ),
            ("a{b:image-set(var(--y, '//bad') 1x)}", "a{b:image-set(var(--y, \"about:invalid\") 1x)}"),
            ("--x:[image-set([['//bad'", "--x:[image-set([[\"about:invalid\""),
            ("background:url(//bad/unclosed", "background:url(about:invalid)"),
            ("é{b:url(//bad)}/* url(//bad) é */", "é{b:url(about:invalid)}/* url(//bad) é */"),
        ] {
            assert_eq!(without_bad(css).as_deref(), Some(expected), "{css}");
        }
    }

    #[test]
    fn what_loads_nothing_stays() {
        for css in [
            "@namespace url(http://bad/1999/xhtml); a{}",
            "@namespace svg 'http://bad/'; a{}",
            "a::after{content:'//bad'}",
            "a{--x:'see //bad';content:'//bad'}",
            "/* @import '//bad' */",
            "a{b:url(/bad.png)}",
        ] {
            assert_eq!(without_bad(css), None, "{css}");
        }
    }

    #[test]
    fn an_address_that_ends_elsewhere_for_browsers_drops_the_sheet() {
        assert_eq!(without_bad("a{b:url(//ok \\)\"}c{d:url(//bad)}").as_deref(), Some(""));
    }

    #[test]
    fn a_sheet_nested_too_deeply_is_dropped() {
        let deep = format!("a{{b://{}url(//ok)", "(".repeat(100_000));
        assert_eq!(without_bad(&deep).as_deref(), Some(""));
    }
}
