//! What training could not do.

use std::path::PathBuf;

use crate::device::Device;

/// A variant is what we could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings contradict themselves or the model.
    #[error("the setting {setting} is {found}; it must be {expected}")]
    Setting {
        setting: &'static str,
        found: String,
        expected: &'static str,
    },
    /// The configuration describes no decoder.
    #[error("the model's configuration has {field} = {found}; it must be {expected}")]
    Configuration {
        field: &'static str,
        found: String,
        expected: &'static str,
    },
    /// A tensor that the configuration asks for is not there.
    #[error("the model has no tensor {name}; the folder is incomplete or of another architecture")]
    MissingTensor { name: String },
    /// A tensor that the configuration does not ask for.
    #[error("the model has a tensor {name} that its configuration does not ask for")]
    UnexpectedTensor { name: String },
    /// A tensor that does not fit the configuration.
    #[error("tensor {name} has the shape {found:?} where the configuration asks for {expected:?}")]
    Shape {
        name: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
    /// Weights with NaN or infinity.
    #[error("tensor {name} holds values that are not finite; the model is damaged")]
    NotFinite { name: String },
    /// A training row with nothing to learn.
    #[error("row {row} is {problem}")]
    Row { row: usize, problem: &'static str },
    /// A training row with a token that the model does not have.
    #[error(
        "row {row} holds token {token}, but the vocabulary has {vocabulary}; the tokenizer is another model's"
    )]
    Token {
        row: usize,
        token: u32,
        vocabulary: usize,
    },
    /// No row is left to train on.
    #[error("none of {rows} rows has at most {length} tokens; raise the length of sequences")]
    NoRows { rows: usize, length: usize },
    /// The threads could not be started.
    #[error("starting {threads} threads failed")]
    Threads {
        threads: usize,
        #[source]
        source: rayon::ThreadPoolBuildError,
    },
    /// The loss or its gradient was no number. The weights are those of the step before.
    #[error(
        "step {step} gave {what} = {value}; the weights are still those before it: lower the learning rate, or look at the rows"
    )]
    Diverged {
        step: u64,
        what: &'static str,
        value: f64,
    },
    /// A device that is not there, or not to be used.
    #[error("cannot use the device {device}")]
    NoDevice {
        device: Device,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A computation on a device failed.
    #[error("computing on the device failed")]
    Device(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A checkpoint could not be written. Those before it are untouched.
    #[error("writing the checkpoint {} failed", path.display())]
    WriteCheckpoint {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A checkpoint could not be read.
    #[error("reading the checkpoint {} failed", path.display())]
    ReadCheckpoint {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A checkpoint that is damaged, or of other settings, rows or weights.
    #[error("the checkpoint {} does not fit: {problem}", path.display())]
    Checkpoint { path: PathBuf, problem: String },
}
