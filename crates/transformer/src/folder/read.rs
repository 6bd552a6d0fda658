//! Reading a folder.

use std::path::Path;

use serde_json::{Map, Value};

use super::special::{SpecialTokens, end_tokens};
use super::{Folder, Text, bounded, tensors};
use crate::chat::ChatTemplate;
use crate::config::Config;
use crate::error::Error;
use crate::tokenizer::Tokenizer;

pub(super) const CONFIG: &str = "config.json";
pub(super) const GENERATION: &str = "generation_config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
pub(super) const TEMPLATE: &str = "chat_template.jinja";

const MAX_CONFIG_BYTES: u64 = 4 << 20;
const MAX_TOKENIZER_BYTES: u64 = 128 << 20;

impl Folder {
    /// Reads configuration, weights and, where there is one, the tokenizer.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let config = read_config(folder)?;
        // Before the weights: they take longest to read.
        let text = read_text(folder, &config)?;
        let weights = tensors::read(folder, &config)?;
        Ok(Self {
            config,
            weights,
            text,
        })
    }
}

impl Text {
    /// Reads the tokenizer of a folder, without weights; none where there is no `tokenizer.json`.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        read_text(folder, &read_config(folder)?)
    }
}

/// Reads the configuration of a folder.
pub(super) fn read_config(folder: &Path) -> Result<Config, Error> {
    let path = folder.join(CONFIG);
    match bounded::text(&path, MAX_CONFIG_BYTES)? {
        Some(text) => Config::from_json(&text, &path),
        None => Err(Error::NoConfig {
            folder: folder.to_owned(),
        }),
    }
}

fn read_text(folder: &Path, config: &Config) -> Result<Option<Text>, Error> {
    let path = folder.join(TOKENIZER);
    let Some(json) = bounded::text(&path, MAX_TOKENIZER_BYTES)? else {
        return Ok(None);
    };
    let tokenizer =
        Tokenizer::from_json(&json).map_err(|source| Error::Tokenizer { path, source })?;
    let settings = fields(folder, TOKENIZER_CONFIG)?;
    let special = SpecialTokens::from_fields(&settings);
    let template = read_template(folder, &settings)?;
    let end_tokens = read_end_tokens(folder, &tokenizer, &special)?;
    let text = Text {
        tokenizer,
        template,
        special,
        end_tokens,
    };
    text.check(config)
        .map_err(|problem| misfit(folder, problem))?;
    Ok(Some(text))
}

/// From a file of its own, else from `tokenizer_config.json`, else ours.
fn read_template(folder: &Path, settings: &Map<String, Value>) -> Result<ChatTemplate, Error> {
    if let Some(source) = bounded::text(&folder.join(TEMPLATE), MAX_CONFIG_BYTES)? {
        return ChatTemplate::new(&source);
    }
    match settings.get("chat_template") {
        Some(Value::String(source)) => ChatTemplate::new(source),
        Some(Value::Array(named)) => {
            let default = named.iter().find(|it| it["name"] == "default");
            match default.and_then(|it| it["template"].as_str()) {
                Some(source) => ChatTemplate::new(source),
                None => Ok(ChatTemplate::default()),
            }
        }
        _ => Ok(ChatTemplate::default()),
    }
}

/// Those of `generation_config.json`, else of `config.json`, and the tokenizer's own.
fn read_end_tokens(
    folder: &Path,
    tokenizer: &Tokenizer,
    special: &SpecialTokens,
) -> Result<Vec<u32>, Error> {
    let mut ids = Vec::new();
    for name in [GENERATION, CONFIG] {
        ids = end_tokens(&fields(folder, name)?).map_err(|problem| misfit(folder, problem))?;
        if !ids.is_empty() {
            break;
        }
    }
    let own = special.eos.as_deref();
    ids.extend(own.and_then(|token| tokenizer.token_id(token)));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn fields(folder: &Path, name: &str) -> Result<Map<String, Value>, Error> {
    let fields = bounded::fields(&folder.join(name), MAX_CONFIG_BYTES)?;
    Ok(fields.unwrap_or_default())
}

fn misfit(folder: &Path, problem: String) -> Error {
    Error::TokenizerMisfit {
        folder: folder.to_owned(),
        problem,
    }
}

impl Text {
    /// Says what keeps this tokenizer from being one for `config`.
    pub(super) fn check(&self, config: &Config) -> Result<(), String> {
        let size = self.tokenizer.size();
        if size > config.vocab_size {
            return Err(format!(
                "its highest token is {}, the model's `vocab_size` {}",
                size.saturating_sub(1),
                config.vocab_size
            ));
        }
        if self.end_tokens.is_empty() {
            return Err("no end token is named, neither `eos_token` nor `eos_token_id`".to_owned());
        }
        let is_beyond = |id: &&u32| **id as usize >= config.vocab_size;
        match self.end_tokens.iter().find(is_beyond) {
            None => Ok(()),
            Some(id) => Err(format!(
                "the end token {id} is beyond the model's `vocab_size` {}",
                config.vocab_size
            )),
        }
    }
}
