//! `[site.usage]`: how visits are counted, and which campaigns, goals and funnels are counted with them.
//!
//! In: the tables as written. Out: structs that mirror them, and what `check` makes of those: closed lists,
//! to which nothing that a visitor sends adds.

use toml::de::DeValue;

use super::checked::Localised;
use super::paths::PageTemplate;
use super::problem::Place;
use super::raw::{Words, read_words};
use super::table::{Entry, Fault, Given, Readable, Table};
use super::values::{FromText, TimeZone};

/// Goals of one site; counting holds no more.
pub const MAX_GOALS: usize = 10;
/// Funnels of one site.
pub const MAX_FUNNELS: usize = 3;
/// Steps of one funnel.
pub const MAX_STEPS: usize = 3;
/// Campaigns of one site.
pub const MAX_CAMPAIGNS: usize = 50;

/// `[site.usage]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub preset: UsagePreset,
    /// Where the site's days begin and end: an IANA time zone.
    pub time_zone: String,
    pub release: UsageRelease,
    /// Pages to count beside those that are found: paths, in which `{…}` stands for one segment.
    pub pages: Vec<String>,
    /// Whether pages bring the script that tells of presses and of pages shown without loading.
    pub events: bool,
    /// Whether goals are counted by the channel of the visit as well.
    pub goals_by_source: bool,
    pub campaigns: Vec<Campaign>,
    pub goals: Vec<Goal>,
    pub funnels: Vec<Funnel>,
}

impl Default for Usage {
    fn default() -> Usage {
        Usage {
            preset: UsagePreset::default(),
            time_zone: "UTC".to_owned(),
            release: UsageRelease::default(),
            pages: Vec::new(),
            events: false,
            goals_by_source: false,
            campaigns: Vec::new(),
            goals: Vec::new(),
            funnels: Vec::new(),
        }
    }
}

/// What the script of the events tells of, by its number in the list: nothing else can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventEntry {
    /// A press on what leads out of the site.
    Press(Outbound),
    /// A declared page that is shown without being loaded.
    Page(String),
}

/// Entries of that list; pages beyond are told by loading them.
const MAX_EVENTS: usize = 64;

impl Usage {
    /// The closed list of events: presses that are goals, then pages of goals, funnels and `pages`. Empty
    /// where events are off.
    pub fn event_list(&self) -> Vec<EventEntry> {
        let reached = || self.goals.iter().map(|goal| &goal.reached);
        let presses = reached().filter_map(|reached| match reached {
            GoalReached::Outbound(outbound) => Some(EventEntry::Press(*outbound)),
            GoalReached::Page(_) | GoalReached::Form(_) => None,
        });
        let of_goals = reached().filter_map(|reached| match reached {
            GoalReached::Page(paths) => Some(paths),
            GoalReached::Form(_) | GoalReached::Outbound(_) => None,
        });
        let steps = self.funnels.iter().flat_map(|funnel| funnel.steps.iter().flatten());
        let pages = of_goals.flatten().chain(steps).chain(&self.pages).cloned().map(EventEntry::Page);
        let mut list: Vec<EventEntry> = Vec::new();
        for entry in presses.chain(pages).filter(|_| self.events) {
            if list.len() < MAX_EVENTS && !list.contains(&entry) {
                list.push(entry);
            }
        }
        list
    }
}

/// How much noise the counts carry: the budget rho of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsagePreset {
    /// rho 0.1.
    Strict,
    /// rho 0.25.
    #[default]
    Balanced,
    /// rho 0.5.
    Detailed,
}

/// How often counts are released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsageRelease {
    /// Decided weekly from released totals.
    #[default]
    Auto,
    Daily,
    Weekly,
}

/// `[[site.usage.campaign]]`: a campaign, by the tags of its links. Values are in small letters; a list
/// that is empty fits anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub id: String,
    pub label: Localised,
    pub sources: Vec<String>,
    pub mediums: Vec<String>,
    pub names: Vec<String>,
}

/// `[[site.usage.goal]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    pub id: String,
    pub label: Localised,
    pub reached: GoalReached,
}

/// When a goal is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoalReached {
    /// One of these pages is shown.
    Page(Vec<String>),
    /// A form that is posted to one of these paths is answered with a page.
    Form(Vec<String>),
    /// Something of this kind is pressed.
    Outbound(Outbound),
}

/// What leads out of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outbound {
    Site,
    Phone,
    Email,
}

/// `[[site.usage.funnel]]`: two or three steps that lead to one another, each a page, or one of a few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    pub id: String,
    pub label: Localised,
    pub steps: Vec<Vec<String>>,
}

