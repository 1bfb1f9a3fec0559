//! In: words from config, forms and cookies. Out: purposes and sets of them. Never knows a visitor.

/// Why something is loaded or kept. The ids are part of the public contract and never change;
/// a profile may label them otherwise ("performance" for `analytics`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Without it the site cannot do what the visitor asked for; needs no consent.
    Necessary,
    /// Comfort: video, maps, chat, fonts.
    Functional,
    /// Measuring how the site is used.
    Analytics,
    /// Advertising and everything that serves it.
    Marketing,
}

impl Purpose {
    /// The purposes that need a grant, in the order in which they are shown.
    pub const OPTIONAL: [Purpose; 3] = [Purpose::Functional, Purpose::Analytics, Purpose::Marketing];

    /// The stable id: `necessary`, `functional`, `analytics` or `marketing`.
    pub const fn id(self) -> &'static str {
        match self {
            Purpose::Necessary => "necessary",
            Purpose::Functional => "functional",
            Purpose::Analytics => "analytics",
            Purpose::Marketing => "marketing",
        }
    }

    /// The purpose with this id, if there is one.
    pub fn from_id(id: &str) -> Option<Purpose> {
        [Purpose::Necessary, Purpose::Functional, Purpose::Analytics, Purpose::Marketing]
            .into_iter()
            .find(|purpose| purpose.id() == id)
    }

    const fn bit(self) -> u8 {
        match self {
            Purpose::Necessary => 0,
            Purpose::Functional => 1,
            Purpose::Analytics => 2,
            Purpose::Marketing => 4,
        }
    }
}

/// A set of optional purposes. `Necessary` is in every set: it needs no grant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PurposeSet(u8);

impl PurposeSet {
    /// Nothing but what is necessary.
    pub const NONE: PurposeSet = PurposeSet(0);
    /// Every optional purpose.
    pub const ALL: PurposeSet = PurposeSet(7);

    /// Whether `purpose` is in the set; `Necessary` always is.
    pub const fn contains(self, purpose: Purpose) -> bool {
        let bit = purpose.bit();
        self.0 & bit == bit
    }

    /// This set and `purpose`.
    #[must_use]
    pub const fn with(self, purpose: Purpose) -> PurposeSet {
        PurposeSet(self.0 | purpose.bit())
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: PurposeSet) -> PurposeSet {
        PurposeSet(self.0 & other.0)
    }

    /// What is in this set and not in `other`.
    #[must_use]
    pub const fn without(self, other: PurposeSet) -> PurposeSet {
        PurposeSet(self.0 & !other.0)
    }

    /// True when no optional purpose is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The optional purposes in the set, in the order in which they are shown.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::OPTIONAL.into_iter().filter(move |purpose| self.contains(*purpose))
    }
}

impl FromIterator<Purpose> for PurposeSet {
    fn from_iter<I: IntoIterator<Item = Purpose>>(purposes: I) -> Self {
        purposes.into_iter().fold(PurposeSet::NONE, PurposeSet::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip() {
        for id in ["necessary", "functional", "analytics", "marketing"] {
            assert_eq!(Purpose::from_id(id).map(Purpose::id), Some(id));
        }
        assert_eq!(Purpose::from_id("performance"), None);
    }

    #[test]
    fn necessary_needs_no_grant_and_the_rest_do() {
        assert!(PurposeSet::NONE.contains(Purpose::Necessary));
        for purpose in Purpose::OPTIONAL {
            assert!(!PurposeSet::NONE.contains(purpose));
            assert!(PurposeSet::NONE.with(purpose).contains(purpose));
        }
    }

    #[test]
    fn sets_combine() {
        let some: PurposeSet = [Purpose::Analytics, Purpose::Marketing].into_iter().collect();
        let marketing = PurposeSet::NONE.with(Purpose::Marketing);
        assert_eq!(some.without(marketing).iter().collect::<Vec<_>>(), [Purpose::Analytics]);
        assert_eq!(some.and(marketing), marketing);
    }
}
