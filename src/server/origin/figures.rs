//! In: the origins in force. Out: their figures when the operator's monitoring asks for them: state, requests
//! under way, failures, ejections, retries, time to connect. By origin, as the operator wrote it, and never by
//! request.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use super::health::State;
use super::upstream::Upstream;

/// Every origin in force.
#[derive(Debug, Default)]
pub struct Upstreams(Mutex<Vec<Arc<Upstream>>>);

impl Upstreams {
    pub fn show(&self, upstreams: Vec<Arc<Upstream>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = upstreams;
    }
}

#[derive(Clone, Debug, EncodeLabelSet)]
struct OriginLabels {
    site: String,
    origin: String,
}

#[derive(Clone, Debug, EncodeLabelSet)]
struct StateLabels {
    site: String,
    origin: String,
    state: &'static str,
}

impl Collector for Upstreams {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        states(&all, &mut encoder)?;
        family(
            &all,
            &mut encoder,
            "origin_in_flight",
            "Requests under way at an origin",
            None,
            |upstream| ConstGauge::new(i64::try_from(upstream.in_flight()).unwrap_or(i64::MAX)),
        )?;
        let failures = "Requests that found no connection or got no answer";
        family(&all, &mut encoder, "origin_failures", failures, None, |it| it.figures.failures.clone())?;
        let ejections = "Times an origin was left out after failures in a row";
        family(&all, &mut encoder, "origin_ejections", ejections, None, |it| it.figures.ejections.clone())?;
        let retries = "Requests that failed here and were sent once more";
        family(&all, &mut encoder, "origin_retries", retries, None, |it| it.figures.retries.clone())?;
        let connect = "Time until a connection was there, TLS included";
        family(&all, &mut encoder, "origin_connect", connect, Some(&Unit::Seconds), |it| {
            it.figures.connect.clone()
        })
    }
}

/// 1 for the state that an origin is in.
fn states(all: &[Arc<Upstream>], encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let about = "Whether an origin is asked: up, on trial, ejected or down";
    let mut metric = encoder.encode_descriptor("origin_state", about, None, MetricType::Gauge)?;
    for upstream in all {
        let now = upstream.state();
        for state in [State::Up, State::Trial, State::Ejected, State::Down] {
            let (site, origin) = (upstream.site.clone(), upstream.origin.to_string());
            let labels = StateLabels { site, origin, state: state.id() };
            ConstGauge::new(i64::from(state == now)).encode(metric.encode_family(&labels)?)?;
        }
    }
    Ok(())
}

/// One figure of every origin.
fn family<M: EncodeMetric>(
    all: &[Arc<Upstream>],
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    about: &str,
    unit: Option<&Unit>,
    figure: impl Fn(&Upstream) -> M,
) -> fmt::Result {
    let Some(first) = all.first() else { return Ok(()) };
    let mut metric = encoder.encode_descriptor(name, about, unit, figure(first).metric_type())?;
    for upstream in all {
        let labels = OriginLabels { site: upstream.site.clone(), origin: upstream.origin.to_string() };
        figure(upstream).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}

impl State {
    const fn id(self) -> &'static str {
        match self {
            State::Up => "up",
            State::Trial => "trial",
            State::Ejected => "ejected",
            State::Down => "down",
        }
    }
}
