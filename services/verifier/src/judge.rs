//! Runs a program on the inputs of tests and compares its outputs with the expected ones, out here.

use bytes::Bytes;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus, Verdict};
use synthsmith_sandbox::{Event, Job, Sandbox};
use tokio::sync::mpsc;

use crate::{Comparison, Error, metrics};

/// A program and how its outputs are to be judged.
#[derive(Debug)]
pub struct Judgement {
    /// Its inputs are those of the tests.
    pub job: Job,
    /// One per input.
    pub expected_outputs: Vec<Bytes>,
    pub comparison: Comparison,
    /// Whether tests after the first one that is not accepted are skipped.
    pub stop_at_first_failure: bool,
}

/// The verdict on a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// One per test; empty where the program does not compile.
    pub tests: Vec<(Verdict, Outcome)>,
    pub compilation: Compilation,
}

/// Judges a program. Dropping the future ends it.
pub async fn judge(sandbox: &dyn Sandbox, mut judgement: Judgement) -> Result<Judged, Error> {
    let expected = judgement.expected_outputs.iter().map(Bytes::as_ref);
    judgement.job.returned_output_bytes = judgement
        .comparison
        .needed_bytes(expected, judgement.job.limits.output_bytes);
    let (sender, receiver) = mpsc::channel(1);
    let job = judgement.job.clone();
    let (ran, judged) = tokio::join!(sandbox.run(job, sender), listen(receiver, &judgement));
    ran.map_err(Error::RunProgram)?;
    let judged = judged.ok_or(Error::OutcomesMissing)?;
    metrics::verdict(judged.verdict);
    Ok(judged)
}

/// The verdicts on what the sandbox tells; `None` if it tells less than it must.
async fn listen(mut events: mpsc::Receiver<Event>, judgement: &Judgement) -> Option<Judged> {
    let Event::Compiled(compilation) = events.recv().await? else {
        return None;
    };
    if !compilation.succeeded {
        return Some(Judged {
            verdict: Verdict::CompileError,
            tests: Vec::new(),
            compilation,
        });
    }
    let mut tests = Vec::with_capacity(judgement.expected_outputs.len());
    for expected in &judgement.expected_outputs {
        let Event::Finished(mut outcome) = events.recv().await? else {
            return None;
        };
        metrics::outcome(&outcome);
        let verdict = verdict(judgement.comparison, &outcome, expected);
        outcome.output.clear();
        tests.push((verdict, outcome));
        if verdict != Verdict::Accepted && judgement.stop_at_first_failure {
            break;
        }
    }
    let failed = tests
        .iter()
        .map(|(verdict, _)| *verdict)
        .find(|verdict| *verdict != Verdict::Accepted);
    let skipped = (tests.len()..judgement.expected_outputs.len())
        .map(|index| (Verdict::Skipped, not_run(index)));
    tests.extend(skipped);
    Some(Judged {
        verdict: failed.unwrap_or(Verdict::Accepted),
        tests,
        compilation,
    })
}

fn verdict(comparison: Comparison, outcome: &Outcome, expected: &[u8]) -> Verdict {
    match outcome.status {
        OutcomeStatus::Ok if comparison.accepts(outcome, expected) => Verdict::Accepted,
        OutcomeStatus::Ok => Verdict::WrongAnswer,
        OutcomeStatus::CpuTimeExceeded | OutcomeStatus::WallTimeExceeded => {
            Verdict::TimeLimitExceeded
        }
        OutcomeStatus::MemoryExceeded => Verdict::MemoryLimitExceeded,
        OutcomeStatus::RuntimeError => Verdict::RuntimeError,
        OutcomeStatus::OutputExceeded => Verdict::OutputLimitExceeded,
        OutcomeStatus::NotRun => Verdict::Skipped,
    }
}

