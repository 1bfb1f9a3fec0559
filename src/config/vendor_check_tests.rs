//! One test for each thing that `vendor_check` refuses.

use super::super::vendor_file::parse;
use super::*;

const GOOD: &str = r#"
[[vendor]]
id = "acme-stats"
name = "Acme Stats"
entity = "Acme Inc."
country = "US"
purpose = "analytics"
kind = "analytics"
policy_url = "https://acme.example/privacy"
hosts = ["acme.example", "=cdn.example/acme?id=A-"]
csp = ["https://*.acme.example"]
same_origin = ["/acme.php?site=", "?acme_id=A-&ev"]
inline = ["acme('init'"]
globals = ["acme()"]
placeholder = "video"
why = { fr = "a", en = "b", ar = "c" }
[[vendor.cookie]]
name = "_acme*"
days = 30
why = { fr = "a", en = "b", ar = "c" }
"#;

const ALL: &[&str] = &["fr", "en", "ar"];

fn problems(text: &str, languages: &[&str]) -> Vec<VendorProblem> {
    let vendors = parse("a.toml", text).expect("the test's file parses");
    let named = NamedVendors { file: "a.toml", vendors: &vendors };
    validate(&[named], languages)
}

/// The one message that `GOOD` gives once `from` is replaced by `to`.
#[track_caller]
fn refused(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "{from} is not in the good file");
    let found = problems(&GOOD.replace(from, to), ALL);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains(expected), "{}", found[0]);
}

/// The one message that `GOOD` gives beside a second vendor of another name.
#[track_caller]
fn refused_beside(second: &str, expected: &str) {
    let table = format!(
        "{GOOD}\n[[vendor]]\nid = \"second\"\nname = \"S\"\nkind = \"platform\"\n\
         why = {{ fr = \"a\", en = \"b\", ar = \"c\" }}\n{second}"
    );
    let found = problems(&table, ALL);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].vendor, "second");
    assert!(found[0].message.contains(expected), "{}", found[0]);
}

#[test]
fn a_good_file_has_no_problem() {
    assert_eq!(problems(GOOD, ALL), vec![]);
}

#[test]
fn a_problem_names_file_vendor_and_place() {
    let text = GOOD.replace("\"US\"", "\"XX\"");
    let found = problems(&text, ALL);
    assert_eq!(&text[found[0].span.clone()], "\"acme-stats\"");
    assert!(found[0].to_string().starts_with("a.toml: vendor \"acme-stats\": country \"XX\""));
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = GOOD.replace("\"US\"", "\"XX\"").replace("\"acme()\"", "\"acme\"");
    assert_eq!(problems(&text, ALL).len(), 2);
}

#[test]
fn an_id_is_kebab_case() {
    for id in ["Acme", "acme_stats", "-acme", "acme--stats", ""] {
        refused("\"acme-stats\"", &format!("\"{id}\""), "kebab-case");
    }
}

#[test]
fn purpose_kind_placeholder_and_store_are_known_words() {
    refused(
        "purpose = \"analytics\"",
        "purpose = \"ads\"",
        "purpose \"ads\" is unknown: write one of necessary",
    );
    refused("kind = \"analytics\"", "kind = \"stats\"", "kind \"stats\"");
    refused("\"video\"", "\"film\"", "placeholder \"film\"");
    refused("days = 30", "days = 0\nstore = \"disk\"", "store \"disk\"");
}

#[test]
fn a_vendor_with_hosts_says_who_and_where() {
    refused("entity = \"Acme Inc.\"", "entity = \" \"", "entity");
    refused("country = \"US\"", "", "country \"\"");
    refused("\"US\"", "\"us\"", "country \"us\"");
    refused("\"US\"", "\"UK\"", "country \"UK\"");
    refused("https://acme.example/privacy", "acme.example", "policy_url");
}

#[test]
fn software_of_the_site_itself_needs_no_entity() {
    let text = "[[vendor]]\nid = \"a\"\nname = \"A\"\npurpose = \"necessary\"\nkind = \"platform\"\n\
        why = { fr = \"a\" }\n[[vendor.cookie]]\nname = \"a\"\ndays = 0\nwhy = { fr = \"a\" }";
    assert_eq!(problems(text, &["fr"]), vec![]);
}

#[test]
fn a_vendor_leaves_some_trace() {
    let text = "[[vendor]]\nid = \"a\"\nname = \"A\"\npurpose = \"necessary\"\nkind = \"platform\"";
    let found = problems(text, &[]);
    assert!(found[0].message.contains("nothing tells it"));
}

#[test]
fn each_wanted_language_is_written() {
    let text = GOOD.replace("ar = \"c\"", "ar = \" \"");
    let found = problems(&text, ALL);
    assert_eq!(found.len(), 2, "the vendor's words and the cookie's");
    assert!(found[0].message.contains("not written in \"ar\""));
    assert_eq!(problems(&text, &["fr", "en"]), vec![]);
}

