//! In: closed days of a site, of whose visitors all but one are known, with all that is left of them: the
//! database, the checkpoint's folder, the exports' numbers. Out: how often an attacker who has all of that
//! tells whether that one visitor came, held against what the guarantee allows. `scripts/prove membership`
//! plays it longer.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::collections::BTreeMap;
use std::sync::Arc;

use chacha20::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::audit_tests::{lower_bound, normal_below};
use super::fixtures::{MONDAY, Scene, full_or, visit};
use super::noise::{Noise, NoiseSource};
use super::*;
use crate::policy::Day;
use crate::store::Store;

const DAY: i64 = 86_400;
/// Days on which the visitor came or did not.
const ROUNDS: usize = 40;
const KNOWN: u32 = 12;
const TARGET: u32 = 77;

type Cells = BTreeMap<(Family, String), f64>;

/// What is left of a closed day.
struct Evidence {
    released: Vec<(Family, ReleasedCell)>,
    /// Bytes of each file, and what the ledger and the gaps say: the same whoever came, or it tells.
    sizes: Vec<f64>,
}

/// A day of a site, through the real pipeline and into a real store.
fn day(came: bool, noise: NoiseSource) -> Evidence {
    let scene = Scene::new(ReleasePlan::Daily);
    let database = scene.folder.path().join("paravent.db");
    let store = Arc::new(Store::open(&database, scene.clock.clone()).unwrap());
    let checkpoint = Checkpoint::anywhere(scene.folder.path()).ok();
    let plans = vec![scene.site_plan()];
    let usage = Usage::open_with(plans, store.clone(), checkpoint, scene.clock.clone(), noise).unwrap();
    (0..KNOWN).for_each(|visitor| visit(&usage, visitor, "/a"));
    if came {
        // In as many cells as a token-day may be.
        ["/a", "/b", "/c", "/d", "/e", "/f"].iter().for_each(|page| visit(&usage, TARGET, page));
    }
    usage.suspend().unwrap();
    scene.pass(&usage, DAY);
    drop(usage);
    let today = Day(u32::try_from(MONDAY / DAY).unwrap());
    let of_family = |family: &Family| {
        let cells = store.released("clinic", *family, today, today).unwrap();
        let family = *family;
        cells.into_iter().map(move |cell| (family, cell))
    };
    let released = Family::ALL.iter().flat_map(of_family).collect();
    let lines = store.ledger("clinic", today, today).unwrap().len();
    let gaps = store.gaps("clinic", 0, i64::MAX).unwrap().len();
    let files = std::fs::read_dir(scene.folder.path()).unwrap().map(Result::unwrap);
    let mut sizes: Vec<(std::ffi::OsString, u64)> =
        files.map(|file| (file.file_name(), file.metadata().unwrap().len())).collect();
    sizes.sort();
    let sizes = sizes.into_iter().map(|(_, bytes)| bytes as f64).chain([lines as f64, gaps as f64]).collect();
    Evidence { released, sizes }
}

fn exactly(came: bool) -> Cells {
    let released = day(came, Box::new(|| Ok(Noise::silent()))).released;
    released.into_iter().map(|(family, cell)| ((family, cell.cell), cell.value as f64)).collect()
}

/// Who knows everybody but one, and how counting works.
struct Attacker {
    without: Cells,
    with: Cells,
}

impl Attacker {
    /// The best there is against independent noise: the likelihood of either world, cell by cell.
    fn says_came(&self, evidence: &Evidence) -> bool {
        let likelihood = |(family, cell): &(Family, ReleasedCell)| {
            let key = (*family, cell.cell.clone());
            let (without, with) = (self.without[&key], self.with[&key]);
            let (value, variance) = (cell.value as f64, cell.sigma.value().powi(2));
            ((value - without).powi(2) - (value - with).powi(2)) / variance
        };
        evidence.released.iter().map(likelihood).sum::<f64>() > 0.0
    }
}

#[test]
fn who_knows_all_but_one_visitor_does_no_better_than_the_guarantee_allows() {
    let rounds = full_or(1_000, ROUNDS);
    let attacker = Attacker { without: exactly(false), with: exactly(true) };
    let changed = attacker.without.iter().filter(|(key, value)| attacker.with[*key] != **value).count();
    assert!(changed >= 10, "the visitor is in {changed} cells");
    let mut draw = ChaCha8Rng::seed_from_u64(1);
    let (mut right, mut sizes) = (0, [Vec::new(), Vec::new()]);
    for round in 0..rounds {
        let came = draw.random_bool(0.5);
        let evidence = day(came, seeded(round));
        right += usize::from(attacker.says_came(&evidence) == came);
        sizes[usize::from(came)].push(evidence.sizes);
    }
    // A release within rho tells two worlds apart no better than a normal variable that is shifted by
    // √(2 rho): who guesses by it is right so often.
    let allowed = normal_below((2.0 * Preset::Balanced.rho().value()).sqrt() / 2.0);
    let proved = lower_bound(right, rounds);
    println!("right {right} times of {rounds}: {proved:.3} is proved, {allowed:.3} is allowed");
    assert!(proved <= allowed, "right {right} times of {rounds}");
    let [absent, present] = sizes.map(|of| mean(&of));
    println!("files, ledger lines and gaps: {absent:?} without, {present:?} with");
    for (absent, present) in absent.iter().zip(&present) {
        assert!((absent - present).abs() < 0.01 * absent.max(1.0), "{absent} and {present} tell");
    }
}

fn seeded(round: usize) -> NoiseSource {
    let count = std::sync::atomic::AtomicU64::new(round as u64 * 1_000);
    Box::new(move || Ok(Noise::seeded(count.fetch_add(1, std::sync::atomic::Ordering::SeqCst))))
}

fn mean(of: &[Vec<f64>]) -> Vec<f64> {
    let sum = |at: usize| of.iter().map(|sizes| sizes[at]).sum::<f64>() / of.len() as f64;
    (0..of[0].len()).map(sum).collect()
}
