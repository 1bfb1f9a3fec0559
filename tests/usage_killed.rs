//! Killing a process that counts, at any moment: no number changes once it was released, nobody is
//! counted twice, and the database opens. The process that is killed is this test, started again.

#![allow(clippy::expect_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use std::{env, fs};

use paravent::clock::{Clock, Zone};
use paravent::policy::Day;
use paravent::store::Store;
use paravent::usage::{
    AgentSigns, Checkpoint, ConsentOutcome, Device, Family, Identity, PageSources, Preset, ReleasePlan, Seen,
    SitePlan, Source, Usage,
};

const KILLS: u64 = 50;
/// Come every hour of every day.
const VISITORS: u32 = 200;
/// Monday 2026-11-16.
const FIRST_DAY: i64 = 20_773;
const PLACE: &str = "PARAVENT_TEST_PLACE";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

#[test]
fn no_number_is_drawn_twice_whenever_the_process_is_killed() {
    let memory = tempfile::tempdir_in("/dev/shm").expect("a file system in memory");
    if let Err(refusal) = Checkpoint::in_memory(memory.path()) {
        // Where swap is on there is no checkpoint, and a kill loses the open day.
        println!("left out: {refusal}");
        return;
    }
    let disk = tempfile::tempdir().expect("a folder");
    let place = format!("{}\n{}", memory.path().display(), disk.path().display());
    let mut released = BTreeMap::new();
    for kill in 0..KILLS {
        run_and_kill(&place, Duration::from_millis(20 + kill * 97 % 380));
        let now = all_released(disk.path());
        for (cell, value) in &released {
            assert_eq!(now.get(cell), Some(value), "{cell:?} after kill {kill}");
        }
        released = now;
    }
    let visits: Vec<i64> =
        released.iter().filter(|((family, ..), _)| family == "visits").map(|(_, value)| *value).collect();
    assert!(visits.len() >= 3, "only {} days closed", visits.len());
    for day in visits {
        // Six standard deviations; a lost key would count everybody again.
        assert!((day - i64::from(VISITORS)).abs() <= 30, "{day} visits");
    }
}

fn run_and_kill(place: &str, after: Duration) {
    let mut child = Command::new(env::current_exe().expect("this test"))
        .args(["--exact", "counts_until_it_is_killed", "--ignored"])
        .env(PLACE, place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let (_open, nothing) = mpsc::channel::<()>();
    let waited = nothing.recv_timeout(after);
    assert_eq!(waited, Err(mpsc::RecvTimeoutError::Timeout));
    assert!(child.try_wait().expect("the child's state").is_none(), "the child ended by itself");
    child.kill().expect("the child is there");
    child.wait().expect("the child ends");
}

fn all_released(disk: &Path) -> BTreeMap<(String, u32, String), i64> {
    let store = Store::open(&disk.join("paravent.db"), Clock::set_to(0)).expect("the database opens");
    let of_family = |family: &Family| {
        let cells = store.released("clinic", *family, Day(0), Day(u32::MAX)).expect("released cells");
        let family = family.id().to_owned();
        cells.into_iter().map(move |cell| ((family.clone(), cell.from.0, cell.cell), cell.value))
    };
    Family::ALL.iter().flat_map(of_family).collect()
}

#[test]
#[ignore = "started by the other test, to be killed"]
fn counts_until_it_is_killed() {
    let Ok(place) = env::var(PLACE) else { return };
    let (memory, disk) = place.split_once('\n').expect("two folders");
    let moment = PathBuf::from(disk).join("moment");
    let start = fs::read_to_string(&moment).ok().and_then(|text| text.parse().ok());
    let clock = Clock::set_to(start.unwrap_or(FIRST_DAY * 86_400));
    let store = Store::open(&Path::new(disk).join("paravent.db"), clock.clone()).expect("the database opens");
    let checkpoint = Checkpoint::in_memory(Path::new(memory)).expect("a file system in memory");
    let plan = SitePlan {
        name: "clinic".to_owned(),
        zone: Zone::utc(),
        preset: Preset::Balanced,
        release: ReleasePlan::Daily,
        pages: PageSources::default(),
    };
    let usage = Usage::open(vec![plan], Arc::new(store), Some(checkpoint), clock.clone()).expect("counting");
    loop {
        (0..VISITORS).for_each(|visitor| visit(&usage, visitor));
        clock.advance(3_600);
        usage.tick().expect("a tick");
        fs::write(moment.with_extension("new"), clock.seconds().to_string()).expect("the moment");
        fs::rename(moment.with_extension("new"), &moment).expect("the moment");
    }
}

fn visit(usage: &Usage, visitor: u32) {
    let site = usage.site("clinic").expect("the site");
    let network = format!("10.0.{visitor}.0");
    let identity = Identity { network: &network, user_agent: BROWSER, accept_language: "fr" };
    let seen = Seen {
        path: "/",
        source: Source::Direct,
        region: None,
        device: Device::Computer,
        language: None,
        consent: ConsentOutcome::NotAsked,
        agent: AgentSigns { user_agent: BROWSER, accept_language: "fr", purpose: "" },
    };
    if let (Some(token), Some(view)) = (usage.token(site, identity), usage.page_view(site, seen)) {
        usage.record(view, token);
    }
}
