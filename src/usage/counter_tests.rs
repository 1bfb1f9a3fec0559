//! In: a clock that is set, a book that can fail. Out: whether days close once, with one draw, and
//! crashes lose no more than they may.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::clock::{Clock, Zone};
use crate::policy::Day;
use crate::usage::UNLISTED;
use crate::usage::fixtures::{declared, page_sources};

const DAY: i64 = 86_400;
/// Monday 2026-11-16, 08:00 UTC.
const MONDAY: i64 = 20_773 * DAY + 8 * 3_600;
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0 canary-agent";

/// Keeps what it is given in memory, as the store does on disk.
#[derive(Default)]
struct Book {
    releases: Mutex<Vec<Release>>,
    gaps: Mutex<Vec<Gap>>,
    away: AtomicBool,
}

impl Book {
    fn answers(&self) -> Result<(), BookError> {
        match self.away.load(Ordering::SeqCst) {
            true => Err(BookError("away".to_owned())),
            false => Ok(()),
        }
    }

    fn cells(&self, family: Family) -> Vec<i64> {
        let releases = self.releases.lock().unwrap();
        let of_family = releases.iter().filter(|release| release.family == family);
        of_family.flat_map(|release| release.cells.iter().map(|(_, value)| *value)).collect()
    }

    fn periods(&self, family: Family) -> Vec<(u32, u32)> {
        let releases = self.releases.lock().unwrap();
        releases.iter().filter(|r| r.family == family).map(|r| (r.from.0, r.to.0)).collect()
    }

    fn reasons(&self) -> Vec<GapReason> {
        self.gaps.lock().unwrap().iter().map(|gap| gap.reason).collect()
    }
}

impl ReleaseBook for Book {
    fn commit(&self, releases: &[Release]) -> Result<(), BookError> {
        self.answers()?;
        let mut kept = self.releases.lock().unwrap();
        for release in releases {
            let same = |other: &Release| (other.family, other.from) == (release.family, release.from);
            if release.family == Family::Hours || !kept.iter().any(same) {
                kept.push(release.clone());
            }
        }
        Ok(())
    }

    fn note_gap(&self, gap: &Gap) -> Result<(), BookError> {
        self.answers()?;
        self.gaps.lock().unwrap().push(gap.clone());
        Ok(())
    }

    fn last_closed(&self, _site: &str) -> Result<Option<Day>, BookError> {
        self.answers()?;
        Ok(self.periods(Family::Visits).iter().map(|(_, to)| Day(*to)).max())
    }

    fn visits(&self, _site: &str, from: Day, to: Day) -> Result<i64, BookError> {
        self.answers()?;
        let releases = self.releases.lock().unwrap();
        let of = releases.iter().filter(|r| r.family == Family::Visits && (from..=to).contains(&r.to));
        Ok(of.flat_map(|release| release.cells.iter().map(|(_, value)| *value)).sum())
    }
}

struct Scene {
    book: Arc<Book>,
    clock: Clock,
    folder: tempfile::TempDir,
    plan: ReleasePlan,
}

impl Scene {
    fn new(plan: ReleasePlan) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        Scene { book: Arc::default(), clock: Clock::set_to(MONDAY), folder, plan }
    }

    fn site_plan(&self) -> SitePlan {
        SitePlan {
            name: "clinic".to_owned(),
            zone: Zone::utc(),
            preset: Preset::Balanced,
            release: self.plan,
            pages: page_sources(),
            declared: declared(),
        }
    }

    /// A process that starts, with or without what the one before left.
    fn start(&self) -> Usage {
        let checkpoint = Checkpoint::anywhere(self.folder.path()).ok();
        Usage::open(vec![self.site_plan()], self.book.clone(), checkpoint, self.clock.clone()).unwrap()
    }

    fn start_without_checkpoint(&self) -> Usage {
        Usage::open(vec![self.site_plan()], self.book.clone(), None, self.clock.clone()).unwrap()
    }

    fn checkpoint_bytes(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("usage.snapshot")).unwrap()
    }

    fn pass(&self, usage: &Usage, seconds: i64) {
        self.clock.advance(seconds);
        usage.tick().unwrap();
    }
}

