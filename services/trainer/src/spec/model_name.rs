//! The names of models that the trainer has.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::is_id;

const MAX_FOLDER_BYTES: usize = 128;

/// A model that the trainer has: `jobs/{job}`, or the name of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ModelName {
    /// Among the trainer's models.
    Folder(String),
    /// What another job made.
    Job(String),
}

/// A name that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a folder among the trainer's models, or jobs/{{job}}")]
pub struct InvalidModelName;

// === impl ModelName ===

impl TryFrom<String> for ModelName {
    type Error = InvalidModelName;

    fn try_from(name: String) -> Result<Self, InvalidModelName> {
        match name.strip_prefix("jobs/") {
            Some(id) if is_id(id) => Ok(Self::Job(id.to_owned())),
            None if is_folder(&name) => Ok(Self::Folder(name)),
            _ => Err(InvalidModelName),
        }
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(name) => f.write_str(name),
            Self::Job(id) => write!(f, "jobs/{id}"),
        }
    }
}

impl From<ModelName> for String {
    fn from(name: ModelName) -> Self {
        name.to_string()
    }
}

/// A plain name: it leads nowhere but into the folder of models.
fn is_folder(name: &str) -> bool {
    let is_plain = |part: &str| part.is_empty() || is_id(part);
    !name.starts_with('.')
        && name.len() <= MAX_FOLDER_BYTES
        && !name.is_empty()
        && name.split('.').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_by_a_plain_name_or_by_its_job() {
        for name in ["jobs/a-1", "qwen2.5-coder_0"] {
            let read = ModelName::try_from(name.to_owned()).unwrap();
            assert_eq!(read.to_string(), name);
        }
        for name in [
            "", ".", "..", "../x", "a/b", ".hidden", "a\0", "a b", "jobs/", "jobs/a/b", "jobs/..",
        ] {
            assert!(ModelName::try_from(name.to_owned()).is_err(), "{name:?}");
        }
    }
}
