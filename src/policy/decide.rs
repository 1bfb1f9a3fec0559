//! In: a site's policy and the few facts of a request that bear on it. Out: a `Decision`, which
//! rules on every host, cookie and snippet and names the rule. Pure: no I/O, no time, no address.

use std::sync::Arc;

use super::catalogue::{Cloaked, VendorIndex};
use super::consent::{Consent, Day, Source, StoredChoice};
use super::destination::Destination;
use super::purpose::{Purpose, PurposeSet};
use super::ruling::{Rule, Ruling, StoredRuling};
use super::site::{Hosts, Mode, SitePolicy};
use super::vendor::{Store, Vendor};

/// What bears on a decision.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The host asked for: lower case, without port.
    pub host: &'a str,
    /// The path as it came, percent-encoded.
    pub path: &'a str,
    /// The choice of a consent cookie whose signature held.
    pub choice: Option<&'a StoredChoice>,
    /// A vendor whose "load once" cookie held.
    pub once: Option<&'a str>,
    /// `Sec-GPC: 1` was sent.
    pub gpc: bool,
    pub today: Day,
}

/// What holds for one request. Made by [`decide`] only.
#[derive(Clone, Debug)]
pub struct Decision {
    site: Arc<SitePolicy>,
    consent: Consent,
    host: String,
    sensitive: bool,
    gpc: bool,
    /// As of when it was taken, so that header and page of one answer agree.
    cloaked: Cloaked,
}

/// Takes the decision.
pub fn decide(site: &Arc<SitePolicy>, facts: &Facts<'_>) -> Decision {
    let sensitive = site.is_sensitive(facts.path);
    Decision {
        consent: live_consent(site, facts, sensitive),
        site: Arc::clone(site),
        host: facts.host.to_owned(),
        sensitive,
        gpc: facts.gpc,
        cloaked: site.catalogue.cloaked(),
    }
}

fn live_consent(site: &SitePolicy, facts: &Facts<'_>, sensitive: bool) -> Consent {
    let counted = facts.choice.is_none_or(|choice| choice.counted);
    let once = facts.once.filter(|_| !sensitive).map(str::to_owned);
    let live = facts.choice.filter(|choice| is_live(site, choice, facts.today));
    match live {
        Some(choice) => Consent {
            source: Source::Choice,
            day: choice.day,
            purposes: choice.purposes.and(site.purposes()),
            vendors: choice.vendors.clone(),
            counted,
            once,
        },
        None => Consent {
            source: if facts.gpc { Source::Gpc } else { Source::None },
            day: facts.today,
            purposes: PurposeSet::NONE,
            vendors: Default::default(),
            counted,
            once,
        },
    }
}

/// A choice holds while its notice is the present one and its days have not run out. One day of
/// tolerance towards the future covers clocks that were set back.
fn is_live(site: &SitePolicy, choice: &StoredChoice, today: Day) -> bool {
    let ends = choice.day.0.saturating_add(site.rules.choice_days);
    choice.chosen
        && choice.notice == site.notice
        && choice.day.0 <= today.0.saturating_add(1)
        && today.0 < ends
}

impl Decision {
    pub fn site(&self) -> &Arc<SitePolicy> {
        &self.site
    }

    /// The consent that holds.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }

    /// The host the page was asked from.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the path is one where no third party loads.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether the browser sent Global Privacy Control.
    pub fn gpc(&self) -> bool {
        self.gpc
    }

    /// Whether rulings are carried out, or only reported.
    pub fn enforces(&self) -> bool {
        self.site.mode == Mode::Enforce
    }

    /// The purposes there is still something to ask about: none once a choice was made, nor where
    /// Global Privacy Control has answered for all that is offered.
    pub fn open_questions(&self) -> PurposeSet {
        match self.consent.source {
            Source::Choice => PurposeSet::NONE,
            Source::Gpc => self.site.purposes().without(self.site.rules.gpc_refuses),
            Source::None => self.site.purposes(),
        }
    }

    /// Whether the banner asks on this page.
    pub fn asks(&self) -> bool {
        !self.open_questions().is_empty()
    }

    /// A short text that is the same for everybody with the same rights on this kind of page.
    pub fn class(&self) -> String {
        let mut class: String = self.consent.purposes.iter().filter_map(|p| p.id().chars().next()).collect();
        for (vendor, granted) in &self.consent.vendors {
            class.push(if *granted { '+' } else { '-' });
            class.push_str(vendor);
        }
        if let Some(vendor) = &self.consent.once {
            class.push('~');
            class.push_str(vendor);
        }
        let marks =
            [(self.asks(), '?'), (self.sensitive, '!'), (self.gpc, 'g'), (!self.consent.counted, 'o')];
        class.extend(marks.iter().filter(|(on, _)| *on).map(|(_, mark)| mark));
        class
    }

