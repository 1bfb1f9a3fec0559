//! A small site for the tests of the rewriter: its vendors are made up, so that the built-in catalogue
//! may change without them.
#![allow(dead_code, reason = "each test file uses its part of it")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use paravent::html::{Around, BlockedFrame, HtmlError, HtmlStream, Insertions, Kind, Page, Signatures};
use paravent::policy::{
    Catalogue, Day, Decision, Embed, Facts, Hosts, Jurisdiction, Mode, Offer, Purpose, PurposeSet,
    SitePolicy, Store, StoredChoice, StoredItem, Vendor, Words, decide,
};

/// What the visitor of a test granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    None,
    Analytics,
    All,
    /// Nothing, on a site that only observes.
    Observe,
}

impl Grant {
    pub fn from_name(name: &str) -> Option<Grant> {
        Some(match name {
            "none" => Grant::None,
            "analytics" => Grant::Analytics,
            "all" => Grant::All,
            "observe" => Grant::Observe,
            _ => return None,
        })
    }
}

/// The same for every page; made once, since a page is rewritten at each of its splits.
type Rulings = (Arc<Decision>, Arc<Signatures>);

impl Grant {
    /// The decision that the tests' pages are served under.
    pub fn decision(self) -> Arc<Decision> {
        self.rulings().0
    }

    fn rulings(self) -> Rulings {
        static MADE: OnceLock<[Rulings; 4]> = OnceLock::new();
        let all = [Grant::None, Grant::Analytics, Grant::All, Grant::Observe];
        let made = MADE.get_or_init(|| {
            all.map(|grant| {
                let decision = decision(grant);
                let signatures = Arc::new(Signatures::new(&decision.site().catalogue));
                (Arc::new(decision), signatures)
            })
        });
        made[self as usize].clone()
    }
}

/// How a test's page is served.
#[derive(Clone)]
pub struct Served {
    pub grant: Grant,
    pub kind: Kind,
    pub is_document: bool,
    pub at_end: bool,
    pub charset: Option<String>,
    pub memory_limit: usize,
}

impl Served {
    pub fn document(grant: Grant) -> Served {
        let memory_limit = 1 << 20;
        Served { grant, kind: Kind::Html, is_document: true, at_end: false, charset: None, memory_limit }
    }

    pub fn stream(&self) -> HtmlStream {
        let (decision, signatures) = self.grant.rulings();
        HtmlStream::new(Page {
            decision,
            signatures,
            url: "https://clinic.example/care/page?x=1".parse().unwrap(),
            content_type_charset: self.charset.clone(),
            memory_limit: self.memory_limit,
            insertions: Arc::new(Marks { at_end: self.at_end }),
            kind: self.kind,
            is_document: self.is_document,
        })
    }

    /// Rewrites a page that comes in these pieces.
    pub fn rewrite<'c>(&self, chunks: impl IntoIterator<Item = &'c [u8]>) -> Result<Vec<u8>, HtmlError> {
        let mut stream = self.stream();
        let mut out = Vec::new();
        for chunk in chunks {
            stream.write(chunk, &mut out)?;
        }
        stream.end(&mut out)?;
        Ok(out)
    }
}

/// Insertions that are easy to see.
struct Marks {
    at_end: bool,
}

impl Insertions for Marks {
    fn head_start(&self) -> String {
        "<script src=\"/_privacy/guard.js\"></script>".to_owned()
    }

    fn html_attributes(&self) -> Vec<(String, String)> {
        vec![("data-consent".to_owned(), "necessary".to_owned())]
    }

    fn admitted_by(&self, policy: &str) -> String {
        policy.to_owned()
    }
    fn banner(&self, around: Around<'_>) -> String {
        format!("<x-banner lang=\"{}\">Témoins ع</x-banner>", around.language.unwrap_or("?"))
    }

    fn at_end(&self) -> bool {
        self.at_end
    }

