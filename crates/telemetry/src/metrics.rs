//! The process's metric recorder: for whoever scrapes, and for a collector where one is named.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use metrics_opentelemetry::{OpenTelemetryMetrics, OpenTelemetryRecorder};
use metrics_util::layers::FanoutBuilder;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_otlp::{MetricExporter, WithTonicConfig as _};
use opentelemetry_sdk::metrics::{Aggregation, Instrument, SdkMeterProvider, Stream};

use crate::Error;
use crate::collector::{self, Collector, Signal};

static RECORDER: OnceLock<Recorded> = OnceLock::new();

/// Between two times that measures are counted into their buckets; until then each of them is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// The buckets that the OpenTelemetry conventions give for call durations, in seconds, with two more
/// for model calls.
const SECONDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 60.0, 300.0,
];
const SECONDS_SUFFIX: &str = "_seconds";

/// What became of the measures of this process.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) scraped: PrometheusHandle,
    /// Where a collector is named.
    pub(crate) pushed: Option<SdkMeterProvider>,
}

/// The recorder of this process, installed when it is first asked for.
pub(crate) fn recorder(service: &'static str) -> Result<Recorded, Error> {
    if let Some(recorded) = RECORDER.get() {
        return Ok(recorded.clone());
    }
    let pushed = match Collector::of(Signal::Metrics)? {
        Some(collector) => Some(meter_provider(service, collector)?),
        None => None,
    };
    Ok(RECORDER.get_or_init(|| install(pushed)).clone())
}

fn install(pushed: Option<SdkMeterProvider>) -> Recorded {
    let prometheus = prometheus();
    let scraped = prometheus.handle();
    // Another recorder in the process keeps its place; ours then renders nothing.
    let _ = match &pushed {
        None => metrics::set_global_recorder(prometheus).is_ok(),
        Some(provider) => {
            let meter = OpenTelemetryMetrics::new(provider.meter("synthsmith"));
            let both = FanoutBuilder::default()
                .add_recorder(prometheus)
                .add_recorder(OpenTelemetryRecorder::new(meter));
            metrics::set_global_recorder(both.build()).is_ok()
        }
    };
    keep_small(scraped.clone());
    Recorded { scraped, pushed }
}

fn prometheus() -> PrometheusRecorder {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix(SECONDS_SUFFIX.to_owned()), &SECONDS)
        .expect("the list of buckets is not empty")
        .build_recorder()
}

/// Sends every minute, or as `OTEL_METRIC_EXPORT_INTERVAL` says, from a thread of its own.
fn meter_provider(service: &'static str, collector: Collector) -> Result<SdkMeterProvider, Error> {
    let mut exporter = MetricExporter::builder().with_tonic();
    if let Some(tls) = collector.tls {
        exporter = exporter.with_tls_config(tls);
    }
    let exporter = exporter.build().map_err(Error::Exporter)?;
    let provider = SdkMeterProvider::builder()
        .with_resource(collector::resource(service))
        .with_view(buckets)
        .with_periodic_exporter(exporter);
    Ok(provider.build())
}

/// The same buckets as a scraper sees.
fn buckets(instrument: &Instrument) -> Option<Stream> {
    let aggregation = Aggregation::ExplicitBucketHistogram {
        boundaries: SECONDS.to_vec(),
        record_min_max: true,
    };
    let is_duration = instrument.name().ends_with(SECONDS_SUFFIX);
    let stream = is_duration.then(|| Stream::builder().with_aggregation(aggregation).build());
    stream?.ok()
}

/// Without a scraper nobody else would have the measures counted, and they would pile up.
fn keep_small(handle: PrometheusHandle) {
    let keep = move || loop {
        thread::park_timeout(UPKEEP);
        handle.run_upkeep();
    };
    let thread = thread::Builder::new().name("metrics".to_owned());
    if let Err(error) = thread.spawn(keep) {
        tracing::warn!(%error, "measures pile up between scrapes: their thread cannot start");
    }
}
