//! Runs a program on the inputs of tests and rules on its outputs, out here or in a sandbox of the checker's own.
//!
//! A checker program is compiled before the candidate is started, and then takes turns with it: one output at a time is
//! held. The expected outputs never enter the candidate's sandbox.

mod checker_program;
mod referee;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use synthsmith_corpus::{Compilation, Outcome, Verdict};
use synthsmith_sandbox::{Input, Runs, Sandbox};

use crate::compare::Rule;
use crate::kept::Digest;
use crate::outcome::{self, not_run};
use crate::program::Program;
use crate::{Error, metrics};
use referee::{Referee, Ruling};

/// A program and how its outputs are to be judged; while it waits for its turn, its tests are [`Tests`].
#[derive(Debug)]
pub struct Judgement<T = Arc<[Test]>> {
    pub program: Program,
    pub tests: T,
    pub checker: Checker,
    /// Whether tests after the first one that is not accepted are skipped.
    pub stop_at_first_failure: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub input: Bytes,
    pub expected_output: Bytes,
}

/// Tests that came with a request, or the suite that it names.
///
/// A suite is looked up when the turn begins: else what waits would hold suites that were let go meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tests {
    Given(Arc<[Test]>),
    Kept(Digest),
}

/// What decides whether an output is right.
#[derive(Debug)]
pub enum Checker {
    Rule(Rule),
    Program(Box<Program>),
}

/// The verdict on a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// One per test; empty where the program does not compile.
    pub tests: Vec<JudgedTest>,
    /// What the compiler said; `None` where the program was not touched, since its checker does not compile.
    pub compilation: Option<Compilation>,
    /// What the compiler said of a checker program.
    pub checker_compilation: Option<Compilation>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedTest {
    pub verdict: Verdict,
    /// Without the output.
    pub outcome: Outcome,
    /// What a checker program said.
    pub checker_message: Vec<u8>,
}

/// Judges a program. Dropping the future ends it.
pub async fn judge(sandbox: &dyn Sandbox, judgement: Judgement) -> Result<Judged, Error> {
    let judged = judged(sandbox, judgement).await?;
    metrics::verdict(judged.verdict);
    Ok(judged)
}

async fn judged(sandbox: &dyn Sandbox, judgement: Judgement) -> Result<Judged, Error> {
    let Judgement {
        program,
        tests,
        checker,
        stop_at_first_failure,
    } = judgement;
    let output_limit = program.limits.output_bytes;
    let (referee, checker_compilation) = Referee::called(sandbox, checker).await?;
    let Some(referee) = referee else {
        let count = tests.len();
        return Ok(Judged::without_referee(count, checker_compilation));
    };
    let job = program.job(referee.needed_bytes(&tests, output_limit));
    let compiled = sandbox.compile(job).await.map_err(Error::RunProgram)?;
    let (verdict, tests) = match compiled.runs {
        None => (Verdict::CompileError, Vec::new()),
        Some(runs) => {
            let tests = judged_tests(runs, referee, tests, stop_at_first_failure).await?;
            (verdict(&tests), tests)
        }
    };
    Ok(Judged {
        verdict,
        tests,
        compilation: Some(compiled.compilation),
        checker_compilation,
    })
}

async fn judged_tests(
    mut runs: Box<dyn Runs>,
    mut referee: Referee,
    tests: Arc<[Test]>,
    stop_at_first_failure: bool,
) -> Result<Vec<JudgedTest>, Error> {
    let count = tests.len();
    let mut judged = Vec::with_capacity(count);
    if !stop_at_first_failure && !referee.takes_turns() {
        let inputs = tests.iter().map(|test| Input::from(test.input.clone()));
        runs.announce(&inputs.collect::<Vec<_>>());
    }
    for test in tests.iter().cloned() {
        let ran = runs.run(Input::from(test.input.clone())).await;
        let outcome = ran.map_err(Error::RunProgram)?;
        metrics::outcome(&outcome);
        let test = judged_test(&mut referee, test, outcome).await?;
        let failed = test.verdict != Verdict::Accepted;
        judged.push(test);
        if failed && stop_at_first_failure {
            break;
        }
    }
    judged.extend((judged.len()..count).map(|index| JudgedTest::unrun(index, Verdict::Skipped)));
    Ok(judged)
}

async fn judged_test(
    referee: &mut Referee,
    test: Test,
    mut outcome: Outcome,
) -> Result<JudgedTest, Error> {
    let ruling = match outcome::verdict(outcome.status) {
        Some(verdict) => Ruling::without_words(verdict),
        None => referee.rule(test, &mut outcome).await?,
    };
    outcome.output = Vec::new();
    Ok(JudgedTest {
        verdict: ruling.verdict,
        outcome,
        checker_message: ruling.message,
    })
}

/// Nothing is known about a program whose checker is broken on any test.
fn verdict(tests: &[JudgedTest]) -> Verdict {
    let mut failed = tests
        .iter()
        .map(|test| test.verdict)
        .filter(|&verdict| verdict != Verdict::Accepted);
    let first = failed.next().unwrap_or(Verdict::Accepted);
    let is_unknown = failed.any(|verdict| verdict == Verdict::JudgeError);
    if is_unknown {
        Verdict::JudgeError
    } else {
        first
    }
}

// === impl Judgement ===

impl Judgement<Tests> {
    /// What it holds in memory while it waits; a suite that is kept is none of it.
    pub fn size_bytes(&self) -> u64 {
        let tests = match &self.tests {
            Tests::Given(tests) => tests.as_ref(),
            Tests::Kept(_) => &[],
        };
        let tests: usize = tests
            .iter()
            .map(|test| test.input.len() + test.expected_output.len())
            .sum();
        let checker = match &self.checker {
            Checker::Rule(_) => 0,
            Checker::Program(checker) => checker.source.len(),
        };
        (self.program.source.len() + tests + checker) as u64
    }

    /// The same with its tests at hand, as `find` has them.
    pub(crate) fn with_tests<E>(
        self,
        find: impl FnOnce(Tests) -> Result<Arc<[Test]>, E>,
    ) -> Result<Judgement, E> {
        Ok(Judgement {
            program: self.program,
            tests: find(self.tests)?,
            checker: self.checker,
            stop_at_first_failure: self.stop_at_first_failure,
        })
    }
}

// === impl Judged ===

impl Judged {
    fn without_referee(test_count: usize, checker_compilation: Option<Compilation>) -> Self {
        let test = |index| JudgedTest::unrun(index, Verdict::JudgeError);
        Self {
            verdict: Verdict::JudgeError,
            tests: (0..test_count).map(test).collect(),
            compilation: None,
            checker_compilation,
        }
    }
}

// === impl JudgedTest ===

impl JudgedTest {
    fn unrun(index: usize, verdict: Verdict) -> Self {
        Self {
            verdict,
            outcome: not_run(index),
            checker_message: Vec::new(),
        }
    }
}
