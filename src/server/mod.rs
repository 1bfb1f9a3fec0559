//! The shell: sockets, TLS, HTTP versions, the origin's client, time-outs, limits, and the pipeline.
//!
//! In: connections. Out: answers. All other rooms are called from here and none of them calls back.
//! A full address exists here for as long as it takes to hand it to the door, and is never logged,
//! stored or sent on.

mod acme;
mod admin;
mod asked;
mod background;
mod backup;
mod body;
mod cloaking;
mod codec;
mod connection;
mod content_type;
mod cut;
mod declared;
mod demo;
mod descriptors;
mod error_answer;
mod events;
mod extended_connect;
mod failure;
mod floods;
mod front;
mod grants;
mod insertions;
mod keys;
mod limits;
mod lines;
mod listen;
mod live;
mod memory;
mod metrics;
mod origin;
mod own_answer;
mod own_pages;
mod page;
mod page_body;
mod page_cache;
mod panics;
mod pipeline;
mod prologue;
mod readiness;
mod records;
mod relay;
mod reload;
mod reports;
mod retention;
mod run;
mod sample;
mod sandbox;
mod script;
mod service_manager;
mod shared;
mod sheet;
mod sighting;
mod stall;
mod survey;
mod tls;
mod tunnel;
mod usage_promise;
mod watched;
mod worker;

pub use backup::{BackupError, back_up, restore};
pub use body::AnyBody;
pub use cloaking::{ChainError, chain_of, cloaked_vendor};
pub use demo::{Demo, demo, start_demo};
pub use front::{Guard, HeadLimits, HeadScan, Scan, Times, Turns};
pub use keys::{NewKeys, rotate_keys};
pub use origin::OriginClient;
pub use panics::contain_panics;
pub use records::{RecordsError, keys_folder, store_file};
pub use retention::{COUNTS_DAYS, PurgedClasses, purge_now};
pub use run::{Running, ServerError, serve, start};
pub use tls::TlsError;
pub use usage_promise::{is_counted, preset};
