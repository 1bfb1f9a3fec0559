//! `paravent lookup`. In: a URL, or the name of a cookie or storage key. Out: whose it is, what
//! would be decided before and after consent, and the rule behind it. The policy itself is asked, so
//! that the answer is what visitors get. With a config, a host below a site's own is looked behind: DNS
//! is asked for its CNAMEs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use url::Url;

use super::failure::Failure;
use super::unknown;
use crate::config::{Config, Site};
use crate::policy::{
    Catalogue, Day, Decision, Destination, Facts, Hosts, Jurisdiction, Listed, Mode, Offer, PurposeSet, Rule,
    SitePolicy, Store, StoredChoice, StoredItem, StoredRuling, Vendor, VendorIndex, decide, is_below,
};
use crate::server::{chain_of, cloaked_vendor};

/// Say whose a URL or cookie is, what would be decided, and by which rule
#[derive(Debug, Args)]
pub(super) struct Lookup {
    /// A URL such as https://connect.facebook.net/en_US/fbevents.js, or a cookie's name such as _ga
    #[arg(value_name = "URL-OR-COOKIE", required_unless_present = "unknown")]
    what: Option<String>,
    /// Ask the sites of this config; without one, a site under `strict`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// List the hosts that the sites' pages use and that are unknown or not offered, and the cookies that
    /// nobody listed, with what to write, and what was taken out of which page
    #[arg(long, requires = "config", conflicts_with = "what")]
    unknown: bool,
}

