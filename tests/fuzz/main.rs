//! Inputs that nobody thought of. Each target here is a test that runs for a moment, and for as long as it is
//! told to by `scripts/prove fuzz`. What comes out is judged by another reader than the one that made it: a
//! browser's parser, or one written from the standard.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod bytes;
mod css;
mod door;
mod forwarding;
#[path = "../html/mod.rs"]
mod html;
mod link;
mod pages;
mod proxy_protocol;
mod set_cookie;
mod validators;

use url::Url;

/// Whether an address is on one of the hosts that the targets hide in what they make.
fn is_blocked(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    ["blocked.example", "stats.example", "pixel.example"].iter().any(|end| host.ends_with(end))
}

/// The address of the page that everything is relative to.
fn page() -> Url {
    Url::parse("https://clinic.example/care/page?x=1").unwrap()
}
