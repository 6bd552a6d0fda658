//! Files of the working directory: those that a program finds there, and those that are read back after a run.

use crate::bytes::{DecodeError, Reader, Writer};

/// The most files of either kind.
pub const MAX_WORKING_FILES: usize = 64;
/// What the files that a program finds may hold together; the working directory has room for twice as much.
pub const MAX_GIVEN_BYTES: u64 = 16 * 1024 * 1024;
const MAX_PATH_PARTS: usize = 8;
const MAX_PART_BYTES: usize = 255;

/// The files of a job, by their [plain](is_plain_path) paths in the working directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingFiles {
    /// Follow the source, as [`crate::ToRunner::File`] in this order. They lie beside the source as well, and every run
    /// finds them as they were.
    pub given: Vec<String>,
    /// Come back after each run, before [`crate::FromRunner::Done`].
    pub wanted: Vec<String>,
    /// What the wanted files may hold together.
    pub wanted_bytes: u64,
}

/// Whether a path names something below a directory whatever lies there, in at most eight parts: `data/in.txt`.
pub fn is_plain_path(path: &str) -> bool {
    path.split('/').count() <= MAX_PATH_PARTS && path.split('/').all(is_plain_part)
}

fn is_plain_part(part: &str) -> bool {
    let is_short = (1..=MAX_PART_BYTES).contains(&part.len());
    is_short && part != "." && part != ".." && !part.contains(char::is_control)
}

impl WorkingFiles {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.texts(self.given.iter());
        writer.texts(self.wanted.iter());
        writer.u64(self.wanted_bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            given: paths(reader)?,
            wanted: paths(reader)?,
            wanted_bytes: reader.u64()?,
        })
    }
}

fn paths(reader: &mut Reader<'_>) -> Result<Vec<String>, DecodeError> {
    let paths = reader.texts()?;
    if paths.len() > MAX_WORKING_FILES {
        return Err(DecodeError::TooLarge);
    }
    if !paths.iter().all(|path| is_plain_path(path)) {
        return Err(DecodeError::NotPlain);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_stays_below_its_directory() {
        let long = "x".repeat(MAX_PART_BYTES);
        let deep = ["d"; MAX_PATH_PARTS].join("/");
        for path in [
            "a.txt",
            "data/in.txt",
            "..a",
            "a b",
            "-rf",
            "ü",
            &long,
            &deep,
        ] {
            assert!(is_plain_path(path), "{path}");
        }
        let (longer, deeper) = (format!("{long}x"), format!("{deep}/d"));
        for path in [
            "",
            "/",
            "/etc/passwd",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            "a\nb",
            "a\0b",
            "\u{1b}[2J",
            &longer,
            &deeper,
        ] {
            assert!(!is_plain_path(path), "{path:?}");
        }
    }

    #[test]
    fn too_many_files_and_paths_that_lead_elsewhere_are_refused() {
        let read = |given: Vec<String>| {
            let mut writer = Writer::default();
            let files = WorkingFiles {
                given,
                ..WorkingFiles::default()
            };
            files.write(&mut writer);
            WorkingFiles::read(&mut Reader(&writer.0))
        };
        let many = |count: usize| (0..count).map(|index| index.to_string()).collect();
        assert_eq!(
            read(many(MAX_WORKING_FILES)).unwrap().given.len(),
            MAX_WORKING_FILES
        );
        assert_eq!(
            read(many(MAX_WORKING_FILES + 1)),
            Err(DecodeError::TooLarge)
        );
        assert_eq!(read(vec!["../a".to_owned()]), Err(DecodeError::NotPlain));
    }
}
