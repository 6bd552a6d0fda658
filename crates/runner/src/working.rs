//! Files of the working directory. Processes with the program's rights put them there and read them back, so a link or
//! a pipe that a program leaves in place of a file leads to nothing that was closed to it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use synthsmith_runner_protocol::paths::SCRATCH_DIR;
use synthsmith_runner_protocol::{
    Caps, Fetched, FromRunner, Job, MAX_ATTACHED_FILES, MAX_GIVEN_BYTES, Status, WorkingFiles,
};

use crate::error::{During, Error};
use crate::launch::Start;
use crate::stage::{self, RUNNER, SWEEP_CAPS};
use crate::supervise::{Bench, Report, supervise};
use crate::wire::{Host, empty_input, reopened};

/// The argument that makes the runner place files: their paths, and then as many paths to copy from.
pub(crate) const PLACE: &str = "place";
/// The argument that makes the runner print a file.
pub(crate) const FETCH: &str = "fetch";

/// The files that every run finds.
#[derive(Debug, Default)]
pub(crate) struct Working {
    given: Vec<(String, File)>,
}

impl Working {
    /// Takes what follows the source, and puts it beside it.
    pub(crate) fn take(host: &mut Host, job: &Job) -> Result<Self, Error> {
        let mut given = Vec::new();
        for path in &job.working_files.given {
            let file = host.file()?;
            stage::place_beside_source(&job.file_name, path, reopened(&file)?)?;
            given.push((path.clone(), file));
        }
        Ok(Self { given })
    }

    /// Puts copies that are the user's own where the next run starts.
    pub(crate) fn place(&self, bench: &Bench<'_>, uid: u32) -> Result<(), Error> {
        let caps = Caps {
            file_bytes: MAX_GIVEN_BYTES,
            ..SWEEP_CAPS
        };
        for some in self.given.chunks(MAX_ATTACHED_FILES.into()) {
            let paths = some.iter().map(|(path, _)| path.as_str());
            let files = some.iter().map(|(_, file)| reopened(file));
            let report = run(
                bench,
                uid,
                &caps,
                PLACE,
                paths,
                files.collect::<Result<_, _>>()?,
                &mut |_| Ok(()),
            )?;
            if report.status != Status::Ok {
                return Err(Error::NotPlaced);
            }
        }
        Ok(())
    }
}

/// Passes on what the run that just ended left of the files that are wanted.
pub(crate) fn pass_on_wanted(host: &mut Host, bench: &Bench<'_>, job: &Job) -> Result<(), Error> {
    let WorkingFiles {
        wanted,
        wanted_bytes,
        ..
    } = &job.working_files;
    let mut left_bytes = *wanted_bytes;
    for path in wanted {
        let caps = Caps {
            output_bytes: left_bytes,
            ..SWEEP_CAPS
        };
        let paths = [path.as_str()].into_iter();
        let mut passed_bytes = 0;
        let mut pass_on = |piece: &[u8]| {
            passed_bytes += piece.len() as u64;
            host.send_piece(piece)
        };
        let uid = job.program_uid;
        let report = run(bench, uid, &caps, FETCH, paths, Vec::new(), &mut pass_on)?;
        let fetched = match report.status {
            Status::Ok => Fetched::Whole,
            Status::OutputExceeded => Fetched::TooLarge,
            _ => Fetched::Missing,
        };
        if fetched == Fetched::Whole {
            left_bytes -= passed_bytes;
        }
        host.send(&FromRunner::Fetched(fetched))?;
    }
    Ok(())
}

/// Runs the runner as the user, in the working directory.
fn run<'a>(
    bench: &Bench<'_>,
    uid: u32,
    caps: &Caps,
    verb: &'a str,
    paths: impl Iterator<Item = &'a str>,
    attached: Vec<File>,
    sink: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<Report, Error> {
    let argv: Vec<String> = [RUNNER, verb]
        .into_iter()
        .chain(paths)
        .map(str::to_owned)
        .collect();
    let start = Start {
        argv: &argv,
        environment: &[],
        directory: SCRATCH_DIR,
        uid,
        caps,
        input: empty_input()?,
        attached,
        ends_when_still: false,
    };
    supervise(bench, start, sink)
}

/// Copies the second half of the paths to the first.
pub(crate) fn place(paths: impl Iterator<Item = PathBuf>) -> Result<(), Error> {
    let paths: Vec<PathBuf> = paths.collect();
    let (copies, files) = paths.split_at(paths.len() / 2);
    for (copy, file) in copies.iter().zip(files) {
        copied(file, copy).during("place a file")?;
    }
    Ok(())
}

fn copied(file: &Path, copy: &Path) -> io::Result<()> {
    if let Some(directory) = copy.parent() {
        fs::create_dir_all(directory)?;
    }
    io::copy(&mut File::open(file)?, &mut File::create_new(copy)?)?;
    Ok(())
}

/// Prints files.
pub(crate) fn fetch(paths: impl Iterator<Item = PathBuf>) -> Result<(), Error> {
    for path in paths {
        printed(&path).during("fetch a file")?;
    }
    Ok(())
}

fn printed(path: &Path) -> io::Result<()> {
    // A pipe would be waited for.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    io::copy(&mut file, &mut io::stdout().lock())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn files_are_placed_as_copies_in_directories_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        let of = |name: &str| directory.path().join(name);
        fs::write(of("one"), "1").unwrap();
        fs::write(of("two"), b"\0\xff").unwrap();
        let paths = ["data/deep/a", "b", "one", "two"].map(of);
        place(paths.clone().into_iter()).unwrap();
        assert_eq!(fs::read(of("data/deep/a")).unwrap(), b"1");
        fs::write(of("b"), "changed").unwrap();
        assert_eq!(fs::read(of("two")).unwrap(), b"\0\xff");
        assert!(
            place(paths.into_iter()).is_err(),
            "what is there is not written over"
        );
    }

    #[test]
    fn only_a_file_is_fetched() {
        let directory = tempfile::tempdir().unwrap();
        let of = |name: &str| directory.path().join(name);
        symlink("/etc/passwd", of("link")).unwrap();
        fs::create_dir(of("directory")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            of("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        for name in ["link", "directory", "pipe", "nothing"] {
            assert!(printed(&of(name)).is_err(), "{name}");
        }
    }
}
