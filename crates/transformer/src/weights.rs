//! The weights of a model in memory, as `f32`.

use std::collections::BTreeMap;

use crate::config::Config;

/// Values with their shape, the last dimension dense.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// Weights by their Hugging Face names: `model.embed_tokens.weight`,
/// `model.layers.0.self_attn.q_proj.weight` and so on; `lm_head.weight` is absent when tied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights(pub BTreeMap<String, Array>);

/// What keeps weights from being those of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error("the tensor {name} is missing")]
    Missing { name: String },
    #[error("the tensor {name} is not one of this model's")]
    Surplus { name: String },
    #[error("the tensor {name} has the shape {found:?}, expected {expected:?}")]
    Shape {
        name: String,
        found: Vec<usize>,
        expected: Vec<usize>,
    },
    #[error("the tensor {name} holds {found} values, its shape {expected}")]
    Length {
        name: String,
        found: usize,
        expected: usize,
    },
    #[error("the tensor {name} holds {value} at {index}, which is not finite")]
    NotFinite {
        name: String,
        index: usize,
        value: String,
    },
}

// === impl Weights ===

impl Weights {
    /// Says what keeps these weights from being those of `config`: names, shapes, values.
    pub fn check(&self, config: &Config) -> Result<(), Mismatch> {
        let mut count = 0;
        for (name, expected) in config.tensors() {
            let Some(array) = self.0.get(&name) else {
                return Err(Mismatch::Missing { name });
            };
            array.check(&name, &expected)?;
            count += 1;
        }
        if self.0.len() == count {
            return Ok(());
        }
        let expected: std::collections::BTreeSet<String> =
            config.tensors().map(|(name, _)| name).collect();
        match self.0.keys().find(|name| !expected.contains(*name)) {
            Some(name) => Err(Mismatch::Surplus { name: name.clone() }),
            None => Ok(()),
        }
    }
}

// === impl Array ===

impl Array {
    fn check(&self, name: &str, expected: &[usize]) -> Result<(), Mismatch> {
        if self.shape != expected {
            return Err(Mismatch::Shape {
                name: name.to_owned(),
                found: self.shape.clone(),
                expected: expected.to_vec(),
            });
        }
        let expected: usize = expected.iter().product();
        if self.values.len() != expected {
            return Err(Mismatch::Length {
                name: name.to_owned(),
                found: self.values.len(),
                expected,
            });
        }
        match self.values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(index) => Err(Mismatch::NotFinite {
                name: name.to_owned(),
                index,
                value: self.values[index].to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Architecture;
    use crate::testing::{random_weights, tiny};

    const NAME: &str = "model.layers.1.self_attn.q_proj.weight";

    #[test]
    fn names_the_tensor_that_does_not_fit() {
        type Change = fn(&mut BTreeMap<String, Array>);
        let cases: [(Change, &str); 6] = [
            (
                |it| drop(it.remove(NAME)),
                "the tensor model.layers.1.self_attn.q_proj.weight is missing",
            ),
            (
                |it| it.get_mut(NAME).unwrap().shape.reverse(),
                "the tensor model.layers.1.self_attn.q_proj.weight has the shape [24, 32], expected [32, 24]",
            ),
            (
                |it| it.get_mut(NAME).unwrap().values.truncate(767),
                "the tensor model.layers.1.self_attn.q_proj.weight holds 767 values, its shape 768",
            ),
            (
                |it| it.get_mut(NAME).unwrap().values[5] = f32::NAN,
                "the tensor model.layers.1.self_attn.q_proj.weight holds NaN at 5, which is not finite",
            ),
            (
                |it| it.get_mut(NAME).unwrap().values[6] = f32::NEG_INFINITY,
                "the tensor model.layers.1.self_attn.q_proj.weight holds -inf at 6, which is not finite",
            ),
            (
                |it| drop(it.insert("extra".to_owned(), it[NAME].clone())),
                "the tensor extra is not one of this model's",
            ),
        ];
        let config = tiny(Architecture::Qwen3);
        let weights = random_weights(&config, 1);
        assert_eq!(weights.check(&config), Ok(()));
        for (change, message) in cases {
            let mut weights = weights.clone();
            change(&mut weights.0);
            assert_eq!(weights.check(&config).unwrap_err().to_string(), message);
        }
    }
}
