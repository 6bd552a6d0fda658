//! Takes every privilege from a child, between fork and exec.

use std::io;
use std::os::fd::RawFd;

use rustix::process::{Resource, Rlimit};
use synthsmith_runner_protocol::{Caps, Weakness};

use crate::launch::FIRST_ATTACHED;

/// Files a program may have open.
const OPEN_FILES: u64 = 512;

/// Share of its memory that a program may use as stack; so far below the memory limit that its end is told apart.
const STACK_PERCENT: u64 = 90;

/// What a child loses. It is made before the fork, since nothing may be allocated after it.
#[derive(Debug)]
pub(crate) struct Confinement {
    uid: u32,
    limits: Vec<(Resource, u64)>,
    filter: Vec<libc::sock_filter>,
    /// The runner's descriptors of the files that the child gets, in order.
    attached: Vec<RawFd>,
    weakness: Option<Weakness>,
}

impl Confinement {
    pub(crate) fn new(
        uid: u32,
        caps: &Caps,
        attached: Vec<RawFd>,
        weakness: Option<Weakness>,
    ) -> Self {
        // One whole second more than the runner allows: it decides, and the kernel only catches what it misses.
        let cpu_seconds = caps.cpu_time.as_secs() + 2;
        // Deep recursion is no fault of a program as long as its memory suffices. But endless recursion is a crash, and so
        // the stack ends before the memory does.
        let stack_bytes = caps.memory_bytes / 100 * STACK_PERCENT;
        let limits = [
            // Too little for a file. Nothing at all would not keep the kernel from starting the host's crash handler
            // where it has one; this figure does.
            (Resource::Core, 1),
            (Resource::Cpu, cpu_seconds),
            (Resource::Fsize, caps.file_bytes),
            (Resource::Stack, stack_bytes),
            (Resource::Nofile, OPEN_FILES),
            (Resource::Nproc, u64::from(caps.processes)),
            (Resource::Memlock, 0),
            (Resource::Msgqueue, 0),
            (Resource::Nice, 0),
            (Resource::Rtprio, 0),
        ];
        let lifted = match weakness {
            Some(Weakness::CoreDumps) => Some(Resource::Core),
            Some(Weakness::StackLimit) => Some(Resource::Stack),
            Some(Weakness::OpenFileLimit) => Some(Resource::Nofile),
            Some(Weakness::MessageQueueLimit) => Some(Resource::Msgqueue),
            _ => None,
        };
        Self {
            uid,
            limits: limits
                .into_iter()
                .filter(|&(resource, _)| Some(resource) != lifted)
                .collect(),
            filter: crate::seccomp::filter(),
            attached,
            weakness,
        }
    }

    /// Called in the child only. Makes nothing but system calls. A failure keeps its mark on the way to the runner,
    /// which would otherwise take it for one of the exec that follows.
    pub(crate) fn apply(&self) -> io::Result<()> {
        self.take_everything().map_err(|error| marked(&error))
    }

    fn take_everything(&self) -> io::Result<()> {
        leave_session()?;
        if self.weakness != Some(Weakness::OomScore) {
            prefer_for_oom()?;
        }
        for &(resource, limit) in &self.limits {
            set_limit(resource, limit)?;
        }
        become_user(self.uid)?;
        rustix::thread::set_no_new_privs(true)?;
        if self.weakness != Some(Weakness::Seccomp) {
            install(&self.filter)?;
        }
        self.place_files()
    }

    /// Leaves the child the three standard files and those attached, and nothing else.
    fn place_files(&self) -> io::Result<()> {
        let mut place = FIRST_ATTACHED;
        for &descriptor in &self.attached {
            // SAFETY: takes two numbers. The place is one that the runner reserved, so nothing of use is closed there.
            if unsafe { libc::dup2(descriptor, place) } < 0 {
                return Err(io::Error::last_os_error());
            }
            place += 1;
        }
        close_from(place)
    }
}

/// Above every number that the kernel gives an error.
const MARK: i32 = 1 << 16;

fn marked(error: &io::Error) -> io::Error {
    io::Error::from_raw_os_error(MARK + error.raw_os_error().unwrap_or(libc::EINVAL))
}

/// What failed while the child was confined; `None`: the error is another's.
pub(crate) fn unmarked(error: &io::Error) -> Option<io::Error> {
    let number = error.raw_os_error()?.checked_sub(MARK)?;
    (number > 0).then(|| io::Error::from_raw_os_error(number))
}

/// Not by `rustix`, which holds the id that comes back to be positive; some kernels return 0.
fn leave_session() -> io::Result<()> {
    // SAFETY: takes nothing.
    if unsafe { libc::setsid() } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The kernel shall pick the program, never the runner, when the memory is used up. A program can take this back for
/// itself; then the largest process is picked, and the runner is a small one. Should it be picked after all, the
/// container ends, and the host knows for want of what.
fn prefer_for_oom() -> io::Result<()> {
    use rustix::fs::{Mode, OFlags};
    let file = rustix::fs::open(
        c"/proc/self/oom_score_adj",
        OFlags::WRONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    rustix::io::write(&file, b"1000")?;
    Ok(())
}

/// Lowers a limit. Linux always lets a process do so; a kernel that refuses has no such limit, nor what it would limit.
fn set_limit(resource: Resource, limit: u64) -> io::Result<()> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let lower = Some(maximum.map_or(limit, |maximum| limit.min(maximum)));
    let limits = Rlimit {
        current: lower,
        maximum: lower,
    };
    match rustix::process::setrlimit(resource, limits) {
        Ok(()) | Err(rustix::io::Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn become_user(uid: u32) -> io::Result<()> {
    // SAFETY: the three calls take plain numbers and an empty list; no memory is shared with the kernel. Leaving
    // user 0 for all three ids also clears every capability.
    let done = unsafe {
        libc::setgroups(0, std::ptr::null()) == 0
            && libc::setresgid(uid, uid, uid) == 0
            && libc::setresuid(uid, uid, uid) == 0
    };
    if done {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn install(filter: &[libc::sock_filter]) -> io::Result<()> {
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_ptr().cast_mut(),
    };
    // SAFETY: `program` and the instructions it points to live until the call returns, and the kernel only reads.
    let done = unsafe {
        libc::prctl(
            libc::PR_SET_SECCOMP,
            libc::SECCOMP_MODE_FILTER,
            &raw const program,
            0,
            0,
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// All files of the runner close at exec anyway; this holds even if one day one does not.
fn close_from(first: RawFd) -> io::Result<()> {
    // SAFETY: the call marks descriptors and touches no memory.
    let done = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    match io::Error::last_os_error() {
        _ if done == 0 => Ok(()),
        // Kernels before 5.11.
        error if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL)) => Ok(()),
        error => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_marked_error_comes_from_the_confinement_and_keeps_its_number() {
        for number in [libc::EPERM, libc::ENOENT, libc::EACCES, libc::EAGAIN] {
            let error = io::Error::from_raw_os_error(number);
            assert!(unmarked(&error).is_none(), "{error}");
            let found = unmarked(&marked(&error)).unwrap();
            assert_eq!(found.raw_os_error(), Some(number));
        }
        assert!(unmarked(&io::ErrorKind::InvalidInput.into()).is_none());
    }
}
