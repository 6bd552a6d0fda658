//! What can be chosen for a training job.

use serde::{Deserialize, Serialize};

use crate::device::Device;
use crate::error::Error;

/// How to train. A job resumes with the settings it began with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What is trained.
    pub method: Method,
    /// Steps of the optimizer.
    pub steps: u64,
    /// Sequences that a step learns from.
    pub sequences: usize,
    /// Tokens that a sequence has at most; rows are packed into it.
    pub length: usize,
    /// The learning rate after warming up.
    pub learning_rate: f64,
    /// Steps over which the learning rate grows from 0.
    pub warmup_steps: u64,
    /// The share of the learning rate that is left at the last step of its cosine.
    pub final_ratio: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// Decoupled weight decay of matrices.
    pub weight_decay: f64,
    /// The largest norm of a step's gradient; a longer one is scaled to it.
    pub max_grad_norm: f64,
    /// Whether layers keep their input only and compute the rest again on the way back.
    pub checkpointing: bool,
    /// Threads to compute on. Results are the same bits on the same number of threads.
    pub threads: usize,
    /// The order of rows, and the start of adapters.
    pub seed: u64,
    /// Where to compute.
    pub device: Device,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::Full,
            steps: 1000,
            sequences: 16,
            length: 512,
            learning_rate: 1e-3,
            warmup_steps: 20,
            final_ratio: 0.1,
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            weight_decay: 0.1,
            max_grad_norm: 1.0,
            checkpointing: false,
            threads: 1,
            seed: 0,
            device: Device::Cpu,
        }
    }
}

/// What is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// All weights.
    Full,
    /// Low-rank adapters of some maps, which are merged into the weights in the end.
    Lora(Lora),
}

/// Low-rank adapters. Hu et al., "LoRA" (2021).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lora {
    pub rank: usize,
    /// Adapters are scaled by `alpha / rank`.
    pub alpha: f64,
    pub targets: Vec<Target>,
}

impl Default for Lora {
    fn default() -> Self {
        Self {
            rank: 16,
            alpha: 32.0,
            targets: Target::ALL.to_vec(),
        }
    }
}

/// A map of a layer that can have an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    QProj,
    KProj,
    VProj,
    OProj,
    GateProj,
    UpProj,
    DownProj,
}

impl Target {
    pub const ALL: [Self; 7] = [
        Self::QProj,
        Self::KProj,
        Self::VProj,
        Self::OProj,
        Self::GateProj,
        Self::UpProj,
        Self::DownProj,
    ];

    /// As the model's tensors are named.
    pub fn name(self) -> &'static str {
        match self {
            Self::QProj => "q_proj",
            Self::KProj => "k_proj",
            Self::VProj => "v_proj",
            Self::OProj => "o_proj",
            Self::GateProj => "gate_proj",
            Self::UpProj => "up_proj",
            Self::DownProj => "down_proj",
        }
    }
}

impl Settings {
    /// Whether every setting is within what it can mean.
    pub fn check(&self) -> Result<(), Error> {
        let ranges: [(&'static str, bool, String, &'static str); 10] = [
            (
                "steps",
                self.steps > 0,
                self.steps.to_string(),
                "at least 1",
            ),
            (
                "sequences",
                (1..=65_536).contains(&self.sequences),
                self.sequences.to_string(),
                "from 1 to 65536",
            ),
            (
                "length",
                (2..=1 << 20).contains(&self.length),
                self.length.to_string(),
                "from 2 to 1048576",
            ),
            (
                "threads",
                (1..=1024).contains(&self.threads),
                self.threads.to_string(),
                "from 1 to 1024",
            ),
            positive("learning_rate", self.learning_rate),
            share("final_ratio", self.final_ratio, self.final_ratio <= 1.0),
            share("beta1", self.beta1, self.beta1 < 1.0),
            share("beta2", self.beta2, self.beta2 < 1.0),
            share(
                "weight_decay",
                self.weight_decay,
                self.weight_decay.is_finite(),
            ),
            positive("max_grad_norm", self.max_grad_norm),
        ];
        let epsilon = positive("epsilon", self.epsilon);
        for (setting, holds, found, expected) in ranges.into_iter().chain([epsilon]) {
            if !holds {
                return Err(Error::Setting {
                    setting,
                    found,
                    expected,
                });
            }
        }
        match &self.method {
            Method::Full => Ok(()),
            Method::Lora(lora) => lora.check(),
        }
    }
}

impl Lora {
    fn check(&self) -> Result<(), Error> {
        let twice = (1..self.targets.len()).any(|i| self.targets[..i].contains(&self.targets[i]));
        let ranges = [
            (
                "lora.rank",
                (1..=4096).contains(&self.rank),
                self.rank.to_string(),
                "from 1 to 4096",
            ),
            positive("lora.alpha", self.alpha),
            (
                "lora.targets",
                !self.targets.is_empty() && !twice,
                format!("{:?}", self.targets),
                "at least one map, none of them twice",
            ),
        ];
        for (setting, holds, found, expected) in ranges {
            if !holds {
                return Err(Error::Setting {
                    setting,
                    found,
                    expected,
                });
            }
        }
        Ok(())
    }
}

fn positive(setting: &'static str, value: f64) -> (&'static str, bool, String, &'static str) {
    let holds = value.is_finite() && value > 0.0;
    (setting, holds, value.to_string(), "a number above 0")
}

fn share(
    setting: &'static str,
    value: f64,
    bound: bool,
) -> (&'static str, bool, String, &'static str) {
    (
        setting,
        value >= 0.0 && bound,
        value.to_string(),
        "a number from 0, and below 1 where it is a share",
    )
}
