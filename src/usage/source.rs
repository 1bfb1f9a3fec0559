//! In: the host of a Referer, borrowed. Out: a [`Source`], which is a channel and, from a closed
//! list, a known referrer. An unknown host is `referral` and no more: its name is not kept.

use super::closed::closed_list;

closed_list! {
    /// Where a visit comes from.
    Source {
        Direct = "direct",
        /// From the site itself: a visit that goes on, not an entry.
        Internal = "internal",
        /// From a site that is not in the list.
        Referral = "referral",
        Google = "search/google",
        Bing = "search/bing",
        DuckDuckGo = "search/duckduckgo",
        Yahoo = "search/yahoo",
        Qwant = "search/qwant",
        Ecosia = "search/ecosia",
        Brave = "search/brave",
        Startpage = "search/startpage",
        Yandex = "search/yandex",
        Baidu = "search/baidu",
        Facebook = "social/facebook",
        Instagram = "social/instagram",
        LinkedIn = "social/linkedin",
        X = "social/x",
        YouTube = "social/youtube",
        TikTok = "social/tiktok",
        Reddit = "social/reddit",
        Pinterest = "social/pinterest",
        WhatsApp = "social/whatsapp",
        ChatGpt = "assistant/chatgpt",
        Perplexity = "assistant/perplexity",
        Copilot = "assistant/copilot",
        Gemini = "assistant/gemini",
        Claude = "assistant/claude",
        Webmail = "email/webmail",
    }
}

impl Source {
    /// The source of a page whose Referer has this host (lower case, without port); `None` where
    /// there was no Referer. `own` says which hosts are the site's.
    pub fn of(referer_host: Option<&str>, own: impl Fn(&str) -> bool) -> Source {
        match referer_host {
            None | Some("") => Source::Direct,
            Some(host) if own(host) => Source::Internal,
            Some(host) => known(host).unwrap_or(Source::Referral),
        }
    }

    /// Whether it begins a visit, or continues one.
    pub fn is_entry(self) -> bool {
        self != Source::Internal
    }
}

fn known(host: &str) -> Option<Source> {
    let below =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let by_domain = DOMAINS.iter().find(|(domain, _)| below(domain)).map(|(_, source)| *source);
    by_domain.or_else(|| by_name(host))
}

/// Search engines with a domain in each country: `google.co.ma`, `www.google.ca`.
fn by_name(host: &str) -> Option<Source> {
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    let (name, ending) = host.split_once('.')?;
    // At most `co.uk`: `google.example.evil.test` is no Google.
    let short = ending.len() <= 6 && ending.split('.').all(|label| (2..=3).contains(&label.len()));
    match name {
        "google" if short => Some(Source::Google),
        "yandex" if short => Some(Source::Yandex),
        _ => None,
    }
}

/// Exact domains before those above them.
const DOMAINS: &[(&str, Source)] = &[
    ("mail.google.com", Source::Webmail),
    ("gemini.google.com", Source::Gemini),
    ("com.google.android.gm", Source::Webmail),
    ("com.google.android.googlequicksearchbox", Source::Google),
    ("outlook.live.com", Source::Webmail),
    ("outlook.office.com", Source::Webmail),
    ("outlook.office365.com", Source::Webmail),
    ("mail.yahoo.com", Source::Webmail),
    ("mail.proton.me", Source::Webmail),
    ("copilot.microsoft.com", Source::Copilot),
    ("bing.com", Source::Bing),
    ("duckduckgo.com", Source::DuckDuckGo),
    ("search.yahoo.com", Source::Yahoo),
    ("yahoo.com", Source::Yahoo),
    ("qwant.com", Source::Qwant),
    ("ecosia.org", Source::Ecosia),
    ("search.brave.com", Source::Brave),
    ("startpage.com", Source::Startpage),
    ("baidu.com", Source::Baidu),
    ("facebook.com", Source::Facebook),
    ("fb.com", Source::Facebook),
    ("messenger.com", Source::Facebook),
    ("instagram.com", Source::Instagram),
    ("linkedin.com", Source::LinkedIn),
    ("lnkd.in", Source::LinkedIn),
    ("t.co", Source::X),
    ("twitter.com", Source::X),
    ("x.com", Source::X),
    ("youtube.com", Source::YouTube),
    ("youtu.be", Source::YouTube),
    ("tiktok.com", Source::TikTok),
    ("reddit.com", Source::Reddit),
    ("pinterest.com", Source::Pinterest),
    ("pinterest.ca", Source::Pinterest),
    ("pinterest.fr", Source::Pinterest),
    ("whatsapp.com", Source::WhatsApp),
    ("wa.me", Source::WhatsApp),
    ("chatgpt.com", Source::ChatGpt),
    ("chat.openai.com", Source::ChatGpt),
    ("perplexity.ai", Source::Perplexity),
    ("claude.ai", Source::Claude),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn source(host: &str) -> &'static str {
        Source::of(Some(host), |own| own == "clinic.example").id()
    }

    #[test]
    fn known_referrers_are_named() {
        assert_eq!(source("www.google.ca"), "search/google");
        assert_eq!(source("google.co.ma"), "search/google");
        assert_eq!(source("mail.google.com"), "email/webmail");
        assert_eq!(source("l.facebook.com"), "social/facebook");
        assert_eq!(source("x.com"), "social/x");
    }

    #[test]
    fn others_stay_without_a_name() {
        for host in ["netflix.com", "google.example.evil.test", "notbing.com", "patient-1234.example"] {
            assert_eq!(source(host), "referral", "{host}");
        }
    }

    #[test]
    fn the_sites_own_pages_begin_no_visit() {
        assert_eq!(source("clinic.example"), "internal");
        assert!(!Source::Internal.is_entry());
        assert!(Source::of(None, |_| true).is_entry());
    }
}
