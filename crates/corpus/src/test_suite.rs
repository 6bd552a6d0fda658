//! Test inputs, and tests with the output that is expected.

use serde::{Deserialize, Serialize};

/// What a program reads, before anyone knows what it should print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestInput {
    pub input: Vec<u8>,
    pub source: InputSource,
    /// What the input is meant to probe, in the model's words.
    pub description: String,
}

/// How a test input was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputSource {
    Prompt,
    Generator,
}

/// A test input with the output that is expected of a right program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    pub input: Vec<u8>,
    pub expected_output: Vec<u8>,
}
