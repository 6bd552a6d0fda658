//! The flags of `synthsmith train`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use synthsmith_training::Device;

#[derive(Debug, ClapArgs)]
pub(crate) struct TrainArgs {
    #[command(subcommand)]
    pub command: Train,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Train {
    /// Teaches a model the answers of chats (supervised fine-tuning).
    ///
    /// Without --base a new model of 0.6 million weights is trained, with a tokenizer made from the data: it learns
    /// small tasks in minutes on one core.
    Sft(Box<SftArgs>),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SftArgs {
    /// A run's output folder, or JSON Lines of objects with `messages`; of a run, the golden solutions are learnt.
    #[arg(value_name = "DATA", required_unless_present = "resume")]
    pub data: Option<PathBuf>,
    /// The folder for the model and the report; it must not exist yet, unless --resume is given.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Goes on with the training in the output folder, from its last checkpoint.
    #[arg(long, conflicts_with_all = ["data", "base"])]
    pub resume: bool,
    /// A Hugging Face folder to begin with (Qwen2, Qwen3); with --connect the name of one of that trainer's models.
    #[arg(long, value_name = "DIR")]
    pub base: Option<PathBuf>,
    #[command(flatten)]
    pub new_model: NewModelArgs,
    #[command(flatten)]
    pub schedule: ScheduleArgs,
    /// Trains low-rank adapters of this rank and merges them in the end.
    #[arg(long, value_name = "RANK")]
    pub lora: Option<i32>,
    /// Adapters are scaled by this over their rank [default: twice the rank].
    #[arg(long, value_name = "X", requires = "lora")]
    pub lora_alpha: Option<f64>,
    /// Computes layers again on the way back: less memory, a third more time.
    #[arg(long)]
    pub recompute_layers: bool,
    /// Threads to compute on [default: all cores].
    #[arg(long, value_name = "N")]
    pub threads: Option<i32>,
    /// Where to train: `cpu`, or `cuda:N` if this program was built with the feature `cuda` [default: that of the
    /// configuration, else `cpu`].
    #[arg(long, value_name = "DEVICE", conflicts_with = "connect")]
    pub device: Option<Device>,
    /// Uses the trainer at this address instead of training in this process, for example `http://127.0.0.1:7109`.
    #[arg(long, value_name = "URL")]
    pub connect: Option<String>,
}

/// The shape of a new model.
#[derive(Debug, Clone, Copy, ClapArgs)]
#[command(next_help_heading = "A new model")]
pub(crate) struct NewModelArgs {
    /// Tokens that its tokenizer gets at most.
    #[arg(long, value_name = "N", default_value_t = 512, conflicts_with = "base")]
    pub vocabulary: i32,
    /// Width of the residual stream.
    #[arg(long, value_name = "N", default_value_t = 128, conflicts_with = "base")]
    pub hidden: i32,
    /// Width of the feed-forward layers.
    #[arg(long, value_name = "N", default_value_t = 384, conflicts_with = "base")]
    pub intermediate: i32,
    /// Layers.
    #[arg(long, value_name = "N", default_value_t = 3, conflicts_with = "base")]
    pub layers: i32,
    /// Heads of queries.
    #[arg(long, value_name = "N", default_value_t = 4, conflicts_with = "base")]
    pub heads: i32,
    /// Heads of keys and values.
    #[arg(long, value_name = "N", default_value_t = 2, conflicts_with = "base")]
    pub kv_heads: i32,
    /// Width of a head.
    #[arg(long, value_name = "N", default_value_t = 32, conflicts_with = "base")]
    pub head: i32,
    /// The longest text in tokens.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 2048,
        conflicts_with = "base"
    )]
    pub max_length: i32,
}

/// How long and how fast to learn.
#[derive(Debug, Clone, Copy, ClapArgs)]
#[command(next_help_heading = "The schedule")]
pub(crate) struct ScheduleArgs {
    /// Steps of the optimizer.
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub steps: i64,
    /// Sequences that a step learns from.
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub sequences: i32,
    /// Tokens of a sequence, into which rows are packed; longer rows are left out.
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub length: i32,
    /// The learning rate after warming up [default: 2e-3 for a new model, 1e-4 with --lora, else 1e-5].
    #[arg(long, value_name = "X")]
    pub learning_rate: Option<f64>,
    /// Steps over which the learning rate grows.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub warmup: i64,
    /// Decoupled weight decay of matrices.
    #[arg(long, value_name = "X", default_value_t = 0.1)]
    pub weight_decay: f64,
    /// The largest norm of a gradient.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub max_grad_norm: f64,
    /// Seed of every choice.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: i64,
    /// Steps between two checkpoints.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub checkpoint_every: i64,
}
