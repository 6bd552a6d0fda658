//! The flags of `synthsmith export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// A run's output folder.
    #[arg(value_name = "DIR")]
    pub run: PathBuf,
    /// What it becomes.
    #[arg(long, value_enum)]
    pub format: Format,
    /// The file to write; it must not exist yet. Without it the lines go to standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A form that others read, one JSON object per line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Problems for `LiveCodeBench`'s runner, with their tests.
    Livecodebench,
    /// Chats of a task and its golden solution, `messages` with `role` and `content`.
    Messages,
    /// The same as `conversations` with `from` and `value`.
    Sharegpt,
}
