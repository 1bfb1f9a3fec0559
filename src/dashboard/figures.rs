//! In: the released cells of a period and of the one before it. Out: the five figures at the top, in
//! words: each with its range and how it moved.

use super::change::Change;
use super::released::Released;
use super::share::Share;
use super::words::Words;
use crate::usage::{ConsentOutcome, Device, Estimate, Family};

/// One figure, as it is written.
pub(super) struct Figure {
    pub name: String,
    pub value: String,
    /// What it may be; empty where there is nothing.
    pub range: String,
    pub change: String,
    /// Hidden by noise, or not there.
    pub quiet: bool,
}

/// A family now and before.
pub(super) struct Pair<'r> {
    pub now: &'r Released,
    pub before: &'r Released,
}

impl Pair<'_> {
    /// Released days now for one before, where both periods have about as many: gaps, and weeks that
    /// end outside, may take a few away.
    fn scale(&self) -> Option<f64> {
        let scale = f64::from(self.now.days()) / f64::from(self.before.days());
        (0.8..=1.25).contains(&scale).then_some(scale)
    }
}

/// The five, in order. `pair` finds a family.
pub(super) fn figures<'r>(words: Words, pair: impl Fn(Family) -> Option<Pair<'r>>) -> Vec<Figure> {
    let five: [(&str, Family, Reading); 5] = [
        ("figure-visits", Family::Visits, Reading::Sum(|_| true)),
        ("figure-pages", Family::Pages, Reading::Sum(|_| true)),
        ("figure-search", Family::Sources, Reading::Sum(|cell| cell.starts_with("search/"))),
        ("figure-phones", Family::Devices, Reading::Share(|cell| cell == Device::Phone.id(), |_| true)),
        ("figure-agreed", Family::Consent, Reading::Share(is_agreement, was_asked)),
    ];
    let draw = |(key, family, reading): (&str, Family, Reading)| {
        let name = words.say(key);
        match pair(family).filter(|pair| !pair.now.cells.is_empty()) {
            Some(pair) => reading.figure(words, name, &pair),
            None => nothing(words, name),
        }
    };
    five.into_iter().map(draw).collect()
}

/// How a figure is read from a family's cells.
enum Reading {
    Sum(fn(&str) -> bool),
    /// The first set's share of the second.
    Share(fn(&str) -> bool, fn(&str) -> bool),
}

impl Reading {
    fn figure(&self, words: Words, name: String, pair: &Pair<'_>) -> Figure {
        match self {
            Reading::Sum(which) => {
                let (now, before) = (pair.now.total_of(which), pair.before.total_of(which));
                let change = pair.scale().map(|scale| Change::of_sums(now, before, scale));
                sum_figure(words, name, now, change.unwrap_or(Change::NothingBefore))
            }
            Reading::Share(part, whole) => {
                let share = |of: &Released| {
                    let rest = of.total_of(|cell| whole(cell) && !part(cell));
                    Share::of(of.total_of(part), rest)
                };
                let (now, before) = (share(pair.now), share(pair.before));
                let change = pair.scale().map(|_| Change::of_shares(now, before));
                share_figure(words, name, now, change.unwrap_or(Change::NothingBefore))
            }
        }
    }
}

fn is_agreement(cell: &str) -> bool {
    [ConsentOutcome::Accepted, ConsentOutcome::Partial].iter().any(|of| of.id() == cell)
}

fn was_asked(cell: &str) -> bool {
    cell != ConsentOutcome::NotAsked.id()
}

fn sum_figure(words: Words, name: String, sum: Estimate, change: Change) -> Figure {
    if !sum.stands_out() {
        return hidden(words, name, zero_to(words, sum));
    }
    let (low, high) = sum.range();
    let range = words.fill_two("range", [("low", &words.number(low)), ("high", &words.number(high))]);
    Figure { name, value: words.number(sum.sum), range, change: say_change(words, change), quiet: false }
}

fn share_figure(words: Words, name: String, share: Option<Share>, change: Change) -> Figure {
    let Some(share) = share else { return hidden(words, name, "—".to_owned()) };
    let (low, high) = share.range();
    // In whole per cent outwards, so that the range holds what it says.
    let (low, high) = ((low * 100.0).floor() / 100.0, (high * 100.0).ceil() / 100.0);
    let range = words.fill_two("range", [("low", &words.percent(low)), ("high", &words.percent(high))]);
    Figure { name, value: words.percent(share.value), range, change: say_change(words, change), quiet: false }
}

fn hidden(words: Words, name: String, value: String) -> Figure {
    Figure { name, value, range: words.say("hidden"), change: String::new(), quiet: true }
}

fn nothing(words: Words, name: String) -> Figure {
    Figure { name, value: "—".to_owned(), range: words.say("not-yet"), change: String::new(), quiet: true }
}

/// What a sum that noise hides may be.
pub(super) fn zero_to(words: Words, sum: Estimate) -> String {
    words.fill("zero-to", "high", &words.number(sum.range().1))
}

fn say_change(words: Words, change: Change) -> String {
    let (key, value) = match change {
        Change::NothingBefore => return words.say("change-none"),
        Change::Unclear => return words.say("change-unclear"),
        Change::Relative(by) if by > 0.0 => ("change-more", words.percent(by)),
        Change::Relative(by) => ("change-less", words.percent(-by)),
        // Points are of a hundred.
        Change::Points(by) if by > 0.0 => return words.count("change-points-more", by.round() as u32),
        Change::Points(by) => return words.count("change-points-less", (-by).round() as u32),
    };
    words.fill(key, "value", &value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::{House, text};

    fn shown(house: &House) -> String {
        text(&house.get("/?days=7", &house.cookie())).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn figures_carry_their_range_and_change() {
        let house = House::new();
        house.release(Family::Visits, (14, 8), &[("visits", 100)]);
        house.release(Family::Visits, (7, 1), &[("visits", 150)]);
        house.release(Family::Devices, (7, 1), &[("phone", 60), ("tablet", 0), ("computer", 40)]);
        let page = shown(&house);
        for part in [">150<", "140 to 160", "50% more than before", ">60%<", "Not enough days to compare"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn one_point_is_one() {
        let said = |language, by| say_change(Words::of(language), Change::Points(by));
        assert_eq!(said("en", 1.2), "1 point more than before");
        assert_eq!(said("en", -2.4), "2 points less than before");
        assert_eq!(said("fr", -1.0), "1 point de moins qu’avant");
    }

    #[test]
    fn what_noise_hides_is_a_range_from_zero() {
        let house = House::new();
        house.release(Family::Visits, (7, 1), &[("visits", 3)]);
        let page = shown(&house);
        assert!(page.contains("0 to 13") && page.contains("too few to tell from noise"), "{page}");
    }
}
