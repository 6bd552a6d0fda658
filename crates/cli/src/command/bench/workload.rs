//! What is judged.

use serde::Serialize;
use synthsmith_proto::corpus::v1 as pb;

use crate::args::Workload;

pub(super) const SUM_PY: &str = include_str!("../../../../../bench/floors/sum.py");
pub(super) const BITS_CPP: &str = include_str!("../../../../../bench/floors/bits.cpp");
pub(super) const CSTDIO_CPP: &str = include_str!("../../../../../bench/floors/cstdio.cpp");

/// Tests of a submission.
pub(super) const TESTS: usize = 20;

/// Whether the verifier has seen the source before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Cache {
    Cold,
    Hit,
}

// === impl Cache ===

impl Cache {
    pub(super) const ALL: [Self; 2] = [Self::Cold, Self::Hit];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Hit => "hit",
        }
    }
}

/// The program of a workload; sources with different marks are different sources.
pub(super) fn program(workload: Workload, mark: &str) -> pb::Program {
    let (language, source, comment) = match workload {
        Workload::PythonSum => ("python3", SUM_PY, "#"),
        Workload::CppBits => ("cpp17", BITS_CPP, "//"),
        Workload::CppCstdio => ("cpp17", CSTDIO_CPP, "//"),
    };
    pb::Program {
        language: language.to_owned(),
        source: format!("{source}{comment} {mark}\n"),
    }
}

/// Numbers, and their sum; the same tests always.
pub(super) fn tests(count: usize) -> Vec<pb::TestCase> {
    (0..count).map(test).collect()
}

fn test(index: usize) -> pb::TestCase {
    let seed = (index as u64).to_le_bytes();
    let mut drawn = blake3::Hasher::new().update(&seed).finalize_xof();
    let mut number = || {
        let mut bytes = [0; 4];
        drawn.fill(&mut bytes);
        i64::from(i32::from_le_bytes(bytes))
    };
    let numbers: Vec<i64> = (0..40 + index).map(|_| number()).collect();
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let sum: i64 = numbers.iter().sum();
    pb::TestCase {
        id: index.to_string(),
        input: format!("{}\n{}\n", numbers.len(), words.join(" ")).into(),
        expected_output: format!("{sum}\n").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_the_same_always_and_ask_for_the_sum() {
        let all = tests(TESTS);
        assert_eq!(all, tests(TESTS));
        for (index, test) in all.iter().enumerate() {
            let input = str::from_utf8(&test.input).unwrap();
            let mut numbers = input
                .split_whitespace()
                .map(|it| it.parse::<i64>().unwrap());
            assert_eq!(numbers.next(), Some(40 + index as i64));
            let sum: i64 = numbers.sum();
            assert_eq!(test.expected_output, format!("{sum}\n").as_bytes());
        }
    }

    #[test]
    fn a_mark_changes_the_source_and_nothing_that_runs() {
        for workload in Workload::ALL {
            let [one, other] = ["1", "2"].map(|mark| program(workload, mark).source);
            assert_ne!(one, other);
            assert_eq!(one.lines().count(), other.lines().count());
            let last = one.lines().last().unwrap();
            assert!(last == "# 1" || last == "// 1", "{last}");
        }
    }
}
