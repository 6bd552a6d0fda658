//! Names the protections that a test can switch off in the runner, to see that an attack then succeeds.

use crate::DecodeError;

/// A protection of the runner that is off. What cannot be switched off alone, since another protection guards the same
/// thing, is switched off together with that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Weakness {
    SameUser = 1,
    Dumpable,
    ProgramWritable,
    ScratchKept,
    ProcessesKept,
    CpuOfChildOnly,
    FilesInherited,
    InputShared,
    OutputUnbounded,
    StderrUnbounded,
    CpuLimit,
    WallClock,
    OomScore,
    ProcessLimit,
    FileSizeLimit,
    OpenFileLimit,
    MessageQueueLimit,
    StackLimit,
    Environment,
    Seccomp,
    PeakFromRusage,
    CoreDumps,
}

impl Weakness {
    pub const ALL: [Self; 22] = [
        Self::SameUser,
        Self::Dumpable,
        Self::ProgramWritable,
        Self::ScratchKept,
        Self::ProcessesKept,
        Self::CpuOfChildOnly,
        Self::FilesInherited,
        Self::InputShared,
        Self::OutputUnbounded,
        Self::StderrUnbounded,
        Self::CpuLimit,
        Self::WallClock,
        Self::OomScore,
        Self::ProcessLimit,
        Self::FileSizeLimit,
        Self::OpenFileLimit,
        Self::MessageQueueLimit,
        Self::StackLimit,
        Self::Environment,
        Self::Seccomp,
        Self::PeakFromRusage,
        Self::CoreDumps,
    ];

    /// What is different with the protection off.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::SameUser => "The program runs as the runner's user.",
            Self::Dumpable => "The program runs as the runner's user and can look into the runner.",
            Self::ProgramWritable => "The program can write and replace its source and its binary.",
            Self::ScratchKept => "Files that a test leaves in /tmp are there in the next test.",
            Self::ProcessesKept => "Only the program itself is ended, not what it started.",
            Self::CpuOfChildOnly => {
                "CPU time is that of the program and of the children it waited for."
            }
            Self::FilesInherited => "The program finds one more open file, and can write to it.",
            Self::InputShared => {
                "All tests read from one file, each from where the one before it stopped."
            }
            Self::OutputUnbounded => "Standard output has no limit.",
            Self::StderrUnbounded => "All of standard error is kept in the runner's memory.",
            Self::CpuLimit => "CPU time has no limit below one minute.",
            Self::WallClock => "Time has no limit below one minute.",
            Self::OomScore => {
                "Where memory is used up, the kernel may choose the runner as well as the program."
            }
            Self::ProcessLimit => "Only the container limits how many processes there are.",
            Self::FileSizeLimit => "Only the space that is left limits the size of a file.",
            Self::OpenFileLimit => "A program may open as many files as the container allows.",
            Self::MessageQueueLimit => "Message queues can be made, and outlive their makers.",
            Self::StackLimit => "The stack is limited to the usual 8 MiB.",
            Self::Environment => "The runner's environment is the program's as well.",
            Self::Seccomp => {
                "No system call is denied by the runner; the container's filter stays."
            }
            Self::PeakFromRusage => {
                "The runner holds the input in memory, and the program's peak includes it."
            }
            Self::CoreDumps => "A crash leaves as much of a core file as the container allows.",
        }
    }
}

impl From<Weakness> for u8 {
    fn from(weakness: Weakness) -> Self {
        weakness as Self
    }
}

impl TryFrom<u8> for Weakness {
    type Error = DecodeError;

    fn try_from(tag: u8) -> Result<Self, DecodeError> {
        Self::ALL
            .into_iter()
            .find(|&weakness| weakness as u8 == tag)
            .ok_or(DecodeError::UnknownTag(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weakness_has_its_own_tag_and_none_is_zero() {
        for (index, weakness) in Weakness::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(u8::from(weakness)), index + 1);
            assert_eq!(Weakness::try_from(u8::from(weakness)), Ok(weakness));
        }
        assert_eq!(Weakness::try_from(0), Err(DecodeError::UnknownTag(0)));
    }
}
