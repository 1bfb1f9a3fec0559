//! In: the host of a Referer, borrowed. Out: a [`Source`], which is a channel and, from a closed
//! list, a known referrer. An unknown host is `referral` and no more: its name is not kept.

use super::closed::closed_list;

closed_list! {
    /// Where a visit comes from. A later source is added at the end of the list: a snapshot keeps the codes, released
    /// cells the ids.
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
        /// Search engines without a line of their own.
        OtherSearch = "search/other",
        Kagi = "search/kagi",
        Threads = "social/threads",
        Telegram = "social/telegram",
        Snapchat = "social/snapchat",
        Messenger = "social/messenger",
        Bluesky = "social/bluesky",
        Mastodon = "social/mastodon",
        MetaAi = "assistant/meta-ai",
        Mistral = "assistant/mistral",
        DeepSeek = "assistant/deepseek",
        Grok = "assistant/grok",
        Newsletter = "email/newsletter",
        GoogleMaps = "directory/google-maps",
        GoogleBusiness = "directory/google-business",
        AppleMaps = "directory/apple-maps",
        BingMaps = "directory/bing-maps",
        Waze = "directory/waze",
        OpenStreetMap = "directory/openstreetmap",
        PagesJaunes = "directory/pages-jaunes",
        Canada411 = "directory/canada411",
        Yelp = "directory/yelp",
        BonjourSante = "health/bonjour-sante",
        Rvsq = "health/rvsq",
        ClicSante = "health/clic-sante",
        QuebecHealth = "health/quebec",
        CollegeMedecins = "health/cmq",
        IndexSante = "health/index-sante",
        RateMds = "health/ratemds",
        Medimap = "health/medimap",
        Doctolib = "health/doctolib",
        DabaDoc = "health/dabadoc",
        Nabady = "health/nabady",
        MedMa = "health/med-ma",
        Telecontact = "directory/telecontact",
        PagesMaroc = "directory/pages-maroc",
        Doctoralia = "health/doctoralia",
        PublicHealth = "health/public",
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
#[rustfmt::skip]
const DOMAINS: &[(&str, Source)] = &[
    ("mail.google.com", Source::Webmail),
    ("gemini.google.com", Source::Gemini),
    ("bard.google.com", Source::Gemini),
    ("maps.google.com", Source::GoogleMaps),
    ("maps.app.goo.gl", Source::GoogleMaps),
    ("business.google.com", Source::GoogleBusiness),
    ("g.page", Source::GoogleBusiness),
    ("com.google.android.gm", Source::Webmail),
    ("com.google.android.googlequicksearchbox", Source::Google),
    ("com.google.android.apps.maps", Source::GoogleMaps),
    ("com.google.android.apps.bard", Source::Gemini),
    ("outlook.live.com", Source::Webmail),
    ("outlook.office.com", Source::Webmail),
    ("outlook.office365.com", Source::Webmail),
    ("mail.yahoo.com", Source::Webmail),
    ("mail.proton.me", Source::Webmail),
    ("mail.aol.com", Source::Webmail),
    ("mail.zoho.com", Source::Webmail),
    ("mail.videotron.com", Source::Webmail),
    ("webmail.bell.net", Source::Webmail),
    ("webmail.menara.ma", Source::Webmail),
    ("mail.orange.fr", Source::Webmail),
    ("icloud.com", Source::Webmail),
    ("fastmail.com", Source::Webmail),
    ("tuta.com", Source::Webmail),
    ("list-manage.com", Source::Newsletter),
    ("mailchi.mp", Source::Newsletter),
    ("campaign-archive.com", Source::Newsletter),
    ("cyberimpact.com", Source::Newsletter),
    ("substack.com", Source::Newsletter),
    ("copilot.microsoft.com", Source::Copilot),
    ("copilot.cloud.microsoft", Source::Copilot),
    ("m365.cloud.microsoft", Source::Copilot),
    ("maps.bing.com", Source::BingMaps),
    ("bing.com", Source::Bing),
    ("duckduckgo.com", Source::DuckDuckGo),
    ("com.duckduckgo.mobile.android", Source::DuckDuckGo),
    ("search.yahoo.com", Source::Yahoo),
    ("yahoo.com", Source::Yahoo),
    ("qwant.com", Source::Qwant),
    ("ecosia.org", Source::Ecosia),
    ("search.brave.com", Source::Brave),
    ("startpage.com", Source::Startpage),
    ("maps.baidu.com", Source::OtherSearch),
    ("baidu.com", Source::Baidu),
    ("kagi.com", Source::Kagi),
    ("lilo.org", Source::OtherSearch),
    ("search.naver.com", Source::OtherSearch),
    ("naver.com", Source::OtherSearch),
    ("swisscows.com", Source::OtherSearch),
    ("ya.ru", Source::Yandex),
    ("sogou.com", Source::OtherSearch),
    ("so.com", Source::OtherSearch),
    ("seznam.cz", Source::OtherSearch),
    ("search.aol.com", Source::OtherSearch),
    ("ask.com", Source::OtherSearch),
    ("mojeek.com", Source::OtherSearch),
    ("presearch.com", Source::OtherSearch),
    ("metager.org", Source::OtherSearch),
    ("search.lycos.com", Source::OtherSearch),
    ("dogpile.com", Source::OtherSearch),
    ("daum.net", Source::OtherSearch),
    ("messenger.com", Source::Messenger),
    ("m.me", Source::Messenger),
    ("com.facebook.orca", Source::Messenger),
    ("facebook.com", Source::Facebook),
    ("fb.com", Source::Facebook),
    ("fb.me", Source::Facebook),
    ("com.facebook.katana", Source::Facebook),
    ("instagram.com", Source::Instagram),
    ("com.instagram.android", Source::Instagram),
    ("threads.net", Source::Threads),
    ("threads.com", Source::Threads),
    ("linkedin.com", Source::LinkedIn),
    ("lnkd.in", Source::LinkedIn),
    ("com.linkedin.android", Source::LinkedIn),
    ("t.co", Source::X),
    ("twitter.com", Source::X),
    ("x.com", Source::X),
    ("com.twitter.android", Source::X),
    ("youtube.com", Source::YouTube),
    ("youtu.be", Source::YouTube),
    ("tiktok.com", Source::TikTok),
    ("reddit.com", Source::Reddit),
    ("com.reddit.frontpage", Source::Reddit),
    ("pinterest.com", Source::Pinterest),
    ("pinterest.ca", Source::Pinterest),
    ("pinterest.fr", Source::Pinterest),
    ("pin.it", Source::Pinterest),
    ("whatsapp.com", Source::WhatsApp),
    ("wa.me", Source::WhatsApp),
    ("com.whatsapp", Source::WhatsApp),
    ("telegram.org", Source::Telegram),
    ("telegram.me", Source::Telegram),
    ("t.me", Source::Telegram),
    ("org.telegram.messenger", Source::Telegram),
    ("snapchat.com", Source::Snapchat),
    ("bsky.app", Source::Bluesky),
    ("mastodon.social", Source::Mastodon),
    ("mastodon.online", Source::Mastodon),
    ("chatgpt.com", Source::ChatGpt),
    ("chat.openai.com", Source::ChatGpt),
    ("com.openai.chatgpt", Source::ChatGpt),
    ("perplexity.ai", Source::Perplexity),
    ("ai.perplexity.app.android", Source::Perplexity),
    ("claude.ai", Source::Claude),
    ("meta.ai", Source::MetaAi),
    ("chat.mistral.ai", Source::Mistral),
    ("chat.deepseek.com", Source::DeepSeek),
    ("grok.com", Source::Grok),
    ("maps.apple.com", Source::AppleMaps),
    ("waze.com", Source::Waze),
    ("openstreetmap.org", Source::OpenStreetMap),
    ("pagesjaunes.ca", Source::PagesJaunes),
    ("yellowpages.ca", Source::PagesJaunes),
    ("pagesjaunes.fr", Source::PagesJaunes),
    ("canada411.ca", Source::Canada411),
    ("411.ca", Source::Canada411),
    ("yelp.com", Source::Yelp),
    ("yelp.ca", Source::Yelp),
    ("yelp.fr", Source::Yelp),
    ("bonjour-sante.ca", Source::BonjourSante),
    ("rvsq.gouv.qc.ca", Source::Rvsq),
    ("portal3.clicsante.ca", Source::ClicSante),
    ("clicsante.ca", Source::ClicSante),
    ("sante.gouv.qc.ca", Source::QuebecHealth),
    ("sante.quebec", Source::QuebecHealth),
    ("ramq.gouv.qc.ca", Source::QuebecHealth),
    ("quebec.ca", Source::QuebecHealth),
    ("cmq.org", Source::CollegeMedecins),
    ("indexsante.ca", Source::IndexSante),
    ("ratemds.com", Source::RateMds),
    ("medimap.ca", Source::Medimap),
    ("doctolib.fr", Source::Doctolib),
    ("doctolib.de", Source::Doctolib),
    ("doctolib.it", Source::Doctolib),
    ("dabadoc.com", Source::DabaDoc),
    ("nabady.ma", Source::Nabady),
    ("med.ma", Source::MedMa),
    ("telecontact.ma", Source::Telecontact),
    ("pagesmaroc.com", Source::PagesMaroc),
    ("pj.ma", Source::PagesMaroc),
    ("doctoralia.com", Source::Doctoralia),
    ("sante.gov.ma", Source::PublicHealth),
    ("cnss.ma", Source::PublicHealth),
    ("cnops.org.ma", Source::PublicHealth),
    ("canada.ca", Source::PublicHealth),
    ("ameli.fr", Source::PublicHealth),
    ("sante.fr", Source::PublicHealth),
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
        assert_eq!(source("maps.google.com"), "directory/google-maps");
        assert_eq!(source("www.rvsq.gouv.qc.ca"), "health/rvsq");
        assert_eq!(source("www.dabadoc.com"), "health/dabadoc");
    }

    /// Released cells are read by id for two years, snapshots by code: neither may move.
    #[test]
    fn ids_and_codes_stay() {
        let ids: Vec<&str> = Source::ALL.iter().map(|source| source.id()).collect();
        assert_eq!(
            (ids[0], ids[3], ids[13], ids[22], ids[27]),
            ("direct", "search/google", "social/facebook", "assistant/chatgpt", "email/webmail")
        );
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
        let channels = ["assistant", "directory", "email", "health", "search", "social"];
        for id in ids.iter().filter(|id| id.contains('/')) {
            assert!(channels.contains(&id.split('/').next().unwrap()), "{id}");
        }
        for source in &Source::ALL[3..] {
            let by_domain = DOMAINS.iter().any(|(_, of)| of == source);
            assert!(by_domain || [Source::Google, Source::Yandex].contains(source), "{}", source.id());
        }
    }

    #[test]
    fn a_domain_stands_behind_those_below_it() {
        for (at, (domain, source)) in DOMAINS.iter().enumerate() {
            assert_eq!(known(domain), Some(*source), "{domain}, line {at}, is hidden by one before it");
        }
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
