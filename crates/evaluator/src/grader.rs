//! Grades code by the verifier.

use synthsmith_corpus::{Outcome, Program, TestCase, Verdict};
use synthsmith_evaluation::grading::{self, Checker, Options, Suite};
use synthsmith_evaluation::{Grade, Problem};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{ItemChannel, MAX_MESSAGE_BYTES};

use crate::Error;

/// Tests of one request.
const MOST_TESTS: usize = 1_000;

/// Has programs judged on the tests of their problems. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Grader {
    verifier: VerifierServiceClient<ItemChannel>,
    options: Options,
}

impl Grader {
    pub fn new(verifier: ItemChannel, options: Options) -> Self {
        let verifier =
            VerifierServiceClient::new(verifier).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { verifier, options }
    }

    pub async fn grade(&self, problem: &Problem, code: &str) -> Result<Grade, Error> {
        let program = match grading::program(problem, code) {
            Ok(program) => program,
            Err(failure) => return Ok(Grade::Failed(failure)),
        };
        let suite = grading::suite(problem, self.options);
        for tests in suite.tests.chunks(MOST_TESTS) {
            let request = request(&suite, program.clone(), tests);
            let judged = self.verifier.clone().judge_program(request).await;
            let judged = judged.map_err(|status| Error::Verifier(Box::new(status)))?;
            let grade = graded(problem, judged.into_inner())?;
            if !grade.is_passed() {
                return Ok(grade);
            }
        }
        Ok(Grade::Passed)
    }
}

fn request(suite: &Suite, program: Program, tests: &[TestCase]) -> pb::JudgeProgramRequest {
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

fn graded(problem: &Problem, judged: pb::JudgeProgramResponse) -> Result<Grade, Error> {
    let verdict = Verdict::from(judged.verdict());
    let mut tests = judged.tests.into_iter();
    let failed = tests.find(|test| test.verdict() != corpus_pb::Verdict::Ac);
    let outcome = failed.and_then(|test| test.outcome);
    let outcome = outcome.map(Outcome::try_from).transpose()?;
    Ok(grading::grade(problem, verdict, outcome.as_ref()))
}
