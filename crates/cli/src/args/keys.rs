//! `synthsmith keys` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Makes a key: prints it once, and adds its digest to a file of keys.
    New(NewKeyArgs),
    /// Prints the digest of the key on standard input.
    Digest,
    /// Shows whose keys a file holds, and which have expired.
    List {
        /// The file of keys.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewKeyArgs {
    /// Whose the key is: 1 to 64 letters, digits, '.', '_' or '-'.
    #[arg(long, value_name = "NAME")]
    pub principal: String,
    /// What it opens.
    #[arg(long, value_enum, default_value_t = RoleArg::Caller)]
    pub role: RoleArg,
    /// Days until it expires; without it, it does not.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: Option<u32>,
    /// The file of keys to add it to; without it the entry is printed.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleArg {
    /// Looks at runs and usage.
    Reader,
    /// Has programs judged, and tasks, solutions and tests made.
    Caller,
    /// Starts and ends runs, and asks models directly.
    Operator,
}
