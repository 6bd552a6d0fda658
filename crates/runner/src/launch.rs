//! Starts a confined child.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdout, Command, Stdio};

use rustix::fs::OFlags;
use synthsmith_runner_protocol::{Caps, MAX_ATTACHED_FILES, Weakness};

use crate::confine::Confinement;
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
    pub(crate) stdout: Option<ChildStdout>,
    pub(crate) stderr: Option<ChildStderr>,
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

pub(crate) fn launch(mut start: Start<'_>, weakness: Option<Weakness>) -> io::Result<Started> {
    let (program, arguments) = start
        .argv
        .split_first()
        .ok_or(io::ErrorKind::InvalidInput)?;
    let paths = attached_paths(start.attached.len());
    if weakness == Some(Weakness::FilesInherited) {
        start
            .attached
            .push(wire::memory_file().map_err(io::Error::other)?);
    }
    let descriptors = start.attached.iter().map(AsRawFd::as_raw_fd).collect();
    let confinement = Confinement::new(start.uid, start.caps, descriptors, weakness);
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(paths)
        .env_clear()
        .envs(
            start
                .environment
                .iter()
                .filter_map(|pair| pair.split_once('=')),
        )
        .current_dir(start.directory)
        .stdin(Stdio::from(start.input))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // SAFETY: `apply` makes system calls only; it allocates nothing, takes no lock and does not unwind.
    unsafe { command.pre_exec(move || confinement.apply()) };
    let mut child = command.spawn()?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    rustix::fs::fcntl_setfl(&stdout, OFlags::NONBLOCK)?;
    rustix::fs::fcntl_setfl(&stderr, OFlags::NONBLOCK)?;
    // A larger pipe saves turns; a kernel that refuses leaves the usual one.
    let _ = rustix::pipe::fcntl_setpipe_size(&stdout, 256 * 1024);
    Ok(Started {
        pid: child.id() as i32,
        stdout: Some(stdout),
        stderr: Some(stderr),
    })
}

fn attached_paths(count: usize) -> impl Iterator<Item = String> {
    (FIRST_ATTACHED..)
        .take(count)
        .map(|descriptor| format!("/proc/self/fd/{descriptor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
