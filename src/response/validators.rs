//! In: the origin's validators, and those a browser brings back. Out: weak ETags that carry policy and
//! choice, and the origin's own where policy and choice are still the same. A page from before a
//! change, or from before Paravent, is never confirmed by a 304.
//!
//! `W/"s:abc||r1.fr.a?"` stands for the origin's `"abc"` under the variant `r1.fr.a?`; `w:` for a weak
//! one; `m:` for a Last-Modified date, where the origin gave no ETag.

use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use http::{HeaderMap, HeaderValue};

use crate::policy::Decision;

const MARK: &str = "||";

/// Everything a rewritten page depends on beyond what the origin sent. It is the same for everybody
/// with the same choice, so it numbers nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant(String);

impl Variant {
    /// Of a file that was read and passed on as it came, and so does not depend on the choice: only on what
    /// `revision` says it was read with.
    pub fn as_it_came(revision: &str) -> Variant {
        Variant(format!("{revision}.="))
    }

    /// `revision` changes with config, catalogue and program; `language` is that of the banner.
    pub fn of(decision: &Decision, revision: &str, language: &str) -> Variant {
        let text = format!("{revision}.{language}.{}", decision.class());
        // RFC 9110, 8.8.3 (etagc), without what the list and the mark are split at.
        let fits = |c: &char| c.is_ascii_graphic() && !matches!(c, '"' | '|' | ',' | '\\');
        Variant(text.chars().filter(fits).collect())
    }
}

/// Puts an ETag of ours in place of the origin's validators. A page with a nonce gets none: under the
/// next answer's nonce its scripts would not run.
pub(super) fn make_ours(headers: &mut HeaderMap, variant: &Variant) {
    let ours = if has_nonce(headers) { None } else { ours(headers, variant) };
    remove(headers);
    if let Some(tag) = ours.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(ETAG, tag);
    }
}

/// Puts an ETag of ours in place of the validators of a file that was read and passed on as it came, so that
/// one from before it was read is told apart; its caching stays the origin's.
pub fn mark(headers: &mut HeaderMap, as_it_came: &Variant) {
    make_ours(headers, as_it_came);
}

/// Removes every validator.
pub(super) fn remove(headers: &mut HeaderMap) {
    headers.remove(ETAG);
    headers.remove(LAST_MODIFIED);
}

/// Turns the conditions of a request back into the origin's. `wants_page` says that the answer may be
/// rewritten: then validators that are not ours are dropped. `as_it_came` is the variant of files that are
/// read and not changed.
pub fn translate_conditions(
    headers: &mut HeaderMap,
    variant: &Variant,
    as_it_came: &Variant,
    wants_page: bool,
) -> Confirms {
    let lines: Vec<HeaderValue> = headers.get_all(IF_NONE_MATCH).into_iter().cloned().collect();
    let tags: Vec<&str> = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(split_tags).collect();
    let behind =
        |of: &Variant| -> Vec<Origins> { tags.iter().filter_map(|tag| Origins::behind(tag, of)).collect() };
    // A 304 does not say which of several copies it is about, so only those of one sort are asked for.
    let (ours, confirms) = match behind(variant) {
        none if none.is_empty() => (behind(as_it_came), Confirms::AsItCame),
        rewritten => (rewritten, Confirms::Rewritten),
    };
    let foreign = tags.iter().filter(|tag| !wants_page && !tag.contains(MARK)).map(|tag| (*tag).to_owned());
    let mut wanted: Vec<String> = foreign.collect();
    let mut since = None;
    for origins in &ours {
        match origins {
            Origins::Tag(tag) => wanted.push(tag.clone()),
            Origins::Date(date) => since = Some(date.clone()),
        }
    }
    if wants_page || !tags.is_empty() {
        headers.remove(IF_MODIFIED_SINCE);
    }
    headers.remove(IF_NONE_MATCH);
    if !wanted.is_empty() {
        set(headers, IF_NONE_MATCH, &wanted.join(", "));
    } else if let Some(date) = since {
        set(headers, IF_MODIFIED_SINCE, &date);
    }
    if ours.is_empty() { Confirms::Nothing } else { confirms }
}

