//! In: a vendor whose tag was taken out of a page whoever looked at it, and what the closed list calls that
//! page. Out: the pair of both, as proof that it was there and did not load (promise RM4).

/// A vendor that nobody can be asked for on this site, and a page that had a tag of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TakenOut {
    /// The vendor's id in the catalogue.
    pub vendor: String,
    /// The page's name in the closed list, never a path that was asked for.
    pub page: String,
}
