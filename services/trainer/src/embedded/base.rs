//! The model that a job begins with.

use synthsmith_training::initial_weights;
use synthsmith_transformer::tokenizer::Tokenizer;
use synthsmith_transformer::{Architecture, Config, Dtype, Folder, Text};

use crate::backend::{Failure, SftWork};
use crate::inputs::chats::Chat;
use crate::spec::{Base, NewModel};

/// The usual base of rotary positions for short texts.
const ROPE_THETA: f64 = 10_000.0;
const RMS_NORM_EPS: f64 = 1e-6;

/// Reads the model; a new one is made once and kept in the job's folder, so that resuming finds the same.
pub(super) fn folder(work: &SftWork, chats: &[Chat]) -> Result<Folder, Failure> {
    let kept = work.folder.join("base");
    let Base::New(shape) = work.spec.base else {
        let path = work.base.as_ref().unwrap_or(&kept);
        return Folder::read(path).map_err(|error| Failure::fatal(&error));
    };
    if kept.exists() {
        return Folder::read(&kept).map_err(|error| Failure::fatal(&error));
    }
    let folder = new(&shape, work.spec.seed, chats)?;
    let written = folder.write(&kept, Dtype::F32);
    written.map_err(|error| Failure::mendable(&error))?;
    Ok(folder)
}

fn new(shape: &NewModel, seed: u64, chats: &[Chat]) -> Result<Folder, Failure> {
    let texts = chats
        .iter()
        .flatten()
        .map(|message| message.content.as_str());
    let trained = Tokenizer::train(texts, shape.vocabulary as usize);
    let tokenizer = trained.map_err(|error| Failure::fatal(&error))?;
    let config = Config {
        architecture: Architecture::Qwen3,
        vocab_size: tokenizer.size(),
        hidden_size: shape.hidden as usize,
        intermediate_size: shape.intermediate as usize,
        num_hidden_layers: shape.layers as usize,
        num_attention_heads: shape.heads as usize,
        num_key_value_heads: shape.kv_heads as usize,
        head_dim: shape.head as usize,
        max_position_embeddings: shape.max_length as usize,
        rope_theta: ROPE_THETA,
        rms_norm_eps: RMS_NORM_EPS,
        tie_word_embeddings: true,
    };
    config.check().map_err(|error| Failure::fatal(&error))?;
    Ok(Folder {
        weights: initial_weights(&config, seed).map_err(|error| Failure::fatal(&error))?,
        config,
        text: Text::chatml(tokenizer),
    })
}
