//! A sandbox without programs.

use async_trait::async_trait;
use synthsmith_corpus::canonical::canonical_digest;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};
use synthsmith_sandbox::{Compiled, Error, Input, Job, Runs, Sandbox};

/// Every program prints what it reads, and a checker accepts everything.
#[derive(Debug)]
pub(crate) struct Echo;

#[derive(Debug)]
struct EchoRuns(u64);

#[async_trait]
impl Sandbox for Echo {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        let compilation = Compilation {
            succeeded: true,
            ..Compilation::default()
        };
        Ok(Compiled {
            compilation,
            runs: Some(Box::new(EchoRuns(job.returned_output_bytes))),
        })
    }
}

#[async_trait]
impl Runs for EchoRuns {
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        let output = input.stdin.to_vec();
        let returned = output.len().min(self.0 as usize);
        Ok(Outcome {
            input_index: 0,
            status: OutcomeStatus::Ok,
            output_digest: canonical_digest(&output),
            output_size_bytes: output.len() as u64,
            output: output[..returned].to_vec(),
            measures: Measures::default(),
            exit_code: Some(0),
            signal: None,
            stderr_excerpt: Vec::new(),
        })
    }
}
