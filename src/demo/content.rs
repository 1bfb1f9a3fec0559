//! What the clinics say, read from the content files.
//!
//! In: the TOML texts that are compiled in. Out: one [`Content`] per clinic and language. It must
//! never know a request. A file that cannot be read makes its clinic answer 500; the tests read
//! every file, so that cannot be shipped unseen.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::clinics::{CLINICS, Clinic, Edition};
use super::places::{Language, Page};

/// Everything that one clinic says in one language.
pub(super) struct Content {
    pub(super) text: Text,
    pub(super) words: Words,
}

/// What a clinic says in a language; `None` where it does not speak it.
pub(super) fn of(clinic: &Clinic, language: Language) -> Option<&'static Content> {
    LIBRARY.get(&(clinic.profile, language))?.as_ref().ok()
}

/// How a clinic's people are drawn, in the order of its team.
pub(super) fn looks(clinic: &Clinic) -> &'static [Look] {
    match &*LOOKS {
        Ok(looks) => looks.get(clinic.profile).map_or(&[], Vec::as_slice),
        Err(_) => &[],
    }
}

type Library = HashMap<(&'static str, Language), Result<Content, toml::de::Error>>;

pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let editions = CLINICS.iter().flat_map(|clinic| clinic.editions.iter().map(move |e| (clinic.profile, e)));
    editions.map(|(profile, edition)| ((profile, edition.language), read(edition))).collect()
});

static LOOKS: LazyLock<Result<HashMap<String, Vec<Look>>, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../../templates/demo/content/looks.toml")));

fn read(edition: &Edition) -> Result<Content, toml::de::Error> {
    Ok(Content { text: toml::from_str(edition.content)?, words: toml::from_str(edition.words)? })
}

/// Declares structs that mirror the content files. A key too many is an error: a misspelt one must
/// not silently leave a gap on a page.
macro_rules! mirrors {
    ($($(#[$note:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? })+) => { $(
        $(#[$note])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name { $(pub(super) $field: $kind),+ }
    )+ };
}

mirrors! {
    /// A content file: one clinic in one language.
    Text {
        name: String,
        tagline: String,
        description: String,
        address: Vec<String>,
        phone: String,
        email: String,
        whatsapp: Option<WhatsApp>,
        licence: String,
        hours: Vec<Hours>,
        nav: Nav,
        home: Home,
        services: Services,
        team: Team,
        appointment: Appointment,
        results: Results,
        contact: Contact,
        policy: Policy,
    }
    /// A WhatsApp number in international digits, the link's words, and what stands beside it.
    WhatsApp { number: String, label: String, note: String }
    Hours { days: String, time: String }
    Nav {
        home: String,
        services: String,
        team: String,
        appointment: String,
        results: String,
        contact: String,
        policy: String,
    }
    Home {
        title: String,
        lead: String,
        call: String,
        second: String,
        picture: String,
        notice: Option<String>,
        tasks_title: String,
        tasks: Vec<Task>,
        story: Story,
        video_title: String,
        video_text: String,
        figures: Vec<Figure>,
        steps_title: String,
        steps: Vec<Passage>,
        voices: Vec<Voice>,
        newsletter_title: String,
        newsletter_text: String,
    }
    /// A card that leads to a page.
    Task { icon: String, title: String, text: String, page: Page }
    Story { title: String, paragraphs: Vec<String>, points: Vec<String>, picture: String }
    Figure { number: String, text: String }
    Passage { title: String, text: String }
    Voice { quote: String, who: String }
    Services { title: String, lead: String, items: Vec<Service>, questions: Vec<Passage> }
    Service { icon: String, title: String, text: String, facts: Vec<String> }
    Team { title: String, lead: String, people: Vec<Person> }
    Person { name: String, role: String, bio: Vec<String>, interests: Vec<String>, languages: String }
    Appointment {
        title: String,
        lead: String,
        choice: String,
        choices: Vec<String>,
        file: Option<String>,
        message: String,
        agree: String,
        send: String,
        aside_title: String,
        aside: Vec<String>,
        done_title: String,
        done_text: String,
    }
    Results {
        title: String,
        lead: String,
        number: String,
        example: String,
        help_title: String,
        help: Vec<String>,
        wrong: String,
    }
    Contact { title: String, lead: String, getting_there: Vec<Passage> }
    Policy { title: String, updated: String, lead: String, sections: Vec<Passage> }

    /// The words of menus, forms and the demo bar, in one language.
    Words {
        skip: String,
        menu: String,
        languages: String,
        address: String,
        hours: String,
        phone: String,
        email: String,
        first_name: String,
        last_name: String,
        birth: String,
        moment: String,
        moments: Vec<String>,
        optional: String,
        choose: String,
        all_team: String,
        interests: String,
        spoken: String,
        password: String,
        sign_in: String,
        subscribe: String,
        subscribed_title: String,
        subscribed_text: String,
        follow: String,
        map: String,
        questions: String,
        rights: String,
        lost_title: String,
        lost_text: String,
        to_home: String,
        bar: BarWords,
    }
    /// What the demo bar says. The counted sentence has the plural forms of CLDR; a language names
    /// those it has and repeats `other` in the rest. `rules` says in words why something was stopped,
    /// by the rule's id.
    BarWords {
        name: String,
        demo: String,
        unprotected: String,
        zero: String,
        one: String,
        two: String,
        few: String,
        many: String,
        other: String,
        policy: String,
        rules: BTreeMap<String, String>,
    }

    /// How one person is drawn: colours, and which of the shapes of `portrait.svg` are used.
    Look { back: String, skin: String, hair: String, style: String, coat: String, glasses: bool, beard: bool }
}
