//! What the runner is asked to do.

use std::time::Duration;

use crate::bytes::{DecodeError, Reader, Writer};
use crate::{Weakness, WorkingFiles};

/// The most files that a program can have beside its standard input.
pub const MAX_ATTACHED_FILES: u8 = 8;

/// What a run may use. The container bounds memory; the runner needs the figure to tell why a program failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    pub cpu_time: Duration,
    pub wall_time: Duration,
    pub memory_bytes: u64,
    pub processes: u32,
    pub output_bytes: u64,
    /// The largest file that may be written.
    pub file_bytes: u64,
}

/// How one program is compiled and run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
pub struct Job {
    /// A plain name; the source becomes this file in [`crate::paths::SOURCE_DIR`].
    pub file_name: String,
    /// Empty where the language has no step before the run.
    pub compile: Vec<String>,
    /// Whether the compiler leaves [`crate::paths::BUILT_PROGRAM`].
    pub builds_program: bool,
    /// Whether the host wants the built program, as [`crate::FromRunner::Program`] frames behind the answer.
    pub returns_program: bool,
    /// Whether the host sends the built program behind the source, instead of having it compiled.
    pub brings_program: bool,
    pub run: Vec<String>,
    /// Whether `run` starts a `CPython`, which the runner may start once for all tests.
    pub zygote: bool,
    /// The whole environment, as `NAME=value`.
    pub environment: Vec<String>,
    pub compile_caps: Caps,
    pub run_caps: Caps,
    /// User ids that no other sandbox on the machine has at the same time.
    pub compiler_uid: u32,
    pub program_uid: u32,
    pub working_files: WorkingFiles,
    /// Files beside standard input that come with every test, at most [`MAX_ATTACHED_FILES`]. The program finds their
    /// paths behind its arguments, in the order in which they were sent.
    pub attached_files: u8,
    /// For negative controls of tests only: the one protection that is off.
    pub weakness: Option<Weakness>,
}

impl Caps {
    fn write(&self, writer: &mut Writer) {
        writer.duration(self.cpu_time);
        writer.duration(self.wall_time);
        writer.u64(self.memory_bytes);
        writer.u32(self.processes);
        writer.u64(self.output_bytes);
        writer.u64(self.file_bytes);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            cpu_time: reader.duration()?,
            wall_time: reader.duration()?,
            memory_bytes: reader.u64()?,
            processes: reader.u32()?,
            output_bytes: reader.u64()?,
            file_bytes: reader.u64()?,
        })
    }
}

impl Job {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.bytes(self.file_name.as_bytes());
        writer.texts(self.compile.iter());
        writer.bool(self.builds_program);
        writer.bool(self.returns_program);
        writer.bool(self.brings_program);
        writer.texts(self.run.iter());
        writer.bool(self.zygote);
        writer.texts(self.environment.iter());
        self.compile_caps.write(writer);
        self.run_caps.write(writer);
        writer.u32(self.compiler_uid);
        writer.u32(self.program_uid);
        self.working_files.write(writer);
        writer.u8(self.attached_files);
        writer.u8(self.weakness.map_or(0, u8::from));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            file_name: reader.text()?,
            compile: reader.texts()?,
            builds_program: reader.bool()?,
            returns_program: reader.bool()?,
            brings_program: reader.bool()?,
            run: reader.texts()?,
            zygote: reader.bool()?,
            environment: reader.texts()?,
            compile_caps: Caps::read(reader)?,
            run_caps: Caps::read(reader)?,
            compiler_uid: reader.u32()?,
            program_uid: reader.u32()?,
            working_files: WorkingFiles::read(reader)?,
            attached_files: read_attached_files(reader)?,
            weakness: read_weakness(reader)?,
        })
    }
}

fn read_attached_files(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    match reader.u8()? {
        count @ 0..=MAX_ATTACHED_FILES => Ok(count),
        _ => Err(DecodeError::TooLarge),
    }
}

fn read_weakness(reader: &mut Reader<'_>) -> Result<Option<Weakness>, DecodeError> {
    match reader.u8()? {
        0 => Ok(None),
        tag => Weakness::try_from(tag).map(Some),
    }
}
