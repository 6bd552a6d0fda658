//! What goes over the wire, field for field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::files::{Given, Wanted};

/// Fields that are not known are let be, as the original does; `args` is only for tests of a kind we do not run.
#[derive(Debug, Deserialize)]
pub(super) struct RunCodeRequest {
    /// Seconds.
    #[serde(default = "ten")]
    pub(super) compile_timeout: f64,
    #[serde(default = "ten")]
    pub(super) run_timeout: f64,
    /// Up to 0 is no limit.
    #[serde(rename = "memory_limit_MB", default)]
    pub(super) memory_limit_mb: f64,
    pub(super) code: String,
    #[serde(default)]
    pub(super) stdin: Option<String>,
    pub(super) language: String,
    #[serde(default)]
    pub(super) files: Given,
    #[serde(default)]
    pub(super) fetch_files: Wanted,
}

fn ten() -> f64 {
    10.0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum RunStatus {
    Success,
    Failed,
    SandboxError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum CommandRunStatus {
    Finished,
    TimeLimitExceeded,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CommandRunResult {
    pub(super) status: CommandRunStatus,
    /// Seconds.
    pub(super) execution_time: Option<f64>,
    pub(super) return_code: Option<i32>,
    pub(super) stdout: Option<String>,
    pub(super) stderr: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct RunCodeResponse {
    pub(super) status: RunStatus,
    pub(super) message: String,
    pub(super) compile_result: Option<CommandRunResult>,
    pub(super) run_result: Option<CommandRunResult>,
    pub(super) executor_pod_name: Option<String>,
    /// Contents in base64, by path.
    pub(super) files: BTreeMap<String, String>,
}

// === impl CommandRunResult ===

impl CommandRunResult {
    fn succeeded(&self) -> bool {
        self.status == CommandRunStatus::Finished && self.return_code == Some(0)
    }
}

// === impl RunCodeResponse ===

impl RunCodeResponse {
    pub(super) fn of(
        compile_result: Option<CommandRunResult>,
        run_result: Option<CommandRunResult>,
    ) -> Self {
        let mut results = compile_result.iter().chain(&run_result);
        let status = if results.all(CommandRunResult::succeeded) {
            RunStatus::Success
        } else {
            RunStatus::Failed
        };
        Self {
            status,
            message: String::new(),
            compile_result,
            run_result,
            executor_pod_name: None,
            files: BTreeMap::new(),
        }
    }

    pub(super) fn sandbox_error(message: String) -> Self {
        Self {
            status: RunStatus::SandboxError,
            message,
            ..Self::of(None, None)
        }
    }
}
