//! `Link` headers, read by a parser of its own, written from the standard (RFC 8288, appendix B): what a browser
//! would fetch or connect to is not blocked, and in lines that anybody can read nothing else is lost.

use bolero::{TypeGenerator, check};
use http::header::LINK;
use http::{HeaderMap, HeaderValue};
use paravent::response::clean_headers;

use crate::html::Grant;
use crate::{is_blocked, page};

const TARGETS: &[&str] = &[
    "https://stats.example/a.js",
    "//a.blocked.example",
    "HTTPS:\\\\pixel.example/x",
    "/\\pixel.example",
    "/own.css",
    "x,y;z",
    "https://images.clinic.example/a.png",
    "https://stats.example:443/>",
    "",
];

const RELATIONS: &[&str] = &[
    "preconnect",
    "dns-prefetch",
    "preload",
    "PreLoad",
    "prefetch",
    "modulepreload",
    "stylesheet",
    "icon",
    "prerender",
    "next",
    "canonical",
    "https://api.w.org/",
    "",
];

/// What may stand after a target, `{R}` being a relation or several.
const PARAMETERS: &[&str] = &[
    ";rel={R}",
    "; rel=\"{R}\"",
    " ; REL = \"{R}\" ",
    "; rel='{R}'",
    "; rel=\"\\{R}\"",
    "; rel*=UTF-8''{R}",
    "; rel",
    "; rel=canonical; rel={R}",
    "; rel={R}; rel=canonical",
    "; as=script",
    "; title=\"a, <b>; \\\" c\"",
    "; title='a",
    "; title=\"a",
    "; x=a\"b",
    "; x=<",
    "; x=>",
    "; a b=c",
    "; x=\\\"",
    ";;",
    "; = ",
    "; anchor=\"#x\"",
    "; crossorigin",
    "; imagesrcset=\"/a.png 1x, //stats.example/b.png 2x\"; as=image",
    "; imagesrcset=\"//stats.example/a,b.png\"; as=image",
];

/// What stands between links, and what breaks them.
const BETWEEN: &[&str] = &[",", ", ", " ,\t,", "", "\"", "'", "<", ">", ";", "\\", "="];

#[derive(Clone, Debug, TypeGenerator)]
struct Header {
    links: Vec<Value>,
}

#[derive(Clone, Debug, TypeGenerator)]
struct Value {
    target: u8,
    relation: (u8, u8),
    parameters: [u8; 3],
    between: u8,
}

fn of<'l>(list: &[&'l str], at: u8) -> &'l str {
    list[usize::from(at) % list.len()]
}

impl Header {
    fn text(&self) -> String {
        self.links.iter().take(6).map(Value::text).collect()
    }
}

impl Value {
    fn text(&self) -> String {
        let relations = format!("{} {}", of(RELATIONS, self.relation.0), of(RELATIONS, self.relation.1));
        let parameters: String =
            self.parameters.iter().map(|at| of(PARAMETERS, *at).replace("{R}", relations.trim())).collect();
        format!("<{}>{parameters}{}", of(TARGETS, self.target), of(BETWEEN, self.between))
    }

    /// A link that no parser reads in two ways, and whether it must go.
    fn plain(&self) -> (String, bool) {
        let target = ["https://stats.example/a.js", "/own.css", "https://images.clinic.example/a.png"]
            [usize::from(self.target) % 3];
        let relation = of(&RELATIONS[..11], self.relation.0);
        let fetches = !["next", "canonical"].contains(&relation);
        (format!("<{target}>; rel=\"{relation}\"; title=\"a, b\""), fetches && target.contains("stats"))
    }
}

fn cleaned(line: &str) -> Option<String> {
    let mut headers: HeaderMap = [(LINK, HeaderValue::from_str(line).ok()?)].into_iter().collect();
    let _ = clean_headers(&mut headers, &Grant::None.decision(), &page());
    Some(headers.get_all(LINK).iter().map(|line| line.to_str().unwrap()).collect::<Vec<_>>().join(","))
}

