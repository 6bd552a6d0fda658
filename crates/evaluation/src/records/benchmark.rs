//! Tells the benchmark by the fields of a record.

use super::Fields;
use crate::Benchmark;

/// The fields that no record of a benchmark lacks, and no record of another has together.
const MARKS: [(Benchmark, &[&str]); 5] = [
    (
        Benchmark::LiveCodeBench,
        &["question_content", "public_test_cases"],
    ),
    (Benchmark::HumanEval, &["prompt", "entry_point", "test"]),
    (Benchmark::Mbpp, &["task_id", "code", "test_list"]),
    (Benchmark::Apps, &["question", "input_output"]),
    (Benchmark::DataSet, &["task_id", "statement", "samples"]),
];

pub(super) fn detect(fields: &Fields<'_>) -> Option<Benchmark> {
    MARKS
        .iter()
        .find(|(_, names)| names.iter().all(|name| fields.has(name)))
        .map(|(benchmark, _)| *benchmark)
}
