//! Frames from the runner to the host.

use crate::bytes::{DecodeError, Reader, Writer};
use crate::{Ending, Header, Measures};

const READY: u8 = 1;
const OUTPUT: u8 = 2;
const COMPILED: u8 = 3;
const DONE: u8 = 4;
const FAULT: u8 = 5;
const PROGRAM: u8 = 6;
const FILE: u8 = 7;
const FETCHED: u8 = 8;

/// A frame from the runner to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromRunner {
    /// The runner waits for a job.
    Ready {
        protocol_version: u32,
        /// The highest id that a user of the container can have.
        highest_uid: u32,
    },
    /// The program under test wrote these bytes to standard output.
    Output(Vec<u8>),
    Compiled(Compiled),
    /// A piece of the built program, of which there are [`Compiled::program_bytes`].
    Program(Vec<u8>),
    /// A piece of the next file that is wanted.
    File(Vec<u8>),
    /// What became of that file; its pieces came before.
    Fetched(Fetched),
    /// The test ended; its output came before.
    Done(Done),
    /// The runner could not do its part. This says nothing about the program.
    Fault(String),
}

/// How the step before the run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    pub status: Status,
    pub ending: Ending,
    /// The beginning of what the compiler wrote to standard output and standard error.
    pub messages: Vec<u8>,
    pub measures: Measures,
    /// What the built program takes of the container's memory, in which it lies; 0 where nothing was built.
    pub program_bytes: u64,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub status: Status,
    pub ending: Ending,
    pub stderr_excerpt: Vec<u8>,
    pub measures: Measures,
}

/// What became of a file that is wanted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    Whole,
    /// There is no such file that the program's user can read.
    Missing,
    /// It holds more than was left of [`crate::WorkingFiles::wanted_bytes`].
    TooLarge,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Exit code 0 within all limits.
    Ok,
    /// Another exit code, or a signal that the runner did not send.
    Failed,
    CpuTimeExceeded,
    WallTimeExceeded,
    MemoryExceeded,
    OutputExceeded,
    /// No process did anything for a while, nor waited for its turn. Only compilations end so.
    StoodStill,
}

impl Status {
    const ALL: [Self; 7] = [
        Self::Ok,
        Self::Failed,
        Self::CpuTimeExceeded,
        Self::WallTimeExceeded,
        Self::MemoryExceeded,
        Self::OutputExceeded,
        Self::StoodStill,
    ];

    fn write(self, writer: &mut Writer) {
        writer.u8(self as u8);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let tag = reader.u8()?;
        Self::ALL
            .get(usize::from(tag))
            .copied()
            .ok_or(DecodeError::UnknownTag(tag))
    }
}

impl Fetched {
    const ALL: [Self; 3] = [Self::Whole, Self::Missing, Self::TooLarge];

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let tag = reader.u8()?;
        let fetched = Self::ALL.get(usize::from(tag)).copied();
        fetched.ok_or(DecodeError::UnknownTag(tag))
    }
}

impl FromRunner {
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer(vec![0; crate::HEADER_BYTES]);
        let kind = self.write(&mut writer);
        let payload_bytes = writer.0.len() - crate::HEADER_BYTES;
        writer.0[..crate::HEADER_BYTES].copy_from_slice(
            &Header {
                kind,
                payload_bytes,
            }
            .encode(),
        );
        writer.0
    }

    /// The header of an output frame, for a runner that has the bytes elsewhere.
    pub fn output_header(payload_bytes: usize) -> [u8; crate::HEADER_BYTES] {
        header(OUTPUT, payload_bytes)
    }

    /// The header of a piece of a file, likewise.
    pub fn file_header(payload_bytes: usize) -> [u8; crate::HEADER_BYTES] {
        header(FILE, payload_bytes)
    }

    fn write(&self, writer: &mut Writer) -> u8 {
        match self {
            Self::Ready {
                protocol_version,
                highest_uid,
            } => {
                writer.u32(*protocol_version);
                writer.u32(*highest_uid);
                READY
            }
            Self::Output(bytes) => {
                writer.0.extend_from_slice(bytes);
                OUTPUT
            }
            Self::Compiled(compiled) => {
                write_end(
                    writer,
                    compiled.status,
                    compiled.ending,
                    &compiled.messages,
                    compiled.measures,
                );
                writer.u64(compiled.program_bytes);
                COMPILED
            }
            Self::Program(bytes) => {
                writer.0.extend_from_slice(bytes);
                PROGRAM
            }
            Self::File(bytes) => {
                writer.0.extend_from_slice(bytes);
                FILE
            }
            Self::Fetched(fetched) => {
                writer.u8(*fetched as u8);
                FETCHED
            }
            Self::Done(done) => {
                write_end(
                    writer,
                    done.status,
                    done.ending,
                    &done.stderr_excerpt,
                    done.measures,
                );
                DONE
            }
            Self::Fault(text) => {
                writer.bytes(text.as_bytes());
                FAULT
            }
        }
    }

    pub fn decode(kind: u8, payload: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader(payload);
        let frame = match kind {
            OUTPUT => return Ok(Self::Output(payload.to_vec())),
            PROGRAM => return Ok(Self::Program(payload.to_vec())),
            FILE => return Ok(Self::File(payload.to_vec())),
            FETCHED => Self::Fetched(Fetched::read(&mut reader)?),
            READY => Self::Ready {
                protocol_version: reader.u32()?,
                highest_uid: reader.u32()?,
            },
            COMPILED => {
                let (status, ending, messages, measures) = read_end(&mut reader)?;
                Self::Compiled(Compiled {
                    status,
                    ending,
                    messages,
                    measures,
                    program_bytes: reader.u64()?,
                })
            }
            DONE => {
                let (status, ending, stderr_excerpt, measures) = read_end(&mut reader)?;
                Self::Done(Done {
                    status,
                    ending,
                    stderr_excerpt,
                    measures,
                })
            }
            FAULT => Self::Fault(reader.text()?),
            tag => return Err(DecodeError::UnknownTag(tag)),
        };
        reader.end()?;
        Ok(frame)
    }
}