fn visit(usage: &Usage, visitor: u32, path: &str) {
    let site = usage.site("clinic").unwrap();
    let network = format!("10.{}.{}.0", visitor / 256, visitor % 256);
    let identity = Identity { network: &network, user_agent: FIREFOX, accept_language: "fr" };
    let seen = Seen {
        act: Act::Opens,
        path,
        campaign: CampaignTags::default(),
        source: Source::Google,
        region: Some("CA-QC"),
        device: Device::Computer,
        language: Some("fr"),
        consent: ConsentOutcome::Refused,
        agent: AgentSigns { user_agent: FIREFOX, accept_language: "fr", purpose: "" },
    };
    let token = usage.token(site, identity).unwrap();
    usage.record(usage.page_view(site, seen).unwrap(), token);
}

fn visits(usage: &Usage, count: u32) {
    (0..count).for_each(|visitor| visit(usage, visitor, "/a?q=canary-query"));
}

#[test]
fn a_day_closes_once_and_its_numbers_are_near_the_truth() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 1_000);
    visits(&usage, 1_000);
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.periods(Family::Visits), [(20_773, 20_773)]);
    assert!((scene.book.cells(Family::Visits)[0] - 1_000).abs() < 40);
    assert_eq!(scene.book.cells(Family::Pages).len(), 9);
    assert!((scene.book.cells(Family::Pages)[2] - 1_000).abs() < 45, "the second page is /a");
    scene.pass(&usage, 60);
    let before = scene.book.releases.lock().unwrap().len();
    scene.pass(&usage, 60);
    assert_eq!(scene.book.releases.lock().unwrap().len(), before, "nothing more until the hour ends");
}

#[test]
fn hours_come_out_during_the_day_of_a_daily_site() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 500);
    scene.pass(&usage, 3_600);
    let hours = scene.book.cells(Family::Hours);
    assert_eq!(hours.len(), 9, "00 to 08");
    assert!((hours[8] - 500).abs() < 60);
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.cells(Family::Hours).len(), 24);
    scene.pass(&usage, 1);
    assert_eq!(scene.book.cells(Family::Hours).len(), 24 + 9, "and those of the next day's morning");
}

#[test]
fn a_small_site_releases_its_week_on_monday() {
    let scene = Scene::new(ReleasePlan::Auto);
    let usage = scene.start();
    for _ in 0..7 {
        visits(&usage, 100);
        assert!(scene.book.periods(Family::Pages).is_empty());
        scene.pass(&usage, DAY);
    }
    assert_eq!(scene.book.periods(Family::Visits).len(), 7);
    assert_eq!(scene.book.periods(Family::Pages), [(20_773, 20_779)]);
    let regions = scene.book.cells(Family::Regions);
    assert!((regions.iter().max().unwrap() - 700).abs() < 60);
}

#[test]
fn a_site_that_has_grown_releases_daily_from_monday_on() {
    let scene = Scene::new(ReleasePlan::Auto);
    let usage = scene.start();
    for _ in 0..8 {
        visits(&usage, 600);
        scene.pass(&usage, DAY);
    }
    let pages = scene.book.periods(Family::Pages);
    assert_eq!(pages, [(20_773, 20_779), (20_780, 20_780)]);
}

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

const IDENTITY: Identity<'static> = Identity { network: "n", user_agent: "u", accept_language: "a" };

#[test]
fn what_the_first_crawl_finds_counts_on_the_first_day() {
    let scene = Scene::new(ReleasePlan::Daily);
    let plan = SitePlan { pages: PageSources::default(), ..scene.site_plan() };
    let usage = Usage::open(vec![plan], scene.book.clone(), None, scene.clock.clone()).unwrap();
    let site = usage.site("clinic").unwrap();
    (0..500).for_each(|visitor| visit(&usage, visitor, "/new"));
    usage.propose_pages(site, ["/new".to_owned()]);
    (500..1_500).for_each(|visitor| visit(&usage, visitor, "/new"));
    usage.propose_pages(site, ["/newer".to_owned()]);
    scene.pass(&usage, DAY);
    let releases = scene.book.releases.lock().unwrap();
    let pages = &releases.iter().find(|release| release.family == Family::Pages).unwrap().cells;
    let names: Vec<&str> = pages.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, [UNLISTED, "/", "/new"], "the second crawl's pages wait for the next day");
    assert!((pages[0].1 - 500).abs() < 45 && (pages[2].1 - 1_000).abs() < 45, "{pages:?}");
}

