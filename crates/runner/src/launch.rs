//! Starts a confined child.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdout, Command, Stdio};

use rustix::fs::OFlags;
use synthsmith_runner_protocol::Caps;

use crate::confine::Confinement;

/// What to start, as whom, and within which caps.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) argv: &'a [String],
    pub(crate) environment: &'a [String],
    pub(crate) directory: &'a str,
    pub(crate) uid: u32,
    pub(crate) caps: &'a Caps,
    pub(crate) input: File,
}

/// A running child and the pipes to it, which never block the runner.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) pid: i32,
    pub(crate) stdout: Option<ChildStdout>,
    pub(crate) stderr: Option<ChildStderr>,
}

pub(crate) fn launch(start: Start<'_>) -> io::Result<Started> {
    let (program, arguments) = start
        .argv
        .split_first()
        .ok_or(io::ErrorKind::InvalidInput)?;
    let confinement = Confinement::new(start.uid, start.caps);
    let mut command = Command::new(program);
    command
        .args(arguments)
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
