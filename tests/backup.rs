//! Leaving nothing behind: what is released is exported with what it is worth, and a backup gives back the receipts,
//! the counts and the keys, or nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use paravent::clock::Clock;
use paravent::policy::Day;
use paravent::store::Store;
use paravent::usage::{Family, Release, ReleaseBook as _, Rho, Sigma};
use support::{Origin, Paravent, files_below, folder_in_memory, request, write_config};

const PAGE: &str = "<!doctype html><html lang=fr><head></head><body><h1>Bonjour</h1></body></html>";

fn command(arguments: &[&str], config: &Path) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("paravent").unwrap();
    command.args(arguments).arg("--config").arg(config).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A config in front of nobody, with its state folder.
fn house() -> (tempfile::TempDir, PathBuf) {
    let folder = folder_in_memory();
    let config = write_config(folder.path(), &Origin::away(), "127.0.0.1:0", "", "");
    (folder, config)
}

fn store(folder: &Path) -> Store {
    fs::create_dir_all(folder.join("state")).unwrap();
    Store::open(&folder.join("state/paravent.sqlite"), Clock::system()).unwrap()
}

fn release(site: &str, family: Family, days: (u32, u32), cells: &[(&str, i64)]) -> Release {
    Release {
        site: site.to_owned(),
        family,
        from: Day(days.0),
        to: Day(days.1),
        rho: Rho::millionths(20_000),
        sigma: Sigma::thousandths(5_000),
        cells: cells.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    }
}

fn accepting() -> String {
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    request("POST", "/_privacy/consent", &fields, "choice=accept&guardian=yes&return=/")
}

#[test]
fn counts_are_exported_as_they_were_released_with_what_they_are_worth() {
    let (folder, config) = house();
    let store = store(folder.path());
    store
        .commit(&[
            release("clinic.example", Family::Visits, (20_700, 20_700), &[("visits", 100)]),
            release("clinic.example", Family::Visits, (20_701, 20_701), &[("visits", -4)]),
            release("clinic.example", Family::Pages, (20_695, 20_701), &[("/", 560), ("=1+1", 3)]),
            release("other.example", Family::Visits, (20_700, 20_700), &[("visits", 7)]),
        ])
        .unwrap();
    let csv = command(&["export"], &config);
    assert_eq!(
        printed(&csv).split("\r\n").collect::<Vec<_>>(),
        [
            "site,family,from,to,cell,value,standard_error,low,high",
            "clinic.example,visits,2026-09-04,2026-09-04,visits,100,5.000,90,110",
            "clinic.example,visits,2026-09-05,2026-09-05,visits,-4,5.000,0,6",
            "clinic.example,pages,2026-08-30,2026-09-05,/,560,5.000,550,570",
            "clinic.example,pages,2026-08-30,2026-09-05,'=1+1,3,5.000,0,13",
            "other.example,visits,2026-09-04,2026-09-04,visits,7,5.000,0,17",
            "",
        ]
    );
    let some = [
        "export",
        "--site",
        "clinic.example",
        "--family",
        "visits",
        "--format",
        "json",
        "--to",
        "2026-09-04",
    ];
    let json: serde_json::Value = serde_json::from_slice(&command(&some, &config).stdout).unwrap();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!((cells.len(), &cells[0]["value"], &cells[0]["family"]), (1, &100.into(), &"visits".into()));
    let log: Vec<(String, String)> =
        store.exports(9).unwrap().into_iter().map(|export| (export.account, export.what)).collect();
    let said = |what: &str| ("command".to_owned(), what.to_owned());
    assert_eq!(
        log,
        [said("visits.json"), said("all.csv"), said("all.csv")],
        "newest first, one for each site"
    );
}

#[test]
fn an_export_that_cannot_be_says_what_there_is() {
    let (folder, config) = house();
    assert!(complaint(&command(&["export"], &config)).contains("there is no store"));
    store(folder.path())
        .commit(&[release("clinic.example", Family::Visits, (1, 1), &[("visits", 1)])])
        .unwrap();
    for (wrong, told, code) in [
        (["--site", "clinic"], "there are counts of: clinic.example", 1),
        (["--family", "persons"], "there are: visits, pages", 2),
        (["--from", "2026-02-30"], "a day of the calendar", 2),
        (["--from", "9999-01-01"], "in their order", 1),
    ] {
        let refused = command(&["export", wrong[0], wrong[1]], &config);
        assert!(complaint(&refused).contains(told), "{wrong:?}: {}", complaint(&refused));
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(code), 0), "{wrong:?}");
    }
}

