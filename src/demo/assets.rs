//! What is not a page: styles, scripts, drawings, `robots.txt`, the sitemap.
//!
//! In: a clinic and a path. Out: the asset, or nothing. Drawings are coloured with the clinic's
//! palette. It must never know who asks.

use std::borrow::Cow;

use super::clinics::Clinic;
use super::{DemoAnswer, pages, places};

/// The asset at a path; `None` where there is none. `host` must have been found to be the clinic's
/// own, since the sitemap repeats it.
pub(super) fn find(clinic: &'static Clinic, host: &str, path: &str) -> Option<DemoAnswer> {
    let (kind, body): (&str, Cow<'static, [u8]>) = match path {
        "/assets/site.css" => ("text/css", fixed(file!("site.css"))),
        "/assets/site.js" => ("text/javascript", fixed(file!("site.js"))),
        "/demo-bar.css" => ("text/css", fixed(file!("demo-bar.css"))),
        "/demo-bar.js" => ("text/javascript", fixed(file!("demo-bar.js"))),
        "/robots.txt" => ("text/plain", owned(robots(host))),
        "/sitemap.xml" => ("application/xml", owned(sitemap(clinic, host))),
        "/favicon.svg" => ("image/svg+xml", owned(drawing(clinic, "logo")?)),
        "/favicon.ico" => return Some(super::moved("/favicon.svg".to_owned())),
        _ => ("image/svg+xml", owned(picture(clinic, path)?)),
    };
    Some(DemoAnswer {
        status: 200,
        headers: vec![
            ("content-type", format!("{kind}; charset=UTF-8")),
            ("cache-control", "public, max-age=3600".to_owned()),
        ],
        body,
    })
}

macro_rules! file {
    ($path:literal) => {
        include_str!(concat!("../../templates/demo/", $path))
    };
}
use file;

fn fixed(text: &'static str) -> Cow<'static, [u8]> {
    Cow::Borrowed(text.as_bytes())
}

fn owned(text: String) -> Cow<'static, [u8]> {
    Cow::Owned(text.into_bytes())
}

fn picture(clinic: &Clinic, path: &str) -> Option<String> {
    let name = path.strip_prefix("/images/")?.strip_suffix(".svg")?;
    match name.strip_prefix("people/") {
        Some(person) => pages::portrait(clinic, person),
        None => drawing(clinic, name),
    }
}

/// The drawings are written with custom properties; the clinic's palette is set in at the mark.
fn drawing(clinic: &Clinic, name: &str) -> Option<String> {
    let source = match name {
        "logo" => logo(clinic.profile)?,
        "icons" => file!("images/icons.svg"),
        "scanner" => file!("images/scanner.svg"),
        "river" => file!("images/river.svg"),
        "reception" => file!("images/reception.svg"),
        "montreal" => file!("images/montreal.svg"),
        "consultation" => file!("images/consultation.svg"),
        "record" => file!("images/record.svg"),
        "clinic" => file!("images/clinic.svg"),
        "waiting" => file!("images/waiting.svg"),
        "casablanca" => file!("images/casablanca.svg"),
        "zellige" => file!("images/zellige.svg"),
        _ => return None,
    };
    Some(source.replacen("/*palette*/", clinic.palette, 1))
}

fn logo(profile: &str) -> Option<&'static str> {
    Some(match profile {
        "radiology-quebec" => file!("images/logo.radiology-quebec.svg"),
        "second-opinion-montreal" => file!("images/logo.second-opinion-montreal.svg"),
        "records-vendor" => file!("images/logo.records-vendor.svg"),
        "primary-care-quebec" => file!("images/logo.primary-care-quebec.svg"),
        "radiology-morocco" => file!("images/logo.radiology-morocco.svg"),
        _ => return None,
    })
}

fn robots(host: &str) -> String {
    format!("User-agent: *\nDisallow: /resultats\nSitemap: http://{host}/sitemap.xml\n")
}

fn sitemap(clinic: &'static Clinic, host: &str) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for place in places::all(clinic) {
        let path = places::path(clinic, place);
        xml.push_str(&format!("  <url><loc>http://{host}{path}</loc></url>\n"));
    }
    xml.push_str("</urlset>\n");
    xml
}
