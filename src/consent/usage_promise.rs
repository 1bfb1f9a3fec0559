//! In: a page's view, and what counting promises, as plain figures. Out: the page that publishes the
//! guarantee, a complete document. It knows no count, and nothing of how one is made.

use askama::Template;

use super::PageView;
use super::assets::PAGE;
use super::guard::{head_start, html_attributes};
use super::privacy::languages;
use super::theme::sheets;
use super::words::Words;
use crate::config::UsageRelease;

/// What counting promises for one token-day on one site, added or taken away.
#[derive(Clone, Debug, PartialEq)]
pub struct UsagePromise {
    /// The budget of a token-day, over all counts, in millionths of rho (zero-concentrated
    /// differential privacy).
    pub rho: u32,
    /// The same budget as epsilon, rounded up to a tenth.
    pub epsilon: f64,
    /// The probability that epsilon leaves aside.
    pub delta: f64,
    pub families: Vec<PromisedFamily>,
    /// Released visits a day from which `release = "auto"` releases everything daily.
    pub daily_from: u32,
}

/// Counts that are released together, with noise of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromisedFamily {
    /// As the ledger writes it: `visits`, `pages`.
    pub id: &'static str,
    /// Cells that one token-day can add 1 to, at most.
    pub cells: u32,
    /// Its share of the budget, in millionths of rho.
    pub rho: u32,
    /// The standard deviation of its noise, in thousandths.
    pub sigma: u32,
    /// Released at each day's close, also where the others wait for the week's.
    pub daily: bool,
}

/// The page of the public guarantee.
pub fn usage_page(view: &PageView<'_>, promise: &UsagePromise) -> String {
    let words = view.words();
    let site = view.site;
    let figures = Figures { words, promise };
    let template = UsagePage {
        v: view,
        w: words,
        site: view.site_name(),
        guard: head_start(site, view.decision, view.origin_policy),
        attributes: html_attributes(site, view.decision),
        sheets: sheets(view, &PAGE),
        languages: languages(view),
        counted: view.decision.consent().counted,
        objecting: words.count("usage-objecting", "days", site.policy.rules.choice_days),
        rho: figures.rho(promise.rho),
        epsilon: figures.local(&format!("{:.1}", promise.epsilon)),
        delta: figures.local(&promise.delta.to_string()),
        unit: words.count("usage-unit", "factor", promise.epsilon.exp().ceil() as u32),
        costs: figures.costs(),
        counts: figures.counts(),
        sums: figures.sums(),
        when: match site.usage.release {
            UsageRelease::Daily => words.say("usage-when-daily"),
            UsageRelease::Weekly => words.say("usage-when-weekly"),
            UsageRelease::Auto => words.count("usage-when-auto", "visits", promise.daily_from),
        },
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "consent/usage.html")]
struct UsagePage<'a> {
    v: &'a PageView<'a>,
    w: Words,
    site: &'a str,
    guard: String,
    attributes: Vec<(String, String)>,
    sheets: Vec<(String, String)>,
    /// Code and own name of each language of the site.
    languages: Vec<(String, String)>,
    counted: bool,
    objecting: String,
    rho: String,
    epsilon: String,
    delta: String,
    unit: String,
    costs: Vec<Cost>,
    counts: Vec<Count>,
    /// What the shares of all counts add up to: what is left, where anything is, and the whole.
    sums: Vec<(String, String)>,
    when: String,
}

/// What a case that is not one token-day costs.
struct Cost {
    case: String,
    /// In the letters of the guarantee, to be read from left to right.
    bound: String,
    here: String,
}

/// A family's line in the table.
struct Count {
    name: String,
    what: String,
    cells: u32,
    rho: String,
    sigma: String,
}

/// The promise's numbers, as a language writes them.
struct Figures<'a> {
    words: Words,
    promise: &'a UsagePromise,
}

/// Days, and tokens, of the worked examples.
const WEEK: u32 = 7;
const TWO: u32 = 2;

