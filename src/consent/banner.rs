//! In: a page's view. Out: the `<paravent-consent>` element: the question where there is one, else
//! the preferences control, with the panel of switches either way. It works without a script.

use askama::Template;

use super::PageView;
use super::announced::{Announced, announced};
use super::assets::{BANNER, File};
use super::granted::{Extent, extent, granted, optional};
use super::theme::{sheets, theme};
use super::words::Words;
use crate::config::Site;
use crate::policy::{Decision, Jurisdiction, Purpose, Source};

/// Up to so many vendors the question names them all.
const MOST_NAMES: usize = 4;
/// Of more, it names so many.
const SOME_NAMES: usize = 3;

/// The banner's element, with its declarative shadow root.
pub fn banner(view: &PageView<'_>) -> String {
    let words = view.words();
    let extent = extent(&view.site.policy, view.decision.consent());
    let posts = view.origin_policy.lets_post();
    let template = Banner {
        v: view,
        w: words,
        style: &BANNER.text,
        sheets: sheets(view, &BANNER),
        theme: theme(view.site),
        asks: view.decision.asks() && posts,
        // Without a form there is nothing to press but the link to the page that has one.
        offers: if posts { purposes(view, &words) } else { Vec::new() },
        who: words
            .fill_two("ask-who", [("site", view.site_name()), ("vendors", &vendor_names(view, &words))]),
        whereabouts: whereabouts(view, &words),
        now: words.say(now_key(view.decision, extent)),
        grants: extent != Extent::Nothing,
        offset: view.site.banner.offset,
        announced: announced(view, &words),
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "consent/banner.html")]
struct Banner<'a> {
    v: &'a PageView<'a>,
    w: Words,
    style: &'a str,
    sheets: Vec<(String, String)>,
    theme: Option<File>,
    asks: bool,
    offers: Vec<PurposeOffer>,
    who: String,
    whereabouts: String,
    now: String,
    grants: bool,
    offset: u16,
    announced: Option<Announced>,
}

/// A purpose as the banner shows it.
pub(super) struct PurposeOffer {
    pub id: &'static str,
    pub label: String,
    pub why: String,
    pub granted: bool,
    /// `Google Analytics, Google LLC, United States`.
    pub vendors: Vec<String>,
    pub vendor_count: String,
}

/// The purposes on offer, each with its vendors.
pub(super) fn purposes(view: &PageView<'_>, words: &Words) -> Vec<PurposeOffer> {
    let consent = view.decision.consent();
    let offer = |purpose: Purpose| {
        let vendors: Vec<String> = optional(&view.site.policy)
            .filter(|vendor| vendor.purpose == purpose)
            .map(|v| {
                [v.name.to_string(), v.entity.to_string(), words.country(&v.country)]
                    .join(&words.say("list-separator"))
            })
            .collect();
        PurposeOffer {
            id: purpose.id(),
            label: label(view.site, purpose, words),
            why: words.say(&format!("{}-why", purpose.id())),
            granted: consent.purposes.contains(purpose),
            vendor_count: words.count(
                "vendors-count",
                "count",
                u32::try_from(vendors.len()).unwrap_or(u32::MAX),
            ),
            vendors,
        }
    };
    view.site.policy.purposes().iter().map(offer).collect()
}

/// What a purpose is called on this site.
pub(super) fn label(site: &Site, purpose: Purpose, words: &Words) -> String {
    match site.labels.iter().find(|label| label.purpose == purpose) {
        Some(own) => own.label.in_language(words.language()).to_owned(),
        None => words.say(purpose.id()),
    }
}

/// The vendors by name, or a few of them and how many more: so the sentence that refusing costs nothing
/// stays in sight on a phone. All of them stand under their purpose, one press further.
fn vendor_names(view: &PageView<'_>, words: &Words) -> String {
    let mut names: Vec<String> = optional(&view.site.policy).map(|vendor| vendor.name.to_string()).collect();
    if names.len() > MOST_NAMES {
        let others = u32::try_from(names.len() - SOME_NAMES).unwrap_or(u32::MAX);
        names.truncate(SOME_NAMES);
        names.push(words.count("other-tools", "count", others));
    }
    words.list(&names)
}