    fn placeholder(&self, frame: &BlockedFrame<'_>, around: Around<'_>) -> String {
        format!(
            "<x-placeholder vendor=\"{}\" rule=\"{}\" size=\"{}x{}\" lang=\"{}\">{}</x-placeholder>",
            frame.vendor.id,
            frame.rule.id(),
            frame.width.as_deref().unwrap_or("?"),
            frame.height.as_deref().unwrap_or("?"),
            around.language.unwrap_or("?"),
            frame.title.as_deref().unwrap_or("?"),
        )
    }
}

fn decision(grant: Grant) -> Decision {
    let purposes = match grant {
        Grant::None | Grant::Observe => PurposeSet::NONE,
        Grant::Analytics => PurposeSet::NONE.with(Purpose::Analytics),
        Grant::All => PurposeSet::ALL,
    };
    let choice = StoredChoice {
        notice: "n".to_owned(),
        day: Day(20_000),
        purposes,
        vendors: BTreeMap::new(),
        counted: true,
        chosen: true,
    };
    let facts = Facts {
        host: "clinic.example",
        path: "/care/page",
        choice: Some(&choice),
        once: None,
        gpc: false,
        today: Day(20_001),
    };
    let mode = if grant == Grant::Observe { Mode::Observe } else { Mode::Enforce };
    decide(&Arc::new(site(mode)), &facts)
}

fn site(mode: Mode) -> SitePolicy {
    let catalogue = Catalogue::with(vendors());
    let offers = ["stats", "pixel", "video", "pay"]
        .iter()
        .filter_map(|id| catalogue.by_id(id))
        .map(|(vendor, _)| Offer { vendor, on_sensitive: false })
        .collect();
    SitePolicy {
        hosts: Hosts::These(vec!["clinic.example".to_owned()]),
        first_party_hosts: vec!["images.clinic.example".to_owned()],
        catalogue: Arc::new(catalogue),
        offers,
        withheld: vec![],
        locked: PurposeSet::NONE,
        sensitive: vec![],
        rules: Jurisdiction::Gdpr.rules(),
        mode,
        notice: "n".to_owned(),
    }
}

fn vendors() -> Vec<Vendor> {
    let stats = vendor("stats", Purpose::Analytics, &["stats.example"]);
    let pixel = vendor("pixel", Purpose::Marketing, &["pixel.example"]);
    let video = vendor("video", Purpose::Functional, &["player.video.example"]);
    vec![
        Vendor {
            inline: texts(&["stat('init'"]),
            globals: texts(&["stat()", "statQ[]"]),
            same_origin: texts(&["/collect?sid=S-"]),
            cookies: vec![cookie("_stat*", 30)].into(),
            ..stats
        },
        Vendor { inline: texts(&["pix('init'"]), globals: texts(&["pix()"]), ..pixel },
        Vendor { placeholder: Some(Embed::Video), ..video },
        Vendor {
            cookies: vec![cookie("paid", 7)].into(),
            ..vendor("pay", Purpose::Necessary, &["pay.example"])
        },
        vendor("tags", Purpose::Marketing, &["tags.example/t.js"]),
    ]
}

fn vendor(id: &'static str, purpose: Purpose, hosts: &'static [&'static str]) -> Vendor {
    Vendor {
        id: id.into(),
        name: id.into(),
        entity: id.into(),
        country: "CA".into(),
        purpose,
        kind: paravent::policy::Kind::Analytics,
        policy_url: "https://example.com/".into(),
        session_replay: false,
        hosts: texts(hosts),
        cname: Cow::Borrowed(&[]),
        csp: Cow::Borrowed(&[]),
        same_origin: Cow::Borrowed(&[]),
        inline: Cow::Borrowed(&[]),
        globals: Cow::Borrowed(&[]),
        placeholder: None,
        why: no_words(),
        cookies: Cow::Borrowed(&[]),
    }
}

fn cookie(name: &'static str, days: u16) -> StoredItem {
    StoredItem { name: name.into(), store: Store::Cookie, days, http_only: false, why: no_words() }
}

fn no_words() -> Words {
    Words { fr: "".into(), en: "".into(), ar: "".into() }
}

fn texts(list: &'static [&'static str]) -> Cow<'static, [Cow<'static, str>]> {
    list.iter().map(|text| Cow::Borrowed(*text)).collect()
}
