//! What a line of each file holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use synthsmith_corpus::canonical;
use synthsmith_corpus::{CandidateRejection, FeatureTree, InputSource, Sample, Style, Task};

use super::Accepted;
use crate::facts::{Fate, LabelledTest};
use crate::store::{ItemRow, Store, StoreError};
use crate::work::task_id;

#[derive(Debug, Serialize)]
struct TaskLine<'a> {
    task_id: &'a str,
    index: u64,
    style: Style,
    statement: &'a str,
    samples: &'a [Sample],
    features: &'a FeatureTree,
    strategy: &'a str,
    golden_solution: u32,
    candidates: CandidateCounts,
    tests: TestCounts,
}

#[derive(Debug, Serialize)]
struct CandidateCounts {
    asked: usize,
    filtered_out: usize,
    run: usize,
    agree_on_all_labels: usize,
}

#[derive(Debug, Serialize)]
struct TestCounts {
    inputs: usize,
    labelled: usize,
    golden: usize,
    held_out: usize,
}

#[derive(Debug, Serialize)]
struct SolutionLine<'a> {
    task_id: &'a str,
    candidate: u32,
    language: &'a str,
    source: &'a str,
    reasoning: &'a str,
    golden: bool,
    compiled: bool,
    golden_score: u64,
    held_out_score: u64,
    outcomes: Vec<OutcomeEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct FilteredLine<'a> {
    task_id: &'a str,
    candidate: u32,
    filtered_out: CandidateRejection,
}

#[derive(Debug, Serialize)]
struct OutcomeEntry<'a> {
    status: Fate,
    #[serde(skip_serializing_if = "str::is_empty")]
    output_digest: &'a str,
}

#[derive(Debug, Serialize)]
struct TestLine<'a> {
    task_id: &'a str,
    test: usize,
    #[serde(flatten)]
    input: InputText,
    #[serde(flatten)]
    output: OutputText,
    output_digest: &'a str,
    source: InputSource,
    description: &'a str,
    half: &'static str,
    weight: u8,
    votes: usize,
    runner_up: usize,
    candidates: usize,
}

/// Bytes that are not UTF-8 are given in Base64 under another key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum InputText {
    Input(String),
    InputBase64(String),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum OutputText {
    Output(String),
    OutputBase64(String),
}

#[derive(Debug, Serialize)]
struct RejectedLine<'a> {
    task_id: String,
    index: u64,
    stage: &'a str,
    reason: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<Style>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
}

pub(super) fn task(accepted: &Accepted) -> Vec<u8> {
    let suite = &accepted.decided.suite;
    let held_out = suite.iter().filter(|test| test.held_out).count();
    let solutions = accepted.solved.solutions.len();
    let filtered_out = accepted.solved.rejected.len();
    line(&TaskLine {
        task_id: &accepted.task.id,
        index: accepted.item,
        style: accepted.task.style,
        statement: &accepted.task.statement,
        samples: &accepted.task.samples,
        features: &accepted.task.features,
        strategy: &accepted.task.strategy,
        golden_solution: accepted.solved.solutions[accepted.golden].index,
        candidates: CandidateCounts {
            asked: solutions + filtered_out,
            filtered_out,
            run: solutions,
            agree_on_all_labels: agreeing(accepted),
        },
        tests: TestCounts {
            inputs: accepted.tests.inputs.len(),
            labelled: suite.len(),
            golden: suite.len() - held_out,
            held_out,
        },
    })
}

/// Candidates that print the label on every labelled test.
fn agreeing(accepted: &Accepted) -> usize {
    let full = |half: bool, value: fn(&LabelledTest) -> u64| -> u64 {
        let suite = accepted.decided.suite.iter();
        suite.filter(|test| test.held_out == half).map(value).sum()
    };
    let (golden, held_out) = (
        full(false, |test| u64::from(test.weight)),
        full(true, |_| 1),
    );
    let scores = accepted.decided.scores.iter();
    scores
        .filter(|score| score.golden == golden && score.held_out == held_out)
        .count()
}

