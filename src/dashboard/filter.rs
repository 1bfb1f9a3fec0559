//! In: a request's query and the sites there are. Out: the site, period, family and language it asks
//! for, and links that keep them.

use url::form_urlencoded::{self, Serializer};

use super::SiteFacts;
use super::period::{Period, Span};
use super::words::Words;
use crate::clock::Clock;
use crate::policy::Day;
use crate::usage::Family;

/// What a page is about.
#[derive(Clone)]
pub(super) struct Filter<'s> {
    pub site: &'s SiteFacts,
    pub period: Period,
    /// One card in full.
    pub family: Option<Family>,
    /// The site's own day that is now.
    pub today: Day,
    /// Only where the link said so: else the browser's wish holds on the next page too.
    language: Option<Words>,
}

impl<'s> Filter<'s> {
    /// `None` where there is no site, or not the one that is asked for.
    pub(super) fn read(query: &str, sites: &'s [SiteFacts], clock: &Clock) -> Option<Filter<'s>> {
        let site = match value(query, "site") {
            Some(name) => sites.iter().find(|site| site.name == name)?,
            None => sites.first()?,
        };
        let today = site.zone.local(clock.seconds()).day;
        let [days, from, to] = ["days", "from", "to"].map(|name| value(query, name));
        let family = value(query, "family").and_then(|id| Family::from_id(&id));
        Some(Filter {
            site,
            period: Period::read(days.as_deref(), from.as_deref(), to.as_deref(), today),
            family: family.filter(|family| *family != Family::Capacity),
            today,
            language: language(query),
        })
    }

    pub(super) fn to_site(&self, name: &str) -> String {
        self.link("/", name, self.period, self.family, self.language)
    }

    pub(super) fn to_days(&self, days: u32) -> String {
        let period = Period { span: Span::Last(days), ..self.period };
        self.link("/", &self.site.name, period, self.family, self.language)
    }

    pub(super) fn to_family(&self, family: Family) -> String {
        self.link("/", &self.site.name, self.period, Some(family), self.language)
    }

    pub(super) fn to_overview(&self) -> String {
        self.link("/", &self.site.name, self.period, None, self.language)
    }

    /// The days are written out: an export says which it holds.
    pub(super) fn to_csv(&self, family: Family) -> String {
        let period = Period { span: Span::Chosen, ..self.period };
        self.link("/export.csv", &self.site.name, period, Some(family), None)
    }

    pub(super) fn to_language(&self, code: &str) -> String {
        self.link("/", &self.site.name, self.period, self.family, Some(Words::of(code)))
    }

    /// The language's code, for a form to carry.
    pub(super) fn language_code(&self) -> Option<&'static str> {
        self.language.map(|words| words.language())
    }

    fn link(
        &self,
        path: &str,
        site: &str,
        period: Period,
        family: Option<Family>,
        language: Option<Words>,
    ) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("site", site);
        match period.span {
            Span::Last(days) => query.append_pair("days", &days.to_string()),
            Span::Chosen => query.append_pair("from", &period.from.iso()).append_pair("to", &period.to.iso()),
        };
        if let Some(family) = family {
            query.append_pair("family", family.id());
        }
        if let Some(language) = language {
            query.append_pair("lang", language.language());
        }
        format!("{path}?{}", query.finish())
    }
}

/// The language that a link asks for, where it is one of ours.
pub(super) fn language(query: &str) -> Option<Words> {
    let asked = value(query, "lang")?;
    Words::LANGUAGES.iter().find(|(code, _)| *code == asked).map(|(code, _)| Words::of(code))
}

/// The first value of a name in a query or a form.
pub(super) fn value(query: &str, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::{NOW, site};

    #[test]
    fn links_keep_what_was_chosen() {
        let (sites, clock) = ([site("a.example"), site("é&b")], Clock::set_to(NOW));
        let filter = Filter::read("site=%C3%A9%26b&days=7&family=pages&lang=en", &sites, &clock).unwrap();
        assert_eq!(filter.to_site("é&b"), "/?site=%C3%A9%26b&days=7&family=pages&lang=en");
        assert_eq!(filter.to_overview(), "/?site=%C3%A9%26b&days=7&lang=en");
        assert_eq!(filter.to_days(90), "/?site=%C3%A9%26b&days=90&family=pages&lang=en");
        let csv = filter.to_csv(Family::Sources);
        assert!(csv.starts_with("/export.csv?site=%C3%A9%26b&from=20") && csv.ends_with("&family=sources"));
    }

    #[test]
    fn a_site_that_is_not_there_is_not_another() {
        let (sites, clock) = ([site("a.example")], Clock::set_to(NOW));
        assert!(Filter::read("site=b.example", &sites, &clock).is_none());
        assert_eq!(Filter::read("", &sites, &clock).unwrap().site.name, "a.example");
        assert!(Filter::read("", &[], &clock).is_none());
        assert!(Filter::read("family=capacity", &sites, &clock).unwrap().family.is_none());
    }
}
