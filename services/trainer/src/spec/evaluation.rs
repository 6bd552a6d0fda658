//! Evaluation.

use serde::{Deserialize, Serialize};
use synthsmith_evaluation::report::Choices;
use synthsmith_evaluation::settings::Sampling;
use synthsmith_evaluation::{Benchmark, Window};

use super::ModelName;

/// What a model solves of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationSpec {
    /// BLAKE3 of the problems or tasks, in hexadecimal.
    pub data: String,
    /// The same of the tests of tasks.
    pub tests: Option<String>,
    /// None tells it by the first record.
    pub benchmark: Option<Benchmark>,
    pub subject: Subject,
    /// Of each problem.
    pub samples: u32,
    pub temperature: f64,
    pub top_p: Option<f64>,
    pub max_tokens: u32,
    pub seed: i64,
    /// None takes all problems.
    pub window: Option<Window>,
    pub older: Option<Window>,
    /// Compares outputs to the letter.
    pub is_exact: bool,
    /// Samples in work at a time; 0 takes the trainer's setting.
    pub concurrency: u32,
    /// 0 takes the trainer's setting.
    pub threads: u32,
}

/// Whose answers are graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Sampled by the trainer.
    Model(ModelName),
    /// Asked through the gateway, which knows it by this name; empty takes its first.
    Gateway(String),
}

// === impl EvaluationSpec ===

impl EvaluationSpec {
    pub(crate) fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: None,
            max_tokens: self.max_tokens,
            seed: self.seed,
        }
    }

    pub(crate) fn choices(&self) -> Choices {
        let window = self.window.unwrap_or(Window::ALL);
        Choices::of(self.samples, window, self.older)
    }
}
