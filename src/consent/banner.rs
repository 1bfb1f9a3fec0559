//! In: a page's view. Out: the `<paravent-consent>` element: the question where there is one, else
//! the preferences control, with the panel of switches either way. It works without a script.

use askama::Template;

use super::announced::{Announced, announced};
use super::assets::BANNER;
use super::granted::{Extent, extent, granted, optional};
use super::words::Words;
use super::{OriginPolicy, PageView};
use crate::config::Site;
use crate::policy::{Decision, Jurisdiction, Purpose, Source};

/// The banner's element, with its declarative shadow root.
pub fn banner(view: &PageView<'_>) -> String {
    let words = view.words();
    let extent = extent(&view.site.policy, view.decision.consent());
    let template = Banner {
        v: view,
        w: words,
        style: &BANNER.text,
        style_href: format!("{}/assets/{}", view.site.prefix, BANNER.name),
        style_integrity: &BANNER.integrity,
        asks: view.decision.asks(),
        offers: purposes(view, &words),
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
    style_href: String,
    style_integrity: &'a str,
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

fn vendor_names(view: &PageView<'_>, words: &Words) -> String {
    let names: Vec<String> = optional(&view.site.policy).map(|vendor| vendor.name.to_string()).collect();
    words.list(&names)
}

/// Whether data would leave the country, and where to.
fn whereabouts(view: &PageView<'_>, words: &Words) -> String {
    let mut codes: Vec<&str> = optional(&view.site.policy).map(|vendor| &*vendor.country).collect();
    codes.sort_unstable();
    codes.dedup();
    let countries =
        |codes: &[&str]| words.list(&codes.iter().map(|code| words.country(code)).collect::<Vec<_>>());
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

/// The present choice in a word or two. While the question stands the control is hidden and comes
/// only after a refusal, so it already says so.
fn now_key(decision: &Decision, extent: Extent) -> &'static str {
    match (extent, decision.consent().source) {
        (Extent::All, _) => "now-all",
        (Extent::Some, _) => "now-some",
        (Extent::Nothing, Source::Gpc) if !decision.asks() => "now-gpc",
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
            let page = head_start(view.site, &decision, view.origin_policy) + &banner(&view);
            let size = gzipped(&GUARD.text) + gzipped(&page);
            assert!(size <= 6 * 1024, "{language}: {size} bytes");
        }
    }

    fn gzipped(text: &str) -> usize {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap().len()
    }
}
