//! In: simulated clinics, of which each visit is known. Out: how far what is released is from the bounded
//! tally, held against the standard error and the 95 % range that are stated beside it; and how many
//! visits share a token. `scripts/prove accuracy` makes the table in `benches/RESULTS.md`.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::fixtures::{Book, FIREFOX, Scene, full_or};
use super::noise::{Noise, NoiseSource};
use super::*;

const HOUR: i64 = 3_600;
const PAGES: usize = 40;
/// Visits a day, and the release that such a site has.
const CLINICS: [(usize, ReleasePlan); 3] =
    [(100, ReleasePlan::Weekly), (500, ReleasePlan::Daily), (5_000, ReleasePlan::Daily)];

/// Where visitors come from: whose truncated network, browser and language are the same share a token.
///
/// Assumed, and said beside the figures: four in ten over a mobile carrier, whose customers share a few
/// dozen public networks; one in ten from a workplace; the rest over home lines of one region. Browsers
/// say little of themselves nowadays: a dozen User-Agents cover four of five.
#[derive(Clone, Copy)]
struct Person {
    network: u32,
    agent: u32,
    language: &'static str,
}

impl Person {
    fn any(draw: &mut ChaCha8Rng) -> Person {
        let network = match draw.random_range(0..10) {
            0..4 => draw.random_range(0..48),
            4 => 100 + draw.random_range(0..60),
            _ => 1_000 + draw.random_range(0..3_000),
        };
        // The further on, the rarer: of 40, the first is nearly half, the first twelve four of five.
        let agent = (40.0 * draw.random::<f64>().powi(5)) as u32;
        let language = match draw.random_range(0..100) {
            0..72 => "fr-CA,fr;q=0.9",
            72..92 => "en-CA,en;q=0.9",
            92..97 => "fr-FR,fr;q=0.9",
            _ => "ar,fr;q=0.8",
        };
        Person { network, agent, language }
    }
}

/// A clinic's visits, counted twice: with noise, and without.
struct Clinic {
    scenes: [Scene; 2],
    usages: [Usage; 2],
    draw: ChaCha8Rng,
    made: Made,
}

/// What really happened.
#[derive(Default)]
struct Made {
    visits: usize,
    entries: usize,
}

impl Clinic {
    fn opened(release: ReleasePlan, run: usize) -> Clinic {
        let found = (0..PAGES).map(|page| format!("/services/{page}")).collect();
        let (pages, declared) = (PageSources { found, ..PageSources::default() }, Declared::default());
        let noisy = Scene { pages, declared, ..Scene::new(release) };
        let (pages, declared) = (noisy.pages.clone(), Declared::default());
        let silent = Scene { pages, declared, clock: noisy.clock.clone(), ..Scene::new(release) };
        let seeds = AtomicU64::new(run as u64 * 1_000_000);
        let seeded: NoiseSource = Box::new(move || Ok(Noise::seeded(seeds.fetch_add(1, Ordering::SeqCst))));
        let open = |scene: &Scene, noise| {
            let plans = vec![scene.site_plan()];
            Usage::open_with(plans, scene.book.clone(), None, scene.clock.clone(), noise).unwrap()
        };
        let usages = [open(&noisy, seeded), open(&silent, Box::new(|| Ok(Noise::silent())))];
        let draw = ChaCha8Rng::seed_from_u64(run as u64);
        Clinic { scenes: [noisy, silent], usages, draw, made: Made::default() }
    }

    /// Days with about so many visits each, from one morning to the next.
    fn live(&mut self, days: usize, visits: usize) {
        for hour in 0..24 * days {
            if (2..14).contains(&(hour % 24)) {
                let come = visits as f64 / 12.0 * self.draw.random_range(0.7..1.3);
                (0..come.round() as usize).for_each(|_| self.visit());
            }
            self.scenes[0].clock.advance(HOUR);
            self.usages.iter().for_each(|usage| usage.tick().unwrap());
        }
    }

    fn visit(&mut self) {
        let person = Person::any(&mut self.draw);
        self.made.visits += 1;
        let sources = [Source::Google, Source::Direct, Source::Google, Source::Bing];
        for time in 0..1 + usize::from(self.draw.random_bool(0.1)) {
            self.made.entries += 1;
            let views = 1 + (self.draw.random::<f64>().powi(3) * 9.0) as usize;
            for view in 0..views {
                let entry = sources[(self.made.visits + time) % sources.len()];
                let source = if view == 0 { entry } else { Source::Internal };
                let page = (PAGES as f64 * self.draw.random::<f64>().powi(2)) as usize;
                self.see(person, source, page);
            }
        }
    }

