//! Takes every privilege from a child, between fork and exec.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Resource, Rlimit};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use synthsmith_runner_protocol::{Caps, Weakness};

use crate::launch::FIRST_ATTACHED;

/// Files a program may have open.
const OPEN_FILES: u64 = 512;

/// Share of its memory that a program may use as stack; so far below the memory limit that its end is told apart.
const STACK_PERCENT: u64 = 90;

/// Signals that wait, timers among them. What a program has of them is also counted for the user who made its cell.
const PENDING_SIGNALS: u64 = 1024;

/// What a child loses. It is made before the fork, since nothing may be allocated after it.
#[derive(Debug)]
pub(crate) struct Confinement {
    user: User,
    limits: Vec<(Resource, u64)>,
    /// `None` where the runner itself has it, and its children with it.
    filter: Option<Vec<libc::sock_filter>>,
    /// The runner's descriptors of the files that the child gets, in order.
    attached: Vec<RawFd>,
    weakness: Option<Weakness>,
}

/// Who a child becomes.
#[derive(Debug, Clone, Copy)]
enum User {
    /// The user of a program or compiler, without privileges.
    Of(u32),
    /// The runner's, with no right but to become another user.
    Zygote,
    /// The runner's, with no right at all, but for the calls that the runner itself may make.
    Stem,
}

/// What a program may use at most.
fn limits(caps: &Caps) -> [(Resource, u64); 11] {
    // One whole second more than the runner allows: it decides, and the kernel only catches what it misses.
    let cpu_seconds = caps.cpu_time.as_secs() + 2;
    // Deep recursion is no fault of a program as long as its memory suffices. But endless recursion is a crash, and so
    // the stack ends before the memory does.
    let stack_bytes = caps.memory_bytes / 100 * STACK_PERCENT;
    [
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
        (Resource::Sigpending, PENDING_SIGNALS),
        (Resource::Nice, 0),
        (Resource::Rtprio, 0),
    ]
}

/// Those that a zygote leaves to its children: they differ, or would limit the zygote by what others have done.
const OF_EACH_RUN: [Resource; 3] = [Resource::Cpu, Resource::Fsize, Resource::Nproc];

/// What a child of a zygote still has to be limited to.
pub(crate) fn limits_of_run(caps: &Caps) -> impl Iterator<Item = (Resource, u64)> {
    let of_run = limits(caps)
        .into_iter()
        .filter(|(resource, _)| OF_EACH_RUN.contains(resource));
    of_run.map(|(resource, limit)| (resource, within_maximum(resource, limit)))
}

impl Confinement {
    pub(crate) fn new(
        uid: u32,
        caps: &Caps,
        attached: Vec<RawFd>,
        weakness: Option<Weakness>,
    ) -> Self {
        let lifted = match weakness {
            Some(Weakness::CoreDumps) => Some(Resource::Core),
            Some(Weakness::StackLimit) => Some(Resource::Stack),
            Some(Weakness::OpenFileLimit) => Some(Resource::Nofile),
            Some(Weakness::MessageQueueLimit) => Some(Resource::Msgqueue),
            _ => None,
        };
        Self {
            user: User::Of(uid),
            limits: limits(caps)
                .into_iter()
                .filter(|&(resource, _)| Some(resource) != lifted)
                .collect(),
            filter: (!is_locked_down()).then(crate::seccomp::filter),
            attached,
            weakness,
        }
    }

    /// Of an interpreter for programs with so much memory.
    pub(crate) fn of_zygote(memory_bytes: u64, attached: Vec<RawFd>) -> Self {
        let caps = Caps {
            memory_bytes,
            ..Caps::default()
        };
        let mut confinement = Self::new(0, &caps, attached, None);
        confinement.user = User::Zygote;
        confinement
            .limits
            .retain(|(resource, _)| !OF_EACH_RUN.contains(resource));
        confinement
    }

    /// The same, for one that waits outside of all cells, and becomes confined like others in a cell only.
    pub(crate) fn of_stem(memory_bytes: u64, attached: Vec<RawFd>) -> Self {
        Self {
            user: User::Stem,
            filter: None,
            ..Self::of_zygote(memory_bytes, attached)
        }
    }

    /// Called in the child only. Makes nothing but system calls. A failure keeps its mark on the way to the runner,
    /// which would otherwise take it for one of the exec that follows.
    pub(crate) fn apply(&self) -> io::Result<()> {
        self.take_everything().map_err(|error| marked(&error))
    }

    fn take_everything(&self) -> io::Result<()> {
        leave_session()?;
        let is_program = matches!(self.user, User::Of(_));
        if is_program && self.weakness != Some(Weakness::OomScore) {
            prefer_for_oom()?;
        }
        for &(resource, limit) in &self.limits {
            set_limit(resource, limit)?;
        }
        match self.user {
            User::Of(uid) => become_user(uid)?,
            User::Zygote => keep_rights(CapabilitySet::SETGID | CapabilitySet::SETUID)?,
            User::Stem => keep_rights(CapabilitySet::empty())?,
        }
        rustix::thread::set_no_new_privs(true)?;
        if let Some(filter) = &self.filter
            && self.weakness != Some(Weakness::Seccomp)
        {
            install(filter)?;
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

/// Whether this process has the filter.
static IS_LOCKED_DOWN: AtomicBool = AtomicBool::new(false);

fn is_locked_down() -> bool {
    IS_LOCKED_DOWN.load(Ordering::Relaxed)
}

/// Takes from the runner itself, for good, the system calls that no program may make. To install the filter costs more
/// than a small program does; from here on children inherit it.
pub(crate) fn lock_down() -> io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    install(&crate::seccomp::filter())?;
    IS_LOCKED_DOWN.store(true, Ordering::Relaxed);
    Ok(())
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
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // Else the file would belong to a user whom a cell does not have. Nobody is there yet who could make use of it.
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
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
    let lower = Some(within_maximum(resource, limit));
    let limits = Rlimit {
        current: lower,
        maximum: lower,
    };
    match rustix::process::setrlimit(resource, limits) {
        Ok(()) | Err(rustix::io::Errno::PERM) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn within_maximum(resource: Resource, limit: u64) -> u64 {
    let maximum = rustix::process::getrlimit(resource).maximum;
    maximum.map_or(limit, |maximum| limit.min(maximum))
}

/// Without new privileges, an exec does not give back to the runner's user what it gives up here.
fn keep_rights(kept: CapabilitySet) -> io::Result<()> {
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    Ok(set_capabilities(None, sets)?)
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_zygote_and_each_of_its_children_share_out_the_limits_of_a_program() {
        let caps = Caps {
            cpu_time: Duration::from_secs(1),
            wall_time: Duration::from_secs(4),
            memory_bytes: 1 << 20,
            processes: 2,
            output_bytes: 0,
            file_bytes: 4096,
        };
        let zygote = Confinement::of_zygote(caps.memory_bytes, Vec::new()).limits;
        let child: Vec<_> = limits_of_run(&caps).collect();
        assert_eq!(child.len(), OF_EACH_RUN.len());
        assert!(child.contains(&(Resource::Cpu, 3)), "{child:?}");
        for (resource, _) in Confinement::new(1, &caps, Vec::new(), None).limits {
            let holds = |limits: &[(Resource, u64)]| limits.iter().any(|(own, _)| *own == resource);
            assert!(holds(&zygote) != holds(&child), "{resource:?}");
        }
    }

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