    /// Rules on a request that the page would make.
    pub fn judge(&self, to: &Destination<'_>) -> Ruling<'_> {
        if to.stays_in_the_browser() {
            return Ruling::allow(Rule::StaysInTheBrowser, None);
        }
        if self.is_own(to.host) {
            return self.judge_own(to);
        }
        match self.site.catalogue.owner(to) {
            Some((at, vendor)) => self.judge_vendor(at, vendor),
            None => Ruling::block(Rule::UnknownHost, None),
        }
    }

    /// On the site's own hosts a tracker may hide: by shape, behind a CNAME, or under a path that the
    /// operator's lists know.
    fn judge_own(&self, to: &Destination<'_>) -> Ruling<'_> {
        let catalogue = &self.site.catalogue;
        let cloaked = || self.cloaked.get(to.host).and_then(|at| Some((*at, catalogue.vendor(*at)?)));
        if let Some((at, vendor)) = catalogue.disguise(to).or_else(cloaked) {
            return self.judge_vendor(at, vendor);
        }
        match catalogue.listed(to, &self.host) {
            Some(_) => Ruling::block(Rule::OperatorsList, None),
            None => Ruling::allow(Rule::OwnHost, None),
        }
    }

    /// The hosts of the site, and those it declares as its own, without what is a tracker in disguise.
    pub fn own_hosts(&self) -> impl Iterator<Item = &str> {
        let listed = match &self.site.hosts {
            Hosts::Any => &[][..],
            Hosts::These(hosts) => hosts,
        };
        let whole = |host| Destination { scheme: "https", host, path: "/", query: "" };
        let declared =
            self.site.first_party_hosts.iter().filter(move |host| !self.judge(&whole(host)).is_blocked());
        listed.iter().chain(declared).map(String::as_str)
    }

    /// Rules on a snippet that betrays these vendors: all of them must be allowed.
    pub fn judge_snippet(&self, vendors: impl IntoIterator<Item = VendorIndex>) -> Ruling<'_> {
        let mut last = Ruling::allow(Rule::NoVendorSeen, None);
        for at in vendors {
            let Some(vendor) = self.site.catalogue.vendor(at) else { continue };
            last = self.judge_vendor(at, vendor);
            if last.is_blocked() {
                break;
            }
        }
        last
    }

    /// Rules on a cookie or storage key that the site or a script would keep.
    pub fn judge_stored(&self, name: &str, store: Store) -> StoredRuling<'_> {
        match self.site.catalogue.stored(name, store) {
            None => StoredRuling::CutToSession,
            Some((_, vendor, item)) if vendor.is_platform() => StoredRuling::Keep(vendor, item),
            Some((at, vendor, item)) => {
                let ruling = self.judge_vendor(at, vendor);
                if ruling.is_blocked() {
                    StoredRuling::Remove(ruling)
                } else {
                    StoredRuling::Keep(vendor, item)
                }
            }
        }
    }

    /// Whether what the site does itself for `purpose` may be done on this page.
    pub fn allows_purpose(&self, purpose: Purpose) -> bool {
        purpose == Purpose::Necessary || (!self.sensitive && self.consent.purposes.contains(purpose))
    }

    /// Rules on a vendor as such.
    pub fn judge_vendor<'a>(&'a self, at: VendorIndex, vendor: &'a Vendor) -> Ruling<'a> {
        let block = |rule| Ruling::block(rule, Some(vendor));
        let allow = |rule| Ruling::allow(rule, Some(vendor));
        let Some(offer) = self.site.offer(at) else {
            return block(Rule::VendorNotOffered);
        };
        if self.sensitive && !(vendor.purpose == Purpose::Necessary && offer.on_sensitive) {
            return block(Rule::SensitivePath);
        }
        if vendor.purpose == Purpose::Necessary {
            return allow(Rule::NecessaryVendor);
        }
        if self.site.locked.contains(vendor.purpose) {
            return block(Rule::PurposeLocked);
        }
        if self.consent.once.as_deref() == Some(&*vendor.id) {
            return allow(Rule::LoadedOnce);
        }
        match self.consent.vendors.get(&*vendor.id) {
            Some(true) => allow(Rule::VendorGranted),
            Some(false) => block(Rule::VendorRefused),
            None if self.consent.purposes.contains(vendor.purpose) => allow(Rule::PurposeGranted),
            None => block(Rule::NoConsent),
        }
    }

    /// The vendors whose requests are let through on this page.
    pub fn admitted(&self) -> impl Iterator<Item = &Vendor> {
        self.site
            .offers
            .iter()
            .filter_map(|offer| Some((offer.vendor, self.site.catalogue.vendor(offer.vendor)?)))
            .filter(|(at, vendor)| !self.judge_vendor(*at, vendor).is_blocked())
            .map(|(_, vendor)| vendor)
    }

    fn is_own(&self, host: &str) -> bool {
        let listed = match &self.site.hosts {
            Hosts::Any => false,
            these @ Hosts::These(_) => these.include(host),
        };
        host == self.host || listed || self.site.first_party_hosts.iter().any(|own| own == host)
    }
}
