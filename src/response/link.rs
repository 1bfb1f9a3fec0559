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
    let relations = link.parameter("rel").unwrap_or_default().to_ascii_lowercase();
    let mut relations = relations.split_ascii_whitespace().peekable();
    let named = relations.peek().is_some();
    // A relation that is a URL is an extension (RFC 8288, 2.1.2), which browsers do not know.
    if named && relations.all(|relation| INERT.contains(&relation) || relation.contains(':')) {
        return true;
    }
    let srcset = link.parameter("imagesrcset").unwrap_or_default();
    let candidates = srcset.split(',').filter_map(|candidate| candidate.split_ascii_whitespace().next());
    std::iter::once(link.target).chain(candidates).all(|target| !judge(decision, page, target).is_blocked())
}

/// One link-value (RFC 8288, 3).
struct Link<'a> {
    whole: &'a str,
    target: &'a str,
    parameters: Vec<&'a str>,
}

impl Link<'_> {
    /// The first parameter of this name (RFC 8288, 3.3), without quotes.
    fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.parameters.iter().filter_map(|parameter| parameter.split_once('='));
        let (_, value) = pairs.find(|(of, _)| of.trim().eq_ignore_ascii_case(name))?;
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Some(quoted.map_or_else(|| value.to_owned(), |inner| inner.replace('\\', "")))
    }
}

/// The links of a line; `None` where it is not a list of them.
fn links(line: &str) -> Option<Vec<Link<'_>>> {
    let parse = |whole| {
        let mut pieces = split_outside(whole, ';').into_iter();
        let target = pieces.next()?.trim().strip_prefix('<')?.strip_suffix('>')?;
        Some(Link { whole, target, parameters: pieces.collect() })
    };
    split_outside(line, ',').into_iter().filter(|piece| !piece.trim().is_empty()).map(parse).collect()
}

/// Splits at `separator` outside `<…>` and quoted strings.
fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let (mut in_target, mut quoted, mut escaped) = (false, false, false);
    text.split(|c: char| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' if !in_target => quoted = !quoted,
            '<' if !quoted => in_target = true,
            '>' if !quoted => in_target = false,
            _ => {}
        }
        c == separator && !in_target && !quoted
    })
    .collect()
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
            "https://stats.example/; rel=preload",
            "<https://[bad>; rel=preload",
        ] {
            assert_eq!(kept(line), "", "{line}");
        }
    }
}
