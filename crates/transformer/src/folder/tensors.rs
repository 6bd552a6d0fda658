//! Weights out of safetensors files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorInfo};

use super::{bounded, header, shards};
use crate::config::Config;
use crate::error::Error;
use crate::weights::{Array, Mismatch, Weights};

/// What is read at once.
const CHUNK_BYTES: usize = 1 << 20;
/// Ignored where the embeddings are tied, as transformers does.
const HEAD: &str = "lm_head.weight";

/// Reads the weights of `config`; no tensor is read before its shape is known to fit.
pub(super) fn read(folder: &Path, config: &Config) -> Result<Weights, Error> {
    let mut expected: BTreeMap<String, Vec<usize>> = config.tensors().collect();
    let mut weights = Weights::default();
    for path in shards::files(folder)? {
        read_file(&path, config, &mut expected, &mut weights)?;
    }
    let refuse = |source| Error::Weights {
        path: folder.to_owned(),
        source,
    };
    if let Some((name, _)) = expected.pop_first() {
        return Err(refuse(Mismatch::Missing { name }));
    }
    weights.check(config).map_err(refuse)?;
    Ok(weights)
}

/// Takes what one file holds out of what is `expected`.
fn read_file(
    path: &Path,
    config: &Config,
    expected: &mut BTreeMap<String, Vec<usize>>,
    weights: &mut Weights,
) -> Result<(), Error> {
    let mut file = bounded::open(path)?;
    let header = header::read(&mut file, path)?;
    // In the order of the file, so that the disk is read forwards.
    let names: BTreeSet<String> = header.metadata.offset_keys().into_iter().collect();
    for name in names {
        if name == HEAD && config.tie_word_embeddings {
            continue;
        }
        let Some(shape) = expected.remove(&name) else {
            let name = name.chars().take(200).collect();
            return Err(refuse(path, Mismatch::Surplus { name }));
        };
        let Some(info) = header.metadata.info(&name) else {
            return Err(refuse(path, Mismatch::Missing { name }));
        };
        if info.shape != shape {
            return Err(refuse(
                path,
                Mismatch::Shape {
                    name,
                    found: info.shape.clone(),
                    expected: shape,
                },
            ));
        }
        let mut tensor = Tensor {
            path,
            file: &mut file,
            name: &name,
        };
        let values = tensor.values(info, header.data_start)?;
        weights.0.insert(name, Array { shape, values });
    }
    Ok(())
}

fn refuse(path: &Path, source: Mismatch) -> Error {
    Error::Weights {
        path: path.parent().map_or_else(PathBuf::new, Path::to_owned),
        source,
    }
}

struct Tensor<'a> {
    path: &'a Path,
    file: &'a mut File,
    name: &'a str,
}

impl Tensor<'_> {
    fn values(&mut self, info: &TensorInfo, data_start: u64) -> Result<Vec<f32>, Error> {
        let convert: fn(&[u8], &mut Vec<f32>) = match info.dtype {
            Dtype::F32 => from_f32,
            Dtype::F16 => from_f16,
            Dtype::BF16 => from_bf16,
            other => {
                return Err(Error::Dtype {
                    path: self.path.to_owned(),
                    name: self.name.to_owned(),
                    dtype: format!("{other:?}"),
                });
            }
        };
        let (start, end) = info.data_offsets;
        let start = SeekFrom::Start(data_start + start as u64);
        self.file.seek(start).map_err(Error::read(self.path))?;
        let count = info.shape.iter().product();
        let mut values = Vec::new();
        values.try_reserve_exact(count).map_err(|_| {
            let source = std::io::Error::from(std::io::ErrorKind::OutOfMemory);
            Error::read(self.path)(source)
        })?;
        let mut left = end - info.data_offsets.0;
        let mut chunk = vec![0; CHUNK_BYTES.min(left)];
        while left > 0 {
            let length = CHUNK_BYTES.min(left);
            let chunk = &mut chunk[..length];
            self.file
                .read_exact(chunk)
                .map_err(Error::read(self.path))?;
            convert(chunk, &mut values);
            left -= length;
        }
        Ok(values)
    }
}

fn from_f32(bytes: &[u8], values: &mut Vec<f32>) {
    let (words, _) = bytes.as_chunks::<4>();
    values.extend(words.iter().map(|it| f32::from_le_bytes(*it)));
}

fn from_f16(bytes: &[u8], values: &mut Vec<f32>) {
    let (words, _) = bytes.as_chunks::<2>();
    values.extend(words.iter().map(|it| f16::from_le_bytes(*it).to_f32()));
}

fn from_bf16(bytes: &[u8], values: &mut Vec<f32>) {
    let (words, _) = bytes.as_chunks::<2>();
    values.extend(words.iter().map(|it| bf16::from_le_bytes(*it).to_f32()));
}
