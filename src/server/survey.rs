//! In: the sites and their origins. Out: the list of each site's public pages, given to counting at the
//! start and then daily. Nothing here comes from a visitor's request.

use std::sync::Arc;
use std::time::Duration;

use super::live::Live;
use crate::config::Site;
use crate::egress::{OriginFetch, Scope, survey};
use crate::policy::Hosts;
use crate::usage::Usage;

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Before an origin that gave no page is asked again.
const SOON: Duration = Duration::from_secs(5 * 60);

/// Surveys the site of this name at once and then daily, for as long as it is in force.
pub async fn keep_surveyed(usage: Arc<Usage>, live: Arc<Live>, name: String) {
    while let Some(site) = in_force(&live, &name) {
        let pages = public_pages(&site).await;
        let pause = if pages.is_empty() { SOON } else { EVERY };
        if let (Some(index), false) = (usage.site(&name), pages.is_empty()) {
            usage.propose_pages(index, pages);
        }
        tokio::time::sleep(pause).await;
    }
}

fn in_force(live: &Live, name: &str) -> Option<Arc<Site>> {
    live.now().config.sites.iter().find(|site| site.name == name).cloned()
}

/// The paths of a site's public pages, in order; none where its origin cannot be asked.
pub async fn public_pages(site: &Site) -> Vec<String> {
    let Some(origin) = site.origins.first() else { return Vec::new() };
    let host = match &site.policy.hosts {
        Hosts::These(hosts) => hosts.first().map_or(&*origin.host, String::as_str),
        Hosts::Any => &origin.host,
    };
    let Ok(fetch) = OriginFetch::new(origin, site.origin_ca.as_deref(), host) else { return Vec::new() };
    survey(&fetch, &Scope::of(&site.policy, host, &site.prefix)).await.into_iter().collect()
}