pub(super) fn solutions(accepted: &Accepted) -> Vec<u8> {
    let sample_count = accepted.task.samples.len();
    let mut lines: Vec<(u32, Vec<u8>)> = Vec::new();
    for (position, solution) in accepted.solved.solutions.iter().enumerate() {
        let executed = &accepted.executions[position];
        let score = &accepted.decided.scores[position];
        let tests = executed.outcomes.iter().skip(sample_count);
        let entries = tests.map(|outcome| OutcomeEntry {
            status: outcome.fate,
            output_digest: &outcome.digest,
        });
        let text = line(&SolutionLine {
            task_id: &accepted.task.id,
            candidate: solution.index,
            language: &solution.program.language,
            source: &solution.program.source,
            reasoning: &solution.reasoning,
            golden: position == accepted.golden,
            compiled: executed.compiled,
            golden_score: score.golden,
            held_out_score: score.held_out,
            outcomes: entries.collect(),
        });
        lines.push((solution.index, text));
    }
    for (candidate, reason) in &accepted.solved.rejected {
        let text = line(&FilteredLine {
            task_id: &accepted.task.id,
            candidate: *candidate,
            filtered_out: *reason,
        });
        lines.push((*candidate, text));
    }
    lines.sort_by_key(|(candidate, _)| *candidate);
    lines.into_iter().flat_map(|(_, text)| text).collect()
}

pub(super) async fn tests(store: &Store, accepted: &Accepted) -> Result<Vec<u8>, StoreError> {
    let mut lines = Vec::new();
    for test in &accepted.decided.suite {
        let input = &accepted.tests.inputs[test.test];
        let vote = &accepted.decided.votes[test.test];
        let blob = label_blob(accepted, test.test, &vote.label);
        let blob = blob.ok_or(StoreError::Query(sqlx::Error::RowNotFound))?;
        let output = canonical::text(&store.blob(blob).await?);
        lines.extend(line(&TestLine {
            task_id: &accepted.task.id,
            test: test.test,
            input: text(
                store.blob(&input.blob).await?,
                InputText::Input,
                InputText::InputBase64,
            ),
            output: text(output, OutputText::Output, OutputText::OutputBase64),
            output_digest: &vote.label,
            source: input.source,
            description: &input.description,
            half: if test.held_out { "held_out" } else { "golden" },
            weight: test.weight,
            votes: vote.votes,
            runner_up: vote.runner_up,
            candidates: accepted.solved.solutions.len(),
        }));
    }
    Ok(lines)
}

/// The output of the first candidate that voted for the label; all of them have its canonical form.
fn label_blob<'a>(accepted: &'a Accepted, test: usize, label: &str) -> Option<&'a str> {
    let at = accepted.task.samples.len() + test;
    accepted
        .executions
        .iter()
        .filter_map(|executed| executed.outcomes.get(at))
        .filter(|outcome| outcome.fate == Fate::Ok && outcome.digest == label)
        .find_map(|outcome| outcome.blob.as_deref())
}

pub(super) fn rejected(item: &ItemRow, task: Option<&Task>) -> Vec<u8> {
    line(&RejectedLine {
        task_id: task_id(item.item),
        index: item.item,
        stage: &item.stage,
        reason: &item.reason,
        detail: &item.detail,
        style: task.map(|task| task.style),
        statement: task.map(|task| task.statement.as_str()),
    })
}

fn text<T>(bytes: Vec<u8>, plain: fn(String) -> T, base64: fn(String) -> T) -> T {
    match String::from_utf8(bytes) {
        Ok(text) => plain(text),
        Err(error) => base64(STANDARD.encode(error.as_bytes())),
    }
}

fn line<T: Serialize>(value: &T) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("lines are plain data");
    line.push(b'\n');
    line
}
