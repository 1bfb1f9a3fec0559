//! The commands as scripts call them: exit codes and what is printed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use paravent::clock::Clock;
use paravent::policy::Day;
use paravent::store::Store;
use paravent::usage::{Family, Release, ReleaseBook as _, Rho, Sigma};

fn paravent(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("paravent").expect("the program");
    command.args(arguments).output().expect("it runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn check_says_by_its_exit_code_how_a_config_is() {
    let good = paravent(&["check", "config/sites/radiology-quebec.toml"]);
    assert_eq!(good.status.code(), Some(0));
    let summary = printed(&good);
    assert!(
        summary.contains("radiology-quebec, quebec") && summary.contains("withholds hotjar (session-replay)")
    );

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bad.toml");
    fs::write(&file, "[server]\nlisten = [\"127.0.0.1:80\"]\n[[site]]\nhots = [\"a\"]\n").expect("written");
    let file = file.to_str().expect("a path");
    let bad = paravent(&["check", file]);
    assert_eq!(bad.status.code(), Some(1));
    let problems = printed(&bad);
    assert!(problems.lines().any(|line| line.starts_with(&format!("{file}:4:1: "))), "{problems}");
    assert!(problems.contains("write `hosts`"), "{problems}");

    assert_eq!(paravent(&["check", "no/such/file.toml"]).status.code(), Some(2));
}

#[test]
fn serve_refuses_what_it_cannot_use() {
    let bad = paravent(&["serve", "--config", "no/such/file.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(complaint(&bad).contains("cannot be read"));
    let bad = paravent(&["serve", "--origin", "ftp://x"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(complaint(&bad).contains("http or https"));
    assert_eq!(paravent(&["serve"]).status.code(), Some(2));
    let both = paravent(&["serve", "--config", "a.toml", "--origin", "http://127.0.0.1:1"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn lookup_says_who_it_is_and_what_would_be_decided() {
    let found = paravent(&["lookup", "https://connect.facebook.net/en_US/fbevents.js"]);
    assert_eq!(found.status.code(), Some(0));
    let text = printed(&found);
    for words in [
        "meta-pixel",
        "Meta",
        "US",
        "marketing",
        "before consent: blocked: no-consent",
        "let through: purpose-granted",
        "vendor-not-offered",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let cookie = printed(&paravent(&["lookup", "_ga"]));
    assert!(cookie.contains("google-analytics") && cookie.contains("removed: no-consent"), "{cookie}");
    let unlisted = printed(&paravent(&["lookup", "clinic_own_cookie"]));
    assert!(unlisted.contains("unlisted") && unlisted.contains("until the browser closes"), "{unlisted}");
}

#[test]
fn lookup_of_an_unknown_host_says_what_to_write() {
    for asked in ["https://tracker.example/x.js", "tracker.example/x.js", "//tracker.example"] {
        let output = paravent(&["lookup", asked]);
        assert_eq!(output.status.code(), Some(0));
        let text = printed(&output);
        assert!(text.contains("unknown-host") && text.contains("[[vendor]]"), "{text}");
        assert!(text.contains("before consent: blocked: unknown-host"), "{text}");
    }
}

#[test]
fn lookup_asks_the_sites_of_a_config() {
    let lookup = |what: &str, site: &str| {
        printed(&paravent(&["lookup", what, "--config", &format!("config/sites/{site}.toml")]))
    };
    let offered = lookup("https://www.google-analytics.com/g/collect", "radiology-quebec");
    assert!(
        offered.contains("radiologie.example") && offered.contains("let through: purpose-granted"),
        "{offered}"
    );
    let withheld = lookup("https://www.google-analytics.com/g/collect", "second-opinion-montreal");
    assert!(withheld.contains("withheld by the config: residency"), "{withheld}");
    assert!(!withheld.contains("let through"), "{withheld}");
    let own = lookup("https://radiologie.example/a.png", "radiology-quebec");
    assert!(own.contains("own-host") && !own.contains("unknown-host"), "{own}");
}

#[test]
fn accounts_are_made_listed_changed_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = |act: &[&str], password: &str| {
        let mut command = Command::cargo_bin("paravent").expect("the program");
        command.arg("account").args(act).arg("--state").arg(folder.path());
        command.write_stdin(format!("{password}\n")).output().expect("it runs")
    };
    let short = account(&["add", "amina"], "short");
    assert_eq!(short.status.code(), Some(1));
    assert!(complaint(&short).contains("12 characters"), "{}", complaint(&short));
    assert!(account(&["add", "amina", "--role", "officer"], "correct horse battery").status.success());
    let taken = account(&["add", "amina"], "correct horse battery");
    assert!(complaint(&taken).contains("already"));
    assert!(printed(&account(&["list"], "")).starts_with("amina\tofficer\t20"));
    assert!(account(&["password", "amina"], "another long one").status.success());
    assert!(account(&["remove", "amina"], "").status.success());
    assert_eq!(account(&["remove", "amina"], "").status.code(), Some(1));
    assert_eq!(printed(&account(&["list"], "")), "");
    assert_eq!(paravent(&["account", "list"]).status.code(), Some(2), "a place is needed");
}

/// A config for `clinic.example` with its state below `folder`.
fn config_in(folder: &std::path::Path) -> String {
    let file = folder.join("paravent.toml");
    let text = format!(
        "[server]\nlisten = [\"127.0.0.1:0\"]\nstate_dir = \"{}\"\n\n[[site]]\nhosts = [\"clinic.example\"]\n\
         origin = \"http://127.0.0.1:3000\"\njurisdiction = \"quebec\"\nlanguages = [\"fr\"]\n\n[site.contact]\n\
         title = {{ fr = \"Responsable\" }}\nemail = \"vieprivee@clinic.example\"\n",
        folder.join("state").display()
    );
    fs::write(&file, text).expect("written");
    file.to_str().expect("a path").to_owned()
}

fn store_in(folder: &std::path::Path) -> Store {
    fs::create_dir_all(folder.join("state")).expect("made");
    Store::open(&folder.join("state/paravent.sqlite"), Clock::system()).expect("the store")
}

fn release(family: Family, days: (u32, u32), millionths: u32) -> Release {
    Release {
        site: "clinic.example".to_owned(),
        family,
        from: Day(days.0),
        to: Day(days.1),
        rho: Rho::millionths(millionths),
        sigma: Sigma::thousandths(5_000),
        cells: vec![("visits".to_owned(), 3)],
    }
}

#[test]
fn usage_explain_prints_the_ledger_and_what_it_cost() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config_in(folder.path());
    let explain = |site: &str| paravent(&["usage", "explain", site, "--config", &config]);
    let without = explain("clinic.example");
    assert_eq!(without.status.code(), Some(1));
    assert!(complaint(&without).contains("there is no store"), "{}", complaint(&without));
    let store = store_in(folder.path());
    assert!(printed(&explain("clinic.example")).contains("nothing has been released yet"));
    let today = Clock::system().today().0;
    let (yesterday, week) = ((today - 1, today - 1), (today - 7, today - 1));
    let spent = [release(Family::Visits, yesterday, 20_000), release(Family::Pages, week, 80_000)];
    store.commit(&spent).expect("committed");
    let shown = explain("clinic.example");
    assert_eq!(shown.status.code(), Some(0), "{}", complaint(&shown));
    let (text, day) = (printed(&shown), Day(today - 1).iso());
    for words in [
        "rho 0.25 in all, which is epsilon 4.0 at delta 1e-6",
        &format!("{day}                visits           0.02      5.000"),
        &format!("{} to {day}  pages            0.08      5.000", Day(today - 7).iso()),
        &format!("{day}  0.1                    0.25\n"),
        "on one day alone, the costliest of the last 7: rho 0.1,",
        // Seven days in one release: 49 times its share.
        "on each of the last 7 days: rho 3.94,",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    store.commit(&[release(Family::Sources, yesterday, 200_000)]).expect("committed");
    let above = explain("clinic.example");
    assert_eq!(above.status.code(), Some(1));
    assert!(printed(&above).contains("0.3                    0.25  ABOVE ITS BUDGET"), "{}", printed(&above));
    let unknown = explain("other.example");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        complaint(&unknown).contains("no site other.example")
            && complaint(&unknown).contains("clinic.example")
    );
}

#[test]
fn usage_assess_prepares_the_answers_with_evidence_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config_in(folder.path());
    let store = store_in(folder.path());
    let assess = |more: &[&str]| {
        let output = paravent(&[&["usage", "assess", "clinic.example", "--config", &config], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
        printed(&output)
    };
    let day = Clock::system().today().0 - 1;
    store.commit(&[release(Family::Visits, (day, day), 20_000)]).expect("committed");
    let french = assess(&[]);
    for words in [
        "Auto-évaluation du compte de visites : clinic.example",
        "rho 0,25 par jeton-jour, soit epsilon 4,0 à delta 1e-6",
        "Publications au registre : 1,",
        "Responsable, vieprivee@clinic.example",
        "Individualisation",
        "Supervision par une personne compétente en la matière (art. 4)",
        "le jour le plus coûteux a dépensé rho 0,02 sur 0,25",
        "761 jours (25 mois)",
        "aucune base GeoIP",
        "[avis]",
    ] {
        assert!(french.contains(words), "{words}\n{french}");
    }
    let english = assess(&["--lang", "en"]);
    for words in [
        "article 82",
        "Individualization",
        "[to do] Designate that person",
        "Releases in the ledger: 1,",
        "[advice]",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    // It prepares answers, and gives none in the law's place.
    for claim in ["est conforme", "est exempté", "is compliant", "complies with", "is exempt "] {
        assert!(!french.contains(claim) && !english.contains(claim), "{claim}");
    }
}

#[test]
fn usage_templates_wait_for_the_operator() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config_in(folder.path());
    let store = store_in(folder.path());
    let templates = |act: &[&str]| paravent(&[&["usage", "templates"], act, &["--config", &config]].concat());
    assert!(printed(&templates(&[])).contains("no survey has suggested"));
    let suggested = ["/medecins/{…}", "/nouvelles/{…}"].map(str::to_owned);
    store.suggest_templates("clinic.example", &suggested).expect("kept");
    assert!(store.approved_templates("clinic.example").expect("read").is_empty(), "nobody has decided");
    assert!(templates(&["approve", "clinic.example", "/medecins/{}"]).status.success());
    assert!(templates(&["decline", "clinic.example", "/nouvelles/{…}"]).status.success());
    let listed = printed(&templates(&[]));
    let today = Clock::system().today().iso();
    for line in [
        format!("clinic.example\tapproved\tsince {today}\t/medecins/{{…}}"),
        format!("clinic.example\tdeclined\tsince {today}\t/nouvelles/{{…}}"),
    ] {
        assert!(listed.contains(&line), "{line}\n{listed}");
    }
    assert_eq!(store.approved_templates("clinic.example").expect("read"), ["/medecins/{…}"]);
    let unknown = templates(&["approve", "clinic.example", "/x/{…}"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(complaint(&unknown).contains("pages = [\"/x/{…}\"]"), "{}", complaint(&unknown));
    let nowhere = templates(&["approve", "other.example", "/medecins/{…}"]);
    assert!(complaint(&nowhere).contains("no site other.example"), "{}", complaint(&nowhere));
    assert!(complaint(&paravent(&["usage", "templates"])).contains("--config FILE"));
}
