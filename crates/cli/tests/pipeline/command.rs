//! The command, as a test uses it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// Small enough for a test, large enough for rejections and several stages at a time.
pub(crate) const SMALL: [&str; 12] = [
    "--tasks",
    "6",
    "--candidates",
    "4",
    "--tests",
    "8",
    "--evolution-rounds",
    "1",
    "--evolution-steps",
    "4",
    "--seed",
    "5",
];

/// Files below `data/` with their content.
pub(crate) type Data = BTreeMap<PathBuf, Vec<u8>>;

/// A folder for runs, with a configuration that makes the teacher slow in a random way.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let jitter = "[teacher.faults]\nlatency_max_ms = 40\nrate_500 = 0.02\nrate_drop = 0.02\n\
                      [gateway.endpoint]\nfirst_retry_seconds = 0.05\n";
        std::fs::write(place.path("jitter.toml"), jitter).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `synthsmith` with arguments, in this folder.
    pub(crate) fn synthsmith(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synthsmith"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// A small run into the folder `out`.
    pub(crate) fn small_run(&self, out: &str, more: &[&str]) -> Command {
        let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/python");
        let begin = [
            "run",
            "--samples",
            samples,
            "--max-samples",
            "12",
            "--out",
            out,
        ];
        let args: Vec<&str> = begin.iter().chain(&SMALL).chain(more).copied().collect();
        self.synthsmith(&args)
    }

    pub(crate) fn data(&self, out: &str) -> Data {
        let folder = self.path(out).join("data");
        let mut data = Data::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&folder).unwrap().to_owned();
            data.insert(name, std::fs::read(path).unwrap());
        }
        data
    }

    pub(crate) fn report(&self, out: &str) -> serde_json::Value {
        let report = std::fs::read(self.path(out).join("report.json")).unwrap();
        serde_json::from_slice(&report).unwrap()
    }
}

/// Runs a command that must do its job.
pub(crate) fn succeed(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} left with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Says where two outputs differ, instead of printing both.
pub(crate) fn assert_same(one: &Data, other: &Data) {
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>()
    );
    for (name, content) in one {
        let first_difference = content
            .split(|byte| *byte == b'\n')
            .zip(other[name].split(|byte| *byte == b'\n'))
            .position(|(left, right)| left != right);
        assert_eq!(
            first_difference,
            None,
            "{} differs in this line",
            name.display()
        );
        assert_eq!(
            content.len(),
            other[name].len(),
            "{} is cut",
            name.display()
        );
    }
}

/// A process that ends with the test.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}
