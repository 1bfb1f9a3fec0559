//! Receipts through the real server and its commands: a grant is on disk before its cookie is given, a
//! refusal leaves nothing, a store that is full or locked grants nothing, and the ledger proves
//! itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

use support::{Answer, Origin, Paravent, files_below, folder_in_memory, request, write_config};

const PAGE: &str = "<!doctype html><h1>x</h1>";
const NAVIGATION: [(&str, &str); 2] = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];

fn press(paravent: &Paravent, form: &str, fields: &[(&str, &str)]) -> Answer {
    let own = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://clinic.example")];
    paravent.raw(request("POST", "/_privacy/consent", &[&own, fields].concat(), form))
}

/// The consent cookie that an answer sets, as a request sends it.
fn cookie(answer: &Answer) -> Option<String> {
    let lines = answer.fields("set-cookie");
    let line = lines.iter().find(|line| line.starts_with("consent="))?;
    line.split(';').next().map(str::to_owned)
}

/// The receipt's id in a cookie; empty in a refusal's.
fn receipt_id(cookie: &str) -> String {
    cookie.split('.').nth(6).unwrap().to_owned()
}

fn accepted(paravent: &Paravent) -> String {
    let answer = press(paravent, "choice=accept", &[]);
    assert_eq!(answer.status, 303, "{}", answer.head);
    cookie(&answer).expect("a cookie")
}

fn command(folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("paravent.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_paravent"));
    command.args(arguments).arg("--config").arg(config).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn verify(folder: &Path) -> (bool, String) {
    let output = command(folder, &["receipts", "verify"]);
    (output.status.success(), printed(&output))
}

fn database(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("state/paravent.sqlite")).unwrap()
}

fn receipts(folder: &Path) -> i64 {
    database(folder).query_row("SELECT count(*) FROM receipt", [], |row| row.get(0)).unwrap()
}

/// PC1, EV3: the receipt is there before the cookie is, names the exact notice, and is shown by its id.
#[test]
fn a_grant_is_recorded_before_its_cookie_is_given() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let cookie = accepted(&paravent);
    let (id, notice) = (receipt_id(&cookie), cookie.split('.').nth(1).unwrap().to_owned());
    let shown = command(paravent.folder.path(), &["receipts", "show", &id]);
    let text = printed(&shown);
    assert!(shown.status.success(), "{text}");
    for wanted in [
        "site: clinic.example",
        &format!("notice: {notice}, version 1"),
        "jurisdiction: quebec",
        "purposes: analytics marketing",
        "language: fr",
        ":00:00Z",
        "not signed yet",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    let (stands, report) = verify(paravent.folder.path());
    assert!(stands && report.contains("1 lines"), "{report}");
    let none = command(paravent.folder.path(), &["receipts", "show", "AAAAAAAAAAAAAAAAAAAAAA"]);
    assert_eq!(none.status.code(), Some(1));
}

/// RQ13, RQ23: nothing but a grant is recorded, and a refusal is the same bytes for everyone that day.
#[test]
fn a_refusal_leaves_no_receipt_and_no_identifier() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let agents = [[("User-Agent", "One/1")], [("User-Agent", "Two/2")]];
    let [first, second] = agents.map(|agent| press(&paravent, "choice=refuse", &agent));
    assert_eq!(first.fields("set-cookie"), second.fields("set-cookie"));
    assert_eq!(receipt_id(&cookie(&first).unwrap()), "");
    for form in ["choice=withdraw", "choice=save", "usage=object"] {
        assert_eq!(receipt_id(&cookie(&press(&paravent, form, &[])).unwrap()), "", "{form}");
    }
    press(&paravent, "choice=once&vendor=google-analytics", &[]);
    assert_eq!(receipts(paravent.folder.path()), 0);
    let granted = accepted(&paravent);
    let withdrawn = press(&paravent, "choice=withdraw", &[("Cookie", &granted)]);
    assert_eq!(cookie(&withdrawn), cookie(&first), "a withdrawal is a refusal's bytes");
    assert_eq!(receipts(paravent.folder.path()), 1);
}

