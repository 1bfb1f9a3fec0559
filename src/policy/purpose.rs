//! The four purposes. In: nothing. Out: their names. Must never know: a visitor.

/// Why something is stored or loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Necessary,
    Functional,
    Analytics,
    Marketing,
}
