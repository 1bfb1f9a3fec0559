//! Styles: as files, in elements and in attributes, in any charset. They are judged by a tokeniser of their own,
//! written from the standard (CSS Syntax 3, section 4): what loads must not be blocked, and nothing else changes.

use std::collections::BTreeSet;

use bolero::{TypeGenerator, check};
use encoding_rs::Encoding;
use paravent::html::Sheet;

use crate::html::{Grant, Served};
use crate::pages::{attribute, elements};
use crate::{is_blocked, page};

/// Pieces of styles; none holds a `<`, which would matter to the page around it.
const PIECES: &[&[u8]] = &[
    b"a{background:url(//stats.example/x)}",
    b"a{background:url( 'https://a.blocked.example/x' )}",
    b"a{b:URL(\"//pixel.example\")}",
    b"@import '//stats.example/a.css';",
    b"@import url(//pixel.example/a.css) layer(x) screen;",
    b"@IMPORT/**/\"//pixel.example\"",
    b"@namespace svg url(http://stats.example/);",
    b"@namespace '//stats.example'",
    b"@font-face{src:url(//stats.example/f.woff2) format('woff2')}",
    b"a{b:image-set('//stats.example/1' 1x, url(//images.clinic.example) 2x)}",
    b"a{b:-webkit-image-set(url(//stats.example) 1x)}",
    b"a{b:image-set(\"//pixel.example\" type('image/png'))}",
    b"a{--x:'//stats.example/x';b:image-set(var(--x) 1x)}",
    b"a{--x:url(//stats.example)}",
    b"a{b:u\\72 l(//stats.example)}",
    b"a{b:url(/\\2f stats.example/)}",
    b"a{b:url(//stats\\.example)}",
    b"a::after{content:'//stats.example'}",
    b"@media x{@supports (a:b){a{b:url(//stats.example)}}}",
    b"a{b:src('//stats.example')}",
    b"url(//stats.example",
    b"url(//stats.example /x)",
    b"url(//stats.example'",
    b"1url(//stats.example)",
    b"#url(//stats.example)",
    b"-url(//stats.example)",
    b"@url(//stats.example)",
    b"--url(//stats.example)",
    b"u\\rl(//stats.example)",
    b"url(",
    b"image-set(",
    b"'//stats.example'",
    b"\"//pixel.example\"",
    b"//stats.example",
    b"@import ",
    b"@charset \"shift_jis\";",
    b"/*",
    b"*/",
    b"{",
    b"}",
    b"(",
    b")",
    b"[",
    b"]",
    b";",
    b":",
    b",",
    b"'",
    b"\"",
    b"\\",
    b"\\\n",
    b"\\\r\n",
    b"\n",
    b"\r",
    b"\x0c",
    b" ",
    b"\t",
    b"\0",
    b"-->",
    b"--",
    b"-",
    b"+1e3",
    b"u+26",
    b"U",
    b"1.5em",
    b"@",
    b"#",
    b"!important",
    b"a",
    b"\xc3\xa9",
    b"\xe2\x80\x93",
    b"\x95\x5c",
    b"\x95",
    b"\xe9",
    b"\xff",
    b"a{b:url(/own.png)}",
    b"a{b:url(https://images.clinic.example/x.png)}",
];

const CHARSETS: &[&str] = &["utf-8", "windows-1252", "shift_jis", "gbk", "big5", "euc-jp", "iso-8859-8"];
/// What a page's sheet may come in besides, its bytes being what they are.
const OF_FILES: &[&str] = &["iso-2022-jp", "utf-16le", "replacement", "no-such"];

#[derive(Clone, Debug, TypeGenerator)]
struct Style {
    pieces: Vec<u8>,
    charset: u8,
    /// Where the page is cut.
    cut: u16,
}

impl Style {
    fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().take(24).flat_map(|at| PIECES[usize::from(*at) % PIECES.len()]).copied().collect()
    }
}

