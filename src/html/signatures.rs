//! In: the catalogue, and then scripts. Out: which vendors a script betrays, and how: by a loader's
//! signature, by a host it names, or only by calling what a vendor's own script would define. Takes no
//! decision.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use super::snippet::{fetches, imports, is_word, normalise, without_strings};
use crate::policy::{Catalogue, HostPattern, VendorIndex};

/// One automaton over all vendors' signatures, hosts and globals. Built once per catalogue.
#[derive(Debug)]
pub struct Signatures {
    /// `None` where it could not be built; then no script is let through.
    automaton: Option<AhoCorasick>,
    /// What each pattern of the automaton stands for.
    meanings: Vec<Meaning>,
    /// Names that pages call, as written.
    globals: Vec<String>,
}

#[derive(Clone, Debug)]
enum Meaning {
    /// The vendors that share a loader's text.
    Loader(Vec<VendorIndex>),
    Host,
    Call(VendorIndex),
}

/// What was found in a script.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// For each loader or configuration in it, the vendors it may be of: products that share one text.
    pub loaders: Vec<Vec<VendorIndex>>,
    /// Addresses on catalogued hosts that it names, if it fetches anything at all: a script that only
    /// holds data may speak of any address.
    pub mentions: Vec<Mention>,
    /// Vendors whose globals it calls.
    pub calls: Vec<VendorIndex>,
    /// Whether it does nothing but call such globals.
    pub only_calls: bool,
    /// What it imports, as written.
    pub imports: Vec<String>,
    /// It could not be read.
    pub unread: bool,
}

/// An address in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Lower case, without port.
    pub host: String,
    pub path: String,
    pub query: String,
}

impl Signatures {
    /// Builds the automaton.
    pub fn new(catalogue: &Catalogue) -> Signatures {
        let mut patterns: Vec<(Vec<u8>, Meaning)> = Vec::new();
        let mut globals = Vec::new();
        for (at, vendor) in catalogue.vendors() {
            for text in vendor.inline.iter() {
                add_loader(&mut patterns, normalise(text), at);
            }
            let hosts = vendor.hosts.iter().map(|text| HostPattern::parse(text).host);
            patterns.extend(hosts.map(|host| (host.as_bytes().to_vec(), Meaning::Host)));
            for global in vendor.globals.iter() {
                let name = global.trim_end_matches(['(', ')', '[', ']', '{', '}']);
                let calls = if global.ends_with("()") { ["(", "."] } else { [".", "["] };
                let call = |end: &&str| (format!("{name}{end}").into_bytes(), Meaning::Call(at));
                patterns.extend(calls.iter().map(call));
                globals.push(name.to_owned());
            }
        }
        patterns.retain(|(text, _)| text.len() > 1);
        let automaton = automaton(patterns.iter().map(|(text, _)| text));
        let meanings = patterns.into_iter().map(|(_, meaning)| meaning).collect();
        Signatures { automaton, meanings, globals }
    }

    /// What `script` betrays.
    pub fn vendors_in(&self, script: &str) -> Seen {
        let mut seen = self.all_in(script);
        if !seen.mentions.is_empty() && !fetches(script) {
            seen.mentions.clear();
        }
        seen
    }

    /// The same of code whose result is a page, as in a frame's address: every host in it counts.
    pub(super) fn vendors_in_page(&self, code: &str) -> Seen {
        self.all_in(code)
    }

    fn all_in(&self, script: &str) -> Seen {
        let flat = normalise(script);
        let mut seen = Seen { imports: imports(&flat), unread: self.automaton.is_none(), ..Seen::default() };
        let Some(automaton) = &self.automaton else { return seen };
        for found in automaton.find_overlapping_iter(&flat) {
            match self.meanings.get(found.pattern().as_usize()) {
                Some(Meaning::Loader(vendors)) => add(&mut seen.loaders, vendors.clone()),
                Some(Meaning::Call(vendor)) if begins_word(&flat, found.start()) => {
                    add(&mut seen.calls, *vendor);
                }
                Some(Meaning::Host) => {
                    if let Some(mention) = mention(&flat, found.start(), found.end()) {
                        add(&mut seen.mentions, mention);
                    }
                }
                _ => {}
            }
        }
        seen.only_calls = !seen.calls.is_empty() && self.only_calls(&without_strings(&flat));
        seen
    }

    /// Whether a script without strings only calls known globals: no statement of its own, no
    /// assignment, no other function's call. Where in doubt it does more, and stays.
    fn only_calls(&self, bare: &[u8]) -> bool {
        let own_work =
            ["function", "=", "var ", "let ", "const ", "class ", "import", "await ", "//", "`", "new "];
        let bare = String::from_utf8_lossy(bare).replace("new Date()", "").replace("new Date", "");
        if own_work.iter().any(|work| bare.contains(work)) {
            return false;
        }
        bare.match_indices('(').all(|(at, _)| {
            let start = bare[..at].rfind(|c: char| !is_callee(c)).map_or(0, |last| last + 1);
            let callee = bare[start..at].trim_start_matches("window.");
            let root = callee.split('.').next().unwrap_or_default();
            self.globals.iter().any(|global| global == root || global == callee)
        })
    }
}

