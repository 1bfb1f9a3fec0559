//! The compiled-in catalogue. In: `build.rs`'s table. Out: [`VENDORS`].

use std::borrow::Cow;

use super::purpose::Purpose;
use super::vendor::{Embed, Kind, Store, StoredItem, Vendor, Words};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
