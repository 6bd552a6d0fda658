//! Which files hold the weights.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::bounded;
use crate::error::Error;

pub(super) const SINGLE: &str = "model.safetensors";
pub(super) const INDEX: &str = "model.safetensors.index.json";

const MAX_INDEX_BYTES: u64 = 32 << 20;
/// Models of this family come in a few hundred files at most.
const MAX_FILES: usize = 1024;

#[derive(Deserialize)]
struct Index {
    weight_map: std::collections::BTreeMap<String, String>,
}

/// The files of a folder that hold its weights.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let single = folder.join(SINGLE);
    if single.exists() {
        return Ok(vec![single]);
    }
    let path = folder.join(INDEX);
    let Some(text) = bounded::text(&path, MAX_INDEX_BYTES)? else {
        let folder = folder.to_owned();
        return Err(Error::NoWeights { folder });
    };
    let index: Index = serde_json::from_str(&text).map_err(|source| Error::ParseJson {
        path: path.clone(),
        source,
    })?;
    let names: BTreeSet<&String> = index.weight_map.values().collect();
    if let Some(name) = names.iter().find(|name| !is_plain(name)) {
        let name = name.chars().take(200).collect();
        return Err(Error::FileName { path, name });
    }
    if names.len() > MAX_FILES {
        let name = format!("{} files", names.len());
        return Err(Error::FileName { path, name });
    }
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

/// Whether a name from an index stays in the folder of the index.
fn is_plain(name: &str) -> bool {
    let is_safe = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    name.len() <= 255
        && name.ends_with(".safetensors")
        && !name.starts_with('.')
        && name.chars().all(is_safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_not_plain() {
        for name in ["model-00001-of-00002.safetensors", "a.safetensors"] {
            assert!(is_plain(name), "{name}");
        }
        let long = format!("{}.safetensors", "a".repeat(250));
        for name in [
            "",
            "..",
            "/etc/passwd",
            "../a.safetensors",
            "b/a.safetensors",
            "b\\a.safetensors",
            ".safetensors",
            "..safetensors",
            "a.bin",
            "a\0.safetensors",
            &long,
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