/// One text may be the loader of several products (a hosted and a self-hosted one).
fn add_loader(patterns: &mut Vec<(Vec<u8>, Meaning)>, text: Vec<u8>, vendor: VendorIndex) {
    let same =
        patterns.iter_mut().find(|(known, meaning)| *known == text && matches!(meaning, Meaning::Loader(_)));
    match same {
        Some((_, Meaning::Loader(vendors))) => vendors.push(vendor),
        _ => patterns.push((text, Meaning::Loader(vec![vendor]))),
    }
}

fn automaton<'p>(patterns: impl Iterator<Item = &'p Vec<u8>>) -> Option<AhoCorasick> {
    AhoCorasickBuilder::new().ascii_case_insensitive(true).build(patterns).ok()
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn begins_word(flat: &[u8], at: usize) -> bool {
    at == 0 || !is_word(flat[at - 1])
}

fn is_callee(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// The address around a catalogued host at `start..end`, unless it is only part of another host.
fn mention(flat: &[u8], start: usize, end: usize) -> Option<Mention> {
    let in_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let first = flat[..start].iter().rposition(|b| !in_host(b)).map_or(0, |last| last + 1);
    let whole_label = first == start || flat[start - 1] == b'.';
    let rest = &flat[end..];
    let goes_on = match rest {
        [b'.', next, ..] => next.is_ascii_alphanumeric(),
        [next, ..] => in_host(next),
        [] => false,
    };
    if !whole_label || goes_on {
        return None;
    }
    let host = String::from_utf8_lossy(&flat[first..end]).to_ascii_lowercase();
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    let port = rest.iter().take_while(|b| **b == b':' || b.is_ascii_digit()).count();
    let rest = &rest[port..];
    let length = rest.iter().position(|b| ends_address(*b)).unwrap_or(rest.len());
    let address = String::from_utf8_lossy(&rest[..length]);
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let path = if path.starts_with('/') { path } else { "/" };
    Some(Mention {
        host: host.trim_start_matches('.').to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
    })
}

fn ends_address(b: u8) -> bool {
    b.is_ascii_whitespace() || b"'\"<>(){}[]\\,;|#".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::testing::catalogue;

    fn seen(script: &str) -> (Vec<String>, Vec<String>, bool) {
        let catalogue = catalogue();
        let seen = Signatures::new(&catalogue).vendors_in(script);
        let ids = |list: &[VendorIndex]| {
            list.iter().filter_map(|at| catalogue.vendor(*at)).map(|v| v.id.to_string()).collect::<Vec<_>>()
        };
        (ids(&seen.loaders.concat()), ids(&seen.calls), seen.only_calls)
    }

    fn mentions(script: &str) -> Vec<String> {
        let seen = Signatures::new(&catalogue()).vendors_in(script);
        seen.mentions.into_iter().map(|m| format!("{}{}?{}", m.host, m.path, m.query)).collect()
    }

    #[test]
    fn loaders_are_known_however_they_are_written() {
        for script in ["fbq('init', '1')", "FBQ ( \"init\",1)", "x;fbq(`in\\u0069t`)", "fbq('in'+'it')"] {
            assert_eq!(seen(script).0, ["meta-pixel"], "{script}");
        }
        assert!(seen("fbq('track','Lead')").0.is_empty());
    }

    #[test]
    fn calls_alone_are_told_from_work() {
        for script in
            ["fbq('track','A=b; function');", "window.gtag('event', 'x', {a: new Date()}); fbq('track')"]
        {
            assert!(seen(script).2, "{script}");
        }
        for script in [
            "function f(){fbq('track')}",
            "var a; fbq('track')",
            "open(); fbq('track')",
            "x = 1; fbq('track')",
            "b.addEventListener('click', () => fbq('track'))",
            "notfbq('track')",
        ] {
            assert!(!seen(script).2, "{script}");
        }
    }

    #[test]
    fn hosts_are_known_in_pieces_and_not_within_others() {
        assert_eq!(
            mentions(r"s.src='https:\/\/con'+'nect.facebook.net/en_US/f.js?v=AbC#d'"),
            ["connect.facebook.net/en_US/f.js?v=AbC"]
        );
        assert_eq!(mentions("s.src='//CONNECT.facebook.net:443/x'"), ["connect.facebook.net/x?"]);
        assert!(
            mentions("s.src='//notconnect.facebook.net/' 'connect.facebook.net.evil.example'").is_empty()
        );
    }
}
