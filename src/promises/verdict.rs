//! In: what a control found. Out: whether it keeps a promise, with the evidence.

/// Whether a promise is kept. What decides among several controls comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    No,
    /// It cannot be said: not built yet, or out of a proxy's sight.
    NotAttested,
    Yes,
}

impl Kept {
    /// As the contract writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Kept::No => "no",
            Kept::NotAttested => "not-attested",
            Kept::Yes => "yes",
        }
    }
}

/// What a control says of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub kept: Kept,
    /// The evidence from this very config.
    pub why: String,
}

impl Verdict {
    pub(super) fn kept(why: impl Into<String>) -> Verdict {
        Verdict { kept: Kept::Yes, why: why.into() }
    }

    pub(super) fn broken(why: impl Into<String>) -> Verdict {
        Verdict { kept: Kept::No, why: why.into() }
    }

    pub(super) fn not_attested(why: impl Into<String>) -> Verdict {
        Verdict { kept: Kept::NotAttested, why: why.into() }
    }

    /// Kept where nothing stands against it; `against` names what does.
    pub(super) fn unless(against: &[&str], broken: &str, kept: impl Into<String>) -> Verdict {
        if against.is_empty() {
            Verdict::kept(kept)
        } else {
            Verdict::broken(format!("{broken}: {}", against.join(", ")))
        }
    }
}
