//! The sampler on full batches, as `bench/trainer/sampling_reference.py` does in PyTorch. Tokens count once they are new;
//! the time that prompts take is in the CPU time.

use std::sync::Arc;
use std::time::Instant;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use synthsmith_transformer::sampler::{Choice, Request, Sampler, Settings};
use synthsmith_transformer::{Architecture, Array, Config, Model, Weights};

use super::super::statistics::median;
use super::{Figures, cpu_seconds, peak_rss_mib};

pub(super) const WORKLOADS: [Workload; 3] = [
    Workload::new("d128", 30, 34, 9),
    Workload::new("d256", 30, 34, 9),
    Workload::new("d256", 256, 256, 2),
];

#[derive(Debug, Clone, Copy)]
pub(super) struct Workload {
    pub(super) model: &'static str,
    pub(super) batch: usize,
    pub(super) prompt_tokens: usize,
    pub(super) new_tokens: usize,
    /// Beside those of the whole bench: enough that a second in which the machine is slow does not count.
    repetitions: u64,
}

impl Workload {
    const fn new(
        model: &'static str,
        prompt_tokens: usize,
        new_tokens: usize,
        repetitions: u64,
    ) -> Self {
        Self {
            model,
            batch: 128,
            prompt_tokens,
            new_tokens,
            repetitions,
        }
    }
}

pub(super) fn measure(workload: usize, threads: usize) -> anyhow::Result<Figures> {
    let workload = WORKLOADS[workload];
    let config = config(workload.model);
    let model = Arc::new(Model::new(&config, &weights(&config))?);
    let settings = Settings {
        threads,
        ..Settings::default()
    };
    let mut sampler = Sampler::new(model, None, settings)?;
    let (mut of_cpu, mut by_clock) = (Vec::new(), Vec::new());
    for repetition in 0..=workload.repetitions {
        let requests = requests(&config, workload, repetition);
        let (began, before) = (Instant::now(), cpu_seconds());
        let completions = sampler.run(requests)?;
        let count: usize = completions.iter().map(|it| it.tokens.len()).sum();
        // The first one fills the caches of the machine.
        if repetition > 0 {
            of_cpu.push(count as f64 / (cpu_seconds() - before));
            by_clock.push(count as f64 / began.elapsed().as_secs_f64());
        }
    }
    Ok(Figures {
        engine: "synthsmith".to_owned(),
        tokens_per_cpu_second: median(&of_cpu),
        tokens_per_second: median(&by_clock),
        peak_rss_mib: peak_rss_mib()?,
    })
}

fn config(model: &str) -> Config {
    let is_small = model == "d128";
    Config {
        architecture: Architecture::Qwen3,
        vocab_size: if is_small { 512 } else { 2048 },
        hidden_size: if is_small { 128 } else { 256 },
        intermediate_size: if is_small { 384 } else { 704 },
        num_hidden_layers: if is_small { 3 } else { 4 },
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: if is_small { 32 } else { 64 },
        max_position_embeddings: 1024,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: true,
    }
}

fn requests(config: &Config, workload: Workload, seed: u64) -> Vec<Request> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut token = || random.next_u32() % config.vocab_size as u32;
    let request = |index| Request {
        prompt: (0..workload.prompt_tokens).map(|_| token()).collect(),
        max_tokens: workload.new_tokens,
        choice: Choice {
            seed: index,
            ..Choice::default()
        },
        ..Request::default()
    };
    (0..workload.batch as u64).map(request).collect()
}

fn weights(config: &Config) -> Weights {
    let mut random = ChaCha8Rng::seed_from_u64(0);
    let mut unit = || random.next_u32() as f32 / u32::MAX as f32 - 0.5;
    let arrays = config.tensors().map(|(name, shape)| {
        let length = shape.iter().product();
        let values = if name.contains("norm") {
            vec![1.0; length]
        } else {
            (0..length).map(|_| 0.07 * unit()).collect()
        };
        (name, Array { shape, values })
    });
    Weights(arrays.collect())
}
