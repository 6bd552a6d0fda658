//! One program in a file of its own.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::intake::{Candidate, Intake};
use crate::{Language, Skip};

/// Offers the program at `path`; a file is never read beyond the size that is kept.
pub(crate) fn offer(path: &Path, id: &str, intake: &mut Intake) {
    let Some(language) = Language::of_file(path) else {
        return intake.skip(Skip::UnknownLanguage, id);
    };
    if intake.is_full() {
        return intake.skip(Skip::BeyondLimit, id);
    }
    match read(path, intake.limits().max_code_bytes as u64) {
        Ok(code) => intake.offer(Candidate {
            id: id.to_owned(),
            language,
            code,
            source: None,
            license: None,
        }),
        Err(_) => intake.skip(Skip::Unreadable, id),
    }
}

/// One byte more than `limit` shows that the file is too large.
fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut code = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut code)?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Reading};

    fn reading_of(path: &Path, limits: Limits) -> Reading {
        let mut intake = Intake::new(limits);
        offer(path, "the id", &mut intake);
        intake.finish()
    }

    #[test]
    fn never_reads_a_large_file_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sparse.py");
        // Gigabytes that take no space: reading them whole would fill the memory.
        File::create(&path).unwrap().set_len(1 << 38).unwrap();
        let reading = reading_of(&path, Limits::default());
        assert_eq!(reading.skipped.counts()[&Skip::TooLarge], 1);
        assert_eq!(read(&path, 100).unwrap().len(), 101);
    }

    #[test]
    fn skips_a_file_that_cannot_be_opened() {
        let folder = tempfile::tempdir().unwrap();
        let reading = reading_of(&folder.path().join("gone.py"), Limits::default());
        assert_eq!(reading.skipped.counts()[&Skip::Unreadable], 1);
    }

    #[test]
    fn does_not_open_what_will_not_be_kept() {
        let full = Limits {
            max_samples: 0,
            ..Limits::default()
        };
        let absent = Path::new("absent.py");
        let reading = reading_of(absent, full);
        assert_eq!(reading.skipped.counts()[&Skip::BeyondLimit], 1);
        let reading = reading_of(Path::new("absent.txt"), full);
        assert_eq!(reading.skipped.counts()[&Skip::UnknownLanguage], 1);
    }
}
