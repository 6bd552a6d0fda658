//! Low-rank adapters beside the model that they change.

use std::path::Path;

use serde_json::json;

use super::stored::{Dtype, write_tensors};
use super::whole::{write_folder, write_json};
use crate::error::Error;
use crate::weights::Weights;

pub(super) const ADAPTER_CONFIG: &str = "adapter_config.json";
const ADAPTER_WEIGHTS: &str = "adapter_model.safetensors";

/// Low-rank adapters in the form of the library PEFT.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// The model that they were trained on, where it has a name.
    pub base: Option<String>,
    pub rank: usize,
    /// What they add is scaled by alpha over rank.
    pub alpha: f64,
    /// The maps that have one, for example `q_proj`.
    pub targets: Vec<String>,
    /// By the names of their maps, with `lora_A.weight` (rank x inputs) and `lora_B.weight` (outputs x rank).
    pub weights: Weights,
}

impl Adapter {
    /// Writes the folder at `target`, in place of adapters that are there.
    pub fn write(&self, target: &Path) -> Result<(), Error> {
        write_folder(target, |folder| self.write_files(folder))
    }

    fn write_files(&self, folder: &Path) -> Result<(), Error> {
        let config = json!({
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": self.base,
            "r": self.rank,
            "lora_alpha": self.alpha,
            "lora_dropout": 0.0,
            "target_modules": self.targets,
            "bias": "none",
            "fan_in_fan_out": false,
            "inference_mode": true,
        });
        let fields = config.as_object().cloned().unwrap_or_default();
        write_json(&folder.join(ADAPTER_CONFIG), &fields)?;
        let named = self.weights.0.iter();
        // PEFT wraps the model twice.
        let named = named.map(|(name, array)| (format!("base_model.model.{name}"), array.clone()));
        let weights = Weights(named.collect());
        write_tensors(&folder.join(ADAPTER_WEIGHTS), &weights, Dtype::F32)
    }
}
