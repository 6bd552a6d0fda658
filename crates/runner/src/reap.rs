//! Learns how children ended, and ends them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use synthsmith_runner_protocol::Ending;

use crate::error::{During, Error};

/// A descriptor that becomes readable when a child ended.
#[derive(Debug)]
pub(crate) struct ChildSignals(OwnedFd);

impl ChildSignals {
    pub(crate) fn listen() -> Result<Self, Error> {
        // SAFETY: the set is initialised by `sigemptyset` before use, and outlives the calls that read it.
        let descriptor = unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, libc::SIGCHLD);
            libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut());
            libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
        };
        if descriptor < 0 {
            return Err(io::Error::last_os_error()).during("listen for children");
        }
        // SAFETY: the call above returned this descriptor, and nobody else has it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(descriptor) }))
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    pub(crate) fn clear(&self) {
        let mut bytes = [0; size_of::<libc::signalfd_siginfo>()];
        while rustix::io::read(&self.0, &mut bytes).is_ok_and(|length| length > 0) {}
    }
}

/// How a child ended, and what it and the children that it reaped used: the most memory of one, the CPU time of all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reaped {
    pub(crate) pid: i32,
    pub(crate) ending: Ending,
    pub(crate) max_rss_bytes: u64,
    pub(crate) cpu_time: Duration,
}

/// Collects one child that has ended.
pub(crate) fn collect_ended() -> Option<Reaped> {
    wait(-1, libc::WNOHANG).ok().flatten()
}

/// Kills the child `pid` alone, as no runner does that is not weakened.
pub(crate) fn end_one(pid: i32) -> Result<Option<Reaped>, Error> {
    // SAFETY: takes two numbers.
    unsafe { libc::kill(pid, libc::SIGKILL) };
    match wait(pid, 0) {
        Err(error) if error.raw_os_error() == Some(libc::ECHILD) => Ok(None),
        ended => ended.during("wait for a killed process"),
    }
}

/// Kills every process but the runner and waits until none is left. Returns the child `pid` if it was among them.
///
/// A signal to all cannot miss a process: the kernel delivers it under the lock that a fork needs.
pub(crate) fn end_all(pid: i32) -> Result<Option<Reaped>, Error> {
    let mut found = None;
    loop {
        // SAFETY: takes two numbers. As the first process of its namespace the runner is itself spared.
        unsafe { libc::kill(-1, libc::SIGKILL) };
        match wait(-1, 0) {
            Ok(Some(reaped)) if reaped.pid == pid => found = Some(reaped),
            Ok(_) => {}
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(found),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).during("wait for killed processes"),
        }
    }
}

/// Waits for the child `pid`; its exit code, or `None` where a signal ended it.
pub(crate) fn wait_for(pid: i32) -> io::Result<Option<u8>> {
    loop {
        match wait(pid, 0) {
            Ok(Some(Reaped {
                ending: Ending::Exited(code),
                ..
            })) => return Ok(u8::try_from(code).ok()),
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn wait(pid: i32, flags: i32) -> io::Result<Option<Reaped>> {
    let mut status = 0;
    // SAFETY: both pointers are to live values of the types that the call fills.
    let (ended, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (
            libc::wait4(pid, &raw mut status, flags, &raw mut usage),
            usage,
        )
    };
    if ended < 0 {
        return Err(io::Error::last_os_error());
    }
    let ending = if libc::WIFSIGNALED(status) {
        Ending::Signalled(libc::WTERMSIG(status))
    } else {
        Ending::Exited(libc::WEXITSTATUS(status))
    };
    Ok((ended > 0).then_some(Reaped {
        pid: ended,
        ending,
        max_rss_bytes: usage.ru_maxrss as u64 * 1024,
        cpu_time: duration(usage.ru_utime) + duration(usage.ru_stime),
    }))
}

pub(crate) fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
}
