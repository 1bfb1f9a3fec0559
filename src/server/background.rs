//! In: what is in force. Out: what Paravent does of its own accord for as long as that is so: surveys of each
//! site's public pages, looks behind the hosts that sites declare as theirs, and checks of origins. Sees no visitor.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::task::{AbortHandle, JoinSet};

use super::cloaking::keep_unmasked;
use super::live::Live;
use super::records::Records;
use super::survey::keep_surveyed;

/// Its tasks; they end with it.
pub struct Background {
    tasks: JoinSet<()>,
    /// What a new config ends: it has its own.
    passing: Vec<AbortHandle>,
    /// The sites whose pages are surveyed.
    surveyed: HashSet<String>,
}

impl Background {
    pub fn start(live: &Arc<Live>, records: Option<&Records>) -> Background {
        let mut background =
            Background { tasks: JoinSet::new(), passing: Vec::new(), surveyed: HashSet::new() };
        background.follow(live, records);
        background
    }

    /// Takes up what has come into force. A site that was surveyed goes on being so in its time: a config
    /// that is read often does not make crawls.
    pub fn follow(&mut self, live: &Arc<Live>, records: Option<&Records>) {
        let now = live.now();
        while self.tasks.try_join_next().is_some() {}
        self.passing.drain(..).for_each(|task| task.abort());
        let sites = now.config.sites.clone();
        let looks = keep_unmasked(sites, Arc::clone(&now.config.catalogue), now.config.server.resolver);
        self.passing.push(self.tasks.spawn(looks));
        for check in now.origins().flat_map(|origin| origin.checks()) {
            self.passing.push(self.tasks.spawn(check));
        }
        self.surveyed.retain(|name| now.config.sites.iter().any(|site| site.name == *name));
        let Some(records) = records else { return };
        for site in &now.config.sites {
            if self.surveyed.insert(site.name.clone()) {
                self.tasks.spawn(keep_surveyed(
                    Arc::clone(&records.usage),
                    Arc::clone(&records.store),
                    Arc::clone(live),
                    site.name.clone(),
                ));
            }
        }
    }
}