impl Figures<'_> {
    /// The cases that design and law ask about. A sum over k days of one person's gains k in a cell, so
    /// what is released by the week costs k²; what is released by the day costs k times its share.
    fn costs(&self) -> Vec<Cost> {
        let whole = self.promise.rho;
        let daily = self.promise.families.iter().filter(|f| f.daily).map(|f| f.rho).sum::<u32>();
        let weekly = whole.saturating_sub(daily);
        let case = |key: &str, bound: &str, here: String| Cost {
            case: self.words.say(key),
            bound: bound.to_owned(),
            here,
        };
        let with = |cost: u32, letter: &str, number: u32| {
            let blanks = [("cost", &*self.rho(cost)), ("case", &*format!("{letter} = {number}"))];
            self.words.fill_two("usage-cost-for", blanks)
        };
        let mixed = format!("k² × {} + k × {}", self.rho(weekly), self.rho(daily));
        vec![
            case("usage-cost-swap", "2 ρ", self.rho(2 * whole)),
            case("usage-cost-tokens", "k² ρ", with(TWO * TWO * whole, "k", TWO)),
            case("usage-cost-days", "n ρ", with(WEEK * whole, "n", WEEK)),
            case("usage-cost-week", &mixed, with(WEEK * WEEK * weekly + WEEK * daily, "k", WEEK)),
        ]
    }

    fn counts(&self) -> Vec<Count> {
        let count = |family: &PromisedFamily| Count {
            name: self.words.say(&format!("usage-{}", family.id)),
            what: self.words.count(&format!("usage-{}-what", family.id), "count", family.cells),
            cells: family.cells,
            rho: self.share(family.rho),
            sigma: self.local(&format!("{:.3}", f64::from(family.sigma) / 1e3)),
        };
        self.promise.families.iter().map(count).collect()
    }

    fn sums(&self) -> Vec<(String, String)> {
        let spent: u32 = self.promise.families.iter().map(|family| family.rho).sum();
        let left = self.promise.rho.saturating_sub(spent);
        let reserve = (left > 0).then(|| (self.words.say("usage-reserve"), self.share(left)));
        let total = (self.words.say("usage-total"), self.share(self.promise.rho));
        reserve.into_iter().chain([total]).collect()
    }

    /// A budget that stands alone.
    fn rho(&self, millionths: u32) -> String {
        self.local(&(f64::from(millionths) / 1e6).to_string())
    }

    /// A budget in the column of shares: all with as many decimals as the finest needs.
    fn share(&self, millionths: u32) -> String {
        let needs = |places: &u32| self.promise.families.iter().all(|f| f.rho % 10u32.pow(6 - places) == 0);
        let places = (1..6).find(needs).unwrap_or(6);
        self.local(&format!("{:.*}", places as usize, f64::from(millionths) / 1e6))
    }

    fn local(&self, number: &str) -> String {
        number.replace('.', &self.words.say("decimal-mark"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Localised;
    use crate::consent::fixture::Fixture;

    fn promise() -> UsagePromise {
        let visits = PromisedFamily { id: "visits", cells: 1, rho: 20_000, sigma: 5_000, daily: true };
        let pages = PromisedFamily { id: "pages", cells: 5, rho: 80_000, sigma: 5_591, daily: false };
        let agents = PromisedFamily { id: "agents", cells: 1, rho: 4_000, sigma: 11_181, daily: false };
        UsagePromise {
            rho: 250_000,
            epsilon: 4.0,
            delta: 1e-6,
            families: vec![visits, pages, agents],
            daily_from: 500,
        }
    }

    fn page(fixture: &Fixture, language: &str) -> String {
        usage_page(&fixture.view(language, &fixture.unasked()), &promise())
    }

    #[test]
    fn numbers_are_exact_and_written_as_the_language_writes_them() {
        let english = page(&Fixture::quebec(), "en");
        for figure in ["0.25", "4.0", "0.000001", "0.020", "5.591", "0.146", "0.250", "factor of 55 at most"]
        {
            assert!(english.contains(figure), "{figure}");
        }
        let french = page(&Fixture::quebec(), "fr");
        assert!(french.contains("0,000001") && french.contains("5,591") && !french.contains("0.25"));
    }

    #[test]
    fn what_is_more_than_one_token_day_has_its_price() {
        let english = page(&Fixture::quebec(), "en");
        for figure in ["0.5<", "1 if k = 2", "1.75 if n = 7", "k² × 0.23 + k × 0.02", "11.41 if k = 7"] {
            assert!(english.contains(figure), "{figure}");
        }
    }

    #[test]
    fn it_says_when_this_site_releases() {
        let mut fixture = Fixture::quebec();
        assert!(page(&fixture, "en").contains("500 visits a day or more"));
        fixture.site.usage.release = UsageRelease::Daily;
        assert!(page(&fixture, "en").contains("all its numbers every day"));
        fixture.site.usage.release = UsageRelease::Weekly;
        fixture.site.usage.time_zone = "America/Montreal".into();
        let weekly = page(&fixture, "en");
        assert!(weekly.contains("everything else once a week.") && weekly.contains("America/Montreal"));
    }

    #[test]
    fn one_can_object_here_and_take_it_back_without_script() {
        let fixture = Fixture::quebec();
        let counted = page(&fixture, "fr");
        assert!(counted.contains(r#"<button name="usage" value="object">"#));
        assert!(counted.contains(r#"name="token" value="token""#) && counted.contains(r#"name="return""#));
        let objected = usage_page(&fixture.view("fr", &fixture.objected()), &promise());
        assert!(objected.contains(r#"<button name="usage" value="count">"#));
        assert!(!objected.contains(r#"value="object""#));
    }

    #[test]
    fn what_the_operator_wrote_is_escaped() {
        let mut fixture = Fixture::quebec();
        fixture.site.usage.time_zone = "<script>zone</script>".into();
        if let Some(contact) = &mut fixture.site.contact {
            contact.organisation = Localised(vec![("fr".into(), "<b>Clinique</b>".into())]);
        }
        let page = page(&fixture, "fr");
        assert!(!page.contains("<script>zone") && !page.contains("<b>Clinique"));
        assert!(page.contains("&#60;b&#62;Clinique"));
    }

    #[test]
    fn arabic_reads_from_right_to_left_and_its_formulas_from_left_to_right() {
        let page = page(&Fixture::morocco(), "ar");
        assert!(page.contains(r#"lang="ar" dir="rtl""#));
        assert!(page.contains(r#"<bdi dir="ltr">k² ρ</bdi>"#));
    }
}