#[test]
fn the_same_choice_keeps_its_receipt_and_another_gets_a_new_one() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let first = accepted(&paravent);
    let again = cookie(&press(&paravent, "choice=accept", &[("Cookie", &first)])).unwrap();
    assert_eq!(again, first);
    let objects = cookie(&press(&paravent, "usage=object", &[("Cookie", &first)])).unwrap();
    assert_eq!(receipt_id(&objects), receipt_id(&first), "being counted is no part of a grant");
    assert_eq!(receipts(paravent.folder.path()), 1);
    let other = cookie(&press(&paravent, "choice=save&purpose=analytics", &[("Cookie", &first)])).unwrap();
    assert_ne!(receipt_id(&other), receipt_id(&first));
    assert_eq!(receipts(paravent.folder.path()), 2);
    let stranger = accepted(&paravent);
    assert_ne!(receipt_id(&stranger), receipt_id(&first));
}

#[test]
fn a_forged_cookie_or_one_of_another_site_brings_no_receipt() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let own = accepted(&paravent);
    let other = accepted(&Paravent::before(&Origin::page(PAGE)));
    let forged = own.replacen(&receipt_id(&own), "AAAAAAAAAAAAAAAAAAAAAA", 1);
    for cookie in [other, forged] {
        let answer = paravent.get("/_privacy/receipt", &[&NAVIGATION[..], &[("Cookie", &cookie)]].concat());
        assert_eq!(answer.status, 404);
    }
}

/// SO5: the visitor's own copy, signed, verified here by another library than the one that signs.
#[test]
fn the_visitor_downloads_a_signed_receipt() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let cookie = accepted(&paravent);
    let privacy_page = paravent.get("/_privacy/", &[("Cookie", &cookie)]);
    assert!(privacy_page.text().contains("href=\"/_privacy/receipt\""));
    let answer = paravent.get("/_privacy/receipt", &[&NAVIGATION[..], &[("Cookie", &cookie)]].concat());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.field("cache-control").as_deref(), Some("no-store"));
    assert!(answer.field("content-disposition").unwrap().starts_with("attachment"));
    let jws = answer.text();
    let keys: Value = serde_json::from_str(&paravent.get("/_privacy/keys", &[]).text()).unwrap();
    let payload: Value = serde_json::from_slice(&verified(&jws, &keys)).unwrap();
    assert_eq!(payload["record_id"], receipt_id(&cookie).as_str());
    assert_eq!(payload["pii_processing"]["purposes"][0]["purpose"], "analytics");
    assert_eq!(payload["event"]["validity_duration"], "P180D");
    assert!(!jws.contains("127.0.0") && payload["pii_principal_id"].is_null());
}

/// The payload of a compact JWS whose signature is right.
fn verified(jws: &str, keys: &Value) -> Vec<u8> {
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&BASE64.decode(header).unwrap()).unwrap();
    assert_eq!(header["alg"], "EdDSA");
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
    let public = BASE64.decode(key["x"].as_str().unwrap()).unwrap();
    let signature = BASE64.decode(signature).unwrap();
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, public);
    key.verify(signed.as_bytes(), &signature).expect("the signature is right");
    assert!(key.verify(format!("{signed}x").as_bytes(), &signature).is_err());
    BASE64.decode(payload).unwrap()
}

