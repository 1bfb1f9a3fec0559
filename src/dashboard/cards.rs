//! In: a family's released cells. Out: a card of rows, each a name, a bar and a number with its range.

use super::figures::zero_to;
use super::filter::Filter;
use super::lines::{Line, Scene, lines};
use super::released::Released;
use super::words::Words;
use crate::usage::{Estimate, Family};

/// A card, as it is written.
pub(super) struct Card {
    pub id: &'static str,
    pub name: String,
    /// The days it covers.
    pub covers: String,
    pub rows: Vec<Row>,
    /// Why there are no rows, or not all.
    pub note: String,
    /// The link to all rows, where these are not all.
    pub all: Option<String>,
    pub csv: String,
}

/// A row of a card.
pub(super) struct Row {
    pub name: String,
    /// What part of something it is; empty where that means nothing.
    pub share: String,
    pub number: String,
    /// Hidden by noise.
    pub quiet: bool,
    /// In per cent of the card's widest: the lower end of the range, and what the range adds.
    pub sure: f64,
    pub unsure: f64,
}

/// Families that have a card, in order.
pub(super) const CARDS: [Family; 12] = [
    Family::Sources,
    Family::Pages,
    Family::Goals,
    Family::Funnels,
    Family::Campaigns,
    Family::GoalsBySource,
    Family::Regions,
    Family::Devices,
    Family::Consent,
    Family::Languages,
    Family::Speed,
    Family::NotFound,
];

/// Whether a family's card is left out where it has nothing: no site has to declare any of these.
pub(super) fn is_declared(family: Family) -> bool {
    matches!(family, Family::Goals | Family::Funnels | Family::Campaigns | Family::GoalsBySource)
}

/// Rows in the overview.
const SOME: usize = 6;
/// Rows of a card in full; an export has more.
const MANY: usize = 500;
/// A list this short is shown whole: that nobody used a tablet is worth a row.
const SHORT: usize = 8;

impl Card {
    /// With a few rows where `whole` is false: those that stand out.
    pub(super) fn of(scene: Scene<'_>, filter: &Filter<'_>, released: &Released, whole: bool) -> Card {
        let (words, family) = (scene.words, released.family);
        let all = lines(scene, released);
        let shown = chosen(family, &all, whole);
        let widest = shown.iter().map(|line| line.of.range().1).max().unwrap_or(0).max(1);
        let covers = released.covered().map(|(from, to)| {
            words.fill_two("covers", [("from", &words.day(from, false)), ("to", &words.day(to, true))])
        });
        Card {
            id: family.id(),
            name: words.say(&format!("card-{}", family.id())),
            covers: covers.unwrap_or_default(),
            note: note(words, released, all.len(), shown.len(), whole),
            all: (!whole && all.len() > shown.len()).then(|| filter.to_family(family)),
            csv: filter.to_csv(family),
            rows: shown.iter().map(|line| row(words, line, widest)).collect(),
        }
    }
}

/// Of a long list the noise alone would bring some cells up; the overview leaves those out. A way keeps
/// all its steps.
fn chosen(family: Family, all: &[Line], whole: bool) -> Vec<Line> {
    match whole {
        true => all.iter().take(MANY).cloned().collect(),
        false if family == Family::Funnels => all.to_vec(),
        false if all.len() <= SHORT => all.iter().take(SOME).cloned().collect(),
        false => all.iter().filter(|line| line.of.stands_out()).take(SOME).cloned().collect(),
    }
}

fn note(words: Words, released: &Released, all: usize, shown: usize, whole: bool) -> String {
    match () {
        () if released.cells.is_empty() => words.say("card-empty"),
        () if shown == 0 => words.say("card-noise"),
        () if !whole && shown < SOME && all > shown => words.say("card-others"),
        () => String::new(),
    }
}

fn row(words: Words, line: &Line, widest: i64) -> Row {
    let (of, (low, high)) = (line.of, line.of.range());
    let part = |value: i64| value as f64 / widest as f64 * 100.0;
    let quiet = !of.stands_out();
    Row {
        name: line.name.clone(),
        share: line.share.clone(),
        number: if quiet { zero_to(words, of) } else { with_margin(words, of) },
        quiet,
        sure: if quiet { 0.0 } else { part(low) },
        unsure: if quiet { part(high) } else { part(high - low) },
    }
}

/// `560 ± 29`.
pub(super) fn with_margin(words: Words, of: Estimate) -> String {
    format!("{}\u{a0}±\u{a0}{}", words.number(of.sum), words.number(of.range().1 - of.sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::{House, sum, text};

    #[test]
    fn rows_say_their_number_and_margin() {
        let words = Words::of("en");
        let line = |of| Line { name: "/".to_owned(), of, share: String::new() };
        let big = row(words, &line(sum(560, 14_500)), 589);
        assert_eq!((big.number.as_str(), big.quiet), ("560\u{a0}±\u{a0}29", false));
        assert!((big.sure + big.unsure - 100.0).abs() < 1e-9);
        let small = row(words, &line(sum(0, 4_500)), 589);
        assert_eq!((small.number.as_str(), small.quiet), ("0 to 9", true));
    }

    #[test]
    fn a_long_list_shows_what_stands_out_and_leads_to_the_rest() {
        let house = House::new();
        let names: Vec<String> = (0..12).map(|n| format!("/p{n}")).collect();
        let cells: Vec<(&str, i64)> =
            names.iter().enumerate().map(|(n, name)| (name.as_str(), if n < 2 { 400 } else { 4 })).collect();
        house.release(Family::Pages, (7, 1), &cells);
        let cookie = house.cookie();
        let overview = text(&house.get("/?days=7", &cookie));
        assert!(overview.contains(">/p1<") && !overview.contains(">/p2<"));
        assert!(overview.contains("family=pages"));
        let whole = text(&house.get("/?days=7&family=pages", &cookie));
        assert!(whole.contains(">/p11<") && whole.contains("0 to 14"));
    }

    #[test]
    fn names_from_the_site_are_written_as_text() {
        let house = House::new();
        house.release(Family::Pages, (7, 1), &[("/<script>alert(1)</script>\"'&", 400)]);
        let page = text(&house.get("/?days=7", &house.cookie()));
        assert!(!page.contains("<script") && page.contains("/&#60;script&#62;"), "{page}");
    }
}