#[test]
fn a_file_loads_nothing_that_is_blocked_and_is_otherwise_as_it_was() {
    check!().with_type::<Style>().for_each(|style| {
        let bytes = style.bytes();
        let labels: Vec<Option<&str>> =
            CHARSETS.iter().chain(OF_FILES).map(|label| Some(*label)).chain([None, None, None]).collect();
        let header = labels[usize::from(style.charset) % labels.len()];
        let served =
            Sheet::read(&Grant::None.decision(), &page(), &bytes, header).rewritten.unwrap_or(bytes.clone());
        let readings: BTreeSet<String> =
            CHARSETS.iter().map(|around| as_browsers_read(&served, header, around)).collect();
        for text in &readings {
            let loaded = blocked(text);
            assert!(loaded.is_empty(), "{loaded:?}, {header:?}, in {text} from\n{}", bytes.escape_ascii());
        }
        if let (Ok(before), Ok(after)) = (std::str::from_utf8(&bytes), std::str::from_utf8(&served))
            && header == Some("utf-8")
        {
            assert_same(before, after);
        }
    });
}

#[test]
fn a_page_loads_nothing_that_is_blocked_from_its_styles() {
    check!().with_type::<Style>().for_each(|style| {
        let charset = CHARSETS[usize::from(style.charset) % CHARSETS.len()];
        let served = Served { charset: Some(charset.to_owned()), ..Served::document(Grant::None) };
        let css = style.bytes();
        let page =
            [b"<!doctype html><style>", &css[..], b"</style><p style=\"", &quoted(&css), b"\">x"].concat();
        // A page that cannot be read is not sent.
        let Ok(whole) = served.rewrite([&page[..]]) else { return };
        let (head, tail) = page.split_at(usize::from(style.cut) % (page.len() + 1));
        assert_eq!(whole, served.rewrite([head, tail]).unwrap(), "cut in\n{}", page.escape_ascii());
        let (before, after) = (styles(&page, charset), styles(&whole, charset));
        assert_eq!(before.len(), after.len(), "{}", page.escape_ascii());
        for (before, after) in before.iter().zip(&after) {
            let loaded = blocked(after);
            assert!(loaded.is_empty(), "{loaded:?}, {charset}, from\n{}", page.escape_ascii());
            if charset == "utf-8" && !before.contains(char::REPLACEMENT_CHARACTER) {
                assert_same(before, after);
            }
        }
    });
}

fn quoted(css: &[u8]) -> Vec<u8> {
    css.iter()
        .flat_map(|b| if *b == b'"' { &b"&quot;"[..] } else { std::slice::from_ref(b) })
        .copied()
        .collect()
}

/// The text of each style of a page, elements and attributes.
fn styles(page: &[u8], charset: &str) -> Vec<String> {
    let encoding = Encoding::for_label(charset.as_bytes()).unwrap();
    let text = encoding.decode_with_bom_removal(page).0;
    let mut found = Vec::new();
    elements(&text, true, &mut |node, name, text| match name {
        "style" => found.push(text.to_owned()),
        _ => found.extend(attribute(node, "style")),
    });
    found
}

/// A file's text (CSS Syntax 3, section 3.2), used by a document in the charset `around`.
fn as_browsers_read(bytes: &[u8], header: Option<&str>, around: &str) -> String {
    let named = || {
        let label = bytes[..bytes.len().min(1024)].strip_prefix(b"@charset \"")?;
        let end = label.windows(2).position(|two| two == b"\";")?;
        Encoding::for_label(&label[..end])
    };
    let by_label = |label: &str| Encoding::for_label(label.as_bytes());
    let encoding = header.and_then(by_label).or_else(named).or_else(|| by_label(around)).unwrap();
    // A byte order mark outranks them all.
    encoding.decode(bytes).0.into_owned()
}

fn blocked(css: &str) -> Vec<String> {
    let tokens = tokens(css);
    loads(&tokens)
        .filter(|url| page().join(url).is_ok_and(|url| is_blocked(&url)))
        .map(str::to_owned)
        .collect()
}

