//! Opens the files of benchmarks and ledgers: the one module that touches the file system.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::ledger::{Entry, Ledger};
use crate::records::{Bounds, DataSet, Records};
use crate::{Benchmark, Error, Problem};

/// The problems of one benchmark.
pub type Problems = Box<dyn Iterator<Item = Result<Problem, Error>> + Send>;

/// Opens a file of records, or the output folder of a run of ours, which has `data/tasks.jsonl`.
///
/// `benchmark` is what the records are; `None` tells it by the first record.
pub fn problems(
    path: &Path,
    benchmark: Option<Benchmark>,
    bounds: Bounds,
) -> Result<Problems, Error> {
    if path.is_dir() {
        let data = path.join("data");
        return data_set(&data.join("tasks.jsonl"), &data.join("tests.jsonl"), bounds);
    }
    let records = Records::new(open(path)?, &shown(path), benchmark, bounds);
    Ok(Box::new(records))
}

/// Opens the two files of a data set of ours.
pub fn data_set(tasks: &Path, tests: &Path, bounds: Bounds) -> Result<Problems, Error> {
    let (tasks_name, tests_name) = (shown(tasks), shown(tests));
    let opened = DataSet::new(
        (open(tasks)?, &tasks_name),
        (open(tests)?, &tests_name),
        bounds,
    );
    Ok(Box::new(opened))
}

fn open(path: &Path) -> Result<BufReader<File>, Error> {
    let file = File::open(path).map_err(|source| Error::Open {
        path: path.to_owned(),
        source,
    })?;
    Ok(BufReader::with_capacity(64 << 10, file))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A ledger on disk. It is locked, so that no two evaluations write to it.
#[derive(Debug)]
pub struct LedgerFile {
    path: PathBuf,
    file: File,
    ledger: Ledger,
}

// === impl LedgerFile ===

impl LedgerFile {
    /// Opens a ledger or begins one. What a crash left of a last line is cut off.
    pub fn open(path: &Path, fingerprint: String) -> Result<Self, Error> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut file = opened.map_err(|source| Error::Open {
            path: path.to_owned(),
            source,
        })?;
        file.try_lock().map_err(|error| busy(path, error))?;
        let (ledger, whole_bytes) = Ledger::read(BufReader::new(&file), &shown(path), fingerprint)?;
        let prepared = file
            .set_len(whole_bytes)
            .and_then(|()| file.seek(SeekFrom::Start(whole_bytes)))
            .and_then(|_| match whole_bytes {
                0 => file.write_all(ledger.header().as_bytes()),
                _ => Ok(()),
            });
        prepared.map_err(|source| cannot_write(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            ledger,
        })
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Appends a finished sample, unless it is there already. It is with the system when this returns, and so survives
    /// the process.
    ///
    /// After a failed write the ledger has to be opened anew, which cuts off what was written of the line.
    pub fn append(&mut self, entry: Entry) -> Result<(), Error> {
        let Some(line) = self.ledger.add(entry)? else {
            return Ok(());
        };
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|source| cannot_write(&self.path, source))
    }
}

fn busy(path: &Path, error: TryLockError) -> Error {
    let source = match error {
        TryLockError::Error(source) => source,
        TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
    };
    Error::LedgerBusy {
        path: path.to_owned(),
        source,
    }
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        source,
    }
}
