//! In: a site that announces another notice. Out: what visitors are told before it takes effect (PC17):
//! from when, what changes, what will be asked. Nothing of it holds yet.

use super::PageView;
use super::granted::optional;
use super::words::Words;
use crate::policy::Vendor;

/// What is said of the notice that follows.
pub(super) struct Announced {
    /// `This notice changes on January 15, 2027`
    pub heading: String,
    /// What changes, in the operator's words.
    pub summary: String,
    /// The vendors that will be asked about for the first time, in a sentence.
    pub newcomers: Option<String>,
    pub version: String,
}

/// The announcement, where there is one.
pub(super) fn announced(view: &PageView<'_>, words: &Words) -> Option<Announced> {
    let upcoming = view.site.upcoming.as_ref()?;
    let known: Vec<&str> = optional(&view.site.policy).map(|vendor| &*vendor.id).collect();
    let is_new = |vendor: &&Vendor| !known.contains(&&*vendor.id);
    let names: Vec<String> =
        optional(&upcoming.site.policy).filter(is_new).map(|vendor| vendor.name.to_string()).collect();
    Some(Announced {
        heading: words.fill("upcoming", "day", &words.date(upcoming.effective)),
        summary: upcoming.summary.in_language(words.language()).to_owned(),
        newcomers: (!names.is_empty()).then(|| words.fill("upcoming-new", "what", &words.list(&names))),
        version: upcoming.site.notice.version.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::{Localised, Notice, Upcoming};
    use crate::consent::fixture::Fixture;
    use crate::consent::{KnownOfVisitor, banner, privacy_page};
    use crate::policy::Day;

    const KNOWN: KnownOfVisitor<'static> = KnownOfVisitor {
        network: "203.0.113.0/24",
        region: None,
        language: "fr",
        device: "phone",
        receipt: false,
    };

    /// The Quebec clinic before it offers YouTube.
    fn announcing() -> Fixture {
        let (mut now, then) = (Fixture::quebec(), Fixture::quebec());
        now.offer_only(&["google-analytics", "hotjar", "meta-pixel"]);
        let mut later = then.site;
        let before = now.site.notice.clone();
        let effective = Day::of_date(2027, 1, 1);
        later.notice = Notice { version: "4".into(), effective, replaces: Some(Box::new(before)) };
        let texts = [("fr", "Nous proposerons des vidéos."), ("en", "We will offer videos.")];
        let summary = Localised(texts.map(|(of, text)| (of.to_owned(), text.to_owned())).to_vec());
        now.site.upcoming = effective.map(|effective| Upcoming { effective, summary, site: Arc::new(later) });
        now
    }

    #[test]
    fn it_is_announced_in_the_banner_and_on_the_privacy_page_pc17() {
        let fixture = announcing();
        let decision = fixture.unasked();
        for (language, day, summary) in [
            ("fr", "1er janvier 2027", "Nous proposerons des vidéos."),
            ("en", "January 1, 2027", "We will offer videos."),
        ] {
            let view = fixture.view(language, &decision);
            for html in [banner(&view), privacy_page(&view, &KNOWN)] {
                assert!(html.contains(day) && html.contains(summary), "{language}");
            }
            assert!(privacy_page(&view, &KNOWN).contains("YouTube"), "who is new is named");
        }
    }

    #[test]
    fn it_is_announced_to_those_who_chose_already_pc17() {
        let fixture = announcing();
        let refused = fixture.saved(&[], &[]);
        let html = banner(&fixture.view("fr", &refused));
        let control = html.split("id=\"control\"").nth(1).and_then(|rest| rest.split("</div>").next());
        assert!(control.is_some_and(|control| control.contains("1er janvier 2027")), "{html}");
    }

    #[test]
    fn nothing_of_it_can_be_granted_before_pc17() {
        let fixture = announcing();
        let html = banner(&fixture.view("fr", &fixture.unasked()));
        assert!(!html.contains("value=\"functional\""), "YouTube's purpose is not asked for yet");
    }

    #[test]
    fn on_its_day_both_versions_stand_with_their_dates_rm14() {
        let later = announcing().site.upcoming.map(|upcoming| Arc::clone(&upcoming.site));
        let fixture = Fixture { site: later.map(|site| (*site).clone()).unwrap_or_else(|| unreachable!()) };
        let page = privacy_page(&fixture.view("fr", &fixture.unasked()), &KNOWN);
        for wanted in ["Version 4", "1er janvier 2027", "version 3", "1er novembre 2026"] {
            assert!(page.contains(wanted), "{wanted}");
        }
    }
}
