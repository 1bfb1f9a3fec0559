//! In: an origin and the address that tells whether it is well. Out: what each check says, given to what is known
//! of the origin, again and again. Off the way of every request; nothing in it comes from a visitor.

use std::sync::Arc;

use http::Request;
use http::header::{ACCEPT, HOST, USER_AGENT};
use tokio::time::{sleep, timeout};

use super::pool::Pool;
use crate::config::HealthCheck;

/// What the origin's log will show.
const AGENT: &str = concat!("Paravent/", env!("CARGO_PKG_VERSION"), " (health check)");

/// Checks an origin in its time, for as long as this is asked for. One that was checked just before a reload is
/// not checked again for it.
pub async fn keep_checked(pool: Arc<Pool>, host: String, check: HealthCheck) {
    loop {
        sleep(pool.upstream.check_due_in(check.interval)).await;
        let well = timeout(check.timeout, is_well(&pool, &host, &check.path)).await.unwrap_or(false);
        pool.upstream.checked(well);
    }
}

/// Asks over a connection of its own: whether the origin takes any is part of the question.
async fn is_well(pool: &Pool, host: &str, path: &str) -> bool {
    let request = Request::get(path)
        .header(HOST, host)
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, "*/*")
        // Else a site that insists on TLS would answer with a redirect to itself, whatever is behind it.
        .header("x-forwarded-proto", "https")
        .body(());
    let Ok(request) = request else { return false };
    let status = pool.status(request.into_parts().0).await;
    status.is_some_and(|status| status.is_success() || status.is_redirection())
}
