//! The report as a person reads it.

use super::super::table::checks;
use super::report::{Reference, Report};

/// A line of the table.
struct Line<'a> {
    name: String,
    threads: u32,
    tokens_per_cpu_second: f64,
    tokens_per_second: f64,
    peak_rss_mib: f64,
    reference: Option<&'a Reference>,
}

pub(super) fn text(report: &Report) -> String {
    let mut lines = vec![
        report.machine.to_string(),
        format!(
            "medians of {} repetitions, {:.0} s",
            report.repetitions, report.seconds
        ),
        String::new(),
        format!(
            "{:<34}{:>8}{:>14}{:>12}{:>10}{:>10}",
            "", "threads", "tokens/CPU s", "tokens/s", "RSS MiB", "times"
        ),
    ];
    let rows = training(report).chain(sampling(report));
    lines.extend(rows.map(|row| shown(&row)));
    lines.push(String::new());
    if report.checks.is_empty() {
        lines.push("name a Python with torch by --python to compare with PyTorch".to_owned());
    }
    lines.extend(checks(&report.checks));
    lines.join("\n")
}

fn training(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.training.iter().map(|row| Line {
        name: format!("training {} x {}", row.sequences, row.length),
        threads: row.threads,
        tokens_per_cpu_second: row.train_tokens_per_cpu_second,
        tokens_per_second: row.train_tokens_per_second,
        peak_rss_mib: row.peak_rss_mib,
        reference: row.reference.as_ref(),
    })
}

fn sampling(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.sampling.iter().map(|row| Line {
        name: format!(
            "sampling {} {} x ({} + {})",
            row.model, row.batch, row.prompt_tokens, row.new_tokens
        ),
        threads: row.threads,
        tokens_per_cpu_second: row.sample_tokens_per_cpu_second,
        tokens_per_second: row.sample_tokens_per_second,
        peak_rss_mib: row.peak_rss_mib,
        reference: row.reference.as_ref(),
    })
}

fn shown(line: &Line<'_>) -> String {
    let times = line
        .reference
        .map(|it| format!("{:.2}", it.times))
        .unwrap_or_default();
    let text = format!(
        "{:<34}{:>8}{:>14.0}{:>12.0}{:>10.0}{times:>10}",
        line.name,
        line.threads,
        line.tokens_per_cpu_second,
        line.tokens_per_second,
        line.peak_rss_mib
    );
    text.trim_end().to_owned()
}
