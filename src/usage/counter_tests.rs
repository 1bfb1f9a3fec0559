//! In: a clock that is set, a book in memory. Out: whether hours, days and weeks close once, when they end,
//! with numbers near the truth, and what a new config or a crawl changes.

use super::fixtures::{IDENTITY, Scene, visit, visits};
use super::*;

const DAY: i64 = 86_400;

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
