//! In: how requests ended. Out: the process's own figures, for the operator's monitoring. Coarse, in
//! memory, forgotten with the process: of requests no path, no site, nothing that tells visitors apart; of
//! origins what [`Upstreams`] gives.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::origin::Upstreams;
use super::panics::faults;

/// Seconds to the head of the answer: from a file in the origin's memory to a page that takes long.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// What kind of thing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A page of the site, rewritten.
    Page,
    /// Anything else of the site.
    Part,
    /// Paravent's own pages.
    Own,
    /// Nothing of any site, as far as could be read.
    Refused,
}

/// Counters of the process.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram>,
    failures: Family<RuleLabel, Counter>,
    cuts: Family<RuleLabel, Counter>,
    reloads: Family<OutcomeLabel, Counter>,
    handshakes: Family<OutcomeLabel, Counter>,
    connections: Gauge,
    limits: Family<LimitLabel, Counter>,
    pub page_cache: PageCacheFigures,
    /// The origins in force.
    pub upstreams: Arc<Upstreams>,
}

/// What the page cache did.
#[derive(Clone, Default)]
pub struct PageCacheFigures {
    answers: Family<OutcomeLabel, Counter>,
    pub bytes: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RuleLabel {
    rule: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

impl Metrics {
    pub fn new() -> Arc<Metrics> {
        let mut registry = Registry::with_prefix("paravent");
        let requests = Family::<RequestLabels, Counter>::default();
        let seconds = Family::<RouteLabel, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        let failures = Family::<RuleLabel, Counter>::default();
        registry.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("requests", "Requests answered, by kind and class of status", requests.clone());
        registry.register_with_unit(
            "request",
            "Time until the head of the answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("failures", "Requests not answered by the site, by rule", failures.clone());
        let cuts = Family::<RuleLabel, Counter>::default();
        registry.register("answers_cut", "Answers cut short after their head, by rule", cuts.clone());
        let reloads = Family::<OutcomeLabel, Counter>::default();
        registry.register("config_reloads", "Configs read again, by what became of them", reloads.clone());
        let handshakes = Family::<OutcomeLabel, Counter>::default();
        registry.register("tls_handshakes", "TLS handshakes, by what became of them", handshakes.clone());
        let connections = Gauge::default();
        registry.register("connections", "Connections that are open", connections.clone());
        let limits = Family::<LimitLabel, Counter>::default();
        registry.register(
            "limits_hit",
            "Connections and requests refused, by the limit that was reached",
            limits.clone(),
        );
        let page_cache = PageCacheFigures::default();
        registry.register(
            "page_cache_answers",
            "Pages that may be kept, by where they came from",
            page_cache.answers.clone(),
        );
        registry.register("page_cache_bytes", "Memory that kept pages take", page_cache.bytes.clone());
        registry.register("panics", "Faults in the program", faults());
        let upstreams = Arc::new(Upstreams::default());
        registry.register_collector(Box::new(Arc::clone(&upstreams)));
        Arc::new(Metrics {
            registry,
            requests,
            seconds,
            failures,
            cuts,
            reloads,
            handshakes,
            connections,
            limits,
            page_cache,
            upstreams,
        })
    }

    /// A request was answered, the head of the answer being ready after `time`.
    pub fn answered(&self, route: Route, status: StatusCode, time: Duration) {
        let route = route.id();
        self.requests.get_or_create(&RequestLabels { route, status: class(status) }).inc();
        self.seconds.get_or_create(&RouteLabel { route }).observe(time.as_secs_f64());
    }

    /// A request was not answered by the site, under this rule.
    pub fn failed(&self, rule: &'static str) {
        self.failures.get_or_create(&RuleLabel { rule }).inc();
    }

    /// An answer was cut short after its head, under this rule.
    pub fn cut(&self, rule: &'static str) {
        self.cuts.get_or_create(&RuleLabel { rule }).inc();
    }

    /// A connection was let in; it is open until this is dropped.
    pub fn opened(&self) -> Opened {
        self.connections.inc();
        Opened(self.connections.clone())
    }

    /// A connection or a request was refused, because this limit is reached.
    pub fn limited(&self, limit: &'static str) {
        self.limits.get_or_create(&LimitLabel { limit }).inc();
    }

    /// A TLS handshake came to its end; `outcome` is "full", "resumed", "failed" or "slow".
    pub fn handshake(&self, outcome: &'static str) {
        self.handshakes.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// The config was read again; `outcome` is "taken" or "refused".
    pub fn reloaded(&self, outcome: &'static str) {
        self.reloads.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// OpenMetrics' text format, without its last line.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing into memory does not fail.
        let _ = encode(&mut text, &self.registry);
        text.strip_suffix("# EOF\n").map(str::to_owned).unwrap_or(text)
    }
}

impl PageCacheFigures {
    /// A page was answered; `outcome` is "fresh", "confirmed" by the origin, or "asked" for anew.
    pub fn answered(&self, outcome: &'static str) {
        self.answers.get_or_create(&OutcomeLabel { outcome }).inc();
    }
}

/// A connection that is open.
pub struct Opened(Gauge);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Route {
    /// The name a log line and a counter may give it.
    pub const fn id(self) -> &'static str {
        match self {
            Route::Page => "page",
            Route::Part => "part",
            Route::Own => "own",
            Route::Refused => "refused",
        }
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted_by_kind_and_rule() {
        let metrics = Metrics::new();
        metrics.answered(Route::Page, StatusCode::OK, Duration::from_millis(3));
        metrics.answered(Route::Page, StatusCode::OK, Duration::from_millis(30));
        metrics.failed("origin-away");
        let text = metrics.render();
        assert!(text.contains("paravent_requests_total{route=\"page\",status=\"2xx\"} 2\n"), "{text}");
        assert!(text.contains("paravent_request_seconds_bucket{le=\"0.005\",route=\"page\"} 1\n"), "{text}");
        assert!(text.contains("paravent_failures_total{rule=\"origin-away\"} 1\n"), "{text}");
        assert!(!text.contains("EOF") && text.ends_with('\n'));
    }
}
