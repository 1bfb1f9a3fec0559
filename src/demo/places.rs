//! Where each page of a clinic lives.
//!
//! In: a clinic and a path, or a clinic, a language and a page. Out: the place, or its path. The
//! clinic's first language has no prefix; the others live under `/fr`, `/en` and `/ar`. It must
//! never know what a page says.

use serde::Deserialize;

use super::clinics::Clinic;

/// A language of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Language {
    French,
    English,
    Arabic,
}

impl Language {
    /// The two-letter code, as in paths and in the `lang` cookie.
    pub(super) fn code(self) -> &'static str {
        match self {
            Language::French => "fr",
            Language::English => "en",
            Language::Arabic => "ar",
        }
    }

    /// The value of the `dir` attribute.
    pub(super) fn direction(self) -> &'static str {
        match self {
            Language::Arabic => "rtl",
            Language::French | Language::English => "ltr",
        }
    }

    /// What the language calls itself, for the language menu.
    pub(super) fn own_name(self) -> &'static str {
        match self {
            Language::French => "Français",
            Language::English => "English",
            Language::Arabic => "العربية",
        }
    }
}

/// A page that every clinic has; in content files a page is named in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Page {
    Home,
    Services,
    Team,
    /// One member of the team, by position in the clinic's list.
    #[serde(skip)]
    Person(usize),
    Appointment,
    Results,
    Contact,
    Policy,
    /// The newsletter's form target: it takes a POST and shows nothing else.
    #[serde(skip)]
    Newsletter,
}

/// The pages that have one address per language, in the order of the menu.
const FIXED: [Page; 8] = [
    Page::Home,
    Page::Services,
    Page::Team,
    Page::Appointment,
    Page::Results,
    Page::Contact,
    Page::Policy,
    Page::Newsletter,
];

/// A page in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) language: Language,
    pub(super) page: Page,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Here(Place),
    /// The path, without a query, to go to instead.
    Moved(String),
}

/// Finds what a path leads to; `None` is a page that does not exist. A trailing slash is let pass.
pub(super) fn find(clinic: &Clinic, path: &str) -> Option<Found> {
    let language = language_of(clinic, path);
    let (prefix, rest) = split_prefix(clinic, path);
    if prefix == Some(clinic.first_language()) {
        return Some(Found::Moved(format!("/{}", rest.trim_start_matches('/'))));
    }
    let slug = rest.trim_matches('/');
    let page = fixed_page(language, slug).or_else(|| person_page(clinic, language, slug))?;
    Some(Found::Here(Place { language, page }))
}

/// The language that a path speaks, also where there is no such page.
pub(super) fn language_of(clinic: &Clinic, path: &str) -> Language {
    split_prefix(clinic, path).0.unwrap_or(clinic.first_language())
}

/// The path of a page, from the root.
pub(super) fn path(clinic: &Clinic, place: Place) -> String {
    let prefix = if place.language == clinic.first_language() {
        String::new()
    } else {
        format!("/{}", place.language.code())
    };
    match place.page {
        Page::Home => format!("{prefix}/"),
        Page::Person(position) => {
            let team = slug(Page::Team, place.language);
            let person = clinic.people.get(position).copied().unwrap_or_default();
            format!("{prefix}/{team}/{person}")
        }
        page => format!("{prefix}/{}", slug(page, place.language)),
    }
}

/// Every page that answers a GET, in every language of the clinic: first language first.
pub(super) fn all(clinic: &'static Clinic) -> impl Iterator<Item = Place> {
    let people = (0..clinic.people.len()).map(Page::Person);
    let pages: Vec<Page> = FIXED.into_iter().filter(|page| *page != Page::Newsletter).chain(people).collect();
    clinic.editions.iter().flat_map(move |edition| {
        let language = edition.language;
        let pages = pages.clone();
        pages.into_iter().map(move |page| Place { language, page })
    })
}

fn split_prefix<'p>(clinic: &Clinic, path: &'p str) -> (Option<Language>, &'p str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    let (first, after) = rest.split_once('/').unwrap_or((rest, ""));
    let named = clinic.editions.iter().find(|e| e.language.code() == first);
    match named {
        Some(edition) => (Some(edition.language), after),
        None => (None, rest),
    }
}

fn fixed_page(language: Language, wanted: &str) -> Option<Page> {
    FIXED.into_iter().find(|page| slug(*page, language) == wanted)
}

fn person_page(clinic: &Clinic, language: Language, wanted: &str) -> Option<Page> {
    let (team, person) = wanted.split_once('/')?;
    if team != slug(Page::Team, language) {
        return None;
    }
    let position = clinic.people.iter().position(|slug| *slug == person)?;
    Some(Page::Person(position))
}

/// Arabic slugs are transliterated, as most Moroccan sites do: an address has to survive being
/// read out, printed and pasted into WhatsApp.
fn slug(page: Page, language: Language) -> &'static str {
    let [french, english, arabic] = match page {
        Page::Home => ["", "", ""],
        Page::Services => ["services", "services", "khadamat"],
        Page::Team | Page::Person(_) => ["equipe", "team", "fariq"],
        Page::Appointment => ["rendez-vous", "appointment", "mawid"],
        Page::Results => ["resultats", "results", "nataij"],
        Page::Contact => ["contact", "contact", "ittisal"],
        Page::Policy => ["confidentialite", "privacy", "khususiya"],
        Page::Newsletter => ["infolettre", "newsletter", "nashra"],
    };
    match language {
        Language::French => french,
        Language::English => english,
        Language::Arabic => arabic,
    }
}
