//! In: nothing. Out: the shape of what other rooms set into a page. The texts are theirs; where they
//! go, and in which charset they are written, is decided here.

use crate::policy::{Rule, Vendor};

/// What the other rooms set into a page. All texts are HTML; they are encoded for the page.
pub trait Insertions: Send + Sync {
    /// Comes first in the head: the guard script.
    fn head_start(&self) -> String;
    /// Attributes for the `html` element, unescaped; they replace those of the same name.
    fn html_attributes(&self) -> Vec<(String, String)>;
    fn banner(&self, around: Around<'_>) -> String;
    /// A policy that a `meta` gives, with just what the banner needs under it.
    fn admitted_by(&self, policy: &str) -> String;
    /// Whether the banner goes to the end of the body instead of its start.
    fn at_end(&self) -> bool;
    /// Stands in for a blocked frame; an empty text leaves the frame in place without its source.
    fn placeholder(&self, frame: &BlockedFrame<'_>, around: Around<'_>) -> String;
}

/// What the page says of itself, up to where something is set in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// `html[lang]` as the page has it.
    pub language: Option<&'a str>,
    /// A `meta` of its head restricts what may load.
    pub under_policy: bool,
    /// A `base` may lead relative addresses away from the page's own scheme, host and port.
    pub foreign_base: bool,
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
