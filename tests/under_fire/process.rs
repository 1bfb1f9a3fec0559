//! What the system tells of a process.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::PATIENCE;

/// Resident memory, in bytes.
pub fn memory(pid: u32) -> usize {
    field(pid, "VmRSS").parse::<usize>().unwrap() * 1024
}

/// File descriptors that are open.
pub fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// Of all its threads, as far as the clock's ticks tell.
pub fn processor_time(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // Behind the name, which may hold anything: `utime` and `stime`, in ticks of 10 ms.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks: u64 = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn field(pid: u32, name: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().to_owned()
}

/// Looks until it is so, so many times as long as others wait.
pub fn until(patience: u32, mut so: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let end = Instant::now() + PATIENCE * patience;
    while !so() {
        assert!(Instant::now() < end, "never: {}", otherwise());
        thread::park_timeout(Duration::from_millis(50));
    }
}
