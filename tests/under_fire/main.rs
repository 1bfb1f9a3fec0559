//! Paravent for a long time, and under attack: mixed traffic that leaves nothing behind, and a visitor who is served
//! while others try that nobody is. Everything is on loopback; who comes from where is told by addresses of 127/8.

#![allow(clippy::print_stdout, reason = "what was measured is printed")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod attack;
#[path = "../conformance/frames.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod frames;
mod house;
mod line;
mod process;
mod site;
mod soak;
#[path = "../support/mod.rs"]
mod support;
