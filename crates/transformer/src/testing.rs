//! Small models for the tests of this crate.

use std::sync::OnceLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::config::{Architecture, Config};
use crate::folder::Text;
use crate::tokenizer::Tokenizer;
use crate::weights::{Array, Weights};

/// A model small enough to be made for every test.
pub(crate) fn tiny(architecture: Architecture) -> Config {
    Config {
        architecture,
        vocab_size: 300,
        hidden_size: 24,
        intermediate_size: 40,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 8,
        max_position_embeddings: 256,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: architecture == Architecture::Qwen3,
    }
}

/// Uniform weights, the same for the same seed; norms lie around 1.
pub(crate) fn random_weights(config: &Config, seed: u64) -> Weights {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let arrays = config.tensors().map(|(name, shape)| {
        let length: usize = shape.iter().product();
        let centre = if name.contains("norm") { 1.0 } else { 0.0 };
        let scale = 0.5;
        let unit = |bits: u32| bits as f32 / u32::MAX as f32 - 0.5;
        let values = (0..length).map(|_| centre + scale * unit(random.next_u32()));
        let values = values.collect();
        (name, Array { shape, values })
    });
    Weights(arrays.collect())
}

/// What [`tokenizer`] is trained on.
pub(crate) const TEXTS: [&str; 4] = [
    "def solve(x):\n    return x + 1\n",
    "def solve(xs):\n    return [x * 2 for x in xs]\n",
    "for x in xs:\n    print(x)\nreturn solve(x)\n",
    "the answer is the sum of the numbers that the list has\n",
];

/// A tokenizer of 280 tokens, trained once.
pub(crate) fn tokenizer() -> Tokenizer {
    static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
    let train = || Tokenizer::train(TEXTS.into_iter(), 280).expect("the texts have enough pairs");
    TOKENIZER.get_or_init(train).clone()
}

pub(crate) fn text() -> Text {
    Text::chatml(tokenizer()).expect("a trained tokenizer has the tokens of ChatML")
}
