//! In: what kind of thing went wrong. Out: a small page by the same hand as the others, without
//! detail: what happened, and what the visitor can do. Also the parent's question, which is asked
//! where a grant came without an answer to it.

use askama::Template;

use super::PageView;
use super::assets::PAGE;
use super::press::{Press, PressError};
use super::theme::{sheets, theme};
use super::words::Words;
use crate::config::Site;
use crate::policy::Jurisdiction;

/// What went wrong, as the visitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    BadRequest,
    /// A press from another site, or a forged one.
    Forbidden,
    NotFound,
    MethodNotAllowed,
    /// The request did not arrive in time.
    RequestTimeout,
    TooLarge,
    UnsupportedType,
    /// No site of ours answers to this host.
    Misdirected,
    AnswerMissing,
    TooMany,
    HeadTooLarge,
    /// The origin's answer cannot be used, or the page cannot be read.
    BadGateway,
    Unavailable,
    GatewayTimeout,
    /// A grant could not be recorded, so it does not hold.
    GrantNotRecorded,
}

impl ErrorKind {
    /// The HTTP status of the answer.
    pub const fn status(self) -> u16 {
        match self {
            ErrorKind::BadRequest => 400,
            ErrorKind::Forbidden => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::MethodNotAllowed => 405,
            ErrorKind::RequestTimeout => 408,
            ErrorKind::TooLarge => 413,
            ErrorKind::UnsupportedType => 415,
            ErrorKind::Misdirected => 421,
            ErrorKind::AnswerMissing => 422,
            ErrorKind::TooMany => 429,
            ErrorKind::HeadTooLarge => 431,
            ErrorKind::BadGateway => 502,
            ErrorKind::Unavailable | ErrorKind::GrantNotRecorded => 503,
            ErrorKind::GatewayTimeout => 504,
        }
    }

    /// The key of its sentences.
    fn key(self) -> String {
        match self {
            ErrorKind::GrantNotRecorded => "error-grant".to_owned(),
            other => format!("error-{}", other.status()),
        }
    }
}

/// The page for `kind`, in `language`, in the colours of the site where one answers to the host.
pub fn error_page(kind: ErrorKind, language: &str, site: Option<&Site>) -> String {
    // No site is sure to be there, so neither is its law; the words are the same but for a term.
    let words = Words::of(language, site.map_or(Jurisdiction::Quebec, |site| site.jurisdiction));
    let key = kind.key();
    let template = ErrorPage {
        // Inline: a page that fails should not need a second request that may fail too.
        style: &PAGE.text,
        theme: site.and_then(theme).map(|file| file.text),
        site: site.map(|site| name(site, language)),
        status: kind.status(),
        heading: words.say(&key),
        remedy: words.say(&format!("{key}-do")),
        w: words,
    };
    template.render().unwrap_or_default()
}

/// The page for a press that was refused. For [`PressError::GuardianMissing`] see [`guardian_page`].
pub fn refused_press_page(error: PressError, language: &str, site: &Site) -> String {
    let kind = match error {
        PressError::UnknownFormat => ErrorKind::UnsupportedType,
        PressError::TooLong => ErrorKind::TooLarge,
        PressError::GuardianMissing => ErrorKind::AnswerMissing,
        PressError::SensitivePage => ErrorKind::Forbidden,
        _ => ErrorKind::BadRequest,
    };
    error_page(kind, language, Some(site))
}

/// What the site calls itself; nothing where it has no name of its own and answers to any host.
fn name<'a>(site: &'a Site, language: &str) -> &'a str {
    let named = site.contact.as_ref().map(|contact| contact.organisation.in_language(language));
    let host = if site.name == "any" { "" } else { &site.name };
    named.filter(|name| !name.is_empty()).unwrap_or(host)
}

/// Asks, in one plain step, what a grant has to know below the law's age (PC2): the same press with
/// an answer, or a refusal, which needs none. To be sent with status 422.
pub fn guardian_page(view: &PageView<'_>, press: &Press) -> String {
    let words = view.words();
    let age = view.site.policy.rules.guardian_below.unwrap_or(18);
    let template = GuardianPage {
        v: view,
        sheets: sheets(view, &PAGE),
        site: view.site_name(),
        title: words.count("guardian-title", "age", age.into()),
        text: words.count("guardian-text", "age", age.into()),
        w: words,
        press,
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "consent/error.html")]
struct ErrorPage<'a> {
    style: &'a str,
    theme: Option<String>,
    site: Option<&'a str>,
    status: u16,
    heading: String,
    remedy: String,
    w: Words,
}

#[derive(Template)]
#[template(path = "consent/guardian.html")]
struct GuardianPage<'a> {
    v: &'a PageView<'a>,
    sheets: Vec<(String, String)>,
    site: &'a str,
    title: String,
    text: String,
    w: Words,
    press: &'a Press,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Colour, Palette, Theme};
    use crate::consent::fixture::Fixture;
    use crate::consent::read_press;

    const ALL: [ErrorKind; 15] = [
        ErrorKind::BadRequest,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::MethodNotAllowed,
        ErrorKind::TooLarge,
        ErrorKind::UnsupportedType,
        ErrorKind::Misdirected,
        ErrorKind::AnswerMissing,
        ErrorKind::RequestTimeout,
        ErrorKind::TooMany,
        ErrorKind::HeadTooLarge,
        ErrorKind::BadGateway,
        ErrorKind::Unavailable,
        ErrorKind::GatewayTimeout,
        ErrorKind::GrantNotRecorded,
    ];

    #[test]
    fn every_error_has_words_in_every_language() {
        let site = Fixture::quebec().site;
        for kind in ALL {
            for language in ["fr", "en", "ar"] {
                let page = error_page(kind, language, Some(&site));
                assert!(page.contains(&kind.status().to_string()) && !page.contains("error-"), "{kind:?}");
            }
        }
    }

    #[test]
    fn it_bears_the_sites_name_and_colours_where_there_is_a_site() {
        let mut fixture = Fixture::quebec();
        let accent = Colour([0x7A, 0x1F, 0x5C]);
        fixture.site.theme = Theme { light: Some(Palette { accent, ..Palette::LIGHT }), dark: None };
        fixture.site.name = "<b>".to_owned();
        let page = error_page(ErrorKind::BadGateway, "fr", Some(&fixture.site));
        assert!(page.contains("--accent:#7A1F5C") && page.contains(r#"<a href="/">"#));
        assert!(page.contains("&#60;b&#62;") && !page.contains("<b>"));
        let page = error_page(ErrorKind::Misdirected, "fr", None);
        assert!(!page.contains("#7A1F5C") && !page.contains(r#"<a href="/">"#));
    }

    #[test]
    fn the_parents_question_repeats_the_press_and_offers_refusal() {
        let fixture = Fixture::quebec();
        let press = read_press(
            "application/x-www-form-urlencoded",
            b"choice=save&purpose=analytics&vendor=-hotjar&return=%2Fa",
        );
        let page = guardian_page(&fixture.view("fr", &fixture.unasked()), &press.unwrap());
        for wanted in [
            r#"name="guardian" value="yes""#,
            r#"name="purpose" value="analytics""#,
            r#"name="vendor" value="-hotjar""#,
            r#"name="choice" value="refuse""#,
            r#"name="return" value="/a""#,
            "14 ans",
        ] {
            assert!(page.contains(wanted), "{wanted}");
        }
    }
}
