//! Counting without keeping anyone.

mod agent;
mod closed;
mod families;
#[cfg(test)]
mod fixtures;
mod guarantee;
mod language;
mod noise;
mod page_list;
mod region;
mod shapes;
mod source;
mod table;
mod token;
mod view;

pub use agent::{Agent, AgentSigns};
pub use families::{FAMILIES, Family, FamilyTerms};
pub use guarantee::{DELTA, FamilyShare, Guarantee, Preset};
pub use language::LanguageIndex;
pub use noise::{NoiseError, Rho, Sigma};
pub use page_list::{MAX_PAGES, PageIndex, PageList, PageSources, UNLISTED};
pub use region::RegionIndex;
pub use source::Source;
pub use token::{DayToken, Identity};
pub use view::{ConsentOutcome, Device, PageView, SiteIndex};
