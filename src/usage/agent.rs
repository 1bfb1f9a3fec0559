//! In: a few request headers, borrowed. Out: the [`Agent`] class: a browser, or which kind of
//! machine. A rule looks only at the request's own headers; nothing of them is kept.

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

impl Agent {
    /// The class of the client that sent these headers.
    pub fn of(signs: AgentSigns<'_>) -> Agent {
        let agent = signs.user_agent.to_ascii_lowercase();
        if names_itself(&agent) {
            return Agent::Crawler;
        }
        // Every browser of the last twenty years begins with Mozilla/ (or Opera/, before 2013), and
        // sends Accept-Language with a document.
        let browser_like = agent.starts_with("mozilla/") || agent.starts_with("opera/");
        if !browser_like || signs.accept_language.is_empty() {
            return Agent::Automation;
        }
        match PURPOSES.iter().any(|word| signs.purpose.to_ascii_lowercase().contains(word)) {
            true => Agent::Prefetch,
            false => Agent::Browser,
        }
    }
}

const PURPOSES: &[&str] = &["prefetch", "prerender", "preview"];

/// Words by which crawlers, link previews, monitors and libraries name themselves.
const DECLARED: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "archiver",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-external",
    "mediapartners-google",
    "google-inspectiontool",
    "google-read-aloud",
    "googleother",
    "feedfetcher",
    "bingpreview",
    "whatsapp/",
    "telegram",
    "skypeuripreview",
    "embedly",
    "pinterest/",
    "chatgpt-user",
    "claude-user",
    "perplexity-user",
    "headlesschrome",
    "phantomjs",
    "puppeteer",
    "playwright",
    "selenium",
    "cypress",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "pingdom",
    "uptime",
    "statuscake",
    "site24x7",
    "newrelicpinger",
    "datadogsynthetics",
    "nagios",
    "check_http",
    "curl/",
    "wget",
    "httpie",
    "python-",
    "python/",
    "aiohttp",
    "httpx",
    "scrapy",
    "go-http-client",
    "java/",
    "okhttp",
    "apache-httpclient",
    "libwww",
    "lwp::",
    "ruby",
    "php/",
    "guzzle",
    "axios",
    "node-fetch",
    "undici",
    "postman",
    "insomnia",
    "nmap",
    "nikto",
    "sqlmap",
    "zgrab",
    "masscan",
    "nuclei",
    "w3c_validator",
    "validator.nu",
    "wappalyzer",
    "paravent",
];

/// Words with `bot` in them that are telephones.
const NOT_DECLARED: &[&str] = &["cubot"];

fn names_itself(agent: &str) -> bool {
    let plain = NOT_DECLARED.iter().fold(agent.to_owned(), |text, word| text.replace(word, ""));
    DECLARED.iter().any(|word| plain.contains(word))
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
        ] {
            assert_eq!(class(agent), Agent::Crawler, "{agent}");
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
    fn pages_fetched_ahead_are_not_visits() {
        for purpose in ["prefetch", "prefetch;prerender", "Preview"] {
            let signs = AgentSigns { user_agent: CHROME, accept_language: "en", purpose };
            assert_eq!(Agent::of(signs), Agent::Prefetch);
        }
    }
}
