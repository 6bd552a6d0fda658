//! Grades code by the verifier.

use synthsmith_corpus::{Outcome, TestCase, Verdict};
use synthsmith_evaluation::grading::{self, Checker, Options, Suite};
use synthsmith_evaluation::{Grade, Problem};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;

use crate::verifier::Verifier;

/// Tests of one request.
const MOST_TESTS: usize = 1_000;

#[derive(Debug)]
pub(super) struct Grader {
    pub(super) verifier: Verifier,
    pub(super) options: Options,
}

impl Grader {
    pub(super) async fn grade(&self, problem: &Problem, code: &str) -> anyhow::Result<Grade> {
        let program = match grading::program(problem, code) {
            Ok(program) => program,
            Err(failure) => return Ok(Grade::Failed(failure)),
        };
        let suite = grading::suite(problem, self.options);
        for tests in suite.tests.chunks(MOST_TESTS) {
            let request = request(&suite, program.clone(), tests);
            let judged = self.verifier.clone().judge(request).await?;
            let grade = graded(problem, judged)?;
            if !grade.is_passed() {
                return Ok(grade);
            }
        }
        Ok(Grade::Passed)
    }
}

fn request(
    suite: &Suite,
    program: synthsmith_corpus::Program,
    tests: &[TestCase],
) -> pb::JudgeProgramRequest {
    let tests = tests.iter().cloned().map(corpus_pb::TestCase::from);
    pb::JudgeProgramRequest {
        program: Some(program.into()),
        tests: tests.collect(),
        limits: Some(suite.limits.into()),
        checker: Some(pb::Checker {
            rule: Some(rule(&suite.checker)),
        }),
        stop_at_first_failure: true,
        function: suite.function.clone().unwrap_or_default(),
        ..Default::default()
    }
}

fn rule(checker: &Checker) -> Rule {
    match checker {
        Checker::Lines => Rule::Comparison(pb::Comparison::Lines as i32),
        Checker::Json => Rule::Comparison(pb::Comparison::Json as i32),
        Checker::Tolerance { absolute, relative } => Rule::Tolerance(pb::FloatTolerance {
            absolute: *absolute,
            relative: *relative,
        }),
        Checker::Program(program) => Rule::Program(program.clone().into()),
    }
}

fn graded(problem: &Problem, judged: pb::JudgeProgramResponse) -> anyhow::Result<Grade> {
    let verdict = verdict(judged.verdict());
    let mut tests = judged.tests.into_iter();
    let failed = tests.find(|test| test.verdict() != corpus_pb::Verdict::Ac);
    let outcome = failed.and_then(|test| test.outcome);
    let outcome = outcome.map(Outcome::try_from).transpose()?;
    Ok(grading::grade(problem, verdict, outcome.as_ref()))
}

/// One that is not told is none.
fn verdict(told: corpus_pb::Verdict) -> Verdict {
    match told {
        corpus_pb::Verdict::Ac => Verdict::Accepted,
        corpus_pb::Verdict::Wa => Verdict::WrongAnswer,
        corpus_pb::Verdict::Tle => Verdict::TimeLimitExceeded,
        corpus_pb::Verdict::Mle => Verdict::MemoryLimitExceeded,
        corpus_pb::Verdict::Re => Verdict::RuntimeError,
        corpus_pb::Verdict::Ole => Verdict::OutputLimitExceeded,
        corpus_pb::Verdict::Ce => Verdict::CompileError,
        corpus_pb::Verdict::Pe => Verdict::PresentationError,
        corpus_pb::Verdict::JudgeError => Verdict::JudgeError,
        corpus_pb::Verdict::Skipped | corpus_pb::Verdict::Unspecified => Verdict::Skipped,
    }
}
