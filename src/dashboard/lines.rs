//! In: a family's released cells, and the visits of the same days. Out: its lines in the order they are
//! read: a cell with its number, and the share where one means something.

use std::collections::BTreeMap;

use super::names::cell_name;
use super::period::Period;
use super::released::Released;
use super::share::Share;
use super::words::Words;
use super::{CellLabel, SiteFacts};
use crate::store::{Store, StoreError};
use crate::usage::{Estimate, Family, ReleasedCell, Speed, by_cell, total};

/// A line of a card.
#[derive(Clone)]
pub(super) struct Line {
    pub name: String,
    pub of: Estimate,
    /// What part of something it is, in words; empty where that means nothing.
    pub share: String,
}

/// What lines are drawn from.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub words: Words,
    pub labels: &'a [CellLabel],
    /// Visits of the days that the cells cover.
    pub visits: Option<Estimate>,
}

/// Visits of the days that a family's releases cover, for a share of them. `None` where a day has none.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn visits_of(
    store: &Store,
    site: &SiteFacts,
    released: &Released,
    period: Period,
) -> Result<Option<Estimate>, StoreError> {
    let Some((from, to)) = released.covered().filter(|_| released.family == Family::Goals) else {
        return Ok(None);
    };
    let all = Released::read(store, &site.name, Family::Visits, Period { from, to, ..period })?;
    let is_covered =
        |day: &ReleasedCell| released.cells.iter().any(|cell| cell.from <= day.from && day.to <= cell.to);
    let cells = all.cells.into_iter().filter(is_covered).collect();
    let visits = Released { family: Family::Visits, cells };
    Ok((visits.days() == released.days()).then(|| total(&visits.cells)))
}

/// The lines of a family.
pub(super) fn lines(scene: Scene<'_>, released: &Released) -> Vec<Line> {
    let line = |(cell, of): (String, Estimate)| {
        let share = if released.family == Family::Goals { of_visits(scene, of) } else { String::new() };
        Line { name: cell_name(scene.words, scene.labels, released.family, &cell), of, share }
    };
    match released.family {
        Family::Funnels => funnels(scene, released),
        Family::Speed => by_speed(released).into_iter().map(line).collect(),
        _ => released.rows().into_iter().map(line).collect(),
    }
}

fn of_visits(scene: Scene<'_>, of: Estimate) -> String {
    let share = scene.visits.filter(|_| of.stands_out()).and_then(|visits| Share::of_whole(of, visits));
    share.map(|share| share.said(scene.words, "share-of-visits")).unwrap_or_default()
}

/// From the fastest; a class that nobody met says something too.
fn by_speed(released: &Released) -> Vec<(String, Estimate)> {
    let mut rows = by_cell(&released.cells);
    rows.sort_by_key(|(cell, _)| Speed::ALL.iter().position(|speed| speed.id() == cell));
    rows
}

/// Whoever got to a step passed those before it: a step's number is the sum of its cell and of those that
/// follow.
fn funnels(scene: Scene<'_>, released: &Released) -> Vec<Line> {
    let mut by_funnel: BTreeMap<&str, Vec<&ReleasedCell>> = BTreeMap::new();
    for cell in &released.cells {
        if let Some((id, _)) = cell.cell.split_once('/') {
            by_funnel.entry(id).or_default().push(cell);
        }
    }
    by_funnel.values().flat_map(|cells| steps(scene, cells)).collect()
}

fn steps(scene: Scene<'_>, cells: &[&ReleasedCell]) -> Vec<Line> {
    let mut names: Vec<&str> = cells.iter().map(|cell| cell.cell.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let sum = |which: &dyn Fn(&str) -> bool| {
        let picked = cells.iter().filter(|cell| which(&cell.cell)).map(|cell| (*cell).clone());
        total(&picked.collect::<Vec<_>>())
    };
    let line = |name: &&str| {
        let (of, before) = (sum(&|cell| cell >= *name), sum(&|cell| cell < *name));
        let is_first = names.first() == Some(name);
        let share = Share::of(of, before).filter(|_| !is_first && of.stands_out());
        let share = share.map(|share| share.said(scene.words, "share-of-first")).unwrap_or_default();
        Line { name: cell_name(scene.words, scene.labels, Family::Funnels, name), of, share }
    };
    names.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::{House, text};

    fn shown(house: &House, family: &str) -> String {
        let page = text(&house.get(&format!("/?days=7&family={family}"), &house.cookie()));
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_goal_has_its_share_of_the_visits_of_its_days() {
        let house = House::new();
        house.release(Family::Goals, (7, 1), &[("booked", 100), ("call", 3)]);
        (1..=7).for_each(|ago| house.release(Family::Visits, (ago, ago), &[("visits", 200)]));
        let page = shown(&house, "goals");
        assert!(
            page.contains(">Appointment asked for<") && page.contains("7% of visits (6% to 8%)"),
            "{page}"
        );
        assert_eq!(page.matches("of visits").count(), 1, "what noise hides has no share");
        house.release(Family::Goals, (14, 8), &[("booked", 100), ("call", 3)]);
        let fewer = text(&house.get("/?days=28&family=goals", &house.cookie()));
        assert!(!fewer.contains("of visits"), "a week has no released visits");
    }

    #[test]
    fn a_step_counts_those_who_went_further() {
        let house = House::new();
        house.release(Family::Funnels, (7, 1), &[("way/1", 100), ("way/2", 60), ("way/3", 40)]);
        let page = shown(&house, "funnels");
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
        assert!(at("way: step 1") < at("200 ±") && at("200 ±") < at("way: step 2"));
        assert!(at("way: step 2") < at("100 ±") && at("way: step 3") < at("40 ±"));
        assert!(page.contains("50% of the first step") && page.contains("20% of the first step"), "{page}");
    }

    #[test]
    fn speeds_are_in_their_own_order() {
        let house = House::new();
        let cells = [("very-slow", 0), ("fast", 40), ("instant", 30), ("slow", 90), ("fair", 20)];
        house.release(Family::Speed, (7, 1), &cells);
        let page = text(&house.get("/?days=7", &house.cookie()));
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
        assert!(at("Under 0.2 s") < at("0.2 to 0.5 s") && at("1 to 3 s") < at("Over 3 s"));
    }
}
