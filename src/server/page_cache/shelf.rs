//! In: pages that may be kept. Out: the one that answers a request, if it is there. Holds so many bytes and no more;
//! what was asked for longest ago goes first.

use std::sync::Arc;
use std::time::SystemTime;

use http::request::Parts as RequestHead;
use lru::LruCache;
use prometheus_client::metrics::gauge::Gauge;

use super::kept::Kept;
use super::rules::Address;

/// Pages kept of one address: in as many languages and codings.
const VARIANTS: usize = 8;
/// What a page takes beside its bytes, fields and address.
const OVERHEAD: usize = 1_024;
/// One page may take so much of the room: an eighth.
const SHARE: usize = 8;

pub struct Shelf {
    pages: LruCache<Address, Vec<Arc<Kept>>>,
    bytes: usize,
    limit: usize,
    figure: Gauge,
}

/// What is there for a request.
pub enum Found {
    Nothing,
    Fresh(Arc<Kept>),
    /// There, and the origin can say whether it is still the page.
    Stale(Arc<Kept>),
}

impl Shelf {
    pub fn new(limit: usize, figure: Gauge) -> Shelf {
        figure.set(0);
        Shelf { pages: LruCache::unbounded(), bytes: 0, limit, figure }
    }

    /// The longest page that is kept, in bytes.
    pub fn page_limit(&self) -> usize {
        self.limit / SHARE
    }

    /// The page at `address` that answers a request.
    pub fn find(&mut self, address: &Address, asked: &RequestHead, now: SystemTime) -> Found {
        let variants = self.pages.get(address);
        match variants.and_then(|variants| variants.iter().find(|kept| kept.is_for(asked, now))) {
            Some(kept) if kept.is_fresh(asked, now) => Found::Fresh(Arc::clone(kept)),
            Some(kept) if kept.page.entity_tag().or(kept.page.last_modified()).is_some() => {
                Found::Stale(Arc::clone(kept))
            }
            _ => Found::Nothing,
        }
    }

    /// Keeps a page in the place of the one that would have answered the same request.
    pub fn put(&mut self, address: Address, asked: &RequestHead, kept: Kept, now: SystemTime) {
        let mut variants = self.taken(&address);
        variants.retain(|other| !other.is_for(asked, now));
        variants.push(Arc::new(kept));
        let beyond = variants.len().saturating_sub(VARIANTS);
        variants.drain(..beyond);
        self.put_back(address, variants);
    }

    /// Removes the page that answers this request.
    pub fn remove(&mut self, address: &Address, asked: &RequestHead, now: SystemTime) {
        let mut variants = self.taken(address);
        variants.retain(|kept| !kept.is_for(asked, now));
        self.put_back(address.clone(), variants);
    }

    /// Removes all pages of an address.
    pub fn forget(&mut self, address: &Address) {
        self.taken(address);
        self.make_room();
    }

    fn taken(&mut self, address: &Address) -> Vec<Arc<Kept>> {
        let variants = self.pages.pop(address).unwrap_or_default();
        self.bytes -= size(address, &variants);
        variants
    }

    fn put_back(&mut self, address: Address, variants: Vec<Arc<Kept>>) {
        if !variants.is_empty() {
            self.bytes += size(&address, &variants);
            self.pages.put(address, variants);
        }
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.bytes > self.limit {
            let Some((address, variants)) = self.pages.pop_lru() else { break };
            self.bytes -= size(&address, &variants);
        }
        self.figure.set(i64::try_from(self.bytes).unwrap_or(i64::MAX));
    }
}

fn size(address: &Address, variants: &[Arc<Kept>]) -> usize {
    variants.iter().map(|kept| kept.page.size() + address.size() + OVERHEAD).sum()
}