#[test]
fn an_export_that_does_not_fit_is_no_export() {
    let (folder, config) = house();
    store(folder.path())
        .commit(&[release("clinic.example", Family::Visits, (1, 1), &[("visits", 1)])])
        .unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut export = std::process::Command::new(env!("CARGO_BIN_EXE_paravent"));
    let refused = export.args(["export", "--config"]).arg(&config).stdout(full).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(complaint(&refused).contains("is not whole"), "{}", complaint(&refused));
}

#[test]
fn a_backup_of_a_running_server_gives_back_receipts_counts_and_keys() {
    let origin = Origin::page(PAGE);
    let paravent = Paravent::before(&origin);
    let config = paravent.folder.path().join("paravent.toml");
    let accepted = paravent.raw(accepting());
    let cookie = accepted.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let copy = paravent.folder.path().join("copy");
    let made = command(&["backup", "--to", copy.to_str().unwrap()], &config);
    assert!(made.status.success(), "{}", complaint(&made));
    for file in files_below(&copy) {
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        let public = file.extension().is_some_and(|kind| kind == "pub");
        assert!(mode == 0o600 || (public && mode == 0o644), "{}: {mode:o}", file.display());
    }
    assert!(
        complaint(&command(&["backup", "--to", copy.to_str().unwrap()], &config))
            .contains("is there already")
    );
    assert!(complaint(&command(&["restore", "--from", copy.to_str().unwrap()], &config)).contains("already"));
    // Granted after the backup: the state that comes back does not know it.
    paravent.raw(accepting());
    let (_, folder) = paravent.stop();
    let state = folder.path().join("state");
    fs::rename(&state, folder.path().join("gone")).unwrap();
    let restored = command(&["restore", "--from", copy.to_str().unwrap()], &config);
    assert!(restored.status.success(), "{}{}", printed(&restored), complaint(&restored));
    assert!(printed(&restored).contains(": 1 lines, 0 purged"), "{}", printed(&restored));
    let again = Paravent::start(folder);
    let known = again.get("/", &[("Cookie", &cookie)]);
    assert!(known.text().contains("data-consent=\"necessary analytics marketing\""), "{}", known.text());
}

#[test]
fn what_is_not_a_whole_backup_changes_nothing() {
    let (folder, config) = house();
    let copy = folder.path().join("copy");
    let state = folder.path().join("state");
    store(folder.path())
        .commit(&[release("clinic.example", Family::Visits, (1, 1), &[("visits", 1)])])
        .unwrap();
    fs::create_dir_all(state.join("keys")).unwrap();
    fs::write(state.join("keys/a"), "a").unwrap();
    assert!(command(&["backup", "--to", copy.to_str().unwrap()], &config).status.success());
    fs::rename(&state, folder.path().join("gone")).unwrap();
    let list = fs::read_to_string(copy.join("backup.json")).unwrap();
    let refused = |told: &str| {
        let output = command(&["restore", "--from", copy.to_str().unwrap()], &config);
        assert!(complaint(&output).contains(told), "{told}: {}", complaint(&output));
        assert!(!state.exists(), "{told}");
    };
    fs::write(copy.join("keys/a"), "b").unwrap();
    refused("keys/a is not as it was backed up");
    fs::remove_file(copy.join("keys/a")).unwrap();
    refused("keys/a is not as it was backed up");
    for (from, to) in [
        ("\"form\": 1", "\"form\": 2"),
        ("keys/a", "../a"),
        ("keys/a", "/etc/a"),
        ("paravent.sqlite", "other"),
    ] {
        fs::write(copy.join("backup.json"), list.replace(from, to)).unwrap();
        refused("is no backup");
    }
    fs::remove_file(copy.join("backup.json")).unwrap();
    refused("is no backup");
}
