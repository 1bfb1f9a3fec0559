//! Paths that hold people's data, in every dress: linked from the site's own pages, listed in its sitemap, and asked for
//! by visitors. None becomes a name in the list of pages, a released cell, or a byte on the disk.
//!
//! `nasty_paths.tsv` has each path as a link would have it, with the kind of data that it stands for.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;

use paravent::clock::{Clock, Zone};
use paravent::config;
use paravent::egress::{OriginFetch, Scope, survey};
use paravent::policy::{Day, Hosts};
use paravent::store::Store;
use paravent::usage::{
    Act, AgentSigns, CampaignTags, ConsentOutcome, Declared, Device, Family, Identity, PageList, PageSources,
    Preset, ReleasePlan, Seen, SitePlan, Source, UNLISTED, Usage, suggested_templates,
};
use proptest::prelude::*;

use crate::support::{self, Origin, ok};
use crate::timed::{Timed, all_below};
use crate::{DAILY, DAY, MONDAY, navigation};

const NASTY: &str = include_str!("nasty_paths.tsv");

fn nasty() -> impl Iterator<Item = (&'static str, &'static str)> {
    NASTY.lines().map(|line| line.split_once('\t').unwrap())
}

fn listed(path: &str) -> Vec<String> {
    let sources = PageSources { found: [path.to_owned()].into(), ..PageSources::default() };
    PageList::frozen(&sources).names().to_vec()
}

fn is_listed(path: &str) -> bool {
    listed(path) != [UNLISTED, "/"]
}

#[test]
fn no_nasty_path_becomes_a_page() {
    let kinds: BTreeSet<&str> = nasty().map(|(kind, _)| kind).collect();
    let known = [
        "birth-date",
        "cin",
        "digits",
        "email",
        "name",
        "phone",
        "postal-code",
        "ramq",
        "sin",
        "token",
        "uuid",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), known);
    assert!(nasty().map(|(_, path)| path).collect::<BTreeSet<_>>().len() >= 300);
    let through: Vec<_> = nasty().filter(|(_, path)| is_listed(path)).collect();
    assert!(through.is_empty(), "{through:#?}");
}

/// What clinics' sites are made of; a list that kept everything out would be no list.
#[test]
fn ordinary_pages_are_listed() {
    let pages: Vec<&str> = include_str!("ordinary_paths.txt").lines().collect();
    let kept_out: Vec<_> = pages.iter().filter(|path| !is_listed(path)).collect();
    assert!(pages.len() >= 100 && kept_out.is_empty(), "{kept_out:#?}");
}

/// The road of what the site itself links and lists: surveyed, proposed, listed, asked for, released, stored.
#[test]
fn nothing_nasty_that_the_site_links_is_stored() {
    let found = surveyed(&site_full_of_nasty_paths());
    let nasty_found =
        found.iter().filter(|path| !["/", "/services", "/horaires"].contains(&path.as_str())).count();
    assert!(nasty_found >= 250, "the survey brought only {nasty_found}");
    let folder = support::folder_in_memory();
    let clock = Clock::set_to(MONDAY);
    let store = Arc::new(Store::open(&folder.path().join("paravent.sqlite"), clock.clone()).unwrap());
    store.suggest_templates("clinic.example", &suggested_templates(&found, &[])).unwrap();
    let plan = SitePlan {
        name: "clinic.example".to_owned(),
        zone: Zone::utc(),
        preset: Preset::Detailed,
        release: ReleasePlan::Daily,
        pages: PageSources::default(),
        declared: Declared::default(),
    };
    let usage = Usage::open(vec![plan], store.clone(), None, clock.clone()).unwrap();
    let site = usage.site("clinic.example").unwrap();
    usage.propose_pages(site, found.clone());
    for path in &found {
        let token =
            usage.token(site, Identity { network: path, user_agent: "", accept_language: "" }).unwrap();
        usage.record(usage.page_view(site, seen(path)).unwrap(), token);
    }
    clock.advance(DAY);
    usage.tick().unwrap();
    assert_eq!(stored_pages(&store), ["(unlisted)", "/", "/horaires", "/services"].map(str::to_owned).into());
    assert!(!store.templates().unwrap().is_empty());
    holds_nothing_nasty(&all_below(folder.path()));
}

/// The road of what visitors ask for.
#[test]
fn nothing_nasty_that_visitors_ask_for_is_stored() {
    let paravent =
        Timed::before(&Origin::start(|_| ok("text/html", b"<!doctype html><title>x</title>")), DAILY, MONDAY);
    for (visitor, (_, path)) in nasty().enumerate() {
        // What no server can read as a path is refused, and not counted either.
        support::exchange(paravent.http, &navigation(visitor, "GET", path, &[]));
    }
    paravent.pass(DAY);
    let store = Store::open(&paravent.database(), Clock::system()).unwrap();
    assert_eq!(stored_pages(&store), ["(unlisted)", "/", "/services"].map(str::to_owned).into());
    let (unlisted, ..) = paravent.released("pages", UNLISTED).unwrap();
    assert!(unlisted > 250, "{unlisted} were counted");
    holds_nothing_nasty(
        &[all_below(paravent.folder.path()), paravent.dashboard("/export.csv?days=28").body].concat(),
    );
}

fn surveyed(origin: &Origin) -> Vec<String> {
    let address = origin.address;
    let origin = config::Origin { https: false, host: address.ip().to_string(), port: address.port() };
    let scope = Scope {
        host: "clinic.example".to_owned(),
        hosts: Hosts::These(vec!["clinic.example".to_owned()]),
        sensitive: Vec::new(),
        prefix: "/_privacy".to_owned(),
    };
    let fetch = OriginFetch::new(&origin, None, "clinic.example").unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(survey(&fetch, &scope)).into_iter().collect()
}

