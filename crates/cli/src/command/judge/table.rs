//! A judgement as a person reads it.

use std::collections::BTreeMap;

use super::report::{Report, Row};
use crate::ran::gist;

const MAX_NAME_CHARS: usize = 40;

/// The table of tests, what compilers had to say against it, and the summary.
pub(super) fn text(report: &Report) -> String {
    let mut lines = Vec::new();
    if !report.tests.is_empty() {
        lines = rows(&report.tests);
        lines.push(String::new());
    }
    for (what, compiled) in [
        ("the program", Some(&report.compilation)),
        ("the checker", report.checker_compilation.as_ref()),
    ] {
        if let Some(compiled) = compiled.filter(|compiled| !compiled.succeeded) {
            let messages = compiled.messages.trim_end();
            // Where the checker is broken, the program was not even tried.
            if !messages.is_empty() {
                lines.push(format!("{what} does not compile:\n{messages}\n"));
            }
        }
    }
    lines.push(summary(report));
    lines.join("\n")
}

fn rows(tests: &[Row]) -> Vec<String> {
    let names: Vec<String> = tests.iter().map(|row| name(&row.name)).collect();
    let lengths = names.iter().map(|name| name.chars().count());
    let width = lengths.max().unwrap_or_default().max("test".len());
    let mut lines = vec![format!(
        "{:<width$}  verdict      cpu ms   wall ms  peak MiB  note",
        "test"
    )];
    for (row, name) in tests.iter().zip(&names) {
        let verdict = row.verdict.replace('_', " ");
        let line = if row.ran.status == "not_run" {
            format!("{name:<width$}  {verdict:<11}  {:28}{}", "", note(row))
        } else {
            format!(
                "{name:<width$}  {verdict:<11}  {:>6.0}  {:>8.0}  {:>8.1}  {}",
                row.ran.cpu_ms,
                row.ran.wall_ms,
                row.ran.peak_mib(),
                note(row)
            )
        };
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// A name fit for a column.
fn name(name: &str) -> String {
    let shown = name.replace(['\n', '\t'], " ");
    if shown.chars().count() <= MAX_NAME_CHARS {
        return shown;
    }
    let begin: String = shown.chars().take(MAX_NAME_CHARS - 1).collect();
    format!("{begin}…")
}

/// What decided the verdict, as far as a line can tell.
fn note(row: &Row) -> String {
    if row.verdict == "AC" {
        return gist(&row.checker_message);
    }
    let said = if row.checker_message.trim().is_empty() {
        &row.ran.stderr
    } else {
        &row.checker_message
    };
    let parts = [row.ran.ending(), gist(said)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(": ")
}

fn summary(report: &Report) -> String {
    let verdict = report.verdict.replace('_', " ");
    if report.tests.is_empty() {
        return format!("{verdict}: none of {} tests was run", report.test_count);
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in report.tests.iter().filter(|row| row.verdict != "AC") {
        *counts.entry(&row.verdict).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.replace('_', " ")))
        .collect();
    let others = if counts.is_empty() {
        String::new()
    } else {
        format!(" ({})", counts.join(", "))
    };
    let most = |of: fn(&Row) -> f64| report.tests.iter().map(of).fold(0.0, f64::max);
    format!(
        "{verdict}: {} of {} tests accepted{others}; at most {:.0} ms of CPU and {:.1} MiB",
        report.accepted_count,
        report.test_count,
        most(|row| row.ran.cpu_ms),
        most(|row| row.ran.peak_mib()),
    )
}

#[cfg(test)]
mod tests {
    use synthsmith_proto::corpus::v1::{Compilation, Measures, Outcome, OutcomeStatus, Verdict};
    use synthsmith_proto::verifier::v1::{JudgeProgramResponse, TestVerdict};

    use super::*;

    fn judged(verdict: Verdict, status: OutcomeStatus, stderr: &str, checker: &str) -> TestVerdict {
        let cpu_time = Some(prost_types::Duration {
            seconds: 1,
            nanos: 234_567_890,
        });
        TestVerdict {
            verdict: verdict as i32,
            outcome: Some(Outcome {
                status: status as i32,
                exit_code: Some(3),
                stderr_excerpt: stderr.into(),
                measures: Some(Measures {
                    cpu_time,
                    wall_time: cpu_time,
                    peak_memory_bytes: 3 << 19,
                }),
                ..Default::default()
            }),
            checker_message: checker.into(),
        }
    }

    fn report(verdict: Verdict, names: &[&str], tests: Vec<TestVerdict>) -> Report {
        let answer = JudgeProgramResponse {
            verdict: verdict as i32,
            tests,
            compilation: Some(Compilation {
                succeeded: verdict != Verdict::Ce,
                messages: b"main.c:1: no\n".into(),
                measures: None,
            }),
            checker_compilation: None,
        };
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Report::new("c17".to_owned(), names, &answer).unwrap()
    }

    #[test]
    fn a_line_tells_of_a_test_what_decided_it() {
        use OutcomeStatus as Status;
        let tests = vec![
            judged(Verdict::Ac, Status::Ok, "debugging", ""),
            judged(Verdict::Wa, Status::Ok, "", "expected 4, found 5\nmore"),
            judged(Verdict::Re, Status::RuntimeError, "boom\n", ""),
            judged(Verdict::Skipped, Status::NotRun, "", ""),
        ];
        let report = report(Verdict::Wa, &["1", "2", "10", "large"], tests);
        let shown = text(&report);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines,
            [
                "test   verdict      cpu ms   wall ms  peak MiB  note",
                "1      AC             1235      1235       1.5",
                "2      WA             1235      1235       1.5  expected 4, found 5",
                "10     RE             1235      1235       1.5  exit code 3: boom",
                "large  SKIPPED",
                "",
                "WA: 1 of 4 tests accepted (1 RE, 1 SKIPPED, 1 WA); at most 1235 ms of CPU and 1.5 MiB",
            ]
        );
    }

    #[test]
    fn what_does_not_compile_is_told_by_the_compiler() {
        let shown = text(&report(Verdict::Ce, &["1", "2"], Vec::new()));
        assert_eq!(
            shown,
            "the program does not compile:\nmain.c:1: no\n\nCE: none of 2 tests was run"
        );
    }

    #[test]
    fn a_name_keeps_to_its_column() {
        assert_eq!(name("a\nb\tc"), "a b c");
        assert_eq!(name(&"é".repeat(300)).chars().count(), MAX_NAME_CHARS);
    }
}
