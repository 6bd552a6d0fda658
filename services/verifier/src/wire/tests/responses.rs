//! Responses that their readers can read.

use prost::Message as _;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};

use super::*;
use crate::config::MOST_INPUTS;

/// What clients of gRPC read where nothing else is set.
const USUAL_READER_BYTES: usize = 4 << 20;

/// All that can be said of a test, at its longest.
fn wordy(index: usize) -> JudgedTest {
    let time = Duration::new(86_399, 999_999_999);
    JudgedTest {
        verdict: Verdict::JudgeError,
        outcome: Outcome {
            input_index: index as u32,
            status: OutcomeStatus::RuntimeError,
            output_digest: "f".repeat(64),
            output_size_bytes: 64 << 20,
            output: Vec::new(),
            measures: Measures {
                cpu_time: time,
                wall_time: time,
                peak_memory_bytes: 1 << 40,
            },
            exit_code: Some(-1),
            signal: Some(64),
            stderr_excerpt: vec![b'e'; 4 << 10],
        },
        checker_message: vec![b'm'; 4 << 10],
    }
}

fn response(tests: usize) -> pb::JudgeProgramResponse {
    let compilation = Compilation {
        messages: vec![b'c'; 16 << 10],
        ..Compilation::default()
    };
    judged(Judged {
        verdict: Verdict::JudgeError,
        tests: (0..tests).map(wordy).collect(),
        compilation: Some(compilation.clone()),
        checker_compilation: Some(compilation),
    })
}

#[test]
fn a_usual_reader_can_read_the_longest_response() {
    for tests in [1000, MOST_INPUTS] {
        let response = response(tests);
        assert_eq!(response.tests.len(), tests);
        let size = response.encoded_len();
        assert!(size < USUAL_READER_BYTES, "{tests} tests: {size} bytes");
        let last = response.tests.last().unwrap();
        assert!(!last.checker_message.is_empty());
    }
}

#[test]
fn what_a_few_tests_say_is_not_cut() {
    for test in response(128).tests {
        assert_eq!(test.checker_message.len(), 4 << 10);
        assert_eq!(test.outcome.unwrap().stderr_excerpt.len(), 4 << 10);
    }
}
