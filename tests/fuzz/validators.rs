//! Entity tags there and back. What an origin calls a page comes back to it as it was sent, under the same choice;
//! under another choice nothing of it comes back, whatever stands beside it in the list.

use bolero::{TypeGenerator, check};
use http::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};
use paravent::response::{Confirms, Variant, mark, translate_conditions};

use crate::html::Grant;

const TAGS: &[&str] = &[
    "\"abc\"",
    "W/\"abc\"",
    "\"a,b\"",
    "\"||\"",
    "\"x||r1.=\"",
    "\"s:x||r1.=\"",
    "\"W/\"",
    "\"\\\"",
    "\"\"",
    "W/\"s:abc||r1.fr.\"",
    "\"\u{e9}\"",
    "\"a b\"",
    "\"a\"b\"",
    "w/\"abc\"",
    "abc",
    "\"abc",
    "W/",
    "*",
    "",
];

const BESIDE: &[&str] = &[
    "\"other\"",
    "W/\"other\"",
    "*",
    "\"",
    ",",
    "W/",
    " ",
    "\"other,",
    "\\\"",
    "W/\"s:other||r1.=\"",
    "W/\"m:Sun,_06_Nov_1994_08:49:37_GMT||r1.=\"",
    "W/\"||\"",
    "\"||",
];

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

#[derive(Clone, Debug, TypeGenerator)]
struct Asked {
    tag: u8,
    dated: bool,
    before: Vec<u8>,
    after: Vec<u8>,
    /// Two lines rather than one.
    apart: bool,
    since: bool,
    wants_page: bool,
    analytics: bool,
}

fn beside(pieces: &[u8]) -> String {
    pieces.iter().take(6).map(|at| BESIDE[usize::from(*at) % BESIDE.len()]).collect()
}

fn latin1(text: &str) -> HeaderValue {
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    HeaderValue::from_bytes(&bytes).unwrap()
}

fn variant(analytics: bool) -> Variant {
    let grant = if analytics { Grant::Analytics } else { Grant::None };
    Variant::of(&grant.decision(), "r1", "fr")
}

/// What the origin is asked: its tags, and whether by date.
fn asked(tag: &HeaderValue, asked: &Asked, variant: &Variant) -> (Confirms, String, Option<HeaderValue>) {
    let mut headers = HeaderMap::new();
    let lines =
        [beside(&asked.before).into_bytes(), tag.as_bytes().to_vec(), beside(&asked.after).into_bytes()];
    let lines = if asked.apart { lines.to_vec() } else { vec![lines.join(&b", "[..])] };
    for line in lines {
        headers.append(IF_NONE_MATCH, HeaderValue::from_bytes(&line).unwrap());
    }
    if asked.since {
        headers.insert(IF_MODIFIED_SINCE, HeaderValue::from_static("Mon, 07 Nov 1994 08:49:37 GMT"));
    }
    let confirms = translate_conditions(&mut headers, variant, &Variant::as_it_came("r1"), asked.wants_page);
    let tags: Vec<&str> = headers.get_all(IF_NONE_MATCH).iter().map(|line| line.to_str().unwrap()).collect();
    (confirms, tags.join(", "), headers.remove(IF_MODIFIED_SINCE))
}

#[test]
fn a_tag_comes_back_under_its_own_choice_alone() {
    check!().with_type::<Asked>().for_each(|given| {
        let origins = TAGS[usize::from(given.tag) % TAGS.len()];
        let mut headers = HeaderMap::new();
        if given.dated {
            headers.insert(LAST_MODIFIED, HeaderValue::from_static(DATE));
        } else {
            headers.insert(ETAG, latin1(origins));
        }
        let (same, other) = (variant(given.analytics), variant(!given.analytics));
        mark(&mut headers, &same);
        let Some(ours) = headers.remove(ETAG) else {
            assert!(!given.dated && !is_tag(origins), "{origins} was lost");
            return;
        };
        assert!(!headers.contains_key(LAST_MODIFIED));
        assert!(is_tag(ours.to_str().unwrap()) && ours.as_bytes().starts_with(b"W/"), "{ours:?}");
        // Alone in its list, it comes back as it was.
        let alone = Asked { before: vec![], after: vec![], ..given.clone() };
        let (confirms, tags, since) = asked(&ours, &alone, &same);
        assert_eq!(confirms, Confirms::Rewritten, "{ours:?}");
        match given.dated {
            true => assert_eq!((tags.as_str(), since.as_ref()), ("", Some(&HeaderValue::from_static(DATE)))),
            false => assert_eq!((tags.as_str(), since), (origins, None), "{ours:?}"),
        }
        // Under another choice nothing comes back of it, whatever stands beside it.
        let (confirms, tags, since) = asked(&ours, given, &other);
        assert_ne!(confirms, Confirms::Rewritten, "{given:?}");
        let known = |tag: &str| tag == "\"other\"" || !given.wants_page && !tag.contains("||r1");
        assert!(tags.is_empty() || tags.split(", ").all(known), "{given:?}: {tags}");
        assert!(since.is_none_or(|since| since == DATE && confirms == Confirms::AsItCame), "{given:?}");
    });
}

/// RFC 9110, 8.8.3, of what can be a tag here: printable ASCII.
fn is_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    opaque.is_some_and(|tag| tag.bytes().all(|b| b.is_ascii_graphic() && b != b'"'))
}
