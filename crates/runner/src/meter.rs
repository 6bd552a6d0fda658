//! Says what the whole container used, but for the runner itself.

mod group;
mod processes;

use std::fs;
use std::path::Path;
use std::time::Duration;

use group::Group;
use processes::Processes;

use crate::error::Error;

/// Counters that only grow, and the memory in use.
#[derive(Debug)]
pub(crate) enum Meter {
    Group(Group),
    /// For a container that shows no control group, as those of gVisor do not.
    Processes(Processes),
}

impl Meter {
    pub(crate) fn open(groups: &Path, proc: &Path) -> Result<Self, Error> {
        let shows_group = fs::read_dir(groups).is_ok_and(|mut entries| entries.next().is_some());
        if shows_group {
            Group::open(groups).map(Self::Group)
        } else {
            Processes::open(proc).map(Self::Processes)
        }
    }

    pub(crate) fn cpu_of_others(&self) -> Result<Duration, Error> {
        match self {
            Self::Group(group) => group.cpu_of_others(),
            Self::Processes(processes) => processes.cpu_of_others(),
        }
    }

    /// How often the kernel has killed a process for want of memory, where anybody counts it.
    pub(crate) fn oom_kills(&self) -> Result<Option<u64>, Error> {
        match self {
            Self::Group(group) => group.oom_kills().map(Some),
            Self::Processes(_) => Ok(None),
        }
    }

    pub(crate) fn memory_bytes(&self) -> Result<u64, Error> {
        match self {
            Self::Group(group) => group.memory_bytes(),
            Self::Processes(processes) => processes.memory_bytes(),
        }
    }

    /// The highest use since the container began, or 0 where nobody knows it.
    pub(crate) fn memory_peak_bytes(&self) -> u64 {
        match self {
            Self::Group(group) => group.memory_peak_bytes(),
            Self::Processes(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_processes_only_where_there_is_no_control_group() {
        let root = tempfile::tempdir().unwrap();
        let proc = tempfile::tempdir().unwrap();
        let groups = root.path().join("cgroup");
        let opened = || Meter::open(&groups, proc.path());
        assert!(matches!(opened(), Ok(Meter::Processes(_))));
        fs::create_dir(&groups).unwrap();
        assert!(matches!(opened(), Ok(Meter::Processes(_))));
        fs::create_dir(groups.join("memory")).unwrap();
        assert!(opened().is_err(), "a group that is not whole is no group");
    }
}
