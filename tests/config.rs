//! Configs as operators write them, good and bad: every problem at once, each with file, line, column
//! and what to write instead.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;

use paravent::config::{Config, Ejection, EventEntry, LoadError, Outbound, Problem, Problems};
use paravent::policy::{Day, Mode, Purpose, WithheldReason};

const SERVER: &str = "[server]\nlisten = [\"127.0.0.1:8080\"]\n";
const CONTACT: &str = "[site.contact]\ntitle = { fr = \"Responsable\" }\nemail = \"a@clinique.example\"\n";

/// A good config of one site, with `keys` of the site and `tables` after its contact.
fn site(keys: &str, tables: &str) -> String {
    let has = |key: &str| keys.lines().any(|line| line.trim_start_matches('«').starts_with(key));
    let hosts = if has("hosts") { "" } else { "hosts = [\"clinique.example\"]\n" };
    let origin = if has("origin") { "" } else { "origin = \"http://127.0.0.1:3000\"\n" };
    let law = if has("profile") || has("jurisdiction") { "" } else { "jurisdiction = \"quebec\"\n" };
    format!("{SERVER}[[site]]\n{hosts}{origin}{law}{keys}\n{CONTACT}{tables}")
}

fn problems(text: &str) -> Problems {
    match Config::from_text("c.toml", text) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(problems) => problems,
    }
}

/// The only problem of `text`, which must stand where `«` does.
fn only_problem(text: &str) -> Problem {
    let at = text.find('«').unwrap_or_else(|| panic!("no place is marked in\n{text}"));
    let problems = problems(&text.replacen('«', "", 1));
    assert_eq!(problems.count(), 1, "{problems}");
    let problem = problems.iter().next().expect("one").clone();
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].rsplit('\n').next().expect("a line").chars().count() + 1;
    assert_eq!((problem.line, problem.column), (line, column), "{problem}");
    let first = problem.to_string().lines().next().map(str::to_owned).expect("a line");
    assert!(first.starts_with(&format!("c.toml:{line}:{column}: ")), "{first}");
    assert!(!problem.remedy.is_empty());
    problem
}

