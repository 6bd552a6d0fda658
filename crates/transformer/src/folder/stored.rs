//! Tensors on their way into a file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use half::bf16;
use safetensors::tensor::{self, SafeTensorError, View};

use super::whole::publish;
use crate::error::Error;
use crate::weights::{Array, Weights};

/// The type that weights are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dtype {
    #[default]
    F32,
    /// Half the size, 8 bits of precision.
    Bf16,
}

/// Writes tensors as a safetensors file.
pub(super) fn write_tensors(path: &Path, weights: &Weights, dtype: Dtype) -> Result<(), Error> {
    let arrays = weights.0.iter();
    let views = arrays.map(|(name, array)| (name, Typed { array, dtype }));
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    tensor::serialize_to_file(views, Some(metadata), path).map_err(|error| {
        let source = match error {
            SafeTensorError::IoError(source) => source,
            other => std::io::Error::other(other),
        };
        Error::write(path)(source)
    })?;
    publish(path)
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
    pub(super) fn name(self) -> &'static str {
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
