//! Killing the server at any moment, while it records, writes its checkpoint, draws and commits: no number
//! changes once it was released, nobody is counted twice, at most ten seconds are lost, absences are gaps,
//! and the database opens. The process that is killed is this test, started again, on a clock that moves
//! when it is told to. `scripts/prove kills` kills it 200 times.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]
#![allow(clippy::print_stdout, reason = "the server tells the test where it listens, the test what it met")]

mod support;
#[path = "support/told.rs"]
mod told;
#[path = "support/watch.rs"]
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use paravent::clock::Clock;
use paravent::policy::Day;
use paravent::store::Store;
use paravent::usage::Family;

use support::{Origin, folder_in_memory, write_config};
use told::Server;
use watch::{Watch, What};

const KILLS: u32 = 50;
/// After every so many kills the server is away for some minutes.
const ABSENCE: u32 = 7;
const ABSENT_SECONDS: i64 = 300;
/// A checkpoint is due after so many.
const CHECKPOINT_SECONDS: i64 = 10;
const DAY: i64 = 86_400;
/// Monday 2026-11-16, 06:00 UTC.
const FIRST_MORNING: i64 = 20_773 * DAY + 6 * 3_600;
/// What a crash may lose, and the second in which it happens.
const LOST_SECONDS: i64 = 11;
const VISITS_BEFORE_CLOSE: i64 = 20;
/// Visitors who come again and again, and must count once a day.
const REGULARS: usize = 10;
/// Six standard deviations of a day's visits under the preset `detailed`.
const NOISE: i64 = 22;

#[test]
fn no_number_is_drawn_twice_and_no_visitor_is_lost_whenever_the_server_is_killed() {
    let origin = Origin::page("<!doctype html><h1>x</h1>");
    let folder = folder_in_memory();
    let usage = "[site.usage]\npreset = \"detailed\"\nrelease = \"daily\"\n";
    write_config(folder.path(), &origin, "127.0.0.1:0", "", usage);
    std::fs::create_dir_all(folder.path().join("state")).unwrap();
    std::fs::create_dir_all(folder.path().join("checkpoint")).unwrap();
    let mut story = Story { now: FIRST_MORNING, days: BTreeMap::new(), come: 0, absences: Vec::new() };
    let mut released = BTreeMap::new();
    let mut met: BTreeMap<Phase, u32> = BTreeMap::new();
    let kills = env::var("PARAVENT_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    for kill in 1..=kills {
        let phase = story.live_until_killed(folder.path(), kill);
        *met.entry(phase).or_default() += 1;
        let now = all_released(folder.path());
        for (cell, value) in &released {
            assert_eq!(now.get(cell), Some(value), "{cell:?} after kill {kill}");
        }
        released = now;
        if kill.is_multiple_of(ABSENCE) {
            story.absences.push((story.now, story.now + ABSENT_SECONDS));
            story.now += ABSENT_SECONDS;
        }
    }
    let closed = story.check(&released);
    let gaps = story.check_gaps(folder.path(), kills);
    println!("{kills} kills: {met:?}; {closed} days closed, {gaps} absences are gaps");
    assert!(closed >= kills as usize / 5, "only {closed} days closed");
    // Where few kills are aimed at a phase, a busy machine may let each come beside it.
    assert!(kills < 100 || met.len() == AIMS.len(), "not every phase was met: {met:?}");
}

/// What the server was doing when it was killed, as the files tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Records,
    /// A checkpoint was due and had not taken its place.
    WritesCheckpoint,
    /// The day was over, and no checkpoint held its draws yet.
    Draws,
    /// A checkpoint held the draws, and none was written after their commit.
    Commits,
}

const AIMS: [Phase; 4] = [Phase::Records, Phase::WritesCheckpoint, Phase::Draws, Phase::Commits];

/// Who came when, as far as the server answered.
struct Story {
    now: i64,
    days: BTreeMap<i64, Visitors>,
    come: usize,
    /// From a kill to the next start, where some time passed between.
    absences: Vec<(i64, i64)>,
}

/// What the files say of the checkpoint.
struct Written {
    watch: Watch,
    /// When the last one was written, in the server's seconds.
    at: i64,
}

impl Written {
    /// Takes note of a checkpoint that was written until now.
    fn look(&mut self, now: i64) {
        if self.watch.so_far().iter().any(took_its_place) {
            self.at = now;
        }
    }

    /// Waits for the next one.
    fn comes(&self) {
        while !took_its_place(&self.watch.next()) {}
    }

    /// The phase in which the server died that was to die in `aim`.
    fn phase(&self, aim: Phase) -> Phase {
        let written = self.watch.so_far().iter().filter(|event| took_its_place(event)).count();
        match (aim, written) {
            (Phase::WritesCheckpoint, 0) => Phase::WritesCheckpoint,
            (Phase::Draws, 0) => Phase::Draws,
            // Of the two around a commit, the first was waited for where the kill was aimed at it.
            (Phase::Draws, 1) | (Phase::Commits, 0) => Phase::Commits,
            _ => Phase::Records,
        }
    }
}

/// Up to so many microseconds, and rather sooner than later.
fn moment(kill: u32, longest: u64) -> Duration {
    let part = u64::from(kill * 379 % 1_000);
    Duration::from_micros(longest * part.pow(3) / 1_000_000_000)
}

fn took_its_place((path, what): &(PathBuf, What)) -> bool {
    path.ends_with("usage.snapshot") && *what == What::Moved
}

