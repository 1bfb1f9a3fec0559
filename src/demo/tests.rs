//! The demo as a visitor's browser and a crawler see it.

use std::collections::{BTreeSet, VecDeque};

use super::clinics::{CLINICS, Clinic};
use super::places::{self, Found, Language, Page, Place};
use super::{DemoAnswer, DemoRequest, PROFILES, answer, content};

fn ask(method: &str, host: &str, path: &str) -> DemoAnswer {
    answer(&DemoRequest { method, host, path_and_query: path })
}

fn get(clinic: &Clinic, path: &str) -> DemoAnswer {
    ask("GET", &format!("{}.localhost:8080", clinic.profile), path)
}

fn text(answer: &DemoAnswer) -> String {
    String::from_utf8(answer.body.to_vec()).expect("the demo answers in UTF-8")
}

fn headers<'a>(answer: &'a DemoAnswer, name: &str) -> Vec<&'a str> {
    let named = answer.headers.iter().filter(|(key, _)| *key == name);
    named.map(|(_, value)| value.as_str()).collect()
}

/// The values of an attribute, wherever it stands in the page.
fn attributes(html: &str, name: &str) -> Vec<String> {
    let mark = format!(" {name}=\"");
    html.split(&mark)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|value| value.replace("&#38;", "&"))
        .collect()
}

#[test]
fn every_profile_has_a_clinic_and_the_other_way_round() {
    let profiles = CLINICS.each_ref().map(|clinic| clinic.profile);
    assert_eq!(profiles, PROFILES);
}

#[test]
fn every_content_file_is_read_and_fits_its_clinic() {
    for (edition, read) in content::LIBRARY.iter() {
        if let Err(error) = read {
            panic!("{edition:?}: {error}");
        }
    }
    for clinic in &CLINICS {
        assert_eq!(content::looks(clinic).len(), clinic.people.len());
        for edition in clinic.editions {
            let content = content::of(clinic, edition.language).expect("was read above");
            assert_eq!(content.text.team.people.len(), clinic.people.len());
        }
    }
}

#[test]
fn every_page_answers_in_its_language_with_one_heading_and_the_bar() {
    for clinic in &CLINICS {
        for place in places::all(clinic) {
            let path = places::path(clinic, place);
            let answer = get(clinic, &path);
            assert_eq!(answer.status, 200, "{} {path}", clinic.profile);
            let html = text(&answer);
            let edition = clinic.edition(place.language).expect("listed");
            let opening = format!("<html lang=\"{}\" dir=\"{}\">", edition.tag, place.language.direction());
            assert!(html.contains(&opening), "{path}: no {opening}");
            assert_eq!(html.matches("<h1").count(), 1, "{} {path}", clinic.profile);
            assert!(html.contains("id=\"demo-bar\""), "{path}");
        }
    }
}

#[test]
fn every_link_picture_and_form_inside_a_clinic_leads_somewhere() {
    for clinic in &CLINICS {
        let mut seen = BTreeSet::from(["/".to_owned()]);
        let mut waiting = VecDeque::from(["/".to_owned()]);
        while let Some(path) = waiting.pop_front() {
            let answer = get(clinic, &path);
            assert_eq!(answer.status, 200, "{} {path}", clinic.profile);
            if !headers(&answer, "content-type")[0].starts_with("text/html") {
                continue;
            }
            let html = text(&answer);
            for form in attributes(&html, "action") {
                let host = format!("{}.localhost", clinic.profile);
                assert_eq!(ask("POST", &host, &form).status, 200, "{form}");
            }
            let links = attributes(&html, "href").into_iter().chain(attributes(&html, "src"));
            for link in links.filter(|l| l.starts_with('/') && !l.starts_with("//")) {
                let link = link.split('#').next().unwrap_or_default().to_owned();
                if seen.insert(link.clone()) {
                    waiting.push_back(link);
                }
            }
        }
        for place in places::all(clinic) {
            let path = places::path(clinic, place);
            assert!(seen.contains(&path), "{} never links {path}", clinic.profile);
        }
    }
}

