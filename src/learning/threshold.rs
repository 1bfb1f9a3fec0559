//! In: what was met, a refusal or an unlisted cookie, each with a site and a truncated network. Out: what
//! several networks spoke of several times on one day, with how often as an order of magnitude. Until then
//! it may be forged, or come from one visitor's own browser, and is told to nobody.
//!
//! Two networks are told apart by one byte of a hash under a key that lives for a day, in memory only:
//! too little to find a network again, and enough to see in 255 of 256 cases that there are two.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash, RandomState};

use crate::policy::Day;

/// Reports on a day from which something is told, and then each order of magnitude.
const LEVELS: [u16; 6] = [3, 10, 30, 100, 300, 1_000];
/// Things that are watched on one site: pairs of host and directive, or cookies.
const MOST_PER_SITE: usize = 500;

/// Above the threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting<T> {
    /// The site's name.
    pub site: String,
    pub what: T,
    pub day: Day,
    /// At least so many reports on this day: 3, 10, 30, 100, 300 or 1000.
    pub reports: u16,
}

/// Watches things of one kind for a day.
#[derive(Debug)]
pub struct Threshold<T> {
    day: Day,
    key: RandomState,
    sites: HashMap<String, HashMap<T, Watched>>,
    /// Counts up, so that the oldest can be found.
    turn: u64,
    told: Vec<Sighting<T>>,
}

#[derive(Debug)]
struct Watched {
    reports: u16,
    first_network: u8,
    several_networks: bool,
    since: u64,
}

impl<T: Clone + Eq + Hash> Threshold<T> {
    /// Nothing was seen yet.
    pub fn new() -> Threshold<T> {
        Threshold { day: Day(0), key: RandomState::new(), sites: HashMap::new(), turn: 0, told: Vec::new() }
    }

    /// Takes in what one report, page, request or answer of `network` made known.
    pub fn note(&mut self, site: &str, network: &impl Hash, met: Vec<T>, today: Day) {
        if today != self.day {
            *self = Threshold { day: today, told: std::mem::take(&mut self.told), ..Threshold::new() };
        }
        let mark = self.key.hash_one(network).to_le_bytes()[0];
        if !self.sites.contains_key(site) {
            self.sites.insert(site.to_owned(), HashMap::new());
        }
        let Some(watched) = self.sites.get_mut(site) else { return };
        let mut once = HashSet::new();
        for what in met.into_iter().filter(|what| once.insert(what.clone())) {
            self.turn += 1;
            make_room(watched, &what);
            let here = watched.entry(what.clone()).or_insert(Watched {
                reports: 0,
                first_network: mark,
                several_networks: false,
                since: self.turn,
            });
            if let Some(reports) = here.note(mark) {
                self.told.push(Sighting { site: site.to_owned(), what, day: today, reports });
            }
        }
    }

    /// What has come above the threshold, or to the next order of magnitude, since it was last taken.
    pub fn take(&mut self) -> Vec<Sighting<T>> {
        std::mem::take(&mut self.told)
    }
}

impl<T: Clone + Eq + Hash> Default for Threshold<T> {
    fn default() -> Threshold<T> {
        Threshold::new()
    }
}

impl Watched {
    /// The level that is reached by this report.
    fn note(&mut self, mark: u8) -> Option<u16> {
        let before = self.level();
        self.reports = self.reports.saturating_add(1);
        self.several_networks |= mark != self.first_network;
        self.level().filter(|_| self.level() != before)
    }

    fn level(&self) -> Option<u16> {
        let reached = LEVELS.iter().rev().find(|level| self.reports >= **level);
        reached.copied().filter(|_| self.several_networks)
    }
}

/// The oldest that is not above the threshold gives way: whoever forges crowds out what is forged.
fn make_room<T: Clone + Eq + Hash>(watched: &mut HashMap<T, Watched>, comer: &T) {
    if watched.len() < MOST_PER_SITE || watched.contains_key(comer) {
        return;
    }
    let oldest = watched.iter().min_by_key(|(_, watched)| (watched.level().is_some(), watched.since));
    if let Some(what) = oldest.map(|(what, _)| what.clone()) {
        watched.remove(&what);
    }
}

#[cfg(test)]
mod tests {
    use super::super::directive::Directive;
    use super::super::report::Refusal;
    use super::*;

    fn refusal(whom: &str) -> Refusal {
        Refusal { whom: whom.to_owned(), directive: Directive::of("img-src").unwrap() }
    }

    fn note(threshold: &mut Threshold<Refusal>, whom: &str, network: u32, day: u32) {
        threshold.note("clinic", &network, vec![refusal(whom)], Day(day));
    }

    /// Two networks that today's key tells apart.
    fn two(threshold: &Threshold<Refusal>) -> (u32, u32) {
        let mark = |network: &u32| threshold.key.hash_one(network).to_le_bytes()[0];
        (0, (1..).find(|other| mark(other) != mark(&0)).unwrap())
    }

    #[test]
    fn three_reports_from_two_networks_on_one_day_are_needed() {
        let mut threshold = Threshold::new();
        note(&mut threshold, "other.example", 9, 1);
        let (one, other) = two(&threshold);
        (0..50).for_each(|_| note(&mut threshold, "a.example", one, 1));
        assert_eq!(threshold.take(), [], "one network alone");
        note(&mut threshold, "b.example", one, 1);
        note(&mut threshold, "b.example", other, 1);
        assert_eq!(threshold.take(), [], "two reports");
        note(&mut threshold, "b.example", other, 1);
        let told =
            Sighting { site: "clinic".to_owned(), what: refusal("b.example"), day: Day(1), reports: 3 };
        assert_eq!(threshold.take(), [told]);
        note(&mut threshold, "b.example", one, 1);
        assert_eq!(threshold.take(), [], "told once");
    }

    #[test]
    fn a_new_day_begins_anew_under_a_new_key() {
        let mut threshold = Threshold::new();
        (0..4).for_each(|network| note(&mut threshold, "a.example", network, 1));
        threshold.take();
        (0..2).for_each(|network| note(&mut threshold, "a.example", network, 2));
        assert_eq!(threshold.take(), []);
        assert_eq!(threshold.sites["clinic"][&refusal("a.example")].reports, 2);
    }

    #[test]
    fn how_often_is_told_as_an_order_of_magnitude() {
        let mut threshold = Threshold::new();
        (0..70_000).for_each(|network| note(&mut threshold, "a.example", network, 1));
        let levels: Vec<u16> = threshold.take().iter().map(|sighting| sighting.reports).collect();
        assert_eq!(levels, LEVELS);
    }

    #[test]
    fn forged_hosts_crowd_out_each_other_and_not_what_is_established() {
        let mut threshold = Threshold::new();
        (0..30).for_each(|network| note(&mut threshold, "real.example", network, 1));
        (0..5_000).for_each(|n| note(&mut threshold, &format!("forged-{n}.example"), 1, 1));
        let watched = &threshold.sites["clinic"];
        assert_eq!(watched.len(), MOST_PER_SITE);
        assert!(watched.contains_key(&refusal("real.example")));
    }
}
