//! The port to whatever runs untrusted programs.

use std::fmt::Debug;

use async_trait::async_trait;
use synthsmith_corpus::{Compilation, Outcome};

use crate::{Error, Input, Job, LeftFile};

/// Runs untrusted programs.
#[async_trait]
pub trait Sandbox: Debug + Send + Sync {
    /// Compiles a program in a sandbox of its own. Dropping the future, or what it returns, ends the sandbox.
    async fn compile(&self, job: Job) -> Result<Compiled, Error>;
}

/// A program after the step before its first run.
#[derive(Debug)]
pub struct Compiled {
    pub compilation: Compilation,
    /// `None` where it does not compile.
    pub runs: Option<Box<dyn Runs>>,
}

/// A compiled program that waits for inputs.
#[async_trait]
pub trait Runs: Debug + Send {
    /// Says which inputs come next, in their order, so that they can be on their way early. They must be run then.
    fn announce(&mut self, _inputs: &[Input]) {}

    /// Runs the program on one input. `input_index` of outcomes counts the calls, from 0.
    async fn run(&mut self, input: Input) -> Result<Outcome, Error>;

    /// The wanted files that the last run left, in the order of the job. They are handed out once.
    fn left_files(&mut self) -> Vec<LeftFile> {
        Vec::new()
    }
}
