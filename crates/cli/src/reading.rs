//! Files that the person names, read up to a bound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::exit::Failure;

/// A file as a whole; a larger one is refused.
pub(crate) fn file(path: &Path, max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let content = File::open(path).and_then(|file| beginning(file, max_bytes));
    let content =
        content.map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}")))?;
    content.ok_or_else(|| Failure::Usage(format!("{shown} is larger than {}", size(max_bytes))))
}

/// This command's standard input as a whole; a larger one is refused.
pub(crate) fn standard_input(max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let content = beginning(io::stdin().lock(), max_bytes)
        .map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
    content
        .ok_or_else(|| Failure::Usage(format!("standard input is longer than {}", size(max_bytes))))
}

/// `None` where there is more.
fn beginning(source: impl Read, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    source.take(max_bytes + 1).read_to_end(&mut content)?;
    Ok(Some(content).filter(|content| content.len() as u64 <= max_bytes))
}

/// A bound in words.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{bytes} bytes")
    } else {
        format!("{} MiB", bytes >> 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(file(&path, 5).unwrap(), b"12345");
        let refused = file(&path, 4).unwrap_err().to_string();
        assert!(refused.ends_with("x is larger than 4 bytes"), "{refused}");
        assert!(file(Path::new("/dev/zero"), 1 << 20).is_err());
    }

    #[test]
    fn a_folder_and_a_missing_file_are_told_with_their_names() {
        for path in ["/proc", "/nowhere/x"] {
            let refused = file(Path::new(path), 4).unwrap_err().to_string();
            assert!(
                refused.starts_with(&format!("cannot read {path}: ")),
                "{refused}"
            );
        }
    }
}