#[test]
fn new_pages_count_from_the_next_day_on() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    usage.propose_pages(usage.site("clinic").unwrap(), ["/new".to_owned()]);
    (0..500).for_each(|visitor| visit(&usage, visitor, "/new"));
    scene.pass(&usage, DAY);
    assert!((scene.book.cells(Family::Pages)[0] - 500).abs() < 45, "unlisted");
    (0..500).for_each(|visitor| visit(&usage, visitor, "/new"));
    scene.pass(&usage, DAY);
    let releases = scene.book.releases.lock().unwrap();
    let pages = releases.iter().rfind(|release| release.family == Family::Pages).unwrap();
    let new = pages.cells.iter().find(|(name, _)| name == "/new").unwrap();
    assert!((new.1 - 500).abs() < 45);
}

#[test]
fn a_new_config_keeps_the_open_day_and_adds_sites() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 500);
    let second = SitePlan { name: "second".to_owned(), ..scene.site_plan() };
    usage.replan(vec![scene.site_plan(), second]);
    scene.pass(&usage, 1);
    assert!(usage.token(usage.site("second").unwrap(), IDENTITY).is_some());
    scene.pass(&usage, DAY);
    let releases = scene.book.releases.lock().unwrap();
    let clinic = releases.iter().find(|r| r.family == Family::Visits && r.site == "clinic").unwrap();
    assert!((clinic.cells[0].1 - 500).abs() < 40);
}

/// Goals, funnels and campaigns are indexes into the lists of the open day, as pages are.
#[test]
fn a_new_config_leaves_the_open_days_declared_lists_as_they_are() {
    let scene = Scene::new(ReleasePlan::Daily);
    let usage = scene.start();
    visits(&usage, 500);
    let mut plan = scene.site_plan();
    plan.declared.goals.reverse();
    plan.declared.funnels.reverse();
    usage.replan(vec![plan.clone()]);
    (500..1_000).for_each(|visitor| visit(&usage, visitor, "/a"));
    scene.pass(&usage, DAY);
    let goals = |usage: &Usage| {
        scene.pass(usage, 1);
        let releases = scene.book.releases.lock().unwrap();
        let last = releases.iter().rfind(|release| release.family == Family::Goals).unwrap();
        last.cells.clone()
    };
    let first_day = goals(&usage);
    assert_eq!(first_day[0].0, "page", "the order of the day's opening");
    assert!((first_day[0].1 - 1_000).abs() < 45 && first_day[1].1.abs() < 45, "{first_day:?}");
    // Kept over a restart under the new config as well.
    (0..500).for_each(|visitor| visit(&usage, visitor, "/a"));
    usage.suspend().unwrap();
    drop(usage);
    let checkpoint = Checkpoint::anywhere(scene.folder.path()).ok();
    let usage = Usage::open(vec![plan], scene.book.clone(), checkpoint, scene.clock.clone()).unwrap();
    (500..1_000).for_each(|visitor| visit(&usage, visitor, "/a"));
    scene.pass(&usage, DAY);
    let second_day = goals(&usage);
    assert_eq!(second_day[3].0, "page", "{second_day:?}");
    assert!((second_day[3].1 - 1_000).abs() < 45 && second_day[0].1.abs() < 45, "{second_day:?}");
}

#[test]
fn a_site_that_leaves_the_config_closes_and_opens_no_more() {
    let scene = Scene::new(ReleasePlan::Weekly);
    let usage = scene.start();
    visits(&usage, 300);
    usage.replan(Vec::new());
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.periods(Family::Visits), [(20_773, 20_773)]);
    assert_eq!(scene.book.periods(Family::Pages), [(20_773, 20_773)], "the week ends with the site");
    scene.pass(&usage, DAY);
    assert_eq!(scene.book.periods(Family::Visits).len(), 1);
    usage.replan(vec![scene.site_plan()]);
    scene.pass(&usage, DAY);
    assert!(usage.token(usage.site("clinic").unwrap(), IDENTITY).is_some(), "and begins again when named");
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
