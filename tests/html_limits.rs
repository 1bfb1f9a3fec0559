//! What is too large, too deep or unreadable ends in an error, within the memory a page may take, and
//! nothing unread comes out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod html;

use html::{Grant, Served};
use paravent::html::{HtmlError, HtmlStream};

const SECRET: &[u8] = b"https://pixel.example/";

fn limited() -> Served {
    Served { memory_limit: 64 << 10, ..Served::document(Grant::None) }
}

/// Feeds `piece` until the stream gives up, at most `most` times.
fn feed(
    stream: &mut HtmlStream,
    start: &[u8],
    piece: &[u8],
    most: usize,
) -> (Result<(), HtmlError>, Vec<u8>) {
    let mut out = Vec::new();
    let mut result = stream.write(start, &mut out);
    for _ in 0..most {
        if result.is_err() {
            break;
        }
        result = stream.write(piece, &mut out);
    }
    (result, out)
}

#[test]
fn an_endless_attribute_is_refused_and_never_comes_out() {
    let mut stream = limited().stream();
    let start = [b"<!doctype html><p><img alt='".as_slice(), SECRET].concat();
    let (result, out) = feed(&mut stream, &start, &[b'x'; 8192], 1280);
    assert_eq!(result, Err(HtmlError::Memory));
    assert!(!String::from_utf8_lossy(&out).contains("pixel.example"));
    assert_eq!(stream.write(b"<p>", &mut Vec::new()), Err(HtmlError::Over));
    assert_eq!(stream.end(&mut Vec::new()), Err(HtmlError::Over));
}

#[test]
fn an_endless_script_is_refused_and_never_comes_out() {
    let mut stream = limited().stream();
    let (result, out) = feed(&mut stream, b"<!doctype html><script>a();", &[b'x'; 8192], 1280);
    assert_eq!(result, Err(HtmlError::Memory));
    assert!(!String::from_utf8_lossy(&out).contains("xxx"));
}

#[test]
fn endless_nesting_is_refused() {
    let mut stream = limited().stream();
    let (result, _) = feed(&mut stream, b"<!doctype html>", &b"<div>".repeat(1000), 10_000);
    assert_eq!(result, Err(HtmlError::Memory));
}

#[test]
fn endless_data_and_text_pass_in_bounded_memory() {
    let mut stream = limited().stream();
    let start = b"<!doctype html><script type='application/json'>";
    let (result, out) = feed(&mut stream, start, &[b'x'; 8192], 100);
    assert_eq!(result, Ok(()));
    assert!(out.len() > 90 * 8192);
}

#[test]
fn documents_nested_too_deeply_are_refused() {
    let mut page = "<img src=x>".to_owned();
    for _ in 0..6 {
        page = format!("<iframe srcdoc=\"{}\"></iframe>", page.replace('&', "&amp;").replace('"', "&quot;"));
    }
    let page = format!("<!doctype html>{page}");
    assert_eq!(Served::document(Grant::None).rewrite([page.as_bytes()]), Err(HtmlError::TooDeep));
}

#[test]
fn markup_with_two_readings_is_refused() {
    let page = b"<!doctype html><select><xmp><script>\"use strict\";</script></select>";
    assert_eq!(Served::document(Grant::None).rewrite([&page[..]]), Err(HtmlError::Ambiguous));
}

#[test]
fn charsets_that_hide_markup_are_refused() {
    let served = Served { charset: Some("iso-2022-jp".to_owned()), ..Served::document(Grant::None) };
    assert_eq!(served.rewrite([&b"<p>"[..]]), Err(HtmlError::Charset));
    let undeclared = Served::document(Grant::None);
    assert_eq!(undeclared.rewrite([&b"<p>\x1b$B<p>"[..]]), Err(HtmlError::Charset));
    let late = format!("<!doctype html><p>{}<meta charset=iso-2022-jp>", " ".repeat(2000));
    assert_eq!(undeclared.rewrite([late.as_bytes()]), Err(HtmlError::Charset));
}

