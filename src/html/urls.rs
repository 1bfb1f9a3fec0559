//! In: URLs as a page writes them, decoded, and what they are relative to. Out: rulings on them. What
//! it reads of a URL beyond the host is used to judge and not kept.

use url::Url;

use super::error::HtmlError;
use crate::policy::{Decision, Destination, Rule, Ruling};

/// How many `base` elements are followed.
const MOST_BASES: usize = 8;

/// Rules on the URL `raw`, as a document at `base` writes it (entities decoded). What cannot be
/// parsed is blocked. For pages, and for headers such as `Link`.
pub fn judge_url<'d>(decision: &'d Decision, base: &Url, raw: &str) -> Ruling<'d> {
    verdict(decision, base, raw).ruling
}

/// A ruling, and the host it concerns.
#[derive(Debug)]
pub(super) struct Verdict<'d> {
    pub(super) ruling: Ruling<'d>,
    pub(super) host: String,
}

fn verdict<'d>(decision: &'d Decision, base: &Url, raw: &str) -> Verdict<'d> {
    let raw = raw.trim_matches(|c: char| c <= ' ');
    if let Some(ruling) = judge_rooted(decision, base, raw) {
        let host = if ruling.is_blocked() { base.host_str().unwrap_or_default() } else { "" };
        return Verdict { ruling, host: host.to_owned() };
    }
    match Url::options().base_url(Some(base)).parse(raw) {
        Ok(url) => Verdict { ruling: judge_parsed(decision, &url), host: host_of(&url).to_owned() },
        Err(_) => Verdict { ruling: Ruling::block(Rule::Unreadable, None), host: "url".to_owned() },
    }
}

/// Most URLs of a page are paths on its own host, and need no parser. None of these characters may
/// occur, since the parser would drop or turn them; nor may dot segments.
fn judge_rooted<'d>(decision: &'d Decision, base: &Url, raw: &str) -> Option<Ruling<'d>> {
    let bytes = raw.as_bytes();
    if bytes.first() != Some(&b'/') || bytes.get(1) == Some(&b'/') {
        return None;
    }
    if bytes.iter().any(|b| matches!(b, b'\\' | b'%' | 0..=b' ')) || raw.contains("/.") {
        return None;
    }
    let host = base.host_str()?;
    let raw = raw.split('#').next().unwrap_or_default();
    let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
    Some(decision.judge(&Destination { scheme: base.scheme(), host, path, query }))
}

/// Rules on a URL that is whole and parsed already.
pub fn judge_parsed<'d>(decision: &'d Decision, url: &Url) -> Ruling<'d> {
    decision.judge(&Destination {
        scheme: url.scheme(),
        host: host_of(url),
        path: url.path(),
        query: url.query().unwrap_or_default(),
    })
}

/// A host with the root's dot is the same host.
fn host_of(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_suffix('.').unwrap_or(host)
}

/// What a document's relative URLs may be relative to: its own URL, and every `base` seen. Which
/// `base` counts depends on the tree (one in a `template` does not), so a URL must be let through
/// under each of them.
#[derive(Clone, Debug)]
pub(super) struct Bases {
    document: Url,
    seen: Vec<Url>,
}

impl Bases {
    pub(super) fn new(document: Url) -> Bases {
        Bases { document, seen: Vec::new() }
    }

    pub(super) fn add(&mut self, href: &str) -> Result<(), HtmlError> {
        let Ok(url) = self.document.join(href) else { return Ok(()) };
        if self.seen.contains(&url) || url == self.document {
            return Ok(());
        }
        if self.seen.len() == MOST_BASES {
            return Err(HtmlError::TooManyBases);
        }
        self.seen.push(url);
        Ok(())
    }

    /// The first ruling that blocks, or the last that does not.
    pub(super) fn verdict<'d>(&self, decision: &'d Decision, raw: &str) -> Verdict<'d> {
        let mut last = verdict(decision, &self.document, raw);
        for base in &self.seen {
            if last.ruling.is_blocked() {
                break;
            }
            last = verdict(decision, base, raw);
        }
        last
    }

    /// Whether `raw` is a path on the document's own host that nothing is known of: told without a
    /// parser, and never of more than that.
    pub(super) fn is_plainly_own(&self, decision: &Decision, raw: &str) -> bool {
        self.seen.is_empty()
            && judge_rooted(decision, &self.document, raw).is_some_and(|ruling| !ruling.is_blocked())
    }

    /// `raw` made absolute, by the last `base` seen.
    pub(super) fn absolute(&self, raw: &str) -> Option<Url> {
        self.seen.last().unwrap_or(&self.document).join(raw).ok()
    }

    /// Whether a path may be read as one of another scheme, host or port than the document's.
    pub(super) fn lead_away(&self) -> bool {
        self.seen.iter().any(|base| base.origin() != self.document.origin())
    }

    /// Whether relative URLs stay on the document's own host.
    pub(super) fn are_own(&self) -> bool {
        self.seen.iter().all(|base| base.host_str() == self.document.host_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_of_another_scheme_host_or_port_leads_away() {
        let lead_away = |href: &str| {
            let mut bases = Bases::new(Url::parse("https://clinique.example/a/b").unwrap());
            bases.add(href).unwrap();
            bases.lead_away()
        };
        for href in ["https://elsewhere.example/", "http://clinique.example/", "//clinique.example:8443/"] {
            assert!(lead_away(href), "{href}");
        }
        for href in ["/", "../c/", "https://clinique.example/x", "https://clinique.example:443/"] {
            assert!(!lead_away(href), "{href}");
        }
    }
}