impl Lookup {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let config = self.config.as_deref().map(Config::load).transpose()?;
        let what = match (&self.what, &config) {
            (Some(what), _) => what,
            (None, Some(config)) => return unknown::list(config),
            // The arguments' own rules leave no other case.
            (None, None) => return Ok(ExitCode::from(2)),
        };
        let catalogue = match &config {
            Some(config) => Arc::clone(&config.catalogue),
            None => Arc::new(Catalogue::built_in()),
        };
        let asked = Asked::read(what, &catalogue);
        let sites = config.as_ref().map(|config| config.sites.as_slice()).unwrap_or_default();
        print!("{}", introduction(&asked, &catalogue, sites));
        match &config {
            Some(config) => {
                print!("{}", looked_behind(&asked, config));
                config.sites.iter().for_each(|site| print!("{}", of_site(site, &asked)));
            }
            None => print!("{}", of_strict_sites(&asked, &catalogue)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What the operator asked about.
pub(super) enum Asked {
    Request(Url),
    Stored(String, Store),
}

impl Asked {
    /// A name that the catalogue has as a cookie or key is one; else what reads as a host is a URL.
    fn read(text: &str, catalogue: &Catalogue) -> Asked {
        let stores = [Store::Cookie, Store::Local, Store::Session];
        let known = stores.into_iter().find(|store| catalogue.stored(text, *store).is_some());
        match (known, url(text)) {
            (Some(store), _) => Asked::Stored(text.to_owned(), store),
            (None, Some(url)) => Asked::Request(url),
            (None, None) => Asked::Stored(text.to_owned(), Store::Cookie),
        }
    }

    fn vendor<'c>(&self, catalogue: &'c Catalogue) -> Option<(VendorIndex, &'c Vendor)> {
        match self {
            Asked::Request(url) => {
                let to = destination(url);
                catalogue.owner(&to).or_else(|| catalogue.disguise(&to))
            }
            Asked::Stored(name, store) => catalogue.stored(name, *store).map(|(at, vendor, _)| (at, vendor)),
        }
    }
}

fn url(text: &str) -> Option<Url> {
    if text.contains("://") {
        return Url::parse(text).ok();
    }
    let bare = text.trim_start_matches("//");
    let host = bare.split(['/', '?', '#']).next()?;
    let named = host.contains('.') && !host.starts_with(['.', '_']);
    named.then(|| Url::parse(&format!("https://{bare}")).ok()).flatten()
}

fn destination(url: &Url) -> Destination<'_> {
    Destination {
        scheme: url.scheme(),
        host: url.host_str().unwrap_or_default(),
        path: url.path(),
        query: url.query().unwrap_or_default(),
    }
}

fn introduction(asked: &Asked, catalogue: &Catalogue, sites: &[Arc<Site>]) -> String {
    let item = match asked {
        Asked::Request(_) => None,
        Asked::Stored(name, store) => catalogue.stored(name, *store).map(|(_, _, item)| item),
    };
    match asked.vendor(catalogue) {
        Some((_, vendor)) => format!("{}{}", of_vendor(vendor), item.map(of_item).unwrap_or_default()),
        None => own_host(asked, sites).unwrap_or_else(|| unknown(asked)),
    }
}

/// The host of a site of the config, or one that it declares as its own.
fn own_host(asked: &Asked, sites: &[Arc<Site>]) -> Option<String> {
    let Asked::Request(url) = asked else { return None };
    let host = url.host_str()?;
    let own = |site: &&Arc<Site>| match &site.policy.hosts {
        Hosts::Any => false,
        these @ Hosts::These(_) => {
            these.include(host) || site.policy.first_party_hosts.iter().any(|own| own == host)
        }
    };
    let site = sites.iter().find(own)?;
    Some(format!("{host}: a host of the site {}\n", site.name))
}

/// Where the CNAMEs of a host of a site, or below one, lead to.
fn looked_behind(asked: &Asked, config: &Config) -> String {
    let Asked::Request(url) = asked else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    if !config.sites.iter().any(|site| may_be_disguise(site, host)) {
        return String::new();
    }
    let chain = match chain_of(config, host) {
        Ok(chain) if chain.is_empty() => return "  cname    none: it is nobody's disguise\n".to_owned(),
        Ok(chain) => chain,
        Err(error) => return format!("  cname    not known: {error}\n"),
    };
    let found = match cloaked_vendor(&chain, &config.catalogue) {
        Some((_, vendor)) => format!("a disguise of {} ({})", vendor.name, vendor.id),
        None => "no known disguise".to_owned(),
    };
    format!("  cname    {}: {found}\n", chain.join(", then "))
}

/// A host that is not the site itself, and that the site declares or stands above.
fn may_be_disguise(site: &Site, host: &str) -> bool {
    let Hosts::These(hosts) = &site.policy.hosts else { return false };
    let below = |own: &String| is_below(host, own.strip_prefix("www.").unwrap_or(own));
    let declared = site.policy.first_party_hosts.iter().any(|own| own == host);
    !hosts.iter().any(|own| own == host) && (declared || hosts.iter().any(below))
}

/// Software that runs where the site does, such as a content management system, names no country.
const OWN_SERVERS_COUNTRY: &str = "where the site's own server stands";

fn of_vendor(vendor: &Vendor) -> String {
    let mut text = format!("{} ({})\n", vendor.name, vendor.id);
    let country = if vendor.country.is_empty() { OWN_SERVERS_COUNTRY } else { &*vendor.country };
    let lines = [
        ("entity", &*vendor.entity),
        ("country", country),
        ("purpose", vendor.purpose.id()),
        ("why", vendor.why.in_language("en")),
        ("policy", &*vendor.policy_url),
    ];
    for (label, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("  {label:<8} {value}\n"));
    }
    if vendor.session_replay {
        text.push_str("  records what visitors do: withheld unless session_replay = true\n");
    }
    text
}

fn of_item(item: &StoredItem) -> String {
    let kind = match item.store {
        Store::Cookie => "cookie",
        Store::Local => "local",
        Store::Session => "session",
    };
    let life =
        if item.days == 0 { "until the browser closes".to_owned() } else { format!("{} days", item.days) };
    format!("  {kind:<8} {}: {life}; {}\n", item.name, item.why.in_language("en"))
}

