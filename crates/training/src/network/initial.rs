//! Weights to begin with where no model is given.

use synthsmith_transformer::{Config, Weights};

use super::placing;
use crate::error::Error;
use crate::random::Random;

/// The deviation of initial weights, as Hugging Face's `initializer_range`.
const DEVIATION: f32 = 0.02;

/// Random weights by seed: matrices normal with deviation 0.02, norms 1, biases 0.
///
/// # Errors
///
/// [`Error::Configuration`] for sizes that describe no decoder.
pub fn initial_weights(config: &Config, seed: u64) -> Result<Weights, Error> {
    placing::check(config)?;
    let network = placing::place(config);
    let mut random = Random::new(seed, "weights");
    let mut values = vec![0.0; network.model.len()];
    for tensor in network.model.tensors() {
        let values = &mut values[tensor.range.clone()];
        if tensor.decays {
            values.fill_with(|| DEVIATION * random.normal());
        } else if tensor.name.ends_with("norm.weight") {
            values.fill(1.0);
        }
    }
    Ok(network.model.scatter(&values))
}