fn seen(path: &str) -> Seen<'_> {
    Seen {
        act: Act::Opens,
        path,
        campaign: CampaignTags::default(),
        source: Source::Direct,
        region: None,
        device: Device::Phone,
        language: None,
        consent: ConsentOutcome::NotAsked,
        agent: AgentSigns { user_agent: "Mozilla/5.0", accept_language: "fr", purpose: "" },
    }
}

fn stored_pages(store: &Store) -> BTreeSet<String> {
    let cells = store.released("clinic.example", Family::Pages, Day(0), Day(u32::MAX)).unwrap();
    cells.into_iter().map(|cell| cell.cell).collect()
}

fn holds_nothing_nasty(bytes: &[u8]) {
    for (_, path) in nasty().filter(|(_, path)| path.len() > 8) {
        assert!(support::find(bytes, path.as_bytes()).is_none(), "{path}");
    }
    for part in
        ["tremblay", "Tremblay", "gagnon", "TREJ12345678", "example.ca", "0612345678", "550e8400", "BE54321"]
    {
        assert!(support::find(bytes, part.as_bytes()).is_none(), "{part}");
    }
}

/// Which answers Paravent's own survey, as the other tests' origins do not.
fn site_full_of_nasty_paths() -> Origin {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let links: String = nasty().map(|(_, path)| format!("<a href=\"{}\">x</a>\n", escaped(path))).collect();
    let home = format!("<!doctype html><title>x</title><a href=/services>s</a>{links}");
    let urls = nasty().map(|(_, path)| path).chain(["/horaires"]);
    let urls: String =
        urls.map(|path| format!("<url><loc>https://clinic.example{}</loc></url>", escaped(path))).collect();
    let sitemap = format!("<urlset>{urls}</urlset>");
    let (origin, listener) = Origin::by_hand();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Some(request) = support::read_request(&mut stream) else { continue };
            let answer = match request.target() {
                "/" => ok("text/html", home.as_bytes()),
                "/sitemap.xml" => ok("application/xml", sitemap.as_bytes()),
                _ => ok("text/html", b"<!doctype html><title>x</title>"),
            };
            // The survey may have hung up.
            let _ = stream.write_all(&answer);
        }
    });
    origin
}

/// A value of each kind.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{2,9}[._]?[a-z]{2,9}@[a-z]{3,9}\\.(ca|ma|com)",
        "(514|438|450|418)[-. ]?[2-9][0-9]{2}[-. ]?[0-9]{4}",
        "0[5-7]([-. ]?[0-9]{2}){4}",
        "[A-Z]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}",
        "[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{3}",
        "[A-Z]{1,2}-?[0-9]{5,7}",
        "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])",
        "([1-9]|[12][0-9])-(janvier|avril|juillet|october|mars|may|decembre)-(19|20)[0-9]{2}",
        "[A-Z][0-9][A-Z][- ]?[0-9][A-Z][0-9]",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{9}123",
        "[0-9]{5,12}",
    ]
}

/// The same value in another dress.
fn dressed(text: &str, dress: usize) -> String {
    let each = |dress: &dyn Fn(char) -> String| text.chars().map(dress).collect::<String>();
    let moved = |c: char, by: u32| char::from_u32(u32::from(c) + by).unwrap().to_string();
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let digits_from =
        |zero: char| each(&|c| c.to_digit(10).map_or(c.to_string(), |digit| moved(zero, digit)));
    match dress {
        0 => text.to_owned(),
        1 => text.to_lowercase(),
        2 => percent(text),
        3 => percent(&percent(text)),
        4 => percent(text).replace('%', "%25"),
        5 => each(&|c| if c.is_ascii_graphic() { moved(c, 0xfee0) } else { c.to_string() }),
        6 => digits_from('\u{660}'),
        7 => digits_from('\u{6f0}'),
        8 => digits_from('\u{1d7ce}'),
        9 => each(&|c| format!("&#{};", u32::from(c))).replace('#', "%23").replace(';', "%3B"),
        10 => each(&|c| format!("{c}\u{200b}")),
        11 => each(&|c| format!("%u{:04x}", u32::from(c))),
        12 => text.replace(['-', ' '], "+"),
        _ => text.replace(['-', ' '], "_"),
    }
}

proptest! {
    /// In any dress, alone, behind a word or in a folder.
    #[test]
    fn a_value_in_any_dress_is_no_page(value in value(), dress in 0usize..14, place in 0usize..4) {
        let value = dressed(&value, dress);
        let path = ["/{}", "/dossier/{}", "/rapport-{}", "/services/{}/irm"][place].replace("{}", &value);
        prop_assert!(!is_listed(&path), "{}", path);
    }

    /// Below someone's own records nothing has a name, known or not.
    #[test]
    fn names_below_records_are_no_pages(name in "[a-zéàç]{3,10}z[a-z]{1,5}([-_.][a-z]{3,9}x)?", at in 0usize..6) {
        let parent = ["patient", "dossier", "mon-compte", "fr/patients", "espace-patient", "resultats"][at];
        let path = format!("/{parent}/{name}");
        prop_assert!(!is_listed(&path), "{}", path);
    }

    /// Whatever comes: what is listed has none of the signs that codes and addresses need.
    #[test]
    fn what_is_listed_is_plain(path in "/\\PC{0,40}") {
        for name in listed(&path).iter().filter(|name| *name != UNLISTED) {
            prop_assert!(!name.contains(['@', '%', '&', '=', '?', '#', '{', '<', '+', '~', ':']), "{}", name);
            prop_assert!(name.chars().filter(char::is_ascii_digit).count() < 40, "{}", name);
        }
    }
}
