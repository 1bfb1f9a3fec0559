//! In: a few request headers, borrowed. Out: the [`Agent`] class: a browser, or which kind of
//! machine. A rule looks only at the request's own headers; nothing of them is kept.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use super::closed::closed_list;

closed_list! {
    /// What asks. In the order in which one view outranks another of the same token-day.
    Agent {
        Browser = "browser",
        /// A page fetched before anyone looked at it, or for a preview.
        Prefetch = "prefetch",
        /// Headers that no browser sends.
        Automation = "automation",
        /// Says itself that it is a crawler, monitor or tool.
        Crawler = "crawler",
    }
}

/// The headers that tell machines from browsers.
#[derive(Clone, Copy, Default)]
pub struct AgentSigns<'a> {
    pub user_agent: &'a str,
    /// Empty where the header is absent.
    pub accept_language: &'a str,
    /// `Sec-Purpose`, else `Purpose`, else `X-Moz`, else `X-Purpose`; empty where all are absent.
    pub purpose: &'a str,
}

impl AgentSigns<'_> {
    /// The same, with what else tells: the brands of `Sec-CH-UA`, among them browsers without windows; `From`, which
    /// robots send (RFC 9110, 10.1.2) and no browser does; and whether the network is one of the operator's list. Who is a
    /// machine by these and does not say so in its User-Agent is judged as one that names no browser.
    pub fn with_hints(self, brands: &str, from: &str, is_hosted: bool) -> Self {
        let is_machine = is_hosted || !from.is_empty() || brands.to_ascii_lowercase().contains("headless");
        match is_machine && !names_itself(self.user_agent) {
            true => AgentSigns { user_agent: "", ..self },
            false => self,
        }
    }
}

impl Agent {
    /// The class of the client that sent these headers.
    pub fn of(signs: AgentSigns<'_>) -> Agent {
        if names_itself(signs.user_agent) {
            return Agent::Crawler;
        }
        let browser_like = BEGINNINGS.iter().any(|beginning| begins_with(signs.user_agent, beginning));
        if !browser_like || signs.accept_language.is_empty() {
            return Agent::Automation;
        }
        let purpose = signs.purpose.to_ascii_lowercase();
        match PURPOSES.iter().any(|word| purpose.contains(word)) {
            true => Agent::Prefetch,
            false => Agent::Browser,
        }
    }
}

/// How every living browser's User-Agent begins: Opera Mini's and UC Browser Mini's in their own way. All of them send
/// Accept-Language with a document.
const BEGINNINGS: &[&str] = &["mozilla/", "opera/", "ucweb/"];

const PURPOSES: &[&str] = &["prefetch", "prerender", "preview"];

/// Words by which crawlers, link previews, monitors and libraries name themselves. What many of them have in common
/// comes first; none of these is in what a browser sends, in-app browsers and telephones' models included.
#[rustfmt::skip]
const DECLARED: &[&str] = &[
    "bot", "crawl", "spider", "slurp", "scrap", "harvest", "archiv", "fetch", "preview", "check", "monitor", "validator",
    "survey", "synthetic", "proxy", "headless", "webdriver", "ips-agent", "-user/", "http", "www.", "://", ".com", ".io/", "@",
    "(at)", "like gecko;", "like gecko,",
    "google-", "-google", "googleother", "google favicon", "mediapartners", "meta-external", "facebookexternalhit",
    "facebookcatalog", "whatsapp/", "embedly", "phantomjs", "puppeteer", "playwright", "selenium", "cypress",
    "lighthouse", "pagespeed", "gtmetrix", "ptst/", "pingdom", "uptime", "statuscake", "site24x7", "datadog",
    "appinsights", "dareboost", "thousandeyes", "ghost inspector", "hotjar", "siteimprove", "silktide", "netcraft",
    "cookiehub", "hardenize", "researchscan", "contentscan", "securityheaders", "linktiger", "brandverity", "sucuri",
    "curl/", "wget", "python", "go-http-client", "java/", "libwww", "lwp::", "perl/", "ruby/", "php/", "guzzle", "axios",
    "node-", "undici", "postman", "insomnia", "nagios", "nmap", "nikto", "sqlmap", "zgrab", "masscan", "nuclei",
    "openvas", "nessus", "acunetix", "watchtowr", "wappalyzer", "datanyze", "outbrain", "collapsify", "splash ", "ylt ",
    "paravent",
];

