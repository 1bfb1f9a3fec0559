//! In: a fault in the program. Out: a log line that says where, and a count of them. The runtime ends the task of
//! the connection that met it, and nothing else. Never passes on what the fault says: that can hold what a visitor
//! sent.

use std::sync::LazyLock;

use prometheus_client::metrics::counter::Counter;

/// One process has one hook, and so one count.
static FAULTS: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Logs and counts panics from now on, in the whole process.
pub fn contain_panics() {
    std::panic::set_hook(Box::new(|panic| {
        FAULTS.inc();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a connection was ended by a fault in the program");
    }));
}

/// How many there were.
pub fn faults() -> Counter {
    FAULTS.clone()
}
