//! `paravent lookup --unknown`. In: the store of a config's server. Out: for each site, the hosts that its
//! pages use and that are unknown or not offered, and the cookies that nobody listed; what is decided of
//! them, and what to write to change it. Before that, what was taken out of which page.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use url::Url;

use super::failure::Failure;
use super::lookup::{Asked, listed, rule_before_consent};
use super::{taken_out, unlisted};
use crate::clock::Clock;
use crate::config::{Config, Site};
use crate::policy::{Catalogue, Day, Destination, HostPattern, Hosts, Mode, Vendor, VendorIndex, is_below};
use crate::server::store_file;
use crate::store::{Seen, SeenKind, Store};

/// Prints the list.
pub(super) fn list(config: &Config) -> Result<ExitCode, Failure> {
    let file = store_file(&config.server);
    if !file.is_file() {
        return Err(Failure::NoStore(file));
    }
    let store = Store::open(&file, Clock::system())?;
    for site in &config.sites {
        let hosts = of_hosts(site, &store.seen(&site.name, SeenKind::Host)?);
        let cookies = unlisted::of_site(site, &store.seen(&site.name, SeenKind::Cookie)?);
        println!("{}", site.name);
        if hosts.is_empty() && cookies.is_empty() {
            println!("  nothing unknown, not offered or unlisted was met, by several visitors, in 90 days");
        }
        let taken_out = taken_out::of_site(site, &store.seen(&site.name, SeenKind::Page)?);
        print!("{taken_out}{hosts}{cookies}");
    }
    Ok(ExitCode::SUCCESS)
}

fn of_hosts(site: &Site, seen: &[Seen]) -> String {
    let mut hosts: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for row in seen {
        hosts.entry(&row.name).or_default().push(row);
    }
    let met = hosts.iter().filter_map(|(host, rows)| Met::of(site, host, rows));
    met.map(|met| met.described()).collect()
}

/// A host that was met.
struct Met<'a> {
    site: &'a Site,
    host: &'a str,
    url: Url,
    rows: &'a [&'a Seen],
    who: Who<'a>,
}

enum Who<'a> {
    /// A vendor of the catalogue that the site does not offer.
    Vendor(&'a Vendor),
    /// A vendor that the config offers and something keeps back, with the reason's id.
    Withheld(&'a Vendor, &'static str),
    /// Below the site's own host.
    OwnSubdomain,
    Unknown,
}

