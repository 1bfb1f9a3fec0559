//! Learning: what policy reports and pages make known of a site, from a running Paravent to the list that
//! the operator reads, and what `mode = "observe"` sends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "support/dns.rs"]
mod dns;
mod support;

use std::net::IpAddr;
use std::path::Path;
use std::time::Instant;

use assert_cmd::Command;
use dns::Dns;
use support::{Answer, Origin, PATIENCE, Paravent, answer, request};

const PAGE: &str = "<!doctype html><html lang=fr><head><script src=https://a.unknown.example/t.js></script>\
<script src=https://www.clarity.ms/tag/x></script>\
<style>b{background:url(https://css.example/i.png)}</style></head><body><h1>Bonjour</h1>\
<img src=\"https://www.facebook.com/tr?id=1&ev=PageView\"></body></html>";

fn report(paravent: &Paravent, network: u8, blocked: &str, directive: &str) -> Answer {
    let body =
        format!(r#"{{"csp-report":{{"blocked-uri":"{blocked}","effective-directive":"{directive}"}}}}"#);
    let fields = [("Content-Type", "application/csp-report"), ("Origin", "http://clinic.example")];
    let from = Some(IpAddr::from([127, 61, network, 1]));
    paravent.raw_from(from, request("POST", "/_privacy/report", &fields, &body))
}

fn unknown_of(folder: &Path) -> String {
    let config = folder.join("paravent.toml");
    printed(&["lookup", "--unknown", "--config", config.to_str().unwrap()])
}

#[test]
fn unknown_hosts_are_listed_once_several_networks_reported_them() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    for network in 1..=5 {
        report(&paravent, network, "https://x.widely.example/a?b", "script-src-elem");
        report(&paravent, network, "https://x.clarity.ms/collect", "connect-src");
        report(&paravent, network, "https://www.google-analytics.com/g/collect", "connect-src");
        report(&paravent, network, "https://metrics.clinic.example/t.js", "script-src-elem");
    }
    (0..20).for_each(|_| drop(report(&paravent, 9, "https://forged.example/", "img-src")));
    let (_, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    for words in [
        "widely.example",
        "script-src-elem",
        "[[vendor]]",
        "[[site.vendor]]",
        "microsoft-clarity",
        "metrics.clinic.example",
    ] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    // One network alone can forge anything; what is on offer is no news.
    assert!(!listed.contains("forged.example") && !listed.contains("google-analytics"), "{listed}");
}

#[test]
fn what_the_rewriter_takes_out_is_learned_too() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    for network in 1..=5 {
        paravent.raw_from(Some(IpAddr::from([127, 62, network, 1])), request("GET", "/", &[], ""));
    }
    let (_, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    assert!(listed.contains("unknown.example") && listed.contains("page"), "{listed}");
    assert!(!listed.contains("a.unknown.example"), "{listed}");
}

#[test]
fn reports_from_other_sites_are_not_read() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    let body = r#"{"csp-report":{"blocked-uri":"https://cross.example/","effective-directive":"img-src"}}"#;
    let kind = ("Content-Type", "application/csp-report");
    for network in 1..=5 {
        let from = Some(IpAddr::from([127, 63, network, 1]));
        for origin in
            [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("X-No", "origin")]
        {
            let post = request("POST", "/_privacy/report", &[kind, origin], body);
            assert_eq!(paravent.raw_from(from, post).status, 204);
        }
    }
    let (_, folder) = paravent.stop();
    assert!(!unknown_of(folder.path()).contains("cross.example"));
}

#[test]
fn observing_sends_the_policy_as_report_only_and_changes_nothing_but_the_banner() {
    let set = "_ga=GA1.1.7; Path=/; Max-Age=63072000";
    let origin = Origin::start(move |_| {
        let fields = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Set-Cookie", set),
            ("Link", "<https://a.unknown.example/x.js>; rel=preload; as=script"),
            ("Content-Security-Policy", "default-src * 'unsafe-inline'"),
        ];
        answer("200 OK", &fields, PAGE.as_bytes())
    });
    let paravent = Paravent::with(&origin, "", "mode = \"observe\"");
    let got = paravent.get("/?gclid=1", &[("Cookie", "_ga=1; PHPSESSID=2")]);
    let reported = got.field("content-security-policy-report-only").unwrap();
    assert!(reported.starts_with("default-src 'self'") && reported.ends_with("report-uri /_privacy/report"));
    assert_eq!(got.fields("content-security-policy"), ["default-src * 'unsafe-inline'"]);
    assert_eq!(got.fields("set-cookie"), [set]);
    assert!(got.field("link").unwrap().contains("a.unknown.example"));
    assert_eq!(origin.last().target(), "/?gclid=1");
    assert!(origin.last().field("cookie").unwrap().contains("_ga=1"));
    let page = got.text();
    assert!(page.contains("paravent-") || page.contains("_privacy"), "the banner stands in the page: {page}");
    // Without what was set in, the page is as the origin sent it.
    for piece in
        PAGE.split_inclusive('>').filter(|piece| !piece.starts_with("<html") && !piece.contains("<body"))
    {
        assert!(page.contains(piece), "{piece} is not in {page}");
    }
    let posted = report(&paravent, 1, "https://x.example/", "img-src");
    assert_eq!(posted.status, 204);
}

