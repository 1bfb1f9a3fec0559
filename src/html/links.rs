//! In: `link`, `base`, `meta` and SVG animations. Out: whether they load something, and what they
//! mean for the rest of the page.

use lol_html::send::Element;

use super::charset;
use super::elements::Findings;
use super::entities;
use super::error::HtmlError;
use super::judge::Judge;
use super::stopped::Stop;
use crate::policy::{Rule, Ruling};

/// Relations that only say something; a browser fetches nothing for them. Any other is judged.
const SAYINGS: &[&str] = &[
    "alternate",
    "amphtml",
    "author",
    "bookmark",
    "canonical",
    "contents",
    "copyright",
    "edituri",
    "external",
    "first",
    "help",
    "home",
    "image_src",
    "index",
    "last",
    "license",
    "me",
    "nofollow",
    "noopener",
    "noreferrer",
    "pingback",
    "prev",
    "previous",
    "privacy-policy",
    "profile",
    "publisher",
    "self",
    "shortlink",
    "sitemap",
    "tag",
    "terms-of-service",
    "up",
    "webmention",
    "wlwmanifest",
    "https://api.w.org/",
];

/// Whether a browser fetches, or connects to, a `link`'s address.
pub(super) fn fetches(link: &Element<'_, '_>) -> bool {
    let written = link.get_attribute("rel").unwrap_or_default();
    let rel = entities::decode(&written).to_ascii_lowercase();
    rel.split_ascii_whitespace().any(|relation| !SAYINGS.contains(&relation))
}

/// Takes note of a `base`. It stays: what is relative to it is judged as it will be read.
pub(super) fn base(judge: &mut Judge, base: &Element<'_, '_>) -> Result<(), HtmlError> {
    match base.get_attribute("href") {
        Some(written) => {
            let href = judge.carrier.read(&entities::decode(&written)).into_owned();
            judge.bases.add(&href)
        }
        None => Ok(()),
    }
}

/// Judges a `meta` that acts like a header. Policies stay but for what the banner needs: they only ever
/// tighten.
pub(super) fn meta(
    findings: &mut Findings,
    judge: &mut Judge,
    meta: &Element<'_, '_>,
) -> Result<(), HtmlError> {
    let read = |name| {
        let written = meta.get_attribute(name).unwrap_or_default();
        entities::decode(&written).into_owned()
    };
    if !judge.carrier.is_declared() {
        // Too late for the prescan, yet browsers still follow it: it must be a charset that is read.
        charset::named(&read("charset"))?;
        if let Some((_, label)) = read("content").to_ascii_lowercase().split_once("charset=") {
            let end = label.find(|c: char| ";\"' ".contains(c)).unwrap_or(label.len());
            charset::named(&label[..end])?;
        }
    }
    let content = read("content");
    match &*read("http-equiv").trim().to_ascii_lowercase() {
        "refresh" => {
            let stop = refresh_target(&content).and_then(|url| judge.tracker(url));
            stop.into_iter().for_each(|stop| findings.remove("http-equiv", stop));
        }
        "content-security-policy" => {
            judge.under_policy = true;
            let admitted = judge.insertions.admitted_by(&content);
            if admitted != content {
                findings.set("content", &admitted, None);
            }
        }
        // They have browsers tell others more about themselves.
        "accept-ch" | "delegate-ch" => {
            let stop = Stop::new(&Ruling::block(Rule::NoContent, None), "");
            judge.stopped.add(&stop);
            findings.remove("http-equiv", stop);
        }
        _ => {}
    }
    Ok(())
}

/// The address in `5; url='https://…'` (HTML, "shared declarative refresh steps").
fn refresh_target(content: &str) -> Option<&str> {
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
    let rest = match rest.get(..3) {
        Some(word) if word.eq_ignore_ascii_case("url") => {
            let after = rest[3..].trim_start();
            after.strip_prefix('=').map_or(rest, str::trim_start)
        }
        _ => rest,
    };
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let url = match quote {
        Some(quote) => rest[1..].split(quote).next().unwrap_or_default(),
        None => rest,
    };
    (!url.is_empty()).then_some(url)
}

/// Whether an SVG animation sets an address.
pub(super) fn animates_address(animation: &Element<'_, '_>) -> bool {
    let written = animation.get_attribute("attributename").unwrap_or_default();
    matches!(&*entities::decode(&written).trim().to_ascii_lowercase(), "href" | "xlink:href")
}

#[cfg(test)]
mod tests {
    use super::refresh_target;

    #[test]
    fn the_target_of_a_refresh_is_found() {
        for (content, expected) in [
            ("5; url=https://a/", Some("https://a/")),
            ("0;URL = 'https://a/' ; x", Some("https://a/")),
            ("0,\"//a\"", Some("//a")),
            ("0; urls", Some("urls")),
            ("5", None),
        ] {
            assert_eq!(refresh_target(content), expected, "{content}");
        }
    }
}
