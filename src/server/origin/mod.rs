//! In: a cleaned request. Out: the origin's response. The only door to the origin, and it takes
//! nothing but a [`CleanRequest`]: what was not cleaned cannot be sent.
//!
//! Of several origins the one with the fewest requests under way is asked, among those that are well. Where none
//! is, all are asked: a check that asks for the wrong thing must not take a site down. A request is sent a second
//! time where that is safe, and never a third time.

mod check;
mod connector;
mod figures;
mod health;
mod loan;
mod pool;
mod upstream;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::Response;
use hyper::body::Body;
use rustls::RootCertStore;

use self::check::keep_checked;
use self::health::State;
use self::pool::{How, Over, Pool};
use self::upstream::Upstream;
use super::body::AnyBody;
use super::failure::Failure;
use super::tls::{self, TlsError};
use crate::config::{HealthRules, Origin, Site, Timeouts};
use crate::policy::Hosts;
use crate::request::CleanRequest;

pub use self::figures::Upstreams;
pub use self::pool::OriginBody;
pub use self::upstream::Place;

/// The way to one site's origins.
#[derive(Debug)]
pub struct OriginClient {
    pools: Vec<Arc<Pool>>,
    /// Whom the choice begins with: of origins with the same load each gets its turn.
    turn: AtomicUsize,
    rules: HealthRules,
    /// What checks ask for.
    host: String,
}

impl OriginClient {
    /// The way to the site's origins, over HTTP or HTTPS as each says. What `before` knew of those that stay is
    /// known here too.
    pub fn new(
        site: &Site,
        timeouts: &Timeouts,
        before: Option<&OriginClient>,
    ) -> Result<OriginClient, TlsError> {
        let tls = client_tls(site)?;
        let pool = |origin: &Origin| {
            let kept = before.and_then(|before| before.upstreams().find(|known| known.origin == *origin));
            let upstream =
                kept.cloned().unwrap_or_else(|| Upstream::new(&site.name, origin, site.health.clone()));
            Arc::new(Pool::new(upstream, tls.clone(), timeouts))
        };
        let host = match &site.policy.hosts {
            Hosts::These(hosts) => hosts.first(),
            Hosts::Any => None,
        };
        Ok(OriginClient {
            pools: site.origins.iter().map(pool).collect(),
            turn: AtomicUsize::new(0),
            rules: site.health.clone(),
            host: host.or(site.origins.first().map(|origin| &origin.host)).cloned().unwrap_or_default(),
        })
    }

    /// Puts the site's rules in force for its origins: they may have been under others.
    pub fn come_into_force(&self) {
        self.upstreams().for_each(|upstream| upstream.obey(self.rules.clone()));
    }

    pub fn upstreams(&self) -> impl Iterator<Item = &Arc<Upstream>> {
        self.pools.iter().map(|pool| &pool.upstream)
    }

    /// The checks of its origins, to be kept running while this is in force; none where none are asked for.
    pub fn checks(&self) -> impl Iterator<Item = impl Future<Output = ()> + Send + 'static> {
        let check = self.rules.check.clone();
        let pools = self.pools.iter().filter_map(move |pool| Some((Arc::clone(pool), check.clone()?)));
        pools.map(|(pool, check)| keep_checked(pool, self.host.clone(), check))
    }

    /// Whether the origin is on this machine or its own network, where compressing saves nothing.
    pub fn is_near(&self) -> bool {
        self.upstreams().all(|upstream| is_near(&upstream.origin.host))
    }

    /// Whether any of the site's origins is taken for well: neither down by its checks nor left out for its
    /// failures. What is not is asked all the same where there is nothing better.
    pub fn is_reachable(&self) -> bool {
        self.upstreams().any(|upstream| matches!(upstream.state(), State::Up | State::Trial))
    }

    /// Sends a request and waits for the head of the answer.
    pub async fn send(&self, request: CleanRequest<AnyBody>) -> Result<Response<OriginBody>, Failure> {
        let (head, body) = request.into_parts();
        // What may reach an origin twice without harm (RFC 9110, 9.2.2), and is there to be sent again.
        let repeatable = head.method.is_idempotent() && body.is_end_stream();
        let first = self.choose(None).ok_or(Failure::OriginAway)?;
        let missed = match first.ask(head.clone(), body, Over::Kept).await {
            Ok(response) => return Ok(response),
            Err(missed) => missed,
        };
        let next = match missed.how {
            How::Unreached => self.choose(Some(first)),
            How::Stale if repeatable => self.well_but(first).or(Some(first)),
            How::Stale | How::Failed => None,
        };
        let (Some(next), Some(body)) = (next, missed.body) else { return Err(missed.failure) };
        first.upstream.figures.retries.inc();
        // On a new connection: where one was stale, all that are kept may be.
        next.ask(head, body, Over::Fresh).await.map_err(|missed| missed.failure)
    }

    /// The origin to ask, if there is one beside `other`: the best there is, however bad.
    fn choose(&self, other: Option<&Arc<Pool>>) -> Option<&Arc<Pool>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.pools.len().max(1);
        let (passed, coming) = self.pools.split_at_checked(turn)?;
        let in_turn = coming.iter().chain(passed);
        let rest = in_turn.filter(|pool| other.is_none_or(|other| !Arc::ptr_eq(pool, other)));
        rest.min_by_key(|pool| pool.upstream.load())
    }

    fn well_but(&self, other: &Arc<Pool>) -> Option<&Arc<Pool>> {
        self.choose(Some(other)).filter(|pool| pool.upstream.load().0 == State::Up)
    }
}

/// Trust is read only where an origin is verified by it.
fn client_tls(site: &Site) -> Result<rustls::ClientConfig, TlsError> {
    match site.origins.iter().any(|origin| origin.https) {
        true => tls::client_tls(site.origin_ca.as_deref()),
        false => tls::client_tls_with(RootCertStore::empty()),
    }
}

fn is_near(host: &str) -> bool {
    use std::net::IpAddr;
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local(),
        Err(_) => host == "localhost",
    }
}

#[cfg(test)]
mod tests;