#[test]
fn enforcing_takes_reports_as_observing_does() {
    for mode in ["enforce", "observe"] {
        let paravent = Paravent::with(&Origin::page(PAGE), "", &format!("mode = \"{mode}\""));
        (1..=5).for_each(|network| drop(report(&paravent, network, "https://w.widely.example/", "img-src")));
        let (_, folder) = paravent.stop();
        let listed = unknown_of(folder.path());
        let effect = if mode == "observe" { "enforcing would block it" } else { "it is blocked" };
        assert!(listed.contains("widely.example") && listed.contains(effect), "{mode}: {listed}");
    }
}

#[test]
fn a_declared_host_whose_cname_leads_to_a_tracker_is_ruled_as_the_tracker() {
    let dns = Dns::start(&[
        ("stats.clinic.example", "clinic.eulerian.net"),
        ("images.clinic.example", "d1.cdn.example"),
    ]);
    let page = "<html><head><script src=https://stats.clinic.example/a.js></script></head>\
                <body><img src=https://images.clinic.example/a.png></body></html>";
    let server = format!("resolver = \"{}\"", dns.address);
    let site = "first_party_hosts = [\"stats.clinic.example\", \"images.clinic.example\"]";
    let paravent = Paravent::with(&Origin::page(page), &server, site);
    let waited = Instant::now();
    let got = loop {
        let got = paravent.get("/", &[]);
        if !got.text().contains("stats.clinic.example/a.js") {
            break got;
        }
        assert!(waited.elapsed() < PATIENCE, "the host is still trusted: {}", got.text());
    };
    let policy = got.field("content-security-policy").unwrap();
    assert!(
        !policy.contains("stats.clinic.example") && policy.contains("https://images.clinic.example"),
        "{policy}"
    );
    assert!(got.text().contains("images.clinic.example/a.png"));
    let (log, _) = paravent.stop();
    let said: Vec<&str> = log.lines().filter(|line| line.contains("leads to a tracker")).collect();
    assert!(said.len() == 1 && said[0].contains("eulerian"), "{said:?}");
}

#[test]
fn without_dns_a_declared_host_stays_the_sites_own() {
    let page =
        "<html><head><script src=https://stats.clinic.example/a.js></script></head><body></body></html>";
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = format!("resolver = \"{}\"", nobody.local_addr().unwrap());
    let site = "first_party_hosts = [\"stats.clinic.example\"]";
    let paravent = Paravent::with(&Origin::page(page), &server, site);
    assert!(paravent.get("/", &[]).text().contains("src=https://stats.clinic.example/a.js"));
}

#[test]
fn lookup_looks_behind_a_subdomain_of_the_site() {
    let dns = Dns::start(&[
        ("stats.clinic.example", "clinic.eulerian.net"),
        ("img.clinic.example", "d1.cdn.example"),
    ]);
    let folder = support::folder_in_memory();
    let server = format!("resolver = \"{}\"", dns.address);
    let config = support::write_config(folder.path(), &Origin::away(), "127.0.0.1:0", &server, "");
    let lookup = |what: &str| printed(&["lookup", what, "--config", config.to_str().unwrap()]);
    let hidden = lookup("https://stats.clinic.example/x.js");
    assert!(hidden.contains("clinic.eulerian.net: a disguise of Eulerian (eulerian)"), "{hidden}");
    assert!(hidden.contains("before consent: blocked: unknown-host"), "{hidden}");
    assert!(lookup("https://img.clinic.example/").contains("d1.cdn.example: no known disguise"));
    assert!(lookup("https://app.clinic.example/").contains("cname    none"));
    assert!(!lookup("https://elsewhere.example/").contains("cname"));
}

