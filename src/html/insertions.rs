//! In: nothing. Out: the shape of what other rooms set into a page. The texts are theirs; where they
//! go, and in which charset they are written, is decided here.

use crate::policy::{Rule, Vendor};

/// What the other rooms set into a page. All texts are HTML; they are encoded for the page.
pub trait Insertions: Send + Sync {
    /// Comes first in the head: the guard script.
    fn head_start(&self) -> String;
    /// Attributes for the `html` element, unescaped; they replace those of the same name.
    fn html_attributes(&self) -> Vec<(String, String)>;
    /// The banner; `page_language` is `html[lang]` as the page has it, and `under_policy` whether a `meta`
    /// of its head restricts what may load.
    fn banner(&self, page_language: Option<&str>, under_policy: bool) -> String;
    /// A policy that a `meta` gives, with just what the banner needs under it.
    fn admitted_by(&self, policy: &str) -> String;
    /// Whether the banner goes to the end of the body instead of its start.
    fn at_end(&self) -> bool;
    /// Stands in for a blocked frame; an empty text leaves the frame in place without its source.
    fn placeholder(&self, frame: &BlockedFrame<'_>, page_language: Option<&str>) -> String;
}

/// A frame that was kept from loading. Attribute values are decoded, so they must be escaped again.
#[derive(Clone, Debug)]
pub struct BlockedFrame<'a> {
    pub vendor: &'a Vendor,
    pub rule: Rule,
    /// Where the frame would have gone, absolute.
    pub url: String,
    pub width: Option<String>,
    pub height: Option<String>,
    pub style: Option<String>,
    pub class: Option<String>,
    pub title: Option<String>,
}
