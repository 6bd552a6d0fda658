//! The steps of a training, on the network and the batch of `bench/trainer/reference.py`.

use std::time::Instant;

use synthsmith_training::{Row, Session, Settings, initial_weights};
use synthsmith_transformer::{Architecture, Config};

use super::{Figures, cpu_seconds, peak_rss_mib};

pub(super) const SEQUENCES: usize = 16;
pub(super) const LENGTH: usize = 256;
/// Before the clock runs: memory is taken, caches fill.
const WARM_UP_STEPS: usize = 2;
pub(super) const STEPS: usize = 8;

pub(super) fn measure(threads: usize) -> anyhow::Result<Figures> {
    let settings = Settings {
        sequences: SEQUENCES,
        length: LENGTH,
        threads,
        ..Settings::default()
    };
    let config = config();
    let weights = initial_weights(&config, 0)?;
    let mut session = Session::new(&config, weights, settings, rows(&config))?;
    for _ in 0..WARM_UP_STEPS {
        session.step()?;
    }
    let (began, before) = (Instant::now(), cpu_seconds());
    for _ in 0..STEPS {
        session.step()?;
    }
    let tokens = (STEPS * SEQUENCES * LENGTH) as f64;
    Ok(Figures {
        engine: "synthsmith".to_owned(),
        tokens_per_cpu_second: tokens / (cpu_seconds() - before),
        tokens_per_second: tokens / began.elapsed().as_secs_f64(),
        peak_rss_mib: peak_rss_mib()?,
    })
}

fn config() -> Config {
    Config {
        architecture: Architecture::Qwen3,
        vocab_size: 2048,
        hidden_size: 256,
        intermediate_size: 704,
        num_hidden_layers: 4,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 64,
        max_position_embeddings: LENGTH,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: true,
    }
}

/// Rows that fill their sequences, all tokens of which count.
fn rows(config: &Config) -> Vec<Row> {
    let mut state = 1_u64;
    let mut token = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u32 % config.vocab_size as u32
    };
    let row = |_| Row {
        tokens: (0..LENGTH).map(|_| token()).collect(),
        learned: vec![true; LENGTH],
    };
    (0..4 * SEQUENCES).map(row).collect()
}
