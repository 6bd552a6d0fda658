//! The report as a person reads it.

use super::checks::Check;
use super::report::{Report, RewardStep, Row};
use crate::args::Level;

pub(super) fn text(report: &Report) -> String {
    let mut lines = heading(report);
    lines.push(String::new());
    lines.extend(floors(report));
    lines.push(String::new());
    lines.push(COLUMNS.to_owned());
    lines.extend(report.workloads.iter().map(row));
    if let Some(empty) = &report.empty_container {
        let count = empty.containers;
        let cpu_ms = empty.cpu_ms;
        lines.push(format!(
            "an empty single-use container: {cpu_ms:.1} ms of CPU ({count} measured)"
        ));
    }
    let steps = [&report.reward_step, &report.reward_step_in_containers];
    lines.extend(steps.into_iter().flatten().map(reward));
    for left_out in &report.left_out {
        lines.push(format!("left out: {}: {}", left_out.what, left_out.reason));
    }
    lines.push(String::new());
    lines.extend(checks(&report.checks));
    lines.join("\n")
}

fn heading(report: &Report) -> Vec<String> {
    let (machine, engine) = (&report.machine, &report.engine);
    let mut lines = vec![
        machine.to_string(),
        format!(
            "synthsmith {}, {} {} with {}, control groups {}, g++ {}, Python {}",
            report.version,
            engine.name,
            engine.version,
            engine.runtime,
            engine.cgroup_version,
            report.tools.compiler,
            report.tools.python,
        ),
    ];
    lines.push(match &report.cpu_counted_reason {
        None => "CPU time of service, engine and containers".to_owned(),
        Some(reason) => format!("CPU time of the whole machine, since {reason}"),
    });
    if report.other_containers > 0 {
        let count = report.other_containers;
        lines.push(format!(
            "{count} containers ran for others meanwhile; what they and the engine did is counted too"
        ));
    }
    lines
}

fn floors(report: &Report) -> Vec<String> {
    let digest = &report.floors.source_digest[..16];
    let mut lines = vec![format!("floors {digest}            tests/CPU s")];
    for floor in &report.floors.measured {
        lines.push(format!(
            "  {:<26}  {:>11.1}  {}",
            floor.floor, floor.tests_per_cpu_second, floor.standing
        ));
    }
    lines
}

const COLUMNS: &str = "level      workload    cache  in flight  tests/CPU s  of floor  submissions/s  p50 ms  p95 ms  p99 ms";

fn row(row: &Row) -> String {
    format!(
        "{:<9}  {:<10}  {:<5}  {:>9}  {:>11.1}  {:>8.3}  {:>13.1}  {:>6.0}  {:>6.0}  {:>6.0}",
        row.level.name(),
        row.workload.name(),
        row.cache.name(),
        row.in_flight,
        row.tests_per_cpu_second,
        row.share_of_floor,
        row.submissions_per_second,
        row.p50_ms,
        row.p95_ms,
        row.p99_ms
    )
}

fn reward(step: &RewardStep) -> String {
    let RewardStep {
        submissions,
        seconds,
        cpu_seconds,
        failures,
        ..
    } = step;
    let rate = *submissions as f64 / seconds;
    let level = match step.level {
        Level::Floor => "",
        level => level.name(),
    };
    format!(
        "reward step in {level}: {submissions} submissions of {} tests in {seconds:.1} s ({rate:.1}/s), {cpu_seconds:.1} s of CPU, {failures} failures",
        step.tests
    )
}

/// A line for each.
pub(super) fn checks(checks: &[Check]) -> Vec<String> {
    let names = checks.iter().map(|check| check.name.chars().count());
    let width = names.max().unwrap_or_default();
    let line = |check: &Check| {
        let got = check
            .got
            .map_or_else(|| "not measured".to_owned(), |got| got.to_string());
        let mark = if check.holds {
            "holds"
        } else {
            "DOES NOT HOLD"
        };
        format!(
            "{:<width$}  {:<13}  {got:<12}  {mark}",
            check.name, check.wanted
        )
    };
    checks.iter().map(line).collect()
}
