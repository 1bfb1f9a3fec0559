//! Where things are: listeners, networks, hosts and origins.
//!
//! In: one text. Out: the address in one spelling, as requests will carry it, or what is wrong with it.
//! A text that may hold a password is never shown.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::Url;

use super::checked::Origin;
use super::table::Fault;
use super::values::FromText;

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<SocketAddr, Fault> {
        text.parse().map_err(|_| {
            let remedy = "write an IP address and a port: \"127.0.0.1:8080\", or \"[::]:443\" for IPv6";
            Fault::new(format!("\"{text}\" is no address with a port"), remedy)
        })
    }
}

impl FromText for IpNet {
    fn from_text(text: &str) -> Result<IpNet, Fault> {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        let net = text.parse::<IpNet>().ok().or_else(single).ok_or_else(|| {
            let remedy =
                "write networks as \"10.0.0.0/8\" or \"2001:db8::/32\", single machines as \"10.0.0.7\"";
            Fault::new(format!("\"{text}\" is no network"), remedy)
        })?;
        if net.prefix_len() == 0 {
            let remedy = "name the networks of your own proxies; an empty list trusts nobody";
            return Err(Fault::new(format!("\"{text}\" would trust everybody"), remedy));
        }
        Ok(net.trunc())
    }
}

/// A host name or address literal: lower case, without scheme, port or path.
#[derive(Clone, Debug)]
pub(super) struct HostName(pub String);

impl FromText for HostName {
    fn from_text(text: &str) -> Result<HostName, Fault> {
        let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
        let bare = bare.split(['/', '?', '#']).next().unwrap_or(bare);
        let bare = bare.rsplit_once('@').map_or(bare, |(_, host)| host);
        let plain = canonical_host(bare);
        match plain {
            Some(plain) if plain == text => Ok(HostName(plain)),
            Some(plain) => Err(Fault {
                secret: text.contains('@'),
                ..Fault::new(host_fault(text, bare), format!("write \"{plain}\""))
            }),
            None => Err(Fault {
                secret: text.contains('@'),
                ..Fault::new("this is no host name", "write the host alone, such as \"clinique.example\"")
            }),
        }
    }
}

/// The host as visitors' browsers send it, without port; international names in punycode.
pub(super) fn canonical_host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (url.path() == "/" && !host.is_empty() && host.chars().all(plain)).then_some(host)
}

fn host_fault(text: &str, bare: &str) -> &'static str {
    if text.contains("://") {
        "a host stands without a scheme"
    } else if bare != text {
        "a host stands without a path"
    } else if text.chars().any(char::is_uppercase) {
        "a host is written in lower case"
    } else if text.contains(':') {
        "a host stands without a port: a site answers on every listener"
    } else {
        "this host is written otherwise by browsers"
    }
}

impl FromText for Origin {
    fn from_text(text: &str) -> Result<Origin, Fault> {
        let remedy = "write the address of the site behind Paravent, such as \"http://127.0.0.1:3000\"";
        let Ok(url) = Url::parse(text) else {
            let fault = Fault::new("this is no URL with scheme and host", remedy);
            return Err(Fault { secret: text.contains('@'), ..fault });
        };
        if !url.username().is_empty() || url.password().is_some() {
            let remedy = "leave out what stands before the @: the visitor's own credentials go to the origin";
            return Err(Fault {
                secret: true,
                ..Fault::new("an origin holds no user name or password", remedy)
            });
        }
        let (true, Some(host), Some(port)) =
            (matches!(url.scheme(), "http" | "https"), url.host_str(), url.port_or_known_default())
        else {
            return Err(Fault::new("an origin is reached over http or https", remedy));
        };
        if port == 0 {
            return Err(Fault::new("no origin listens on port 0", remedy));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            let plain = &url[..url::Position::BeforePath];
            let message = "an origin has no path: the visitor's path goes to it as it is";
            return Err(Fault::new(message, format!("write \"{plain}\"")));
        }
        Ok(Origin { https: url.scheme() == "https", host: host.to_owned(), port })
    }
}
