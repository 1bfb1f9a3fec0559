//! The five clinics: what is the same in all of a clinic's languages.
//!
//! In: a host. Out: the clinic it names, with its languages, the tags that its webmaster pasted in
//! and its embeds. It must never know a request beyond its host.
//!
//! Account numbers in the tags have the right shape and belong to nobody (zeros, or `DEMO`): a demo
//! opened without Paravent must not fill a real company's statistics.

use super::places::Language;

/// One clinic.
pub(super) struct Clinic {
    /// The profile's name, which is also the host's first label and the class on `body`.
    pub(super) profile: &'static str,
    /// Its languages; the first has no path prefix.
    pub(super) editions: &'static [Edition],
    /// The people of the team, by slug, in the order of the content files.
    pub(super) people: &'static [&'static str],
    /// The tags that every page carries.
    pub(super) tags: Tags,
    /// What a map frame is made of: the address of the frame's document.
    pub(super) map: &'static str,
    /// The address of the home page's video frame.
    pub(super) video: &'static str,
    /// Headers that its web server adds to every page, beside the two cookies.
    pub(super) extra_headers: &'static [(&'static str, &'static str)],
    /// The session cookie's value: the same for all, since the demo knows no visitor.
    pub(super) session: &'static str,
    /// CSS custom properties that colour its drawings.
    pub(super) palette: &'static str,
}

/// A clinic in one language.
pub(super) struct Edition {
    pub(super) language: Language,
    /// The value of `html[lang]`.
    pub(super) tag: &'static str,
    /// The content file's text.
    pub(super) content: &'static str,
    /// The text of the file with the words of menus, forms and the demo bar.
    pub(super) words: &'static str,
}

/// Raw HTML, as pasted from the vendors' pages.
pub(super) struct Tags {
    /// Before `</head>`.
    pub(super) head: &'static str,
    /// Right after `<body>`.
    pub(super) body_start: &'static str,
    /// Before `</body>`.
    pub(super) body_end: &'static str,
    /// Inside the appointment form, before its button.
    pub(super) form: &'static str,
    /// On the page that thanks for a booking: the conversion tags.
    pub(super) booked: &'static str,
}

impl Clinic {
    /// The clinic of a `Host` header; `None` for any other host, and for a port that is none.
    pub(super) fn at_host(host: &str) -> Option<&'static Clinic> {
        let (name, port) = host.split_once(':').unwrap_or((host, ""));
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let label = name.strip_suffix(".localhost")?;
        CLINICS.iter().find(|clinic| clinic.profile.eq_ignore_ascii_case(label))
    }

    /// The language without a path prefix.
    pub(super) fn first_language(&self) -> Language {
        self.editions.first().map_or(Language::French, |edition| edition.language)
    }

    /// The edition in a language, where the clinic has one.
    pub(super) fn edition(&self, language: Language) -> Option<&'static Edition> {
        let editions: &'static [Edition] = self.editions;
        editions.iter().find(|edition| edition.language == language)
    }
}

/// Reads a file of `templates/demo/` into the program.
macro_rules! file {
    ($($path:expr),+) => { include_str!(concat!("../../templates/demo/", $($path),+)) };
}

/// An edition from its language, its `html[lang]` and the names of its two files.
macro_rules! edition {
    ($language:ident, $tag:literal, $content:literal, $words:literal) => {
        Edition {
            language: Language::$language,
            tag: $tag,
            content: file!("content/", $content, ".toml"),
            words: file!("content/words.", $words, ".toml"),
        }
    };
}

