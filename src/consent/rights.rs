//! In: a site. Out: what the privacy page says of rights and of how long anything is kept: the rights
//! that the site's law gives, the delay, the periods, all of them from the config (RQ20, PC16, RM8, RM10).

use super::PageView;
use super::words::Words;
use crate::policy::{Jurisdiction, Regulator};

/// What visitors may ask for, and how.
pub(super) struct Rights {
    /// One clause each: see, correct, delete, object, withdraw, and take along where the law has it.
    pub list: Vec<String>,
    /// Within how many days an answer comes.
    pub delay: String,
    /// Which law gives these rights.
    pub law: String,
    pub regulator: &'static str,
    pub regulator_url: &'static str,
}

/// The rights on this site.
pub(super) fn rights(view: &PageView<'_>, words: &Words) -> Rights {
    let law = view.site.jurisdiction;
    let regulator = view.site.policy.rules.regulator;
    let portable = has_portability(law).then_some("right-portability");
    let keys = ["right-access", "right-rectify", "right-erase", "right-object", "right-withdraw"];
    Rights {
        list: keys.into_iter().chain(portable).map(|key| words.say(key)).collect(),
        delay: words.count("rights-delay", "days", view.site.answer_days.into()),
        law: words.say(&format!("law-{}", law.id())),
        regulator: regulator_name(&regulator, words.language()),
        regulator_url: regulator.url,
    }
}

/// Receiving in a technological format what one provided: P-39.1, s. 27; GDPR, art. 20. Neither PIPEDA nor
/// Law 09-08 has it.
const fn has_portability(law: Jurisdiction) -> bool {
    matches!(law, Jurisdiction::Quebec | Jurisdiction::Gdpr | Jurisdiction::Strict)
}

/// What is kept, and for how long.
pub(super) fn periods(view: &PageView<'_>, words: &Words) -> Vec<(String, String)> {
    let days = |count: u32| words.count("kept-days", "count", count);
    let enquiries = view.site.retention.enquiries_days.map(|count| ("keep-enquiries", days(count)));
    [
        ("keep-visit", words.say("kept-nothing")),
        ("keep-choice", days(view.site.policy.rules.choice_days)),
        ("keep-counts", words.say("keep-counts-time")),
    ]
    .into_iter()
    .chain(enquiries)
    .map(|(key, period)| (words.say(key), period))
    .collect()
}

fn regulator_name(regulator: &Regulator, language: &str) -> &'static str {
    match language {
        "en" => regulator.name_en,
        "ar" => regulator.name_ar,
        _ => regulator.name_fr,
    }
}

#[cfg(test)]
mod tests {
    use crate::consent::fixture::Fixture;
    use crate::consent::{KnownOfVisitor, privacy_page};

    const KNOWN: KnownOfVisitor<'static> = KnownOfVisitor {
        network: "203.0.113.0/24",
        region: None,
        language: "fr",
        device: "phone",
        receipt: false,
    };

    #[test]
    fn the_delay_the_address_and_the_regulator_are_shown_pc16_rm10_so6() {
        for (mut fixture, regulator) in
            [(Fixture::quebec(), "cai.gouv.qc.ca"), (Fixture::morocco(), "cndp.ma")]
        {
            fixture.site.answer_days = 17;
            let page = privacy_page(&fixture.view("fr", &fixture.unasked()), &KNOWN);
            for wanted in ["17 jours", "mailto:vie-privee@clinique.example", "+1 514 555-0100", regulator] {
                assert!(page.contains(wanted), "{wanted}");
            }
        }
    }

    #[test]
    fn portability_stands_where_the_law_has_it() {
        let page = |fixture: Fixture| privacy_page(&fixture.view("en", &fixture.unasked()), &KNOWN);
        assert!(page(Fixture::quebec()).contains("in a computer format"));
        assert!(!page(Fixture::morocco()).contains("in a computer format"));
    }

    #[test]
    fn the_periods_are_the_configs_rm8() {
        let mut fixture = Fixture::quebec();
        fixture.site.retention.enquiries_days = Some(321);
        let page = privacy_page(&fixture.view("en", &fixture.unasked()), &KNOWN);
        assert!(page.contains("<dd>321 days</dd>") && page.contains("<dd>180 days</dd>"));
        fixture.site.retention.enquiries_days = None;
        assert!(!privacy_page(&fixture.view("en", &fixture.unasked()), &KNOWN).contains("321"));
    }
}
