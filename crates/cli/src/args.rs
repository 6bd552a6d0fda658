//! The command line.

mod bench;
mod eval;
mod export;
mod judging;
mod keys;
mod train;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use bench::{
    Bench, BenchArgs, Level, TrainerArgs, TrainerPartArgs, VerifierArgs, Workload,
};
pub(crate) use eval::{EvalArgs, ServeModelArgs};
pub(crate) use export::{ExportArgs, Format};
pub(crate) use judging::{CheckerArg, ExecArgs, JudgeArgs, ProgramArgs};
pub(crate) use keys::{KeysArgs, KeysCommand, NewKeyArgs, RoleArg};
pub(crate) use train::{SftArgs, Train, TrainArgs};

/// Turns code samples into verified competitive-programming data.
///
/// Without any setting a stand-in for a model, the teacher, is used: no key, no network.
#[derive(Debug, Parser)]
#[command(name = "synthsmith", version, after_help = crate::exit::HELP)]
pub(crate) struct Args {
    /// The configuration file; `synthsmith.toml` in the working folder is used where it exists.
    #[arg(long, global = true, env = "SYNTHSMITH_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Prints machine-readable JSON on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to log on standard error, for example `info` or `synthsmith_verifier=debug,warn`.
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a small verified data set from samples that are built in.
    Demo(DemoArgs),
    /// Makes a verified data set from code samples.
    Run(RunArgs),
    /// Starts all services in this process and serves until Ctrl-C.
    Up(UpArgs),
    /// Serves one service in this process until it is asked to end, as in its image.
    Daemon {
        /// The service.
        #[arg(value_enum)]
        service: Service,
    },
    /// Shows how far a run is.
    Status(StatusArgs),
    /// Measures labels and golden solutions against the teacher's ground truth.
    Score(ScoreArgs),
    /// Writes a run's data set in a form that others read.
    Export(ExportArgs),
    /// Trains a model on a data set.
    Train(TrainArgs),
    /// Measures how many problems of a benchmark a model solves.
    Eval(Box<EvalArgs>),
    /// Serves a model in a folder as an OpenAI-compatible endpoint, until Ctrl-C.
    ServeModel(ServeModelArgs),
    /// Judges a program by the tests of a suite, in a sandbox.
    Judge(JudgeArgs),
    /// Runs a program on one input, in a sandbox.
    Exec(ExecArgs),
    /// Measures how fast programs are judged and models trained here.
    Bench(BenchArgs),
    /// Makes and looks at the keys that callers show (docs/security.md).
    Keys(KeysArgs),
    /// Says what this machine lacks, and the command that fixes it.
    Doctor(DoctorArgs),
    /// Prints a completion script for a shell.
    Completion {
        /// The shell.
        shell: Shell,
    },
}

/// A service that runs in a process of its own.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Service {
    /// The one edge to models.
    Gateway,
    /// Which features exist.
    FeatureEvolver,
    /// Tasks.
    TaskSynth,
    /// Candidate solutions.
    Solver,
    /// Test inputs.
    TestGen,
    /// What programs do.
    Verifier,
    /// Runs.
    Orchestrator,
    /// Training jobs.
    Trainer,
    /// A model in a folder, as an endpoint.
    ModelServer,
    /// The stand-in for a model.
    Teacher,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// The folder for the output; it must not exist yet.
    #[arg(long, value_name = "DIR", default_value = "out/demo")]
    pub out: PathBuf,
    /// Items to attempt [default: 40, with --train 1000].
    #[arg(long, value_name = "N")]
    pub tasks: Option<u64>,
    /// Seed of every choice.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: i64,
    /// Goes on to a model: makes small tasks, trains a new model on them, and measures it on tasks that it
    /// never saw. Takes minutes; interrupted, the same command goes on.
    #[arg(long)]
    pub train: bool,
    /// Steps of the training.
    #[arg(long, value_name = "N", default_value_t = 700, requires = "train")]
    pub steps: u64,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RunArgs {
    /// Code samples: a folder of programs, a program, or a .jsonl or .jsonl.zst file of objects with
    /// id, language and code.
    #[arg(long, value_name = "PATH", required_unless_present_any = ["resume"])]
    pub samples: Option<PathBuf>,
    /// Samples to use at most, the first in order.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_samples: usize,
    /// The folder for the output; it must not exist yet, unless --resume is given.
    #[arg(long, value_name = "DIR", required_unless_present = "preview")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub spec: SpecArgs,
    /// Goes on with the run in the output folder; flags that are given must be those it was made with.
    #[arg(long, conflicts_with_all = ["samples", "preview"])]
    pub resume: bool,
    /// Tries N items in a folder of its own, shows the prompts of each stage and their price, what
    /// came of the items and what the whole run would cost, and keeps nothing.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "10", conflicts_with = "connect")]
    pub preview: Option<u64>,
    /// Uses the services at this orchestrator instead of starting them, for example
    /// `http://127.0.0.1:7107`.
    #[arg(long, value_name = "URL")]
    pub connect: Option<String>,
}

/// What decides a run's output; unset values take the defaults, or those of the run that is resumed.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(crate) struct SpecArgs {
    /// Item indices to attempt [default: 100].
    #[arg(long, value_name = "N")]
    pub tasks: Option<u64>,
    /// Stops once the index-ordered prefix holds N accepted items.
    #[arg(long, value_name = "N")]
    pub accepted: Option<u64>,
    /// Seed of every choice [default: 1].
    #[arg(long, value_name = "N")]
    pub seed: Option<i64>,
    /// Candidate solutions per task [default: 8].
    #[arg(long, value_name = "M")]
    pub candidates: Option<u32>,
    /// Test inputs per task [default: 15].
    #[arg(long, value_name = "N")]
    pub tests: Option<u32>,
    /// Rounds of feature evolution [default: 2].
    #[arg(long, value_name = "N")]
    pub evolution_rounds: Option<u32>,
    /// Evolution steps per round [default: 16].
    #[arg(long, value_name = "N")]
    pub evolution_steps: Option<u32>,
    /// Model calls in work at a time; changes nothing in the output.
    #[arg(long, value_name = "N")]
    pub concurrency: Option<u32>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct UpArgs {
    /// The folder for the state of the services.
    #[arg(long, value_name = "DIR", default_value = "synthsmith-state")]
    pub state: PathBuf,
    /// Asks the endpoint of the configuration, and does not start the teacher.
    #[arg(long)]
    pub no_teacher: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StatusArgs {
    /// A run's output folder; without one, the runs of a running orchestrator are listed.
    #[arg(value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The orchestrator to ask.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7107")]
    pub connect: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ScoreArgs {
    /// A run's output folder.
    #[arg(value_name = "DIR", default_value = "out/demo")]
    pub out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// Builds the sandbox's image where it is missing.
    #[arg(long)]
    pub build: bool,
    /// Tries a real endpoint with one small request, for example `https://host/v1`.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The model to ask there.
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub model: Option<String>,
    /// The environment variable that holds the key.
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub api_key_env: Option<String>,
}
