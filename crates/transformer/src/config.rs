//! The shape of a model: its sizes, and the tensors that follow from them.

mod json;
mod tensors;

use std::path::Path;

use crate::error::Error;

/// How the layers are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// Biases on the projections of queries, keys and values.
    Qwen2,
    /// No biases; queries and keys are normalised, head by head.
    Qwen3,
}

/// The sizes of a model, by the names of `config.json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub architecture: Architecture,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub intermediate_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub num_key_value_heads: usize,
    pub head_dim: usize,
    pub max_position_embeddings: usize,
    pub rope_theta: f64,
    pub rms_norm_eps: f64,
    pub tie_word_embeddings: bool,
}

/// A field of a configuration that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct Unusable {
    pub field: String,
    pub problem: String,
}

/// The largest value of each size; what is above is a broken or hostile file.
const LIMITS: [(&str, usize); 8] = [
    ("vocab_size", 1 << 20),
    ("hidden_size", 1 << 15),
    ("intermediate_size", 1 << 18),
    ("num_hidden_layers", 512),
    ("num_attention_heads", 512),
    ("num_key_value_heads", 512),
    ("head_dim", 512),
    ("max_position_embeddings", 1 << 24),
];

// === impl Config ===

impl Config {
    /// Reads the text of a `config.json`; `path` is for messages.
    ///
    /// Both styles are read: that of transformers 4 (`rope_theta`) and that of 5
    /// (`rope_parameters.rope_theta`).
    pub fn from_json(text: &str, path: &Path) -> Result<Self, Error> {
        json::parse(text, path)
    }

    /// Says what no model can have.
    pub fn check(&self) -> Result<(), Unusable> {
        self.check_sizes()?;
        self.check_heads()?;
        if !(self.rope_theta.is_finite() && self.rope_theta >= 1.0) {
            return Err(unusable("rope_theta", "is not a number of 1 or more"));
        }
        // Above 1, the norm would be that of no trained model.
        if !(self.rms_norm_eps > 0.0 && self.rms_norm_eps < 1.0) {
            return Err(unusable("rms_norm_eps", "is not between 0 and 1"));
        }
        Ok(())
    }

    /// The number of weights.
    ///
    /// The limits of [`Config::check`] keep it far from overflow.
    pub fn parameter_count(&self) -> usize {
        let count = |(_, shape): (String, Vec<usize>)| shape.iter().product::<usize>();
        self.tensors().map(count).sum()
    }

    fn check_sizes(&self) -> Result<(), Unusable> {
        let sizes = [
            self.vocab_size,
            self.hidden_size,
            self.intermediate_size,
            self.num_hidden_layers,
            self.num_attention_heads,
            self.num_key_value_heads,
            self.head_dim,
            self.max_position_embeddings,
        ];
        for ((field, limit), size) in LIMITS.into_iter().zip(sizes) {
            if size == 0 {
                return Err(unusable(field, "is 0"));
            }
            if size > limit {
                let problem = format!("is {size}, more than the limit of {limit}");
                return Err(unusable(field, problem));
            }
        }
        Ok(())
    }

    fn check_heads(&self) -> Result<(), Unusable> {
        let (heads, key_value_heads) = (self.num_attention_heads, self.num_key_value_heads);
        if !heads.is_multiple_of(key_value_heads) {
            let problem =
                format!("is {heads}, not a multiple of `num_key_value_heads`, {key_value_heads}");
            return Err(unusable("num_attention_heads", problem));
        }
        if !self.head_dim.is_multiple_of(2) {
            let problem = format!("is {}, but rotary positions need pairs", self.head_dim);
            return Err(unusable("head_dim", problem));
        }
        Ok(())
    }
}

// === impl Architecture ===

impl Architecture {
    /// The name of the class, as in `architectures`.
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Qwen2 => "Qwen2ForCausalLM",
            Self::Qwen3 => "Qwen3ForCausalLM",
        }
    }

    /// The name of the family, as in `model_type`.
    pub fn model_type(self) -> &'static str {
        match self {
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
        }
    }
}

fn unusable(field: impl Into<String>, problem: impl Into<String>) -> Unusable {
    Unusable {
        field: field.into(),
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tiny;

    #[test]
    fn says_which_field_cannot_be_used() {
        type Change = fn(&mut Config);
        let cases: [(Change, &str); 11] = [
            (|it| it.vocab_size = 0, "`vocab_size` is 0"),
            (|it| it.num_hidden_layers = 0, "`num_hidden_layers` is 0"),
            (
                |it| it.hidden_size = usize::MAX,
                "`hidden_size` is 18446744073709551615, more than the limit of 32768",
            ),
            (
                |it| it.num_key_value_heads = 3,
                "`num_attention_heads` is 4, not a multiple of `num_key_value_heads`, 3",
            ),
            (
                |it| it.head_dim = 7,
                "`head_dim` is 7, but rotary positions need pairs",
            ),
            (
                |it| it.rope_theta = 0.0,
                "`rope_theta` is not a number of 1 or more",
            ),
            (
                |it| it.rope_theta = f64::NAN,
                "`rope_theta` is not a number of 1 or more",
            ),
            (
                |it| it.rope_theta = f64::INFINITY,
                "`rope_theta` is not a number of 1 or more",
            ),
            (
                |it| it.rms_norm_eps = 0.0,
                "`rms_norm_eps` is not between 0 and 1",
            ),
            (
                |it| it.rms_norm_eps = f64::NAN,
                "`rms_norm_eps` is not between 0 and 1",
            ),
            (
                |it| it.max_position_embeddings = 1 << 40,
                "`max_position_embeddings` is 1099511627776, more than the limit of 16777216",
            ),
        ];
        for architecture in [Architecture::Qwen2, Architecture::Qwen3] {
            assert_eq!(tiny(architecture).check(), Ok(()));
        }
        for (change, message) in cases {
            let mut config = tiny(Architecture::Qwen3);
            change(&mut config);
            assert_eq!(config.check().unwrap_err().to_string(), message);
        }
    }
}
