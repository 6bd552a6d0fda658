//! The port to whatever runs a generator program.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use synthsmith_corpus::Program;

/// Runs one program on one input.
#[async_trait]
pub trait ProgramRunner: fmt::Debug + Send + Sync {
    async fn run(&self, program: Program, stdin: Vec<u8>) -> Result<Run, RunnerFault>;
}

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// It ended well and printed this.
    Printed(Vec<u8>),
    /// It did not compile, or broke off; the text is for a person to read.
    Failed(String),
}

/// Why a program was not run at all, through no fault of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunnerFault {
    /// The same may succeed later.
    #[error("the verifier cannot be reached now: {message}")]
    Unavailable {
        message: String,
        retry_after: Option<Duration>,
    },
    /// Asking again does not help.
    #[error("the verifier cannot run this: {message}")]
    Refused { message: String },
}
