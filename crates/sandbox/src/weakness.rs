//! Protections that a test can do without.

use synthsmith_runner_protocol::Weakness as RunnerWeakness;

/// One protection that is switched off, so that a test shows what it is for. No setting reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weakness {
    Network,
    WritableRoot,
    ProcessCount,
    Memory,
    Ipc,
    ContainerSeccomp,
    NewPrivileges,
    Capabilities,
    CoreDumps,
    ScratchExecutable,
    ScratchUnbounded,
    /// One of the runner's own protections.
    Runner(RunnerWeakness),
}

const CONTAINER: [Weakness; 11] = [
    Weakness::Network,
    Weakness::WritableRoot,
    Weakness::ProcessCount,
    Weakness::Memory,
    Weakness::Ipc,
    Weakness::ContainerSeccomp,
    Weakness::NewPrivileges,
    Weakness::Capabilities,
    Weakness::CoreDumps,
    Weakness::ScratchExecutable,
    Weakness::ScratchUnbounded,
];

const COUNT: usize = CONTAINER.len() + RunnerWeakness::ALL.len();

impl Weakness {
    pub const ALL: [Self; COUNT] = all();

    /// What is different without the protection.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Network => "Programs are in the host's network, and may open sockets.",
            Self::WritableRoot => "The root file system can be written to.",
            Self::ProcessCount => "There may be any number of processes.",
            Self::Memory => "The container may use 3 GiB, whatever the limit of a run.",
            Self::Ipc => "The container has shared memory of its own in /dev/shm.",
            Self::ContainerSeccomp => "No system call is denied.",
            Self::NewPrivileges => "The container does not forbid to gain privileges.",
            Self::Capabilities => {
                "Programs run as the container's root with what the engine gives by default."
            }
            Self::CoreDumps => "The container does not forbid core files.",
            Self::ScratchExecutable => "Files in the scratch directory can be executed.",
            Self::ScratchUnbounded => "The scratch directory has no bounds of its own.",
            Self::Runner(weakness) => weakness.sentence(),
        }
    }

    /// What the runner does without. Where it would hold the same door shut, that is off as well.
    pub(crate) fn of_runner(self) -> Option<RunnerWeakness> {
        match self {
            Self::Runner(weakness) => Some(weakness),
            Self::Network | Self::ContainerSeccomp => Some(RunnerWeakness::Seccomp),
            Self::ProcessCount => Some(RunnerWeakness::ProcessLimit),
            Self::Capabilities => Some(RunnerWeakness::SameUser),
            _ => None,
        }
    }
}

const fn all() -> [Weakness; COUNT] {
    let mut all = [Weakness::Network; COUNT];
    let mut index = 0;
    while index < COUNT {
        all[index] = if index < CONTAINER.len() {
            CONTAINER[index]
        } else {
            Weakness::Runner(RunnerWeakness::ALL[index - CONTAINER.len()])
        };
        index += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_are_different_and_each_has_its_sentence() {
        let names: BTreeSet<String> = Weakness::ALL.iter().map(|one| format!("{one:?}")).collect();
        let sentences: BTreeSet<_> = Weakness::ALL.iter().map(|one| one.sentence()).collect();
        assert_eq!((names.len(), sentences.len()), (COUNT, COUNT));
    }
}
