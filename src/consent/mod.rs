//! What the visitor sees and presses.
//!
//! In: a checked site, the decision for the present page, and the body of a press. Out: the
//! banner, the guard's tag, placeholders, the privacy page, the guarantee of counting, error pages,
//! the inventory as data, the script of the events, and what a press asks for. It must never know a header, a socket, a cookie's bytes or an
//! address: the door signs and reads cookies, and what the page shows of the visitor is handed in
//! already truncated.
//!
//! A press goes `read_press` → [`Press`] → [`apply`] → [`Outcome`]; nothing else makes a choice.

mod announced;
mod assets;
mod banner;
mod declaration;
mod errors;
mod events;
mod granted;
mod guard;
mod outcome;
mod placeholder;
mod press;
mod privacy;
mod receipt;
mod return_path;
mod rights;
mod theme;
mod usage_promise;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod notice_tests;

use crate::config::Site;
use crate::policy::Decision;

pub use assets::{Asset, OwnFiles, asset, own_files};
pub use banner::banner;
pub use declaration::{declaration, gpc_support, state_json};
pub use errors::{ErrorKind, error_page, guardian_page, refused_press_page};
pub use events::{MAX_EVENT_BYTES, events_tag, read_event};
pub use granted::{Extent, extent};
pub use guard::{head_start, html_attributes};
pub use outcome::{Outcome, apply};
pub use placeholder::{Frame, placeholder};
pub use press::{Act, MAX_PRESS_BYTES, Press, PressError, read_press};
pub use privacy::{KnownOfVisitor, privacy_page};
pub use receipt::receipt_document;
pub use return_path::safe_return;
pub use usage_promise::{PromisedFamily, UsagePromise, usage_page};

/// What every page and fragment is drawn from.
#[derive(Clone, Copy)]
pub struct PageView<'a> {
    pub site: &'a Site,
    /// The decision for the page the fragment goes into.
    pub decision: &'a Decision,
    /// `fr`, `en` or `ar`, already chosen; anything else reads as French.
    pub language: &'a str,
    /// Path and query to come back to after a press.
    pub return_to: &'a str,
    /// What proves, where the browser names no origin, that a press came from this site.
    pub form_token: &'a str,
    /// What the origin's own policy lets a page of ours do.
    pub origin_policy: OriginPolicy<'a>,
    /// What stands before each path of ours: nothing, or the page's own scheme and host where a `base` of the
    /// page leads elsewhere, such as `https://clinique.example`.
    pub own_origin: &'a str,
}

/// Whether the page already lives under a Content-Security-Policy of the origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OriginPolicy<'a> {
    /// None: styles go inline, which spares a request.
    #[default]
    Absent,
    /// There is one: scripts and styles go by link, with their `integrity` and, where the response
    /// has one, its nonce.
    Present { nonce: Option<&'a str> },
    /// As before, and a form cannot post: a link to the privacy page stands instead (`sandbox`).
    Sandboxed { nonce: Option<&'a str> },
}

impl<'a> OriginPolicy<'a> {
    /// Whether styles go by link, and the nonce that they carry.
    const fn by_link(self) -> Option<Option<&'a str>> {
        match self {
            OriginPolicy::Absent => None,
            OriginPolicy::Present { nonce } | OriginPolicy::Sandboxed { nonce } => Some(nonce),
        }
    }

    const fn lets_post(self) -> bool {
        !matches!(self, OriginPolicy::Sandboxed { .. })
    }
}

impl PageView<'_> {
    /// What the site is called: the clinic's own name, else its first host, or the host asked for where
    /// any will do.
    fn site_name(&self) -> &str {
        let named = self.site.contact.as_ref().map(|contact| contact.organisation.in_language(self.language));
        if let Some(name) = named.filter(|name| !name.is_empty()) {
            return name;
        }
        if self.site.name == "any" { self.decision.host() } else { &self.site.name }
    }

    fn words(&self) -> words::Words {
        words::Words::of(self.language, self.site.jurisdiction)
    }
}