/// Whether an address is on the site's own hosts, or asks nobody; everything else is blocked here.
fn is_own(address: &str) -> bool {
    let own = ["clinic.example", "images.clinic.example"];
    let asks_nobody = |url: &url::Url| ["data", "blob", "about"].contains(&url.scheme());
    page().join(address).is_ok_and(|url| url.host_str().map_or(asks_nobody(&url), |host| own.contains(&host)))
}

/// Token by token: what differs was blocked, and loads nothing now. A sheet too deep to be read comes empty.
fn assert_same(before: &str, after: &str) {
    if after.is_empty() {
        return;
    }
    let (old, new) = (tokens(before), tokens(after));
    assert_eq!(old.len(), new.len(), "{before}\n--- became\n{after}");
    for (old, new) in old.iter().zip(&new) {
        let (was, is) = (&before[old.start..old.end], &after[new.start..new.end]);
        let neutralised = match &old.what {
            What::Url(url) | What::Text(url) => is.contains("about:invalid") && !is_own(url),
            _ => false,
        };
        assert!(was == is || neutralised, "{was} became {is} in\n{before}");
    }
}

/// What a sheet would load: more than browsers do, where they would find it in a wrong place.
pub(crate) fn loads(tokens: &[Token]) -> impl Iterator<Item = &str> {
    let mut place = Place { open: Vec::new(), statement: Statement::Other };
    tokens.iter().filter(move |token| place.loads(&token.what)).filter_map(|token| match &token.what {
        What::Url(url) | What::Text(url) => Some(&**url),
        _ => None,
    })
}

/// Where in a sheet a token stands.
struct Place {
    open: Vec<Open>,
    statement: Statement,
}

/// A block or function that is open.
struct Open {
    closed_by: char,
    /// Whether strings in it are addresses.
    of_addresses: bool,
    /// The statement that goes on behind it.
    around: Statement,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    Import,
    /// Behind what is imported: conditions, in which a name such as `--x` declares nothing.
    Imported,
    Namespace,
    /// Behind a name such as `--x`: an `image-set()` elsewhere may take a string from here.
    Custom,
    Other,
}

impl Place {
    /// Takes the next token in, and says whether it is an address that is loaded.
    fn loads(&mut self, what: &What) -> bool {
        let now = self.statement;
        let in_block = self.open.last().is_none_or(|open| open.closed_by == '}');
        let in_addresses = self.open.last().is_some_and(|open| open.of_addresses);
        match what {
            What::Blank => {}
            What::At(name) if in_block && name.eq_ignore_ascii_case("import") => {
                self.statement = Statement::Import;
            }
            What::At(name) if in_block && name.eq_ignore_ascii_case("namespace") => {
                self.statement = Statement::Namespace;
            }
            What::Name(name) if name.starts_with("--") && in_block && now == Statement::Other => {
                self.statement = Statement::Custom;
            }
            What::Semicolon => self.statement = Statement::Other,
            What::Function(name) => {
                let of = ["url", "src", "image", "image-set", "-webkit-image-set"];
                let known = of.iter().any(|of| name.eq_ignore_ascii_case(of)) && now != Statement::Namespace;
                self.open(')', known || (in_addresses && !name.eq_ignore_ascii_case("type")));
            }
            What::Open(bracket) => self.open(*bracket, false),
            What::Close(bracket) => self.close(*bracket),
            // Only the first thing behind it is imported.
            _ if now == Statement::Import => self.statement = Statement::Imported,
            _ => {}
        }
        match what {
            What::Url(_) => now != Statement::Namespace,
            What::Text(text) => {
                let is_taken_up = now == Statement::Custom && text.starts_with("//") && !text.contains(' ');
                now == Statement::Import || in_addresses || is_taken_up
            }
            _ => false,
        }
    }