#[test]
fn every_icon_that_a_page_uses_is_drawn() {
    let icons = text(&get(&CLINICS[0], "/images/icons.svg"));
    for clinic in &CLINICS {
        for place in places::all(clinic) {
            let html = text(&get(clinic, &places::path(clinic, place)));
            for link in attributes(&html, "href") {
                if let Some(name) = link.strip_prefix("/images/icons.svg#") {
                    assert!(icons.contains(&format!("id=\"{name}\"")), "{name}");
                }
            }
        }
    }
}

#[test]
fn every_clinic_carries_the_tags_that_its_kind_of_site_has() {
    let expected: [(&str, &[&str]); 5] = [
        (
            "radiology-quebec",
            &[
                "www.googletagmanager.com/gtm.js",
                "www.googletagmanager.com/gtag/js?id=G-",
                "www.googletagmanager.com/ns.html",
                "AW-",
                "connect.facebook.net/en_US/fbevents.js",
                "www.facebook.com/tr?id=",
                "static.hotjar.com",
                "snap.licdn.com",
                "px.ads.linkedin.com",
                "fonts.googleapis.com",
                "client.crisp.chat",
                "www.youtube.com/embed/",
                "www.google.com/maps/embed",
                " ping=\"",
            ],
        ),
        (
            "second-opinion-montreal",
            &[
                "www.googletagmanager.com/gtag/js?id=G-",
                "www.clarity.ms/tag/",
                "snap.licdn.com",
                "www.youtube-nocookie.com/embed/",
                "www.google.com/maps",
                "background-image:url(https://",
            ],
        ),
        (
            "records-vendor",
            &[
                "www.googletagmanager.com/gtm.js",
                "www.googletagmanager.com/gtag/js?id=G-",
                "www.facebook.com/plugins/page.php",
                "connect.facebook.net/fr_CA/sdk.js",
                "snap.licdn.com",
                "js.hs-scripts.com",
                "fonts.googleapis.com",
                "www.linkedin.com/company/",
            ],
        ),
        (
            "primary-care-quebec",
            &[
                "cdn.matomo.cloud",
                "matomo.php?idsite=",
                "www.googletagmanager.com/gtag/js?id=G-",
                "fonts.googleapis.com",
                "www.google.com/maps/embed",
                "www.google.com/recaptcha/api.js",
            ],
        ),
        (
            "radiology-morocco",
            &[
                "www.googletagmanager.com/gtag/js?id=G-",
                "connect.facebook.net/en_US/fbevents.js",
                "analytics.tiktok.com",
                "maps.google.com/maps",
                "https://wa.me/212",
                "getbutton.io",
                "fonts.googleapis.com",
                "www.youtube.com/embed/",
            ],
        ),
    ];
    for (clinic, (profile, marks)) in CLINICS.iter().zip(expected) {
        assert_eq!(clinic.profile, profile);
        for edition in clinic.editions {
            let language = edition.language;
            let pages = [Page::Home, Page::Contact, Page::Appointment];
            let paths = pages.map(|page| places::path(clinic, Place { language, page }));
            let site: String = paths.iter().map(|path| text(&get(clinic, path))).collect();
            for mark in marks {
                assert!(site.contains(mark), "{profile} in {language:?}: no {mark}");
            }
        }
    }
}

#[test]
fn a_pages_own_resources_come_from_its_own_origin() {
    for clinic in &CLINICS {
        let html = text(&get(clinic, "/"));
        let body = html.split("id=\"demo-bar\"").nth(1).expect("the bar");
        for source in attributes(body, "src") {
            let own = source.starts_with('/') && !source.starts_with("//");
            let framed = source.contains("youtube") || source.contains("facebook.com/plugins");
            let tag = clinic.tags.body_end.contains(&source);
            assert!(own || framed || tag, "{} loads {source}", clinic.profile);
        }
        let styles = text(&get(clinic, "/assets/site.css"));
        assert!(!styles.contains("http"), "the stylesheet names a host");
    }
}

#[test]
fn a_booking_is_thanked_with_its_conversion_tags_and_nothing_is_kept() {
    let host = "radiology-quebec.localhost:8080";
    let first = ask("POST", host, "/rendez-vous");
    let second = ask("POST", host, "/rendez-vous");
    assert_eq!(first.status, 200);
    assert_eq!(first.body, second.body);
    let html = text(&first);
    assert!(html.contains("Merci, votre demande est arrivée"));
    assert!(html.contains("'send_to': 'AW-"));
    assert_eq!(ask("POST", host, "/en/results").status, 200);
    assert_eq!(ask("POST", host, "/services").status, 405);
    assert_eq!(ask("DELETE", host, "/").status, 405);
}