/// Whose copy a 304 of the origin confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirms {
    /// None that Paravent made: it passes as any other.
    Nothing,
    /// One rewritten for this very variant: the 304 needs `caching` as the page would.
    Rewritten,
    /// One that was read and passed on as it came: the 304 needs `mark` as the file would.
    AsItCame,
}

/// What the origin knows a page by.
enum Origins {
    Tag(String),
    Date(String),
}

impl Origins {
    /// What stands behind a tag of ours; `None` for others' tags and for other variants.
    fn behind(tag: &str, variant: &Variant) -> Option<Origins> {
        let (inner, of) = tag.strip_prefix("W/\"")?.strip_suffix('"')?.rsplit_once(MARK)?;
        // No tag holds a quote (RFC 9110, 8.8.3): this is two, without the comma between them.
        if of != variant.0 || inner.contains('"') {
            return None;
        }
        match inner.split_at_checked(2)? {
            ("s:", opaque) => Some(Origins::Tag(format!("\"{opaque}\""))),
            ("w:", opaque) => Some(Origins::Tag(format!("W/\"{opaque}\""))),
            ("m:", date) => Some(Origins::Date(date.replace('_', " "))),
            _ => None,
        }
    }
}

fn ours(headers: &HeaderMap, variant: &Variant) -> Option<String> {
    let inner = match headers.get(ETAG).map(|tag| tag.to_str().ok()) {
        Some(tag) => {
            let tag = tag?.trim();
            let (kind, quoted) = tag.strip_prefix("W/").map_or(("s", tag), |weak| ("w", weak));
            let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
            let valid = opaque.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
            valid.then(|| format!("{kind}:{opaque}"))?
        }
        None => {
            let date = headers.get(LAST_MODIFIED)?.to_str().ok()?.trim();
            let valid = date
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b',' | b':' | b'-' | b'+'));
            valid.then(|| format!("m:{}", date.replace(' ', "_")))?
        }
    };
    Some(format!("W/\"{inner}{MARK}{}\"", variant.0))
}

/// Whether the scripts of a page run under this one answer's policy alone.
pub fn has_nonce(headers: &HeaderMap) -> bool {
    let policies = [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY];
    let mut lines = policies.iter().flat_map(|name| headers.get_all(name));
    lines.any(|line| line.as_bytes().windows(7).any(|word| word.eq_ignore_ascii_case(b"'nonce-")))
}

/// Whether `If-None-Match` names this tag, weak or not (RFC 9110, 13.1.2).
pub fn names_tag(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(ours) = tag.to_str().map(plain) else { return false };
    let lines = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(split_tags).any(|named| named.trim() == "*" || plain(named) == ours)
}

/// The entity tags of a list; a tag may hold commas.
fn split_tags(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let pieces = line.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    pieces.map(str::trim).filter(|tag| !tag.is_empty()).collect()
}

