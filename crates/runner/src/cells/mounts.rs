//! The file systems of a cell: what is not read-only lives and dies with it.

use std::ffi::CStr;
use std::path::Path;

use rustix::mount::{MountFlags, mount, mount_bind, mount_remount};
use synthsmith_runner_protocol::paths::SCRATCH_DIR;

use crate::error::{During, Error};

const PLAIN: MountFlags = MountFlags::NOSUID.union(MountFlags::NODEV);
/// Holds source and program and belongs to the runner.
const BOX: (&str, &CStr) = ("/box", c"size=128m,nr_inodes=4k,mode=0755");
/// All that a program can write to.
const SCRATCH: &CStr = c"size=32m,nr_inodes=4k,mode=1777";
/// Nothing but the processes of the cell that one may see.
const PROCESSES: &CStr = c"subset=pid,hidepid=2";
/// Of the container, and of no use to a program; state could be left there, or learned from there.
const COVERED: [&str; 4] = ["/sys", "/dev/pts", "/dev/mqueue", "/dev/shm"];

/// Mounts everything, over what the container has.
pub(super) fn furnish() -> Result<(), Error> {
    let no_exec = PLAIN | MountFlags::NOEXEC;
    mount("proc", "/proc", "proc", no_exec, PROCESSES).during("mount the processes of a cell")?;
    let (path, options) = BOX;
    mount("box", path, "tmpfs", PLAIN, options).during("mount a cell's files")?;
    mount("scratch", SCRATCH_DIR, "tmpfs", no_exec, SCRATCH).during("mount a cell's files")?;
    cover()?;
    // Else the times of its files, which are set by reading or at will, would be seen in the next cell.
    let read_only = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID;
    mount_remount("/dev", read_only, "").during("close the container's devices")
}

fn cover() -> Result<(), Error> {
    let [first, others @ ..] = COVERED;
    let read_only = PLAIN | MountFlags::NOEXEC | MountFlags::RDONLY;
    mount(
        "empty",
        first,
        "tmpfs",
        read_only,
        c"size=4k,nr_inodes=2,mode=0555",
    )
    .during("cover the container's files")?;
    for path in others.into_iter().filter(|path| Path::new(path).exists()) {
        mount_bind(first, path).during("cover the container's files")?;
    }
    Ok(())
}
