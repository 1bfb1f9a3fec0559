//! In: a clock that is set, a book that can fail, a process that ends at any moment. Out: whether what was
//! drawn is committed once, and crashes lose no more than they may and leave nothing of anyone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::fixtures::{IDENTITY, MONDAY, Scene, visit, visits};
use super::*;

const DAY: i64 = 86_400;

#[test]
fn a_crash_loses_what_came_after_the_last_snapshot() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 1_000);
    scene.pass(&usage, 10);
    (1_000..1_200).for_each(|visitor| visit(&usage, visitor, "/b"));
    drop(usage);
    scene.clock.advance(5);
    let usage = scene.start();
    visits(&usage, 1_000);
    scene.pass(&usage, DAY);
    let counted = scene.book.cells(Family::Visits)[0];
    assert!((counted - 1_000).abs() < 40, "the key was kept, so nobody is counted twice: {counted}");
    assert_eq!(scene.book.reasons(), [GapReason::Began], "five seconds are no gap");
}

#[test]
fn a_draw_that_was_not_committed_is_committed_after_a_crash_as_it_was() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 300);
    scene.book.away.store(true, Ordering::SeqCst);
    scene.clock.advance(DAY);
    assert!(usage.tick().is_err());
    let (_, states) = snapshot::read(&scene.checkpoint_bytes(), |_| Vec::new()).unwrap();
    let drawn = states.into_iter().flat_map(|state| state.unsettled).collect::<Vec<_>>();
    assert!(drawn.iter().any(|release| release.family == Family::Visits));
    assert!(usage.tick().is_err());
    drop(usage);
    scene.book.away.store(false, Ordering::SeqCst);
    let usage = scene.start();
    let committed = scene.book.releases.lock().unwrap().clone();
    for release in &drawn {
        assert!(committed.contains(release), "{:?}", release.family);
    }
    scene.pass(&usage, 10);
    assert_eq!(scene.book.periods(Family::Visits), [(20_773, 20_773)]);
}

#[test]
fn a_crash_between_commit_and_snapshot_draws_nothing_twice() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 300);
    scene.pass(&usage, 20);
    let before_close = scene.checkpoint_bytes();
    scene.pass(&usage, DAY);
    let committed = scene.book.cells(Family::Visits);
    drop(usage);
    std::fs::write(scene.folder.path().join("usage.snapshot"), before_close).unwrap();
    let usage = scene.start();
    scene.pass(&usage, 10);
    assert_eq!(scene.book.cells(Family::Visits), committed);
}

#[test]
fn without_a_checkpoint_a_crash_leaves_a_gap() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start_without_checkpoint();
    scene.pass(&usage, DAY);
    visits(&usage, 50);
    drop(usage);
    let usage = scene.start_without_checkpoint();
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.reasons(), [GapReason::Began, GapReason::Lost]);
    let gap = scene.book.gaps.lock().unwrap()[1].clone();
    assert_eq!((gap.from, gap.to), (20_774 * DAY, MONDAY + DAY));
}

#[test]
fn a_checkpoint_that_cannot_be_read_is_left_and_told_of() {
    let scene = Scene::new(ReleasePlan::Daily);
    drop(scene.start());
    std::fs::write(scene.folder.path().join("usage.snapshot"), b"not a snapshot").unwrap();
    let usage = scene.start();
    visits(&usage, 1);
    assert_eq!(scene.book.reasons(), [GapReason::Began, GapReason::Unreadable]);
}

#[test]
fn a_process_that_was_away_over_midnight_closes_the_day_it_left() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 400);
    usage.suspend().unwrap();
    drop(usage);
    scene.clock.advance(3 * DAY);
    let usage = scene.start();
    assert_eq!(scene.book.periods(Family::Visits), [(20_773, 20_773)]);
    assert_eq!(scene.book.reasons(), [GapReason::Began, GapReason::Away]);
    visits(&usage, 1);
}

#[test]
fn a_clock_that_goes_back_opens_no_closed_day() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    scene.pass(&usage, DAY);
    scene.pass(&usage, -DAY);
    visits(&usage, 10);
    drop(usage);
    let usage = scene.start_without_checkpoint();
    assert!(usage.token(usage.site("clinic").unwrap(), IDENTITY).is_none(), "that day is closed");
    scene.pass(&usage, DAY);
    assert!(usage.token(usage.site("clinic").unwrap(), IDENTITY).is_some());
    assert!(scene.book.reasons().contains(&GapReason::Clock));
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.periods(Family::Visits), [(20_773, 20_773), (20_774, 20_774)]);
}

#[test]
fn nothing_a_visitor_sends_reaches_the_checkpoint_or_the_database() {
    let scene = Scene::new(ReleasePlan::Daily);
    let path = scene.folder.path().join("paravent.db");
    let store = Arc::new(crate::store::Store::open(&path, scene.clock.clone()).unwrap());
    let checkpoint = Checkpoint::anywhere(scene.folder.path()).ok();
    let usage = Usage::open(vec![scene.site_plan()], store, checkpoint, scene.clock.clone()).unwrap();
    (0..50).for_each(|visitor| visit(&usage, visitor, "/canary-path/jean?q=canary-query#canary"));
    usage.suspend().unwrap();
    let holds = |path: &Path, text: &str| {
        memchr::memmem::find(&std::fs::read(path).unwrap(), text.as_bytes()).is_some()
    };
    let snapshot = scene.folder.path().join("usage.snapshot");
    assert!(holds(&snapshot, "(unlisted)") && !holds(&snapshot, "canary"));
    scene.pass(&usage, DAY);
    drop(usage);
    for file in std::fs::read_dir(scene.folder.path()).unwrap() {
        let file = file.unwrap().path();
        assert!(!holds(&file, "canary") && !holds(&file, "10.0.7.0"), "{}", file.display());
    }
    assert!(holds(&path, "(unlisted)") || holds(&path.with_extension("db-wal"), "(unlisted)"));
}

#[test]
fn the_closed_days_key_and_tokens_are_in_no_file() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 3);
    usage.suspend().unwrap();
    let (_, states) = snapshot::read(&scene.checkpoint_bytes(), |_| Vec::new()).unwrap();
    let open = states[0].open.as_ref().unwrap();
    let key = *open.key.bytes();
    let tokens: Vec<[u8; 16]> = open.table.slots().map(|slot| slot.bits.to_le_bytes()).collect();
    assert_eq!(tokens.len(), 3);
    scene.pass(&usage, DAY);
    let bytes = scene.checkpoint_bytes();
    assert!(memchr::memmem::find(&bytes, &key).is_none());
    assert!(tokens.iter().all(|token| memchr::memmem::find(&bytes, token).is_none()));
}
