//! In: what connections share, and what is to take its place. Out: what is in force now. Whoever answers a
//! request asks here first, so that a kept-alive connection obeys a new config with its next request.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::shared::Shared;

/// What is in force.
pub struct Live(ArcSwap<Shared>);

impl Live {
    pub fn new(shared: Shared) -> Arc<Live> {
        Arc::new(Live(ArcSwap::from_pointee(shared)))
    }

    pub fn now(&self) -> Arc<Shared> {
        self.0.load_full()
    }

    /// Puts `shared` in force. Requests under way end under what they began with.
    pub fn replace(&self, shared: Shared) {
        self.0.store(Arc::new(shared));
    }
}
