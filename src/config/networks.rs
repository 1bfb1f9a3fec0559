//! The operator's lists of hosting networks, whose clients are machines more often than people.
//!
//! In: files with a network a line. Out: [`Networks`], which says whether a truncated network lies in one of them, or what
//! is wrong with a file. It is asked about networks and keeps none.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;

use super::check::resolved;
use super::problem::Report;
use super::raw::RawServer;

/// A file, in bytes: the largest providers' lists have a few hundred thousand.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Networks as ranges of addresses, in order and apart; IPv4 in its mapped form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Arc<[(u128, u128)]>);

impl Networks {
    /// Whether the network that begins with this address lies in one of them.
    pub fn hold(&self, first: IpAddr) -> bool {
        let address = number(first);
        let at = self.0.partition_point(|(from, _)| *from <= address);
        at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, to)| address <= *to)
    }

    fn of(networks: &[IpNet]) -> Networks {
        let mut ranges: Vec<(u128, u128)> =
            networks.iter().map(|net| (number(net.network()), number(net.broadcast()))).collect();
        ranges.sort_unstable();
        let mut apart: Vec<(u128, u128)> = Vec::new();
        for (from, to) in ranges {
            match apart.last_mut().filter(|(_, end)| from <= *end) {
                Some((_, end)) => *end = to.max(*end),
                None => apart.push((from, to)),
            }
        }
        Networks(apart.into())
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Reads the lists that `[server.usage]` names.
pub(super) fn hosting_networks(raw: &RawServer, report: &Report) -> Networks {
    let mut all = Vec::new();
    for given in raw.hosting_networks.value().into_iter().flatten() {
        match read(&resolved(given)) {
            Ok(networks) => all.extend(networks),
            Err(why) => report.say(
                &given.at,
                format!("hosting_networks: {} {why}", resolved(given).display()),
                "name a file with a network a line, as 192.0.2.0/24; # begins a comment",
            ),
        }
    }
    Networks::of(&all)
}

/// The networks of a file. What is narrower than the door's own /24 and /48 cannot be told there, and is left out.
fn read(path: &Path) -> Result<Vec<IpNet>, String> {
    let unreadable = |error| format!("cannot be read: {error}");
    if fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(format!("has more than {MOST_BYTES} bytes"));
    }
    let mut networks = Vec::new();
    for (at, line) in fs::read_to_string(path).map_err(unreadable)?.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let network = line.parse::<IpNet>().or_else(|_| line.parse::<IpAddr>().map(IpNet::from));
        match network {
            Ok(network) if is_wide(network) => networks.push(network),
            Err(_) if !line.is_empty() => return Err(format!("has no network on line {}", at + 1)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(networks)
}

fn is_wide(network: IpNet) -> bool {
    match network {
        IpNet::V4(v4) => v4.prefix_len() <= 24,
        IpNet::V6(v6) => v6.prefix_len() <= 48,
    }
}

#[cfg(test)]
mod tests {
    use super::super::checked::Config;
    use super::*;

    fn networks(list: &str) -> Result<Networks, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("hosting.txt"), list).unwrap();
        let text = "[server]\nlisten = [\"127.0.0.1:1\"]\n[server.usage]\nhosting_networks = [\"hosting.txt\"]\n\
                    [[site]]\nhosts = [\"clinic.example\"]\norigin = \"http://127.0.0.1:2\"\njurisdiction = \"quebec\"\n";
        let file = folder.path().join("paravent.toml");
        fs::write(&file, text).unwrap();
        Config::load(&file).map(|config| config.server.hosting).map_err(|error| error.to_string())
    }

    #[test]
    fn networks_hold_what_lies_in_them() {
        let list = "# a provider\n198.51.100.0/24\n192.0.0.0/16 # the larger\n192.0.2.0/24\n2001:db8::/32\n203.0.113.9\n";
        let networks = networks(list).unwrap();
        let holds = |address: &str| networks.hold(address.parse().unwrap());
        for inside in ["198.51.100.0", "192.0.2.0", "192.0.255.0", "2001:db8:1::"] {
            assert!(holds(inside), "{inside}");
        }
        for outside in
            ["198.51.99.0", "198.51.101.0", "192.1.0.0", "203.0.113.0", "2001:db9::", "::", "255.0.0.0"]
        {
            assert!(!holds(outside), "{outside}");
        }
        assert!(!Networks::default().hold("192.0.2.0".parse().unwrap()));
    }

    #[test]
    fn a_file_that_is_no_list_is_named_with_its_line() {
        let refused = networks("192.0.2.0/24\n\nnot a network\n").unwrap_err();
        assert!(refused.contains("hosting.txt has no network on line 3"), "{refused}");
    }
}
