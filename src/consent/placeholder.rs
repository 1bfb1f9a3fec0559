//! In: the facts of a frame that was taken out, and who runs it. Out: what stands in its place, of
//! the same size. Its buttons are plain forms; it needs neither a script nor an inline style.

use askama::Template;

use super::PageView;
use super::assets::FRAME;
use super::granted::optional;
use super::theme::sheets;
use super::words::Words;
use crate::policy::{Embed, Vendor};

/// What the page says of a frame that was taken out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame<'a> {
    /// Who runs it, where it is known.
    pub vendor: Option<&'a Vendor>,
    /// Where it leads, absolute. Anything but http and https gets no link.
    pub url: &'a str,
    /// Its `width` and `height`, as the page wrote them: pixels, or a percentage.
    pub width: Option<&'a str>,
    pub height: Option<&'a str>,
    /// Its `title`.
    pub title: Option<&'a str>,
    /// Its `class`, `style` and `id`, so that the page's own layout holds.
    pub class: Option<&'a str>,
    pub style: Option<&'a str>,
    pub id: Option<&'a str>,
}

/// What stands in the frame's place.
pub fn placeholder(view: &PageView<'_>, frame: &Frame<'_>) -> String {
    let words = view.words();
    let offered = frame.vendor.filter(|vendor| optional(&view.site.policy).any(|v| v.id == vendor.id));
    let template = Placeholder {
        v: view,
        w: words,
        frame,
        sheets: sheets(view, &FRAME),
        width: length(frame.width).unwrap_or("300"),
        height: length(frame.height).unwrap_or("150"),
        heading: heading(frame, &words),
        sentence: sentence(view, frame, offered, &words),
        load: offered.filter(|_| !view.decision.is_sensitive() && view.origin_policy.lets_post()),
        link: link(frame.url, &words),
    };
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "consent/placeholder.html")]
struct Placeholder<'a> {
    v: &'a PageView<'a>,
    w: Words,
    frame: &'a Frame<'a>,
    sheets: Vec<(String, String)>,
    width: &'a str,
    height: &'a str,
    heading: String,
    sentence: String,
    /// The vendor to load once or always, where the visitor may.
    load: Option<&'a Vendor>,
    link: Option<(String, String)>,
}

/// A dimension attribute that means something: digits, with an optional `%` or `px`.
fn length(attribute: Option<&str>) -> Option<&str> {
    let text = attribute?.trim();
    let text = text.strip_suffix("px").unwrap_or(text);
    let digits = text.strip_suffix('%').unwrap_or(text);
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(text)
}

fn heading(frame: &Frame<'_>, words: &Words) -> String {
    let key = match frame.vendor.and_then(|vendor| vendor.placeholder) {
        Some(Embed::Video) => "frame-video",
        Some(Embed::Map) => "frame-map",
        Some(Embed::Chat) => "frame-chat",
        Some(Embed::Booking) => "frame-booking",
        Some(Embed::Social) => "frame-social",
        Some(Embed::Captcha) => "frame-captcha",
        Some(Embed::Form) => "frame-form",
        None => "frame-other",
    };
    let host = host_of(frame.url);
    words.fill(key, "vendor", frame.vendor.map_or(&host, |vendor| &vendor.name))
}

fn sentence(view: &PageView<'_>, frame: &Frame<'_>, offered: Option<&Vendor>, words: &Words) -> String {
    let Some(vendor) = frame.vendor else { return words.say("frame-unknown") };
    let who = words
        .fill_two("frame-who", [("entity", &vendor.entity), ("country", &words.country(&vendor.country))]);
    match offered {
        _ if view.decision.is_sensitive() => words.say("frame-sensitive"),
        Some(_) => who,
        None => words.say("frame-not-offered"),
    }
}

/// Address and words of the plain link.
fn link(url: &str, words: &Words) -> Option<(String, String)> {
    let parsed = url::Url::parse(url).ok()?;
    let leads_out = matches!(parsed.scheme(), "http" | "https");
    leads_out.then(|| (parsed.to_string(), words.fill("open-there", "host", &host_of(url))))
}

fn host_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::fixture::{Fixture, youtube};

    #[test]
    fn under_a_foreign_base_all_that_is_ours_stays_ours() {
        let fixture = Fixture::quebec();
        let (vendor, decision) = (youtube(), fixture.unasked());
        let own_origin = "https://clinique.example";
        let view = PageView { own_origin, ..fixture.view("fr", &decision) };
        let frame =
            Frame { vendor: Some(&vendor), url: "https://www.youtube.com/embed/x", ..Frame::default() };
        for html in [placeholder(&view, &frame), crate::consent::banner(&view)] {
            let ours = html.matches("/_privacy").count();
            assert!(
                ours > 0 && ours == html.matches("\"https://clinique.example/_privacy").count(),
                "{html}"
            );
        }
    }

    #[test]
    fn it_offers_once_and_always_as_plain_forms() {
        let fixture = Fixture::quebec();
        let vendor = youtube();
        let frame = Frame {
            vendor: Some(&vendor),
            url: "https://www.youtube.com/embed/x?a=1&b=\"2",
            width: Some("560"),
            height: Some("315px"),
            title: Some("<b>Visite"),
            ..Frame::default()
        };
        let html = placeholder(&fixture.view("fr", &fixture.unasked()), &frame);
        assert!(
            html.contains(r#"name="choice" value="once""#) && html.contains(r#"name="choice" value="save""#)
        );
        assert!(html.contains(r#"width="560" height="315""#));
        assert!(html.contains("Google LLC") && html.contains("&#60;b&#62;Visite"));
        assert!(!html.contains("<script") && !html.contains("style=\""));
    }

    #[test]
    fn always_keeps_what_was_granted_before() {
        let fixture = Fixture::quebec();
        let vendor = youtube();
        let frame =
            Frame { vendor: Some(&vendor), url: "https://www.youtube.com/embed/x", ..Frame::default() };
        let html = placeholder(&fixture.view("en", &fixture.saved(&["analytics"], &["-hotjar"])), &frame);
        assert!(html.contains(r#"name="purpose" value="analytics""#));
        assert!(
            html.contains(r#"name="vendor" value="-hotjar""#)
                && html.contains(r#"name="vendor" value="youtube""#)
        );
    }

    #[test]
    fn nothing_loads_on_a_sensitive_page_or_from_a_vendor_not_offered() {
        let fixture = Fixture::quebec();
        let vendor = youtube();
        let known =
            Frame { vendor: Some(&vendor), url: "https://www.youtube.com/embed/x", ..Frame::default() };
        let unknown = Frame { url: "https://frames.example/", ..Frame::default() };
        let sensitive = placeholder(&fixture.view("en", &fixture.on_sensitive()), &known);
        let foreign = placeholder(&fixture.view("en", &fixture.unasked()), &unknown);
        for html in [sensitive, foreign] {
            assert!(!html.contains("<form") && html.contains("<a href=\"https://"));
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        let fixture = Fixture::quebec();
        let frame = Frame { url: "javascript:alert(1)", width: Some("1\" onload=x"), ..Frame::default() };
        let html = placeholder(&fixture.view("en", &fixture.unasked()), &frame);
        assert!(!html.contains("href=\"javascript") && !html.contains("onload"));
    }
}
