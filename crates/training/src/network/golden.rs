//! Losses, gradients and steps against the golden files, which `bench/trainer/reference.py` made in PyTorch.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::SafeTensors;
use synthsmith_transformer::{Architecture, Array, Config, Weights};

use super::{Batch, Network, Worker};
use crate::packing::Row;
use crate::session::Session;
use crate::settings::{Method, Settings};

const LENGTH: usize = 24;

type Tensors = BTreeMap<String, Array>;

fn read(name: &str) -> Tensors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bytes = std::fs::read(path.join(name).with_extension("safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensors = file.iter().map(|(name, view)| {
        let values = view.data().as_chunks::<4>().0.iter();
        let array = Array {
            shape: view.shape().to_vec(),
            values: values.map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        };
        (name.to_owned(), array)
    });
    tensors.collect()
}

fn config(architecture: Architecture) -> Config {
    Config {
        architecture,
        vocab_size: 40,
        hidden_size: 28,
        intermediate_size: 40,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 8,
        max_position_embeddings: LENGTH,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: architecture == Architecture::Qwen3,
    }
}

/// The relative distance of our first gradient to that of `file`, per tensor; loss and norm likewise.
fn distances(file: &str, architecture: Architecture) -> (f64, f64, Vec<(String, f64)>) {
    let tensors = read(file);
    let weights = tensors.iter().filter_map(|(name, array)| {
        Some((name.strip_prefix("before.")?.to_owned(), array.clone()))
    });
    let network = Network::new(&config(architecture), &Method::Full).unwrap();
    let values = network.values(Weights(weights.collect()), 0).unwrap();
    let mut batch = Batch::default();
    let rows = tensors["tokens"].values.chunks_exact(LENGTH);
    for (tokens, weights) in rows.zip(tensors["weights"].values.chunks_exact(LENGTH)) {
        let tokens: Vec<u32> = tokens.iter().map(|&token| token as u32).collect();
        batch.push(&tokens, |token| weights[token - 1] != 0.0);
    }
    batch.average();
    let mut worker = Worker::new(&network, false, 1);
    let loss = worker.learn(&network, &values, &network.rotation(LENGTH), &batch);
    let norm = crate::optimizer::norm(worker.gradient().values());
    let relative = |found: f64, expected: f32| (found / f64::from(expected) - 1.0).abs();
    let loss = relative(loss, tensors["losses"].values[0]);
    let norm = relative(norm, tensors["norms"].values[0]);
    let mut gradient = worker.gradient().clone();
    let gradients = network.trained_tensors().filter_map(|tensor| {
        let found = gradient.of(&tensor.range)?;
        let expected = &tensors[&format!("gradient.{}", tensor.name)].values;
        let squares = |values: &mut dyn Iterator<Item = f32>| -> f64 {
            values
                .map(|value| f64::from(value).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        let difference = squares(&mut found.iter().zip(expected).map(|(a, b)| a - b));
        Some((
            tensor.name.clone(),
            difference / squares(&mut expected.iter().copied()),
        ))
    });
    (loss, norm, gradients.collect())
}

#[test]
fn loss_norm_and_every_gradient_are_those_of_pytorch() {
    for (file, architecture) in [
        ("qwen2", Architecture::Qwen2),
        ("qwen3", Architecture::Qwen3),
    ] {
        let (loss, norm, gradients) = distances(file, architecture);
        let worst = gradients
            .into_iter()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap();
        println!(
            "{file}: loss {loss:.1e}, norm {norm:.1e}, worst gradient {} {:.1e}",
            worst.0, worst.1
        );
        assert!(loss < 1e-5, "{file}: loss differs by {loss:e}");
        assert!(norm < 1e-5, "{file}: norm differs by {norm:e}");
        assert!(worst.1 < 1e-4, "{file}: {worst:?}");
    }
}

fn session(tensors: &BTreeMap<String, Array>, architecture: Architecture) -> Session {
    let weights = tensors.iter().filter_map(|(name, array)| {
        Some((name.strip_prefix("before.")?.to_owned(), array.clone()))
    });
    let tokens = tensors["tokens"].values.chunks_exact(LENGTH);
    let rows = tokens.zip(tensors["weights"].values.chunks_exact(LENGTH));
    let rows = rows.map(|(tokens, weights)| Row {
        tokens: tokens.iter().map(|&token| token as u32).collect(),
        learned: std::iter::once(false)
            .chain(weights[..LENGTH - 1].iter().map(|&weight| weight != 0.0))
            .collect(),
    });
    let settings = Settings {
        steps: 4,
        warmup_steps: 1,
        learning_rate: 1e-2,
        sequences: 3,
        length: LENGTH,
        ..Settings::default()
    };
    Session::new(
        &config(architecture),
        Weights(weights.collect()),
        settings,
        rows.collect(),
    )
    .unwrap()
}

#[test]
fn losses_norms_and_the_weights_after_4_steps_are_those_of_pytorch() {
    for (file, architecture) in [
        ("qwen2", Architecture::Qwen2),
        ("qwen3", Architecture::Qwen3),
    ] {
        let tensors = read(file);
        let mut session = session(&tensors, architecture);
        for step in 0..4 {
            let report = session.step().unwrap().unwrap();
            for (found, expected) in [(report.loss, "losses"), (report.grad_norm, "norms")] {
                let expected = f64::from(tensors[expected].values[step]);
                assert!(
                    (found / expected - 1.0).abs() < 1e-5,
                    "{file} step {step}: {found} {expected}"
                );
            }
        }
        for (name, array) in session.weights().0 {
            let expected = &tensors[&format!("after.{name}")].values;
            let worst = array
                .values
                .iter()
                .zip(expected)
                .map(|(a, b)| (a - b).abs());
            let worst = worst.fold(0.0, f32::max);
            assert!(worst < 1e-4, "{file}: {name} differs by {worst:e}");
        }
    }
}
