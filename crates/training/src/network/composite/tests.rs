use synthsmith_transformer::{Architecture, Config};

use super::*;
use crate::engine::Accelerator;
use crate::network::{Worker, initial_weights};
use crate::ops::gradients::numbers;
use crate::parameters::Gradient;
use crate::settings::{Lora, Method};

fn config(architecture: Architecture, tied: bool) -> Config {
    Config {
        architecture,
        vocab_size: 23,
        hidden_size: 12,
        intermediate_size: 20,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 6,
        max_position_embeddings: 64,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: tied,
    }
}

fn methods() -> [Method; 2] {
    let lora = Lora {
        rank: 2,
        alpha: 3.0,
        ..Lora::default()
    };
    [Method::Full, Method::Lora(lora)]
}

fn cases() -> impl Iterator<Item = (Config, Method)> {
    let configs = [
        config(Architecture::Qwen2, false),
        config(Architecture::Qwen2, true),
        config(Architecture::Qwen3, false),
        config(Architecture::Qwen3, true),
    ];
    configs
        .into_iter()
        .flat_map(|config| methods().map(|method| (config.clone(), method)))
}

fn batch() -> Batch {
    let mut batch = Batch::default();
    let tokens: Vec<u32> = (0..70).map(|token| token * 7 % 23).collect();
    batch.push(&tokens[..5], |token| token > 1);
    batch.push(&tokens, |token| token % 3 > 0);
    batch.push(&tokens[20..42], |_| true);
    batch.average();
    batch
}

/// A network with values that leave none of its parts out: biases and adapters are not zero.
fn network(config: &Config, method: &Method) -> (Network, Vec<f32>) {
    let network = Network::new(config, method).unwrap();
    let mut values = network
        .values(initial_weights(config, 1).unwrap(), 1)
        .unwrap();
    for (value, noise) in values.iter_mut().zip(numbers(2, network.all.len())) {
        *value += 0.2 * noise;
    }
    (network, values)
}

fn fused(network: &Network, values: &[f32], checkpointing: bool, most: usize) -> (f64, Gradient) {
    let mut worker = Worker::new(network, checkpointing, 1);
    let rotation = network.rotation(70);
    let pieces = batch().pieces(most);
    let losses = pieces
        .iter()
        .map(|piece| worker.learn(network, values, &rotation, piece));
    (losses.sum(), worker.gradient().clone())
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = |values: &mut dyn Iterator<Item = f32>| -> f64 {
        values.map(|v| f64::from(v).powi(2)).sum::<f64>().sqrt()
    };
    let difference = squares(&mut a.iter().zip(b).map(|(a, b)| a - b));
    difference / squares(&mut b.iter().copied()).max(1e-12)
}

#[test]
fn the_fused_network_has_the_loss_and_the_gradients_that_candle_finds() {
    for (config, method) in cases() {
        let (network, values) = network(&config, &method);
        let mut expected = Gradient::new(&network.trained);
        let loss = Composite::on(Device::Cpu)
            .learn(&network, &values, &batch(), expected.values_mut())
            .unwrap();
        let (fused_loss, mut gradient) = fused(&network, &values, false, 1000);
        assert!(
            (fused_loss / loss - 1.0).abs() < 1e-5,
            "{fused_loss} {loss}"
        );
        for tensor in network.trained_tensors() {
            let found = gradient.of(&tensor.range).unwrap();
            let expected = expected.of(&tensor.range).unwrap();
            let distance = distance(found, expected);
            assert!(distance < 1e-4, "{}: {distance:e}", tensor.name);
        }
    }
}

#[test]
fn every_trained_parameter_has_a_finite_gradient_that_is_not_zero() {
    for (config, method) in cases() {
        let (network, values) = network(&config, &method);
        let (_, mut gradient) = fused(&network, &values, false, 1000);
        let mut trained = 0;
        for tensor in network.trained_tensors() {
            let values = gradient.of(&tensor.range).unwrap();
            trained += values.len();
            assert!(
                values.iter().all(|value| value.is_finite()),
                "{}",
                tensor.name
            );
            assert!(values.iter().any(|value| *value != 0.0), "{}", tensor.name);
            let adapter = tensor.name.contains(".lora_");
            assert_eq!(adapter, method != Method::Full, "{}", tensor.name);
        }
        assert_eq!(trained, gradient.values().len());
        for tensor in network.model.tensors() {
            assert_eq!(gradient.of(&tensor.range).is_some(), method == Method::Full);
        }
    }
}

#[test]
fn computing_layers_again_gives_the_same_bits() {
    for (config, method) in cases() {
        let (network, values) = network(&config, &method);
        let kept = fused(&network, &values, false, 1000);
        assert_eq!(fused(&network, &values, true, 1000), kept);
    }
}

#[test]
fn pieces_sum_up_to_the_gradient_of_the_whole() {
    let (config, method) = cases().last().unwrap();
    let (network, values) = network(&config, &method);
    let (loss, whole) = fused(&network, &values, false, 1000);
    let (pieces_loss, pieces) = fused(&network, &values, false, 1);
    assert!((loss / pieces_loss - 1.0).abs() < 1e-6);
    assert!(distance(pieces.values(), whole.values()) < 1e-5);
}

#[test]
fn merged_adapters_give_the_loss_that_they_gave_beside_the_weights() {
    let (config, method) = cases().nth(1).unwrap();
    let (adapted, values) = network(&config, &method);
    let plain = Network::new(&config, &Method::Full).unwrap();
    let merged = plain.values(adapted.weights(&values), 0).unwrap();
    let (loss, _) = fused(&adapted, &values, false, 1000);
    let (merged_loss, _) = fused(&plain, &merged, false, 1000);
    let (before, _) = fused(&plain, &values[..plain.all.len()], false, 1000);
    assert!(
        (loss / merged_loss - 1.0).abs() < 1e-6,
        "{loss} {merged_loss}"
    );
    assert!(
        (loss - before).abs() > 1e-4,
        "the adapters change the model"
    );
}
