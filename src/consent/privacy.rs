//! In: a page's view and what the door knows of the visitor, already truncated. Out: the privacy
//! page, a complete document: the choice, what is known, who would receive what, rights and contact.

use askama::Template;

use super::PageView;
use super::announced::{Announced, announced};
use super::assets::PAGE;
use super::banner::{PurposeOffer, granted_names, label, purposes};
use super::granted::{Extent, extent, optional};
use super::guard::{head_start, html_attributes};
use super::rights::{Rights, periods, rights};
use super::theme::sheets;
use super::words::Words;
use crate::config::VendorTerms;
use crate::policy::{Day, Purpose, Source, StoredItem, Vendor};

/// All that is known of the visitor at this moment. Nothing of it is kept per visitor.
#[derive(Clone, Copy, Debug)]
pub struct KnownOfVisitor<'a> {
    /// The truncated network, such as `203.0.113.0/24`.
    pub network: &'a str,
    /// The region, where it is known.
    pub region: Option<&'a str>,
    /// The language that was chosen for the page: `fr`, `en` or `ar`.
    pub language: &'a str,
    /// `phone`, `tablet` or `computer`.
    pub device: &'a str,
    /// Whether the present grant has a receipt, to be downloaded.
    pub receipt: bool,
}

/// A vendor that keeps more than this has its list folded: the page is a letter.
const MOST_OPEN: usize = 3;

/// The privacy page.
pub fn privacy_page(view: &PageView<'_>, known: &KnownOfVisitor<'_>) -> String {
    let words = view.words();
    let site = view.site;
    let template = PrivacyPage {
        v: view,
        w: words,
        site: view.site_name(),
        guard: head_start(site, view.decision, view.origin_policy),
        attributes: html_attributes(site, view.decision),
        sheets: sheets(view, &PAGE),
        asked_again: words.count("letter-3", "days", site.policy.rules.choice_days),
        own_cookie_kept: words.count("kept-days", "count", site.policy.rules.choice_days),
        guardian: site.guardian.then(|| guardian(view, &words)),
        rights: rights(view, &words),
        periods: periods(view, &words),
        announced: announced(view, &words),
        state: state(view, &words),
        grants: extent(&site.policy, view.decision.consent()) != Extent::Nothing,
        counted: view.decision.consent().counted,
        known,
        language_name: Words::of(known.language, site.jurisdiction).say("language-name"),
        device: words.say(known_device(known.device)),
        languages: languages(view),
        offers: offers(view, &words),
        recipients: recipients(view, &words),
        withheld: withheld(view, &words),
        locked: locked(view, &words),
        edition: edition(view, &words),
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "consent/privacy.html")]
struct PrivacyPage<'a> {
    v: &'a PageView<'a>,
    w: Words,
    site: &'a str,
    guard: String,
    attributes: Vec<(String, String)>,
    sheets: Vec<(String, String)>,
    asked_again: String,
    own_cookie_kept: String,
    /// Who consents below the law's age, where the site asks.
    guardian: Option<String>,
    rights: Rights,
    /// What is kept, and for how long.
    periods: Vec<(String, String)>,
    announced: Option<Announced>,
    state: String,
    grants: bool,
    counted: bool,
    known: &'a KnownOfVisitor<'a>,
    language_name: String,
    device: String,
    /// Code and own name of each language of the site.
    languages: Vec<(String, String)>,
    offers: Vec<Offered<'a>>,
    recipients: Vec<Group<'a>>,
    /// Name of a vendor that stays off, and why.
    withheld: Vec<(String, String)>,
    locked: Vec<Locked<'a>>,
    /// Version and day of this notice, and of the one before.
    edition: String,
}

/// A purpose that nobody can grant here, and all that is taken out for it.
struct Locked<'a> {
    sentence: String,
    count: String,
    names: Vec<&'a str>,
}

/// A purpose's switch, with one for each of its vendors.
struct Offered<'a> {
    purpose: PurposeOffer,
    /// A vendor, and its exception if there is one.
    vendors: Vec<(&'a Vendor, Option<bool>)>,
}

