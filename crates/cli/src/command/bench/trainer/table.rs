//! The report as a person reads it.

use super::checks::Check;
use super::report::{Reference, Report};

pub(super) fn text(report: &Report) -> String {
    let machine = &report.machine;
    let mut lines = vec![
        format!(
            "{}, {} cores, Linux {}, load {:.1} before",
            machine.processor, machine.cores, machine.kernel, machine.load_before
        ),
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
    for row in &report.training {
        let name = format!("training {} x {}", row.sequences, row.length);
        let rates = [row.train_tokens_per_cpu_second, row.train_tokens_per_second];
        lines.push(line(
            &name,
            row.threads,
            rates,
            row.peak_rss_mib,
            row.reference.as_ref(),
        ));
    }
    for row in &report.sampling {
        let name = format!(
            "sampling {} {} x ({} + {})",
            row.model, row.batch, row.prompt_tokens, row.new_tokens
        );
        let rates = [
            row.sample_tokens_per_cpu_second,
            row.sample_tokens_per_second,
        ];
        lines.push(line(
            &name,
            row.threads,
            rates,
            row.peak_rss_mib,
            row.reference.as_ref(),
        ));
    }
    if report.checks.is_empty() {
        lines.push("\nname a Python with torch by --python to compare with PyTorch".to_owned());
    } else {
        lines.push(String::new());
        lines.extend(report.checks.iter().map(check));
    }
    lines.join("\n")
}

fn line(
    name: &str,
    threads: u32,
    [of_cpu, by_clock]: [f64; 2],
    peak_rss_mib: f64,
    reference: Option<&Reference>,
) -> String {
    let times = reference
        .map(|it| format!("{:.2}", it.times))
        .unwrap_or_default();
    let line = format!(
        "{name:<34}{threads:>8}{of_cpu:>14.0}{by_clock:>12.0}{peak_rss_mib:>10.0}{times:>10}"
    );
    line.trim_end().to_owned()
}

fn check(check: &Check) -> String {
    let holds = if check.holds {
        "holds"
    } else {
        "DOES NOT HOLD"
    };
    format!(
        "{:<82}{:<15}{:<8}{holds}",
        check.name, check.wanted, check.got
    )
}
