//! What may be kept and for how long, without a server around it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::request::Parts as RequestHead;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use prometheus_client::metrics::gauge::Gauge;

use super::keeping::Keeping;
use super::kept::{Kept, Page};
use super::rules::{Address, compared, policy};
use super::shelf::{Found, Shelf};
use crate::server::body::BodyError;

type Fields<'a> = &'a [(&'a str, &'a str)];

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
const MINUTE: (&str, &str) = ("cache-control", "max-age=60");
const BYTES: usize = 1_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn headers(fields: Fields<'_>) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    let mut headers = HeaderMap::new();
    fields.iter().map(pair).for_each(|(name, value)| _ = headers.append(name, value));
    headers
}

fn asked(fields: Fields<'_>) -> RequestHead {
    let mut head = Request::builder().uri("/soins").body(()).unwrap().into_parts().0;
    head.headers = headers(fields);
    compared(&head)
}

fn page(fields: Fields<'_>, bytes: usize) -> Page {
    Page { headers: headers(fields), body: Bytes::from(vec![b'x'; bytes]) }
}

fn kept(by: Fields<'_>, fields: Fields<'_>, bytes: usize) -> Option<Kept> {
    let page = page(fields, bytes);
    let policy = policy(&asked(by), &page.head(), now())?;
    Some(Kept { page, policy })
}

fn address(path: &str) -> Address {
    Address::of("https://clinic.example", path)
}

