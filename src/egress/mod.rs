//! Paravent's own fetches.
//!
//! In: a site's origin and hosts. Out: the paths of the site's public pages, from its sitemap and from
//! its links, walked without cookies; and where its hosts' CNAMEs lead. It must never know a visitor:
//! nothing it asks for comes from a visitor's request, and it asks nobody but the configured origin and
//! the DNS server.

mod client;
#[cfg(test)]
#[path = "../../tests/support/dns.rs"]
mod dns;
mod links;
mod names;
mod survey;
#[cfg(test)]
mod survey_tests;

pub use client::{EgressError, OriginFetch};
pub use names::{Names, NamesError};
pub use survey::{Fetch, Fetched, Scope, survey};