fn unknown(asked: &Asked) -> String {
    match asked {
        Asked::Request(url) => {
            let host = url.host_str().unwrap_or_default();
            format!(
                "{host}: unknown-host\n  nobody in the catalogue has it. Write [[vendor]] with hosts = [\"{host}\"] \
                 and its purpose, or\n  first_party_hosts = [\"{host}\"] in the [[site]] whose own it is\n"
            )
        }
        Asked::Stored(name, _) => format!(
            "{name}: unlisted\n  nobody in the catalogue keeps it. Write [[vendor.cookie]] with name = \"{name}\" under \
             the vendor whose it is\n"
        ),
    }
}

fn of_site(site: &Site, asked: &Asked) -> String {
    let withheld = asked.vendor(&site.policy.catalogue).and_then(|(at, _)| {
        site.policy.withheld.iter().find(|withheld| withheld.vendor == at).map(|w| w.reason.id())
    });
    let mut text = format!("{}\n{}", site.name, rulings(&site.policy, asked));
    if let Some(listed) = listed(&site.policy, asked) {
        text.push_str(&format!("  on the operator's list {}, rule {}\n", listed.place, listed.rule));
    }
    if let Some(reason) = withheld {
        text.push_str(&format!("  withheld by the config: {reason}\n"));
    }
    text
}

/// What the operator's lists say, of a page on the site's first host.
pub(super) fn listed(site: &SitePolicy, asked: &Asked) -> Option<Listed> {
    match asked {
        Asked::Request(url) => site.catalogue.listed(&destination(url), first_host(site)),
        Asked::Stored(..) => None,
    }
}

/// Without a config: a site that offers nothing, and one that offers just this vendor.
fn of_strict_sites(asked: &Asked, catalogue: &Arc<Catalogue>) -> String {
    let none = rulings(&strict(catalogue, Vec::new()), asked);
    let mut text = format!("a site under strict that offers nothing\n{none}");
    if let Some((vendor, _)) = asked.vendor(catalogue) {
        let offer = Offer { vendor, on_sensitive: false };
        let one = rulings(&strict(catalogue, vec![offer]), asked);
        text.push_str(&format!("a site under strict that offers this vendor\n{one}"));
    }
    text
}

fn strict(catalogue: &Arc<Catalogue>, offers: Vec<Offer>) -> Arc<SitePolicy> {
    Arc::new(SitePolicy {
        hosts: Hosts::Any,
        first_party_hosts: Vec::new(),
        catalogue: Arc::clone(catalogue),
        offers,
        withheld: Vec::new(),
        locked: PurposeSet::NONE,
        sensitive: Vec::new(),
        rules: Jurisdiction::Strict.rules(),
        mode: Mode::Enforce,
        notice: String::new(),
    })
}

fn rulings(site: &Arc<SitePolicy>, asked: &Asked) -> String {
    let before = ruling(&decision(site, None), asked);
    let everything = StoredChoice {
        notice: site.notice.clone(),
        day: TODAY,
        purposes: PurposeSet::ALL,
        vendors: Default::default(),
        counted: true,
        chosen: true,
    };
    let after = ruling(&decision(site, Some(&everything)), asked);
    format!("  before consent: {before}\n  after consent:  {after}\n")
}

/// The rule by which it is judged before a choice.
pub(super) fn rule_before_consent(site: &Arc<SitePolicy>, asked: &Asked) -> &'static str {
    match asked {
        Asked::Request(url) => decision(site, None).judge(&destination(url)).rule.id(),
        Asked::Stored(..) => "",
    }
}

/// Any day will do: the choice is made on the day it is judged.
const TODAY: Day = Day(20_000);

fn decision(site: &Arc<SitePolicy>, choice: Option<&StoredChoice>) -> Decision {
    decide(site, &Facts { host: first_host(site), path: "/", choice, once: None, gpc: false, today: TODAY })
}

fn first_host(site: &SitePolicy) -> &str {
    match &site.hosts {
        Hosts::These(hosts) => hosts.first().map(String::as_str).unwrap_or_default(),
        Hosts::Any => "",
    }
}

