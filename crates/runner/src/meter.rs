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

/// What is known of memory that was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shortages {
    /// Processes of the container that the kernel killed so far for want of memory, be it the container's or the
    /// machine's.
    pub(crate) kills: u64,
    pub(crate) at_limit: AtLimit,
}

/// Whether the container came to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtLimit {
    /// So often so far.
    Times(u64),
    /// At some time since it began, if its limit was what it is now. Not more is known with control groups of version 1,
    /// where some kernels do not count.
    Ever(bool),
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

    /// `None` where nobody counts them.
    pub(crate) fn shortages(&self) -> Result<Option<Shortages>, Error> {
        match self {
            Self::Group(group) => group.shortages().map(Some),
            Self::Processes(_) => Ok(None),
        }
    }

    pub(crate) fn memory_bytes(&self) -> Result<u64, Error> {
        match self {
            Self::Group(group) => group.memory_bytes(),
            Self::Processes(processes) => processes.memory_bytes(),
        }
    }

    /// Processes and threads in the container, those that have ended and were not waited for among them. `None` where
    /// nobody counts them.
    pub(crate) fn processes(&self) -> Result<Option<u64>, Error> {
        match self {
            Self::Group(group) => group.processes(),
            Self::Processes(_) => Ok(None),
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
