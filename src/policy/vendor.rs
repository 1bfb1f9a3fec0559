//! In: the catalogue's tables and the operator's. Out: what is known of a vendor. Facts only: no
//! rule is applied here and no visitor is known.

use std::borrow::Cow;

use super::purpose::Purpose;

type Text = Cow<'static, str>;
type Texts = Cow<'static, [Text]>;

/// One company's service, as the privacy page shows it and as it is recognised in a page.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// Stable kebab-case id, as config and consent cookies name it.
    pub id: Text,
    /// The product's name.
    pub name: Text,
    /// The legal entity behind it.
    pub entity: Text,
    /// Where it processes data: ISO 3166-1 alpha-2.
    pub country: Text,
    /// What it is loaded for.
    pub purpose: Purpose,
    /// What sort of service it is.
    pub kind: Kind,
    /// The vendor's own privacy policy.
    pub policy_url: Text,
    /// Records what a visitor does on the page: denied unless the operator insists.
    pub session_replay: bool,
    /// Host patterns: `example.com` (and subdomains), `=example.com` (exact), with an optional
    /// path prefix and an optional query condition: `www.googletagmanager.com/gtag/js?id=AW-`.
    pub hosts: Texts,
    /// Hosts that a site's own subdomain is a CNAME of where this vendor hides behind it; subdomains of
    /// them count too.
    pub cname: Texts,
    /// CSP source expressions to admit once granted; empty: made from `hosts`.
    pub csp: Texts,
    /// Shapes of requests to the site's own host that are this vendor in disguise:
    /// `path-suffix?key=value-prefix&key`.
    pub same_origin: Texts,
    /// Lower-case signatures of loader and configuration snippets, quotes written as `'`.
    pub inline: Texts,
    /// Global names a page calls, with the kind of stand-in: `gtag()`, `dataLayer[]`, `ttq{}`.
    pub globals: Texts,
    /// What stands in for its frame until it is granted.
    pub placeholder: Option<Embed>,
    /// What it does, in a sentence.
    pub why: Words,
    /// What it keeps in the browser.
    pub cookies: Cow<'static, [StoredItem]>,
}

impl Vendor {
    /// Software the site itself runs on: without hosts, its necessary cookies need no offer.
    pub fn is_platform(&self) -> bool {
        self.hosts.is_empty() && self.purpose == Purpose::Necessary
    }
}

/// A cookie or storage key, by name or pattern (`_ga_*`).
#[derive(Clone, Debug)]
pub struct StoredItem {
    /// The name; `*` stands for any run of characters.
    pub name: Text,
    /// Where it is kept.
    pub store: Store,
    /// How long it is kept, in days; 0 is until the browser closes.
    pub days: u16,
    /// No script needs to read it.
    pub http_only: bool,
    /// What it is for.
    pub why: Words,
}

/// The same sentence in the three languages of the visitor's pages.
#[derive(Clone, Debug)]
pub struct Words {
    pub fr: Text,
    pub en: Text,
    pub ar: Text,
}

impl Words {
    /// The sentence in `language` (a primary subtag); French where there is none.
    pub fn in_language(&self, language: &str) -> &str {
        match language {
            "en" => &self.en,
            "ar" => &self.ar,
            _ => &self.fr,
        }
    }
}

/// Where a vendor keeps something in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    Cookie,
    Local,
    Session,
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embed {
    Video,
    Map,
    Chat,
    Booking,
    Social,
    Captcha,
    Form,
}

/// What sort of service a vendor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    TagManager,
    Analytics,
    SessionReplay,
    Advertising,
    Social,
    Video,
    Map,
    Font,
    Cdn,
    Chat,
    Booking,
    Captcha,
    Payment,
    Newsletter,
    Reviews,
    CallTracking,
    ErrorReporting,
    AbTesting,
    ConsentManager,
    Platform,
}

/// Whether `name` fits `pattern`, in which `*` stands for any run of characters.
pub fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(head) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    let mut left = name;
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::name_matches;

    #[test]
    fn patterns_match_runs_of_characters() {
        assert!(name_matches("_ga", "_ga"));
        assert!(!name_matches("_ga", "_ga_1"));
        assert!(name_matches("_ga_*", "_ga_ABC"));
        assert!(name_matches("wp-*-time-*", "wp-settings-time-1"));
        assert!(name_matches("*_session", "clinic_session"));
        assert!(!name_matches("_hj*x", "_hjSession"));
        assert!(!name_matches("ab*ba", "aba"));
    }
}
