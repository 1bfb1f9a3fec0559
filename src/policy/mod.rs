//! (being built)
pub mod catalogue;
pub mod purpose;
pub mod vendor;
