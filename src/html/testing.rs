//! In: nothing. Out: a small catalogue for the tests of this room.

use std::borrow::Cow;

use crate::policy::{Catalogue, Kind, Purpose, Vendor, Words};

/// Two vendors that are enough to tell what a script betrays.
pub(super) fn catalogue() -> Catalogue {
    Catalogue::with(vec![
        vendor("meta-pixel", &["connect.facebook.net"], &["fbq('init'"], &["fbq()"]),
        vendor("google-analytics", &["google-analytics.com"], &["gtag('config'"], &["gtag()", "dataLayer[]"]),
    ])
}

fn vendor(
    id: &'static str,
    hosts: &'static [&'static str],
    inline: &'static [&'static str],
    globals: &'static [&'static str],
) -> Vendor {
    let texts = |list: &'static [&'static str]| list.iter().map(|text| Cow::Borrowed(*text)).collect();
    Vendor {
        id: id.into(),
        name: id.into(),
        entity: id.into(),
        country: "US".into(),
        purpose: Purpose::Analytics,
        kind: Kind::Analytics,
        policy_url: "https://example.com/".into(),
        session_replay: false,
        hosts: texts(hosts),
        cname: Cow::Borrowed(&[]),
        csp: Cow::Borrowed(&[]),
        same_origin: Cow::Borrowed(&[]),
        inline: texts(inline),
        globals: texts(globals),
        placeholder: None,
        why: Words { fr: "".into(), en: "".into(), ar: "".into() },
        cookies: Cow::Borrowed(&[]),
    }
}