#[test]
fn an_operators_list_names_unknown_hosts_and_catches_relays() {
    let origin = Origin::page(
        "<html><head><script src=/relay/collect.js></script><script src=/fine/collect.js></script></head><body></body></html>",
    );
    let folder = support::folder_in_memory();
    let list = folder.path().join("easy.txt");
    std::fs::write(&list, "||widely.example^$third-party\n/collect.js\n@@/fine/collect.js\n").unwrap();
    let server = "tracker_lists = [\"easy.txt\"]";
    let config = support::write_config(folder.path(), &origin, "127.0.0.1:0", server, "");
    let lookup = |what: &str| printed(&["lookup", what, "--config", config.to_str().unwrap()]);
    let unknown = lookup("https://x.widely.example/a.js");
    assert!(
        unknown.contains("on the operator's list easy.txt:1, rule ||widely.example^$third-party"),
        "{unknown}"
    );
    assert!(unknown.contains("after consent:  blocked: unknown-host"), "{unknown}");
    let relay = lookup("https://clinic.example/relay/collect.js");
    assert!(relay.contains("blocked: operators-list") && relay.contains("easy.txt:2"), "{relay}");
    assert!(lookup("https://clinic.example/fine/collect.js").contains("let through: own-host"));

    let paravent = Paravent::start(folder);
    let page = paravent.get("/", &[]).text();
    assert!(!page.contains("src=/relay/collect.js") && page.contains("src=/fine/collect.js"), "{page}");
    let asked_by_a_script =
        |path| paravent.get(path, &[("Sec-Fetch-Dest", "script"), ("Accept", "*/*")]).status;
    assert_eq!((asked_by_a_script("/relay/collect.js"), asked_by_a_script("/fine/collect.js")), (204, 200));
    (1..=5).for_each(|network| drop(report(&paravent, network, "https://w.widely.example/", "img-src")));
    let (_, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    assert!(listed.contains("on the operator's list easy.txt:1"), "{listed}");
}

#[test]
fn what_is_offered_to_paste_is_a_config_once_it_is_filled_in() {
    let paravent = Paravent::before(&Origin::page(PAGE));
    (1..=5).for_each(|network| drop(report(&paravent, network, "https://w.widely.example/", "font-src")));
    let (log, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    assert!(listed.contains("[[vendor]]"), "{listed}\n{log}");
    let snippet: Vec<&str> = listed.lines().skip_while(|line| *line != "[[vendor]]").collect();
    let config = folder.path().join("paravent.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let check = |snippet: &str| {
        std::fs::write(&config, format!("{before}\n{snippet}")).unwrap();
        let mut command = Command::cargo_bin("paravent").expect("the program");
        command.arg("check").arg(&config).output().expect("it runs")
    };
    let empty = check(&snippet.join("\n"));
    let problems = String::from_utf8_lossy(&empty.stdout).into_owned();
    assert!(
        !empty.status.success() && problems.contains("entity") && problems.contains("country"),
        "{problems}"
    );
    let filled = snippet
        .join("\n")
        .replace("entity = \"\"", "entity = \"W inc.\"")
        .replace("country = \"\"", "country = \"CA\"")
        .replace("policy_url = \"\"", "policy_url = \"https://w.example/\"")
        .replace("fr = \"\"", "fr = \"Polices.\"")
        .replace("en = \"\"", "en = \"Fonts.\"");
    let good = check(&filled);
    assert!(good.status.success(), "{}\n{filled}", String::from_utf8_lossy(&good.stdout));
    assert!(String::from_utf8_lossy(&good.stdout).contains("widely-example"));
    assert!(!unknown_of(folder.path()).contains("[[vendor]]"), "what is offered is no longer unknown");
}

/// RM4: of vendors that nobody is asked for, the pages that had their tags are listed, by the names of the
/// closed list: which address was asked for, when, how often and by whom is nowhere. Who objects to being
/// counted makes no page known.
#[test]
fn what_was_taken_out_is_listed_by_page_and_never_by_visit() {
    let usage = "[site.usage]\npages = [\"/services\", \"/tarifs\"]";
    let paravent = Paravent::with(&Origin::page(PAGE), "", usage);
    let get = |network: u8, path: &str, fields: &[(&str, &str)]| {
        let from = Some(IpAddr::from([127, 65, network, 1]));
        paravent.raw_from(from, request("GET", path, fields, ""))
    };
    let own = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://clinic.example")];
    let objection = paravent.raw(request("POST", "/_privacy/consent", &own, "usage=object"));
    let objection = objection.field("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for network in 1..=5 {
        get(network, "/services?canary=1", &[]);
        get(network, "/canary-dossier", &[]);
        get(network, "/tarifs", &[("Cookie", &objection)]);
    }
    let (_, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    let clarity = listed.lines().find(|line| line.contains("(microsoft-clarity, ")).unwrap_or_default();
    assert!(clarity.contains(" on (unlisted), /services"), "{listed}");
    assert!(listed.contains("seen or not seen, never by visit") && listed.contains("not seen: "), "{listed}");
    // On offer, and so a matter of choice.
    assert!(!listed.contains("(meta-pixel, "), "{listed}");
    for untold in ["canary", "/tarifs"] {
        assert!(!listed.contains(untold), "{untold}: {listed}");
    }
    let state = rusqlite::Connection::open(folder.path().join("state/paravent.sqlite")).unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u32>(0)? % 30, row.get::<_, u32>(1)?));
    let days = "SELECT last_day, reports FROM seen WHERE kind = 'page' LIMIT 1";
    assert_eq!(state.query_row(days, [], row).unwrap(), (0, 1), "neither which day nor how often");
}

/// RQ2, PC8: an unlisted cookie is told by its name, whether the origin sets it or a script of a page; what
/// could tell a visitor is not, and no value is anywhere.
#[test]
fn unlisted_cookies_are_told_by_name_and_no_value_is_kept() {
    let origin = Origin::start(|seen| {
        let visitor = if seen.target() == "/alone" { "only_here" } else { "cart_9f86d081" };
        let own = format!("{visitor}=canary-cart; Max-Age=900000");
        let fields = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Set-Cookie", "theme=canary-theme; Max-Age=900000; Path=/canary-path"),
            ("Set-Cookie", &*own),
            ("Set-Cookie", "canary-nameless"),
            ("Set-Cookie", "_ga=canary-listed"),
        ];
        answer("200 OK", &fields, PAGE.as_bytes())
    });
    let paravent = Paravent::before(&origin);
    let visit = |network: u8, path: &str, cookies: &str| {
        let from = Some(IpAddr::from([127, 64, network, 1]));
        paravent.raw_from(from, request("GET", path, &[("Cookie", cookies)], ""))
    };
    for network in 1..=5 {
        let got = visit(network, "/", "by_script=canary-script; user_5145550199=canary-id; =canary-sent");
        assert!(
            got.fields("set-cookie")
                .contains(&"theme=canary-theme; Path=/canary-path; SameSite=Lax".to_owned())
        );
    }
    (0..20).for_each(|_| drop(visit(9, "/alone", "forged_by_one=1")));
    let (log, folder) = paravent.stop();
    let listed = unknown_of(folder.path());
    for told in ["cookie theme:", "cookie cart_*:", "cookie by_script:", "cookie user_*:", "cookie *:"] {
        assert!(listed.contains(told), "{told} {listed}");
    }
    let of_script = listed.split("cookie by_script:").nth(1).unwrap_or_default();
    assert!(
        of_script.contains("a script of a page") && of_script.contains("until the browser closes"),
        "{listed}"
    );
    for untold in ["canary", "_ga", "9f86d081", "5145550199", "forged_by_one", "only_here"] {
        assert!(!listed.contains(untold) && !log.contains(untold), "{untold}: {listed}\n{log}");
    }
    for file in support::files_below(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        for untold in ["canary", "9f86d081", "5145550199", "forged_by_one"] {
            assert!(support::find(&bytes, untold.as_bytes()).is_none(), "{untold} is in {}", file.display());
        }
    }
    a_pasted_cookie_is_listed(folder.path(), &listed);
}

