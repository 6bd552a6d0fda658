//! Measures the sampler; `bench/trainer/sampling_reference.py` measures the same loop in Python.
//!
//!     cargo run --release -p synthsmith-transformer --example sampling
//!
//! Prints a line of JSON for each workload and number of threads. Each is measured in a process of
//! its own, so that the peak of memory is its own as well. Tokens count once they are new; the time
//! that prompts take is in the CPU time.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use synthsmith_transformer::sampler::{Choice, Request, Sampler, Settings};
use synthsmith_transformer::{Architecture, Array, Config, Model, Weights};

const REPETITIONS: usize = 5;

type Failure = Box<dyn std::error::Error>;

/// Model, sequences, tokens in each prompt, tokens after it.
const WORKLOADS: [(&str, usize, usize, usize); 3] = [
    ("d128", 128, 30, 34),
    ("d256", 128, 30, 34),
    ("d256", 128, 256, 256),
];

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

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [workload, threads] = arguments.as_slice() {
        return measure(WORKLOADS[workload.parse::<usize>()?], threads.parse()?);
    }
    for workload in 0..WORKLOADS.len() {
        for threads in ["1", "2"] {
            let program = std::env::current_exe()?;
            let status = Command::new(program)
                .args([&workload.to_string(), threads])
                .status()?;
            if !status.success() {
                return Err("a measurement failed".into());
            }
        }
    }
    Ok(())
}

fn measure(
    (name, batch, prompt, new): (&str, usize, usize, usize),
    threads: usize,
) -> Result<(), Failure> {
    let config = config(name);
    let model = Arc::new(Model::new(&config, &weights(&config))?);
    let settings = Settings {
        threads,
        ..Settings::default()
    };
    let mut sampler = Sampler::new(model, None, settings)?;
    let mut rates = Vec::new();
    let mut wall_rates = Vec::new();
    for repetition in 0..=REPETITIONS as u64 {
        let requests = requests(&config, batch, prompt, new, repetition);
        let (start, wall) = (cpu_time(), Instant::now());
        let completions = sampler.run(requests)?;
        let count: usize = completions.iter().map(|it| it.tokens.len()).sum();
        // The first one fills the caches of the machine.
        if repetition > 0 {
            rates.push(count as f64 / cpu_time().saturating_sub(start).as_secs_f64());
            wall_rates.push(count as f64 / wall.elapsed().as_secs_f64());
        }
    }
    let line = json!({
        "engine": "synthsmith",
        "model": name,
        "batch": batch,
        "prompt_tokens": prompt,
        "new_tokens": new,
        "threads": threads,
        "sample_tokens_per_cpu_second": median(rates).round(),
        "sample_tokens_per_second": median(wall_rates).round(),
        "peak_rss_mib": peak_rss_mib()?,
    });
    println!("{line}");
    Ok(())
}

fn requests(config: &Config, batch: usize, prompt: usize, new: usize, seed: u64) -> Vec<Request> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut token = || random.next_u32() % config.vocab_size as u32;
    let request = |index| Request {
        prompt: (0..prompt).map(|_| token()).collect(),
        max_tokens: new,
        choice: Choice {
            seed: index,
            ..Choice::default()
        },
        ..Request::default()
    };
    (0..batch as u64).map(request).collect()
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// User and system time of all threads.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn peak_rss_mib() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().strip_suffix(" kB"));
    let kib: f64 = kib.ok_or("no VmHWM in /proc/self/status")?.trim().parse()?;
    Ok((kib / 102.4).round() / 10.0)
}
