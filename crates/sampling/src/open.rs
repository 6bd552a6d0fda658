//! A model from its folder to the thread that samples it.

use std::path::Path;
use std::sync::Arc;

use synthsmith_transformer::sampler::Settings;
use synthsmith_transformer::{Folder, Model, Sampler, Text};

use crate::{Engine, Error};

/// A model that can be asked.
#[derive(Debug)]
pub struct Ready {
    /// Its words.
    pub text: Text,
    pub engine: Engine,
    /// The longest text that the model knows positions for, in tokens.
    pub max_length: usize,
}

/// Reads a model and starts sampling, for so many requests at a time; takes as long as its weights take to be read.
/// `count` is told of every token that is sampled.
pub fn open(
    folder: &Path,
    settings: Settings,
    room: usize,
    count: impl Fn(u64) + Send + 'static,
) -> Result<Ready, Error> {
    let folder = Folder::read(folder)?;
    let text = folder.text.ok_or(Error::NoTokenizer)?;
    let model = Arc::new(Model::new(&folder.config, &folder.weights)?);
    let sampler = Sampler::new(model, Some(text.tokenizer.clone()), settings)?;
    Ok(Ready {
        engine: Engine::start(sampler, room, count)?,
        max_length: folder.config.max_position_embeddings,
        text,
    })
}