/// The vendors of one purpose, for the table.
struct Group<'a> {
    label: String,
    rows: Vec<Recipient<'a>>,
}

struct Recipient<'a> {
    vendor: &'a Vendor,
    country: String,
    why: &'a str,
    items: Vec<Item<'a>>,
    /// How many, where they are too many to stand open.
    count: Option<String>,
    /// Under which contract, by which authorisation.
    terms: Vec<String>,
}

struct Item<'a> {
    name: &'a str,
    kept: String,
    why: &'a str,
}

fn state(view: &PageView<'_>, words: &Words) -> String {
    let consent = view.decision.consent();
    let granted = granted_names(view, words);
    match consent.source {
        _ if view.site.policy.purposes().is_empty() => words.say("choice-nothing"),
        Source::None => words.say("choice-none"),
        Source::Gpc => words.say("choice-gpc"),
        Source::Choice if granted.is_empty() => words.fill("choice-refused", "day", &words.date(consent.day)),
        Source::Choice => {
            words.fill_two("choice-granted", [("day", &words.date(consent.day)), ("what", &granted)])
        }
    }
}

fn known_device(class: &str) -> &'static str {
    match class {
        "phone" => "phone",
        "tablet" => "tablet",
        "computer" => "computer",
        _ => "unknown",
    }
}

/// Code and own name of each language of the site.
pub(super) fn languages(view: &PageView<'_>) -> Vec<(String, String)> {
    let name = |code: &String| (code.clone(), Words::of(code, view.site.jurisdiction).say("language-name"));
    view.site.languages.iter().map(name).collect()
}

fn offers<'a>(view: &PageView<'a>, words: &Words) -> Vec<Offered<'a>> {
    let exceptions = &view.decision.consent().vendors;
    let with_vendors = |purpose: PurposeOffer| Offered {
        vendors: optional(&view.site.policy)
            .filter(|vendor| vendor.purpose.id() == purpose.id)
            .map(|vendor| (vendor, exceptions.get(&*vendor.id).copied()))
            .collect(),
        purpose,
    };
    purposes(view, words).into_iter().map(with_vendors).collect()
}

/// Everyone who may receive something, what is necessary first.
fn recipients<'a>(view: &PageView<'a>, words: &Words) -> Vec<Group<'a>> {
    let site = view.site;
    let rows = |purpose: Purpose| -> Vec<Recipient<'a>> {
        let of_purpose = site.policy.offered().map(|(vendor, _)| vendor).filter(|v| v.purpose == purpose);
        let terms = |vendor: &Vendor| site.vendor_terms.iter().find(|terms| *terms.id == *vendor.id);
        of_purpose.map(|vendor| recipient(vendor, terms(vendor), words)).collect()
    };
    std::iter::once(Purpose::Necessary)
        .chain(site.policy.purposes().iter())
        .map(|purpose| Group { label: label(site, purpose, words), rows: rows(purpose) })
        .filter(|group| !group.rows.is_empty())
        .collect()
}

fn recipient<'a>(vendor: &'a Vendor, terms: Option<&VendorTerms>, words: &Words) -> Recipient<'a> {
    let contract = terms.and_then(|terms| Some(words.fill("contract-ref", "ref", terms.contract.as_ref()?)));
    let authorisation =
        terms.and_then(|terms| Some(words.fill("authorisation-ref", "ref", terms.authorisation.as_ref()?)));
    let item = |item: &'a StoredItem| Item {
        name: &item.name,
        kept: match item.days {
            0 => words.say("kept-session"),
            days => words.count("kept-days", "count", u32::from(days)),
        },
        why: item.why.in_language(words.language()),
    };
    Recipient {
        vendor,
        country: words.country(&vendor.country),
        why: vendor.why.in_language(words.language()),
        count: (vendor.cookies.len() > MOST_OPEN).then(|| {
            words.count("kept-count", "count", u32::try_from(vendor.cookies.len()).unwrap_or(u32::MAX))
        }),
        items: vendor.cookies.iter().map(item).collect(),
        terms: contract.into_iter().chain(authorisation).collect(),
    }
}