#[test]
fn cookies_are_set_as_real_sites_set_them() {
    let clinic = &CLINICS[0];
    let english = get(clinic, "/en/");
    let set = headers(&english, "set-cookie");
    assert!(set[0].starts_with("PHPSESSID=") && set[0].ends_with("HttpOnly"));
    assert_eq!(set[1], "lang=en; Path=/; Max-Age=31536000");
    assert!(set[2].starts_with("_ga=GA1."));
    let opinion = get(&CLINICS[1], "/");
    assert!(!headers(&opinion, "set-cookie").iter().any(|c| c.starts_with("_ga")));
}

#[test]
fn hosts_that_name_no_clinic_get_a_404() {
    for host in [
        "localhost",
        "radiology-quebec",
        "unknown.localhost",
        "radiology-quebec.localhost.example",
        "radiology-quebec.localhost:80<script>",
        "",
    ] {
        assert_eq!(ask("GET", host, "/").status, 404, "{host}");
    }
    assert_eq!(ask("GET", "Radiology-Quebec.localhost", "/").status, 200);
}

#[test]
fn a_lost_page_is_a_404_in_the_language_of_its_path() {
    let morocco = &CLINICS[4];
    let lost = get(morocco, "/ar/rien");
    assert_eq!(lost.status, 404);
    assert!(text(&lost).contains("dir=\"rtl\""));
    assert_eq!(get(morocco, "/ar/services").status, 404);
    assert_eq!(get(morocco, "/fariq").status, 404);
    assert_eq!(get(morocco, "/equipe/personne").status, 404);
    assert_eq!(get(morocco, "/images/../site.css").status, 404);
}

#[test]
fn the_first_languages_prefix_moves_to_the_short_address() {
    let moved = get(&CLINICS[0], "/fr/rendez-vous");
    assert_eq!(moved.status, 301);
    assert_eq!(headers(&moved, "location"), ["/rendez-vous"]);
    let root = places::find(&CLINICS[1], "/en");
    assert_eq!(root, Some(Found::Moved("/".to_owned())));
    let away = get(&CLINICS[0], "/fr//elsewhere.example/");
    assert_eq!(headers(&away, "location"), ["/elsewhere.example/"]);
}

#[test]
fn the_agreed_addresses_hold() {
    let path = |clinic: usize, language, page| places::path(&CLINICS[clinic], Place { language, page });
    assert_eq!(path(0, Language::French, Page::Appointment), "/rendez-vous");
    assert_eq!(path(0, Language::English, Page::Appointment), "/en/appointment");
    assert_eq!(path(1, Language::English, Page::Appointment), "/appointment");
    assert_eq!(path(4, Language::Arabic, Page::Appointment), "/ar/mawid");
    assert_eq!(path(0, Language::French, Page::Person(0)), "/equipe/marie-eve-gagnon");
}

#[test]
fn robots_and_sitemap_name_the_host_that_was_asked() {
    let clinic = &CLINICS[2];
    let robots = text(&get(clinic, "/robots.txt"));
    assert!(robots.contains("Sitemap: http://records-vendor.localhost:8080/sitemap.xml"));
    let sitemap = text(&get(clinic, "/sitemap.xml"));
    let pages = places::all(clinic).count();
    assert_eq!(sitemap.matches("<loc>").count(), pages);
    assert!(sitemap.contains("<loc>http://records-vendor.localhost:8080/en/team</loc>"));
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let whole = get(&CLINICS[3], "/");
    let head = ask("HEAD", "primary-care-quebec.localhost:8080", "/");
    assert_eq!(head.status, whole.status);
    assert_eq!(head.headers, whole.headers);
    assert!(head.body.is_empty());
}

#[test]
fn drawings_wear_the_clinics_colours() {
    for clinic in &CLINICS {
        let drawing = text(&get(clinic, "/images/reception.svg"));
        assert!(drawing.contains(clinic.palette));
        let portrait = text(&get(clinic, &format!("/images/people/{}.svg", clinic.people[0])));
        assert!(portrait.contains(&content::looks(clinic)[0].coat));
    }
}
