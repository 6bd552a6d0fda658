//! Low-rank adapters: where they lie, how they begin, and how they become part of the weights.

use std::ops::Range;

use super::Network;
use super::layer::Layer;
use crate::ops::linear::{Adapter, Linear};
use crate::ops::product::{Matrix, MatrixMut, Multiplier, Write};
use crate::parameters::Layout;
use crate::random::Random;
use crate::settings::{Lora, Target};

/// Places the adapters behind the model and freezes the model.
pub(crate) fn place(network: &mut Network, lora: &Lora) {
    let shapes = network.shapes();
    let (head_dim, f) = (shapes.heads.head_dim, shapes.intermediate);
    let (queries, keys) = (shapes.heads.query_width(), shapes.heads.keys * head_dim);
    for (index, layer) in network.layers.iter_mut().enumerate() {
        for &target in &lora.targets {
            let (block, linear, outputs): (_, &mut Linear, Range<usize>) = match target {
                Target::QProj => ("self_attn", &mut layer.projections, 0..queries),
                Target::KProj => ("self_attn", &mut layer.projections, queries..queries + keys),
                Target::VProj => {
                    let range = queries + keys..queries + 2 * keys;
                    ("self_attn", &mut layer.projections, range)
                }
                Target::OProj => ("self_attn", &mut layer.output, 0..shapes.hidden),
                Target::GateProj => ("mlp", &mut layer.gate_up, 0..f),
                Target::UpProj => ("mlp", &mut layer.gate_up, f..2 * f),
                Target::DownProj => ("mlp", &mut layer.down, 0..shapes.hidden),
            };
            let name = format!("model.layers.{index}.{block}.{}", target.name());
            linear.adapters.push(place_one(
                &mut network.all,
                lora,
                &name,
                linear.inputs,
                outputs,
            ));
        }
    }
    network.trained = network.model.len()..network.all.len();
}

fn place_one(
    layout: &mut Layout,
    lora: &Lora,
    name: &str,
    inputs: usize,
    outputs: Range<usize>,
) -> Adapter {
    Adapter {
        rank: lora.rank,
        scale: (lora.alpha / lora.rank as f64) as f32,
        down: layout.place(format!("{name}.lora_A.weight"), &[lora.rank, inputs]),
        up: layout.place(format!("{name}.lora_B.weight"), &[outputs.len(), lora.rank]),
        outputs,
    }
}

/// Appends the values that adapters begin with: `A` uniform within `1 / sqrt(inputs)`, `B` zero, so
/// that the model is what it was.
pub(crate) fn initialize(layers: &[Layer], seed: u64, values: &mut Vec<f32>) {
    let mut random = Random::new(seed, "adapters");
    let mut adapters: Vec<_> = layers.iter().flat_map(adapters).collect();
    adapters.sort_by_key(|(_, adapter)| adapter.down.start);
    for (linear, adapter) in adapters {
        let bound = 1.0 / (linear.inputs as f32).sqrt();
        values.extend((0..adapter.down.len()).map(|_| bound * (2.0 * random.uniform() - 1.0)));
        values.resize(adapter.up.end, 0.0);
    }
}

/// Adds to every adapted weight what its adapter adds: `W += s B A`.
pub(crate) fn merge(layers: &[Layer], values: &[f32], merged: &mut [f32]) {
    for (linear, adapter) in layers.iter().flat_map(adapters) {
        let weight = &mut merged[linear.weight.clone()];
        let rows = adapter.outputs.start * linear.inputs..adapter.outputs.end * linear.inputs;
        Multiplier::new(1).scaled(
            MatrixMut::new(&mut weight[rows], linear.inputs),
            Write::Add,
            adapter.scale,
            Matrix::new(&values[adapter.up.clone()], adapter.rank),
            Matrix::new(&values[adapter.down.clone()], linear.inputs),
        );
    }
}

fn adapters(layer: &Layer) -> impl Iterator<Item = (&Linear, &Adapter)> {
    [
        &layer.projections,
        &layer.output,
        &layer.gate_up,
        &layer.down,
    ]
    .into_iter()
    .flat_map(|linear| linear.adapters.iter().map(move |adapter| (linear, adapter)))
}