fn good(text: &str) -> Config {
    Config::from_text("c.toml", text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// Each case: the site's keys with the problem's place, words of its message, words of its remedy.
#[test]
fn bad_site_keys_are_refused_with_place_and_remedy() {
    let cases = [
        ("hosts = [«\"https://clinique.example\"]", "without a scheme", "\"clinique.example\""),
        ("hosts = [«\"Clinique.example\"]", "lower case", "\"clinique.example\""),
        ("hosts = [«\"clinique.example:8080\"]", "without a port", "\"clinique.example\""),
        ("hosts = [«\"clinique.example/a\"]", "without a path", "\"clinique.example\""),
        ("hosts = [«\"a b\"]", "no host name", "clinique.example"),
        ("hosts = «[]", "no hosts", "hosts = ["),
        ("hosts = [\"a.example\", «\"a.example\"]", "twice", "leave one"),
        ("origin = «\"127.0.0.1:3000\"", "no URL", "http://127.0.0.1:3000"),
        ("origin = «\"ftp://10.0.0.1\"", "http or https", "http://"),
        ("origin = «\"http://10.0.0.1/app?x=1\"", "has no path", "write \"http://10.0.0.1\""),
        ("origin = «\"http://127.0.0.1:8080\"", "itself listens", "behind it"),
        ("origin = «[]", "no origin", "origin = ["),
        ("languages = [\"fr\", «\"de\"]", "no language \"de\"", "\"fr\""),
        ("languages = [«\"fr-CA\"]", "no language", "write \"fr\""),
        ("languages = «[]", "at least one", "languages = ["),
        ("mode = «\"enforced\"", "no mode", "write \"enforce\""),
        ("prefix = «\"/privacy\"", "begins with /_", "/_privacy"),
        ("prefix = «\"/_a/b\"", "one segment", "/_privacy"),
        ("sensitive_paths = [«\"rendez-vous\"]", "begins with /", "\"/rendez-vous\""),
        ("sensitive_paths = [«\"/**/x\"]", "only at the end", "\"*\""),
        ("sensitive_paths = [«\"/a?b=1\"]", "never queries", "leave out"),
        ("sensitive_paths = [«\"/rendez%2Dvous\"]", "decoded", "the letter"),
        ("sensitive_paths = [«\"/rdv*\"]", "whole segment", "/**"),
        ("sensitive_paths = [«\"/a/../b\"]", "no request matches", "plain path"),
        ("first_party_hosts = [«\"www.google-analytics.com\"]", "belongs to", "[[site.vendor]]"),
        ("residency = [«\"Canada\"]", "no country", "\"CA\""),
        ("require_contract = «\"yes\"", "true or false", "require_contract = true"),
        ("request_body_bytes = «-1", "out of range", "whole number"),
        ("answer_days = «3.5", "fraction", "whole number"),
        ("banner_position = «\"top\"", "no position", "\"start\""),
        ("jurisdiction = «\"québec\"", "no jurisdiction", "write \"quebec\""),
        ("profile = «\"radiology-maroc\"", "no profile", "write \"radiology-morocco\""),
        ("profile = \"radiology-quebec\"\njurisdiction = «\"gdpr\"", "stands under", "leave jurisdiction"),
        ("«sensitive_path = [\"/a\"]", "no key `sensitive_path`", "`sensitive_paths`"),
        ("«upstream = \"http://10.0.0.1\"", "no key `upstream`", "`origin`"),
        ("«colour = \"red\"", "no key `colour`", "known here: hosts"),
        ("languages = «\"fr\"", "a list belongs", "languages = ["),
    ];
    for (keys, message, remedy) in cases {
        let problem = only_problem(&site(keys, ""));
        assert!(problem.message.contains(message), "{keys}: {problem}");
        assert!(problem.remedy.contains(remedy), "{keys}: {problem}");
    }
}

#[test]
fn bad_site_tables_are_refused_with_place_and_remedy() {
    let cases = [
        ("[[site.vendor]]\nid = «\"google-analytic\"", "no vendor", "write \"google-analytics\""),
        ("[[site.vendor]]\nid = «\"zzzzzzzzzz\"", "no vendor", "[[vendor]]"),
        ("«[[site.vendor]]\ncontract = \"x\"", "has no `id`", "id = "),
        (
            "[[site.vendor]]\nid = \"youtube\"\non_sensitive = «true",
            "only what is necessary",
            "leave on_sensitive out",
        ),
        (
            "[[site.vendor]]\nid = \"youtube\"\n# again\n«[[site.vendor]] #\nid = \"youtube\"",
            "offered twice",
            "leave one",
        ),
        ("«[site.vendor]\nid = \"youtube\"", "a list of tables", "[[site.vendor]]"),
        ("[site.banner]\noffset = «5000", "out of range", "0 to 1000"),
        ("[site.banner]\ncontrol = «\"none\"", "no control", "\"link\""),
        ("[site.labels]\nanalytics = «{}", "no words", "analytics = {"),
        ("[site.labels]\n«analytic = { fr = \"x\" }", "no key `analytic`", "`analytics`"),
        ("[site.retention]\nenquiries_days = «0", "out of range", "1 to"),
        ("[site.retention]\nreceipts_days = «3651", "out of range", "0 to"),
        ("[site.notice]\neffective = «\"2026-02-30\"", "no day", "YYYY-MM-DD"),
        ("[site.usage]\ntime_zone = «\"America/Montral\"", "no time zone", "America/Montreal"),
        ("[site.usage]\npages = [«\"/a/{x\"]", "no page", "/medecins/{…}"),
        ("[site.usage]\npreset = «\"max\"", "no preset", "\"balanced\""),
        ("[site.usage]\ngoals_by_source = «true", "no use without goals", "[[site.usage.goal]]"),
        ("«[[site.usage.goal]]\npage = \"/a\"", "has no `id`", "id = "),
        ("[[site.usage.goal]]\nid = «\"Mes RDV\"\npage = \"/a\"", "no id", "label = {"),
        ("«[[site.usage.goal]]\nid = \"a\"", "nothing tells when", "form = "),
        ("«[[site.usage.goal]]\nid = \"a\"\npage = []", "nothing tells when", "page = "),
        ("«[[site.usage.goal]]\nid = \"a\"\npage = \"/a\"\nform = \"/b\"", "in one way", "one of"),
        ("[[site.usage.goal]]\nid = \"a\"\npage = [«\"/a?b\"]", "no page", "/medecins/{…}"),
        (
            "[[site.usage.goal]]\nid = \"a\"\npage = \"/a\"\n[[site.usage.goal]]\nid = «\"a\"\npage = \"/b\"",
            "twice among the goals",
            "of its own",
        ),
        ("[[site.usage.goal]]\nid = \"a\"\noutbound = «\"phone\"", "script of the events", "events = true"),
        (
            "[site.usage]\nevents = true\n[[site.usage.goal]]\nid = \"a\"\noutbound = «\"fax\"",
            "no kind",
            "\"phone\"",
        ),
        ("«[[site.usage.campaign]]\nid = \"a\"", "nothing tells", "utm_campaign = "),
        ("[[site.usage.campaign]]\nid = \"a\"\nutm_source = «\" \"", "1 to 100 characters", "links"),
        ("«[[site.usage.funnel]]\nid = \"a\"\nsteps = [\"/a\"]", "2 or 3 steps", "steps = ["),
        ("[[site.usage.funnel]]\nid = \"a\"\nsteps = [\"/a\", «[]]", "has no page", "path"),
    ];
    for (tables, message, remedy) in cases {
        let problem = only_problem(&site("", tables));
        assert!(problem.message.contains(message), "{tables}: {problem}");
        assert!(problem.remedy.contains(remedy), "{tables}: {problem}");
    }
}

#[test]
fn no_more_is_declared_than_the_guarantee_bears() {
    let goal = |n: usize| format!("[[site.usage.goal]]\nid = \"g{n}\"\npage = \"/g{n}\"\n");
    let funnel = |n: usize| format!("[[site.usage.funnel]]\nid = \"f{n}\"\nsteps = [\"/a\", \"/b\"]\n");
    let campaign = |n: usize| format!("[[site.usage.campaign]]\nid = \"c{n}\"\nutm_source = \"s{n}\"\n");
    let check = |most: usize, table: &dyn Fn(usize) -> String, message: &str| {
        let whole: String = (0..most).map(table).collect();
        good(&site("", &whole));
        let problem = only_problem(&site("", &format!("{whole}«{}", table(most))));
        assert!(problem.message.contains(message), "{problem}");
    };
    check(10, &goal, "10 goals");
    check(3, &funnel, "3 funnels");
    check(50, &campaign, "50 campaigns");
    let long = "[[site.usage.funnel]]\nid = \"f\"\nsteps = [\"/a\", \"/b\", \"/c\", \"/d\"]\n";
    assert!(only_problem(&site("", &format!("«{long}"))).message.contains("2 or 3 steps"));
}

#[test]
fn a_sensitive_page_is_a_goal_only_where_somebody_insists() {
    let sensitive = "sensitive_paths = [\"/rdv/**\"]";
    for table in [
        "[[site.usage.goal]]\nid = \"a\"\nform = «\"/rdv\"\n",
        "[[site.usage.goal]]\nid = \"a\"\npage = [\"/b\", «\"/rdv/{…}\"]\n",
        "[[site.usage.funnel]]\nid = \"a\"\nsteps = [\"/b\", «[\"/c\", \"/rdv\"]]\n",
    ] {
        let problem = only_problem(&site(sensitive, table));
        assert!(problem.message.contains("is a sensitive path"), "{problem}");
        assert!(problem.remedy.contains("on_sensitive = true"), "{problem}");
        good(&site(sensitive, &format!("{}on_sensitive = true\n", table.replace('«', ""))));
    }
}

#[test]
fn the_closed_list_of_events_is_what_is_declared() {
    let declared = "[site.usage]\nevents = true\npages = [\"/m/{…}\", \"/b\"]\n\
        [[site.usage.goal]]\nid = \"a\"\npage = [\"/b\", \"/c\"]\n\
        [[site.usage.goal]]\nid = \"b\"\nform = \"/form\"\n\
        [[site.usage.goal]]\nid = \"c\"\noutbound = \"email\"\n\
        [[site.usage.funnel]]\nid = \"f\"\nsteps = [\"/c\", \"/d\"]\n";
    let list = |text: &str| good(&site("", text)).sites[0].usage.event_list();
    let page = |path: &str| EventEntry::Page(path.to_owned());
    let expected = [EventEntry::Press(Outbound::Email), page("/b"), page("/c"), page("/d"), page("/m/{…}")];
    assert_eq!(list(declared), expected);
    assert_eq!(list("[site.usage]\npages = [\"/b\"]\n"), []);
}

#[test]
fn bad_server_keys_are_refused_with_place_and_remedy() {
    let cases = [
        ("listen = [«\"0.0.0.0\"]", "no address with a port", "127.0.0.1:8080"),
        ("listen = [«\"0.0.0.0:99999\"]", "no address with a port", "port"),
        ("tls_listen = «[\"0.0.0.0:443\"]", "needs a certificate", "[[server.certificate]]"),
        ("listen = [\"[::1]:80\", «\"[::1]:80\"]", "already", "of its own"),
        ("listen = [\"127.0.0.1:8081\"]\nadmin_listen = «\"127.0.0.1:8081\"", "already", "own"),
        ("listen = [\"[::1]:80\"]\ntrusted_proxies = [«\"10.0.0.0/33\"]", "no network", "10.0.0.0/8"),
        ("listen = [\"[::1]:80\"]\ntrusted_proxies = [«\"0.0.0.0/0\"]", "trust everybody", "nobody"),
        ("listen = [\"[::1]:80\"]\nproxy_protocol = «true", "trusted_proxies is empty", "trusted_proxies ="),
        ("listen = [\"[::1]:80\"]\n[server.timeouts]\nidle = «\"60\"", "is text", "without quotes"),
        ("listen = [\"[::1]:80\"]\n[server.timeouts]\n«idel = 60", "no key `idel`", "`idle`"),
        ("listen = [\"[::1]:80\"]\n[server.limits]\nstreams = «0", "out of range", "from 1 to 10000"),
    ];
    for (keys, message, remedy) in cases {
        let problem = only_problem(&site("", "").replace("listen = [\"127.0.0.1:8080\"]", keys));
        assert!(problem.message.contains(message), "{keys}: {problem}");
        assert!(problem.remedy.contains(remedy), "{keys}: {problem}");
    }
}

#[test]
fn a_server_listens_somewhere() {
    let problem =
        only_problem(&format!("«{}", site("", "").replace("127.0.0.1:8080", "").replace("\"\"", "")));
    assert!(
        problem.message.contains("listens nowhere") && problem.remedy.contains("listen = ["),
        "{problem}"
    );
}

#[test]
fn a_certificate_is_read_where_tls_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let made =
        rcgen::generate_simple_self_signed(vec!["clinique.example".to_owned()]).expect("a certificate");
    fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("written");
    fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    let tls =
        "tls_listen = [\"127.0.0.1:8443\"]\n[[server.certificate]]\ncert = \"cert.pem\"\nkey = \"key.pem\"";
    let text = site("", "").replace("listen = [\"127.0.0.1:8080\"]", tls);
    let file = folder.path().join("c.toml");
    fs::write(&file, &text).expect("written");
    let config = Config::load(&file).expect("a good config");
    assert_eq!(config.server.certificates[0].cert, folder.path().join("cert.pem"));

    fs::write(&file, text.replace("key = \"key.pem\"", "key = \"cert.pem\"")).expect("written");
    let Err(LoadError::Problems(problems)) = Config::load(&file) else { panic!("a certificate is no key") };
    assert!(problems.to_string().contains("holds no private key"), "{problems}");

    fs::write(&file, text.replace("\"cert.pem\"", "\"gone.pem\"")).expect("written");
    let Err(LoadError::Problems(problems)) = Config::load(&file) else { panic!("the file is gone") };
    assert_eq!(
        (problems.count(), problems.iter().next().map(|problem| problem.line)),
        (1, Some(4)),
        "{problems}"
    );
    assert!(problems.to_string().contains("gone.pem cannot be read"), "{problems}");
}

#[test]
fn every_problem_is_found_at_once_and_in_order() {
    let text = "include = 3\nincluded = []\n[server]\nlisten = [\"nowhere\"]\ntimeout = 3\n[server.limits]\nstreams = \"many\"\n\
                [[vendor]]\nid = \"Our Booking\"\ncolor = 1\n[[site]]\nhosts = [\"A.example\"]\norigin = \"x\"\nprofil = \"x\"\n\
                [site.banner]\noffset = true\nsize = 3\n[[site.vendor]]\nid = \"google-analytic\"\n[[site]]\nmode = 1\n";
    let found = problems(text);
    let at = |line: usize, words: &str| {
        let hit = found.iter().any(|problem| problem.line == line && problem.message.contains(words));
        assert!(hit, "line {line}, {words}:\n{found}");
    };
    at(1, "a list belongs");
    at(2, "no key `included`");
    at(4, "no address");
    at(5, "no key `timeout`");
    at(7, "whole number");
    at(9, "kebab-case");
    at(10, "no key `color`");
    at(11, "neither profile nor jurisdiction");
    at(12, "lower case");
    at(13, "no URL");
    at(14, "no key `profil`");
    at(16, "whole number");
    at(17, "no key `size`");
    at(18, "names nobody to write to");
    at(19, "no vendor \"google-analytic\"");
    at(20, "no hosts");
    at(20, "no origin");
    at(21, "text in quotes");
    let lines: Vec<usize> = found.iter().map(|problem| problem.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    assert!(found.to_string().ends_with(&format!("{} problems", found.count())));
}

#[test]
fn several_syntax_errors_are_found_at_once_beside_unknown_keys() {
    let text = "[server]\nlisten = [\"127.0.0.1:80\"]\nlisten = 3\n[[site]]\nhots = 1\norigin = \"http\n";
    let found = problems(text);
    let lines: Vec<usize> = found.iter().map(|problem| problem.line).collect();
    assert!(lines.contains(&3) && lines.contains(&5) && lines.contains(&6), "{found}");
    assert!(!found.to_string().contains("no hosts"), "what is missing is not judged: {found}");
}

#[test]
fn columns_count_characters() {
    let text = site("residency = [\"CA\", \"é\", \"Québec\"]", "");
    let found = problems(&text);
    let columns: Vec<usize> = found.iter().map(|problem| problem.column).collect();
    assert_eq!(columns, [20, 25], "{found}");
}

#[test]
fn nothing_behind_a_mistake_is_shown() {
    let text = site("«api_token = \"hunter2\"", "");
    assert!(!only_problem(&text).to_string().contains("hunter2"));
    let text = site("origin = «\"http://admin:hunter2@10.0.0.1\"", "");
    let shown = only_problem(&text).to_string();
    assert!(shown.contains("user name") && !shown.contains("hunter2"), "{shown}");
    let text = site("hosts = [«\"https://admin:hunter2@clinique.example\"]", "");
    assert!(!only_problem(&text).to_string().contains("hunter2"));
    let text = site("origin = \"http://admin:hunter2@10.0.0.1", "");
    assert!(!problems(&text).to_string().contains("hunter2"));
}

#[test]
fn a_host_belongs_to_one_site() {
    let second = "[[site]]\nhosts = [«\"clinique.example\"]\norigin = \"http://127.0.0.1:3001\"\njurisdiction = \"quebec\"\n";
    let problem = only_problem(&site("", second)).message;
    assert!(problem.contains("another site"), "{problem}");
}

#[test]
fn who_offers_something_can_be_written_to() {
    let vendor = "[[site.vendor]]\nid = \"youtube\"\n";
    let without = site("", vendor).replace(CONTACT, "");
    let problem = only_problem(&without.replace("[[site.vendor]]", "«[[site.vendor]]"));
    assert!(problem.message.contains("RQ21") && problem.remedy.contains("[site.contact]"), "{problem}");
    let site_without = &good(&without.replace("jurisdiction", "mode = \"observe\"\njurisdiction")).sites[0];
    assert_eq!(site_without.policy.withheld[0].reason, WithheldReason::NoContact);
    let untitled = site("", vendor).replace("title = { fr = \"Responsable\" }\n", "");
    assert!(
        only_problem(&untitled.replace("[site.contact]", "«[site.contact]")).message.contains("who answers")
    );
}

#[test]
fn a_promise_of_the_profile_cannot_be_taken_back() {
    let morocco = "profile = \"radiology-morocco\"";
    let days = "[site.retention]\nenquiries_days = 90\n";
    let cases = [
        (morocco, format!("{days}[[site.vendor]]\nid = \"meta-pixel\"\n"), "[[site.vendor]]", "RM4"),
        (morocco, String::new(), "[[site]]", "RM8"),
        (morocco, format!("{days}[site.labels]\nanalytics = {{ fr = \"x\" }}\n"), "{ fr = \"x\"", "RM3"),
        (
            "profile = \"primary-care-quebec\"\norigin = \"http://10.0.0.1\"",
            String::new(),
            "\"http://10.",
            "PC14",
        ),
        (
            "profile = \"primary-care-quebec\"\nresidency = [\"CA\", \"US\"]",
            String::new(),
            "[\"CA\", ",
            "PC15",
        ),
        ("profile = \"second-opinion-montreal\"\nresidency = []", String::new(), "[]", "SO2"),
        ("profile = \"primary-care-quebec\"\nguardian = false", String::new(), "false", "PC2"),
        (
            "profile = \"primary-care-quebec\"",
            "[[site.vendor]]\nid = \"meta-pixel\"\n".to_owned(),
            "[[site.vendor]]",
            "PC12",
        ),
        ("profile = \"radiology-morocco\"\nguardian = false", days.to_owned(), "false", "RM13"),
        ("profile = \"radiology-morocco\"\nrequire_authorisation = false", days.to_owned(), "false", "RM6"),
        ("profile = \"records-vendor\"\nrequire_contract = false", String::new(), "false", "EV7"),
        (
            "profile = \"radiology-quebec\"",
            "[site.retention]\nreceipts_days = 1096\n".to_owned(),
            "1096",
            "RQ18",
        ),
        (
            "profile = \"records-vendor\"",
            "[[site.vendor]]\nid = \"hubspot\"\n".to_owned(),
            "[[site.vendor]]",
            "EV1",
        ),
    ];
    for (keys, tables, marked, promise) in cases {
        let text = site(keys, &tables);
        let problem = only_problem(&text.replacen(marked, &format!("«{marked}"), 1));
        assert!(problem.message.contains(&format!("promise {promise} ")), "{problem}");
        // Observing changes nothing for the visitor, so the site starts.
        let config = good(&text.replace("[[site]]", "[[site]]\nmode = \"observe\""));
        assert_eq!(config.sites[0].policy.mode, Mode::Observe);
    }
}

#[test]
fn a_label_asks_for_nothing_but_its_purpose() {
    let tables = "[site.labels]\nanalytics = «{ fr = \"Mesure et infolettre\" }\n";
    assert!(only_problem(&site("", tables)).message.contains("RQ12"));
}

#[test]
fn the_law_sets_the_language_and_the_delay() {
    let quebec = only_problem(&site("languages = «[\"en\"]", ""));
    assert!(quebec.message.contains("C-11") && quebec.remedy.contains("\"fr\""), "{quebec}");
    assert!(
        only_problem(&site("profile = \"radiology-quebec\"\nlanguages = «[\"en\", \"fr\"]", ""))
            .message
            .contains("C-11")
    );
    good(&site("profile = \"second-opinion-montreal\"\nlanguages = [\"en\", \"fr\"]", ""));
    good(&site("jurisdiction = \"canada\"\nlanguages = [\"en\"]", ""));
    assert!(only_problem(&site("answer_days = «31", "")).message.contains("30 days"));
}

#[test]
fn a_locked_purpose_stays_locked_in_observe_mode() {
    let keys = "profile = \"radiology-morocco\"\nmode = \"observe\"";
    let config = good(&site(keys, "[[site.vendor]]\nid = \"meta-pixel\"\n"));
    let policy = &config.sites[0].policy;
    assert!(policy.locked.contains(Purpose::Marketing) && policy.offers.is_empty());
    assert_eq!(policy.withheld[0].reason, WithheldReason::PurposeLocked);
}

#[test]
fn what_a_vendor_lacks_withholds_it() {
    let reason = |keys: &str, vendor: &str| {
        let config = good(&site(keys, &format!("[[site.vendor]]\n{vendor}\n")));
        config.sites[0].policy.withheld.first().map(|withheld| withheld.reason)
    };
    let analytics = "id = \"google-analytics\"";
    assert_eq!(reason("", analytics), None);
    assert_eq!(reason("residency = [\"CA\"]", analytics), Some(WithheldReason::Residency));
    assert_eq!(reason("residency = [\"CA\", \"US\"]", analytics), None);
    assert_eq!(reason("require_contract = true", analytics), Some(WithheldReason::NoContract));
    assert_eq!(reason("require_contract = true", &format!("{analytics}\ncontract = \"C-1\"")), None);
    let morocco = "jurisdiction = \"morocco\"\nrequire_authorisation = true";
    assert_eq!(reason(morocco, analytics), Some(WithheldReason::NoAuthorisation));
    assert_eq!(reason(morocco, &format!("{analytics}\nauthorisation = \"A-1\"")), None);
    assert_eq!(reason("", "id = \"hotjar\""), Some(WithheldReason::SessionReplay));
    assert_eq!(reason("", "id = \"hotjar\"\nsession_replay = true"), None);
}

#[test]
fn a_profile_gives_what_the_site_leaves_out() {
    let config = good(&site("profile = \"radiology-morocco\"", "[site.retention]\nenquiries_days = 90\n"));
    let site = &config.sites[0];
    assert_eq!(site.languages, ["fr", "ar", "en"]);
    let label = site.labels.iter().find(|label| label.purpose == Purpose::Analytics).expect("a label");
    assert_eq!(label.label.in_language("fr"), "Performance");
    assert_eq!(site.policy.rules.guardian_below, Some(18));
    let own = good(&self::site("profile = \"radiology-quebec\"\nlanguages = [\"fr\"]\nanswer_days = 10", ""));
    assert_eq!(
        (own.sites[0].languages.as_slice(), own.sites[0].answer_days),
        (["fr".to_owned()].as_slice(), 10)
    );
}

const OWN: &str = "[[vendor]]\nid = \"our-booking\"\nname = \"Booking\"\nentity = \"Booking inc.\"\ncountry = \"CA\"\n\
                   purpose = \"necessary\"\nkind = \"booking\"\npolicy_url = \"https://rdv.example/p\"\n\
                   hosts = [\"rdv.example\"]\nwhy = { fr = \"Rendez-vous.\" }\n";

#[test]
fn operators_define_vendors_of_their_own() {
    let offer = "[[site.vendor]]\nid = \"our-booking\"\non_sensitive = true\n";
    let config = good(&format!("{}{OWN}", site("", offer)));
    let (vendor, offer) = config.sites[0].policy.offered().next().expect("an offer");
    assert_eq!(
        (&*vendor.id, vendor.why.in_language("ar"), offer.on_sensitive),
        ("our-booking", "Rendez-vous.", true)
    );
}

#[test]
fn bad_vendors_of_their_own_are_refused() {
    let cases = [
        ("kind = \"booking\"", "kind = \"bookings\"", "unknown", "one of tag-manager"),
        ("country = \"CA\"", "country = \"Canada\"", "country", "see [[vendor]]"),
        ("hosts = [\"rdv.example\"]", "hosts = [\"https://rdv.example\"]", "scheme", "the host alone"),
        ("why = { fr = \"Rendez-vous.\" }", "", "what it does", "why = {"),
        (
            "hosts = [\"rdv.example\"]",
            "hosts = [\"x.connect.facebook.net\"]",
            "cannot become",
            "\"marketing\"",
        ),
        ("\"our-booking\"", "\"google-analytics\"", "cannot become", "\"analytics\""),
    ];
    for (from, to, message, remedy) in cases {
        let found = problems(&format!("{}{}", site("", ""), OWN.replace(from, to)));
        assert_eq!(found.count(), 1, "{to}: {found}");
        let problem = found.iter().next().expect("one");
        assert!(problem.message.contains(message) && problem.remedy.contains(remedy), "{to}: {problem}");
    }
}

#[test]
fn the_notice_changes_with_what_is_offered_and_not_with_words() {
    let notice = |keys: &str, tables: &str| good(&site(keys, tables)).sites[0].policy.notice.clone();
    let offered = "[[site.vendor]]\nid = \"youtube\"\n";
    let first = notice("", offered);
    assert_eq!(first.len(), 16);
    assert_eq!(
        first,
        notice("answer_days = 5", &format!("[site.labels]\nanalytics = {{ fr = \"x\" }}\n{offered}"))
    );
    assert_ne!(first, notice("", ""));
    assert_ne!(first, notice("", &format!("{offered}[site.notice]\nversion = \"2\"\n")));
    assert_ne!(first, notice("jurisdiction = \"gdpr\"", offered));
}

/// A vendor's country is part of what was agreed to; the sentence about it is not (RQ19).
#[test]
fn a_vendor_that_moves_asks_again_and_one_described_anew_does_not_rq19() {
    let notice = |from: &str, to: &str| {
        let vendor = OWN.replace("\"necessary\"", "\"functional\"").replace(from, to);
        let text = format!("{}{vendor}", site("", "[[site.vendor]]\nid = \"our-booking\"\n"));
        good(&text).sites[0].policy.notice.clone()
    };
    let first = notice("", "");
    assert_eq!(first, notice("Rendez-vous.", "Pour prendre rendez-vous."));
    assert_eq!(first, notice("name = \"Booking\"", "name = \"Booking.\""));
    assert_ne!(first, notice("\"CA\"", "\"US\""));
    assert_ne!(first, notice("\"functional\"", "\"analytics\""));
}

#[test]
fn asking_for_a_guardian_is_another_notice() {
    let notice = |keys: &str| good(&site(keys, "")).sites[0].policy.notice.clone();
    assert_ne!(notice(""), notice("guardian = true"));
}

const NEXT: &str = "[site.notice]\neffective = \"2026-01-01\"\n[site.notice.next]\nversion = \"2\"\n\
                    effective = \"2027-01-01\"\nsummary = { fr = \"Du neuf.\", en = \"News.\", ar = \"جديد.\" }\n\
                    [[site.vendor]]\nid = \"youtube\"\n[[site.vendor]]\nid = \"crisp\"\nfrom = \"2027-01-01\"\n";

#[test]
fn an_announced_notice_offers_nothing_before_its_day_pc17() {
    let config = good(&site("", NEXT));
    let now = &config.sites[0];
    let upcoming = now.upcoming.as_ref().expect("announced");
    let offered = |site: &paravent::config::Site| {
        site.policy.offered().map(|(vendor, _)| vendor.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        (offered(now), offered(&upcoming.site)),
        (vec!["youtube".into()], vec!["youtube".into(), "crisp".into()])
    );
    assert_eq!(upcoming.effective.iso(), "2027-01-01");
    assert_ne!(now.policy.notice, upcoming.site.policy.notice);
    // Once it is written as the present notice, with the same version, nobody is asked twice.
    let settled = "[site.notice]\nversion = \"2\"\n[[site.vendor]]\nid = \"youtube\"\n[[site.vendor]]\nid = \"crisp\"\n";
    assert_eq!(upcoming.site.policy.notice, good(&site("", settled)).sites[0].policy.notice);
}

#[test]
fn an_announcement_that_does_not_announce_is_refused_pc17() {
    for (from, to, message, remedy) in [
        ("version = \"2\"", "version = \"1\"", "is the present one", "version = "),
        ("[site.notice.next]\nversion = \"2\"", "[site.notice.next]", "no `version`", "version = "),
        ("\neffective = \"2027-01-01\"\ns", "\ns", "from when", "effective = "),
        ("\"2026-01-01\"", "\"2027-02-01\"", "takes effect on 2027-02-01", "later day"),
        (", ar = \"جديد.\"", "", "in \"ar\"", "summary = "),
        (
            "from = \"2027-01-01\"",
            "from = \"2027-01-02\"",
            "takes effect on 2027-01-01",
            "from = \"2027-01-01\"",
        ),
    ] {
        let text = NEXT.replace(from, to);
        assert_ne!(text, NEXT, "{to}");
        let found = problems(&site("", &text));
        assert_eq!(found.count(), 1, "{to}: {found}");
        let problem = found.iter().next().expect("one");
        assert!(problem.message.contains(message) && problem.remedy.contains(remedy), "{to}: {problem}");
    }
    let problem = only_problem(&site("", "[[site.vendor]]\nid = \"crisp\"\nfrom = «\"2027-01-01\"\n"));
    assert!(problem.message.contains("no notice says so") && problem.remedy.contains("[site.notice.next]"));
}

/// The day in Montreal decides, and a site that waits for its notice is told what to write.
#[test]
fn a_notice_that_is_not_in_force_yet_is_announced_beside_one_that_is() {
    let day = |month, of_month| Day::of_date(2027, month, of_month).expect("a day");
    let text = site(
        "",
        "[site.usage]\ntime_zone = \"America/Montreal\"\n[site.notice]\neffective = \"2027-01-15\"\n",
    );
    let asked = |zone: &str, today| {
        assert_eq!(zone, "America/Montreal");
        today
    };
    assert!(good(&text).in_force(|zone| asked(zone, day(1, 15))).is_ok());
    let Err(LoadError::Problems(found)) = good(&text).in_force(|zone| asked(zone, day(1, 14))) else {
        panic!("it starts without a notice in force")
    };
    let problem = found.iter().next().expect("one");
    assert_eq!((found.count(), problem.line, problem.column), (1, 14, 13), "{problem}");
    assert!(problem.message.contains("2027-01-15") && problem.message.contains("2027-01-14"), "{problem}");
    assert!(problem.remedy.contains("[site.notice.next]"), "{problem}");
    assert!(good(&site("", NEXT)).in_force(|_| day(1, 1)).is_ok());
}

#[test]
fn included_files_are_read_by_name_and_their_problems_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    fs::create_dir(folder.path().join("sites.d")).expect("a folder");
    let part = |host: &str| {
        format!(
            "[[site]]\nhosts = [\"{host}\"]\norigin = \"http://127.0.0.1:3000\"\njurisdiction = \"quebec\"\n"
        )
    };
    write("main.toml", &format!("include = [\"sites.d/*.toml\"]\n{SERVER}"));
    write("sites.d/b.toml", &part("b.example"));
    write("sites.d/a.toml", &part("a.example"));
    write("sites.d/notes.txt", "not a config");
    let config = Config::load(&folder.path().join("main.toml")).expect("a good config");
    let names: Vec<&str> = config.sites.iter().map(|site| site.name.as_str()).collect();
    assert_eq!(names, ["a.example", "b.example"]);

    write("sites.d/b.toml", "[server]\nlisten = [\"127.0.0.1:1\"]\n[[site]]\nhots = 1\n");
    let Err(LoadError::Problems(problems)) = Config::load(&folder.path().join("main.toml")) else {
        panic!("b.toml is wrong");
    };
    let all = problems.to_string();
    assert!(problems.iter().all(|problem| problem.file.ends_with("b.toml")), "{all}");
    assert!(all.contains("included file has no [server]") && all.contains("`hots`"), "{all}");

    write("main.toml", &format!("include = [\"nowhere/*.toml\", \"missing.toml\"]\n{SERVER}"));
    let Err(LoadError::Problems(problems)) = Config::load(&folder.path().join("main.toml")) else {
        panic!("nothing is there");
    };
    assert!(problems.to_string().contains("nowhere") && problems.to_string().contains("missing.toml"));
}

#[test]
fn the_examples_and_the_reference_are_good() {
    let files = [
        "reference.toml",
        "sites/radiology-quebec.toml",
        "sites/second-opinion-montreal.toml",
        "sites/records-vendor.toml",
        "sites/primary-care-quebec.toml",
        "sites/radiology-morocco.toml",
    ];
    for file in files {
        let path = Path::new("config").join(file);
        let config = Config::load(&path).unwrap_or_else(|error| panic!("{error}"));
        let site = &config.sites[0];
        assert!(!site.policy.offers.is_empty(), "{file} offers nothing");
        assert!(!site.policy.sensitive.is_empty(), "{file} has no sensitive path");
    }
}

#[test]
fn the_examples_withhold_what_their_promises_rule_out() {
    let reasons = |name: &str| {
        let config = Config::load(&Path::new("config/sites").join(name)).expect("a good config");
        let policy = &config.sites[0].policy;
        let id = |at| policy.catalogue.vendor(at).expect("a vendor").id.to_string();
        policy.withheld.iter().map(|w| (id(w.vendor), w.reason)).collect::<Vec<_>>()
    };
    let quebec = reasons("radiology-quebec.toml");
    assert_eq!(quebec, [("hotjar".to_owned(), WithheldReason::SessionReplay)]);
    let montreal = reasons("second-opinion-montreal.toml");
    assert!(montreal.len() >= 4 && montreal.iter().all(|(_, reason)| *reason == WithheldReason::Residency));
    assert_eq!(reasons("records-vendor.toml"), [("google-fonts".to_owned(), WithheldReason::NoContract)]);
    assert_eq!(
        reasons("radiology-morocco.toml"),
        [("google-fonts".to_owned(), WithheldReason::NoAuthorisation)]
    );
}

/// PC13: receipts outlive their grants as long as the law lets claims be brought, unless the config says less.
#[test]
fn receipts_are_kept_as_long_as_the_law_or_the_config_says() {
    for (jurisdiction, days) in [
        ("quebec", 1_095),
        ("canada", 730),
        ("morocco", 1_460),
        ("gdpr", 1_095),
        ("us-hipaa", 2_190),
        ("strict", 730),
    ] {
        let config = good(&site(&format!("jurisdiction = \"{jurisdiction}\""), ""));
        assert_eq!(config.sites[0].retention.receipts_days, days, "{jurisdiction}");
    }
    let own = good(&site("", "[site.retention]\nreceipts_days = 0\n"));
    assert_eq!(own.sites[0].retention.receipts_days, 0);
}

#[test]
fn a_theme_that_cannot_be_read_is_refused_with_a_colour_that_can() {
    for (tables, message, remedy) in [
        (
            "[site.theme]\naccent = «\"#9AD0C2\"",
            "accent: #9AD0C2 on the paper #FFFFFF has a contrast of 1.7 to 1, where text needs 4.5",
            "write accent = \"#",
        ),
        (
            "[site.theme.dark]\naccent = «\"#0B6B63\"",
            "accent: #0B6B63 on the paper #12191D",
            "write accent = \"#",
        ),
        ("[site.theme]\npaper = «\"#17242B\"", "ink: #17242B on the paper #17242B", "write ink = \"#"),
        ("[site.theme]\nink = «\"#AAAAAA\"", "ink: #AAAAAA on the paper #FFFFFF", "write ink = \"#"),
        ("[site.theme]\nwash = «\"#444444\"", "ink: #17242B on the wash #444444", "choose paper and wash"),
        ("[site.theme]\naccent = «\"teal\"", "accent: \"teal\" is no colour", "six hexadecimal digits"),
    ] {
        let found = problems(&site("", &tables.replacen('«', "", 1)));
        let first = found.iter().next().expect("a problem");
        assert!(first.message.starts_with(message), "{found}");
        assert!(first.remedy.contains(remedy), "{found}");
        let text = site("", tables);
        let line = text[..text.find('«').expect("a mark")].matches('\n').count() + 1;
        assert_eq!(first.line, line, "{found}");
    }
    // What the remedy proposes is accepted.
    let remedy =
        problems(&site("", "[site.theme]\naccent = \"#9AD0C2\"")).iter().next().expect("one").remedy.clone();
    good(&site("", &format!("[site.theme]\n{}", remedy.trim_start_matches("write "))));
}

#[test]
fn a_dark_pattern_has_no_key() {
    for tables in [
        "[site.theme]\naccept = \"#0B6B63\"",
        "[site.theme]\nrefuse = \"#EEEEEE\"",
        "[site.banner]\nrefuse = \"link\"",
        "[site.banner]\noverlay = true",
        "[site.banner]\nbuttons = [\"accept\", \"choose\"]",
        "[site.banner]\ncss = \"button[value=refuse]{opacity:.3}\"",
        "[site.labels]\nrefuse = { fr = \"Plus tard\" }",
    ] {
        let found = problems(&site("", tables));
        assert!(found.iter().any(|problem| problem.message.contains("has no key")), "{found}");
    }
}

#[test]
fn origins_and_their_health_are_checked() {
    let rules = good(&site("", "")).sites[0].health.clone();
    assert!(rules.check.is_none() && rules.ejection == Ejection::default());
    let own = good(&site("", "[site.health]\npath = \"/well?deep=1\"\ninterval = 1\nfall = 1\neject = 600"));
    let check = own.sites[0].health.check.clone().expect("a check");
    assert_eq!(
        (check.path.as_str(), check.interval.as_secs(), check.timeout.as_secs()),
        ("/well?deep=1", 1, 2)
    );
    assert_eq!((check.rise, check.fall), (2, 1));
    assert_eq!(own.sites[0].health.ejection.longest.as_secs(), 600);
    for (tables, message, remedy) in [
        ("interval = «1", "interval has no use without `path`", "write path ="),
        ("fall = «1", "fall has no use without `path`", "write path ="),
        ("path = «\"health\"", "\"health\" is no path", "begin with /"),
        ("path = «\"/a b\"", "\"/a b\" is no path", "encode"),
        ("path = \"/\"\nrise = «0", "rise: this number is out of range", "from 1 to 100"),
        (
            "eject = 30\neject_longest = «20",
            "eject_longest is shorter than the first time, 30 s",
            "30 or more",
        ),
        ("«max_fails = 3", "has no key `max_fails`", "write `eject_after`"),
    ] {
        let problem = only_problem(&site("", &format!("[site.health]\n{tables}")));
        assert!(problem.message.contains(message), "{problem}");
        assert!(problem.remedy.contains(remedy), "{problem}");
    }
    let twice = "origin = [\"http://127.0.0.1:1\", \"http://127.0.0.1:2\", «\"http://127.0.0.1:1\"]";
    let problem = only_problem(&site(twice, ""));
    assert!(problem.message.contains("stands here twice"), "{problem}");
}
