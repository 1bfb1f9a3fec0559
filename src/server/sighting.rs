//! In: a request's head, before it is cleaned, and the decision it is answered under. Out: the view in
//! constants and the token of the day, to be counted by what the answer turns out to be. Headers and query
//! are borrowed for as long as that takes.

use std::time::Instant;

use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};
use url::{Url, form_urlencoded};

use super::asked::Asked;
use super::declared::press;
use super::page::Shown;
use super::shared::{Shared, SiteRuntime};
use crate::config::{EventEntry, Site};
use crate::consent::{Extent, extent};
use crate::policy::{self, Decision, Hosts};
use crate::usage::{
    Act, AgentSigns, CampaignTags, ConsentOutcome, DayToken, Device, Identity, PageView, Seen, Source, Usage,
};
use crate::visitor::{DeviceClass, Region, Visitor};

/// A view that was not counted yet.
pub struct Sighting<'a> {
    usage: &'a Usage,
    view: PageView,
    token: DayToken,
    began: Instant,
}

/// Whose request it is, and what it is answered under.
#[derive(Clone, Copy)]
pub struct Whose<'a, 'r> {
    pub shared: &'a Shared,
    pub site: &'r SiteRuntime,
    pub visitor: &'r Visitor,
    pub decision: &'r Decision,
    pub head: &'r Parts,
}

impl<'a> Sighting<'a> {
    /// What this request adds to the count, if its answer is a page. `None` for parts of pages, for
    /// who objected, and while nothing is counted.
    pub fn of(whose: Whose<'a, '_>, asked: &Asked) -> Option<Sighting<'a>> {
        let Whose { decision, head, .. } = whose;
        let act = match head.method {
            Method::GET => Act::Opens,
            Method::POST => Act::Posts,
            _ => return None,
        };
        let wanted = asked.is_navigation() && decision.consent().counted;
        if !wanted {
            return None;
        }
        let tags = Tags::of(&whose.site.config, head.uri.query().unwrap_or_default());
        let site = &whose.site.config;
        let source = source(&head.headers, site, whose.visitor);
        whose.sighting(act, head.uri.path(), source, tags.borrowed())
    }

    /// What the browser told by number: a page of the list that was shown without loading, or a press.
    pub fn of_event(whose: Whose<'a, '_>, entry: &EventEntry) -> Option<Sighting<'a>> {
        let (act, path) = match entry {
            EventEntry::Page(path) => (Act::Opens, path.as_str()),
            EventEntry::Press(outbound) => (Act::Presses(press(*outbound)), "/"),
        };
        if !whose.decision.consent().counted {
            return None;
        }
        whose.sighting(act, path, Source::Internal, CampaignTags::default())
    }

    /// Counts the view by its answer: a page that was shown, or one that is not there.
    pub fn answered<B>(self, answer: &Response<B>) {
        let shown = answer.extensions().get::<Shown>().is_some();
        let view = match answer.status() {
            _ if shown => Some(self.view.within(self.began.elapsed())),
            StatusCode::NOT_FOUND | StatusCode::GONE => self.view.not_found(),
            _ => None,
        };
        if let Some(view) = view {
            self.usage.record(view, self.token);
        }
    }

    /// Counts the view as it is.
    pub fn count(self) {
        self.usage.record(self.view, self.token);
    }
}

impl<'a> Whose<'a, '_> {
    fn sighting(
        self,
        act: Act,
        path: &str,
        source: Source,
        campaign: CampaignTags<'_>,
    ) -> Option<Sighting<'a>> {
        let Whose { shared, site, visitor, decision, head } = self;
        let (usage, index) = (shared.usage.as_deref()?, site.counted?);
        let headers = &head.headers;
        let (user_agent, accept_language) = (text(headers, "user-agent"), text(headers, "accept-language"));
        let is_hosted = shared.config.server.hosting.hold(visitor.network().address());
        let network = visitor.network().to_string();
        let token = usage.token(index, Identity { network: &network, user_agent, accept_language })?;
        let seen = Seen {
            act,
            path,
            campaign,
            source,
            region: visitor.region().map(Region::code),
            device: device(visitor.device()),
            language: visitor.languages().first().map(String::as_str),
            consent: outcome(&site.config, decision),
            agent: AgentSigns { user_agent, accept_language, purpose: purpose(headers) }.with_hints(
                text(headers, "sec-ch-ua"),
                text(headers, "from"),
                is_hosted,
            ),
        };
        let view = usage.page_view(index, seen)?;
        Some(Sighting { usage, view, token, began: Instant::now() })
    }
}

/// The campaign tags of one query, decoded; all empty where the site has no campaigns.
#[derive(Default)]
struct Tags([String; 3]);

impl Tags {
    fn of(site: &Site, query: &str) -> Tags {
        if site.usage.campaigns.is_empty() {
            return Tags::default();
        }
        let tag = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        Tags(["utm_source", "utm_medium", "utm_campaign"].map(tag))
    }

    fn borrowed(&self) -> CampaignTags<'_> {
        let [source, medium, name] = &self.0;
        CampaignTags { source, medium, name }
    }
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