#[test]
fn no_script_reads_the_receipt() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let cookie = accepted(&paravent);
    let scripts: [&[(&str, &str)]; 4] = [
        &[("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
        &[("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")],
        &[("Accept", "*/*")],
        &[
            ("Accept", "text/html"),
            ("Upgrade-Insecure-Requests", "1"),
            ("X-Requested-With", "XMLHttpRequest"),
        ],
    ];
    for script in scripts {
        let answer = paravent.get("/_privacy/receipt", &[script, &[("Cookie", &*cookie)]].concat());
        assert_eq!(answer.status, 403, "{script:?}");
        assert!(!answer.text().contains(&receipt_id(&cookie)));
    }
    let json = [("Accept", "application/json"), ("Cookie", &*cookie)];
    let state = press(&paravent, "choice=accept", &json).text();
    assert!(state.contains("\"choice\"") && !state.contains(&receipt_id(&cookie)));
    assert_eq!(paravent.get("/_privacy/receipt", &NAVIGATION).status, 404);
}

/// A refused grant: no cookie, a page or a problem that says so; all else goes on.
fn check_refused_grant(paravent: &Paravent) {
    let page = press(paravent, "choice=accept", &[("Accept-Language", "en")]);
    assert_eq!(page.status, 503, "{}", page.head);
    assert!(page.text().contains("Your agreement could not be recorded"));
    assert!(page.fields("set-cookie").is_empty(), "{}", page.head);
    let json = press(paravent, "choice=accept", &[("Accept", "application/json")]);
    assert_eq!((json.status, json.field("content-type").as_deref()), (503, Some("application/problem+json")));
    assert!(json.text().contains("\"detail\":\"the grant could not be recorded"), "{}", json.text());
    assert!(json.fields("set-cookie").is_empty());
    assert_eq!(press(paravent, "choice=refuse", &[]).status, 303);
    assert_eq!(paravent.get("/", &[]).status, 200);
}

#[test]
fn a_locked_store_grants_nothing_and_goes_on() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let before = accepted(&paravent);
    let other = database(paravent.folder.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    check_refused_grant(&paravent);
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    let after = accepted(&paravent);
    for cookie in [before, after] {
        let shown = command(paravent.folder.path(), &["receipts", "show", &receipt_id(&cookie)]);
        assert!(shown.status.success());
    }
    assert!(verify(paravent.folder.path()).0);
}

/// A disk that is full is stood in for by a limit on the size of files, which writes past it fail on.
#[test]
fn a_full_disk_grants_nothing_and_loses_nothing() {
    let origin = Origin::page(PAGE);
    let folder = folder_in_memory();
    write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let (_, folder) = Paravent::start(folder).stop();
    let script = "trap '' XFSZ; ulimit -f 160; exec \"$0\" serve --config \"$1\"";
    let mut full = Command::new("sh");
    full.args(["-c", script, env!("CARGO_BIN_EXE_paravent")]).arg(folder.path().join("paravent.toml"));
    let paravent = Paravent::start_as(full, folder);
    let mut given = Vec::new();
    let refused = (0..400).any(|_| {
        let answer = press(&paravent, "choice=accept", &[]);
        given.extend(cookie(&answer));
        answer.status == 503
    });
    assert!(refused, "the disk was never full");
    check_refused_grant(&paravent);
    let (_, folder) = paravent.stop();
    let (stands, report) = verify(folder.path());
    assert!(stands, "{report}");
    for cookie in &given {
        let there = "SELECT count(*) FROM receipt WHERE id = ?1";
        let found: i64 =
            database(folder.path()).query_row(there, [receipt_id(cookie)], |r| r.get(0)).unwrap();
        assert_eq!(found, 1);
    }
    accepted(&Paravent::start(folder));
}

#[test]
fn a_store_that_cannot_be_opened_grants_nothing() {
    let folder = folder_in_memory();
    let origin = Origin::page(PAGE);
    write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let (_, folder) = Paravent::start(folder).stop();
    std::fs::write(folder.path().join("state/paravent.sqlite"), "this is no database".repeat(400)).unwrap();
    check_refused_grant(&Paravent::start(folder));
}

/// What was altered in the file is found by the command, which says where and exits with 1.
#[test]
fn verify_says_where_the_chain_breaks() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    (0..3).for_each(|_| drop(accepted(&paravent)));
    let (_, folder) = paravent.stop();
    database(folder.path())
        .execute_batch("UPDATE receipt SET purposes = 'functional' WHERE seq = 2")
        .unwrap();
    let output = command(folder.path(), &["receipts", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("BROKEN clinic.example: line 2 is not what was recorded"));
}

#[test]
fn receipts_without_their_keys_do_not_start() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let cookie = accepted(&paravent);
    let (_, folder) = paravent.stop();
    let keys = folder.path().join("state/keys");
    for gone in ["current.key", "receipts.key"] {
        let aside = folder.path().join("aside");
        std::fs::rename(keys.join(gone), &aside).unwrap();
        let output = command(folder.path(), &["serve"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(printed(&output).contains("--new-keys"), "{}", printed(&output));
        assert_eq!(command(folder.path(), &["keys", "rotate"]).status.code(), Some(1));
        std::fs::rename(&aside, keys.join(gone)).unwrap();
    }
    std::fs::remove_file(keys.join("current.key")).unwrap();
    let mut anew = Command::new(env!("CARGO_BIN_EXE_paravent"));
    anew.args(["serve", "--new-keys", "--config"]).arg(folder.path().join("paravent.toml"));
    let paravent = Paravent::start_as(anew, folder);
    let page = paravent.get("/_privacy/", &[("Cookie", &cookie)]).text();
    assert!(page.contains("data-consent=\"necessary\"") && !page.contains("/receipt"), "{page}");
    accepted(&paravent);
}

#[test]
fn rotated_keys_leave_choices_and_receipts_valid() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let before = accepted(&paravent);
    let (_, folder) = paravent.stop();
    for _ in 0..2 {
        assert!(command(folder.path(), &["keys", "rotate"]).status.success());
    }
    let paravent = Paravent::start(folder);
    let with = [&NAVIGATION[..], &[("Cookie", &*before)]].concat();
    let answer = paravent.get("/_privacy/receipt", &with);
    assert_eq!(answer.status, 200);
    let keys: Value = serde_json::from_str(&paravent.get("/_privacy/keys", &[]).text()).unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 3);
    verified(&answer.text(), &keys);
    let files = files_below(&paravent.folder.path().join("state/keys"));
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "key")) {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

/// RQ18, PC13, RM9: what is too old is gone from the files, the chain stands, and the purge is on record.
#[test]
fn a_purge_erases_old_receipts_from_the_files() {
    let origin = Origin::page(PAGE);
    let paravent = Paravent::with(&origin, "", "[site.retention]\nreceipts_days = 0\n");
    let id = receipt_id(&accepted(&paravent));
    let (_, folder) = paravent.stop();
    // As if it had been given 200 days ago: the choice lives 180.
    let hours = 200 * 24;
    database(folder.path()).execute_batch(&format!("UPDATE receipt SET hour = hour - {hours}")).unwrap();
    let output = command(folder.path(), &["purge"]);
    let text = printed(&output);
    assert!(output.status.success() && text.contains("receipts: 1\n"), "{text}");
    for wanted in
        ["released counts: 0", "gaps: 0", "exports: 0", "seen hosts: 0", "seen cookies: 0", "taken out: 0"]
    {
        assert!(text.contains(wanted), "{text}");
    }
    for file in files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(support::find(&bytes, id.as_bytes()).is_none(), "{} holds the id", file.display());
    }
    let evidence = "SELECT class, count FROM purge";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
    let logged = database(folder.path()).query_row(evidence, [], row).unwrap();
    assert_eq!(logged, ("receipts".to_owned(), 1));
    let (stands, report) = verify(folder.path());
    assert!(stands && report.contains("1 purged"), "{report}");
}

/// EV3: no command lists receipts, and a stranger's id shows nothing.
#[test]
fn there_is_no_list_of_receipts() {
    let help = Command::new(env!("CARGO_BIN_EXE_paravent"))
        .args(["receipts", "--help"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let commands: Vec<String> = printed(&help)
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert_eq!(commands, ["show", "verify", "help"]);
    let paravent = Paravent::before(&Origin::page(PAGE));
    let cookie = accepted(&paravent);
    let (_, report) = verify(paravent.folder.path());
    assert!(!report.contains(&receipt_id(&cookie)));
}
