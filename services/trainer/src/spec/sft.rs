//! Supervised fine-tuning.

use serde::{Deserialize, Serialize};

use super::ModelName;

/// Supervised fine-tuning: a model learns the answers of chats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SftSpec {
    /// BLAKE3 of the rows, in hexadecimal.
    pub data: String,
    pub base: Base,
    /// Low-rank adapters; without them all weights are trained.
    pub lora: Option<Lora>,
    pub steps: u64,
    pub sequences: u32,
    /// Tokens of a sequence.
    pub length: u32,
    pub learning_rate: f64,
    pub warmup_steps: u64,
    pub weight_decay: f64,
    pub max_grad_norm: f64,
    pub seed: u64,
    pub checkpoint_steps: u64,
    pub recomputes_layers: bool,
    /// 0 takes the trainer's setting.
    pub threads: u32,
}

/// The model to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    New(NewModel),
    Model(ModelName),
}

/// The shape of a new model of the Qwen3 family with tied embeddings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewModel {
    pub vocabulary: u32,
    pub hidden: u32,
    pub intermediate: u32,
    pub layers: u32,
    pub heads: u32,
    pub kv_heads: u32,
    pub head: u32,
    pub max_length: u32,
}

/// Low-rank adapters of all projections.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lora {
    pub rank: u32,
    pub alpha: f64,
}

impl Default for NewModel {
    /// 0.6 million weights: learns small tasks in minutes on one core.
    fn default() -> Self {
        Self {
            vocabulary: 512,
            hidden: 128,
            intermediate: 384,
            layers: 3,
            heads: 4,
            kv_heads: 2,
            head: 32,
            max_length: 1024,
        }
    }
}