impl<'a> Met<'a> {
    /// `None` where the config says by now whose it is.
    fn of(site: &'a Site, host: &'a str, rows: &'a [&'a Seen]) -> Option<Met<'a>> {
        let pattern = HostPattern::parse(host);
        let query = if pattern.query.is_empty() { String::new() } else { format!("?{}", pattern.query) };
        let url = Url::parse(&format!("https://{}{}{query}", pattern.host, pattern.path)).ok()?;
        let own = |hosts: &[String]| hosts.iter().any(|own| own == host);
        let declared = own(&site.policy.first_party_hosts) || hosts_of(site).is_some_and(own);
        let vendor = owner(&site.policy.catalogue, host, &pattern);
        let who = match vendor {
            _ if declared => return None,
            Some((at, _)) if site.policy.offer(at).is_some() => return None,
            Some((at, vendor)) => match site.policy.withheld.iter().find(|withheld| withheld.vendor == at) {
                Some(withheld) => Who::Withheld(vendor, withheld.reason.id()),
                None => Who::Vendor(vendor),
            },
            None if hosts_of(site).is_some_and(|hosts| is_below_one(host, hosts)) => Who::OwnSubdomain,
            None => Who::Unknown,
        };
        Some(Met { site, host, url, rows, who })
    }

    fn described(&self) -> String {
        let first = self.rows.iter().map(|row| row.first).min().map(Day::iso).unwrap_or_default();
        let last = self.rows.iter().map(|row| row.last).max().map(Day::iso).unwrap_or_default();
        let most = self.rows.iter().map(|row| row.reports).max().unwrap_or(0);
        let places: Vec<&str> = self.rows.iter().map(|row| row.place.as_str()).collect();
        let asked = Asked::Request(self.url.clone());
        let effect = match self.site.policy.mode {
            Mode::Enforce => "it is blocked",
            Mode::Observe => "now let through; enforcing would block it",
        };
        let mut text = format!("\n  {}: {}\n", self.host, self.known_as());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    seen       {first} to {last}; {most} times or more on one day");
        let _ = writeln!(text, "    met by     {}", places.join(", "));
        let _ = writeln!(text, "    effect     {effect}: {}", rule_before_consent(&self.site.policy, &asked));
        if let Some(listed) = listed(&self.site.policy, &asked) {
            let _ = writeln!(
                text,
                "    list       on the operator's list {}, rule {}",
                listed.place, listed.rule
            );
        }
        text.push_str(&self.to_write());
        text
    }

    fn known_as(&self) -> String {
        match self.who {
            Who::Vendor(vendor) | Who::Withheld(vendor, _) => {
                format!("{} ({}), not offered", vendor.name, vendor.id)
            }
            Who::OwnSubdomain => "unknown, below the site's own host".to_owned(),
            Who::Unknown => "unknown".to_owned(),
        }
    }

    /// TOML to paste. What only the operator can know is left empty, so that `paravent check` asks for it.
    fn to_write(&self) -> String {
        let (name, host) = (&self.site.name, self.host);
        match self.who {
            Who::Withheld(_, reason) => format!("    withheld by the config: {reason}\n"),
            Who::Vendor(vendor) => {
                format!("    to ask visitors for it, under the [[site]] of {name}:\n\n{}", offer(&vendor.id))
            }
            Who::OwnSubdomain => format!(
                "    if nobody hides behind it (`paravent lookup https://{host}/ --config FILE` asks DNS), in the\n    \
                 [[site]] of {name}:\n\nfirst_party_hosts = [\"{host}\"]\n"
            ),
            Who::Unknown => {
                let id = host.replace(['.', '_'], "-");
                format!(
                    "    to ask visitors for it, fill in the rest and write under the [[site]] of {name}:\n\n{}\n{}",
                    self.vendor(&id),
                    offer(&id)
                )
            }
        }
    }

    fn vendor(&self, id: &str) -> String {
        let (host, (purpose, kind)) = (self.host, self.guess());
        let why: Vec<String> =
            self.site.languages.iter().map(|language| format!("{language} = \"\"")).collect();
        format!(
            "[[vendor]]\nid = \"{id}\"\nname = \"{host}\"\n# Who receives the data, and where it processes \
             them.\nentity = \"\"\ncountry = \"\"\npurpose = \"{purpose}\"\nkind = \"{kind}\"\npolicy_url = \"\"\n\
             hosts = [\"{host}\"]\n# What it does, for visitors.\nwhy = {{ {} }}\n",
            why.join(", ")
        )
    }

    /// Purpose and kind by how it was met: the stricter one when in doubt.
    fn guess(&self) -> (&'static str, &'static str) {
        let only = |prefix: &str| self.rows.iter().all(|row| row.place.starts_with(prefix));
        match () {
            () if only("font-src") => ("functional", "font"),
            () if only("media-src") => ("functional", "video"),
            () => ("marketing", "advertising"),
        }
    }
}

fn offer(id: &str) -> String {
    format!("[[site.vendor]]\nid = \"{id}\"\n")
}

/// Whose a kept host is: a pattern of the catalogue as it stands there, or a host.
fn owner<'c>(
    catalogue: &'c Catalogue,
    host: &str,
    pattern: &HostPattern<'_>,
) -> Option<(VendorIndex, &'c Vendor)> {
    let HostPattern { host: bare, path, query, .. } = *pattern;
    let path = if path.is_empty() { "/" } else { path };
    catalogue
        .by_pattern(host)
        .or_else(|| catalogue.owner(&Destination { scheme: "https", host: bare, path, query }))
}

fn hosts_of(site: &Site) -> Option<&[String]> {
    match &site.policy.hosts {
        Hosts::These(hosts) => Some(hosts),
        Hosts::Any => None,
    }
}

fn is_below_one(host: &str, hosts: &[String]) -> bool {
    hosts.iter().any(|own| is_below(host, own.strip_prefix("www.").unwrap_or(own)))
}