fn header(kind: u8, payload_bytes: usize) -> [u8; crate::HEADER_BYTES] {
    Header {
        kind,
        payload_bytes,
    }
    .encode()
}

fn write_end(writer: &mut Writer, status: Status, ending: Ending, text: &[u8], measures: Measures) {
    status.write(writer);
    ending.write(writer);
    writer.bytes(text);
    measures.write(writer);
}

fn read_end(reader: &mut Reader<'_>) -> Result<(Status, Ending, Vec<u8>, Measures), DecodeError> {
    Ok((
        Status::read(reader)?,
        Ending::read(reader)?,
        reader.bytes()?,
        Measures::read(reader)?,
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::HEADER_BYTES;

    prop_compose! {
        fn any_end()(
            status in 0..Status::ALL.len(),
            signalled in any::<bool>(),
            number in any::<i32>(),
            text in prop::collection::vec(any::<u8>(), 0..50),
            figures in any::<(u64, u64, u64)>(),
        ) -> Done {
            Done {
                status: Status::ALL[status],
                ending: if signalled { Ending::Signalled(number) } else { Ending::Exited(number) },
                stderr_excerpt: text,
                measures: Measures {
                    cpu_time: Duration::from_nanos(figures.0),
                    wall_time: Duration::from_nanos(figures.1),
                    peak_memory_bytes: figures.2,
                },
            }
        }
    }

    fn returned(frame: &FromRunner) -> Result<FromRunner, DecodeError> {
        let bytes = frame.encode();
        let (head, payload) = bytes.split_first_chunk::<HEADER_BYTES>().unwrap();
        FromRunner::decode(Header::parse(*head)?.kind, payload)
    }

    #[test]
    fn every_status_has_its_own_tag() {
        for (tag, fetched) in Fetched::ALL.into_iter().enumerate() {
            assert_eq!(fetched as usize, tag);
        }
        for (tag, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(status as usize, tag);
        }
    }

    proptest! {
        #[test]
        fn frames_survive_the_journey(
            done in any_end(),
            ready in any::<(u32, u32)>(),
            program_bytes in any::<u64>(),
            text in ".{0,30}",
        ) {
            let compiled = Compiled {
                status: done.status,
                ending: done.ending,
                messages: done.stderr_excerpt.clone(),
                measures: done.measures,
                program_bytes,
            };
            let output = done.stderr_excerpt.clone();
            for frame in [
                FromRunner::Ready { protocol_version: ready.0, highest_uid: ready.1 },
                FromRunner::Output(output.clone()),
                FromRunner::Program(output.clone()),
                FromRunner::File(output),
                FromRunner::Fetched(Fetched::ALL[program_bytes as usize % Fetched::ALL.len()]),
                FromRunner::Compiled(compiled),
                FromRunner::Done(done),
                FromRunner::Fault(text),
            ] {
                prop_assert_eq!(returned(&frame)?, frame);
            }
        }

        #[test]
        fn a_frame_with_a_tail_is_refused(done in any_end(), tail in 1_usize..9) {
            let mut payload = FromRunner::Done(done).encode().split_off(HEADER_BYTES);
            payload.resize(payload.len() + tail, 0);
            prop_assert_eq!(FromRunner::decode(DONE, &payload), Err(DecodeError::Long));
        }
    }
}
