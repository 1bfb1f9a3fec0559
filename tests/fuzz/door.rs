//! A door for the targets that come through it: nobody is trusted but 10.0.0.0/8.

use std::sync::{Arc, OnceLock};

use paravent::clock::Clock;
use paravent::config::{Config, Site};
use paravent::visitor::{Door, Keys, PeerAddress, Scheme};

const CONFIG: &str = r#"
[server]
listen = ["127.0.0.1:0"]
state_dir = "/nowhere"
trusted_proxies = ["10.0.0.0/8"]
proxy_protocol = true

[[site]]
hosts = ["clinic.example"]
origin = ["http://127.0.0.1:9"]
jurisdiction = "quebec"
languages = ["fr", "en"]
"#;

pub fn door() -> &'static (Door, Arc<Site>) {
    static MADE: OnceLock<(Door, Arc<Site>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let config = Config::from_text("paravent.toml", CONFIG).unwrap_or_else(|e| panic!("{e}"));
        let door = Door::new(&config.server, Keys::ephemeral().unwrap(), Clock::set_to(1_800_000_000));
        (door, Arc::clone(&config.sites[0]))
    })
}

/// The truncated network of an address.
pub fn network(address: &str) -> String {
    let peer = PeerAddress::accepted(format!("{address}:1").parse().unwrap());
    peer.arrive(&door().0, None, Scheme::Http).network().to_string()
}
