//! Counting visits without keeping anyone.
//!
//! In: page views in constants, each with a token of the day; pages from the config, the sitemap and
//! the crawl; the passing of time. Out: releases, which are counts with noise drawn once, each with
//! its line for the ledger. It must never know an address, a User-Agent, a path that is not in the
//! closed list, a query, or who chose what: headers are borrowed for as long as it takes to look
//! them up.
//!
//! A view goes `page_view` → `record` → the token table of the site's open day. At the day's close
//! `families` bounds what each token-day adds, `noise` overwrites the counts, `release` hands them
//! to the store, and the table and its key are overwritten. The unreleased state is nowhere but in
//! memory and, where that is possible, in a checkpoint on a file system in memory.

#[cfg(test)]
mod accuracy_tests;
mod agent;
#[cfg(test)]
mod audit_tests;
mod channel;
mod checkpoint;
mod closed;
mod counter;
#[cfg(test)]
mod counter_tests;
#[cfg(test)]
mod crash_tests;
mod dates;
mod day;
mod declared;
mod families;
#[cfg(test)]
mod fixtures;
mod guarantee;
mod language;
#[cfg(test)]
mod membership_tests;
mod noise;
#[cfg(test)]
mod noise_tests;
mod page_list;
mod persons;
mod region;
mod release;
mod report;
#[cfg(test)]
mod scale_tests;
mod seen;
#[cfg(test)]
mod sensitivity_tests;
#[cfg(test)]
mod sensitivity_world_tests;
mod shapes;
mod site;
mod snapshot;
mod source;
mod suggest;
mod table;
mod targets;
mod token;
mod tokens;
mod view;
mod vocabulary;
mod week;

pub use agent::{Agent, AgentSigns};
pub use checkpoint::{Checkpoint, CheckpointRefusal};
pub use counter::{Usage, UsageError};
pub use declared::{
    Campaign, Declared, Funnel, Goal, MAX_CAMPAIGNS, MAX_FUNNELS, MAX_GOALS, MAX_STEPS, Press, Reached,
};
pub use families::{FAMILIES, Family, FamilyTerms};
pub use guarantee::{DELTA, FamilyShare, Guarantee, Preset, epsilon};
pub use language::LanguageIndex;
pub use noise::{NoiseError, Rho, Sigma};
pub use page_list::{MAX_PAGES, PageIndex, PageList, PageSources, UNLISTED};
pub use region::RegionIndex;
pub use release::{BookError, Gap, GapReason, Release, ReleaseBook};
pub use report::{Estimate, ReleasedCell, by_cell, by_period, total};
pub use seen::{Act, Seen};
pub use site::SitePlan;
pub use source::Source;
pub use suggest::{MOST_SUGGESTED, suggested_templates};
pub use table::{GOALS_PER_TOKEN, MAX_TOKENS, PAGES_PER_TOKEN};
pub use targets::CampaignTags;
pub use token::{DayToken, Identity};
pub use view::{ConsentOutcome, DeadLink, Device, PageView, SiteIndex, Speed};
pub use week::{Cadence, DAILY_FROM, ReleasePlan, monday};