fn found(shelf: &mut Shelf, by: Fields<'_>, after: u64) -> &'static str {
    match shelf.find(&address("/soins"), &asked(by), now() + Duration::from_secs(after)) {
        Found::Nothing => "nothing",
        Found::Fresh(_) => "fresh",
        Found::Stale(_) => "stale",
    }
}

/// A shelf with one page that was asked for like this and answered like that.
fn with(by: Fields<'_>, fields: Fields<'_>) -> Shelf {
    let mut shelf = Shelf::new(BYTES, Gauge::default());
    shelf.put(address("/soins"), &asked(by), kept(by, fields, 100).unwrap(), now());
    shelf
}

#[test]
fn what_is_not_the_same_for_everybody_is_not_kept() {
    let tag = ("etag", "\"1\"");
    for said in [
        &[HTML][..],
        &[HTML, ("cache-control", "max-age=0")],
        &[HTML, MINUTE, ("set-cookie", "a=b")],
        &[HTML, MINUTE, ("cache-control", "private")],
        &[HTML, ("cache-control", "Private, Max-Age=60")],
        &[HTML, ("cache-control", "max-age=60, NO-STORE")],
        &[HTML, ("cache-control", "private=\"x-own\", max-age=60")],
        &[HTML, MINUTE, ("vary", "*")],
        &[HTML, MINUTE, ("vary", "Accept-Language, User-Agent")],
        &[HTML, MINUTE, ("vary", "X-Forwarded-For")],
        &[HTML, MINUTE, ("content-security-policy", "script-src 'Nonce-abc'")],
        &[HTML, MINUTE, ("content-security-policy-report-only", "script-src 'nonce-abc'")],
        &[HTML, MINUTE, tag, ("age", "18446744073709551615")],
        &[HTML, MINUTE, ("age", "-1")],
        &[HTML, ("expires", "0")],
        &[HTML, ("expires", "Sun, 06 Nov 1994 08:49:37 GMT")],
        &[("content-type", "text/css"), MINUTE, tag],
        &[("content-type", "application/json"), MINUTE, tag],
        &[MINUTE, tag],
    ] {
        assert!(kept(&[], said, 9).is_none(), "{said:?}");
    }
    assert!(kept(&[("cache-control", "No-Store")], &[HTML, MINUTE], 9).is_none());
    let mut refused = page(&[HTML, MINUTE], 9).head();
    refused.status = StatusCode::NOT_FOUND;
    assert!(policy(&asked(&[]), &refused, now()).is_none());
}

#[test]
fn what_may_be_kept_lives_as_long_as_the_origin_said() {
    for (said, seconds) in [
        (&[HTML, MINUTE][..], 60),
        (&[HTML, ("cache-control", "public, max-age=5, s-maxage=60")], 60),
        (&[HTML, ("cache-control", "MAX-AGE=60")], 60),
        (&[HTML, MINUTE, ("age", "20")], 40),
        (&[HTML, MINUTE, ("vary", "Accept-Encoding, Cookie")], 60),
        (
            &[HTML, ("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("expires", "Sun, 06 Nov 1994 08:50:37 GMT")],
            60,
        ),
    ] {
        let mut shelf = with(&[], said);
        assert_eq!(found(&mut shelf, &[], seconds - 1), "fresh", "{said:?}");
        // Without anything the origin could confirm it by, it is as if it were not there.
        assert_eq!(found(&mut shelf, &[], seconds), "nothing", "{said:?}");
    }
    for validator in [("etag", "W/\"1\""), ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT")] {
        let mut shelf = with(&[], &[HTML, MINUTE, validator]);
        assert_eq!([59, 60].map(|after| found(&mut shelf, &[], after)), ["fresh", "stale"]);
        let mut shelf = with(&[], &[HTML, ("cache-control", "no-cache"), validator]);
        assert_eq!(found(&mut shelf, &[], 0), "stale");
        // No age is guessed from a date.
        let mut shelf = with(&[], &[HTML, validator]);
        assert_eq!(found(&mut shelf, &[], 0), "stale");
    }
}

#[test]
fn whoever_asks_for_it_anew_gets_it_anew() {
    let mut shelf = with(&[], &[HTML, MINUTE, ("etag", "\"1\"")]);
    for by in [("cache-control", "no-cache"), ("cache-control", "max-age=0"), ("pragma", "no-cache")] {
        assert_eq!(found(&mut shelf, &[by], 1), "stale", "{by:?}");
    }
}

#[test]
fn pages_that_depend_on_the_language_are_told_apart_and_what_they_do_not_depend_on_is_forgotten() {
    let (french, english) = (("accept-language", "fr"), ("accept-language", "en"));
    let mut shelf = with(&[french], &[HTML, MINUTE, ("vary", "accept-language")]);
    assert_eq!(found(&mut shelf, &[french], 1), "fresh");
    assert_eq!(found(&mut shelf, &[english], 1), "nothing");
    let (here, there) = (("x-paravent-region", "CA-QC"), ("x-paravent-region", "MA-06"));
    let mut shelf = with(&[here], &[HTML, MINUTE]);
    assert_eq!(
        [here, there].map(|by| found(&mut shelf, &[by], 1)),
        ["fresh", "nothing"],
        "we told the origin"
    );
    let other = kept(&[french, ("accept", "text/html")], &[HTML, MINUTE], 9).unwrap();
    assert!(!format!("{:?}", other.policy).contains("accept-language"), "{:?}", other.policy);
}

#[test]
fn memory_is_bounded_and_the_pages_asked_for_longest_ago_go_first() {
    let gauge = Gauge::default();
    let mut shelf = Shelf::new(100_000, gauge.clone());
    let put = |shelf: &mut Shelf, path: &str| {
        shelf.put(address(path), &asked(&[]), kept(&[], &[HTML, MINUTE], 8_000).unwrap(), now());
    };
    put(&mut shelf, "/soins");
    for at in 0..1_000 {
        put(&mut shelf, &format!("/{at}"));
        assert!((1..=100_000).contains(&gauge.get()), "{}", gauge.get());
        assert_eq!(found(&mut shelf, &[], 1), "fresh", "it is asked for all the time");
    }
    assert!(matches!(shelf.find(&address("/3"), &asked(&[]), now()), Found::Nothing));
    // However many languages there are.
    for at in 0..1_000 {
        let language = at.to_string();
        let by = [("accept-language", language.as_str())];
        let variant = kept(&by, &[HTML, MINUTE, ("vary", "accept-language")], 10).unwrap();
        shelf.put(address("/varies"), &asked(&by), variant, now());
    }
    for path in (0..1_000).map(|at| format!("/{at}")).chain(["/soins".to_owned(), "/varies".to_owned()]) {
        shelf.forget(&address(&path));
    }
    assert_eq!(gauge.get(), 0, "what is put in is what is taken out");
}

#[test]
fn what_is_named_on_the_same_host_is_forgotten_and_nothing_elsewhere() {
    let here = address("/soins/irm");
    assert_eq!(here.beside("../merci"), Some(address("/merci")));
    assert_eq!(here.beside("https://clinic.example/merci?x=1#y"), Some(address("/merci")));
    for elsewhere in ["https://other.example/merci", "http://clinic.example/merci", "https://["] {
        assert_eq!(here.beside(elsewhere), None, "{elsewhere}");
    }
}

#[test]
fn a_304_renews_what_it_names_and_leaves_the_body_alone() {
    let before =
        page(&[HTML, MINUTE, ("age", "9"), ("content-length", "100"), ("x-a", "1"), ("x-b", "1")], 100);
    let said = headers(&[
        ("cache-control", "max-age=5"),
        ("content-length", "0"),
        ("x-a", "2"),
        ("set-cookie", "a=b"),
    ]);
    let after = before.updated(&said);
    let field = |name: &str| after.headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(
        ["cache-control", "content-length", "x-a", "x-b"].map(field),
        [Some("max-age=5"), Some("100"), Some("2"), Some("1")]
    );
    assert_eq!((field("age"), after.body.len()), (None, 100));
    assert!(policy(&asked(&[]), &after.head(), now()).is_none(), "a cookie is for one visitor");
}

#[test]
fn a_condition_is_answered_as_the_origin_would() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let fields = [
        HTML,
        ("etag", "\"a,b\""),
        ("last-modified", date),
        ("content-length", "9"),
        ("date", date),
        ("age", "7"),
    ];
    let page = page(&fields, 9);
    for (condition, status) in [
        (("if-none-match", "\"a,b\""), 304),
        (("if-none-match", "\"x\", W/\"a,b\""), 304),
        (("if-none-match", "*"), 304),
        (("if-none-match", "\"a\""), 200),
        (("if-modified-since", date), 304),
        (("if-modified-since", "Sun, 06 Nov 2094 08:49:37 GMT"), 200),
        (("accept", "text/html"), 200),
    ] {
        let answer = page.answer(&asked(&[condition]));
        assert_eq!(answer.status(), status, "{condition:?}");
        assert!(!["age", "date"].iter().any(|name| answer.headers().contains_key(*name)), "when it was kept");
        assert_eq!(answer.headers().contains_key("content-length"), status == 200);
    }
    // A tag that does not match is not outdone by a date that does (RFC 9110, 13.1.3).
    let both = asked(&[("if-none-match", "\"a\""), ("if-modified-since", date)]);
    assert_eq!(page.answer(&both).status(), 200);
}

struct Pieces(std::vec::IntoIter<Result<Frame<Bytes>, BodyError>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Poll::Ready(self.0.next())
    }
}

/// What was kept of a body of these pieces; `Err` stands for a connection that breaks.
async fn kept_of(pieces: Vec<Result<Frame<Bytes>, BodyError>>, limit: usize) -> Option<Bytes> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let body = Pieces(pieces.into_iter()).boxed_unsync();
    let mut body = Keeping::boxed(body, limit, move |bytes| sender.send(bytes).unwrap());
    while let Some(Ok(_)) = body.frame().await {}
    receiver.try_recv().ok()
}

#[tokio::test]
async fn a_body_is_kept_once_all_of_it_has_come() {
    let piece = |text: &'static str| Ok(Frame::data(Bytes::from_static(text.as_bytes())));
    assert_eq!(kept_of(vec![piece("ab"), piece("c")], 3).await.unwrap(), "abc");
    assert_eq!(kept_of(vec![piece("ab"), piece("cd"), piece("")], 3).await, None, "it is too long");
    let broken = Err(BodyError::Idle(Duration::ZERO));
    assert_eq!(kept_of(vec![piece("ab"), broken], 9).await, None);
    let trailers = Ok(Frame::trailers(HeaderMap::new()));
    assert_eq!(kept_of(vec![piece("ab"), trailers], 9).await, None);
}