fn withheld(view: &PageView<'_>, words: &Words) -> Vec<(String, String)> {
    let policy = &view.site.policy;
    let named =
        policy.withheld.iter().filter_map(|held| Some((policy.catalogue.vendor(held.vendor)?, held.reason)));
    named.map(|(v, reason)| (v.name.to_string(), words.say(&format!("reason-{}", reason.id())))).collect()
}

/// What is locked off, with everything the catalogue knows of that kind: taken out of each page (RM4).
fn locked<'a>(view: &PageView<'a>, words: &Words) -> Vec<Locked<'a>> {
    let policy = &view.site.policy;
    let group = |purpose: Purpose| {
        let known = policy.catalogue.vendors().map(|(_, vendor)| vendor);
        let mut names: Vec<&str> = known.filter(|v| v.purpose == purpose).map(|v| &*v.name).collect();
        names.sort_unstable();
        Locked {
            sentence: words.fill("locked", "what", &label(view.site, purpose, words)),
            count: words.count("locked-count", "count", u32::try_from(names.len()).unwrap_or(u32::MAX)),
            names,
        }
    };
    policy.locked.iter().map(group).collect()
}

fn guardian(view: &PageView<'_>, words: &Words) -> String {
    words.count("guardian-letter", "age", view.site.policy.rules.guardian_below.unwrap_or(18).into())
}

fn edition(view: &PageView<'_>, words: &Words) -> String {
    let notice = &view.site.notice;
    let effective = |day: Option<Day>| day.map(|day| words.fill("effective", "day", &words.date(day)));
    let before = notice.replaces.as_ref().map(|before| {
        let text = words.fill("replaces", "version", &before.version);
        std::iter::once(text).chain(effective(before.effective)).collect::<Vec<_>>().join(" ")
    });
    let version = words.fill("version", "version", &notice.version);
    std::iter::once(version).chain(effective(notice.effective)).chain(before).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::Fixture;
    use crate::policy::Decision;

    const KNOWN: KnownOfVisitor<'static> = KnownOfVisitor {
        network: "203.0.113.0/24",
        region: Some("Québec"),
        language: "fr",
        device: "phone",
        receipt: false,
    };

    #[test]
    fn it_names_everyone_and_everything_they_keep() {
        let fixture = Fixture::quebec();
        let page = privacy_page(&fixture.view("en", &fixture.unasked()), &KNOWN);
        for wanted in
            ["Google LLC", "_ga_*", "400 days", "203.0.113.0/24", "vie-privee@clinique.example", "30 days"]
        {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert!(page.contains("it records what you do on the screen"));
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(r#"<a href="?lang=fr""#));
    }

    #[test]
    fn it_shows_the_present_choice() {
        let fixture = Fixture::quebec();
        let page = |decision: Decision| privacy_page(&fixture.view("fr", &decision), &KNOWN);
        let granted = page(fixture.saved(&["analytics"], &["-google-analytics", "youtube"]));
        assert!(granted.contains(r#"value="analytics" checked"#) && granted.contains(r#"value="withdraw""#));
        assert!(
            granted.contains(r#"value="-google-analytics" checked"#)
                && granted.contains(r#"value="youtube" checked"#)
        );
        let refused = page(fixture.saved(&[], &[]));
        assert!(refused.contains("vous avez tout refusé") && !refused.contains(r#"value="withdraw""#));
    }

    #[test]
    fn what_the_operator_or_visitor_wrote_is_escaped() {
        let fixture = Fixture::quebec();
        let known = KnownOfVisitor { region: Some("<script>alert(1)</script>"), ..KNOWN };
        let page = privacy_page(&fixture.view("fr", &fixture.unasked()), &known);
        assert!(!page.contains("<script>alert"));
        assert!(page.contains("Tag &#38; Co &#60;3"));
    }

    #[test]
    fn arabic_reads_from_right_to_left() {
        let fixture = Fixture::morocco();
        let page = privacy_page(&fixture.view("ar", &fixture.unasked()), &KNOWN);
        assert!(page.contains(r#"lang="ar" dir="rtl""#));
    }
}
