//! Losses, gradients and steps against the golden files, which `bench/trainer/reference.py` made in PyTorch.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::SafeTensors;
use synthsmith_transformer::{Architecture, Array, Config, Model, Weights};

use super::{Batch, Network, Worker};
use crate::packing::Row;
use crate::session::Session;
use crate::settings::{Lora, Method, Settings};

/// Of the small batch.
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
        max_position_embeddings: 256,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: architecture == Architecture::Qwen3,
    }
}

/// The network of `file`, and its values at first.
fn begun(tensors: &Tensors, architecture: Architecture, method: &Method) -> (Network, Vec<f32>) {
    let weights = tensors.iter().filter_map(|(name, array)| {
        Some((name.strip_prefix("before.")?.to_owned(), array.clone()))
    });
    let network = Network::new(&config(architecture), method).unwrap();
    let mut values = network.values(Weights(weights.collect()), 0).unwrap();
    if let Method::Lora(_) = method {
        for tensor in network.trained_tensors() {
            let adapter = &tensors[&format!("adapter.{}", tensor.name)].values;
            values[tensor.range.clone()].copy_from_slice(adapter);
        }
    }
    (network, values)
}

/// The relative distance of our first gradient to that of `file`, per tensor; loss and norm likewise.
fn distances(
    file: &str,
    architecture: Architecture,
    method: &Method,
) -> (f64, f64, Vec<(String, f64)>) {
    let tensors = read(file);
    let (network, values) = begun(&tensors, architecture, method);
    let length = tensors["tokens"].shape[1];
    let mut batch = Batch::default();
    let rows = tensors["tokens"].values.chunks_exact(length);
    for (tokens, weights) in rows.zip(tensors["weights"].values.chunks_exact(length)) {
        let tokens: Vec<u32> = tokens.iter().map(|&token| token as u32).collect();
        batch.push(&tokens, |token| weights[token - 1] != 0.0);
    }
    batch.average();
    let mut worker = Worker::new(&network, false, 1);
    let loss = worker.learn(&network, &values, &network.rotation(length), &batch);
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
    for (file, architecture, method) in [
        ("qwen2", Architecture::Qwen2, Method::Full),
        ("qwen3", Architecture::Qwen3, Method::Full),
        ("qwen3-batch", Architecture::Qwen3, Method::Full),
        ("qwen2-lora", Architecture::Qwen2, lora()),
        ("qwen3-lora", Architecture::Qwen3, lora()),
    ] {
        let (loss, norm, gradients) = distances(file, architecture, &method);
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

/// As in the files.
fn lora() -> Method {
    Method::Lora(Lora {
        rank: 3,
        alpha: 6.0,
        ..Lora::default()
    })
}

#[test]
fn a_model_with_merged_adapters_gives_the_logits_that_pytorch_gives_with_them_beside_it() {
    for (file, architecture) in [
        ("qwen2-lora", Architecture::Qwen2),
        ("qwen3-lora", Architecture::Qwen3),
    ] {
        let tensors = read(file);
        let (network, values) = begun(&tensors, architecture, &lora());
        let model = Model::new(network.config(), &network.weights(&values)).unwrap();
        let rows = tensors["tokens"].values.chunks_exact(LENGTH);
        let logits = rows.flat_map(|tokens| {
            let tokens: Vec<u32> = tokens.iter().map(|&token| token as u32).collect();
            model.logits(&tokens).unwrap()
        });
        let pairs = logits.zip(&tensors["logits"].values);
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{file}: logits differ by {worst:.1e}");
        assert!(worst < 1e-5, "{file}: logits differ by {worst:e}");
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
