//! Rules on the output of one test: by a built-in rule, or by asking a checker program.

use synthsmith_corpus::{Compilation, Outcome, Verdict};
use synthsmith_sandbox::Sandbox;

use super::checker_program::CheckerProgram;
use super::{Checker, Test};
use crate::Error;
use crate::compare::{Found, Rule, check_outcome};

/// Comparing more than this keeps a thread of the executor busy for too long.
const LARGEST_IN_PASSING_BYTES: usize = 256 << 10;

#[derive(Debug)]
pub(super) enum Referee {
    Rule(Rule),
    Program(CheckerProgram),
}

/// What was decided about a test.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    pub(super) verdict: Verdict,
    /// What a checker program said.
    pub(super) message: Vec<u8>,
}

impl Referee {
    /// The referee, ready, and what the compiler said of it; `None` where it does not compile.
    pub(super) async fn called(
        sandbox: &dyn Sandbox,
        checker: Checker,
    ) -> Result<(Option<Self>, Option<Compilation>), Error> {
        let program = match checker {
            Checker::Rule(rule) => return Ok((Some(Self::Rule(rule)), None)),
            Checker::Program(program) => program,
        };
        let job = CheckerProgram::job(*program);
        let compiled = sandbox.compile(job).await.map_err(Error::RunProgram)?;
        let referee = compiled
            .runs
            .map(|runs| Self::Program(CheckerProgram::new(runs)));
        Ok((referee, Some(compiled.compilation)))
    }

    /// Whether it works between two runs, which then must not be under way together.
    pub(super) fn takes_turns(&self) -> bool {
        matches!(self, Self::Program(_))
    }

    /// How much of an output it must see.
    pub(super) fn needed_bytes(&self, tests: &[Test], limit_bytes: u64) -> u64 {
        match self {
            Self::Program(_) => limit_bytes,
            Self::Rule(rule) => {
                let needed = tests
                    .iter()
                    .map(|test| rule.needed_bytes(test.expected_output.len() as u64, limit_bytes));
                needed.max().unwrap_or(0)
            }
        }
    }

    /// Rules on a run that ended well; its output is taken out of the outcome.
    pub(super) async fn rule(
        &mut self,
        test: Test,
        outcome: &mut Outcome,
    ) -> Result<Ruling, Error> {
        match self {
            Self::Rule(rule) => {
                let found = found(*rule, test, outcome).await?;
                Ok(Ruling::without_words(found.into()))
            }
            Self::Program(checker) => checker.ask(test, std::mem::take(&mut outcome.output)).await,
        }
    }
}

async fn found(rule: Rule, test: Test, outcome: &mut Outcome) -> Result<Found, Error> {
    let expected = test.expected_output;
    if outcome.output.len().max(expected.len()) <= LARGEST_IN_PASSING_BYTES {
        return Ok(check_outcome(rule, outcome, &expected));
    }
    let printed = Outcome {
        output: std::mem::take(&mut outcome.output),
        ..outcome.clone()
    };
    tokio::task::spawn_blocking(move || check_outcome(rule, &printed, &expected))
        .await
        .map_err(Error::FinishRun)
}

// === impl Ruling ===

impl Ruling {
    pub(super) fn without_words(verdict: Verdict) -> Self {
        let message = Vec::new();
        Self { verdict, message }
    }
}

impl From<Found> for Verdict {
    fn from(found: Found) -> Self {
        match found {
            Found::Accepted => Self::Accepted,
            Found::Presentation => Self::PresentationError,
            Found::Wrong => Self::WrongAnswer,
        }
    }
}
