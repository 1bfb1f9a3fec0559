//! In: `Accept-Language`. Out: primary language subtags, most wanted first. The full list with its
//! weights tells visitors apart and is not kept.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// More are not looked at: a page has three languages.
const MOST: usize = 8;

/// `fr-CA, en;q=0.5` gives `["fr", "en"]` (RFC 9110, 12.5.4). Malformed ranges, `*` and those with
/// `q=0` are left out.
pub fn preferred(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(ACCEPT_LANGUAGE).into_iter().filter_map(|value| value.to_str().ok());
    let mut ranges: Vec<(u16, String)> = lines.flat_map(|line| line.split(',')).filter_map(range).collect();
    // A stable sort: ranges of the same weight stay in the order they were sent in.
    ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let mut languages: Vec<String> = Vec::new();
    for (_, language) in ranges {
        if languages.len() < MOST && !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// A language range as its weight in thousandths and its primary subtag.
fn range(text: &str) -> Option<(u16, String)> {
    let mut parts = text.split(';').map(str::trim);
    let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
    let weight = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(text) => thousandths(text)?,
        None => 1000,
    };
    let named = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    (named && weight > 0).then_some((weight, primary))
}

/// `0.5` as 500; `None` unless it is a weight by RFC 9110, 12.4.2.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" => (decimals == 0).then_some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &'static str) -> Vec<String> {
        preferred(&[(ACCEPT_LANGUAGE, value.parse().unwrap())].into_iter().collect())
    }

    #[test]
    fn weights_order_and_subtags_fall_away() {
        assert_eq!(of("fr-CA,fr;q=0.9,en-US;q=0.8,en;q=0.7"), ["fr", "en"]);
        assert_eq!(of("en;q=0.5, ar-MA ; q=0.75, fr;q=0.9"), ["fr", "ar", "en"]);
        assert_eq!(of("en, fr"), ["en", "fr"]);
    }

    #[test]
    fn what_is_refused_or_malformed_is_left_out() {
        assert_eq!(of("fr;q=0, *;q=0.5, en;q=2, ar;q=x, x-klingon, de;q=0.001"), ["de"]);
        assert!(of("").is_empty());
        assert!(preferred(&HeaderMap::new()).is_empty());
    }
}
