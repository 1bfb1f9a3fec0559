//! In: a Content-Type (RFC 9110, 8.3.1). Out: whether it is a page, of what kind, a style sheet or a script,
//! and its charset.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

use crate::html::Kind;

/// The kind of page that a browser makes of this type; `None` for what is no page, or not named.
pub fn kind(content_type: Option<&HeaderValue>) -> Option<Kind> {
    // Where values were joined, browsers take the last that parses; any that is a page makes it one here.
    essences(content_type?).iter().rev().find_map(|essence| match essence.as_str() {
        "text/html" => Some(Kind::Html),
        "application/xhtml+xml" => Some(Kind::Xhtml),
        "image/svg+xml" | "application/xml" | "text/xml" => Some(Kind::Svg),
        _ => None,
    })
}

/// Whether a browser takes this type for a style sheet.
pub fn is_style_sheet(content_type: Option<&HeaderValue>) -> bool {
    content_type.is_some_and(|value| essences(value).iter().any(|essence| essence == "text/css"))
}

/// Plain text, as some origins send what they do not know.
pub fn is_plain_text(content_type: Option<&HeaderValue>) -> bool {
    content_type.is_some_and(|value| essences(value).iter().all(|essence| essence == "text/plain"))
}

/// Whether a browser runs this type as a script.
pub fn is_script(content_type: Option<&HeaderValue>) -> bool {
    let families = ["javascript", "ecmascript", "jscript", "livescript"];
    let runs = |essence: &String| families.iter().any(|family| essence.contains(family));
    content_type.is_some_and(|value| essences(value).iter().any(runs))
}

fn essences(content_type: &HeaderValue) -> Vec<String> {
    let text = String::from_utf8_lossy(content_type.as_bytes()).to_ascii_lowercase();
    let essence = |one: &str| one.split(';').next().unwrap_or_default().trim().to_owned();
    text.split(',').map(essence).collect()
}

/// Leaves one `Content-Type` of several: browsers join the lines and take the last that they can read, so
/// that each reader could see another type. One that makes a page wins, then the last.
pub fn settle(headers: &mut HeaderMap) {
    let lines: Vec<HeaderValue> = headers.get_all(CONTENT_TYPE).into_iter().cloned().collect();
    let chosen = lines.iter().find(|line| kind(Some(line)).is_some()).or(lines.last());
    if let Some(one) = chosen.filter(|_| lines.len() > 1) {
        headers.insert(CONTENT_TYPE, one.clone());
    }
}

/// Its `charset` parameter, unquoted.
pub fn charset(content_type: Option<&HeaderValue>) -> Option<String> {
    let text = content_type?.to_str().ok()?;
    let named = text.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    });
    named.filter(|charset| !charset.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<Kind>, Option<String>) {
        let value = HeaderValue::from_str(text).unwrap();
        (kind(Some(&value)), charset(Some(&value)))
    }

    #[test]
    fn pages_are_known_by_their_type() {
        assert_eq!(of("text/html"), (Some(Kind::Html), None));
        assert_eq!(of("Text/HTML; Charset=\"ISO-8859-1\""), (Some(Kind::Html), Some("ISO-8859-1".into())));
        assert_eq!(of("application/xhtml+xml; charset=utf-8").0, Some(Kind::Xhtml));
        assert_eq!(of("image/svg+xml").0, Some(Kind::Svg));
        assert_eq!(of("text/plain, text/html").0, Some(Kind::Html));
        assert_eq!(of("text/plain; charset=utf-8").0, None);
        assert_eq!(of("application/json").0, None);
        let is_sheet = |text| is_style_sheet(Some(&HeaderValue::from_static(text)));
        assert!(is_sheet("Text/CSS;charset=utf-8") && is_sheet("text/plain, text/css"));
        let is_script = |text| is_script(Some(&HeaderValue::from_static(text)));
        assert!(is_script("text/javascript") && is_script("application/x-javascript; charset=utf-8"));
        assert!(!is_script("application/json"));
        assert!(!is_sheet("text/plain; a=text/css") && !is_style_sheet(None));
    }
}