#[derive(Default)]
struct Visitors {
    sure: BTreeSet<usize>,
    /// Answered less than ten seconds before a kill, or not answered.
    unsure: BTreeSet<usize>,
}

impl Story {
    /// One life of the server: visits, a second apart, and at times the end of a day; then the kill, which
    /// is aimed at a phase and comes at a moment of its own within it, or beside it.
    fn live_until_killed(&mut self, folder: &Path, kill: u32) -> Phase {
        let aim = AIMS[kill as usize % AIMS.len()];
        let watch = Watch::over(&[folder.join("checkpoint"), folder.join("state")]);
        let mut server = Server::start(folder, self.now);
        let born = self.now;
        let mut answered: Vec<(usize, i64)> = Vec::new();
        let mut checkpoint = Written { watch, at: born };
        let mut heard = true;
        let safe = match aim {
            Phase::Records => {
                let killed = server.kill_after(Duration::from_millis((30 + kill * 97 % 220).into()));
                while !killed.is_finished() {
                    answered.extend(self.visit(&mut server));
                }
                killed.join().unwrap();
                self.now
            }
            Phase::WritesCheckpoint => {
                let due = |now: i64, checkpoint: &mut Written| {
                    checkpoint.look(now);
                    now + 1 - checkpoint.at >= CHECKPOINT_SECONDS
                };
                while !due(self.now, &mut checkpoint) {
                    answered.extend(self.visit(&mut server));
                }
                self.now += 1;
                server.tell(1);
                // Not waited for: it takes no longer than the news of it.
                server.kill_after(Duration::from_micros((kill * 379 % 2_500).into())).join().unwrap();
                heard = server.had_heard();
                self.now
            }
            Phase::Draws | Phase::Commits => {
                (0..VISITS_BEFORE_CLOSE).for_each(|_| answered.extend(self.visit(&mut server)));
                self.now = (self.now / DAY + 1) * DAY + 6 * 3_600;
                checkpoint.watch.so_far();
                server.tell(self.now - server.time);
                server.hears();
                if aim == Phase::Commits {
                    checkpoint.comes();
                }
                let longest = if aim == Phase::Commits { 6_000 } else { 25_000 };
                server.kill_after(moment(kill, longest)).join().unwrap();
                born + VISITS_BEFORE_CLOSE
            }
        };
        let day = self.days.entry(born / DAY).or_default();
        for (visitor, at) in answered {
            let group = if at <= safe - LOST_SECONDS { &mut day.sure } else { &mut day.unsure };
            group.insert(visitor);
        }
        if heard { checkpoint.phase(aim) } else { Phase::Records }
    }

    /// A new visitor and a regular each look at a page; then a second passes.
    fn visit(&mut self, server: &mut Server) -> Option<(usize, i64)> {
        self.come += 1;
        let (new, regular) = (REGULARS + self.come, self.come % REGULARS);
        let (at, seen) = (self.now, server.is_seen(new));
        server.is_seen(regular);
        self.now += 1;
        server.tell(1);
        server.until_it_passed();
        if !seen {
            self.days.entry(at / DAY).or_default().unsure.insert(new);
        }
        seen.then_some((new, at))
    }

    /// Compares each closed day with who came; gives how many closed.
    fn check(&self, released: &Released) -> usize {
        let visits = released.iter().filter(|((family, ..), _)| family == "visits");
        let mut closed = 0;
        for ((_, day, _), value) in visits {
            let Some(visitors) = self.days.get(&i64::from(*day)) else { continue };
            closed += 1;
            let regulars = i64::try_from(REGULARS).unwrap();
            let (sure, unsure) = (visitors.sure.len() as i64, visitors.unsure.len() as i64);
            let (least, most) = (sure - NOISE, sure + unsure + regulars + NOISE);
            assert!((least..=most).contains(value), "day {day}: {value} visits, of {least} to {most}");
        }
        closed
    }
}

impl Story {
    /// Each absence is in a gap that begins at most ten seconds before it; gives how many there were.
    fn check_gaps(&self, folder: &Path, kills: u32) -> usize {
        let store = Store::open(&folder.join("state/paravent.sqlite"), Clock::set_to(0)).unwrap();
        let gaps = store.gaps("clinic.example", 0, i64::MAX).unwrap();
        // The last one has no start after it.
        let over =
            self.absences.iter().filter(|(_, back)| *back < self.now || !kills.is_multiple_of(ABSENCE));
        let shown = over.inspect(|(died, back)| {
            let shown = gaps.iter().any(|gap| gap.from <= *died && gap.to >= *back);
            assert!(shown, "away from {died} to {back}: {gaps:?}");
        });
        shown.count()
    }
}

type Released = BTreeMap<(String, u32, String), i64>;

fn all_released(folder: &Path) -> Released {
    let path = folder.join("state/paravent.sqlite");
    let whole: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let store = Store::open(&path, Clock::set_to(0)).expect("the database opens");
    let of_family = |family: &Family| {
        let cells = store.released("clinic.example", *family, Day(0), Day(u32::MAX)).unwrap();
        let family = family.id().to_owned();
        cells.into_iter().map(move |cell| ((family.clone(), cell.from.0, cell.cell), cell.value))
    };
    Family::ALL.iter().flat_map(of_family).collect()
}

#[test]
#[ignore = "started by the other test, to be killed"]
fn serves_until_it_is_killed() {
    told::serve();
}
