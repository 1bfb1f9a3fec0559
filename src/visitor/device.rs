//! In: User-Agent and `Sec-CH-UA-Mobile`. Out: one of three classes (promise PC7). Neither header
//! is kept.

use http::HeaderMap;
use http::header::USER_AGENT;

/// What sort of machine the page is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceClass {
    Phone,
    Tablet,
    Computer,
}

impl DeviceClass {
    /// The id that usage counts and exports use.
    pub const fn id(self) -> &'static str {
        match self {
            DeviceClass::Phone => "phone",
            DeviceClass::Tablet => "tablet",
            DeviceClass::Computer => "computer",
        }
    }

    /// The class that the headers suggest; a computer where they say nothing.
    pub(super) fn of(headers: &HeaderMap) -> DeviceClass {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let agent = headers.get(USER_AGENT).map(text).unwrap_or_default();
        let says = |word: &str| agent.contains(word);
        let mobile =
            says("Mobi") || says("iPhone") || headers.get("sec-ch-ua-mobile").is_some_and(|v| v == "?1");
        // Android's convention: tablets leave out the word "Mobile".
        let tablet = ["iPad", "Tablet", "PlayBook", "Kindle", "Silk/"].iter().any(|word| says(word))
            || (says("Android") && !mobile);
        match (tablet, mobile) {
            (true, _) => DeviceClass::Tablet,
            (false, true) => DeviceClass::Phone,
            (false, false) => DeviceClass::Computer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &'static str, value: &'static str) -> DeviceClass {
        DeviceClass::of(
            &[(name, value)].into_iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect(),
        )
    }

    #[test]
    fn three_classes_and_no_more() {
        let agent = |value| class("user-agent", value);
        assert_eq!(
            agent("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148"),
            DeviceClass::Phone
        );
        assert_eq!(
            agent("Mozilla/5.0 (Linux; Android 10; K) Chrome/150.0 Mobile Safari/537.36"),
            DeviceClass::Phone
        );
        assert_eq!(
            agent("Mozilla/5.0 (Linux; Android 10; K) Chrome/150.0 Safari/537.36"),
            DeviceClass::Tablet
        );
        assert_eq!(agent("Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) Mobile/15E148"), DeviceClass::Tablet);
        assert_eq!(agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"), DeviceClass::Computer);
        assert_eq!(class("sec-ch-ua-mobile", "?1"), DeviceClass::Phone);
        assert_eq!(class("accept", "*/*"), DeviceClass::Computer);
    }
}
