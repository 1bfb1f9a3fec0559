//! In: the sites and their origins. Out: the list of each site's public pages, given to counting at the
//! start and then daily. Nothing here comes from a visitor's request.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::listen::told;
use crate::config::Site;
use crate::egress::{OriginFetch, Scope, survey};
use crate::policy::Hosts;
use crate::usage::Usage;

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Before an origin that gave no page is asked again.
const SOON: Duration = Duration::from_secs(5 * 60);

/// Surveys a site at once and then daily, until `drain` turns true.
pub async fn keep_surveyed(usage: Arc<Usage>, site: Arc<Site>, mut drain: watch::Receiver<bool>) {
    let surveys = async {
        loop {
            let pages = public_pages(&site).await;
            let pause = if pages.is_empty() { SOON } else { EVERY };
            if let (Some(index), false) = (usage.site(&site.name), pages.is_empty()) {
                usage.propose_pages(index, pages);
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::select! {
        () = surveys => {}
        () = told(&mut drain) => {}
    }
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
