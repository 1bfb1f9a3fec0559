//! In: a `script` that was tagged by hand for another consent manager, which would have started it once its
//! category was granted. Out: whether what it waits for is granted here. Says nothing of what the script
//! loads or holds: that is judged as in any other.
//!
//! | manager | how a script waits |
//! |---|---|
//! | CookieConsent, Complianz | `type="text/plain" data-category="analytics"` |
//! | Klaro | `type="text/plain" data-name="matomo" data-src=… data-type=…` |
//! | Cookiebot | `type="text/plain" data-cookieconsent="statistics,marketing"` |
//! | OneTrust | `type="text/plain" class="optanon-category-C0002-C0004"` |
//! | Didomi | `type="didomi/javascript" data-vendor="c:hotjar-X1" data-purposes=…` |
//! | Usercentrics | `type="text/plain" data-usercentrics="Google Analytics"` |
//!
//! Where several tags stand on one script, all they wait for must be granted; where one says nothing that
//! is known here, the script waits for ever.

use lol_html::send::Element;

use super::entities;
use super::judge::Judge;
use crate::policy::{Catalogue, Purpose, VendorIndex};

/// What a tag waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Purpose(Purpose),
    Vendor(VendorIndex),
    /// Nothing of its own: storing at all, which each vendor's purpose covers.
    Nothing,
    /// A name that means nothing here.
    Unknown,
}

/// Whether `element`, a script, waits for another manager, and what it waits for is granted. `source` is the
/// address it will load, if any, which was judged and is let through.
pub(super) fn starts(judge: &Judge, element: &Element<'_, '_>, source: Option<&str>) -> bool {
    let attribute =
        |name: &str| element.get_attribute(name).map(|written| entities::decode(&written).trim().to_owned());
    let wanted = wanted(&judge.decision.site().catalogue, attribute);
    if wanted.iter().all(|one| *one == Wanted::Unknown) {
        // Managers let sites name things as they like, so a name may say less than the address does.
        return !wanted.is_empty() && source.is_some_and(|source| judge.is_allowed_vendors(source));
    }
    wanted.iter().all(|one| is_granted(judge, *one))
}

fn is_granted(judge: &Judge, wanted: Wanted) -> bool {
    let decision = &judge.decision;
    match wanted {
        Wanted::Purpose(purpose) => decision.allows_purpose(purpose),
        Wanted::Vendor(vendor) => !decision.judge_snippet([vendor]).is_blocked(),
        Wanted::Nothing => true,
        Wanted::Unknown => false,
    }
}

/// All that the tags of a script wait for; nothing where it bears none.
fn wanted(catalogue: &Catalogue, attribute: impl Fn(&str) -> Option<String>) -> Vec<Wanted> {
    let list = |name: &str| attribute(name).map(|text| parts(&text)).unwrap_or_default();
    match attribute("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "text/plain" => {
            let categories = ["data-category", "data-cookiecategory", "data-cookieconsent"];
            let mut wanted: Vec<Wanted> =
                categories.iter().flat_map(|name| list(name)).map(|word| category(&word)).collect();
            wanted.extend(onetrust_groups(&attribute("class").unwrap_or_default()));
            let names = ["data-name", "data-usercentrics"].map(&attribute);
            wanted.extend(names.iter().flatten().map(|name| named(catalogue, name)));
            wanted
        }
        "didomi/javascript" => {
            let vendors = list("data-vendor").into_iter().map(|id| didomi_vendor(catalogue, &id));
            vendors.chain(list("data-purposes").iter().map(|id| didomi_purpose(id))).collect()
        }
        _ => Vec::new(),
    }
}

