//! The door. In: an accepted connection, and the head of each of its requests. Out: a [`Visitor`],
//! who has a truncated network, a region, languages, a class of device and a choice.
//!
//! It must never let out an address: a [`PeerAddress`] can be neither read nor printed nor kept,
//! and is cut (IPv4 to /24, IPv6 to /48, promise PC5) before anything else is done. What proxies
//! say of an address is cut the moment it is parsed. User-Agent and hints become one of three
//! classes and are not kept (PC7).

mod admit;
mod asked_host;
mod consent_cookie;
mod cookies;
mod device;
#[cfg(test)]
pub(crate) mod fixtures;
mod form_token;
mod forwarded;
mod keys;
mod languages;
mod network;
mod once_cookie;
mod peer;
mod proxy_protocol;
mod region;

pub use admit::{Door, Scheme, Visitor};
pub use asked_host::AskedHost;
pub use consent_cookie::ReceiptId;
pub use device::DeviceClass;
pub use keys::Keys;
pub use languages::preferred as preferred_languages;
pub use network::Network;
pub use peer::{Arrival, PeerAddress};
pub use proxy_protocol::{ProxyHeader, ProxyRead, read_proxy_header};
pub use region::Region;
