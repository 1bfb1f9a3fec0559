//! The promises of five clinics, as code.
//!
//! In: a checked site. Out: for each promise of its profile whether this very config keeps it, why,
//! which control does so and which test fails without that control. It reads configs only and must
//! never know a visitor.
//!
//! `clinic` holds what each profile promised, in sentences of our own; `control` what keeps them. A
//! control is defined once, with its id, its judgement and its tests, and serves every promise that
//! rests on it. A promise is kept if each of its controls keeps it. A site without a profile made no
//! promise, so it is judged by none.

mod clinic;
mod control;
mod verdict;

pub use control::Control;
pub use verdict::{Kept, Verdict};

use crate::config::Site;
use crate::policy::Mode;

/// What a clinic's privacy policy says of its website, and what makes it true.
#[derive(Debug)]
pub struct Promise {
    /// The stable id: `RQ1`.
    pub id: &'static str,
    /// What is promised, in a sentence.
    pub says: &'static str,
    /// What keeps it: all of them together.
    pub controls: &'static [&'static Control],
}

/// A promise measured against a site.
#[derive(Debug)]
pub struct Judged<'s> {
    pub site: &'s str,
    pub promise: &'static Promise,
    pub kept: Kept,
    /// The evidence from the site's own config.
    pub why: String,
}

/// What a profile promises; nothing for a name that is no profile's.
pub fn promises_of(profile: &str) -> &'static [Promise] {
    clinic::CLINICS.iter().find(|(name, _)| *name == profile).map_or(&[], |(_, promises)| promises)
}

/// The profiles that promise something, in the order of the documentation.
pub fn profiles() -> impl Iterator<Item = &'static str> {
    clinic::CLINICS.iter().map(|(name, _)| *name)
}

/// Each promise of the site's profile, judged. A site that only observes carries nothing out, so none
/// of its promises is kept.
pub fn judge(site: &Site) -> impl Iterator<Item = Judged<'_>> {
    let promises = promises_of(site.profile.as_deref().unwrap_or_default());
    promises.iter().map(move |promise| promise.judged(site))
}

impl Promise {
    fn judged<'s>(&'static self, site: &'s Site) -> Judged<'s> {
        let judged = |kept, why| Judged { site: &site.name, promise: self, kept, why };
        if site.policy.mode == Mode::Observe {
            return judged(Kept::No, "the site only observes: nothing is carried out".to_owned());
        }
        let mut verdicts: Vec<Verdict> = self.controls.iter().map(|control| control.judge(site)).collect();
        // What decides comes first.
        verdicts.sort_by_key(|verdict| verdict.kept);
        let kept = verdicts.first().map_or(Kept::NotAttested, |first| first.kept);
        let why: Vec<String> = verdicts.into_iter().map(|verdict| verdict.why).collect();
        judged(kept, why.join("; "))
    }

    /// The ids of its controls.
    pub fn control_ids(&self) -> Vec<&'static str> {
        self.controls.iter().map(|control| control.id).collect()
    }

    /// The tests of its controls: `tests/canaries.rs::name`, or `tests/browser/demo.test.mjs: title`.
    pub fn tests(&self) -> Vec<&'static str> {
        self.controls.iter().flat_map(|control| control.tests).copied().collect()
    }
}

#[cfg(test)]
mod tests;