#[test]
fn no_browser_finds_a_blocked_address_to_fetch() {
    check!().with_type::<Header>().for_each(|header| {
        let line = header.text();
        let Some(left) = cleaned(&line) else { return };
        // Some browsers also take an apostrophe for a quote.
        for quotes in ["\"", "\"'"] {
            for link in links(&left, quotes).iter().filter(|link| link.fetches()) {
                for address in link.addresses() {
                    let blocked = page().join(&address).is_ok_and(|url| is_blocked(&url));
                    assert!(!blocked, "{address}, quotes {quotes}, left in\n{left}\nof\n{line}");
                }
            }
        }
    });
}

#[test]
fn of_plain_links_only_the_blocked_ones_go() {
    check!().with_type::<Header>().for_each(|header| {
        let links: Vec<(String, bool)> = header.links.iter().take(6).map(Value::plain).collect();
        let texts = |keep: &dyn Fn(bool) -> bool| -> Vec<&str> {
            links.iter().filter(|(_, goes)| keep(*goes)).map(|(text, _)| &**text).collect()
        };
        let left = cleaned(&texts(&|_| true).join(","));
        assert_eq!(left.as_deref(), Some(&*texts(&|goes| !goes).join(",")));
    });
}

#[derive(Debug)]
struct Link {
    target: String,
    parameters: Vec<(String, String)>,
}

impl Link {
    /// The relations of every `rel`: the first counts by the standard, in some browsers another.
    fn fetches(&self) -> bool {
        const FETCHED: [&str; 9] = [
            "preconnect",
            "dns-prefetch",
            "preload",
            "prefetch",
            "modulepreload",
            "stylesheet",
            "icon",
            "prerender",
            "compression-dictionary",
        ];
        let relations = self.parameters.iter().filter(|(name, _)| name == "rel");
        relations
            .flat_map(|(_, value)| value.split_whitespace())
            .any(|relation| FETCHED.contains(&&*relation.to_ascii_lowercase()))
    }

    fn addresses(&self) -> Vec<String> {
        let sets = self.parameters.iter().filter(|(name, _)| name == "imagesrcset").map(|(_, value)| value);
        // Addresses of candidates are words; a comma belongs to one unless it ends it (HTML, 4.8.4.2.1).
        let words = sets.flat_map(|set| set.split_ascii_whitespace()).map(|word| word.trim_matches(','));
        std::iter::once(&*self.target).chain(words).map(str::to_owned).collect()
    }
}

/// The links of a line (RFC 8288, appendix B.2); one that is broken is passed over, where the standard stops.
fn links(line: &str, quotes: &str) -> Vec<Link> {
    let mut rest = line;
    let mut links = Vec::new();
    while let Some(at) = rest.find('<') {
        let Some((target, after)) = rest[at + 1..].split_once('>') else { break };
        let (parameters, after) = parameters(after, quotes);
        links.push(Link { target: target.trim().to_owned(), parameters });
        rest = after;
    }
    links
}

/// The parameters that `rest` begins with, and what follows them (appendix B.3).
fn parameters<'t>(mut rest: &'t str, quotes: &str) -> (Vec<(String, String)>, &'t str) {
    let mut parameters = Vec::new();
    loop {
        let Some(after) = rest.trim_start().strip_prefix(';') else { return (parameters, rest) };
        let after = after.trim_start();
        let end = after.find([' ', '\t', '=', ';', ',']).unwrap_or(after.len());
        let name = after[..end].to_ascii_lowercase();
        let after = after[end..].trim_start();
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => value(after.trim_start(), quotes),
            None => (String::new(), after),
        };
        parameters.push((name, value));
        rest = after;
    }
}

fn value<'t>(text: &'t str, quotes: &str) -> (String, &'t str) {
    let Some(quote) = text.chars().next().filter(|c| quotes.contains(*c)) else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim_end().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => value.extend(characters.next().map(|(_, c)| c)),
            c if c == quote => return (value, &text[at + 1..]),
            c => value.push(c),
        }
    }
    (value, "")
}
