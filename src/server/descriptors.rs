//! File descriptors: each connection takes one, and one more while the origin is asked. In: the limits. Out: as many as
//! the system lets the process have, and a word to the operator where that is fewer than the limits promise.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Limits;

/// For files, listeners and what waits in pools.
const OTHERS: u64 = 64;

/// Raises the process's own limit to what it may be.
pub fn allow(limits: &Limits) -> Option<String> {
    // `None` is no limit.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let allowed = if raised { maximum } else { getrlimit(Resource::Nofile).current };
    let wanted = limits.connections as u64 + limits.connections_per_network as u64 + OTHERS;
    allowed.filter(|allowed| *allowed < wanted).map(|allowed| {
        format!(
            "{allowed} file descriptors are too few for {} connections: give the service LimitNOFILE={}, \
             or lower server.limits.connections",
            limits.connections,
            limits.connections * 2 + OTHERS as usize
        )
    })
}
