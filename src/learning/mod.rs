//! Learning which unknown hosts a site's pages use.
//!
//! In: browsers' reports of the second wall, and the hosts that the first wall met. Out: pairs of
//! registrable host and directive with a day, once they are above a threshold. It must never know a
//! visitor: reports hold whole URLs and are cut while they are parsed, and networks are told apart only
//! by a byte under a key that ends with the day.

mod directive;
mod report;
mod threshold;
mod throttle;

pub use directive::Directive;
pub use report::{Format, Malformed, Refusal, met, read_report};
pub use threshold::{Sighting, Threshold};
pub use throttle::Throttle;
