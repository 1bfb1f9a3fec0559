//! The rewriter over the 85 KB page of the comparison, in pieces as they come from an origin, with the
//! insertions of a real site. The page is printed by `compare/page.py`, so that both measure the same one.

#![allow(clippy::expect_used, reason = "a benchmark may end by panicking")]

mod clinic;

use std::process::Command;
use std::sync::Arc;

use clinic::{Grant, HOST};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use paravent::config::Site;
use paravent::consent::{self, OriginPolicy, PageView};
use paravent::html::{Around, BlockedFrame, HtmlStream, Insertions, Kind, Page, Signatures};
use paravent::policy::Decision;

/// Bytes of the page that are given to the rewriter at a time.
const PIECE: usize = 16 * 1024;

/// What `server` sets in, without its network parts.
struct Drawn {
    site: Arc<Site>,
    decision: Arc<Decision>,
}

impl Drawn {
    fn view(&self) -> PageView<'_> {
        PageView {
            site: &self.site,
            decision: &self.decision,
            language: "en",
            return_to: "/services",
            form_token: "bench",
            origin_policy: OriginPolicy::Absent,
            own_origin: "",
        }
    }
}

impl Insertions for Drawn {
    fn head_start(&self) -> String {
        consent::head_start(&self.site, &self.decision, OriginPolicy::Absent)
    }

    fn html_attributes(&self) -> Vec<(String, String)> {
        consent::html_attributes(&self.site, &self.decision)
    }

    fn admitted_by(&self, policy: &str) -> String {
        policy.to_owned()
    }
    fn banner(&self, _: Around<'_>) -> String {
        consent::banner(&self.view())
    }

    fn at_end(&self) -> bool {
        false
    }

    fn placeholder(&self, frame: &BlockedFrame<'_>, _: Around<'_>) -> String {
        let frame = consent::Frame {
            vendor: Some(frame.vendor),
            url: &frame.url,
            width: frame.width.as_deref(),
            height: frame.height.as_deref(),
            title: frame.title.as_deref(),
            class: frame.class.as_deref(),
            style: frame.style.as_deref(),
            id: None,
        };
        consent::placeholder(&self.view(), &frame)
    }
}

/// One page through the rewriter; the length of what comes out.
fn rewrite(html: &[u8], drawn: &Arc<Drawn>, signatures: &Arc<Signatures>) -> usize {
    let mut stream = HtmlStream::new(Page {
        decision: Arc::clone(&drawn.decision),
        signatures: Arc::clone(signatures),
        url: format!("https://{HOST}/services").parse().expect("a URL"),
        content_type_charset: Some("utf-8".to_owned()),
        memory_limit: 8 << 20,
        insertions: drawn.clone(),
        kind: Kind::Html,
        is_document: true,
    });
    let mut out = Vec::new();
    for piece in html.chunks(PIECE) {
        stream.write(piece, &mut out).expect("a page that can be read");
    }
    stream.end(&mut out).expect("a page that can be read");
    out.len()
}

fn pages(c: &mut Criterion) {
    let html = page();
    let site = clinic::site();
    let signatures = Arc::new(Signatures::new(&site.policy.catalogue));
    let mut group = c.benchmark_group("rewriter");
    group.throughput(Throughput::Bytes(html.len() as u64));
    for (name, grant) in [("nothing granted", Grant::None), ("all granted", Grant::All)] {
        let choice = clinic::choice(&site, grant);
        let decision = Arc::new(clinic::decision(&site, choice.as_ref()));
        let drawn = Arc::new(Drawn { site: Arc::clone(&site), decision });
        group.bench_function(name, |b| b.iter(|| rewrite(&html, &drawn, &signatures)));
        group.bench_function(format!("insertions alone, {name}"), |b| {
            b.iter(|| {
                (
                    drawn.head_start().len(),
                    drawn.html_attributes().len(),
                    drawn.banner(Around::default()).len(),
                )
            });
        });
    }
    group.finish();
}

fn page() -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/compare/page.py");
    let output = Command::new("python3").args(["-B", script]).output().expect("python3");
    assert!(output.status.success() && output.stdout.len() > 80_000, "page.py printed no page");
    output.stdout
}

criterion_group!(benches, pages);
criterion_main!(benches);