fn set(headers: &mut HeaderMap, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::decision;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn variant(purposes: &[Purpose]) -> Variant {
        Variant::of(&decision(Mode::Enforce, "/", purposes), "r1", "fr")
    }

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        lines.iter().map(|(n, v)| (n.parse::<http::HeaderName>().unwrap(), v.parse().unwrap())).collect()
    }

    /// The ETag a browser gets.
    fn given(lines: &[(&str, &str)]) -> Option<String> {
        let mut headers = map(lines);
        make_ours(&mut headers, &variant(&[]));
        assert!(!headers.contains_key(LAST_MODIFIED));
        headers.get(ETAG).map(|tag| tag.to_str().unwrap().to_owned())
    }

    /// What the origin is asked: If-None-Match, If-Modified-Since, and whether its 304 counts.
    fn asked(
        lines: &[(&str, &str)],
        variant: &Variant,
        page: bool,
    ) -> (Option<String>, Option<String>, bool) {
        let mut headers = map(lines);
        let counts = translate_conditions(&mut headers, variant, &Variant::as_it_came("r1"), page);
        let counts = counts == Confirms::Rewritten;
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        (text(IF_NONE_MATCH), text(IF_MODIFIED_SINCE), counts)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn validators_come_back_to_the_origin_as_it_sent_them() {
        for (sent, expected) in [
            (("etag", "\"a,b||c\""), (some("\"a,b||c\""), None, true)),
            (("etag", "W/\"abc\""), (some("W/\"abc\""), None, true)),
            (("last-modified", DATE), (None, some(DATE), true)),
        ] {
            let tag = given(&[sent]).unwrap();
            assert!(tag.starts_with("W/\""), "{tag}");
            for page in [true, false] {
                assert_eq!(asked(&[("if-none-match", &tag)], &variant(&[]), page), expected);
            }
        }
    }

    #[test]
    fn a_304_never_crosses_a_change_of_choice() {
        let tag = given(&[("etag", "\"abc\"")]).unwrap();
        let nothing = (None, None, false);
        assert_eq!(asked(&[("if-none-match", &tag)], &variant(&[Purpose::Analytics]), true), nothing);
        let revised = Variant::of(&decision(Mode::Enforce, "/", &[]), "r2", "fr");
        assert_eq!(asked(&[("if-none-match", &tag), ("if-modified-since", DATE)], &revised, false), nothing);
        let sensitive = Variant::of(&decision(Mode::Enforce, "/rendez-vous", &[]), "r1", "fr");
        assert_ne!(sensitive, variant(&[]));
    }

    #[test]
    fn a_page_from_before_paravent_is_not_confirmed() {
        let lines = [("if-none-match", "\"abc\", *"), ("if-modified-since", DATE)];
        assert_eq!(asked(&lines, &variant(&[]), true), (None, None, false));
    }

    #[test]
    fn two_tags_without_a_comma_between_them_are_none() {
        let tag = given(&[("etag", "\"abc\"")]).unwrap();
        let twice = format!("{tag}{tag}");
        assert_eq!(asked(&[("if-none-match", &twice)], &variant(&[]), true), (None, None, false));
    }

    #[test]
    fn conditions_on_assets_are_the_origins_own() {
        let lines = [("if-none-match", "\"abc\", W/\"d,e\"")];
        assert_eq!(asked(&lines, &variant(&[]), false), (some("\"abc\", W/\"d,e\""), None, false));
        assert_eq!(asked(&[("if-modified-since", DATE)], &variant(&[]), false), (None, some(DATE), false));
    }

    #[test]
    fn a_file_that_came_through_unchanged_is_confirmed_under_any_choice() {
        let mut headers = map(&[("etag", "\"abc\""), ("cache-control", "max-age=60")]);
        mark(&mut headers, &Variant::as_it_came("r1"));
        assert_eq!(headers["cache-control"], "max-age=60");
        let tag = headers[ETAG].to_str().unwrap().to_owned();
        let confirms = |revision, choice: &[Purpose]| {
            let mut asked = map(&[("if-none-match", &tag)]);
            let unchanged = Variant::as_it_came(revision);
            (
                translate_conditions(&mut asked, &variant(choice), &unchanged, true),
                asked.remove(IF_NONE_MATCH),
            )
        };
        for choice in [&[][..], &[Purpose::Analytics]] {
            assert_eq!(
                confirms("r1", choice),
                (Confirms::AsItCame, Some(HeaderValue::from_static("\"abc\"")))
            );
        }
        assert_eq!(confirms("r2", &[]), (Confirms::Nothing, None));
    }

    #[test]
    fn a_page_with_a_nonce_or_a_malformed_tag_has_no_validator() {
        let policy = ("content-security-policy", "script-src 'Nonce-abc'");
        assert_eq!(given(&[("etag", "\"a\""), policy]), None);
        assert_eq!(given(&[("etag", "abc"), ("last-modified", DATE)]), None);
        assert_eq!(given(&[("etag", "\"a b\"")]), None);
        assert_eq!(given(&[]), None);
    }
}
