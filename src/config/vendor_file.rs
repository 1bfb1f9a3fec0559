//! The file format of the vendor catalogue.
//!
//! In: TOML text of `[[vendor]]` tables, ours under `config/vendors/` or the
//! operator's own. Out: raw tables that mirror it field by field, or the place
//! where it cannot be read. `vendor_check` then says what is wrong with them.
//! Must never know: the rest of the crate. `build.rs` compiles this file too,
//! so it names std, serde and toml only.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

/// Reads the `[[vendor]]` tables of one file. `file` is only a name for messages.
///
/// # Errors
/// The first place where the text is no TOML, lacks a key or has an unknown one.
pub fn parse(file: &str, text: &str) -> Result<Vec<VendorTable>, VendorProblem> {
    match toml::from_str::<VendorFile>(text) {
        Ok(read) => Ok(read.vendor),
        Err(error) => Err(VendorProblem {
            file: file.to_owned(),
            vendor: String::new(),
            span: error.span().unwrap_or(0..0),
            message: error.message().to_owned(),
        }),
    }
}

/// A whole file: nothing but vendors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorFile {
    #[serde(default)]
    vendor: Vec<VendorTable>,
}

/// One `[[vendor]]` table as it is written. A vendor without `hosts` is software
/// that the site runs itself: it needs no entity, country or policy address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorTable {
    /// Stable name in kebab-case, used in config, choices and receipts.
    pub id: Spanned<String>,
    /// The product's name as visitors know it.
    pub name: String,
    /// The legal entity that receives the data.
    #[serde(default)]
    pub entity: String,
    /// Where it is processed, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: String,
    /// One of [`PURPOSES`].
    pub purpose: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// The vendor's own privacy policy, over https.
    #[serde(default)]
    pub policy_url: String,
    /// Records what a visitor does on the page.
    #[serde(default)]
    pub session_replay: bool,
    /// `example.com` (with subdomains) or `=example.com` (without), then an
    /// optional path prefix, then optional query conditions:
    /// `www.googletagmanager.com/gtag/js?id=AW-`. The most specific one wins:
    /// longer query, then longer path, then longer host.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where a CNAME of the site's own subdomains leads when this vendor hides behind them:
    /// `eulerian.net` (with subdomains).
    #[serde(default)]
    pub cname: Vec<String>,
    /// CSP source expressions admitted once granted; empty: derived from `hosts`.
    #[serde(default)]
    pub csp: Vec<String>,
    /// How its requests look on the site's own host: `path-suffix?key=valueprefix&key2`.
    #[serde(default)]
    pub same_origin: Vec<String>,
    /// Substrings that betray its loader, in lower case with single quotes.
    #[serde(default)]
    pub inline: Vec<String>,
    /// Names that pages call: `gtag()`, `dataLayer[]` or `ttq{}`.
    #[serde(default)]
    pub globals: Vec<String>,
    /// One of [`PLACEHOLDERS`], for what is seen on the page.
    pub placeholder: Option<String>,
    /// What it does, in one sentence.
    #[serde(default)]
    pub why: WordsTable,
    /// What it stores in the browser.
    #[serde(default)]
    pub cookie: Vec<CookieTable>,
}

/// One `[[vendor.cookie]]` table: a cookie or a storage key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CookieTable {
    /// The name; `*` stands for any characters.
    pub name: String,
    /// One of [`STORES`].
    #[serde(default = "cookie_store")]
    pub store: String,
    /// Lifetime in days, 0 for the session, at most [`MAX_DAYS`].
    pub days: u16,
    /// No script of the page needs to read it.
    #[serde(default)]
    pub http_only: bool,
    /// What it is for.
    #[serde(default)]
    pub why: WordsTable,
}

/// The same words in each language that the banner speaks.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordsTable {
    pub fr: String,
    pub en: String,
    pub ar: String,
}

/// What `purpose` may be.
pub const PURPOSES: &[&str] = &["necessary", "functional", "analytics", "marketing"];

/// What `kind` may be.
pub const KINDS: &[&str] = &[
    "tag-manager",
    "analytics",
    "session-replay",
    "advertising",
    "social",
    "video",
    "map",
    "font",
    "cdn",
    "chat",
    "booking",
    "captcha",
    "payment",
    "newsletter",
    "reviews",
    "call-tracking",
    "error-reporting",
    "ab-testing",
    "consent-manager",
    "platform",
];

/// What `placeholder` may be.
pub const PLACEHOLDERS: &[&str] = &["video", "map", "chat", "booking", "social", "captcha", "form"];

/// What `store` may be.
pub const STORES: &[&str] = &["cookie", "local", "session"];

/// The longest lifetime that is written down: ten years, in days.
pub const MAX_DAYS: u16 = 3650;

/// Something wrong in a catalogue file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorProblem {
    /// The file as it was named to [`parse`] or to the check.
    pub file: String,
    /// The vendor's id; empty where the file could not be read so far.
    pub vendor: String,
    /// Bytes of the file that the problem is about: the vendor's id, or what could not be read.
    pub span: Range<usize>,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for VendorProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.vendor.as_str() {
            "" => write!(f, "{}: {}", self.file, self.message),
            vendor => write!(f, "{}: vendor \"{vendor}\": {}", self.file, self.message),
        }
    }
}

impl std::error::Error for VendorProblem {}

fn cookie_store() -> String {
    "cookie".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [[vendor]]
        id = "a"
        name = "A"
        purpose = "necessary"
        kind = "platform"
        [[vendor.cookie]]
        name = "a"
        days = 0
    "#;

    #[test]
    fn what_may_be_left_out_has_its_default() {
        let vendors = parse("a.toml", SMALL).expect("it parses");
        let vendor = &vendors[0];
        assert_eq!(vendor.id.as_ref(), "a");
        assert_eq!(&SMALL[vendor.id.span()], "\"a\"");
        assert!(!vendor.session_replay && vendor.hosts.is_empty() && vendor.placeholder.is_none());
        assert_eq!(vendor.cookie[0].store, "cookie");
        assert!(!vendor.cookie[0].http_only);
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands() {
        let text = SMALL.replace("kind =", "sort =");
        let problem = parse("a.toml", &text).expect_err("sort is no key");
        assert!(problem.message.contains("sort"), "{problem}");
        assert!(text[problem.span.clone()].contains("sort"), "{problem:?}");
        assert!(problem.to_string().starts_with("a.toml: "));
    }

    #[test]
    fn an_unknown_key_of_a_cookie_is_refused() {
        let text = SMALL.replace("days =", "months = 1\ndays =");
        assert!(parse("a.toml", &text).is_err());
    }

    #[test]
    fn a_lifetime_below_zero_is_refused() {
        assert!(parse("a.toml", &SMALL.replace("days = 0", "days = -1")).is_err());
    }
}