/// What stands below a told cookie is a config once it is filled in, and then the cookie is no news.
fn a_pasted_cookie_is_listed(folder: &Path, listed: &str) {
    let of_cart = listed.split("cookie cart_*:").nth(1).unwrap_or_default();
    let snippet = &of_cart[of_cart.find("[[vendor]]").unwrap()..];
    let snippet = snippet.split("\n\n  cookie").next().unwrap_or_default();
    let config = folder.join("paravent.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let check = |snippet: &str| {
        std::fs::write(&config, format!("{before}\n{snippet}")).unwrap();
        let mut command = Command::cargo_bin("paravent").expect("the program");
        command.arg("check").arg(&config).output().expect("it runs")
    };
    let empty = check(snippet);
    assert!(!empty.status.success() && String::from_utf8_lossy(&empty.stdout).contains("purpose"));
    let filled = snippet
        .replace("name = \"\"", "name = \"Panier\"")
        .replace("purpose = \"\"", "purpose = \"necessary\"")
        .replace("fr = \"\"", "fr = \"Garde le panier.\"")
        .replace("en = \"\"", "en = \"Keeps the cart.\"");
    let good = check(&filled);
    assert!(good.status.success(), "{}\n{filled}", String::from_utf8_lossy(&good.stdout));
    let now = unknown_of(folder);
    assert!(!now.contains("cookie cart_*:") && now.contains("cookie theme:"), "{now}");
}

#[test]
fn without_a_store_the_list_says_so() {
    let folder = support::folder_in_memory();
    let config = support::write_config(folder.path(), &Origin::away(), "127.0.0.1:0", "", "");
    let mut command = Command::cargo_bin("paravent").expect("the program");
    let output = command.args(["lookup", "--unknown", "--config"]).arg(config).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no store"));
    let mut command = Command::cargo_bin("paravent").expect("the program");
    assert_eq!(command.args(["lookup", "--unknown"]).output().unwrap().status.code(), Some(2));
}

fn printed(arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("paravent").expect("the program");
    let output = command.args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
