//! The pages themselves: content set into the templates under `templates/demo/`.
//!
//! In: a clinic and a place. Out: the page's HTML with its language, or nothing where the content
//! could not be read. It must never know a request's host, headers or form fields.

use std::borrow::Borrow;

use askama::Template;

use super::clinics::{Clinic, Edition};
use super::content::{self, Content, Look, Person, Text, Words};
use super::places::{self, Language, Page, Place};

/// A page, ready to be sent.
pub(super) struct Rendered {
    pub(super) html: String,
    pub(super) language: Language,
    /// The value of `html[lang]`.
    pub(super) language_tag: &'static str,
}

/// The page at a place.
pub(super) fn page(clinic: &'static Clinic, place: Place) -> Option<Rendered> {
    let frame = Frame::new(clinic, place)?;
    let html = match place.page {
        Page::Home => home(&frame),
        Page::Services => ServicesPage { f: &frame }.render(),
        Page::Team => TeamPage { f: &frame }.render(),
        Page::Person(position) => {
            let person = frame.text.team.people.get(position)?;
            let f = &frame;
            PersonPage { f, person, position }.render()
        }
        Page::Appointment => AppointmentPage { f: &frame }.render(),
        Page::Results => results(&frame, false),
        Page::Contact => ContactPage { f: &frame }.render(),
        Page::Policy => PolicyPage { f: &frame }.render(),
        Page::Newsletter => return None,
    };
    frame.finish(html)
}

/// What a visitor sees after sending a form. Nothing of the form is read.
pub(super) fn after_form(clinic: &'static Clinic, place: Place) -> Option<Rendered> {
    let frame = Frame::new(clinic, place)?;
    let html = match place.page {
        Page::Results => results(&frame, true),
        Page::Newsletter => message(&frame, &frame.words.subscribed_title, &frame.words.subscribed_text, ""),
        _ => {
            let booking = &frame.text.appointment;
            let tags = clinic.tags.booked;
            message(&frame, &booking.done_title, &booking.done_text, tags)
        }
    };
    frame.finish(html)
}

/// The page for an address that leads nowhere.
pub(super) fn not_found(clinic: &'static Clinic, language: Language) -> Option<Rendered> {
    let page = Page::Home;
    let frame = Frame::new(clinic, Place { language, page })?;
    let words = frame.words;
    let html = message(&frame, &words.lost_title, &words.lost_text, "");
    frame.finish(html)
}

/// The drawn portrait of a member of the team, by slug; `None` for a stranger.
pub(super) fn portrait(clinic: &Clinic, person: &str) -> Option<String> {
    let position = clinic.people.iter().position(|slug| *slug == person)?;
    let look = content::looks(clinic).get(position)?;
    Portrait { look }.render().ok()
}

fn home(f: &Frame) -> askama::Result<String> {
    match f.clinic.profile {
        "second-opinion-montreal" => SecondOpinionHome { f }.render(),
        "records-vendor" => RecordsHome { f }.render(),
        "primary-care-quebec" => PrimaryCareHome { f }.render(),
        "radiology-morocco" => MoroccoHome { f }.render(),
        _ => RadiologyHome { f }.render(),
    }
}

fn results(f: &Frame, refused: bool) -> askama::Result<String> {
    ResultsPage { f, refused }.render()
}

fn message(f: &Frame, title: &str, text: &str, tags: &str) -> askama::Result<String> {
    MessagePage { f, title, text, tags }.render()
}

/// What every template is given.
struct Frame {
    clinic: &'static Clinic,
    edition: &'static Edition,
    text: &'static Text,
    words: &'static Words,
    page: Page,
}

impl Frame {
    fn new(clinic: &'static Clinic, place: Place) -> Option<Frame> {
        let edition = clinic.edition(place.language)?;
        let Content { text, words } = content::of(clinic, place.language)?;
        let page = place.page;
        Some(Frame { clinic, edition, text, words, page })
    }