#[test]
fn too_many_bases_are_refused() {
    let bases: String = (0..9).map(|n| format!("<base href=/{n}/>")).collect();
    assert_eq!(Served::document(Grant::None).rewrite([bases.as_bytes()]), Err(HtmlError::TooManyBases));
}

#[test]
fn xml_entities_that_hold_markup_are_refused() {
    let served = Served { kind: paravent::html::Kind::Svg, ..Served::document(Grant::None) };
    let svg = |entity: &str| format!("<!DOCTYPE svg [<!ENTITY {entity}>]><svg/>");
    let refused = svg("t \"<image href='//pixel.example/'/>\"");
    assert_eq!(served.rewrite([refused.as_bytes()]), Err(HtmlError::Entities));
    assert_eq!(served.rewrite([svg("t SYSTEM \"//x/\"").as_bytes()]), Err(HtmlError::Entities));
    let plain = svg("ns \"http://www.w3.org/2000/svg\"");
    assert_eq!(served.rewrite([plain.as_bytes()]).unwrap(), plain.as_bytes());
}

#[test]
fn what_was_stopped_is_told_once() {
    let mut stream = Served::document(Grant::None).stream();
    let page = b"<!doctype html><script src=//stats.example/a></script><script>stat('init')</script>\
        <img src=//x.example/><noscript><img src=//pixel.example/></noscript>";
    let mut out = Vec::new();
    stream.write(page, &mut out).unwrap();
    stream.end(&mut out).unwrap();
    let stops: Vec<String> = stream.stopped().iter().map(ToString::to_string).collect();
    assert_eq!(stops, ["no-consent stats", "unknown-host x.example", "no-consent pixel"]);
}

#[test]
fn a_drawing_closed_over_what_is_open_in_it_is_refused() {
    // A browser pays no heed to the first end, and reads what is in the style as tags.
    let page = b"<!doctype html><svg><desc></svg></desc><style><img src=//pixel.example/></style>";
    assert_eq!(Served::document(Grant::None).rewrite([&page[..]]), Err(HtmlError::Ambiguous));
    let whole =
        b"<!doctype html><svg><desc>a</desc><foreignObject><p>b</foreignObject></svg><style>a{}</style>";
    assert!(Served::document(Grant::None).rewrite([&whole[..]]).is_ok());
    // That somebody forgot to close a drawing is no reason: browsers end it with what it stands in.
    let forgotten = b"<!doctype html><div><svg><g><path d=M0></div><style>a{}</style>";
    assert!(Served::document(Grant::None).rewrite([&forgotten[..]]).is_ok());
}

#[test]
fn a_stream_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&limited().stream());
}

#[test]
fn a_tag_that_ends_several_drawings_at_once_is_refused() {
    // From here on lol_html would take text for tags and tags for text.
    let page = b"<!doctype html><svg><svg><p><style><img src=//pixel.example/></style>";
    assert_eq!(Served::document(Grant::None).rewrite([&page[..]]), Err(HtmlError::Ambiguous));
}

/// Behind `<`, which has no value, `="` would open one, and the image's address be an attribute again.
#[test]
fn a_name_that_begins_with_an_equals_sign_does_not_become_the_value_before_it() {
    let rewritten = |page: &str| Served::document(Grant::None).rewrite([page.as_bytes()]);
    let rest = r#"="<iframe a="<img src=https:&#47;/stats.example>">"#;
    for before in ["</", "< src=//a.blocked.example/x ", "b/"] {
        let page = format!("<!doctype html><img src=//a.blocked.example/x {before}{rest}");
        let served = String::from_utf8(rewritten(&page).expect("a page")).expect("UTF-8");
        let image = &served[served.find("<img").expect("an image")..];
        assert!(image.contains(r#"="" ="<iframe a="<img "#), "{image}");
    }
    for twice in ["b b/", "=/"] {
        let page = format!("<!doctype html><img src=//a.blocked.example/x {twice}{rest}");
        assert_eq!(rewritten(&page), Err(HtmlError::Ambiguous), "{twice}");
    }
}