#[test]
fn hosts_are_bare_lower_case_names() {
    let cases = [
        ("", "is no host name"),
        ("example", "is no host name"),
        ("*.example.com", "is no host name"),
        (".example.com", "is no host name"),
        ("example.com.", "is no host name"),
        ("-a.example.com", "is no host name"),
        ("Example.com", "upper-case"),
        ("https://example.com", "scheme"),
        ("example.com:443", "port"),
        ("example .com", "whitespace"),
        ("example.com/", "path that says nothing"),
        ("example.com?id=", "query without a path"),
        ("example.com/a?", "key=valueprefix"),
        ("example.com/a?=x", "key=valueprefix"),
    ];
    for (host, expected) in cases {
        refused("\"acme.example\"", &format!("\"{host}\""), expected);
    }
}

#[test]
fn a_csp_source_is_no_wider_than_a_host() {
    for source in ["*", "https:", "https://*", "https://*.com", "http://a.example", "'unsafe-eval'"] {
        let text = GOOD.replace("https://*.acme.example", source);
        assert_eq!(problems(&text, ALL).len(), 1, "{source}");
    }
    refused("*.acme.example", "a.example; img-src *", "ends a source");
}

#[test]
fn a_shape_does_not_match_everything() {
    refused("/acme.php?site=", "/", "every request");
    refused("/acme.php?site=", "acme.php", "does not begin with");
    refused("/acme.php?site=", "/a b", "whitespace");
    refused("/acme.php?site=", "/acme.php?", "key=valueprefix");
}

#[test]
fn an_inline_signature_can_match_and_only_its_vendor() {
    refused("acme('init'", "acm", "too short");
    refused("acme('init'", "Acme('init'", "upper-case");
    refused("acme('init'", "acme(`init`", "never match");
    refused("acme('init'", r"acme\\/init", "never match");
}

#[test]
fn a_global_has_a_name_and_a_shape() {
    refused("acme()", "acme", "does not end with");
    refused("acme()", "acme.push()", "no JavaScript name");
    refused("acme()", "()", "no JavaScript name");
    refused("acme()", "1acme[]", "no JavaScript name");
}

#[test]
fn a_cookie_name_matches_some_cookies_only() {
    refused("\"_acme*\"", "\"*\"", "every cookie");
    refused("\"_acme*\"", "\"\"", "every cookie");
    refused("\"_acme*\"", "\"a b\"", "no cookie name");
    refused("\"_acme*\"", "\"a=b\"", "no cookie name");
}

#[test]
fn a_lifetime_fits_its_store() {
    refused("days = 30", "days = 3651", "over 3650");
    refused("days = 30", "days = 30\nstore = \"session\"", "days = 0");
    refused("days = 30", "days = 30\nstore = \"local\"\nhttp_only = true", "http_only");
}

#[test]
fn an_id_is_used_once() {
    let twice = format!("{GOOD}{}", GOOD.replace("acme.example\",", "b.example\","));
    let found = problems(&twice.replacen("=cdn", "=cdn2", 1), ALL);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("id \"acme-stats\" is already claimed"));
}

#[test]
fn a_host_is_claimed_once_whatever_the_purpose() {
    let second = "purpose = \"analytics\"\nentity = \"S\"\ncountry = \"CA\"\n\
        policy_url = \"https://s.example\"\nhosts = [\"acme.example\"]";
    refused_beside(second, "host \"acme.example\" is already claimed by \"acme-stats\"");
}

#[test]
fn a_host_is_claimed_once_across_files() {
    let vendors = parse("a.toml", GOOD).expect("parses");
    let files = ["a.toml", "b.toml"].map(|file| NamedVendors { file, vendors: &vendors });
    let found = validate(&files, ALL);
    assert!(found.iter().all(|problem| problem.file == "b.toml"));
    assert_eq!(found.len(), 3, "the id and two hosts: {found:?}");
}

#[test]
fn a_cookie_is_shared_only_for_the_same_purpose() {
    let cookie = "[[vendor.cookie]]\nname = \"_acme*\"\ndays = 1\n\
        why = { fr = \"a\", en = \"b\", ar = \"c\" }";
    refused_beside(&format!("purpose = \"marketing\"\n{cookie}"), "cookie \"_acme*\" is already claimed");
    let shared = GOOD.replace("acme-stats", "other").replace(".example", ".test");
    let shared = shared.replace("[\"acme.test\", \"=cdn.test/acme?id=A-\"]", "[\"acme.test\"]");
    assert_eq!(problems(&format!("{GOOD}{shared}"), ALL), vec![]);
}

#[test]
fn shapes_and_signatures_are_shared_only_for_the_same_purpose() {
    refused_beside("purpose = \"marketing\"\nsame_origin = [\"/acme.php?site=\"]", "same_origin shape");
    refused_beside("purpose = \"marketing\"\ninline = [\"acme('init'\"]", "inline signature");
}

#[test]
fn a_global_has_one_shape_for_all() {
    refused_beside(
        "purpose = \"marketing\"\ninline = [\"second.js\"]\nglobals = [\"acme[]\"]",
        "global \"acme\" is already claimed",
    );
}