    fn finish(&self, html: askama::Result<String>) -> Option<Rendered> {
        Some(Rendered { html: html.ok()?, language: self.edition.language, language_tag: self.edition.tag })
    }

    /// The path of a page in this page's language. (Templates pass constants by value and fields
    /// by reference, so what they call takes both.)
    fn to(&self, page: impl Borrow<Page>) -> String {
        self.in_language(self.edition.language, page)
    }

    fn in_language(&self, language: impl Borrow<Language>, page: impl Borrow<Page>) -> String {
        let (language, page) = (*language.borrow(), *page.borrow());
        places::path(self.clinic, Place { language, page })
    }

    /// The path of a member of the team, by position.
    fn person(&self, position: impl Borrow<usize>) -> String {
        self.to(Page::Person(*position.borrow()))
    }

    /// The menu: each page with its label.
    fn menu(&self) -> [(Page, &'static str); 7] {
        let nav = &self.text.nav;
        [
            (Page::Home, &nav.home),
            (Page::Services, &nav.services),
            (Page::Team, &nav.team),
            (Page::Results, &nav.results),
            (Page::Contact, &nav.contact),
            (Page::Policy, &nav.policy),
            (Page::Appointment, &nav.appointment),
        ]
    }

    /// The menu's entry for this page is marked; a person's page counts as the team's.
    fn is_here(&self, page: impl Borrow<Page>) -> bool {
        match self.page {
            Page::Person(_) => *page.borrow() == Page::Team,
            here => here == *page.borrow(),
        }
    }

    /// What stands in the browser's tab.
    fn title(&self) -> &'static str {
        let text = self.text;
        match self.page {
            Page::Home | Page::Newsletter => &text.tagline,
            Page::Services => &text.services.title,
            Page::Team => &text.team.title,
            Page::Person(position) => match text.team.people.get(position) {
                Some(person) => &person.name,
                None => &text.team.title,
            },
            Page::Appointment => &text.appointment.title,
            Page::Results => &text.results.title,
            Page::Contact => &text.contact.title,
            Page::Policy => &text.policy.title,
        }
    }

    /// The address of a portrait, by position in the team.
    fn portrait(&self, position: impl Borrow<usize>) -> String {
        let person = self.clinic.people.get(*position.borrow()).copied();
        format!("/images/people/{}.svg", person.unwrap_or_default())
    }

    /// A telephone number as a `tel:` link wants it.
    fn dial(&self) -> String {
        let dialled = |c: &char| c.is_ascii_digit() || *c == '+';
        self.text.phone.chars().filter(dialled).collect()
    }
}

/// Declares the templates that need nothing but the frame.
macro_rules! framed {
    ($($name:ident = $path:literal),+ $(,)?) => { $(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> { f: &'a Frame }
    )+ };
}

framed! {
    RadiologyHome = "demo/home/radiology-quebec.html",
    SecondOpinionHome = "demo/home/second-opinion-montreal.html",
    RecordsHome = "demo/home/records-vendor.html",
    PrimaryCareHome = "demo/home/primary-care-quebec.html",
    MoroccoHome = "demo/home/radiology-morocco.html",
    ServicesPage = "demo/services.html",
    TeamPage = "demo/team.html",
    AppointmentPage = "demo/appointment.html",
    ContactPage = "demo/contact.html",
    PolicyPage = "demo/policy.html",
}

#[derive(Template)]
#[template(path = "demo/person.html")]
struct PersonPage<'a> {
    f: &'a Frame,
    person: &'a Person,
    position: usize,
}

#[derive(Template)]
#[template(path = "demo/results.html")]
struct ResultsPage<'a> {
    f: &'a Frame,
    refused: bool,
}

#[derive(Template)]
#[template(path = "demo/message.html")]
struct MessagePage<'a> {
    f: &'a Frame,
    title: &'a str,
    text: &'a str,
    tags: &'a str,
}

#[derive(Template)]
#[template(path = "demo/images/portrait.svg")]
struct Portrait<'a> {
    look: &'a Look,
}
