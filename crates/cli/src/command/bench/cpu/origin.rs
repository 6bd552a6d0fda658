//! Which control groups processes belong to, and which processes are the engine's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a Docker engine consists of; the kernel cuts names at 15 bytes.
const ENGINE_PROCESSES: [&str; 3] = ["dockerd", "containerd", "containerd-shim"];

/// The hierarchy of version 1 that accounts CPU time; none on other machines.
pub(super) fn hierarchy() -> Option<PathBuf> {
    mount_point(&fs::read_to_string("/proc/self/mounts").ok()?)
}

fn mount_point(mounts: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, point, "cgroup", options, ..] = words[..] else {
            return None;
        };
        let accounts = options.split(',').any(|option| option == "cpuacct");
        accounts.then(|| PathBuf::from(point))
    })
}

/// Where a process is in that hierarchy, without the slash at the beginning.
pub(super) fn of(process_id: u32) -> Option<PathBuf> {
    path(&fs::read_to_string(format!("/proc/{process_id}/cgroup")).ok()?)
}

fn path(groups: &str) -> Option<PathBuf> {
    groups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        let accounts = controllers.split(',').any(|name| name == "cpuacct");
        accounts.then(|| PathBuf::from(path.trim_start_matches('/')))
    })
}

/// The engine's processes, with where each is.
pub(super) fn engine_processes() -> BTreeMap<u32, PathBuf> {
    processes()
        .filter(|id| is_engine(*id))
        .filter_map(|id| Some((id, of(id)?)))
        .collect()
}

pub(super) fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn is_engine(process_id: u32) -> bool {
    let name = fs::read_to_string(format!("/proc/{process_id}/comm")).unwrap_or_default();
    ENGINE_PROCESSES.contains(&name.trim_end())
}

/// The group that holds those of all containers; none where that is the root, which holds everything.
pub(super) fn parent(of_container: &Path) -> Option<&Path> {
    let parent = of_container.parent()?;
    (!parent.as_os_str().is_empty()).then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hierarchy_is_found_also_where_it_is_mounted_together_with_another() {
        let mounts = "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n\
                      cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n";
        assert_eq!(
            mount_point(mounts),
            Some(PathBuf::from("/sys/fs/cgroup/cpu,cpuacct"))
        );
        assert_eq!(
            mount_point("cgroup2 /sys/fs/cgroup cgroup2 rw,cpuacct 0 0\n"),
            None
        );
    }

    #[test]
    fn a_process_is_found_in_it() {
        let groups = "3:cpuset:/\n2:cpu,cpuacct:/docker/5f\n0::/\n";
        assert_eq!(path(groups), Some(PathBuf::from("docker/5f")));
        assert_eq!(path("2:cpuacct:/\n"), Some(PathBuf::new()));
        assert_eq!(path("0::/system.slice\n"), None);
    }

    #[test]
    fn the_root_is_no_group_of_containers() {
        assert_eq!(parent(Path::new("docker/5f")), Some(Path::new("docker")));
        assert_eq!(parent(Path::new("5f")), None);
        assert_eq!(parent(Path::new("")), None);
    }
}
