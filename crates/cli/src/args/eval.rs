//! The flags of `synthsmith eval` and `synthsmith serve-model`.

#![expect(
    clippy::doc_markdown,
    reason = "these are texts for a terminal, where backticks only disturb"
)]

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use synthsmith_evaluation::Window;

#[derive(Debug, ClapArgs)]
pub(crate) struct EvalArgs {
    /// A file of records (LiveCodeBench, HumanEval, MBPP, APPS, TACO; JSON or JSON Lines), or a run's output folder.
    #[arg(value_name = "PROBLEMS")]
    pub problems: PathBuf,
    /// The folder for the report. Where it has an evaluation already, that is gone on with.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub asked: AskedArgs,
    /// The benchmark, where its first record does not tell: livecodebench, humaneval, mbpp, apps.
    #[arg(long, value_name = "NAME")]
    pub benchmark: Option<String>,
    /// Only problems of this window: v5, v6, or FROM..TO with dates such as 2024-08-01.
    #[arg(long, value_name = "WINDOW")]
    pub window: Option<Window>,
    /// An older window; the report tells how much better the model is there.
    #[arg(long, value_name = "WINDOW", requires = "window")]
    pub older: Option<Window>,
    /// Problems at most, the first in order.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Leaves out problems that a task of this run asks, for example of the run that was trained on. Tasks of the teacher's
    /// profile `micro` are told apart by what they ask, all others by their words.
    #[arg(long, value_name = "DIR")]
    pub without: Option<PathBuf>,
    /// Samples per problem.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub samples: u32,
    /// Compares outputs to the letter as LiveCodeBench's runner does, at the price of a container per test.
    #[arg(long)]
    pub exact: bool,
    /// Samples in work at a time.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub concurrency: usize,
    #[command(flatten)]
    pub sampling: SamplingArgs,
    /// Makes it a job of the trainer at this address instead of evaluating in this process, for example
    /// `http://127.0.0.1:7109`.
    #[arg(long, value_name = "URL", conflicts_with_all = ["endpoint", "references", "golden", "without", "limit"])]
    pub connect: Option<String>,
}

/// Whose answers are graded.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub(crate) struct WhoseArgs {
    /// A model's folder, which is served for as long as it takes; with --connect the name of one of that trainer's models,
    /// or jobs/JOB for what it trained.
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// An OpenAI-compatible endpoint, for example `http://127.0.0.1:8000/v1`.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// With --connect: a model that the trainer's gateway knows by this name; "" asks its first.
    #[arg(long, value_name = "NAME", requires = "connect")]
    pub gateway_model: Option<String>,
    /// No model: the solutions that the records bring are graded.
    #[arg(long)]
    pub references: bool,
    /// No model: the golden solutions of this run are graded, on problems with the ids of its tasks.
    #[arg(long, value_name = "DIR")]
    pub golden: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AskedArgs {
    #[command(flatten)]
    pub whose: WhoseArgs,
    /// The model to ask at the endpoint.
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub name: Option<String>,
    /// The environment variable that holds the endpoint's key.
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub api_key_env: Option<String>,
    /// Threads of a model that is served [default: all cores].
    #[arg(long, value_name = "N", requires = "model")]
    pub threads: Option<u32>,
}

/// How the model samples.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub(crate) struct SamplingArgs {
    /// 0 takes the likeliest token [default: 0 for one sample, else 0.6].
    #[arg(long, value_name = "X")]
    pub temperature: Option<f64>,
    /// Only the likeliest tokens that together have this share.
    #[arg(long, value_name = "X")]
    pub top_p: Option<f64>,
    /// Tokens of an answer at most.
    #[arg(long, value_name = "N", default_value_t = 4096)]
    pub max_tokens: u32,
    /// Seed of every choice.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: i64,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ServeModelArgs {
    /// The model's folder, as Hugging Face's tools or `synthsmith train` write it.
    #[arg(value_name = "DIR")]
    pub model: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
    /// What the model is called [default: the folder's name].
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: String,
    /// The environment variable that holds a key which requests must carry.
    #[arg(long, value_name = "NAME")]
    pub api_key_env: Option<String>,
    /// Threads to compute on [default: all cores].
    #[arg(long, value_name = "N")]
    pub threads: Option<u32>,
}
