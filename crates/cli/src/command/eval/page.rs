//! The report of an evaluation as a page.

use serde_json::{Value, json};
use synthsmith_evaluation::report::{Figures, Report};
use synthsmith_evaluation::statistics::{Bucket, Estimate, FailureCount};

use crate::page::{Bar, bars, page};

pub(super) fn of(report: &Report) -> String {
    let named = report.by_difficulty.iter().chain(&report.by_platform);
    let groups = named
        .filter(|group| !group.name.is_empty())
        .flat_map(|group| scores(&group.name, &group.figures));
    let scores: Vec<Bar> = scores("all", &report.all).chain(groups).collect();
    let plots = [
        bars("problems solved", &scores),
        bars(
            "failures among all samples",
            &failures(&report.failures, report.all.samples),
        ),
        bars(
            "samples that passed, by the length of the reply in tokens",
            &lengths(&report.lengths),
        ),
    ];
    let settings = &report.settings;
    let rows = [
        ("model", json!(settings.model)),
        ("benchmark", json!(settings.benchmark.as_str())),
        ("window", json!(report.window.to_string())),
        ("problems", json!(report.all.problems)),
        ("samples graded", json!(report.all.samples)),
        ("samples not graded", json!(report.all.not_graded)),
        ("sampling", json!(settings.sampling)),
        ("gap to the older window", gap(report)),
        ("fingerprint", json!(report.fingerprint)),
    ];
    let told = rows.iter().filter(|(_, value)| !value.is_null());
    page(
        "Evaluation",
        &plots,
        told.map(|(name, value)| (*name, value)),
    )
}

fn scores<'a>(name: &'a str, figures: &'a Figures) -> impl Iterator<Item = Bar> + 'a {
    let pass = figures.pass_at.iter().map(|estimate| ("pass", estimate));
    // Of one sample it is the same as pass@1.
    let avg = figures.avg_at.iter().filter(|estimate| estimate.k > 1);
    pass.chain(avg.map(|estimate| ("avg", estimate)))
        .map(move |(kind, estimate)| {
            let Estimate { value, k, .. } = estimate;
            let interval = (estimate.interval.low, estimate.interval.high);
            Bar {
                name: format!("{name} {kind}@{k}"),
                share: *value,
                interval: Some(interval),
                note: format!("{} of {}", percent(*value), estimate.problems),
            }
        })
}

fn failures(counts: &[FailureCount], samples: u64) -> Vec<Bar> {
    let of_class = |count: &FailureCount| Bar {
        name: count.class.as_str().replace('_', " "),
        share: count.samples as f64 / samples.max(1) as f64,
        interval: None,
        note: format!("{} samples", count.samples),
    };
    let there = counts.iter().filter(|count| count.samples > 0);
    there.map(of_class).collect()
}

fn lengths(buckets: &[Bucket]) -> Vec<Bar> {
    let of_bucket = |bucket: &Bucket| Bar {
        name: match bucket.to {
            Some(to) => format!("{} to {to}", bucket.from),
            None => format!("{} and more", bucket.from),
        },
        share: bucket.passed as f64 / bucket.samples.max(1) as f64,
        interval: bucket
            .interval
            .map(|interval| (interval.low, interval.high)),
        note: format!("{} of {}", bucket.passed, bucket.samples),
    };
    let there = buckets.iter().filter(|bucket| bucket.samples > 0);
    there.map(of_bucket).collect()
}

fn gap(report: &Report) -> Value {
    report
        .gap
        .as_ref()
        .map_or(Value::Null, |gap| json!(percent(gap.difference)))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
