//! Learning which unknown hosts a site's pages use, and which cookies nobody listed.
//!
//! In: browsers' reports of the second wall, the hosts that the first wall met, and the lines in which
//! cookies are set and sent. Out: pairs of registrable host and directive, names of cookies, and pairs of vendor and page, with a day,
//! once they are above a threshold. It must never know a visitor: reports hold whole URLs and cookies hold
//! ids, both are cut while they are parsed, and networks are told apart only by a byte under a key that
//! ends with the day.

mod cookies;
mod directive;
mod report;
mod taken_out;
mod threshold;
mod throttle;

pub use cookies::{CookieMet, UnlistedCookie, sent_unlisted, set_unlisted};
pub use directive::Directive;
pub use report::{Format, Malformed, Refusal, met, read_report};
pub use taken_out::TakenOut;
pub use threshold::{Sighting, Threshold};
pub use throttle::Throttle;
