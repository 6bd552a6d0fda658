//! Problems for unit tests.

use synthsmith_corpus::TestCase;

use crate::grade::{Failure, Grade};
use crate::grading::Options;
use crate::problem::{CallStyle, EntryPoint, Place, TestProgram, Tests};
use crate::settings::{Sampling, Settings};
use crate::statistics::{Attempts, Sample};
use crate::{Benchmark, Problem};

pub(crate) fn case(input: &str, expected_output: &str) -> TestCase {
    TestCase {
        input: input.as_bytes().to_vec(),
        expected_output: expected_output.as_bytes().to_vec(),
    }
}

/// A program that reads standard input.
pub(crate) fn read(statement: &str) -> Problem {
    Problem {
        id: "p".to_owned(),
        title: String::new(),
        statement: statement.to_owned(),
        starter_code: String::new(),
        call_style: CallStyle::Stdin,
        difficulty: "easy".to_owned(),
        date: None,
        benchmark: Benchmark::LiveCodeBench,
        platform: "atcoder".to_owned(),
        tests: Tests::Cases {
            public: vec![case("1\n", "2\n")],
            private: vec![case("2\n", "4\n")],
        },
        references: Vec::new(),
    }
}

/// A method of `class Solution`.
pub(crate) fn called(name: &str) -> Problem {
    Problem {
        starter_code: format!("class Solution:\n    def {name}(self, a: int) -> int:\n        "),
        call_style: CallStyle::Function(EntryPoint {
            name: name.to_owned(),
            place: Place::Solution,
        }),
        ..read("Add.")
    }
}

/// A function that a test program calls.
pub(crate) fn completed(name: &str) -> Problem {
    let prompt = format!("import math\n\ndef {name}(a, b):\n    \"\"\"Adds.\"\"\"\n");
    Problem {
        benchmark: Benchmark::HumanEval,
        statement: String::new(),
        starter_code: prompt.clone(),
        call_style: CallStyle::Function(EntryPoint {
            name: name.to_owned(),
            place: Place::Module,
        }),
        tests: Tests::Program(TestProgram {
            preamble: prompt,
            steps: vec![format!("assert {name}(1, 2) == 3")],
        }),
        ..read("")
    }
}

/// A problem with a sample for each letter: `P` passed, `F` a wrong answer, `T` too slow, `N` without code, `?` not graded.
pub(crate) fn attempts(difficulty: &str, samples: &str) -> Attempts {
    let sample = |letter| Sample {
        grade: match letter {
            'P' => Grade::Passed,
            'F' => Grade::Failed(Failure::WrongAnswer),
            'T' => Grade::Failed(Failure::TimeLimit),
            'N' => Grade::Failed(Failure::NoCodeBlock),
            _ => Grade::NotGraded,
        },
        tokens: None,
    };
    let problem = Problem {
        difficulty: difficulty.to_owned(),
        ..read("")
    };
    Attempts::new(&problem, samples.chars().map(sample).collect())
}

pub(crate) fn settings() -> Settings {
    Settings {
        model: "tiny".to_owned(),
        sampling: Sampling {
            temperature: 0.6,
            top_p: Some(0.95),
            top_k: None,
            max_tokens: 32_768,
            seed: 1,
        },
        benchmark: Benchmark::LiveCodeBench,
        problems: "digest".to_owned(),
        grading: Options::default(),
    }
}
