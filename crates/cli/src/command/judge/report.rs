//! What `--json` prints of a judgement, and the table shows.

use serde::Serialize;
use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_proto::verifier::v1 as pb;

use crate::exit::Failure;
use crate::ran::{Compiled, Ran, text};

/// A judgement.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Report {
    pub verdict: String,
    pub language: String,
    pub accepted_count: usize,
    /// As many as the suite has, also where the program does not compile.
    pub test_count: usize,
    /// Empty where the program does not compile.
    pub tests: Vec<Row>,
    pub compilation: Compiled,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checker_compilation: Option<Compiled>,
}

/// A test of it.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Row {
    pub name: String,
    pub verdict: String,
    #[serde(flatten)]
    pub ran: Ran,
    pub checker_message: String,
}

// === impl Report ===

impl Report {
    /// The answer on tests of these names.
    pub(super) fn new(
        language: String,
        names: Vec<String>,
        answer: &pb::JudgeProgramResponse,
    ) -> Result<Self, Failure> {
        let test_count = names.len();
        let answered = answer.tests.len();
        if answered != 0 && answered != test_count {
            let text = format!("the verifier answered {answered} verdicts to {test_count} tests");
            return Err(Failure::Machine(text));
        }
        let tests: Vec<Row> = names.into_iter().zip(&answer.tests).map(row).collect();
        let is_accepted = |row: &&Row| row.verdict == ACCEPTED;
        let compilation = answer.compilation.clone().unwrap_or_default();
        Ok(Self {
            verdict: name(answer.verdict()),
            language,
            accepted_count: tests.iter().filter(is_accepted).count(),
            test_count,
            tests,
            compilation: Compiled::from(&compilation),
            checker_compilation: answer.checker_compilation.as_ref().map(Compiled::from),
        })
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.verdict == ACCEPTED
    }
}

const ACCEPTED: &str = "AC";

fn row((test, judged): (String, &pb::TestVerdict)) -> Row {
    let outcome = judged.outcome.clone().unwrap_or_default();
    Row {
        name: test,
        verdict: name(judged.verdict()),
        ran: Ran::from(&outcome),
        checker_message: text(&judged.checker_message),
    }
}

fn name(verdict: Verdict) -> String {
    verdict
        .as_str_name()
        .trim_start_matches("VERDICT_")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_an_answer_to_another_suite() {
        let answer = pb::JudgeProgramResponse {
            verdict: Verdict::Ac as i32,
            tests: vec![pb::TestVerdict::default()],
            ..Default::default()
        };
        let names = vec!["1".to_owned(), "2".to_owned()];
        assert!(Report::new("c17".to_owned(), names, &answer).is_err());
    }

    #[test]
    fn a_program_that_does_not_compile_has_no_tests_and_no_verdict_but_that() {
        let answer = pb::JudgeProgramResponse {
            verdict: Verdict::Ce as i32,
            ..Default::default()
        };
        let report = Report::new("c17".to_owned(), vec!["1".to_owned()], &answer).unwrap();
        assert_eq!((report.verdict.as_str(), report.test_count), ("CE", 1));
        assert!(report.tests.is_empty() && !report.is_accepted());
    }
}
