//! Pages made at random from everything that can load something: whatever the vector, the way the
//! address is written and the way the page is cut, no blocked host comes out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod html;

use html::{Grant, Served};
use proptest::prelude::*;

/// Where an address can stand, within double quotes.
const VECTORS: &[&str] = &[
    "<script src=\"{U}\"></script>",
    "<script type=module src=\"{U}\"></script>",
    "<img src=\"{U}\">",
    "<IMG alt='a>b'SRC=\"{U}\">",
    "<link rel=stylesheet href=\"{U}\">",
    "<link rel=\"preconnect x\" href=\"{U}\">",
    "<iframe src=\"{U}\"></iframe>",
    "<iframe width=0 src=\"{U}\"></iframe>",
    "<noscript><img src=\"{U}\"></noscript>",
    "<template><video poster=\"{U}\"></video></template>",
    "<object data=\"{U}\"></object>",
    "<embed src=\"{U}\">",
    "<td background=\"{U}\">",
    "<svg><image href=\"{U}\"/><use xlink:href=\"{U}\"/></svg>",
    "<input type=image src=\"{U}\">",
    "<audio src=\"{U}\"></audio>",
    "<track src=\"{U}\">",
];

/// Where spaces end an address, or references are not decoded.
const STRICT_VECTORS: &[&str] = &[
    "<img srcset=\"/a 1x, {U} 2x\">",
    "<picture><source srcset=\"{U}\"></picture>",
    "<link rel=preload as=image imagesrcset=\"{U} 2x, /b\" href=/c>",
    "<noscript><style>@import \"{U}\";</style></noscript>",
    "<a ping=\"/x {U}\" href=/y>z</a>",
    "<p style='background:url(\"{U}\")'>x</p>",
    "<p style='--x:\"{U}\"'>x</p>",
];

/// Ways to write the address of a host.
const WAYS: &[&str] = &[
    "https://{H}/x",
    "//{H}/x.js?a=1&amp;b=2",
    "HTTPS://{H}",
    "\thttps:\n//{H}/x",
    "https:\\\\{H}/x",
    "/\t/{H}/x",
    "http:&#x2F;&#47;{H}/x",
    "https&colon;&sol;&sol;{H}/",
    "https://user:pw@{H}:8443/x",
    "https:////{H}/x",
];

const HOSTS: &[&str] = &[
    "a.blocked.example",
    "A.BLOCKED.EXAMPLE",
    "stats.example",
    "w%77w.pixel.example",
    "pixel.e&#120;ample",
    "ｓtats.example",
    "pixel.example.",
];

fn page() -> impl Strategy<Value = String> {
    let part = (0..VECTORS.len() + STRICT_VECTORS.len(), 0..WAYS.len(), 0..HOSTS.len());
    proptest::collection::vec(part, 1..8).prop_map(|parts| {
        let mut page = "<!doctype html><meta charset=utf-8><p>".to_owned();
        for (vector, way, host) in parts {
            let address = WAYS[way].replace("{H}", HOSTS[host]);
            match VECTORS.get(vector) {
                Some(vector) => page += &vector.replace("{U}", &address),
                None if address.contains(['&', '\t', '\n', '\\']) => {}
                None => page += &STRICT_VECTORS[vector - VECTORS.len()].replace("{U}", &address),
            }
            page += " text ";
        }
        page
    })
}

/// The page with everything a browser undoes undone, and without our own markers.
fn undone(page: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(page).into_owned();
    while let Some((head, tail)) = text.split_once("data-paravent=\"") {
        text = format!("{head}{}", tail.split_once('"').unwrap().1);
    }
    for (written, meant) in [("&#120;", "x"), ("%77", "w"), ("ｓ", "s"), ("\t", ""), ("\n", "")] {
        text = text.replace(written, meant);
    }
    text.to_ascii_lowercase()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_blocked_host_comes_out(page in page(), size in 1usize..200) {
        let served = Served::document(Grant::None);
        let out = served.rewrite(page.as_bytes().chunks(size)).unwrap();
        let text = undone(&out);
        for host in ["blocked.example", "stats.example", "pixel.example"] {
            prop_assert!(!text.contains(host), "{host} in\n{page}\n--- came out as\n{text}");
        }
    }

    #[test]
    fn pages_without_third_parties_keep_every_byte(body in "[a-z<>/=\"' &;é!-]{0,200}", size in 1usize..50) {
        let mut served = Served::document(Grant::None);
        served.is_document = false;
        let page = format!("<div>{body}");
        if let Ok(out) = served.rewrite(page.as_bytes().chunks(size)) {
            let out = String::from_utf8(out).unwrap();
            // A tag in which the page breaks off is dropped, as browsers drop it.
            let rest = page.strip_prefix(&*out).unwrap_or("changed").as_bytes();
            let is_open_tag = matches!(rest, [b'<', letter, ..] if letter.is_ascii_alphabetic());
            prop_assert!(rest.is_empty() || is_open_tag, "{out}");
        }
    }

    #[test]
    fn no_bytes_break_it(page in proptest::collection::vec(any::<u8>(), 0..600), size in 1usize..100) {
        let served = Served::document(Grant::None);
        let whole = served.rewrite([&page[..]]);
        let pieces = served.rewrite(page.chunks(size));
        prop_assert_eq!(whole, pieces);
    }
}
