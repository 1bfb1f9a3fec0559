//! From a TOML file to a checked [`Config`].
//!
//! In: a file's text. Out: a `Config`, or every problem at once with its place and remedy. It must
//! never know a visitor, and never echoes a secret.

mod checked;
pub mod vendor_check;
pub mod vendor_file;
mod vendor_pattern;

pub use checked::{
    Banner, BannerPosition, CertificateFiles, Config, Contact, Limits, Localised, Notice, Origin,
    PurposeLabel, Retention, Server, Site, Timeouts, VendorTerms,
};
