//! In: a request's head, before it is cleaned, and the decision it is answered under. Out: the page view
//! in constants and the token of the day, to be counted if the answer is a page. Headers are borrowed
//! for as long as that takes.

use http::request::Parts;
use http::{HeaderMap, Method};
use url::Url;

use super::asked::Asked;
use super::shared::{Shared, SiteRuntime};
use crate::config::Site;
use crate::consent::{Extent, extent};
use crate::policy::{self, Decision, Hosts};
use crate::usage::{
    AgentSigns, ConsentOutcome, DayToken, Device, Identity, PageView, Seen, SiteIndex, Source, Usage,
};
use crate::visitor::{DeviceClass, Region, Visitor};

/// A page view that was not counted yet.
pub struct Sighting<'a> {
    usage: &'a Usage,
    view: PageView,
    token: DayToken,
}

impl<'a> Sighting<'a> {
    /// What this request adds to the count, if its answer is a page. `None` for parts of pages, for
    /// who objected, and while nothing is counted.
    pub fn of(
        shared: &'a Shared,
        site: &SiteRuntime,
        visitor: &Visitor,
        decision: &Decision,
        head: &Parts,
        asked: &Asked,
    ) -> Option<Sighting<'a>> {
        let (usage, index) = (shared.usage.as_deref()?, site.counted?);
        let wanted = head.method == Method::GET && asked.is_navigation() && decision.consent().counted;
        if !wanted {
            return None;
        }
        let network = visitor.network().to_string();
        let identity = Identity {
            network: &network,
            user_agent: text(&head.headers, "user-agent"),
            accept_language: text(&head.headers, "accept-language"),
        };
        let token = usage.token(index, identity)?;
        let is_hosted = shared.config.server.hosting.hold(visitor.network().address());
        let view = view(usage, index, &site.config, visitor, decision, head, is_hosted)?;
        Some(Sighting { usage, view, token })
    }

    /// The page was sent.
    pub fn count(self) {
        self.usage.record(self.view, self.token);
    }
}

fn view(
    usage: &Usage,
    index: SiteIndex,
    site: &Site,
    visitor: &Visitor,
    decision: &Decision,
    head: &Parts,
    is_hosted: bool,
) -> Option<PageView> {
    let headers = &head.headers;
    let seen = Seen {
        path: head.uri.path(),
        source: source(headers, site, visitor),
        region: visitor.region().map(Region::code),
        device: device(visitor.device()),
        language: visitor.languages().first().map(String::as_str),
        consent: outcome(site, decision),
        agent: AgentSigns {
            user_agent: text(headers, "user-agent"),
            accept_language: text(headers, "accept-language"),
            purpose: purpose(headers),
        }
        .with_hints(text(headers, "sec-ch-ua"), text(headers, "from"), is_hosted),
    };
    usage.page_view(index, seen)
}

fn source(headers: &HeaderMap, site: &Site, visitor: &Visitor) -> Source {
    let referer = Url::parse(text(headers, "referer")).ok();
    let own = |host: &str| match &site.policy.hosts {
        _ if host == visitor.host() => true,
        Hosts::These(hosts) => hosts.iter().any(|own| own == host),
        Hosts::Any => false,
    };
    Source::of(referer.as_ref().and_then(Url::host_str), own)
}

fn device(class: DeviceClass) -> Device {
    match class {
        DeviceClass::Phone => Device::Phone,
        DeviceClass::Tablet => Device::Tablet,
        DeviceClass::Computer => Device::Computer,
    }
}

fn outcome(site: &Site, decision: &Decision) -> ConsentOutcome {
    let consent = decision.consent();
    match consent.source {
        _ if site.policy.purposes().is_empty() => ConsentOutcome::NotAsked,
        policy::Source::None => ConsentOutcome::Unanswered,
        policy::Source::Gpc => ConsentOutcome::Signal,
        policy::Source::Choice => match extent(&site.policy, consent) {
            Extent::Nothing => ConsentOutcome::Refused,
            Extent::Some => ConsentOutcome::Partial,
            Extent::All => ConsentOutcome::Accepted,
        },
    }
}

/// Why the browser fetches: `Sec-Purpose`, or what it was called before.
fn purpose(headers: &HeaderMap) -> &str {
    ["sec-purpose", "purpose", "x-moz", "x-purpose"]
        .into_iter()
        .map(|name| text(headers, name))
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// A field's value; empty where it is absent or no text.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
