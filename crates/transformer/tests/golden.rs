//! What the models say is what they say in transformers (see `bench/trainer/make_golden.py`).

#![expect(
    clippy::unwrap_used,
    reason = "functions beside the tests are tests as well"
)]

use std::path::PathBuf;
use std::sync::Arc;

use safetensors::SafeTensors;
use synthsmith_transformer::sampler::{Choice, Request, Sampler, Settings};
use synthsmith_transformer::{Folder, Model};

const TOLERANCE: f32 = 1e-5;

struct Golden {
    model: Model,
    tokens: Vec<u32>,
    logits: Vec<f32>,
    continuation: Vec<u32>,
}

fn words<T>(tensors: &SafeTensors<'_>, name: &str, read: fn([u8; 4]) -> T) -> Vec<T> {
    let tensor = tensors.tensor(name).unwrap();
    let (words, _) = tensor.data().as_chunks::<4>();
    words.iter().map(|it| read(*it)).collect()
}

fn golden(name: &str) -> Golden {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    let folder = Folder::read(&path).unwrap();
    let bytes = std::fs::read(path.join("expected.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    Golden {
        model: Model::new(&folder.config, &folder.weights).unwrap(),
        tokens: words(&tensors, "tokens", u32::from_le_bytes),
        logits: words(&tensors, "logits", f32::from_le_bytes),
        continuation: words(&tensors, "continuation", u32::from_le_bytes),
    }
}

#[test]
fn logits_are_those_of_transformers() {
    for name in ["qwen2", "qwen3"] {
        let golden = golden(name);
        let found = golden.model.logits(&golden.tokens).unwrap();
        // Those of the last tokens are kept.
        let found = &found[found.len() - golden.logits.len()..];
        let pairs = found.iter().zip(&golden.logits);
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= TOLERANCE, "{name}: {worst:e}");
        println!("{name}: the largest difference is {worst:e}");
        let size = golden
            .logits
            .iter()
            .fold(0.0_f32, |most, it| most.max(it.abs()));
        assert!(size > 0.5, "{name}: {size} is too small to tell anything");
    }
}

#[test]
fn the_sampler_goes_on_as_transformers_does() {
    for name in ["qwen2", "qwen3"] {
        let golden = golden(name);
        let mut sampler = Sampler::new(Arc::new(golden.model), None, Settings::default()).unwrap();
        let request = Request {
            prompt: golden.tokens,
            max_tokens: golden.continuation.len(),
            choice: Choice::greedy(),
            ..Request::default()
        };
        let completions = sampler.run(vec![request]).unwrap();
        assert_eq!(completions[0].tokens, golden.continuation, "{name}");
    }
}
