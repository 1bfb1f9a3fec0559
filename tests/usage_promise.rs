//! The public guarantee as a visitor finds it: `GET /_privacy/usage`, with the figures of the site's own
//! preset, and the objection that can be made there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use support::{Origin, Paravent, request};

const USAGE: &str = "/_privacy/usage?lang=en";

fn page_of(site: &str) -> String {
    let paravent = Paravent::with(&Origin::away(), "", site);
    let answer = paravent.get(USAGE, &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.field("content-type").unwrap(), "text/html; charset=utf-8");
    assert!(answer.field("content-security-policy").unwrap().contains("default-src 'none'"));
    answer.text()
}

#[test]
fn a_site_publishes_the_guarantee_of_its_preset() {
    let page = page_of("");
    for said in
        [">0.25<", ">4.0<", ">0.000001<", ">0.080<", ">5.591<", "500 visits a day or more", "time zone UTC"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(page.contains("Only anonymised aggregates are recorded."));
}

#[test]
fn another_preset_publishes_other_figures() {
    let usage = "usage = { preset = \"strict\", release = \"weekly\", time_zone = \"America/Montreal\" }";
    let page = page_of(usage);
    for said in [">0.1<", ">2.5<", ">0.0320<", ">8.839<", "everything else once a week.", "America/Montreal"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains(">4.0<"));
}

#[test]
fn the_privacy_page_leads_there_and_one_can_object_there() {
    let paravent = Paravent::before(&Origin::away());
    assert!(paravent.get("/_privacy/?lang=en", &[]).text().contains(r#"href="/_privacy/usage?lang=en""#));
    let before = paravent.get(USAGE, &[]).text();
    assert!(before.contains(r#"<input type="hidden" name="return" value="/_privacy/usage?lang=en">"#));
    let fields = [("Origin", "http://clinic.example"), ("Content-Type", "application/x-www-form-urlencoded")];
    let form = "usage=object&return=%2F_privacy%2Fusage%3Flang%3Den";
    let pressed = paravent.raw(request("POST", "/_privacy/consent", &fields, form));
    assert_eq!((pressed.status, pressed.field("location").as_deref()), (303, Some(USAGE)));
    let cookie = pressed.field("set-cookie").unwrap();
    let after = paravent.get(USAGE, &[("Cookie", cookie.split(';').next().unwrap())]).text();
    assert!(after.contains("Your pages are not counted") && after.contains(r#"value="count""#));
}
