//! Labels and golden solutions against ground truth that was never part of the run.
//!
//! The teacher's statements have one right answer for every valid input, computed from the statement
//! alone. So every label can be checked, and the figures say how well verification works.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use synthsmith_corpus::canonical::canonical_digest;

use crate::data_set::{lines, open};

/// The figures.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Score {
    /// Accepted tasks whose truth is known.
    pub tasks: u64,
    /// Accepted tasks that the teacher did not write, of which nothing can be said.
    pub tasks_without_truth: u64,
    /// Labels that can be checked.
    pub labels: u64,
    /// Of these, the share that is right.
    pub label_accuracy: f64,
    /// Labelled inputs that break the statement's own rules, so that no output is right.
    pub invalid_inputs: u64,
    /// Share of tasks whose golden solution is right on every labelled valid input.
    pub golden_full_pass: f64,
    /// Share of labelled valid inputs on which the golden solution is right, averaged over tasks.
    pub golden_avg_pass: f64,
    /// Accepted items of those attempted.
    pub r#yield: f64,
}

#[derive(Debug, Deserialize)]
struct TaskLine {
    task_id: String,
    statement: String,
}

#[derive(Debug, Deserialize)]
struct TestLine {
    task_id: String,
    test: usize,
    input: Option<String>,
    output_digest: String,
}

#[derive(Debug, Deserialize)]
struct SolutionLine {
    task_id: String,
    #[serde(default)]
    golden: bool,
    #[serde(default)]
    outcomes: Vec<OutcomeEntry>,
}

#[derive(Debug, Deserialize)]
struct OutcomeEntry {
    #[serde(default)]
    output_digest: String,
}

#[derive(Debug, Deserialize)]
struct ReportFile {
    attempted: u64,
    accepted: u64,
}

/// What is known of one task's tests.
#[derive(Debug, Default)]
struct Tally {
    labels: u64,
    right_labels: u64,
    right_outputs: u64,
    /// Of a task with truth: inputs that break its rules.
    without_truth: u64,
}

/// Scores the output in a run's folder; `truth` gives the right output for a statement and an input.
pub(crate) fn score(
    folder: &Path,
    truth: impl Fn(&str, &[u8]) -> Option<String>,
) -> anyhow::Result<Score> {
    let report: ReportFile = serde_json::from_reader(open(&folder.join("report.json"))?)
        .with_context(|| format!("{} holds no report of a run", folder.display()))?;
    let data = folder.join("data");
    let tasks: Vec<TaskLine> = lines(&data.join("tasks.jsonl"))?.collect::<Result<_, _>>()?;
    let statements: BTreeMap<&str, &str> = tasks
        .iter()
        .map(|task| (task.task_id.as_str(), task.statement.as_str()))
        .collect();
    let goldens = goldens(&data.join("solutions.jsonl"))?;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for test in lines::<TestLine>(&data.join("tests.jsonl"))? {
        let test = test?;
        let statement = statements.get(test.task_id.as_str()).copied();
        let right = statement
            .zip(test.input.as_deref())
            .and_then(|(statement, input)| truth(statement, input.as_bytes()));
        let Some(right) = right else {
            tallies.entry(test.task_id).or_default().without_truth += 1;
            continue;
        };
        let right = canonical_digest(right.as_bytes());
        let printed = goldens
            .get(&test.task_id)
            .and_then(|outcomes| outcomes.get(test.test));
        let tally = tallies.entry(test.task_id).or_default();
        tally.labels += 1;
        tally.right_labels += u64::from(test.output_digest == right);
        tally.right_outputs += u64::from(printed.is_some_and(|output| *output == right));
    }
    // A task without a single truth is not the teacher's.
    tallies.retain(|_, tally| tally.labels > 0);
    Ok(sum(&report, tasks.len() as u64, &tallies))
}

fn sum(report: &ReportFile, accepted: u64, tallies: &BTreeMap<String, Tally>) -> Score {
    let tasks = tallies.len() as u64;
    let labels = tallies.values().map(|tally| tally.labels).sum();
    let right: u64 = tallies.values().map(|tally| tally.right_labels).sum();
    let full = |tally: &&Tally| tally.right_outputs == tally.labels;
    let shares = tallies
        .values()
        .map(|tally| share(tally.right_outputs, tally.labels));
    Score {
        tasks,
        tasks_without_truth: accepted - tasks,
        labels,
        label_accuracy: share(right, labels),
        invalid_inputs: tallies.values().map(|tally| tally.without_truth).sum(),
        golden_full_pass: share(tallies.values().filter(full).count() as u64, tasks),
        golden_avg_pass: if tasks == 0 {
            0.0
        } else {
            shares.sum::<f64>() / tasks as f64
        },
        r#yield: share(report.accepted, report.attempted),
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

/// What each golden solution printed, as digests by test.
fn goldens(path: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut goldens = BTreeMap::new();
    for solution in lines::<SolutionLine>(path)? {
        let solution = solution?;
        if solution.golden {
            let outcomes = solution.outcomes.into_iter();
            let digests = outcomes.map(|outcome| outcome.output_digest).collect();
            goldens.insert(solution.task_id, digests);
        }
    }
    Ok(goldens)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    fn write(folder: &Path, name: &str, lines: &[serde_json::Value]) {
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        fs::write(folder.join(name), text.join("\n")).unwrap();
    }

    #[test]
    fn counts_wrong_labels_invalid_inputs_and_golden_mistakes() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("data")).unwrap();
        let data = root.path().join("data");
        let digest = |text: &str| canonical_digest(text.as_bytes());
        write(
            root.path(),
            "report.json",
            &[json!({"attempted": 4, "accepted": 1})],
        );
        write(
            &data,
            "tasks.jsonl",
            &[json!({"task_id": "t", "statement": "double it"})],
        );
        let test = |test: usize, input: &str, label: &str| json!({"task_id": "t", "test": test, "input": input, "output_digest": digest(label)});
        let tests = [test(0, "1", "2"), test(1, "2", "5"), test(2, "x", "9")];
        write(&data, "tests.jsonl", &tests);
        let outcomes = ["2", "5", "9"].map(|text| json!({"output_digest": digest(text)}));
        let golden = json!({"task_id": "t", "golden": true, "outcomes": outcomes});
        let filtered = json!({"task_id": "t", "candidate": 1, "filtered_out": "no_code"});
        write(&data, "solutions.jsonl", &[golden, filtered]);
        let truth = |_: &str, input: &[u8]| {
            let number: u32 = std::str::from_utf8(input).ok()?.parse().ok()?;
            Some((2 * number).to_string())
        };
        let score = score(root.path(), truth).unwrap();
        assert_eq!((score.tasks, score.labels, score.invalid_inputs), (1, 2, 1));
        assert!((score.label_accuracy - 0.5).abs() < 1e-9);
        assert!((score.golden_avg_pass - 0.5).abs() < 1e-9);
        assert!(score.golden_full_pass < 1e-9);
        assert!((score.r#yield - 0.25).abs() < 1e-9);
    }

    #[test]
    fn a_folder_without_a_finished_run_is_named() {
        let root = tempfile::tempdir().unwrap();
        let error = score(root.path(), |_, _| None).unwrap_err().to_string();
        assert!(error.contains("report.json"), "{error}");
    }
}
