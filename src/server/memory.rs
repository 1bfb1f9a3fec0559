//! The process's memory holds the open day, so it is kept from core dumps, from other processes of
//! the same user, and from swap. In: nothing. Out: what could not be done, for the operator.

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// Makes the process undumpable, and locks its memory where the system lets it.
pub fn protect() -> Option<String> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let undumpable =
        setrlimit(Resource::Core, none).and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = undumpable {
        return Some(format!("core dumps cannot be switched off: {error}"));
    }
    // Under a limit, locking what is to come would make allocations fail later on.
    let unlimited = getrlimit(Resource::Memlock).maximum.is_none();
    let locked = unlimited && {
        let limit = Rlimit { current: None, maximum: None };
        let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        setrlimit(Resource::Memlock, limit).and_then(|()| mlockall(flags)).is_ok()
    };
    (!locked && swaps()).then(|| {
        "memory is not locked, and swap may write the open day to disk: give the service \
         LimitMEMLOCK=infinity, or turn swap off"
            .to_owned()
    })
}

/// Whether the machine may write memory to disk; where that cannot be told, it may.
fn swaps() -> bool {
    match std::fs::read_to_string("/proc/swaps") {
        // The first line is the heading.
        Ok(areas) => areas.lines().skip(1).any(|line| !line.trim().is_empty()),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}
