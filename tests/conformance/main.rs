//! Whether Paravent is a reverse proxy that an expert would trust: [README.md](README.md) says which requirement is
//! proven by which test, and who answers what. Everything is on loopback; nginx, HAProxy, Node and Python are what
//! the system's packages give.

#![allow(clippy::print_stdout, reason = "the tables are printed")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod cases;
mod exchanges;
mod frames;
mod http2;
mod misbehaving;
mod readme;
mod servers;
mod smuggling;
#[path = "../support/mod.rs"]
mod support;