    fn open(&mut self, closed_by: char, of_addresses: bool) {
        self.open.push(Open { closed_by, of_addresses, around: self.statement });
        if closed_by == '}' || self.statement != Statement::Custom {
            self.statement = Statement::Other;
        }
    }

    fn close(&mut self, bracket: char) {
        if self.open.last().is_some_and(|open| open.closed_by == bracket) {
            let around = self.open.pop().map_or(Statement::Other, |open| open.around);
            self.statement = if bracket == '}' { Statement::Other } else { around };
        }
    }
}

#[derive(Debug)]
pub(crate) struct Token {
    start: usize,
    end: usize,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Url(String),
    Text(String),
    Function(String),
    At(String),
    Name(String),
    Blank,
    Semicolon,
    /// By what it is closed.
    Open(char),
    Close(char),
    Other,
}

pub(crate) fn tokens(css: &str) -> Vec<Token> {
    let mut reader = Reader { css, at: 0 };
    let mut tokens = Vec::new();
    while reader.peek(0).is_some() {
        let start = reader.at;
        let what = reader.token();
        tokens.push(Token { start, end: reader.at, what });
    }
    tokens
}

struct Reader<'c> {
    css: &'c str,
    at: usize,
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0c')
}

fn is_space(c: char) -> bool {
    is_newline(c) || matches!(c, ' ' | '\t')
}

fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn in_name(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit() || c == '-'
}