/// Whether data would leave the country, and where to.
fn whereabouts(view: &PageView<'_>, words: &Words) -> String {
    // Software that the site runs itself sends nothing anywhere and has no country.
    let mut codes: Vec<&str> =
        optional(&view.site.policy).map(|vendor| &*vendor.country).filter(|code| !code.is_empty()).collect();
    codes.sort_unstable();
    codes.dedup();
    let countries =
        |codes: &[&str]| words.list(&codes.iter().map(|code| words.country(code)).collect::<Vec<_>>());
    if codes.is_empty() {
        return String::new();
    }
    let home = home(view.site.jurisdiction);
    let abroad: Vec<&str> = codes.iter().copied().filter(|code| *code != home).collect();
    if abroad.is_empty() {
        words.fill("ask-home", "countries", &countries(&codes))
    } else {
        words.fill_two("ask-abroad", [("home", home), ("countries", &countries(&abroad))])
    }
}

/// Where the law of a site is in force; empty where that is not one country. Quebec asks whether
/// information may leave the province (P-39.1, s. 8), and no vendor's country says that it may not: so
/// Canada is abroad there too.
const fn home(jurisdiction: Jurisdiction) -> &'static str {
    match jurisdiction {
        Jurisdiction::Quebec => "QC",
        Jurisdiction::Canada => "CA",
        Jurisdiction::Morocco => "MA",
        Jurisdiction::UsHipaa => "US",
        Jurisdiction::Gdpr | Jurisdiction::Strict => "",
    }
}

/// The present choice in a word or two. While the question stands the control is hidden; it comes after
/// a refusal, or where the question is put aside: its words hold for both.
fn now_key(decision: &Decision, extent: Extent) -> &'static str {
    match (extent, decision.consent().source) {
        (Extent::All, _) => "now-all",
        (Extent::Some, _) => "now-some",
        (Extent::Nothing, _) if decision.asks() => "now-none",
        (Extent::Nothing, Source::Gpc) => "now-gpc",
        (Extent::Nothing, _) => "now-refused",
    }
}

