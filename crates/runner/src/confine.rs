//! Takes every privilege from a child, between fork and exec.

use std::io;

use rustix::process::{Resource, Rlimit};
use synthsmith_runner_protocol::Caps;

/// Files a program may have open.
const OPEN_FILES: u64 = 512;

/// What a child loses. It is made before the fork, since nothing may be allocated after it.
#[derive(Debug)]
pub(crate) struct Confinement {
    uid: u32,
    limits: Vec<(Resource, u64)>,
    filter: Vec<libc::sock_filter>,
}

impl Confinement {
    pub(crate) fn new(uid: u32, caps: &Caps) -> Self {
        // One whole second more than the runner allows: it decides, and the kernel only catches what it misses.
        let cpu_seconds = caps.cpu_time.as_secs() + 2;
        let limits = vec![
            (Resource::Core, 0),
            (Resource::Cpu, cpu_seconds),
            (Resource::Fsize, caps.file_bytes),
            (Resource::Nofile, OPEN_FILES),
            (Resource::Nproc, u64::from(caps.processes)),
            (Resource::Memlock, 0),
            (Resource::Msgqueue, 0),
        ];
        Self {
            uid,
            limits,
            filter: crate::seccomp::filter(),
        }
    }

    /// Called in the child only. Makes nothing but system calls.
    pub(crate) fn apply(&self) -> io::Result<()> {
        rustix::process::setsid()?;
        prefer_for_oom()?;
        for &(resource, limit) in &self.limits {
            set_limit(resource, limit)?;
        }
        // Deep recursion is no fault of a program as long as its memory suffices.
        let stack = rustix::process::getrlimit(Resource::Stack).maximum;
        rustix::process::setrlimit(
            Resource::Stack,
            Rlimit {
                current: stack,
                maximum: stack,
            },
        )?;
        become_user(self.uid)?;
        rustix::thread::set_no_new_privs(true)?;
        install(&self.filter)?;
        close_all_but_standard()
    }
}

/// The kernel shall pick the program, never the runner, when the memory is used up.
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

fn set_limit(resource: Resource, limit: u64) -> io::Result<()> {
    let maximum = rustix::process::getrlimit(resource).maximum;
    let lower = maximum.map_or(limit, |maximum| limit.min(maximum));
    Ok(rustix::process::setrlimit(
        resource,
        Rlimit {
            current: Some(lower),
            maximum: Some(lower),
        },
    )?)
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
fn close_all_but_standard() -> io::Result<()> {
    // SAFETY: the call marks descriptors and touches no memory.
    let done = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3_u32,
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
