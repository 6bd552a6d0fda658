//! The submissions of a soak: mostly right ones, some that are wrong in every way.

use anyhow::bail;
use synthsmith_proto::corpus::v1::{Limits, Program, Verdict};
use synthsmith_proto::verifier::v1::{JudgeProgramRequest, JudgeProgramResponse, TestVerdict};

use crate::args::{Level, Workload};
use crate::command::bench::load::isolation;
use crate::command::bench::workload::{program, tests};

/// Tests of a submission.
pub(super) const TESTS: usize = 3;
const SHORT: prost_types::Duration = prost_types::Duration {
    seconds: 0,
    nanos: 200_000_000,
};

/// The verdict on the whole, and on each test.
pub(super) type Answer = (Verdict, Vec<Verdict>);

/// One of them; its number decides all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Submission {
    number: u64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A new Python program.
    Python,
    /// A C++ program that was compiled before.
    Cpp,
    Wrong,
    Failing,
    Broken,
    Endless,
}

// === impl Submission ===

impl Submission {
    pub(super) fn number(number: u64) -> Self {
        let kind = match number % 500 {
            7 => Kind::Endless,
            place => match place % 50 {
                0..=29 => Kind::Python,
                30..=44 => Kind::Cpp,
                45 | 46 => Kind::Wrong,
                47 | 48 => Kind::Failing,
                _ => Kind::Broken,
            },
        };
        Self { number, kind }
    }

    pub(super) fn request(self, level: Level) -> JudgeProgramRequest {
        let limits = (self.kind == Kind::Endless).then(|| Limits {
            cpu_time: Some(SHORT),
            ..Limits::default()
        });
        JudgeProgramRequest {
            program: Some(self.program()),
            tests: tests(TESTS),
            limits,
            isolation: isolation(level) as i32,
            ..JudgeProgramRequest::default()
        }
    }

    fn program(self) -> Program {
        let python = |source: &str| Program {
            language: "python3".to_owned(),
            source: format!("{source}\n# {}\n", self.number),
        };
        match self.kind {
            Kind::Python => program(Workload::PythonSum, &self.number.to_string()),
            Kind::Cpp => program(Workload::CppCstdio, "soak"),
            Kind::Wrong => python("print(input())"),
            Kind::Failing => python("raise SystemExit(3)"),
            Kind::Broken => python("print("),
            Kind::Endless => python("while True:\n    pass"),
        }
    }

    fn expected(self) -> Answer {
        let (verdict, count) = match self.kind {
            Kind::Python | Kind::Cpp => (Verdict::Ac, TESTS),
            Kind::Wrong => (Verdict::Wa, TESTS),
            Kind::Failing => (Verdict::Re, TESTS),
            Kind::Broken => (Verdict::Ce, 0),
            Kind::Endless => (Verdict::Tle, TESTS),
        };
        (verdict, vec![verdict; count])
    }

    /// The answer, which must be the one that the submission deserves.
    pub(super) fn check(self, answer: &JudgeProgramResponse) -> anyhow::Result<Answer> {
        let tests = answer.tests.iter().map(TestVerdict::verdict).collect();
        let told: Answer = (answer.verdict(), tests);
        if told != self.expected() {
            bail!("submission {} ({:?}) got {told:?}", self.number, self.kind);
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn most_are_right_and_every_kind_of_wrong_is_among_them() {
        let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
        for number in 0..1_000 {
            *counts.entry(Submission::number(number).kind).or_default() += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(
            counts[&Kind::Python] + counts[&Kind::Cpp] > 850,
            "{counts:?}"
        );
        assert_eq!(counts[&Kind::Endless], 2);
    }

    #[test]
    fn a_number_is_always_the_same_submission_and_python_is_new_each_time() {
        let source = |number| Submission::number(number).program().source;
        assert_eq!(source(3), source(3));
        assert_ne!(source(3), source(4));
        assert_eq!(source(30), source(31));
    }

    #[test]
    fn any_other_verdict_ends_the_soak() {
        let submission = Submission::number(45);
        let wrong = JudgeProgramResponse {
            verdict: Verdict::Ac as i32,
            ..JudgeProgramResponse::default()
        };
        let told = submission.check(&wrong).unwrap_err().to_string();
        assert!(told.starts_with("submission 45 (Wrong) got"), "{told}");
    }
}