/// The names of what is granted, for the privacy page's sentence.
pub(super) fn granted_names(view: &PageView<'_>, words: &Words) -> String {
    let names: Vec<String> =
        granted(&view.site.policy, view.decision.consent()).map(|vendor| vendor.name.to_string()).collect();
    words.list(&names)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::consent::OriginPolicy;
    use crate::consent::assets::GUARD;
    use crate::consent::fixture::Fixture;
    use crate::consent::guard::head_start;

    /// The opening tag and what follows it of the question's three buttons.
    fn answers(html: &str) -> Vec<&str> {
        let card = html.split("id=\"ask\"").nth(1).and_then(|rest| rest.split("</form>").next()).unwrap();
        card.split("<button").skip(1).map(|button| button.split("</button>").next().unwrap()).collect()
    }

    #[test]
    fn refuse_accept_and_choose_differ_in_nothing_but_what_they_do() {
        let fixture = Fixture::quebec();
        let html = banner(&fixture.view("fr", &fixture.unasked()));
        assert_eq!(
            answers(&html),
            [
                r#" name="choice" value="refuse">Refuser"#,
                r#" name="choice" value="accept">Accepter"#,
                r#" type="button" popovertarget="panel" data-act="choose">Choisir"#,
            ]
        );
        // Nor may the stylesheet tell one from another.
        for selector in ["[value", "[data-act", ":nth-child", ":first-child", ":last-child"] {
            assert!(!BANNER.text.contains(selector), "{selector}");
        }
    }

    #[test]
    fn the_question_can_be_put_aside_without_an_answer() {
        let mut fixture = Fixture::quebec();
        for link_only in [false, true] {
            fixture.site.banner.link_only = link_only;
            let html = banner(&fixture.view("en", &fixture.unasked()));
            let aside = html.split(r#"popovertarget="control""#).nth(1).unwrap();
            assert!(aside.starts_with(">Later</button>"), "no form, no name, no value");
            assert_eq!(html.matches(r#"<div id="control""#).count(), 1);
            assert!(html.contains(r#" popover="manual">"#));
            assert_eq!(html.contains("nothing accepted"), !link_only);
        }
        let html = banner(&fixture.view("en", &fixture.saved(&[], &[])));
        assert!(!html.contains("Later") && !html.contains(r#" popover="manual""#));
    }

    #[test]
    fn every_switch_is_off_until_something_is_granted() {
        let fixture = Fixture::quebec();
        assert!(!banner(&fixture.view("en", &fixture.unasked())).contains(" checked"));
        let html = banner(&fixture.view("en", &fixture.saved(&["analytics"], &[])));
        assert!(
            html.contains(r#"value="analytics" checked"#) && !html.contains(r#"value="marketing" checked"#)
        );
    }

    #[test]
    fn the_question_names_who_asks_the_vendors_and_the_countries() {
        let fixture = Fixture::quebec();
        let html = banner(&fixture.view("fr", &fixture.unasked()));
        for wanted in ["clinique.example", "Hotjar", "YouTube", "sortir du Québec : Malte et États-Unis"] {
            assert!(html.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn of_many_vendors_the_question_names_some_and_the_panel_all() {
        let mut fixture = Fixture::quebec();
        let html = banner(&fixture.view("en", &fixture.unasked()));
        assert!(html.contains("Google Analytics, Hotjar, Meta Pixel and YouTube"), "four are all named");
        fixture.withhold_nothing();
        let html = banner(&fixture.view("en", &fixture.unasked()));
        let (ask, panel) = html.split_once("id=\"panel\"").unwrap();
        assert!(ask.contains("Google Analytics, Hotjar, Meta Pixel and 2 other tools"), "{ask}");
        assert!(["YouTube", "Replay"].iter().all(|name| panel.contains(name)));
    }

    #[test]
    fn withdrawing_is_one_press_where_something_is_granted() {
        let fixture = Fixture::quebec();
        let shown = |decision: Decision| {
            banner(&fixture.view("en", &decision)).matches(r#"value="withdraw""#).count()
        };
        assert_eq!(shown(fixture.saved(&["analytics"], &[])), 1);
        assert_eq!(shown(fixture.saved(&[], &["youtube"])), 1);
        assert_eq!(shown(fixture.saved(&[], &[])), 0);
        assert_eq!(shown(fixture.unasked()), 0);
    }

    #[test]
    fn a_site_that_hides_the_control_still_lets_withdraw() {
        let mut fixture = Fixture::quebec();
        fixture.site.banner.link_only = true;
        let html = banner(&fixture.view("en", &fixture.saved(&["analytics"], &[])));
        assert!(!html.contains("data-act=\"open\"") && html.contains(r#"value="withdraw""#));
    }

    #[test]
    fn a_locked_purpose_has_no_switch_and_a_label_replaces_a_name() {
        let fixture = Fixture::morocco();
        let html = banner(&fixture.view("fr", &fixture.unasked()));
        assert!(!html.contains("marketing") && !html.contains("Meta"));
        assert!(html.contains("<b>Performance</b>") && html.contains("des cookies"));
    }

    #[test]
    fn where_nothing_is_offered_the_control_is_a_link() {
        let fixture = Fixture::nothing_offered();
        let html = banner(&fixture.view("en", &fixture.unasked()));
        assert!(html.contains(r#"<a href="/_privacy/" data-act="open">"#));
        assert!(!html.contains("id=\"ask\"") && !html.contains("id=\"panel\""));
    }

    #[test]
    fn what_others_wrote_is_escaped() {
        let fixture = Fixture::quebec();
        let decision = fixture.unasked();
        let view = PageView { return_to: "/?q=\"><script>", ..fixture.view("fr", &decision) };
        let html = banner(&view);
        assert!(!html.contains("<script>") && html.contains("Tag &#38; Co &#60;3"));
    }

    #[test]
    fn under_an_origins_policy_the_style_goes_by_link() {
        let fixture = Fixture::quebec();
        let decision = fixture.unasked();
        let origin_policy = OriginPolicy::Present { nonce: Some("n0") };
        let view = PageView { origin_policy, ..fixture.view("fr", &decision) };
        let html = banner(&view);
        assert!(
            !html.contains("<style") && html.contains("rel=\"stylesheet\" href=\"/_privacy/assets/banner.")
        );
        assert!(html.contains("nonce=\"n0\"") && html.contains("integrity=\"sha256-"));
        assert!(!html.contains("style=\""));
    }

    #[test]
    fn guard_and_banner_fit_in_six_kilobytes() {
        let fixture = Fixture::quebec();
        for language in ["fr", "en", "ar"] {
            let decision = fixture.unasked();
            let view = fixture.view(language, &decision);
            let head = head_start(view.site, &decision, view.origin_policy);
            // Names of what a site's own vendors keep come on top.
            let page = without(&head, "data-more") + &banner(&view);
            let size = gzipped(&GUARD.text) + gzipped(&page);
            assert!(size <= 6 * 1024, "{language}: {size} bytes");
        }
    }

    /// `tag` without an attribute that it has.
    fn without(tag: &str, name: &str) -> String {
        let (before, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
        format!("{before}{}", rest.split_once('"').unwrap().1)
    }

    fn gzipped(text: &str) -> usize {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap().len()
    }
}
