//! The operator's own lists of trackers.
//!
//! In: files in the syntax of EasyPrivacy, or hosts files. Out: a [`TrackerList`] for the catalogue, or
//! what is wrong with a file. It is asked about URLs and keeps none.

use std::fmt;
use std::fs;
use std::sync::Arc;

use adblock::Engine;
use adblock::lists::{FilterFormat, FilterSet, ParseOptions, ParsedLine, RuleTypes, parse_filter};
use adblock::request::{Request, RequestType};
use adblock::sourcemap::FilterRuleDebugInfo;

use super::check::resolved;
use super::problem::Report;
use super::raw::RawServer;
use super::table::Given;
use crate::policy::{Destination, Listed, TrackerList, is_below};

/// A file, in bytes: EasyPrivacy has about two million.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Rules may be for one kind of request only, and a page's address does not say of which kind it is.
const KINDS: [RequestType; 6] = [
    RequestType::Script,
    RequestType::Image,
    RequestType::Xmlhttprequest,
    RequestType::Ping,
    RequestType::Subdocument,
    RequestType::Other,
];

/// All lists together, so that an exception in one holds against a rule in another.
struct Lists {
    engine: Engine,
    /// As the config names them.
    files: Vec<String>,
}

/// Reads the lists that `[server]` names; `None` where it names none.
pub(super) fn tracker_lists(raw: &RawServer, report: &Report) -> Option<Arc<dyn TrackerList>> {
    let named = raw.tracker_lists.value().filter(|named| !named.is_empty())?;
    // With the rules as they are written, so that a ruling can name its rule.
    let mut rules = FilterSet::new(true);
    let mut files = Vec::new();
    for given in named {
        match read(given) {
            Ok((text, options)) => {
                rules.add_filter_list(text, options);
                files.push(given.value.clone());
            }
            Err(why) => {
                let message = format!("tracker_lists: {} {why}", resolved(given).display());
                report.say(
                    &given.at,
                    message,
                    "name a list in the syntax of EasyPrivacy that the service may read",
                );
            }
        }
    }
    Some(Arc::new(Lists { engine: Engine::new_with_filter_set(rules), files }))
}

/// The text of a list and how to read it; else what is wrong with it.
fn read(given: &Given<String>) -> Result<(String, ParseOptions), String> {
    let path = resolved(given);
    let unreadable = |error| format!("cannot be read: {error}");
    if fs::metadata(&path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(format!("has more than {MOST_BYTES} bytes"));
    }
    let text = fs::read_to_string(&path).map_err(unreadable)?;
    let is_comment = |line: &str| line.is_empty() || line.starts_with(['!', '#', '[']);
    let first = text.lines().map(str::trim).find(|line| !is_comment(line)).unwrap_or_default();
    if first.starts_with(['<', '{']) {
        return Err("is no list of rules".to_owned());
    }
    let is_hosts_file = first.starts_with("0.0.0.0") || first.starts_with("127.0.0.1");
    let format = if is_hosts_file { FilterFormat::Hosts } else { FilterFormat::Standard };
    let options = ParseOptions { format, rule_types: RuleTypes::NetworkOnly, ..ParseOptions::default() };
    let is_rule = |line: &str| matches!(parse_filter(line, false, options), Ok(ParsedLine::Network(_)));
    match text.lines().any(is_rule) {
        true => Ok((text, options)),
        false => Err("holds no rule that blocks a request".to_owned()),
    }
}

impl TrackerList for Lists {
    fn names(&self, to: &Destination<'_>, page_host: &str) -> Option<Listed> {
        let query = if to.query.is_empty() { String::new() } else { format!("?{}", to.query) };
        let url = format!("{}://{}{}{query}", to.scheme, to.host, to.path);
        let third_party = !same_site(to.host, page_host);
        let mut request = Request::preparsed(&url, to.host, page_host, "other", third_party, "get");
        let mut named = None;
        for kind in KINDS {
            request.request_type = kind;
            let result = self.engine.check_network_request_subset(&request, false, true);
            if result.exception.is_some() && !result.important {
                return None;
            }
            named = named.or(result.filter);
        }
        named.map(|rule| self.listed(rule))
    }
}