fn parts(text: &str) -> Vec<String> {
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A name without case, spaces and signs: `Google Analytics`, `googleAnalytics` and `google-analytics` are one.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Names of categories, without signs. Where managers mean different things by one, the purpose that needs
/// a grant is taken.
const CATEGORIES: [(Purpose, &[&str]); 4] = [
    (
        Purpose::Necessary,
        &["necessary", "strictlynecessary", "essential", "required", "necessaires", "necessaire"],
    ),
    (
        Purpose::Functional,
        &[
            "functional",
            "functionality",
            "preferences",
            "preference",
            "personalization",
            "media",
            "fonctionnel",
            "fonctionnels",
        ],
    ),
    (
        Purpose::Analytics,
        &[
            "analytics",
            "analytical",
            "analytic",
            "statistics",
            "statistic",
            "stats",
            "performance",
            "measurement",
            "statistiques",
            "mesure",
        ],
    ),
    (
        Purpose::Marketing,
        &[
            "marketing",
            "advertising",
            "advertisement",
            "ads",
            "targeting",
            "retargeting",
            "remarketing",
            "social",
            "socialmedia",
            "publicite",
        ],
    ),
];

/// A category by its name. One with a sign before it (`!analytics`: runs when it is refused) is unknown.
fn category(name: &str) -> Wanted {
    let word = plain(name);
    let known = CATEGORIES.iter().find(|(_, names)| names.contains(&word.as_str()));
    match known {
        Some((purpose, _)) if !name.starts_with('!') => Wanted::Purpose(*purpose),
        _ => Wanted::Unknown,
    }
}

/// The groups in `optanon-category-C0002-C0004`; C0005 is social media. Older templates number them from 1.
fn onetrust_groups(class: &str) -> Vec<Wanted> {
    let tokens = class.split_ascii_whitespace().filter_map(|token| token.strip_prefix("optanon-category-"));
    let group = |id: &str| match id {
        "C0001" | "1" => Wanted::Purpose(Purpose::Necessary),
        "C0002" | "2" => Wanted::Purpose(Purpose::Analytics),
        "C0003" | "3" => Wanted::Purpose(Purpose::Functional),
        "C0004" | "4" | "C0005" => Wanted::Purpose(Purpose::Marketing),
        _ => Wanted::Unknown,
    };
    tokens.flat_map(|groups| groups.split('-')).map(group).collect()
}

/// What sites call vendors, without signs, besides the catalogue's ids and names.
const ALSO_CALLED: [(&str, &str); 12] = [
    ("facebookpixel", "meta-pixel"),
    ("fbpixel", "meta-pixel"),
    ("facebook", "meta-pixel"),
    ("ga", "google-analytics"),
    ("ga4", "google-analytics"),
    ("googleanalytics4", "google-analytics"),
    ("gtm", "google-tag-manager"),
    ("google", "google-ads"),
    ("adwords", "google-ads"),
    ("googleadwords", "google-ads"),
    ("piwik", "matomo"),
    ("linkedininsighttag", "linkedin-insight"),
];

/// The vendor of this name, or else the category.
fn named(catalogue: &Catalogue, name: &str) -> Wanted {
    let word = plain(name);
    let by_alias =
        ALSO_CALLED.iter().find(|(alias, _)| *alias == word).and_then(|(_, id)| catalogue.by_id(id));
    let mut vendors = catalogue.vendors();
    let found = by_alias.or_else(|| vendors.find(|(_, v)| plain(&v.id) == word || plain(&v.name) == word));
    found.map_or_else(|| category(name), |(vendor, _)| Wanted::Vendor(vendor))
}

/// `c:hotjar-mVfd8Qxz` is a vendor that a site added by itself, `didomi:hotjar` one of Didomi's list.
fn didomi_vendor(catalogue: &Catalogue, id: &str) -> Wanted {
    let name = id.rsplit(':').next().unwrap_or_default();
    let shorter = name.rsplit_once('-').map_or("", |(shorter, _)| shorter);
    match named(catalogue, name) {
        Wanted::Unknown => named(catalogue, shorter),
        known => known,
    }
}

/// Didomi's ids for the purposes of the Transparency and Consent Framework, or a site's own.
fn didomi_purpose(id: &str) -> Wanted {
    match id {
        "cookies" => Wanted::Nothing,
        "create_ads_profile" | "select_basic_ads" | "select_personalized_ads" | "measure_ad_performance" => {
            Wanted::Purpose(Purpose::Marketing)
        }
        "measure_content_performance" | "market_research" | "improve_products" => {
            Wanted::Purpose(Purpose::Analytics)
        }
        "create_content_profile" | "select_personalized_content" | "use_limited_data_to_select_content" => {
            Wanted::Purpose(Purpose::Functional)
        }
        own => category(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(attributes: &[(&str, &str)]) -> Vec<String> {
        let catalogue = Catalogue::built_in();
        let attribute =
            |name: &str| attributes.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let word = |wanted: &Wanted| match wanted {
            Wanted::Purpose(purpose) => purpose.id().to_owned(),
            Wanted::Vendor(at) => catalogue.vendor(*at).unwrap().id.to_string(),
            Wanted::Nothing => "-".to_owned(),
            Wanted::Unknown => "?".to_owned(),
        };
        wanted(&catalogue, attribute).iter().map(word).collect()
    }

    fn plain_text(name: &str, value: &str) -> Vec<String> {
        of(&[("type", "Text/Plain"), (name, value)])
    }

    #[test]
    fn each_managers_words_mean_our_purposes() {
        for (name, value, expected) in [
            ("data-category", "analytics", &["analytics"][..]),
            ("data-category", "!analytics", &["?"]),
            ("data-category", "Strictly-Necessary", &["necessary"]),
            (
                "data-cookieconsent",
                "preferences, statistics,marketing",
                &["functional", "analytics", "marketing"],
            ),
            ("class", "x optanon-category-C0002-C0004", &["analytics", "marketing"]),
            ("class", "optanon-category-BG12", &["?"]),
            ("data-name", "googleAnalytics", &["google-analytics"]),
            ("data-name", "our-widget", &["?"]),
            ("data-name", "marketing", &["marketing"]),
            ("data-usercentrics", "Facebook Pixel", &["meta-pixel"]),
            ("data-usercentrics", "Google Tag Manager", &["google-tag-manager"]),
        ] {
            assert_eq!(plain_text(name, value), expected, "{name} {value}");
        }
    }

    #[test]
    fn didomi_names_vendors_and_purposes() {
        let didomi = |name: &str, value: &str| of(&[("type", "didomi/javascript"), (name, value)]);
        assert_eq!(didomi("data-vendor", "c:hotjar-mVfd8Qxz"), ["hotjar"]);
        assert_eq!(didomi("data-vendor", "didomi:google-analytics"), ["google-analytics"]);
        assert_eq!(didomi("data-vendor", "iab:755"), ["?"]);
        assert_eq!(didomi("data-purposes", "cookies,select_personalized_ads"), ["-", "marketing"]);
        assert_eq!(didomi("data-purposes", "our-own"), ["?"]);
    }

    #[test]
    fn other_scripts_wait_for_nobody() {
        assert!(of(&[("type", "text/plain"), ("class", "code")]).is_empty());
        assert!(of(&[("type", "text/javascript"), ("data-category", "analytics")]).is_empty());
        assert!(of(&[("data-name", "matomo")]).is_empty());
    }

    #[test]
    fn every_alias_names_a_vendor() {
        let catalogue = Catalogue::built_in();
        assert!(ALSO_CALLED.iter().all(|(_, id)| catalogue.by_id(id).is_some()));
    }
}
