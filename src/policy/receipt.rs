//! In: a grant. Out: the record of it, in constants and ids. It says what was granted, under which notice
//! and in which hour, and must never know by whom: no address, no User-Agent, no minute. The
//! receipt's own id is not part of it.

use std::collections::BTreeMap;

use super::consent::{Day, StoredChoice};
use super::purpose::{Purpose, PurposeSet};

/// What is recorded of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The site's name.
    pub site: String,
    /// Fingerprint of the notice that was shown.
    pub notice: String,
    /// The notice's version, as the operator counts it.
    pub version: String,
    pub purposes: PurposeSet,
    /// Exceptions by vendor id.
    pub vendors: BTreeMap<String, bool>,
    /// The language the notice was read in.
    pub language: String,
    /// The jurisdiction's id.
    pub jurisdiction: String,
    pub hour: Hour,
    /// One of age, or a parent or guardian, said so (PC2).
    pub guardian: bool,
}

/// An hour in UTC, counted from 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour(pub u32);

impl Hour {
    /// The hour of a moment in seconds since the epoch; minutes are lost. Before 1970 counts as 1970.
    pub fn of(seconds: i64) -> Hour {
        Hour(u32::try_from(seconds.div_euclid(3_600)).unwrap_or(0))
    }

    /// The first hour of a day.
    pub fn first_of(day: Day) -> Hour {
        Hour(day.0.saturating_mul(24))
    }

    /// As RFC 3339 writes its beginning.
    pub fn iso(self) -> String {
        format!("{}T{:02}:00:00Z", Day(self.0 / 24).iso(), self.0 % 24)
    }
}

impl Receipt {
    /// The purposes' ids, parted by blanks.
    pub fn purposes_text(&self) -> String {
        self.purposes.iter().map(Purpose::id).collect::<Vec<_>>().join(" ")
    }

    /// The vendors' exceptions, parted by blanks: `youtube` was granted, `-hotjar` refused.
    pub fn vendors_text(&self) -> String {
        let sign = |granted: bool| if granted { "" } else { "-" };
        let named = self.vendors.iter().map(|(id, granted)| format!("{}{id}", sign(*granted)));
        named.collect::<Vec<_>>().join(" ")
    }
}

/// Reads what [`Receipt::purposes_text`] wrote; a purpose that a later program knows is left out.
pub fn purposes_of(text: &str) -> PurposeSet {
    text.split_whitespace().filter_map(Purpose::from_id).collect()
}

/// Reads what [`Receipt::vendors_text`] wrote.
pub fn vendors_of(text: &str) -> BTreeMap<String, bool> {
    let exception = |word: &str| match word.strip_prefix('-') {
        Some(id) => (id.to_owned(), false),
        None => (word.to_owned(), true),
    };
    text.split_whitespace().map(exception).collect()
}

impl StoredChoice {
    /// Whether this choice grants what `other` does, under the same notice and from the same day: then
    /// one receipt is enough for both. Being counted is no part of a grant.
    pub fn grants_the_same(&self, other: &StoredChoice) -> bool {
        let grant = |choice: &StoredChoice| (choice.notice.clone(), choice.day, choice.purposes);
        grant(self) == grant(other) && self.vendors == other.vendors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            site: "clinic".into(),
            notice: "n".into(),
            version: "1".into(),
            purposes: [Purpose::Analytics, Purpose::Functional].into_iter().collect(),
            vendors: [("hotjar".to_owned(), false), ("youtube".to_owned(), true)].into(),
            language: "fr".into(),
            jurisdiction: "quebec".into(),
            hour: Hour::of(1_790_000_000),
            guardian: false,
        }
    }

    #[test]
    fn an_hour_has_no_minutes() {
        assert_eq!(Hour::of(1_790_000_000).iso(), "2026-09-21T14:00:00Z");
        assert_eq!(Hour::of(1_790_000_000), Hour::of(1_790_000_000 / 3_600 * 3_600 + 3_599));
        assert_eq!(Hour::first_of(Day(2)).iso(), "1970-01-03T00:00:00Z");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let receipt = receipt();
        assert_eq!(receipt.purposes_text(), "functional analytics");
        assert_eq!(receipt.vendors_text(), "-hotjar youtube");
        assert_eq!(purposes_of(&receipt.purposes_text()), receipt.purposes);
        assert_eq!(vendors_of(&receipt.vendors_text()), receipt.vendors);
    }

    #[test]
    fn an_objection_to_being_counted_is_the_same_grant() {
        let choice = StoredChoice {
            notice: "n".into(),
            day: Day(1),
            purposes: PurposeSet::ALL,
            vendors: BTreeMap::new(),
            counted: true,
            chosen: true,
        };
        assert!(choice.grants_the_same(&StoredChoice { counted: false, ..choice.clone() }));
        assert!(!choice.grants_the_same(&StoredChoice { day: Day(2), ..choice.clone() }));
        assert!(!choice.grants_the_same(&StoredChoice { purposes: PurposeSet::NONE, ..choice.clone() }));
    }
}
