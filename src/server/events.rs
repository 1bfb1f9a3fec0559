//! In: what a page's script tells, by number. Out: a view to be counted, or nothing, and always the same
//! empty answer. Of the body nothing outlives the look-up; there are few a minute from one network.

use std::sync::{Mutex, PoisonError};

use hyper::Response;
use hyper::body::Incoming;

use super::body::{self, AnyBody};
use super::failure::Failure;
use super::own_answer;
use super::own_pages::too_large;
use super::sighting::{Sighting, Whose};
use crate::clock::Clock;
use crate::consent::{MAX_EVENT_BYTES, read_event};
use crate::learning::Throttle;
use crate::visitor::Network;

/// Events taken in a minute, of all sites: a bound on memory more than on anybody's telling.
const IN_ALL: u32 = 60_000;
/// Events taken in a minute from one truncated network, which may be a whole building's.
const PER_NETWORK: u32 = 600;

/// How many events there were.
#[derive(Debug)]
pub struct Events {
    throttle: Mutex<Throttle>,
    clock: Clock,
}

impl Events {
    pub fn new(clock: Clock) -> Events {
        Events { throttle: Mutex::new(Throttle::of(IN_ALL, PER_NETWORK)), clock }
    }

    fn admits(&self, network: Network) -> bool {
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.admits(&network, self.clock.seconds())
    }
}

/// Takes an event. Whoever objected, comes from elsewhere or tells too much is answered as all others are;
/// their body is not read.
///
/// # Errors
/// Where the site has no events, or the body is none.
pub async fn take(whose: Whose<'_, '_>, body: Incoming) -> Result<Response<AnyBody>, Failure> {
    let Whose { shared, site, visitor, decision, head } = whose;
    if !site.config.usage.events {
        return Err(Failure::NotFound);
    }
    let own = shared.door.is_same_origin(head, visitor, &site.config, None);
    if !own || !decision.consent().counted || !shared.events.admits(visitor.network()) {
        return Ok(own_answer::nothing());
    }
    let idle = shared.config.server.timeouts.body;
    let body = body::collect(body, MAX_EVENT_BYTES as u64, idle).await.map_err(|e| too_large(&e))?;
    let entry = read_event(&site.config, &body).ok_or(Failure::Malformed)?;
    if let Some(sighting) = Sighting::of_event(whose, &entry) {
        sighting.count();
    }
    Ok(own_answer::nothing())
}