fn ruling(decision: &Decision, asked: &Asked) -> String {
    let of_rule = |word: &str, rule: Rule| format!("{word}: {} ({})", rule.id(), rule.because());
    match asked {
        Asked::Request(url) => {
            let ruling = decision.judge(&destination(url));
            of_rule(if ruling.is_blocked() { "blocked" } else { "let through" }, ruling.rule)
        }
        Asked::Stored(name, store) => match decision.judge_stored(name, *store) {
            StoredRuling::Keep(vendor, item) => {
                format!("kept, at most {} days, for {}", item.days, vendor.name)
            }
            StoredRuling::CutToSession => {
                "kept until the browser closes, because nobody listed it".to_owned()
            }
            StoredRuling::Remove(ruling) => of_rule("removed", ruling.rule),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{HostPattern, Purpose, name_matches};

    /// What the command prints of `what`, where no config is given.
    fn answer(what: &str, catalogue: &Arc<Catalogue>) -> String {
        let asked = Asked::read(what, catalogue);
        format!("{}{}", introduction(&asked, catalogue, &[]), of_strict_sites(&asked, catalogue))
    }

    /// An address that fits each of its host patterns.
    fn addresses(vendor: &Vendor) -> Vec<String> {
        let of_host = |pattern: &str| {
            let pattern = HostPattern::parse(pattern);
            let mark = if pattern.query.is_empty() { "" } else { "?" };
            format!("https://{}{}{mark}{}", pattern.host, pattern.path, pattern.query)
        };
        vendor.hosts.iter().map(|pattern| of_host(pattern)).collect()
    }

    #[test]
    fn every_vendor_is_told_by_each_of_its_hosts_and_cookies() {
        let catalogue = Arc::new(Catalogue::built_in());
        let mut asked = 0;
        for (_, vendor) in catalogue.vendors() {
            for address in addresses(vendor) {
                assert_told(&address, vendor, &catalogue);
                asked += 1;
            }
            for item in vendor.cookies.iter() {
                let key = item.name.replace('*', "x1");
                // Several products of a company may keep the same; then any of them is told.
                let (_, told) = Asked::read(&key, &catalogue).vendor(&catalogue).unwrap();
                let keeps_it = |other: &StoredItem| name_matches(&other.name, &key);
                assert!(told.cookies.iter().any(keeps_it), "{key} of {}: {}", vendor.id, told.id);
                assert_told(&key, told, &catalogue);
                asked += 1;
            }
        }
        assert!(asked >= 850, "250 vendors and 600 cookies: {asked}");
    }

    /// Who it is, where, what for, and by which rule.
    fn assert_told(what: &str, vendor: &Vendor, catalogue: &Arc<Catalogue>) {
        let text = answer(what, catalogue);
        assert!(text.starts_with(&format!("{} ({})\n", vendor.name, vendor.id)), "{what}: {text}");
        let country = if vendor.country.is_empty() { OWN_SERVERS_COUNTRY } else { &*vendor.country };
        assert!(text.contains(&format!("\n  country  {country}\n")), "{what}: {text}");
        assert!(text.contains(&format!("\n  purpose  {}\n", vendor.purpose.id())), "{what}: {text}");
        let (before, after) = expected(vendor, what.starts_with("https://"));
        assert!(text.contains(&format!("  before consent: {before}")), "{what}: {text}");
        assert!(text.contains(&format!("  after consent:  {after}")), "{what}: {text}");
    }

    /// What a site that offers just this vendor does, and the rule behind it.
    fn expected(vendor: &Vendor, is_address: bool) -> (&'static str, &'static str) {
        match (vendor.purpose, is_address) {
            (Purpose::Necessary, true) => ("let through: necessary-vendor", "let through: necessary-vendor"),
            (Purpose::Necessary, false) => ("kept, at most", "kept, at most"),
            (_, true) => ("blocked: no-consent", "let through: purpose-granted"),
            (_, false) => ("removed: no-consent", "kept, at most"),
        }
    }
}
