//! (being built)
pub mod vendor_check;
pub mod vendor_file;
mod vendor_pattern;
