//! What is in use on the machine.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde::Serialize;

const CGROUP_ROOTS: [&str; 2] = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];
/// Deeper than any group of a container.
const MAX_DEPTH: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Census {
    pub(super) submissions: u64,
    pub(super) seconds: f64,
    /// Of the service.
    pub(super) resident_kib: u64,
    pub(super) open_files: usize,
    pub(super) containers: usize,
    /// Of the machine: control groups, namespaces that processes are in, zombies, processes.
    pub(super) cgroups: usize,
    pub(super) namespaces: usize,
    pub(super) zombies: usize,
    pub(super) processes: usize,
}

// === impl Census ===

impl Census {
    pub(super) const HEADING: &'static str = "submissions  seconds  resident MiB  open files  containers  control groups  namespaces  zombies  processes";

    pub(super) fn take(service: u32, submissions: u64, seconds: f64, containers: usize) -> Self {
        let processes = processes();
        let mut namespaces = BTreeSet::new();
        for process in &processes {
            namespaces.extend(namespaces_of(process));
        }
        let status = fs::read_to_string(format!("/proc/{service}/status")).unwrap_or_default();
        Self {
            submissions,
            seconds: seconds.round(),
            resident_kib: resident_kib(&status),
            open_files: entries(Path::new(&format!("/proc/{service}/fd"))).count(),
            containers,
            cgroups: cgroups(),
            namespaces: namespaces.len(),
            zombies: processes.iter().filter(|it| is_zombie(it)).count(),
            processes: processes.len(),
        }
    }

    pub(super) fn line(&self) -> String {
        format!(
            "{:>11}  {:>7}  {:>12.1}  {:>10}  {:>10}  {:>14}  {:>10}  {:>7}  {:>9}",
            self.submissions,
            self.seconds,
            self.resident_kib as f64 / 1024.0,
            self.open_files,
            self.containers,
            self.cgroups,
            self.namespaces,
            self.zombies,
            self.processes
        )
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = fs::DirEntry> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

fn processes() -> Vec<OsString> {
    let names = entries(Path::new("/proc")).map(|entry| entry.file_name());
    let is_id = |name: &OsString| name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
    names.filter(is_id).collect()
}

/// Those of other users are seen by root alone.
fn namespaces_of(process: &OsString) -> impl Iterator<Item = OsString> {
    let folder = Path::new("/proc").join(process).join("ns");
    let links: Vec<_> = entries(&folder).map(|entry| entry.path()).collect();
    let targets = links
        .into_iter()
        .filter_map(|link| fs::read_link(link).ok());
    targets.map(std::path::PathBuf::into_os_string)
}

fn resident_kib(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

fn is_zombie(process: &OsString) -> bool {
    let file = Path::new("/proc").join(process).join("stat");
    state(&fs::read_to_string(file).unwrap_or_default()) == Some('Z')
}

/// The state follows the name, which may hold anything.
fn state(stat: &str) -> Option<char> {
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

fn cgroups() -> usize {
    let mut roots = CGROUP_ROOTS.iter().map(Path::new);
    let root = roots.find(|root| root.join("cgroup.procs").exists());
    root.map_or(0, |root| folders_below(root, MAX_DEPTH))
}

fn folders_below(folder: &Path, depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    entries(folder)
        .filter(is_folder)
        .map(|entry| 1 + folders_below(&entry.path(), depth - 1))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_of_any_name_has_its_state() {
        assert_eq!(state("12 (a) Z (b) S 1 2"), Some('S'));
        assert_eq!(state("12 (defunct) Z 1"), Some('Z'));
        assert_eq!(state(""), None);
    }

    #[test]
    fn resident_memory_is_found() {
        assert_eq!(resident_kib("Name:\tx\nVmRSS:\t  1234 kB\n"), 1234);
        assert_eq!(resident_kib(""), 0);
    }

    #[test]
    fn this_process_uses_something_of_everything() {
        let census = Census::take(std::process::id(), 1, 0.0, 0);
        assert!(census.resident_kib > 0 && census.open_files > 2);
        assert!(census.namespaces > 0 && census.processes > 0);
    }

    #[test]
    fn folders_are_counted_at_any_depth() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b/c")).unwrap();
        fs::create_dir_all(root.path().join("a/d")).unwrap();
        fs::write(root.path().join("a/file"), "").unwrap();
        assert_eq!(folders_below(root.path(), MAX_DEPTH), 4);
        assert_eq!(folders_below(root.path(), 1), 1);
    }
}
