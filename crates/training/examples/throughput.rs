//! Measures training: `throughput [--threads N] [--steps N] [--checkpointing]` prints a line of JSON.
//!
//! The configuration is that of `bench/trainer/reference.py`, whose line has the same fields.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::error::Error;
use std::time::Instant;

use synthsmith_training::{Row, Session, Settings, initial_weights};
use synthsmith_transformer::{Architecture, Config};

const SEQUENCES: usize = 16;
const LENGTH: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: usize| -> Result<usize, Box<dyn Error>> {
        let value = arguments.iter().position(|argument| argument == name);
        match value.and_then(|index| arguments.get(index + 1)) {
            Some(value) => Ok(value.parse()?),
            None => Ok(default),
        }
    };
    let (threads, steps) = (number("--threads", 1)?, number("--steps", 8)?);
    let settings = Settings {
        sequences: SEQUENCES,
        length: LENGTH,
        threads,
        checkpointing: arguments
            .iter()
            .any(|argument| argument == "--checkpointing"),
        ..Settings::default()
    };
    let config = config();
    let weights = initial_weights(&config, 0)?;
    let mut session = Session::new(&config, weights, settings, rows(&config))?;
    for _ in 0..2 {
        session.step()?;
    }
    let (start, before) = (Instant::now(), usage().0);
    let mut loss = 0.0;
    for _ in 0..steps {
        loss = session.step()?.map_or(loss, |report| report.loss);
    }
    let (cpu_seconds, peak_rss_mib) = usage();
    let cpu_seconds = cpu_seconds - before;
    let tokens = (steps * SEQUENCES * LENGTH) as f64;
    let line = serde_json::json!({
        "engine": "synthsmith",
        "threads": threads,
        "steps": steps,
        "loss": loss,
        "cpu_seconds_per_step": cpu_seconds / steps as f64,
        "train_tokens_per_cpu_second": tokens / cpu_seconds,
        "train_tokens_per_second": tokens / start.elapsed().as_secs_f64(),
        "peak_rss_mib": peak_rss_mib,
    });
    println!("{line}");
    Ok(())
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

/// Processor time of this process so far in seconds, and the most memory it had in MiB.
fn usage() -> (f64, f64) {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok());
    let seconds = time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9;
    (seconds, kib.unwrap_or(f64::NAN) / 1024.0)
}
