//! What the browser may see. In: the headers of the origin's response and the [`Decision`]. Out: the
//! same without what would let a tracker in past the rewriter, with the second wall's policy, and
//! with caching and validators that never cross a change of choice.
//!
//! It knows no visitor: everything it sends is the same for everybody with the same choice. What it
//! does not have to touch stays byte for byte. In observe mode it leaves the origin's headers as they
//! are, but for hop-by-hop fields, `Alt-Svc` and cookies in Paravent's name.
//!
//! [`Decision`]: crate::policy::Decision

mod caching;
mod client_hints;
mod cookie_date;
mod expire;
mod framing;
mod headers;
mod link;
mod own_sources;
mod policy_header;
mod redirect;
mod report_uri;
mod set_cookie;
mod validators;

pub use caching::caching;
pub use expire::expire;
pub use framing::settle_framing;
pub use headers::{clean_headers, forbid_sniffing};
pub use own_sources::{OwnSources, admit_own};
pub use policy_header::{add_policy, policy_header, wants_policy};
pub use redirect::Redirect;
pub use set_cookie::clean_cookies;
pub use validators::{Confirms, Variant, has_nonce, mark, names_tag, translate_conditions};

use url::Url;

use crate::policy::{Decision, Destination, Rule, Ruling};

/// Rules on a URL reference of `page`; one that cannot be read is blocked.
fn judge<'a>(decision: &'a Decision, page: &Url, reference: &str) -> Ruling<'a> {
    match page.join(reference) {
        Ok(url) => decision.judge(&destination(&url)),
        Err(_) => Ruling::block(Rule::Unreadable, None),
    }
}

fn destination(url: &Url) -> Destination<'_> {
    Destination {
        scheme: url.scheme(),
        host: url.host_str().unwrap_or_default(),
        path: url.path(),
        query: url.query().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
