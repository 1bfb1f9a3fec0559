//! In: nothing but types: the campaigns, goals and funnels that an operator declared. `targets.rs` makes
//! a day's closed lists of them. Their words are the operator's own; no visitor's request adds to them.

use serde::{Deserialize, Serialize};

use super::closed::closed_list;

/// Goals of one site.
pub const MAX_GOALS: usize = 10;
/// Funnels of one site. A token-day is at one step of each, so it is part of the guarantee.
pub const MAX_FUNNELS: usize = 3;
/// Steps of one funnel.
pub const MAX_STEPS: usize = 3;
/// Campaigns of one site.
pub const MAX_CAMPAIGNS: usize = 50;

/// What an operator wants counted beside pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub campaigns: Vec<Campaign>,
    pub goals: Vec<Goal>,
    pub funnels: Vec<Funnel>,
    /// Whether goals are counted by the channel that the visit came through as well.
    pub goals_by_source: bool,
}

/// A campaign, recognised by the tags of the links that lead to the site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// The name of its cell.
    pub id: String,
    /// Values of `utm_source`, any of which fits, in small letters; empty where it does not matter.
    pub sources: Vec<String>,
    /// Of `utm_medium`.
    pub mediums: Vec<String>,
    /// Of `utm_campaign`.
    pub names: Vec<String>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// The name of its cell.
    pub id: String,
    pub reached: Reached,
}

/// When a goal is reached. Paths are templates, in which `{…}` stands for one segment; any of them will do,
/// as where a page has an address in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// A page is shown.
    Page(Vec<String>),
    /// A form that was posted there is answered with a page.
    Form(Vec<String>),
    /// Something that leads out of the site is pressed.
    Press(Press),
}

closed_list! {
    /// What leads out of the site.
    #[derive(serde::Serialize, serde::Deserialize)]
    Press {
        /// A link to another site.
        Site = "site",
        /// A telephone number.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
    }
}

/// Pages that lead to one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// The name of its cells, each with the step's number.
    pub id: String,
    /// The first step first, each with the path templates of its pages.
    pub steps: Vec<Vec<String>>,
}
