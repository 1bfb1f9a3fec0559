//! In: the origin's `Link` headers. Out: the same without links that would make the browser fetch
//! from, or connect to, a blocked host. Policies do not stop `preconnect` and `dns-prefetch`.

use http::header::LINK;
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::judge;
use crate::policy::Decision;

/// Relations that browsers do not act on; of any other, and of a link without one, we do not know.
const INERT: [&str; 23] = [
    "alternate",
    "author",
    "bookmark",
    "canonical",
    "cite-as",
    "collection",
    "describedby",
    "edit",
    "first",
    "help",
    "hub",
    "index",
    "item",
    "last",
    "license",
    "next",
    "prev",
    "privacy-policy",
    "related",
    "self",
    "shortlink",
    "terms-of-service",
    "up",
];

/// Removes link by link. A line that cannot be read goes as a whole.
pub(super) fn clean(headers: &mut HeaderMap, decision: &Decision, page: &Url) {
    let given: Vec<HeaderValue> = headers.get_all(LINK).into_iter().cloned().collect();
    headers.remove(LINK);
    for line in given {
        let links = line.to_str().ok().and_then(links).unwrap_or_default();
        let kept: Vec<&str> =
            links.iter().filter(|link| may_pass(link, decision, page)).map(|link| link.whole).collect();
        let unchanged = kept.len() == links.len() && !links.is_empty();
        let value = if unchanged { Some(line) } else { HeaderValue::from_str(kept.join(",").trim()).ok() };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            headers.append(LINK, value);
        }
    }
}

fn may_pass(link: &Link<'_>, decision: &Decision, page: &Url) -> bool {
    if link.is_inert() {
        return true;
    }
    let candidates = link.parameters("imagesrcset").flat_map(|set| set.split([',', ' ', '\t']));
    let addresses = std::iter::once(link.target).chain(candidates);
    addresses.filter(|target| !target.is_empty()).all(|target| !judge(decision, page, target).is_blocked())
}

/// One link-value (RFC 8288, 3).
struct Link<'a> {
    whole: &'a str,
    target: &'a str,
    parameters: Vec<(&'a str, String)>,
}

impl Link<'_> {
    /// Whether no browser acts on it. Of several `rel` the first counts (RFC 8288, 3.3), but not in every
    /// browser.
    fn is_inert(&self) -> bool {
        let values = self.parameters("rel").collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        let mut relations = values.split_ascii_whitespace().peekable();
        relations.peek().is_some()
            // A relation that is a URL is an extension (RFC 8288, 2.1.2), which browsers do not know.
            && relations.all(|relation| INERT.contains(&relation) || relation.contains(':'))
    }

    /// The values of every parameter of this name.
    fn parameters(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(move |(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}

/// What ends a value without quotes, or has no place in it: there readers part ways.
const ENDS_VALUE: [char; 5] = [';', ',', '"', '<', '>'];

/// The links of a line; `None` where it is not a list of them that every reader reads alike.
fn links(line: &str) -> Option<Vec<Link<'_>>> {
    let mut links = Vec::new();
    let mut rest = line.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (link, after) = link(rest)?;
        links.push(link);
        let after = after.trim_start();
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    Some(links)
}

/// The link that `text` begins with, and what follows it.
fn link(text: &str) -> Option<(Link<'_>, &str)> {
    let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
    let mut parameters = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix(';') {
        let (parameter, after) = parameter(after.trim_start())?;
        parameters.push(parameter);
        rest = after;
    }
    let whole = &text[..text.len() - rest.len()];
    Some((Link { whole, target, parameters }, rest))
}

fn parameter(text: &str) -> Option<((&str, String), &str)> {
    let end = text.find(|c| c == '=' || ENDS_VALUE.contains(&c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let name = name.trim_end();
    if name.contains([' ', '\t']) {
        return None;
    }
    let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
        return Some(((name, String::new()), rest));
    };
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = quoted_value(quoted)?;
        return Some(((name, value), rest));
    }
    // To some browsers it is a quote: what follows is one value to them, and more of the list to others.
    if value.starts_with('\'') {
        return None;
    }
    let (value, rest) = value.split_at(value.find(ENDS_VALUE).unwrap_or(value.len()));
    Some(((name, value.trim_end().to_owned()), rest))
}

/// A value behind its opening quote, and what follows the closing one.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::decision;

    fn kept_with(purposes: &[Purpose], lines: &[&str]) -> Vec<String> {
        let mut headers: HeaderMap = lines.iter().map(|line| (LINK, line.parse().unwrap())).collect();
        let page = Url::parse("https://clinic.example/a/").unwrap();
        clean(&mut headers, &decision(Mode::Enforce, "/a/", purposes), &page);
        headers.get_all(LINK).into_iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    fn kept(line: &str) -> String {
        kept_with(&[], &[line]).concat()
    }

    #[test]
    fn hints_to_blocked_hosts_go_one_by_one() {
        let line = "<https://stats.example/a.js>; rel=preload; as=script, </own.css>; rel=preload; title=\"a, <b>; \\\" c\",\
            <//unknown.example>;rel=\"dns-prefetch preconnect\"";
        assert_eq!(kept(line), "</own.css>; rel=preload; title=\"a, <b>; \\\" c\"");
        assert_eq!(kept_with(&[Purpose::Analytics], &["<https://stats.example>; rel=preconnect"]).len(), 1);
    }

    #[test]
    fn links_that_fetch_nothing_stay_byte_for_byte() {
        for line in [
            "<https://other.example/page>; rel=\"canonical\"",
            "<https://other.example/wp-json/>; rel=\"https://api.w.org/\" , <x>;rel=next",
            "</a,b;c>; rel=preload",
            "<https://other.example/>; rel=next; title=\"l'accueil\"",
        ] {
            assert_eq!(kept(line), line);
        }
    }

    #[test]
    fn relations_hidden_among_others_are_found() {
        for line in [
            "<https://stats.example/>; rel=\"alternate stylesheet\"",
            "<https://stats.example/>; REL = PreConnect; rel=canonical",
            "<https://stats.example/>",
            "<https://stats.example/>; rel=\"pre\\connect\"",
            "</a.png>; rel=preload; imagesrcset=\"/b.png 1x, https://stats.example/c.png 2x\"",
            "<https://stats.example/>; rel=canonical; rel=preconnect",
            "<https://stats.example/>; x='; rel=canonical; y='; rel=preconnect",
            "</x>; title='a; title=\"b'<https://stats.example/a.js>; rel=icon; y='c\"",
            "https://stats.example/; rel=preload",
            "<https://[bad>; rel=preload",
            // No quote opens in the midst of a value, and no target.
            "</own>; x=a\"b, <https://stats.example>; rel=preconnect",
            "</own>; x=<, <https://stats.example>; rel=preconnect",
            "</own>; title=\"a, <https://stats.example>; rel=preconnect",
        ] {
            assert_eq!(kept(line), "", "{line}");
        }
    }
}
