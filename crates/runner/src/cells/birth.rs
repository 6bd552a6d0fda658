//! Makes the first process of a cell.

use std::fs;
use std::io::{self, PipeReader, Read as _, Write as _};

use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use synthsmith_runner_protocol::Cells;

use crate::error::{During, Error};

/// Everything that a process can leave to another one without a file: its users and their rights, process ids, mounts,
/// sockets, shared memory and names.
const NAMESPACES: libc::c_int = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUTS;

/// Starts `live` as the first process of a new cell, where it is the first of the cell's users if it could become that;
/// its result becomes the exit code. Returns the process's id out here.
pub(super) fn make(users: Cells, live: impl FnOnce(Result<(), Error>) -> u8) -> Result<i32, Error> {
    let (wait, mut go) = io::pipe().during("make a pipe")?;
    // SAFETY: without a stack and without shared memory this is a fork. This process has a single thread, so that
    // nothing is held by one that the child does not have. All pointers are null.
    let pid = unsafe { libc::syscall(libc::SYS_clone, NAMESPACES | libc::SIGCHLD, 0, 0, 0, 0) };
    match pid {
        -1 => Err(Error::Namespaces(io::Error::last_os_error())),
        0 => {
            drop(go);
            let code = live(become_first_user(wait));
            // SAFETY: ends the process at once; what it has open is the kernel's to close.
            unsafe { libc::_exit(i32::from(code)) }
        }
        pid => {
            drop(wait);
            map_users(pid as i32, users)?;
            go.write_all(b"1").during("let a cell begin")?;
            Ok(pid as i32)
        }
    }
}

/// Only from outside can more than one user be given.
fn map_users(pid: i32, users: Cells) -> Result<(), Error> {
    let map = format!("0 {} {}\n", users.first_uid, Cells::USERS);
    for file in ["uid_map", "gid_map"] {
        fs::write(format!("/proc/{pid}/{file}"), &map).during("give a cell its users")?;
    }
    Ok(())
}

fn become_first_user(mut wait: PipeReader) -> Result<(), Error> {
    wait.read_exact(&mut [0]).during("wait for users")?;
    // SAFETY: the calls take plain numbers and an empty list.
    let done = unsafe {
        libc::setgroups(0, std::ptr::null()) == 0
            && libc::setresgid(0, 0, 0) == 0
            && libc::setresuid(0, 0, 0) == 0
    };
    if !done {
        return Err(io::Error::last_os_error()).during("become the first user of a cell");
    }
    bound_capabilities()?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).during("close the runner's memory")
}

/// `CAP_SETGID` and `CAP_SETUID`, of which a zygote makes use.
const KEPT_CAPABILITIES: [u32; 2] = [6, 7];

/// No other capability comes to anything that this process starts, by whatever exec. Its own stay.
fn bound_capabilities() -> Result<(), Error> {
    for capability in (0..u64::BITS).filter(|number| !KEPT_CAPABILITIES.contains(number)) {
        // SAFETY: takes plain numbers.
        if unsafe {
            libc::prctl(
                libc::PR_CAPBSET_DROP,
                libc::c_ulong::from(capability),
                0,
                0,
                0,
            )
        } == 0
        {
            continue;
        }
        let error = io::Error::last_os_error();
        // The first number that the kernel has no capability for.
        return if error.raw_os_error() == Some(libc::EINVAL) {
            Ok(())
        } else {
            Err(error).during("bound the capabilities of a cell")
        };
    }
    Ok(())
}
