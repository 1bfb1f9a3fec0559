//! In: the sites and their origins. Out: the list of each site's public pages, given to counting at the
//! start and then daily, and the templates that it suggests, which wait in the store for the operator. Nothing here comes
//! from a visitor's request.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::live::Live;
use crate::config::{Origin, Site};
use crate::egress::{OriginFetch, Scope, survey};
use crate::policy::Hosts;
use crate::store::Store;
use crate::usage::{Usage, suggested_templates};

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Before an origin that gave no page is asked again.
const SOON: Duration = Duration::from_secs(5 * 60);

/// Surveys the site of this name at once and then daily, for as long as it is in force.
pub async fn keep_surveyed(usage: Arc<Usage>, store: Arc<Store>, live: Arc<Live>, name: String) {
    while let Some(site) = in_force(&live, &name) {
        let pages = public_pages(&site).await;
        let pause = if pages.is_empty() { SOON } else { EVERY };
        if let (Some(index), false) = (usage.site(&name), pages.is_empty()) {
            suggest(&store, &site, &pages).await;
            usage.propose_pages(index, pages);
        }
        tokio::time::sleep(pause).await;
    }
}

/// Keeps the templates that these pages suggest, beside those that the operator has decided on.
async fn suggest(store: &Arc<Store>, site: &Site, pages: &[String]) {
    let (store, name) = (Arc::clone(store), site.name.clone());
    let templates = suggested_templates(pages, &site.usage.pages);
    let kept = spawn_blocking(move || store.suggest_templates(&name, &templates)).await;
    if let Ok(Err(error)) = kept {
        // Names the file or the database, no page.
        tracing::warn!(%error, "suggested templates could not be kept; the next survey tries again");
    }
}

fn in_force(live: &Live, name: &str) -> Option<Arc<Site>> {
    live.now().config.sites.iter().find(|site| site.name == name).cloned()
}

/// The paths of a site's public pages, in order, from the first of its origins that gives any; none where none does.
pub async fn public_pages(site: &Site) -> Vec<String> {
    for origin in &site.origins {
        let pages = pages_of(site, origin).await;
        if !pages.is_empty() {
            return pages;
        }
    }
    Vec::new()
}

async fn pages_of(site: &Site, origin: &Origin) -> Vec<String> {
    let host = match &site.policy.hosts {
        Hosts::These(hosts) => hosts.first().map_or(&*origin.host, String::as_str),
        Hosts::Any => &origin.host,
    };
    let Ok(fetch) = OriginFetch::new(origin, site.origin_ca.as_deref(), host) else { return Vec::new() };
    survey(&fetch, &Scope::of(&site.policy, host, &site.prefix)).await.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::Config;

    const PAGE: &str =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 3\r\nconnection: close\r\n\r\n<p>";

    /// A listener's origin.
    fn origin(address: SocketAddr) -> Origin {
        Origin { https: false, host: address.ip().to_string(), port: address.port() }
    }

    #[tokio::test]
    async fn the_next_origin_is_asked_where_one_is_out() {
        let (out, well) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let origins = vec![origin(out.local_addr().unwrap()), origin(well.local_addr().unwrap())];
        drop(out);
        let serving = tokio::spawn(async move {
            loop {
                let (mut peer, _) = well.accept().await.unwrap();
                let _ = peer.read(&mut [0; 4_096]).await;
                let _ = peer.write_all(PAGE.as_bytes()).await;
            }
        });
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let quick = Config::quick("http://127.0.0.1:1".parse().unwrap(), any, any, "state".into(), None);
        let site = Site { origins, ..(*quick.sites[0]).clone() };
        assert_eq!(public_pages(&site).await, ["/"]);
        let away = Site { origins: site.origins[..1].to_vec(), ..site };
        assert!(public_pages(&away).await.is_empty());
        serving.abort();
    }
}