    fn see(&self, person: Person, source: Source, page: usize) {
        let (network, agent) = (format!("{}", person.network), format!("{FIREFOX} {}", person.agent));
        let identity = Identity { network: &network, user_agent: &agent, accept_language: person.language };
        let path = format!("/services/{page}");
        let seen = Seen {
            act: Act::Opens,
            path: &path,
            campaign: CampaignTags::default(),
            source,
            region: Some("CA-QC"),
            device: Device::ALL[person.agent as usize % Device::ALL.len()],
            language: person.language.get(..2),
            consent: ConsentOutcome::ALL[page % ConsentOutcome::ALL.len()],
            agent: AgentSigns { user_agent: FIREFOX, accept_language: person.language, purpose: "" },
        };
        for usage in &self.usages {
            let site = usage.site("clinic").unwrap();
            usage.record(usage.page_view(site, seen).unwrap(), usage.token(site, identity).unwrap());
        }
    }

    /// Each released cell with what it would have been without noise.
    fn compared(&self) -> Vec<(Family, ReleasedCell, i64)> {
        let exact = cells_of(&self.scenes[1].book);
        let released = cells_of(&self.scenes[0].book).into_iter();
        released
            .map(|((family, from, cell), (value, sigma))| {
                let truth = exact[&(family, from, cell.clone())].0;
                (family, ReleasedCell { from, to: from, cell, value, sigma }, truth)
            })
            .collect()
    }
}

fn cells_of(book: &Arc<Book>) -> BTreeMap<(Family, crate::policy::Day, String), (i64, Sigma)> {
    let releases = book.releases.lock().unwrap();
    let cells = releases.iter().flat_map(|release| {
        let key = |cell: &String| (release.family, release.from, cell.clone());
        release.cells.iter().map(move |(cell, value)| (key(cell), (*value, release.sigma)))
    });
    cells.collect()
}

/// How far values are from what they stand for.
#[derive(Default)]
struct Errors {
    values: usize,
    /// Of error and of stated error.
    squares: f64,
    stated: f64,
    covered: usize,
}

impl Errors {
    fn add(&mut self, cell: &ReleasedCell, truth: i64) {
        let estimate = total(std::slice::from_ref(cell));
        let (low, high) = estimate.interval();
        self.values += 1;
        self.squares += ((cell.value - truth) as f64).powi(2);
        self.stated += estimate.standard_error().powi(2);
        self.covered += usize::from((low..=high).contains(&truth));
    }

    /// Root-mean-square error, in stated standard errors.
    fn ratio(&self) -> f64 {
        (self.squares / self.stated).sqrt()
    }

    fn coverage(&self) -> f64 {
        self.covered as f64 / self.values as f64
    }

    fn row(&self, name: &str) -> String {
        let root = |squares: f64| (squares / self.values as f64).sqrt();
        let (error, stated) = (root(self.squares), root(self.stated));
        let (values, ratio, covered) = (self.values, self.ratio(), 100.0 * self.coverage());
        format!("| {name} | {values} | {error:.2} | {stated:.2} | {ratio:.3} | {covered:.1} % |")
    }
}

#[test]
fn what_is_released_is_as_near_the_tally_as_is_stated() {
    let (days, runs, clinics) = (full_or(28, 14), full_or(20, 1), full_or(3, 1));
    let mut all = Errors::default();
    for (visits, release) in CLINICS.into_iter().take(clinics) {
        let mut families: BTreeMap<&str, Errors> = BTreeMap::new();
        let (mut made, mut tokens) = (Made::default(), 0);
        for run in 0..runs {
            let mut clinic = Clinic::opened(release, visits * 100 + run);
            clinic.live(days, visits);
            for (family, cell, truth) in clinic.compared() {
                families.entry(family.id()).or_default().add(&cell, truth);
                all.add(&cell, truth);
                tokens += if family == Family::Visits { truth } else { 0 };
            }
            made.visits += clinic.made.visits;
            made.entries += clinic.made.entries;
        }
        for (family, errors) in &families {
            println!("{}", errors.row(&format!("{visits} visits a day, {family}")));
            assert!(errors.values < 560 || (errors.ratio() - 1.0).abs() < 0.1, "{visits}, {family}");
        }
        let of_visits = 100.0 * (1.0 - tokens as f64 / made.visits as f64);
        println!(
            "{visits} visits a day: {tokens} tokens <= {} visits <= {} entries: {of_visits:.1} % of visits share",
            made.visits, made.entries
        );
        assert!(tokens as usize <= made.visits && made.visits <= made.entries);
    }
    println!("{}", all.row("all cells"));
    assert!((all.ratio() - 1.0).abs() < 0.1, "{}", all.ratio());
    assert!(all.values >= full_or(20_000, 560), "{} cells", all.values);
    // Of fewer cells it may be off by three standard errors more.
    let more = 3.0 * (0.965 * 0.035 / all.values as f64).sqrt();
    assert!((0.935 - more..=0.97 + more).contains(&all.coverage()), "{}", all.coverage());
}