/// All of them, in the order of [`super::PROFILES`].
pub(super) static CLINICS: [Clinic; 5] = [
    Clinic {
        profile: "radiology-quebec",
        editions: &[
            edition!(French, "fr-CA", "radiology-quebec.fr", "fr-CA"),
            edition!(English, "en-CA", "radiology-quebec.en", "en"),
        ],
        people: &["marie-eve-gagnon", "karim-benali", "louis-philippe-roy", "sophie-tran"],
        tags: Tags {
            head: file!("tags/radiology-quebec.head.html"),
            body_start: file!("tags/radiology-quebec.body-start.html"),
            body_end: file!("tags/radiology-quebec.body-end.html"),
            form: "",
            booked: file!("tags/radiology-quebec.booked.html"),
        },
        map: "https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d2730.4!2d-71.1786!3d46.8072!2m3!1f0!2f0!3f0!3m2!1i1024!2i768!4f13.1!3m3!1m2!1s0x0%3A0x0!2sL%C3%A9vis!5e0!3m2!1sfr!2sca!4v1700000000000",
        video: "https://www.youtube.com/embed/aqz-KE-bpKQ?rel=0&modestbranding=1",
        // Some analytics plugins set the tracker's cookie from the server, so that it outlives
        // what browsers grant to cookies set by script.
        extra_headers: &[(
            "set-cookie",
            "_ga=GA1.1.1000000001.1700000000; Path=/; Max-Age=63072000; SameSite=Lax",
        )],
        session: "demo7k0r5t9b3n6d4q8v1m2c7x",
        palette: "--a:#0f5c7a;--a2:#0a4058;--a3:#cfe6ee;--b:#e9a23b;--wall:#e8f1f4;--floor:#cddde3;--sky:#dcecf2;--ink:#12303c",
    },
    Clinic {
        profile: "second-opinion-montreal",
        editions: &[
            edition!(English, "en-CA", "second-opinion-montreal.en", "en"),
            edition!(French, "fr-CA", "second-opinion-montreal.fr", "fr-CA"),
        ],
        people: &["helen-archer", "david-okafor", "anne-lavallee", "rajiv-menon"],
        tags: Tags {
            head: file!("tags/second-opinion-montreal.head.html"),
            body_start: "",
            body_end: file!("tags/second-opinion-montreal.body-end.html"),
            form: "",
            booked: "",
        },
        map: "https://www.google.com/maps?q=rue+Sherbrooke+Ouest+Montr%C3%A9al&output=embed",
        video: "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?rel=0",
        extra_headers: &[],
        session: "demo2h8w4p6z1y0s9l3f5j7g2a",
        palette: "--a:#6d2748;--a2:#4a1730;--a3:#ecd9dc;--b:#c98a4b;--wall:#f3ebe1;--floor:#dccbb8;--sky:#f6e6d3;--ink:#2b1a22",
    },
    Clinic {
        profile: "records-vendor",
        editions: &[
            edition!(French, "fr-CA", "records-vendor.fr", "fr-CA"),
            edition!(English, "en-CA", "records-vendor.en", "en"),
        ],
        people: &["isabelle-cote", "mathieu-pelletier", "yasmine-haddad", "tom-brisebois"],
        tags: Tags {
            head: file!("tags/records-vendor.head.html"),
            body_start: file!("tags/records-vendor.body-start.html"),
            body_end: file!("tags/records-vendor.body-end.html"),
            form: "",
            booked: "",
        },
        map: "https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d2796.0!2d-73.5540!3d45.5019!2m3!1f0!2f0!3f0!3m2!1i1024!2i768!4f13.1!3m3!1m2!1s0x0%3A0x0!2sMontr%C3%A9al!5e0!3m2!1sfr!2sca!4v1700000000000",
        video: "https://www.youtube.com/embed/aqz-KE-bpKQ",
        extra_headers: &[("x-powered-by", "PHP/8.3.11")],
        session: "demo9d3c7v1b5n0m8k2j6h4g3f",
        palette: "--a:#4b43c6;--a2:#231f5c;--a3:#e2e0fa;--b:#17a398;--wall:#eeedfb;--floor:#d3d1ee;--sky:#e6e5fa;--ink:#1c1a3d",
    },
    Clinic {
        profile: "primary-care-quebec",
        editions: &[
            edition!(French, "fr-CA", "primary-care-quebec.fr", "fr-CA"),
            edition!(English, "en-CA", "primary-care-quebec.en", "en"),
        ],
        people: &["chantal-bergeron", "olivier-nadeau", "fatou-diallo", "julie-mark"],
        tags: Tags {
            head: file!("tags/primary-care-quebec.head.html"),
            body_start: "",
            body_end: file!("tags/primary-care-quebec.body-end.html"),
            form: file!("tags/primary-care-quebec.form.html"),
            booked: "",
        },
        map: "https://www.google.com/maps/embed/v1/place?key=DEMO0000000000000000000000000000000000&q=Trois-Rivi%C3%A8res,QC",
        video: "https://www.youtube.com/embed/aqz-KE-bpKQ?cc_load_policy=1",
        extra_headers: &[],
        session: "demo5f1g7h3j9k2l4z6x8c0v5b",
        palette: "--a:#1b4f9c;--a2:#12356b;--a3:#d8e3f3;--b:#4f8f5b;--wall:#eef3fa;--floor:#d5dfec;--sky:#dbe8f7;--ink:#14243d",
    },
    Clinic {
        profile: "radiology-morocco",
        editions: &[
            edition!(French, "fr", "radiology-morocco.fr", "fr-MA"),
            edition!(Arabic, "ar", "radiology-morocco.ar", "ar"),
            edition!(English, "en", "radiology-morocco.en", "en"),
        ],
        people: &["salma-bennis", "youssef-el-idrissi", "nadia-chraibi", "hamza-ouazzani"],
        tags: Tags {
            head: file!("tags/radiology-morocco.head.html"),
            body_start: file!("tags/radiology-morocco.body-start.html"),
            body_end: file!("tags/radiology-morocco.body-end.html"),
            form: "",
            booked: file!("tags/radiology-morocco.booked.html"),
        },
        map: "https://maps.google.com/maps?q=boulevard+Anfa+Casablanca&z=15&output=embed",
        video: "https://www.youtube.com/embed/aqz-KE-bpKQ?rel=0",
        extra_headers: &[("link", "<https://fonts.gstatic.com>; rel=preconnect; crossorigin")],
        session: "demo1q7w3e9r5t2y8u4i6o0p1a",
        palette: "--a:#0d6e57;--a2:#084a3b;--a3:#d3e9df;--b:#c8643c;--wall:#f6ede0;--floor:#e3cfb4;--sky:#fbe9d2;--ink:#1e2f29",
    },
];
