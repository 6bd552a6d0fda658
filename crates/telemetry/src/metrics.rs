//! The process's metric recorder.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Between two times that measures are counted into their buckets; until then each of them is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// The buckets that the OpenTelemetry conventions give for call durations, in seconds, with two more
/// for model calls.
const SECONDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 60.0, 300.0,
];

/// The recorder of this process, installed when it is first asked for.
pub(crate) fn recorder() -> PrometheusHandle {
    RECORDER
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .expect("the list of buckets is not empty")
                .build_recorder();
            let handle = recorder.handle();
            // Another recorder in the process keeps its place; ours then renders nothing.
            let _ = metrics::set_global_recorder(recorder);
            keep_small(handle.clone());
            handle
        })
        .clone()
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