impl Lists {
    fn listed(&self, rule: FilterRuleDebugInfo) -> Listed {
        let place = rule.source_location.and_then(|at| {
            let file = self.files.get(at.source_index as usize)?;
            Some(format!("{file}:{}", at.line_number + 1))
        });
        Listed {
            place: place.unwrap_or_else(|| self.files.join(", ")),
            rule: rule.raw_line.unwrap_or_default(),
        }
    }
}

impl fmt::Debug for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lists").field(&self.files).finish()
    }
}

fn same_site(host: &str, page_host: &str) -> bool {
    let registrable = psl::domain_str(page_host).unwrap_or(page_host);
    host == registrable || is_below(host, registrable)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::checked::Config;

    fn config(folder: &Path, lists: &str) -> Result<Config, String> {
        let text = format!(
            "[server]\nlisten = [\"127.0.0.1:1\"]\ntracker_lists = [{lists}]\n[[site]]\nhosts = [\"clinic.example\"]\n\
             origin = \"http://127.0.0.1:2\"\njurisdiction = \"quebec\"\n"
        );
        let file = folder.join("paravent.toml");
        fs::write(&file, text).unwrap();
        Config::load(&file).map_err(|error| error.to_string())
    }

    fn named(config: &Config, url: &str) -> Option<String> {
        let url = url::Url::parse(url).unwrap();
        let to = crate::policy::Destination {
            scheme: url.scheme(),
            host: url.host_str().unwrap(),
            path: url.path(),
            query: url.query().unwrap_or_default(),
        };
        config
            .catalogue
            .listed(&to, "clinic.example")
            .map(|listed| format!("{} {}", listed.place, listed.rule))
    }

    #[test]
    fn rules_are_named_and_exceptions_hold_across_lists() {
        let folder = tempfile::tempdir().unwrap();
        let rules = "! Title: test\n||tracker.example^\n/beacon/collect.\n||typed.example^$script\n\
                     ||third.example^$third-party\n/relay.js$third-party\nclinic.example##.ad\n";
        fs::write(folder.path().join("easy.txt"), rules).unwrap();
        fs::write(folder.path().join("mine.txt"), "@@||fine.tracker.example^\n@@/beacon/collect.js|\n")
            .unwrap();
        fs::write(folder.path().join("hosts"), "# hosts\n0.0.0.0 hosted.example\n").unwrap();
        let config = config(folder.path(), "\"easy.txt\", \"mine.txt\", \"hosts\"").unwrap();
        let named = |url| named(&config, url);
        assert_eq!(named("https://a.tracker.example/x?y").as_deref(), Some("easy.txt:2 ||tracker.example^"));
        assert_eq!(named("https://fine.tracker.example/x"), None);
        assert_eq!(named("https://typed.example/x").as_deref(), Some("easy.txt:4 ||typed.example^$script"));
        assert_eq!(
            named("https://third.example/x").as_deref(),
            Some("easy.txt:5 ||third.example^$third-party")
        );
        assert_eq!(
            named("https://clinic.example/beacon/collect.gif").as_deref(),
            Some("easy.txt:3 /beacon/collect.")
        );
        assert_eq!(named("https://clinic.example/beacon/collect.js"), None);
        assert_eq!(named("https://www.clinic.example/relay.js"), None, "the site's own is no third party");
        assert!(named("https://hosted.example/").is_some_and(|named| named.starts_with("hosts:2 ")));
        assert_eq!(named("https://nobody.example/x"), None);
    }

    #[test]
    fn a_file_that_is_no_list_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("page.html"), "<!doctype html><p>404").unwrap();
        fs::write(folder.path().join("empty.txt"), "! Title: nothing\nexample.com##.ad\n").unwrap();
        fs::write(folder.path().join("binary"), [0xff, 0xfe, 0]).unwrap();
        for (file, why) in [
            ("page.html", "is no list of rules"),
            ("empty.txt", "holds no rule"),
            ("binary", "cannot be read"),
            ("missing.txt", "cannot be read"),
        ] {
            let problem = config(folder.path(), &format!("\"{file}\"")).unwrap_err();
            assert!(
                problem.contains("paravent.toml:3:") && problem.contains(file) && problem.contains(why),
                "{problem}"
            );
        }
    }
}
