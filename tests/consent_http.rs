//! Presses on the banner as strangers send them, and as browsers do: through a running Paravent. What is
//! no press of this site's own changes nothing; what is one answers as the contract says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::net::IpAddr;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use support::{Answer, Origin, Paravent, request};

const PAGE: &str = "<!doctype html><html lang=fr><head><title>Clinique</title></head><body><h1>Bonjour</h1>\
<script src=\"https://www.google-analytics.com/analytics.js\"></script></body></html>";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const OWN: (&str, &str) = ("Sec-Fetch-Site", "same-origin");
const WANTS_JSON: (&str, &str) = ("Accept", "application/json");
/// Another of loopback's addresses: another truncated network.
const ELSEWHERE: &str = "127.9.9.9";

/// One Paravent for the tests that change nothing in it. What is static is never dropped, so it ends, and its folder
/// goes, once nobody holds its standard input any more.
static SHARED: LazyLock<(Origin, Paravent)> = LazyLock::new(|| {
    let (origin, folder) = (Origin::page(PAGE), support::folder_in_memory());
    support::write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let script = "\"$0\" serve --config \"$1/paravent.toml\" & cat >/dev/null; kill $!; wait; rm -r \"$1\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_paravent")]).arg(folder.path()).stdin(Stdio::piped());
    (origin, Paravent::start_as(command, folder))
});

fn paravent() -> &'static Paravent {
    &SHARED.1
}

fn post(fields: &[(&str, &str)], body: &str) -> Answer {
    paravent().raw(request("POST", "/_privacy/consent", fields, body))
}

fn own_form(body: &str) -> Answer {
    post(&[FORM, OWN], body)
}

/// The consent cookie an answer sets, as a browser would send it back.
fn cookie(answer: &Answer) -> Option<String> {
    let lines = answer.fields("set-cookie");
    let line = lines.iter().find(|line| line.starts_with("consent="))?;
    line.split(';').next().map(str::to_owned)
}

fn state(cookie: &str) -> serde_json::Value {
    state_at(paravent(), cookie)
}

