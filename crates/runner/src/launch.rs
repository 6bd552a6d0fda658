//! Starts a confined child.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use synthsmith_runner_protocol::{Caps, MAX_ATTACHED_FILES, Weakness};

use crate::confine::{Confinement, unmarked};
use crate::error::{During, Error};
use crate::spawn::Image;
use crate::wire;

/// Where the files of a program begin, beside the three standard ones.
pub(crate) const FIRST_ATTACHED: i32 = 3;
/// One more than the protocol allows, for the weakness that inherits one.
const PLACES: usize = MAX_ATTACHED_FILES as usize + 1;

/// What to start, as whom, and within which caps.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) argv: &'a [String],
    pub(crate) environment: &'a [String],
    pub(crate) directory: &'a str,
    pub(crate) uid: u32,
    pub(crate) caps: &'a Caps,
    pub(crate) input: File,
    /// The program finds their paths behind its arguments.
    pub(crate) attached: Vec<File>,
    /// Whether it is ended where it only waits.
    pub(crate) ends_when_still: bool,
}

/// A running child and the pipes to it, which never block the runner.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) pid: i32,
    pub(crate) stdout: Option<PipeReader>,
    pub(crate) stderr: Option<PipeReader>,
}

/// Occupies the descriptors that attached files have in a child, so that nothing else of the runner is ever there.
///
/// Closes what the container's runtime may have left open. Must come before anything else is opened.
pub(crate) fn reserve_places() -> io::Result<Vec<OwnedFd>> {
    // SAFETY: no value of this process owns a descriptor yet but the three standard ones.
    unsafe { libc::syscall(libc::SYS_close_range, FIRST_ATTACHED, u32::MAX, 0) };
    let null = File::open("/dev/null")?;
    let mut places = vec![rustix::io::fcntl_dupfd_cloexec(&null, FIRST_ATTACHED)?];
    drop(null);
    while places.len() < PLACES {
        places.push(rustix::io::fcntl_dupfd_cloexec(&places[0], FIRST_ATTACHED)?);
    }
    Ok(places)
}

pub(crate) fn launch(mut start: Start<'_>, weakness: Option<Weakness>) -> Result<Started, Error> {
    let paths: Vec<String> = attached_paths(start.attached.len()).collect();
    if weakness == Some(Weakness::FilesInherited) {
        start.attached.push(wire::memory_file()?);
    }
    let descriptors = start.attached.iter().map(AsRawFd::as_raw_fd).collect();
    let confinement = Confinement::new(start.uid, start.caps, descriptors, weakness);
    let argv = start.argv.iter().chain(&paths).map(String::as_str);
    let environment = start.environment.iter().map(String::as_str);
    let output = Output::new()?;
    let image = Image::new(argv, environment, start.directory);
    let pid = spawn(image, &start.input, &output, &confinement)
        .map_err(|error| not_started(start.argv, error))?;
    Ok(output.of(pid))
}

/// Starts a confined child; its id.
pub(crate) fn spawn(
    image: io::Result<Image>,
    input: &File,
    output: &Output,
    confinement: &Confinement,
) -> io::Result<i32> {
    let standard = [
        input.as_raw_fd(),
        output.child_stdout.as_raw_fd(),
        output.child_stderr.as_raw_fd(),
    ];
    image?.spawn(standard, confinement)
}

/// The pipes of a child that is about to start, with both ends of each.
#[derive(Debug)]
pub(crate) struct Output {
    stdout: PipeReader,
    stderr: PipeReader,
    pub(crate) child_stdout: PipeWriter,
    pub(crate) child_stderr: PipeWriter,
}

impl Output {
    pub(crate) fn new() -> Result<Self, Error> {
        let (stdout, child_stdout) = pipe().during("make a pipe")?;
        let (stderr, child_stderr) = pipe().during("make a pipe")?;
        // A larger pipe saves turns; a kernel that refuses leaves the usual one.
        let _ = rustix::pipe::fcntl_setpipe_size(&stdout, 256 * 1024);
        Ok(Self {
            stdout,
            stderr,
            child_stdout,
            child_stderr,
        })
    }

    /// The child `pid` has its ends now.
    pub(crate) fn of(self, pid: i32) -> Started {
        Started {
            pid,
            stdout: Some(self.stdout),
            stderr: Some(self.stderr),
        }
    }
}

/// A pipe whose reader never waits, and whose writer a child can open again by its name, `/dev/stdout` for example,
/// although it belongs to the runner. No one can read by that name.
fn pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK)?;
    // gVisor refuses; there the pipes have no name that opens.
    let _ = rustix::fs::fchmod(&writer, Mode::from_raw_mode(0o622));
    Ok((reader, writer))
}

pub(crate) fn not_started(argv: &[String], error: io::Error) -> Error {
    match unmarked(&error) {
        Some(error) => Error::Confine(error),
        None => Error::Start(argv.first().cloned().unwrap_or_default(), error),
    }
}

fn attached_paths(count: usize) -> impl Iterator<Item = String> {
    (FIRST_ATTACHED..)
        .take(count)
        .map(|descriptor| format!("/proc/self/fd/{descriptor}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_pipe_can_be_written_by_anyone_and_read_by_its_owner() {
        let (reader, writer) = pipe().unwrap();
        let writer = File::from(OwnedFd::from(writer));
        assert_eq!(
            writer.metadata().unwrap().permissions().mode() & 0o777,
            0o622
        );
        let nothing = io::Read::read(&mut &reader, &mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn attached_files_are_named_by_descriptors_from_three_on() {
        let paths: Vec<String> = attached_paths(3).collect();
        assert_eq!(
            paths,
            ["/proc/self/fd/3", "/proc/self/fd/4", "/proc/self/fd/5"]
        );
        assert_eq!(attached_paths(0).count(), 0);
    }
}
