//! Files and folders that are there as a whole or not at all, readable to others: an engine that serves a model runs as
//! another user.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::read::{CONFIG, GENERATION, TEMPLATE, TOKENIZER, TOKENIZER_CONFIG};
use super::{ADAPTER_CONFIG, shards};
use crate::error::Error;

const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;

/// Puts a folder at `target`, in place of a model that is there. `fill` writes it beside that place first, and it is flushed
/// to disk; whatever fails before the last step leaves `target` as it was.
pub(super) fn write_folder(
    target: &Path,
    fill: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let parent = parent(target);
    refuse_foreign(target)?;
    let folder = tempfile::Builder::new()
        .prefix(".model-")
        .tempdir_in(&parent)
        .map_err(Error::write(&parent))?;
    fill(folder.path())?;
    set_mode(folder.path(), FOLDER_MODE)?;
    sync(folder.path())?;
    replace(folder, target)?;
    sync(&parent)
}

fn parent(target: &Path) -> PathBuf {
    let parent = target.parent().filter(|it| !it.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// What is replaced is removed: only a folder with nothing but a model's files may be.
fn refuse_foreign(target: &Path) -> Result<(), Error> {
    const NAMES: [&str; 7] = [
        CONFIG,
        GENERATION,
        TOKENIZER,
        TOKENIZER_CONFIG,
        TEMPLATE,
        shards::INDEX,
        ADAPTER_CONFIG,
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

pub(super) fn write_json(path: &Path, fields: &Map<String, Value>) -> Result<(), Error> {
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
    publish(path)
}

/// Makes a written file readable to others and flushes it to disk.
pub(super) fn publish(path: &Path) -> Result<(), Error> {
    set_mode(path, FILE_MODE)?;
    sync(path)
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(Error::write(path))
}

fn sync(path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::write(path))?;
    file.sync_all().map_err(Error::write(path))
}
