//! Writing a folder: whole, or not at all.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use half::bf16;
use safetensors::tensor::{self, SafeTensorError, View};
use serde_json::{Map, Value, json};

use super::read::{CONFIG, GENERATION, TEMPLATE, TOKENIZER, TOKENIZER_CONFIG};
use super::{Folder, Text, shards};
use crate::error::Error;
use crate::weights::Array;

/// The type that weights are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dtype {
    #[default]
    F32,
    /// Half the size, 8 bits of precision.
    Bf16,
}

/// Readable to others: an engine that serves the model runs as another user.
const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

impl Folder {
    /// Writes the folder at `target`, in place of a model that is there.
    ///
    /// Everything is written and flushed to disk beside it first; whatever fails before the last
    /// step leaves `target` as it was.
    pub fn write(&self, target: &Path, dtype: Dtype) -> Result<(), Error> {
        self.check(target)?;
        let parent = parent(target);
        refuse_foreign(target)?;
        let folder = tempfile::Builder::new()
            .prefix(".model-")
            .tempdir_in(&parent)
            .map_err(Error::write(&parent))?;
        self.write_files(folder.path(), dtype)?;
        set_mode(folder.path(), FOLDER_MODE)?;
        sync_folder(folder.path())?;
        replace(folder, target)?;
        sync_folder(&parent)
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
        self.write_weights(&folder.join(shards::SINGLE), dtype)
    }

    fn write_weights(&self, path: &Path, dtype: Dtype) -> Result<(), Error> {
        let arrays = self.weights.0.iter();
        let views = arrays.map(|(name, array)| (name, Typed { array, dtype }));
        let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
        tensor::serialize_to_file(views, Some(metadata), path).map_err(|error| {
            let source = match error {
                SafeTensorError::IoError(source) => source,
                other => std::io::Error::other(other),
            };
            Error::write(path)(source)
        })?;
        set_mode(path, FILE_MODE)?;
        let file = File::open(path).map_err(Error::write(path))?;
        file.sync_all().map_err(Error::write(path))
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

/// A tensor as the writer asks for it: one at a time, in the type of the file.
struct Typed<'a> {
    array: &'a Array,
    dtype: Dtype,
}

impl View for Typed<'_> {
    fn dtype(&self) -> tensor::Dtype {
        match self.dtype {
            Dtype::F32 => tensor::Dtype::F32,
            Dtype::Bf16 => tensor::Dtype::BF16,
        }
    }

    fn shape(&self) -> &[usize] {
        &self.array.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let values = self.array.values.iter();
        match self.dtype {
            Dtype::F32 => values.flat_map(|it| it.to_le_bytes()).collect(),
            Dtype::Bf16 => values
                .flat_map(|it| bf16::from_f32(*it).to_le_bytes())
                .collect(),
        }
    }

    fn data_len(&self) -> usize {
        self.array.values.len() * self.dtype.bytes()
    }
}

// === impl Dtype ===

impl Dtype {
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::Bf16 => "bfloat16",
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 => 2,
        }
    }
}

fn parent(target: &Path) -> PathBuf {
    let parent = target.parent().filter(|it| !it.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// What is replaced is removed: only a folder with nothing but a model's files may be.
fn refuse_foreign(target: &Path) -> Result<(), Error> {
    const NAMES: [&str; 6] = [
        CONFIG,
        GENERATION,
        TOKENIZER,
        TOKENIZER_CONFIG,
        TEMPLATE,
        shards::INDEX,
    ];
    if !target.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(target).map_err(Error::write(target))? {
        let entry = entry.map_err(Error::write(target))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().is_ok_and(|it| !it.is_dir());
        let is_known = NAMES.contains(&name.as_str()) || name.ends_with(".safetensors");
        if !(is_file && is_known) {
            let folder = target.to_owned();
            return Err(Error::NotAModel { folder, name });
        }
    }
    Ok(())
}

/// Puts a finished folder in place in one step.
fn replace(folder: tempfile::TempDir, target: &Path) -> Result<(), Error> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    if target.exists() {
        // The two change places; the old one goes with the temporary folder.
        let swap = RenameFlags::EXCHANGE;
        return renameat_with(CWD, folder.path(), CWD, target, swap)
            .map_err(|source| Error::write(target)(source.into()));
    }
    fs::rename(folder.path(), target).map_err(Error::write(target))?;
    // It is no longer there to be removed.
    let _ = folder.keep();
    Ok(())
}

fn write_json(path: &Path, fields: &Map<String, Value>) -> Result<(), Error> {
    let mut text = serde_json::to_string_pretty(fields).map_err(|source| Error::ParseJson {
        path: path.to_owned(),
        source,
    })?;
    text.push('\n');
    write_file(path, text.as_bytes())
}

pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(Error::write(path))?;
    file.write_all(bytes).map_err(Error::write(path))?;
    set_mode(path, FILE_MODE)?;
    file.sync_all().map_err(Error::write(path))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(Error::write(path))
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = File::open(path).map_err(Error::write(path))?;
    folder.sync_all().map_err(Error::write(path))
}
