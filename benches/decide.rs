//! The decision for a request, and rulings on URLs: on the site's own host, of a vendor, of nobody known.
//! `cold` is a URL as a page writes it, parsed and judged; `parsed` is the look-up alone.

#![allow(clippy::expect_used, reason = "a benchmark may end by panicking")]

mod clinic;

use std::hint::black_box;

use clinic::{Grant, HOST};
use criterion::{Criterion, criterion_group, criterion_main};
use paravent::html::judge_url;
use paravent::policy::Destination;
use url::Url;

const URLS: [(&str, &str); 4] = [
    ("own path", "/services/12/overview?from=home"),
    ("vendor on offer", "https://www.googletagmanager.com/gtag/js?id=G-BENCH00001"),
    ("vendor not on offer", "https://static.hotjar.com/c/hotjar-1000001.js?sv=6"),
    ("unknown host", "https://cdn.nobody-knows.example/a/b.js?c=d"),
];

fn decide(c: &mut Criterion) {
    let site = clinic::site();
    for (name, grant) in [("nothing chosen", Grant::None), ("all granted", Grant::All)] {
        let choice = clinic::choice(&site, grant);
        c.bench_function(&format!("decide/{name}"), |b| {
            b.iter(|| clinic::decision(black_box(&site), choice.as_ref()));
        });
    }
}

fn judge(c: &mut Criterion) {
    let site = clinic::site();
    let decision = clinic::decision(&site, None);
    let base = Url::parse(&format!("https://{HOST}/services")).expect("a URL");
    for (name, raw) in URLS {
        c.bench_function(&format!("judge/cold/{name}"), |b| {
            b.iter(|| judge_url(&decision, &base, black_box(raw)).is_blocked());
        });
        let url = base.join(raw).expect("a URL");
        let to = Destination {
            scheme: url.scheme(),
            host: url.host_str().unwrap_or_default(),
            path: url.path(),
            query: url.query().unwrap_or_default(),
        };
        c.bench_function(&format!("judge/parsed/{name}"), |b| {
            b.iter(|| decision.judge(black_box(&to)).is_blocked());
        });
    }
}

criterion_group!(benches, decide, judge);
criterion_main!(benches);
