//! From a TOML file to a checked [`Config`].
//!
//! In: a file's text. Out: a `Config`, or every problem at once with its place and remedy. It must
//! never know a visitor, and never echoes a secret.
//!
//! `load` finds the files, `table` reads them key by key with the
//! kinds of value in `values`, `addresses`, `paths` and `words`, `raw` mirrors them, `check`
//! sees whether they go together and with what the `profile` promised, `checked` is what comes out.

mod addresses;
mod bounds;
mod certificates;
mod check;
mod checked;
mod demo;
mod health;
mod lists;
mod load;
mod nearest;
mod networks;
mod notice;
mod own_vendors;
mod paths;
mod problem;
mod profile;
mod quick;
mod raw;
#[cfg(test)]
mod reference_tests;
mod table;
mod theme;
mod usage;
mod values;
pub mod vendor_check;
pub mod vendor_file;
mod vendor_pattern;
mod words;

pub use checked::{
    Acme, Banner, BannerPosition, CertificateFiles, Config, Contact, Limits, Localised, Origin, PurposeLabel,
    Retention, Server, Site, Timeouts, VendorTerms,
};
pub use demo::demo;
pub use health::{Ejection, HealthCheck, HealthRules};
pub use load::LoadError;
pub use networks::Networks;
pub use notice::{Notice, Upcoming};
pub use problem::{Problem, Problems};
pub use quick::{BadArgument, ContactEmail};
pub use theme::{Colour, Palette, Theme};
pub use usage::{
    Campaign, EventEntry, Funnel, Goal, GoalReached, MAX_CAMPAIGNS, MAX_FUNNELS, MAX_GOALS, MAX_STEPS,
    Outbound, Usage, UsagePreset, UsageRelease,
};