#[derive(Debug, Default)]
pub(super) struct RawUsage {
    pub preset: Entry<UsagePreset>,
    pub time_zone: Entry<TimeZone>,
    pub release: Entry<UsageRelease>,
    pub pages: Entry<Vec<Given<PageTemplate>>>,
    pub events: Entry<bool>,
    pub goals_by_source: Entry<bool>,
    pub campaigns: Vec<RawCampaign>,
    pub goals: Vec<RawGoal>,
    pub funnels: Vec<RawFunnel>,
}

#[derive(Debug)]
pub(super) struct RawCampaign {
    pub at: Place,
    pub id: Entry<CellId>,
    pub label: Words,
    pub sources: Entry<Vec<Given<Tag>>>,
    pub mediums: Entry<Vec<Given<Tag>>>,
    pub names: Entry<Vec<Given<Tag>>>,
}

#[derive(Debug)]
pub(super) struct RawGoal {
    pub at: Place,
    pub id: Entry<CellId>,
    pub label: Words,
    pub page: Entry<Vec<Given<PageTemplate>>>,
    pub form: Entry<Vec<Given<PageTemplate>>>,
    pub outbound: Entry<Outbound>,
    pub on_sensitive: Entry<bool>,
}

#[derive(Debug)]
pub(super) struct RawFunnel {
    pub at: Place,
    pub id: Entry<CellId>,
    pub label: Words,
    pub steps: Entry<Vec<Given<Step>>>,
    pub on_sensitive: Entry<bool>,
}

pub(super) fn read_usage(mut table: Table<'_>) -> RawUsage {
    RawUsage {
        preset: table.value("preset"),
        time_zone: table.value("time_zone"),
        release: table.value("release"),
        pages: table.list("pages"),
        events: table.value("events"),
        goals_by_source: table.value("goals_by_source"),
        campaigns: table.tables("campaign").into_iter().map(read_campaign).collect(),
        goals: table.tables("goal").into_iter().map(read_goal).collect(),
        funnels: table.tables("funnel").into_iter().map(read_funnel).collect(),
    }
}

fn read_campaign(mut table: Table<'_>) -> RawCampaign {
    RawCampaign {
        at: table.at().clone(),
        id: table.value("id"),
        label: read_label(&mut table),
        sources: table.one_or_list("utm_source"),
        mediums: table.one_or_list("utm_medium"),
        names: table.one_or_list("utm_campaign"),
    }
}

fn read_goal(mut table: Table<'_>) -> RawGoal {
    RawGoal {
        at: table.at().clone(),
        id: table.value("id"),
        label: read_label(&mut table),
        page: table.one_or_list("page"),
        form: table.one_or_list("form"),
        outbound: table.value("outbound"),
        on_sensitive: table.value("on_sensitive"),
    }
}

fn read_funnel(mut table: Table<'_>) -> RawFunnel {
    RawFunnel {
        at: table.at().clone(),
        id: table.value("id"),
        label: read_label(&mut table),
        steps: table.list("steps"),
        on_sensitive: table.value("on_sensitive"),
    }
}

fn read_label(table: &mut Table<'_>) -> Words {
    table.table("label").map(|mut words| read_words(&mut words)).unwrap_or_default()
}

/// A funnel's step: a page, or a list of pages of which any will do.
#[derive(Clone, Debug)]
pub(super) struct Step(pub Vec<PageTemplate>);

impl Readable for Step {
    fn read(value: &DeValue<'_>) -> Result<Step, Fault> {
        let pages = match value {
            DeValue::Array(pages) => pages.iter().map(|page| PageTemplate::read(page.get_ref())).collect(),
            one => PageTemplate::read(one).map(|page| vec![page]),
        };
        Ok(Step(pages?))
    }
}

/// The name of a cell: it stands in exports and in the ledger.
#[derive(Clone, Debug)]
pub(super) struct CellId(pub String);

impl FromText for CellId {
    fn from_text(text: &str) -> Result<CellId, Fault> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if plain && (1..=40).contains(&text.len()) {
            return Ok(CellId(text.to_owned()));
        }
        let message = format!("\"{text}\" is no id: small letters, digits and -, 40 at most");
        Err(Fault::new(
            message,
            "write {key} = \"rentree-2026\"; what people read goes into label = { fr = \"…\" }",
        ))
    }
}

/// The value of a campaign tag, in small letters.
#[derive(Clone, Debug)]
pub(super) struct Tag(pub String);

impl FromText for Tag {
    fn from_text(text: &str) -> Result<Tag, Fault> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 100 {
            let message = "a tag's value has 1 to 100 characters";
            return Err(Fault::new(message, "write it as it stands in the campaign's links"));
        }
        Ok(Tag(text.to_lowercase()))
    }
}
