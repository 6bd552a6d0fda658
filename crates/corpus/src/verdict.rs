//! What a program did on an input, and how that is judged.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a program may use while it runs on one input; `None` takes the verifier's default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    pub cpu_time: Option<Duration>,
    pub wall_time: Option<Duration>,
    pub memory_bytes: Option<u64>,
    pub processes: Option<u32>,
    pub output_bytes: Option<u64>,
}

/// How a run of a program on one input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStatus {
    Ok,
    CpuTimeExceeded,
    WallTimeExceeded,
    MemoryExceeded,
    RuntimeError,
    OutputExceeded,
    NotRun,
}

/// What a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    pub cpu_time: Duration,
    pub wall_time: Duration,
    pub peak_memory_bytes: u64,
}

/// What a program did on one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub input_index: u32,
    pub status: OutcomeStatus,
    /// BLAKE3 of the canonical output in hex; empty unless the status is `Ok`.
    pub output_digest: String,
    pub output_size_bytes: u64,
    /// The beginning of the output, as long as was asked for.
    pub output: Vec<u8>,
    pub measures: Measures,
    pub exit_code: Option<i32>,
    pub signal: Option<i32>,
    pub stderr_excerpt: Vec<u8>,
}

/// What the compiler, or the check of the syntax, said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compilation {
    pub succeeded: bool,
    pub messages: Vec<u8>,
    pub measures: Measures,
}

/// What a program did, judged against an expected output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    #[serde(rename = "AC")]
    Accepted,
    #[serde(rename = "WA")]
    WrongAnswer,
    #[serde(rename = "TLE")]
    TimeLimitExceeded,
    #[serde(rename = "MLE")]
    MemoryLimitExceeded,
    #[serde(rename = "RE")]
    RuntimeError,
    #[serde(rename = "OLE")]
    OutputLimitExceeded,
    #[serde(rename = "CE")]
    CompileError,
    #[serde(rename = "SKIPPED")]
    Skipped,
    #[serde(rename = "PE")]
    PresentationError,
    #[serde(rename = "JUDGE_ERROR")]
    JudgeError,
}
