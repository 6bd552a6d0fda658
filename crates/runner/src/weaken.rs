//! Switches off the one protection that a test names, where that is more than a condition at its place.
//!
//! Such a test shows that an attack succeeds without the protection, hence that the attack is one.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use synthsmith_runner_protocol::paths::{PROGRAM, SOURCE_DIR};
use synthsmith_runner_protocol::{Job, Weakness};

use crate::error::{During, Error};
use crate::wire::{memory_file, reopened};

/// Stands for no limit; a test that waits for more is of no use.
const LONGEST: Duration = Duration::from_mins(1);
const RUNNER_UID: u32 = 0;

/// Widens what the job itself limits.
pub(crate) fn widen(job: &mut Job) {
    match job.weakness {
        Some(Weakness::SameUser | Weakness::Dumpable) => job.program_uid = RUNNER_UID,
        Some(Weakness::OutputUnbounded) => job.run_caps.output_bytes = u64::MAX,
        Some(Weakness::CpuLimit) => job.run_caps.cpu_time = LONGEST,
        Some(Weakness::WallClock) => job.run_caps.wall_time = LONGEST,
        Some(Weakness::ProcessLimit) => job.run_caps.processes = u32::MAX,
        Some(Weakness::FileSizeLimit) => job.run_caps.file_bytes = u64::MAX,
        Some(Weakness::Environment) => {
            let own = std::env::vars().map(|(name, value)| format!("{name}={value}"));
            job.environment = own.chain(job.environment.drain(..)).collect();
        }
        _ => {}
    }
}

/// Gives everyone the right to write to the source and the program, and to replace them.
pub(crate) fn open_program(file_name: &str) -> Result<(), Error> {
    let program = Path::new(PROGRAM);
    let source_dir = Path::new(SOURCE_DIR);
    let opened = [
        Some(source_dir.join(file_name)),
        Some(source_dir.to_owned()),
        Some(program.to_owned()),
        program.parent().map(Path::to_owned),
    ];
    for path in opened.into_iter().flatten().filter(|path| path.exists()) {
        fs::set_permissions(path, Permissions::from_mode(0o777)).during("open the program")?;
    }
    Ok(())
}

/// What a weakened runner keeps from one test to the next.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    shared: Option<Shared>,
    held: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    all: File,
    reader: File,
}

impl Kept {
    /// What the program reads in place of its own input.
    pub(crate) fn input(&mut self, weakness: Option<Weakness>, own: File) -> Result<File, Error> {
        match weakness {
            Some(Weakness::InputShared) => self.share(own),
            Some(Weakness::PeakFromRusage) => self.hold(own),
            _ => Ok(own),
        }
    }

    fn share(&mut self, mut own: File) -> Result<File, Error> {
        let mut shared = match self.shared.take() {
            Some(shared) => shared,
            None => Shared::new()?,
        };
        io::copy(&mut own, &mut shared.all).during("add to the shared input")?;
        // The duplicate has the position of the original.
        let reader = shared.reader.try_clone().during("share an input");
        self.shared = Some(shared);
        reader
    }

    fn hold(&mut self, mut own: File) -> Result<File, Error> {
        self.held.clear();
        own.read_to_end(&mut self.held).during("hold an input")?;
        own.rewind().during("rewind an input")?;
        Ok(own)
    }
}

impl Shared {
    fn new() -> Result<Self, Error> {
        let all = memory_file()?;
        let reader = reopened(&all)?;
        Ok(Self { all, reader })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn input(text: &str) -> File {
        let mut file = memory_file().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        reopened(&file).unwrap()
    }

    fn text(file: &File, most_bytes: u64) -> String {
        let mut text = String::new();
        file.take(most_bytes).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_shared_input_goes_on_where_the_last_reader_stopped() {
        let mut kept = Kept::default();
        let weakness = Some(Weakness::InputShared);
        let first = kept.input(weakness, input("one two")).unwrap();
        assert_eq!(text(&first, 4), "one ");
        let second = kept.input(weakness, input("three")).unwrap();
        assert_eq!(text(&second, 100), "twothree");
    }

    #[test]
    fn other_inputs_are_left_alone() {
        for weakness in [
            None,
            Some(Weakness::PeakFromRusage),
            Some(Weakness::Seccomp),
        ] {
            let mut kept = Kept::default();
            let first = kept.input(weakness, input("one two")).unwrap();
            assert_eq!(text(&first, 4), "one ");
            let second = kept.input(weakness, input("three")).unwrap();
            assert_eq!(text(&second, 100), "three");
        }
    }
}