impl Reader<'_> {
    /// A NUL is replaced before anything is read (CSS Syntax 3, section 3.3).
    fn peek(&self, ahead: usize) -> Option<char> {
        let c = self.css[self.at..].chars().nth(ahead)?;
        Some(if c == '\0' { char::REPLACEMENT_CHARACTER } else { c })
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += self.css[self.at..].chars().next().map_or(0, char::len_utf8);
        Some(c)
    }

    fn skip(&mut self, while_it: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&while_it) {
            self.next();
        }
    }

    /// The end of the input after a backslash is no newline, so it is an escape (of U+FFFD).
    fn is_escape(&self, ahead: usize) -> bool {
        self.peek(ahead) == Some('\\') && self.peek(ahead + 1).is_none_or(|c| !is_newline(c))
    }

    fn is_name(&self, ahead: usize) -> bool {
        match self.peek(ahead) {
            Some('-') => {
                self.peek(ahead + 1).is_some_and(|c| starts_name(c) || c == '-') || self.is_escape(ahead + 1)
            }
            Some('\\') => self.is_escape(ahead),
            Some(c) => starts_name(c),
            None => false,
        }
    }

    fn is_number(&self) -> bool {
        let sign = usize::from(matches!(self.peek(0), Some('+' | '-')));
        let digit = |at| self.peek(at).is_some_and(|c: char| c.is_ascii_digit());
        digit(sign) || (self.peek(sign) == Some('.') && digit(sign + 1))
    }

    fn token(&mut self) -> What {
        let rest = &self.css[self.at..];
        if let Some(comment) = rest.strip_prefix("/*") {
            self.at += comment.find("*/").map_or(rest.len(), |end| end + 4);
            return What::Blank;
        }
        if self.is_number() {
            return self.number();
        }
        if rest.starts_with("<!--") {
            self.at += 4;
            return What::Other;
        }
        if rest.starts_with("-->") {
            self.at += 3;
            return What::Other;
        }
        if self.is_name(0) {
            return self.name_like();
        }
        match self.next().unwrap() {
            c if is_space(c) => {
                self.skip(is_space);
                What::Blank
            }
            quote @ ('"' | '\'') => self.text(quote),
            '@' if self.is_name(0) => What::At(self.name()),
            '#' if self.peek(0).is_some_and(in_name) || self.is_escape(0) => {
                self.name();
                What::Other
            }
            ';' => What::Semicolon,
            '{' => What::Open('}'),
            '(' => What::Open(')'),
            '[' => What::Open(']'),
            c @ ('}' | ')' | ']') => What::Close(c),
            _ => What::Other,
        }
    }

    fn number(&mut self) -> What {
        let digits = |c: char| c.is_ascii_digit();
        if matches!(self.peek(0), Some('+' | '-')) {
            self.next();
        }
        self.skip(digits);
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(digits) {
            self.next();
            self.skip(digits);
        }
        if matches!(self.peek(0), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
            if self.peek(1 + sign).is_some_and(digits) {
                self.at += 1 + sign;
                self.skip(digits);
            }
        }
        if self.is_name(0) {
            self.name();
        } else if self.peek(0) == Some('%') {
            self.next();
        }
        What::Other
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        loop {
            match self.peek(0) {
                Some(c) if in_name(c) => name.extend(self.next()),
                Some('\\') if self.is_escape(0) => {
                    self.next();
                    name.push(self.escape());
                }
                _ => return name,
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> char {
        let digits: String =
            self.css[self.at..].chars().take(6).take_while(char::is_ascii_hexdigit).collect();
        if digits.is_empty() {
            return self.next().unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        self.at += digits.len();
        if self.css[self.at..].starts_with("\r\n") {
            self.at += 2;
        } else if self.peek(0).is_some_and(is_space) {
            self.next();
        }
        let code = u32::from_str_radix(&digits, 16).unwrap();
        char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn text(&mut self, quote: char) -> What {
        let mut text = String::new();
        loop {
            match self.peek(0) {
                None => return What::Text(text),
                Some(c) if is_newline(c) => return What::Other,
                Some('\\') => {
                    self.next();
                    match self.peek(0) {
                        None => {}
                        Some('\r') if self.peek(1) == Some('\n') => self.at += 2,
                        Some(c) if is_newline(c) => self.at += 1,
                        Some(_) => text.push(self.escape()),
                    }
                }
                Some(c) => {
                    self.next();
                    if c == quote {
                        return What::Text(text);
                    }
                    text.push(c);
                }
            }
        }
    }

    fn name_like(&mut self) -> What {
        let name = self.name();
        if self.peek(0) != Some('(') {
            return What::Name(name);
        }
        self.next();
        if name.eq_ignore_ascii_case("url") {
            let rest = self.css[self.at..].trim_start_matches(is_space);
            if !rest.starts_with(['"', '\'']) {
                return self.url();
            }
        }
        What::Function(name)
    }

    fn url(&mut self) -> What {
        let mut url = String::new();
        self.skip(is_space);
        loop {
            match self.peek(0) {
                None => return What::Url(url),
                Some(')') => {
                    self.next();
                    return What::Url(url);
                }
                Some(c) if is_space(c) => {
                    self.skip(is_space);
                    if self.peek(0).is_some_and(|c| c != ')') {
                        return self.bad_url();
                    }
                }
                Some('\\') if self.is_escape(0) => {
                    self.next();
                    url.push(self.escape());
                }
                Some('"' | '\'' | '(' | '\\' | '\x01'..='\x08' | '\x0b' | '\x0e'..='\x1f' | '\x7f') => {
                    return self.bad_url();
                }
                Some(_) => url.extend(self.next()),
            }
        }
    }

    fn bad_url(&mut self) -> What {
        loop {
            match self.peek(0) {
                None => return What::Other,
                Some('\\') if self.is_escape(0) => {
                    self.next();
                    self.escape();
                }
                Some(c) => {
                    self.next();
                    if c == ')' {
                        return What::Other;
                    }
                }
            }
        }
    }
}

#[test]
fn the_tokeniser_finds_what_loads() {
    let found = |css: &str| loads(&tokens(css)).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(found("a{b:u\\72 l( x\\79 ) c}@import/**/'y';'z'"), ["xy", "y"]);
    assert_eq!(found("1url(x) #url(y) image-set('z' type('t')) url(a b)"), ["z"]);
    assert_eq!(found("@namespace a url(x);--b:'//c' url('d"), ["//c", "d"]);
}
