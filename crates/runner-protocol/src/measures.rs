//! What a process used, and how it ended.

use std::time::Duration;

use crate::bytes::{DecodeError, Reader, Writer};

/// What a process and its descendants used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    pub cpu_time: Duration,
    pub wall_time: Duration,
    pub peak_memory_bytes: u64,
}

impl Measures {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.duration(self.cpu_time);
        writer.duration(self.wall_time);
        writer.u64(self.peak_memory_bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            cpu_time: reader.duration()?,
            wall_time: reader.duration()?,
            peak_memory_bytes: reader.u64()?,
        })
    }
}

/// How the first process of a run ended, by itself or by the runner's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Exited(i32),
    Signalled(i32),
}

impl Ending {
    pub(crate) fn write(self, writer: &mut Writer) {
        let (tag, number) = match self {
            Self::Exited(code) => (0, code),
            Self::Signalled(signal) => (1, signal),
        };
        writer.u8(tag);
        writer.i32(number);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8()? {
            0 => Ok(Self::Exited(reader.i32()?)),
            1 => Ok(Self::Signalled(reader.i32()?)),
            tag => Err(DecodeError::UnknownTag(tag)),
        }
    }
}
