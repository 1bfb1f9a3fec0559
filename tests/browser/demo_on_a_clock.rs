//! The demo without made-up visits, on a clock that moves when it is told to: for browser tests that must
//! see a day close. Prints where it listens; each line on standard input is so many seconds to pass.

#![allow(clippy::print_stdout, reason = "it speaks to the test that started it")]

use std::net::{Ipv4Addr, SocketAddr};

use paravent::clock::Clock;
use paravent::demo::PROFILES;
use paravent::server::{ServerError, start_demo};

/// Monday 2026-11-16, 15:00 UTC: working hours in Montreal, Casablanca and Paris.
const MONDAY: i64 = 20_773 * 86_400 + 15 * 3_600;

fn main() -> Result<(), ServerError> {
    let runtime = tokio::runtime::Runtime::new()?;
    let clock = Clock::set_to(MONDAY);
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let demo = runtime.block_on(start_demo(any, any, clock.clone(), false))?;
    let (http, admin) = (demo.running.http.first(), demo.running.admin);
    if let (Some(http), Some(admin)) = (http, admin) {
        for profile in PROFILES {
            println!("site http://{profile}.localhost:{}", http.port());
        }
        println!("admin http://localhost:{} {}", admin.port(), demo.password);
        println!("ready");
    }
    for line in std::io::stdin().lines() {
        if let Ok(seconds) = line?.trim().parse() {
            clock.advance(seconds);
            runtime.block_on(demo.running.catch_up());
            println!("passed {seconds}");
        }
    }
    runtime.block_on(demo.running.stop());
    Ok(())
}