/// Words with one of the above in them that are telephones and browsers.
const NOT_DECLARED: &[&str] = &["cubot"];

/// All of them at once, and [`COMPATIBLE`]: who has none of these is no crawler, and that is most who come.
static SUSPICIOUS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = DECLARED.iter().chain([&COMPATIBLE]);
    let mut builder = AhoCorasickBuilder::new();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
});

fn names_itself(agent: &str) -> bool {
    if SUSPICIOUS.as_ref().is_some_and(|words| !words.is_match(agent)) {
        return false;
    }
    let agent = agent.to_ascii_lowercase();
    let plain = NOT_DECLARED.iter().fold(agent, |text, word| text.replace(word, ""));
    DECLARED.iter().any(|word| plain.contains(word)) || claims_compatibility(&plain)
}

fn begins_with(agent: &str, beginning: &str) -> bool {
    agent.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

const COMPATIBLE: &str = "compatible";

/// `(compatible; …)`: of browsers, Internet Explorer since its eighth version says so, and Konqueror.
fn claims_compatibility(agent: &str) -> bool {
    let is_explorer = agent.contains("msie ") && agent.contains("trident/");
    agent.contains(COMPATIBLE) && !is_explorer && !agent.contains("konqueror/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                          Chrome/150.0.0.0 Safari/537.36";
    const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 \
                          (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
    const CUBOT: &str = "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/150.0 Mobile \
                         Safari/537.36";

    fn class(user_agent: &str) -> Agent {
        Agent::of(AgentSigns { user_agent, accept_language: "fr", purpose: "" })
    }

    #[test]
    fn browsers_are_browsers() {
        for agent in [FIREFOX, CHROME, SAFARI, CUBOT] {
            assert_eq!(class(agent), Agent::Browser, "{agent}");
        }
    }

    #[test]
    fn machines_that_say_so_are_crawlers() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/150.0 Safari/537.36",
            "facebookexternalhit/1.1",
            "curl/8.5.0",
            "python-requests/2.32",
            "Wget/1.21",
            "Mozilla/5.0 (compatible; Anything/1.0)",
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0 (+https://example.org)",
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0 someone@example.org",
        ] {
            assert_eq!(class(agent), Agent::Crawler, "{agent}");
        }
    }

    #[test]
    fn explorer_and_konqueror_say_that_they_are_compatible() {
        for agent in [
            "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
            "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
        ] {
            assert_eq!(class(agent), Agent::Browser, "{agent}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_automation() {
        assert_eq!(class(""), Agent::Automation);
        assert_eq!(class("MyClinicApp/3"), Agent::Automation);
        let mute = AgentSigns { user_agent: FIREFOX, ..AgentSigns::default() };
        assert_eq!(Agent::of(mute), Agent::Automation);
    }

    #[test]
    fn hints_of_a_machine_outweigh_a_browsers_name() {
        let signs = AgentSigns { user_agent: CHROME, accept_language: "fr", purpose: "" };
        let brands = "\"Chromium\";v=\"150\", \"Google Chrome\";v=\"150\"";
        assert_eq!(Agent::of(signs.with_hints(brands, "", false)), Agent::Browser);
        assert_eq!(Agent::of(signs.with_hints(brands, "", true)), Agent::Automation);
        assert_eq!(Agent::of(signs.with_hints("\"HeadlessChrome\";v=\"150\"", "", false)), Agent::Automation);
        assert_eq!(Agent::of(signs.with_hints(brands, "robots@example.org", false)), Agent::Automation);
        let declared = AgentSigns { user_agent: "curl/8.5.0", ..signs };
        assert_eq!(Agent::of(declared.with_hints("", "robots@example.org", false)), Agent::Crawler);
    }

    #[test]
    fn pages_fetched_ahead_are_not_visits() {
        for purpose in ["prefetch", "prefetch;prerender", "Preview"] {
            let signs = AgentSigns { user_agent: CHROME, accept_language: "en", purpose };
            assert_eq!(Agent::of(signs), Agent::Prefetch);
        }
    }
}
