//! The demo's built-in origin: five clinics' websites as they are *before* Paravent, full of the
//! tags that real ones carry.
//!
//! In: a method, a host and a path. Out: a status, headers and a body, all made from what is
//! compiled in. It must never know who asks: no address, no request header, no form field enters,
//! nothing is stored, and no socket is opened here (the shell does that).

mod assets;
mod clinics;
mod content;
mod pages;
mod places;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use clinics::Clinic;
use places::{Found, Page, Place};

/// The profiles that have a demo clinic, each at `PROFILE.localhost`.
pub const PROFILES: [&str; 5] = [
    "radiology-quebec",
    "second-opinion-montreal",
    "records-vendor",
    "primary-care-quebec",
    "radiology-morocco",
];

/// What the origin is asked for. A form's body is deliberately absent: the demo never reads one.
#[derive(Debug, Clone, Copy)]
pub struct DemoRequest<'a> {
    /// The method in capitals, as on the wire.
    pub method: &'a str,
    /// The `Host` header: `PROFILE.localhost`, with or without a port.
    pub host: &'a str,
    /// The request target in origin form; the query is ignored.
    pub path_and_query: &'a str,
}

/// What the origin answers. `HEAD` gets the headers of `GET` and no body.
#[derive(Debug, Clone)]
pub struct DemoAnswer {
    /// The HTTP status code.
    pub status: u16,
    /// Header names in lower case, with their values, in order; `set-cookie` may repeat.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Cow<'static, [u8]>,
}

/// Answers one request. Never fails: what does not exist is a 404 page, in the clinic's language
/// where the host names a clinic.
pub fn answer(request: &DemoRequest<'_>) -> DemoAnswer {
    let mut answer = match Clinic::at_host(request.host) {
        Some(clinic) => clinic_answer(clinic, request),
        None => no_such_clinic(),
    };
    if request.method == "HEAD" {
        answer.body = Cow::Borrowed(b"");
    }
    answer
}

fn clinic_answer(clinic: &'static Clinic, request: &DemoRequest<'_>) -> DemoAnswer {
    let path = request.path_and_query.split('?').next().unwrap_or("/");
    let reads = matches!(request.method, "GET" | "HEAD");
    if let Some(asset) = assets::find(clinic, request.host, path) {
        return if reads { asset } else { not_allowed("GET, HEAD") };
    }
    match places::find(clinic, path) {
        Some(Found::Here(place)) => page_answer(clinic, place, request.method),
        Some(Found::Moved(to)) => moved(to),
        None => {
            let language = places::language_of(clinic, path);
            html(clinic, 404, pages::not_found(clinic, language))
        }
    }
}

/// A form's POST gets its thank-you page at the same address, as many form plugins do.
fn page_answer(clinic: &'static Clinic, place: Place, method: &str) -> DemoAnswer {
    let takes_forms = matches!(place.page, Page::Appointment | Page::Results | Page::Newsletter);
    match method {
        "POST" if takes_forms => html(clinic, 200, pages::after_form(clinic, place)),
        "GET" | "HEAD" if place.page == Page::Newsletter => not_allowed("POST"),
        "GET" | "HEAD" => html(clinic, 200, pages::page(clinic, place)),
        _ if takes_forms => not_allowed("GET, HEAD, POST"),
        _ => not_allowed("GET, HEAD"),
    }
}

fn html(clinic: &Clinic, status: u16, page: Option<pages::Rendered>) -> DemoAnswer {
    let Some(page) = page else {
        return plain(500, "The content of this demo clinic cannot be read.");
    };
    let mut headers = vec![
        ("content-type", "text/html; charset=UTF-8".to_owned()),
        ("content-language", page.language_tag.to_owned()),
        ("cache-control", "no-cache".to_owned()),
    ];
    let session = format!("PHPSESSID={}; Path=/; HttpOnly", clinic.session);
    headers.push(("set-cookie", session));
    let language = format!("lang={}; Path=/; Max-Age=31536000", page.language.code());
    headers.push(("set-cookie", language));
    for (name, value) in clinic.extra_headers {
        headers.push((name, (*value).to_owned()));
    }
    DemoAnswer { status, headers, body: Cow::Owned(page.html.into_bytes()) }
}

fn moved(to: String) -> DemoAnswer {
    let mut answer = plain(301, "Moved.");
    answer.headers.push(("location", to));
    answer
}

fn not_allowed(allow: &'static str) -> DemoAnswer {
    let mut answer = plain(405, "This address does not take that method.");
    answer.headers.push(("allow", allow.to_owned()));
    answer
}

fn no_such_clinic() -> DemoAnswer {
    DemoAnswer {
        status: 404,
        headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())],
        body: Cow::Borrowed(include_str!("../../templates/demo/no-such-clinic.html").as_bytes()),
    }
}

fn plain(status: u16, text: &'static str) -> DemoAnswer {
    DemoAnswer {
        status,
        headers: vec![("content-type", "text/plain; charset=UTF-8".to_owned())],
        body: Cow::Borrowed(text.as_bytes()),
    }
}