/// What holds for whoever brings this cookie: an objection that is not one changes nothing of it.
fn state_at(paravent: &Paravent, cookie: &str) -> serde_json::Value {
    let fields = [FORM, OWN, WANTS_JSON, ("Cookie", cookie)];
    let answer = paravent.raw(request("POST", "/_privacy/consent", &fields, "usage=count"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

/// The form token in a page of Paravent's own.
fn token(page: &Answer) -> String {
    let text = page.text();
    text.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[test]
fn presses_from_other_sites_are_refused() {
    for fields in [
        vec![FORM],
        vec![FORM, ("Sec-Fetch-Site", "cross-site")],
        vec![FORM, ("Sec-Fetch-Site", "same-site")],
        vec![FORM, ("Sec-Fetch-Site", "none")],
        vec![FORM, ("Origin", "https://evil.example")],
        vec![FORM, ("Origin", "http://clinic.example.evil.example")],
        vec![FORM, ("Origin", "https://clinic.example")],
        vec![FORM, ("Origin", "http://clinic.example:81")],
        vec![FORM, ("Origin", "null")],
        vec![JSON, ("Origin", "https://evil.example")],
        // The better witness counts: the browser's own word stands above a header that agrees.
        vec![FORM, ("Sec-Fetch-Site", "cross-site"), ("Origin", "http://clinic.example")],
    ] {
        let body = if fields[0] == JSON { r#"{"choice":"accept"}"# } else { "choice=accept" };
        let answer = post(&fields, body);
        assert_eq!((answer.status, cookie(&answer)), (403, None), "{fields:?}");
    }
    for fields in [vec![FORM, OWN], vec![FORM, ("Origin", "http://clinic.example")]] {
        assert_eq!(post(&fields, "choice=refuse").status, 303, "{fields:?}");
    }
}

#[test]
fn where_the_browser_names_no_origin_a_token_of_this_visitors_network_is_needed() {
    let token = token(&paravent().get("/_privacy/", &[]));
    let null = [FORM, ("Origin", "null")];
    let press = |token: &str| format!("choice=refuse&token={token}");
    assert_eq!(post(&null, &press(&token)).status, 303);
    for forged in ["", "x", &token[1..], &format!("{token}A")] {
        assert_eq!(post(&null, &press(forged)).status, 403, "{forged}");
    }
    let request = request("POST", "/_privacy/consent", &null, &press(&token));
    let elsewhere: IpAddr = ELSEWHERE.parse().unwrap();
    assert_eq!(paravent().raw_from(Some(elsewhere), &request).status, 403, "another network's token");
    // A token never outweighs what the browser says.
    let cross = [FORM, ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(post(&cross, &press(&token)).status, 403);
}

#[test]
fn forged_cookies_are_as_none() {
    let granted = cookie(&own_form("choice=accept")).unwrap();
    assert_eq!(state(&granted)["source"], "choice");
    let (payload, signature) = granted.rsplit_once('.').unwrap();
    let refused = cookie(&own_form("choice=refuse")).unwrap();
    let (refusal, _) = refused.rsplit_once('.').unwrap();
    for forged in [
        payload.to_owned(),
        format!("{payload}."),
        format!("{payload}.{}", signature.chars().rev().collect::<String>()),
        granted.replace(".am.", ".fam."),
        format!("{refusal}.{signature}"),
        format!("{granted}.{signature}"),
        "consent=1.x.20000.fam....x".to_owned(),
        "consent=".to_owned(),
        format!("consent={}", "A".repeat(3000)),
    ] {
        let state = state(&forged);
        assert_eq!(state["source"], "none", "{forged}");
        assert_eq!(state["purposes"]["analytics"], false, "{forged}");
    }
}

#[test]
fn a_cookie_of_another_site_is_as_none() {
    let other = Paravent::before(&SHARED.0);
    let granted = cookie(&own_form("choice=accept")).unwrap();
    assert_eq!(state_at(&other, &granted)["source"], "none", "its keys are its own");
}

#[test]
fn unknown_and_locked_purposes_and_vendors_are_refused() {
    for body in [
        "choice=save&purpose=everything",
        "choice=save&purpose=necessary",
        "choice=save&purpose=functional",
        "choice=save&purpose=",
        "choice=save&vendor=tiktok-pixel",
        "choice=save&vendor=nobody",
        "choice=save&vendor=-nobody",
        "choice=once&vendor=nobody",
        "choice=once",
        "choice=everything",
        "",
    ] {
        let answer = own_form(body);
        assert_eq!((answer.status, cookie(&answer)), (400, None), "{body}");
    }
}

#[test]
fn a_locked_purpose_cannot_be_granted_by_any_call_rm4() {
    let site = "jurisdiction = \"quebec\"\n";
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    let file = support::write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let config = std::fs::read_to_string(&file).unwrap();
    let locked = config
        .replace(site, "profile = \"primary-care-quebec\"\nmode = \"observe\"\nresidency = []\n")
        .replace("id = \"google-analytics\"", "id = \"google-analytics\"\ncontract = \"C-1\"");
    std::fs::write(&file, locked).unwrap();
    let paravent = Paravent::start(folder);
    let press = |body: &str| {
        let fields = [FORM, OWN, WANTS_JSON];
        paravent.raw(request("POST", "/_privacy/consent", &fields, body))
    };
    for body in ["choice=save&purpose=marketing&guardian=yes", "choice=save&vendor=meta-pixel&guardian=yes"] {
        assert_eq!(press(body).status, 400, "{body}");
    }
    let all: serde_json::Value = serde_json::from_slice(&press("choice=accept&guardian=yes").body).unwrap();
    assert_eq!(all["purposes"]["marketing"], false);
}

#[test]
fn a_press_comes_back_to_this_site_only() {
    for to in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "http:/evil.example",
        "javascript:alert(1)",
        "%09//evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "/%5cevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "/a%00b",
        "evil.example",
        "?x",
        "",
    ] {
        let answer = own_form(&format!("choice=refuse&return={to}"));
        assert_eq!(answer.status, 303, "{to}");
        assert_eq!(answer.fields("location"), ["/"], "{to}");
        assert!(!answer.head.contains("evil"), "{to}");
    }
    let kept = own_form("choice=refuse&return=%2Fservices%3Fa%3D1%26b%3D%252F%252Fevil.example%23part");
    assert_eq!(kept.fields("location"), ["/services?a=1&b=%2F%2Fevil.example"], "still a path of this site");
}

#[test]
fn bodies_that_are_no_press_are_refused() {
    let long = format!("choice=refuse&return=/{}", "a".repeat(17 * 1024));
    assert_eq!(own_form(&long).status, 413);
    let chunked = format!(
        "POST /_privacy/consent HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\n",
        long.len()
    );
    assert_eq!(paravent().raw(chunked).status, 413);
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "", "form"] {
        assert_eq!(post(&[("Content-Type", kind), OWN], "choice=accept").status, 415, "{kind}");
    }
    for body in [
        "choice=refuse&choice=accept",
        "choice=save&guardian=no&guardian=yes",
        "choice=refuse&return=/a&return=/b",
        "usage=object&usage=count",
    ] {
        assert_eq!(own_form(body).status, 400, "{body}");
    }
    for body in
        ["{", "[]", "null", r#"{"choice":1}"#, r#"{"choice":"accept""#, r#"{"choice":{"a":"accept"}}"#]
    {
        let answer = post(&[JSON, OWN], body);
        assert_eq!((answer.status, cookie(&answer)), (400, None), "{body}");
    }
}

#[test]
fn errors_for_programs_are_problem_details() {
    for (fields, body, status) in [
        (vec![JSON, OWN, WANTS_JSON], r#"{"choice":"everything"}"#, 400),
        (vec![JSON, OWN, WANTS_JSON], r#"{"choice":"save","purpose":["functional"]}"#, 400),
        (vec![("Content-Type", "text/plain"), OWN, WANTS_JSON], "choice=accept", 415),
        (vec![JSON, ("Sec-Fetch-Site", "cross-site"), WANTS_JSON], r#"{"choice":"accept"}"#, 403),
    ] {
        let answer = post(&fields, body);
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.field("content-type").as_deref(), Some("application/problem+json"), "{body}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(problem["status"], status, "{body}");
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{body}");
    }
}

#[test]
fn only_a_post_is_a_press() {
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = paravent().raw(request(method, "/_privacy/consent?choice=accept", &[OWN], ""));
        assert_eq!((answer.status, cookie(&answer)), (405, None), "{method}");
        assert!(answer.field("allow").is_some(), "{method}");
    }
    assert_eq!(paravent().raw(request("POST", "/_privacy/", &[FORM, OWN], "choice=accept")).status, 405);
}

#[test]
fn a_grant_without_the_guardians_word_is_asked_for_it_and_a_refusal_never_pc2() {
    let paravent = Paravent::with(&SHARED.0, "", "guardian = true");
    let press = |fields: &[(&str, &str)], body: &str| {
        paravent.raw(request("POST", "/_privacy/consent", fields, body))
    };
    let asked = press(&[FORM, OWN], "choice=accept&return=/services");
    assert_eq!((asked.status, cookie(&asked)), (422, None));
    assert!(asked.text().contains("name=\"guardian\" value=\"yes\"") && asked.text().contains("14"));
    let told = press(&[FORM, OWN, WANTS_JSON], "choice=accept&guardian=no");
    assert_eq!(told.status, 422);
    assert_eq!(told.field("content-type").as_deref(), Some("application/problem+json"));
    assert_eq!(press(&[FORM, OWN], "choice=save&purpose=analytics").status, 422);
    assert_eq!(press(&[FORM, OWN], "choice=accept&guardian=yes").status, 303);
    assert_eq!(press(&[FORM, OWN], "choice=refuse").status, 303);
    assert_eq!(press(&[FORM, OWN], "choice=save").status, 303, "nothing is granted by it");
}

#[test]
fn a_new_notice_voids_old_choices_and_a_new_sentence_does_not_rq19() {
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    let file = support::write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let config = std::fs::read_to_string(&file).unwrap();
    let paravent = Paravent::start(folder);
    let fields = [FORM, OWN];
    let granted =
        cookie(&paravent.raw(request("POST", "/_privacy/consent", &fields, "choice=accept"))).unwrap();
    let shown = paravent.get("/", &[("Cookie", &granted)]).text();
    assert!(shown.contains("src=\"https://www.google-analytics.com") && !shown.contains("id=\"ask\""));

    let reworded = config.replace("Privacy officer", "Data protection officer");
    let (_, folder) = paravent.stop();
    std::fs::write(&file, reworded).unwrap();
    let paravent = Paravent::start(folder);
    assert_eq!(state_at(&paravent, &granted)["source"], "choice", "a sentence changed");

    let (_, folder) = paravent.stop();
    std::fs::write(&file, format!("{config}\n[[site.vendor]]\nid = \"youtube\"\n")).unwrap();
    let paravent = Paravent::start(folder);
    assert_eq!(state_at(&paravent, &granted)["source"], "none", "a vendor came");
    let shown = paravent.get("/", &[("Cookie", &granted)]).text();
    assert!(!shown.contains("src=\"https://www.google-analytics.com") && shown.contains("id=\"ask\""));
}

/// Two dates, one long past and one far off, and nothing waits for either.
#[test]
fn a_notice_is_announced_before_its_day_and_in_force_from_it_pc17_rm14() {
    let next = |day: &str| {
        format!(
            "[site.notice]\nversion = \"1\"\neffective = \"2020-01-01\"\n[site.notice.next]\nversion = \"2\"\n\
             effective = \"{day}\"\nsummary = {{ fr = \"Nous proposerons des vidéos.\", en = \"We will offer videos.\" }}\n\
             [[site.vendor]]\nid = \"youtube\"\nfrom = \"{day}\"\n"
        )
    };
    let before = Paravent::with(&SHARED.0, "", &next("2999-01-01"));
    let page = before.get("/_privacy/?lang=fr", &[]).text();
    assert!(page.contains("1er janvier 2999") && page.contains("Nous proposerons des vidéos."), "{page}");
    assert!(before.get("/", &[]).text().contains("Nous proposerons des vidéos."), "in the banner");
    let early = request("POST", "/_privacy/consent", &[FORM, OWN], "choice=save&purpose=functional");
    assert_eq!(before.raw(early).status, 400, "nothing of it can be granted before");
    let data: serde_json::Value =
        serde_json::from_slice(&before.get("/_privacy/declaration.json", &[]).body).unwrap();
    assert_eq!((&data["version"], &data["next"]["effective"]), (&"1".into(), &"2999-01-01".into()));

    let after = Paravent::with(&SHARED.0, "", &next("2020-02-01"));
    let page = after.get("/_privacy/?lang=fr", &[]).text();
    for wanted in ["Version 2", "1er février 2020", "version 1", "1er janvier 2020", "YouTube"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("Nous proposerons des vidéos."));
}

#[test]
fn global_privacy_control_refuses_what_the_law_says_and_a_choice_wins() {
    let gpc = ("Sec-GPC", "1");
    let unasked = paravent().get("/gpc", &[gpc]);
    // Quebec: it answers for marketing; analytics is still asked for.
    assert!(unasked.text().contains("id=\"ask\""));
    // Others ask the same origin at the same time.
    let seen = SHARED.0.seen().into_iter().find(|seen| seen.target() == "/gpc").unwrap();
    assert_eq!(seen.field("sec-gpc").as_deref(), Some("1"), "the origin is told");
    let granted = cookie(&own_form("choice=accept")).unwrap();
    let fields = [FORM, OWN, WANTS_JSON, gpc, ("Cookie", &granted)];
    let state: serde_json::Value = serde_json::from_slice(&post(&fields, "usage=count").body).unwrap();
    assert_eq!((&state["source"], &state["purposes"]["marketing"]), (&"choice".into(), &true.into()));
    let none: serde_json::Value =
        serde_json::from_slice(&post(&[FORM, OWN, WANTS_JSON, gpc], "usage=count").body).unwrap();
    assert_eq!((&none["source"], &none["purposes"]["marketing"]), (&"gpc".into(), &false.into()));
}

#[test]
fn where_global_privacy_control_covers_all_that_is_offered_no_banner_asks() {
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    let file = support::write_config(folder.path(), &origin, "127.0.0.1:0", "", "");
    let config = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, config.replace("[[site.vendor]]\nid = \"google-analytics\"\n", "")).unwrap();
    let paravent = Paravent::start(folder);
    assert!(paravent.get("/", &[]).text().contains("id=\"ask\""));
    let quiet = paravent.get("/", &[("Sec-GPC", "1")]).text();
    assert!(!quiet.contains("id=\"ask\"") && quiet.contains("id=\"control\""));
}

#[test]
fn support_of_the_signal_is_published_with_the_notices_day() {
    let plain = paravent().get("/.well-known/gpc.json", &[]);
    assert_eq!(plain.field("content-type").as_deref(), Some("application/json"));
    assert_eq!(plain.text(), r#"{"gpc":true}"#);
    let dated = Paravent::with(&SHARED.0, "", "[site.notice]\neffective = \"2026-09-01\"");
    let support: serde_json::Value =
        serde_json::from_slice(&dated.get("/.well-known/gpc.json", &[]).body).unwrap();
    assert_eq!(support, serde_json::json!({ "gpc": true, "lastUpdate": "2026-09-01" }));
}
