//! Writing a folder: whole, or not at all.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::read::{CONFIG, GENERATION, TEMPLATE, TOKENIZER, TOKENIZER_CONFIG};
use super::stored::{Dtype, write_tensors};
use super::whole::{write_file, write_folder, write_json};
use super::{Folder, Text, shards};
use crate::error::Error;

impl Folder {
    /// Writes the folder at `target`, in place of a model that is there.
    ///
    /// Everything is written and flushed to disk beside it first; whatever fails before the last
    /// step leaves `target` as it was.
    pub fn write(&self, target: &Path, dtype: Dtype) -> Result<(), Error> {
        self.check(target)?;
        write_folder(target, |folder| self.write_files(folder, dtype))
    }

    fn check(&self, target: &Path) -> Result<(), Error> {
        self.config.check().map_err(|source| Error::Config {
            path: target.join(CONFIG),
            source,
        })?;
        self.weights
            .check(&self.config)
            .map_err(|source| Error::Weights {
                path: target.to_owned(),
                source,
            })?;
        let misfit = |problem| Error::TokenizerMisfit {
            folder: target.to_owned(),
            problem,
        };
        match &self.text {
            Some(text) => text.check(&self.config).map_err(misfit),
            None => Ok(()),
        }
    }

    fn write_files(&self, folder: &Path, dtype: Dtype) -> Result<(), Error> {
        let mut config = self.config.to_json(dtype.name());
        if let Some(text) = &self.text {
            config.extend(text.token_ids());
            text.write(folder)?;
            write_json(&folder.join(GENERATION), &text.token_ids())?;
        }
        write_json(&folder.join(CONFIG), &config)?;
        write_tensors(&folder.join(shards::SINGLE), &self.weights, dtype)
    }
}

impl Text {
    fn write(&self, folder: &Path) -> Result<(), Error> {
        let json = self.tokenizer.to_json()?;
        write_file(&folder.join(TOKENIZER), json.as_bytes())?;
        let template = self.template.source();
        write_file(&folder.join(TEMPLATE), template.as_bytes())?;
        let mut settings = self.special.to_fields();
        settings.insert("chat_template".to_owned(), json!(template));
        settings.insert(
            "tokenizer_class".to_owned(),
            json!("PreTrainedTokenizerFast"),
        );
        settings.insert("clean_up_tokenization_spaces".to_owned(), json!(false));
        write_json(&folder.join(TOKENIZER_CONFIG), &settings)
    }

    fn token_ids(&self) -> Map<String, Value> {
        let id = |token: &Option<String>| {
            let token = token.as_deref()?;
            self.tokenizer.token_id(token)
        };
        let mut fields = Map::new();
        fields.insert("bos_token_id".to_owned(), json!(id(&self.special.bos)));
        fields.insert("eos_token_id".to_owned(), json!(self.end_tokens));
        fields.insert("pad_token_id".to_owned(), json!(id(&self.special.pad)));
        fields
    }
}
