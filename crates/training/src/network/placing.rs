//! Places the tensors of a decoder, by their Hugging Face names.

use synthsmith_transformer::{Architecture, Config};

use super::Network;
use super::layer::Layer;
use crate::error::Error;
use crate::ops::linear::Linear;
use crate::parameters::Layout;

/// Whether the sizes describe a decoder, and none of them is beyond what any model has.
pub(crate) fn check(config: &Config) -> Result<(), Error> {
    let sizes: [(&'static str, usize, usize); 8] = [
        ("vocab_size", config.vocab_size, 1 << 22),
        ("hidden_size", config.hidden_size, 1 << 16),
        ("intermediate_size", config.intermediate_size, 1 << 18),
        ("num_hidden_layers", config.num_hidden_layers, 1 << 10),
        ("num_attention_heads", config.num_attention_heads, 1 << 10),
        ("num_key_value_heads", config.num_key_value_heads, 1 << 10),
        ("head_dim", config.head_dim, 1 << 12),
        (
            "max_position_embeddings",
            config.max_position_embeddings,
            1 << 24,
        ),
    ];
    for (field, size, most) in sizes {
        if size == 0 || size > most {
            let found = size.to_string();
            let expected = "at least 1, and no more than any known model has";
            return Err(Error::Configuration {
                field,
                found,
                expected,
            });
        }
    }
    check_rules(config)
}

fn check_rules(config: &Config) -> Result<(), Error> {
    let heads = config
        .num_attention_heads
        .is_multiple_of(config.num_key_value_heads);
    let (theta, eps) = (config.rope_theta, config.rms_norm_eps);
    let rules = [
        (
            "head_dim",
            config.head_dim.is_multiple_of(2),
            config.head_dim.to_string(),
            "even",
        ),
        (
            "num_key_value_heads",
            heads,
            config.num_key_value_heads.to_string(),
            "a divisor of num_attention_heads",
        ),
        (
            "rope_theta",
            theta.is_finite() && theta >= 1.0,
            theta.to_string(),
            "a number from 1",
        ),
        (
            "rms_norm_eps",
            eps > 0.0 && eps < 1.0,
            eps.to_string(),
            "a number between 0 and 1",
        ),
    ];
    for (field, holds, found, expected) in rules {
        if !holds {
            return Err(Error::Configuration {
                field,
                found,
                expected,
            });
        }
    }
    Ok(())
}

/// Lays out a decoder all of which is trained.
pub(crate) fn place(config: &Config) -> Network {
    let mut layout = Layout::default();
    let table = [config.vocab_size, config.hidden_size];
    let embedding = layout.place("model.embed_tokens.weight".to_owned(), &table);
    let layers = (0..config.num_hidden_layers)
        .map(|index| place_layer(config, index, &mut layout))
        .collect();
    let norm = layout.place("model.norm.weight".to_owned(), &[config.hidden_size]);
    let head = if config.tie_word_embeddings {
        embedding.clone()
    } else {
        layout.place("lm_head.weight".to_owned(), &table)
    };
    Network {
        config: config.clone(),
        all: layout.clone(),
        trained: 0..layout.len(),
        model: layout,
        embedding,
        layers,
        norm,
        head,
    }
}

fn place_layer(config: &Config, index: usize, layout: &mut Layout) -> Layer {
    let name = |tensor: &str| format!("model.layers.{index}.{tensor}");
    let (hidden, head_dim) = (config.hidden_size, config.head_dim);
    let queries = config.num_attention_heads * head_dim;
    let keys = config.num_key_value_heads * head_dim;
    let norm = |layout: &mut Layout, tensor: &str, width| layout.place(name(tensor), &[width]);
    let map = |layout: &mut Layout, tensors: &[(&str, usize)], inputs: usize| {
        let ranges = tensors.iter().map(|&(tensor, outputs)| {
            layout.place(name(&format!("{tensor}.weight")), &[outputs, inputs])
        });
        let whole = ranges.reduce(|first, last| first.start..last.end);
        Linear {
            inputs,
            weight: whole.expect("a map has at least one tensor"),
            bias: None,
            adapters: Vec::new(),
        }
    };
    let input_norm = norm(layout, "input_layernorm.weight", hidden);
    let parts = [
        ("self_attn.q_proj", queries),
        ("self_attn.k_proj", keys),
        ("self_attn.v_proj", keys),
    ];
    let mut projections = map(layout, &parts, hidden);
    let mut head_norms = None;
    match config.architecture {
        Architecture::Qwen2 => {
            let biases = parts.map(|(part, width)| norm(layout, &format!("{part}.bias"), width));
            projections.bias = Some(biases[0].start..biases[2].end);
        }
        Architecture::Qwen3 => {
            let query = norm(layout, "self_attn.q_norm.weight", head_dim);
            head_norms = Some((query, norm(layout, "self_attn.k_norm.weight", head_dim)));
        }
    }
    Layer {
        input_norm,
        projections,
        head_norms,
        output: map(layout, &[("self_attn.o_proj", hidden)], queries),
        middle_norm: norm(layout, "post_attention_layernorm.weight", hidden),
        gate_up: map(
            layout,
            &[
                ("mlp.gate_proj", config.intermediate_size),
                ("mlp.up_proj", config.intermediate_size),
            ],
            hidden,
        ),
        down: map(
            layout,
            &[("mlp.down_proj", hidden)],
            config.intermediate_size,
        ),
    }
}