fn not_run(index: usize) -> Outcome {
    Outcome {
        input_index: index as u32,
        status: OutcomeStatus::NotRun,
        output_digest: String::new(),
        output_size_bytes: 0,
        output: Vec::new(),
        measures: Measures::default(),
        exit_code: None,
        signal: None,
        stderr_excerpt: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_trait::async_trait;
    use synthsmith_sandbox::{Language, Limits};

    use super::*;

    /// Tells events that were fixed beforehand.
    #[derive(Debug)]
    struct Scripted(Vec<Event>);

    #[async_trait]
    impl Sandbox for Scripted {
        async fn run(
            &self,
            _: Job,
            events: mpsc::Sender<Event>,
        ) -> Result<(), synthsmith_sandbox::Error> {
            for event in &self.0 {
                if events.send(event.clone()).await.is_err() {
                    break;
                }
            }
            Ok(())
        }
    }

    fn compiled(succeeded: bool) -> Event {
        Event::Compiled(Compilation {
            succeeded,
            ..Compilation::default()
        })
    }

    fn finished(index: usize, status: OutcomeStatus, output: &[u8]) -> Event {
        Event::Finished(Outcome {
            status,
            output_digest: blake3::hash(output).to_hex().to_string(),
            output_size_bytes: output.len() as u64,
            ..not_run(index)
        })
    }

    fn judgement(expected: &[&'static str], stop_at_first_failure: bool) -> Judgement {
        let job = Job {
            language: Language::python3(),
            source: Bytes::from("pass"),
            inputs: vec![Bytes::new(); expected.len()],
            limits: Limits::new(Duration::from_secs(1), 1 << 27),
            returned_output_bytes: 0,
            stop_after_timeouts: None,
        };
        let expected_outputs = expected.iter().copied().map(Bytes::from).collect();
        Judgement {
            job,
            expected_outputs,
            comparison: Comparison::Lines,
            stop_at_first_failure,
        }
    }

    fn verdicts(judged: &Judged) -> Vec<Verdict> {
        judged.tests.iter().map(|(verdict, _)| *verdict).collect()
    }

    #[tokio::test]
    async fn the_first_test_that_is_not_accepted_gives_the_verdict() {
        use OutcomeStatus::{CpuTimeExceeded, Ok, RuntimeError};
        let events = vec![
            compiled(true),
            finished(0, Ok, b"1"),
            finished(1, CpuTimeExceeded, b""),
            finished(2, RuntimeError, b""),
        ];
        let judged = judge(
            &Scripted(events.clone()),
            judgement(&["1", "2", "3"], false),
        )
        .await
        .unwrap();
        assert_eq!(judged.verdict, Verdict::TimeLimitExceeded);
        assert_eq!(
            verdicts(&judged),
            [
                Verdict::Accepted,
                Verdict::TimeLimitExceeded,
                Verdict::RuntimeError
            ]
        );

        let judged = judge(&Scripted(events), judgement(&["1", "2", "3"], true))
            .await
            .unwrap();
        assert_eq!(
            verdicts(&judged),
            [
                Verdict::Accepted,
                Verdict::TimeLimitExceeded,
                Verdict::Skipped
            ]
        );
        assert_eq!(judged.tests[2].1.status, OutcomeStatus::NotRun);
    }

    #[tokio::test]
    async fn a_program_that_does_not_compile_has_no_tests() {
        let events = vec![compiled(false), finished(0, OutcomeStatus::NotRun, b"")];
        let judged = judge(&Scripted(events), judgement(&["1"], false))
            .await
            .unwrap();
        assert_eq!(
            (judged.verdict, judged.tests.len()),
            (Verdict::CompileError, 0)
        );
    }

    #[tokio::test]
    async fn a_sandbox_that_tells_too_little_is_an_error_and_no_verdict() {
        let events = vec![compiled(true), finished(0, OutcomeStatus::Ok, b"1")];
        let error = judge(&Scripted(events), judgement(&["1", "2"], false))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::OutcomesMissing));
    }
}
