//! What the types forbid does not compile: an address cannot leave the door, and the origin
//! cannot be handed a request that was not cleaned.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

#[test]
fn forbidden_acts_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
