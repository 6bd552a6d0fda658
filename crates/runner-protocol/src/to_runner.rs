//! Frames from the host to the runner.

use crate::bytes::{DecodeError, Reader, Writer};
use crate::{Header, Job};

const JOB: u8 = 1;
/// Kind of the frame whose payload is the source.
pub const SOURCE: u8 = 2;
/// Kind of the frame whose payload is the input of a test. The runner copies it to a file without holding it.
pub const TEST: u8 = 3;
/// Kind of the frame whose payload is a file: one that the program finds in its working directory, or that the next test
/// gets beside its input.
pub const FILE: u8 = 4;

/// Kind of the frame whose payload is a program that was built before. It is copied as inputs are.
pub const PROGRAM: u8 = 5;
const CELLS: u8 = 6;
/// Kind of the frame behind the last test.
pub const END: u8 = 7;

/// A frame from the host to the runner. The bytes of sources and inputs are borrowed, since they can be large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToRunner<'a> {
    Job(Box<Job>),
    /// In place of the first job: one job after another comes, each for a cell of its own.
    Cells(Cells),
    Source(&'a [u8]),
    File(&'a [u8]),
    Test(&'a [u8]),
    Program(&'a [u8]),
    /// The job is done. A container alone ends; a cell makes room for the next.
    End,
}

/// The users of the cells of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    /// The container's user who is the first user of each cell; the users of the cell follow it.
    pub first_uid: u32,
}

impl Cells {
    /// How many users a cell has: its runner, a compiler and a program.
    pub const USERS: u32 = 3;
    pub const COMPILER_UID: u32 = 1;
    pub const PROGRAM_UID: u32 = 2;
}

impl<'a> ToRunner<'a> {
    /// The header and whatever precedes the borrowed bytes, and the borrowed bytes.
    pub fn encode(&self) -> (Vec<u8>, &'a [u8]) {
        let (kind, own, borrowed): (u8, Vec<u8>, &[u8]) = match self {
            Self::Job(job) => {
                let mut writer = Writer::default();
                job.write(&mut writer);
                (JOB, writer.0, &[])
            }
            Self::Cells(cells) => {
                let mut writer = Writer::default();
                writer.u32(cells.first_uid);
                (CELLS, writer.0, &[])
            }
            Self::Source(source) => (SOURCE, Vec::new(), source),
            Self::File(file) => (FILE, Vec::new(), file),
            Self::Test(input) => (TEST, Vec::new(), input),
            Self::Program(program) => (PROGRAM, Vec::new(), program),
            Self::End => (END, Vec::new(), &[]),
        };
        let header = Header {
            kind,
            payload_bytes: own.len() + borrowed.len(),
        };
        ([&header.encode(), own.as_slice()].concat(), borrowed)
    }

    pub fn decode(kind: u8, payload: &'a [u8]) -> Result<Self, DecodeError> {
        match kind {
            JOB => {
                let mut reader = Reader(payload);
                let job = Job::read(&mut reader)?;
                reader.end()?;
                Ok(Self::Job(Box::new(job)))
            }
            CELLS => {
                let mut reader = Reader(payload);
                let first_uid = reader.u32()?;
                reader.end()?;
                Ok(Self::Cells(Cells { first_uid }))
            }
            END => Reader(payload).end().map(|()| Self::End),
            PROGRAM => Ok(Self::Program(payload)),
            SOURCE => Ok(Self::Source(payload)),
            FILE => Ok(Self::File(payload)),
            TEST => Ok(Self::Test(payload)),
            tag => Err(DecodeError::UnknownTag(tag)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{Caps, HEADER_BYTES, MAX_ATTACHED_FILES, Weakness, WorkingFiles};

    prop_compose! {
        fn any_caps()(times in any::<(u64, u64)>(), sizes in any::<(u64, u64, u64)>(), processes in any::<u32>()) -> Caps {
            Caps {
                cpu_time: Duration::from_nanos(times.0),
                wall_time: Duration::from_nanos(times.1),
                memory_bytes: sizes.0,
                processes,
                output_bytes: sizes.1,
                file_bytes: sizes.2,
            }
        }
    }

    prop_compose! {
        fn any_job()(
            file_name in ".{0,20}",
            lists in prop::collection::vec(prop::collection::vec(".{0,12}", 0..5), 3),
            flags in any::<(bool, bool, bool, bool)>(),
            compile_caps in any_caps(),
            run_caps in any_caps(),
            uids in any::<(u32, u32)>(),
            files in prop::collection::vec(prop::collection::vec("[a-z]{1,9}(/[^/\\pC]{3,9})?", 0..4), 2),
            wanted_bytes in any::<u64>(),
            attached_files in 0..=MAX_ATTACHED_FILES,
            weakness in prop::option::of(prop::sample::select(&Weakness::ALL[..])),
        ) -> Job {
            Job {
                file_name,
                compile: lists[0].clone(),
                builds_program: flags.0,
                returns_program: flags.1,
                brings_program: flags.2,
                run: lists[1].clone(),
                zygote: flags.3,
                environment: lists[2].clone(),
                compile_caps,
                run_caps,
                compiler_uid: uids.0,
                program_uid: uids.1,
                working_files: WorkingFiles { given: files[0].clone(), wanted: files[1].clone(), wanted_bytes },
                attached_files,
                weakness,
            }
        }
    }

    fn returned<'a>(
        frame: &ToRunner<'a>,
        joined: &'a mut Vec<u8>,
    ) -> Result<ToRunner<'a>, DecodeError> {
        let (own, borrowed) = frame.encode();
        joined.extend_from_slice(&own);
        joined.extend_from_slice(borrowed);
        let (head, payload) = joined.split_first_chunk::<HEADER_BYTES>().unwrap();
        let header = Header::parse(*head)?;
        assert_eq!(header.payload_bytes, payload.len());
        ToRunner::decode(header.kind, payload)
    }

    proptest! {
        #[test]
        fn a_job_survives_the_journey(job in any_job()) {
            let mut joined = Vec::new();
            prop_assert_eq!(returned(&ToRunner::Job(Box::new(job.clone())), &mut joined)?, ToRunner::Job(Box::new(job)));
        }

        #[test]
        fn bytes_survive_the_journey(bytes in prop::collection::vec(any::<u8>(), 0..300), first_uid in any::<u32>()) {
            let mut joined = Vec::new();
            for frame in [
                ToRunner::Source(&bytes),
                ToRunner::File(&bytes),
                ToRunner::Test(&bytes),
                ToRunner::Program(&bytes),
                ToRunner::Cells(Cells { first_uid }),
                ToRunner::End,
            ] {
                prop_assert_eq!(returned(&frame, &mut joined)?, frame);
                joined.clear();
            }
        }

        #[test]
        fn a_job_with_too_many_files_or_an_unknown_weakness_is_refused(job in any_job(), excess in 1_u8..) {
            let mut bytes = ToRunner::Job(Box::new(job)).encode().0.split_off(HEADER_BYTES);
            let last = bytes.len() - 1;
            let unknown = u8::from(Weakness::ALL[Weakness::ALL.len() - 1]).saturating_add(excess);
            bytes[last] = unknown;
            prop_assert_eq!(ToRunner::decode(JOB, &bytes), Err(DecodeError::UnknownTag(unknown)));
            bytes[last - 1] = MAX_ATTACHED_FILES.saturating_add(excess);
            prop_assert_eq!(ToRunner::decode(JOB, &bytes), Err(DecodeError::TooLarge));
        }

        #[test]
        fn a_job_cut_short_is_refused(job in any_job(), cut in 1_usize..30) {
            let (own, _) = ToRunner::Job(Box::new(job)).encode();
            let payload = &own[HEADER_BYTES..own.len() - cut];
            prop_assert!(ToRunner::decode(JOB, payload).is_err());
        }
    }
}
