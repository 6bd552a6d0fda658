//! The files of a checkpoint: tensors as bytes, folders that appear as a whole.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::network::Network;

/// What the values of a tensor are.
const KINDS: [&str; 3] = ["weight", "first_moment", "second_moment"];

/// Writes a safetensors file with the trained tensors and their moments.
pub(super) fn serialize(path: &Path, network: &Network, values: [&[f32]; 3]) -> io::Result<()> {
    let first = network.trained().start;
    let mut views = Vec::new();
    for (kind, values) in KINDS.iter().zip(values) {
        for tensor in network.trained_tensors() {
            let range = tensor.range.start - first..tensor.range.end - first;
            let bytes = bytemuck::cast_slice(&values[range]);
            let view = TensorView::new(Dtype::F32, tensor.shape.clone(), bytes);
            let name = format!("{kind}.{}", tensor.name);
            views.push((name, view.map_err(io::Error::other)?));
        }
    }
    safetensors::serialize_to_file(views, None, path).map_err(io::Error::other)?;
    // The library makes files that only their owner may read.
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

/// Copies tensors out of the bytes of a file; says what is wrong with them otherwise.
pub(super) fn deserialize(
    network: &Network,
    bytes: &[u8],
    values: [&mut [f32]; 3],
) -> Result<(), String> {
    let first = network.trained().start;
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    for (kind, values) in KINDS.iter().zip(values) {
        for tensor in network.trained_tensors() {
            let name = format!("{kind}.{}", tensor.name);
            let view = file.tensor(&name).map_err(|error| error.to_string())?;
            if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
                return Err(format!("tensor {name} has another shape or type"));
            }
            let values = &mut values[tensor.range.start - first..tensor.range.end - first];
            for (value, bytes) in values.iter_mut().zip(view.data().as_chunks::<4>().0) {
                *value = f32::from_le_bytes(*bytes);
            }
        }
    }
    Ok(())
}

/// A whole file of at most `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > most {
        let message = format!("{} has {size} bytes, of at most {most}", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Makes a folder beside `path` that `fill` puts files into, brings it to the disk, and puts it in
/// place.
///
/// A folder that was there is moved aside first, so one whole folder exists at any moment.
pub(super) fn replace(path: &Path, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let (partial, old) = (beside(path, "partial")?, beside(path, "replaced")?);
    remove(&partial)?;
    let filled = fs::create_dir(&partial)
        .and_then(|()| fill(&partial))
        .and_then(|()| sync(&partial));
    if let Err(error) = filled {
        // What could be written is of no use; the first error is the one to tell.
        let _ = remove(&partial);
        return Err(error);
    }
    remove(&old)?;
    match fs::rename(path, &old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::rename(&partial, path)?,
    }
    File::open(parent(path))?.sync_all()?;
    remove(&old)
}

/// Brings a folder and its files to the disk.
fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(folder)?.sync_all()
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, what: &str) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it has no name"))?;
    Ok(path.with_file_name(format!(".{name}.{what}")))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}
