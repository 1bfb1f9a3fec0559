//! Paths of a site: Paravent's own prefix, sensitive paths, pages to count.
//!
//! In: one text. Out: a path or pattern that some request can match, or what is wrong with it.

use super::table::Fault;
use super::values::FromText;
use crate::policy::PathPattern;

/// The prefix of Paravent's own pages: `/_` and a word.
#[derive(Clone, Debug)]
pub(super) struct Prefix(pub String);

impl FromText for Prefix {
    fn from_text(text: &str) -> Result<Prefix, Fault> {
        let plain = text.trim_end_matches('/');
        let word = plain.strip_prefix("/_").unwrap_or_default();
        let letters =
            word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
        if word.is_empty() || !letters {
            let message =
                "the prefix is one segment that begins with /_, so that it meets no page of the site";
            return Err(Fault::new(
                message,
                "write {key} = \"/_privacy\", in small letters, digits, - and _",
            ));
        }
        Ok(Prefix(plain.to_owned()))
    }
}

/// A path pattern that some request can match.
#[derive(Clone, Debug)]
pub(super) struct SensitivePath(pub PathPattern);

impl FromText for SensitivePath {
    fn from_text(text: &str) -> Result<SensitivePath, Fault> {
        let fault = |message: &str, remedy: &str| Err(Fault::new(message.to_owned(), remedy.to_owned()));
        let segments = || text.split('/');
        if !text.starts_with('/') {
            return fault("a path begins with /", &format!("write \"/{text}\""));
        }
        if text.contains(['?', '#']) {
            return fault(
                "only paths are compared, never queries or fragments",
                "leave out ? or # and the rest",
            );
        }
        if text.contains('%') {
            return fault("paths are compared decoded", "write the letter itself instead of its % code");
        }
        if text.contains(['\\', ';']) || segments().any(|s| s == "." || s == "..") {
            return fault(
                "no request matches this: \\ ; . and .. are resolved first",
                "write the plain path",
            );
        }
        if segments().any(|segment| segment.contains('*') && segment != "*" && segment != "**") {
            return fault(
                "* stands for a whole segment",
                "write \"/*/\" for any segment, or end with \"/**\"",
            );
        }
        match PathPattern::parse(text) {
            Some(pattern) => Ok(SensitivePath(pattern)),
            None => fault("** stands only at the end", "write \"*\" for each segment before the end"),
        }
    }
}

/// A page to count: a path in which `{…}` stands for one segment.
#[derive(Clone, Debug)]
pub(super) struct PageTemplate(pub String);

impl FromText for PageTemplate {
    fn from_text(text: &str) -> Result<PageTemplate, Fault> {
        let whole = |segment: &str| match segment.contains(['{', '}']) {
            true => segment.starts_with('{') && segment.ends_with('}'),
            false => true,
        };
        if text.starts_with('/') && !text.contains(['?', '#', '*']) && text.split('/').all(whole) {
            return Ok(PageTemplate(text.to_owned()));
        }
        let message =
            format!("\"{text}\" is no page: a path, without query, in which {{…}} is a whole segment");
        Err(Fault::new(message, "write pages such as \"/medecins/{…}\""))
    }
}
