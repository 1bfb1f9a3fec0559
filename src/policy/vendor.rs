//! A vendor of the catalogue.
//!
//! In: the literals that `build.rs` makes of `config/vendors/*.toml`, or the
//! operator's own tables once checked. Out: what a ruling, the inventory and the
//! banner need to know. Must never know: a visitor or a request.

use std::borrow::Cow;

use super::purpose::Purpose;

/// One third party, or one piece of software that stores things in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    pub id: Cow<'static, str>,
    pub name: Cow<'static, str>,
    pub entity: Cow<'static, str>,
    pub country: Cow<'static, str>,
    pub purpose: Purpose,
    pub kind: Kind,
    pub policy_url: Cow<'static, str>,
    pub session_replay: bool,
    pub hosts: Cow<'static, [Cow<'static, str>]>,
    pub csp: Cow<'static, [Cow<'static, str>]>,
    pub same_origin: Cow<'static, [Cow<'static, str>]>,
    pub inline: Cow<'static, [Cow<'static, str>]>,
    pub globals: Cow<'static, [Cow<'static, str>]>,
    pub placeholder: Option<Embed>,
    pub why: Words,
    pub cookies: Cow<'static, [StoredItem]>,
}

/// A cookie or a storage key; `days` is its lifetime, 0 for the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredItem {
    pub name: Cow<'static, str>,
    pub store: Store,
    pub days: u16,
    pub http_only: bool,
    pub why: Words,
}

/// The same words in each language of the banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub fr: Cow<'static, str>,
    pub en: Cow<'static, str>,
    pub ar: Cow<'static, str>,
}

/// Where the browser keeps an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    Cookie,
    Local,
    Session,
}

/// What a placeholder stands for on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embed {
    Video,
    Map,
    Chat,
    Booking,
    Social,
    Captcha,
    Form,
}

/// The sort of service, as the catalogue names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    TagManager,
    Analytics,
    SessionReplay,
    Advertising,
    Social,
    Video,
    Map,
    Font,
    Cdn,
    Chat,
    Booking,
    Captcha,
    Payment,
    Newsletter,
    Reviews,
    CallTracking,
    ErrorReporting,
    AbTesting,
    ConsentManager,
    Platform,
}
