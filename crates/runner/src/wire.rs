//! Reads frames from the host and writes frames to it.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, Mode, SealFlags};
use synthsmith_runner_protocol::{
    Cells, DecodeError, END, FILE, FromRunner, HEADER_BYTES, Header, Job, PROGRAM, SOURCE, TEST,
    ToRunner,
};

use crate::error::{During, Error};

/// What the pipes from and to the host may hold: large frames then need fewer turns. Some kernels allow less.
const PIPE_BYTES: usize = 1024 * 1024;
/// Also what a program's peak may count that its parent held.
const BUFFER_BYTES: usize = 64 * 1024;
/// An answer goes out at the latest with the first one after this time; results that trickle in are seen as they do.
const LATE: Duration = Duration::from_millis(10);
/// Bounds what is held in memory for a job or a source.
const MAX_HELD_BYTES: usize = 4 * 1024 * 1024;

/// What one test is given: sealed files, each at its beginning.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) input: File,
    pub(crate) attached: Vec<File>,
}

/// How a conversation begins.
#[derive(Debug)]
pub(crate) enum Opening {
    Job(Box<Job>),
    Cells(Cells),
}

/// The connection to the host. Small frames are read and written together, since every piece wakes the engine.
#[derive(Debug)]
pub(crate) struct Host {
    input: BufReader<File>,
    output: BufWriter<File>,
    flushed: Instant,
}

impl Host {
    /// Takes over standard input and output, so that no child inherits them.
    pub(crate) fn take() -> Result<Self, Error> {
        let input = duplicate(io::stdin()).during("take over standard input")?;
        let output = duplicate(io::stdout()).during("take over standard output")?;
        for pipe in [&input, &output] {
            let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
        }
        Ok(Self {
            input: BufReader::with_capacity(BUFFER_BYTES, input),
            output: BufWriter::with_capacity(BUFFER_BYTES, output),
            flushed: Instant::now(),
        })
    }

    /// The frame goes out by the time that the host's next one is waited for.
    pub(crate) fn send(&mut self, frame: &FromRunner) -> Result<(), Error> {
        self.output
            .write_all(&frame.encode())
            .and_then(|()| self.flush_if_late())
            .during("answer the host")
    }

    /// Sends output without copying it into a frame first.
    pub(crate) fn send_output(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send_behind(FromRunner::output_header(bytes.len()), bytes)
    }

    /// Sends a piece of a file, likewise.
    pub(crate) fn send_piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send_behind(FromRunner::file_header(bytes.len()), bytes)
    }

    fn send_behind(&mut self, header: [u8; HEADER_BYTES], bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            self.output.write_all(&header)?;
            self.output.write_all(bytes)?;
        }
        self.flush_if_late()
    }

    fn flush_if_late(&mut self) -> io::Result<()> {
        if self.flushed.elapsed() < LATE {
            return Ok(());
        }
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        self.output.flush()
    }

    pub(crate) fn opening(&mut self) -> Result<Opening, Error> {
        let (kind, payload) = self.held()?;
        match ToRunner::decode(kind, &payload).map_err(Error::Frame)? {
            ToRunner::Job(job) => Ok(Opening::Job(job)),
            ToRunner::Cells(cells) => Ok(Opening::Cells(cells)),
            _ => Err(Error::OutOfTurn("a job or cells")),
        }
    }

    pub(crate) fn source(&mut self) -> Result<Vec<u8>, Error> {
        match self.held()? {
            (SOURCE, payload) => Ok(payload),
            _ => Err(Error::OutOfTurn("a source")),
        }
    }

    /// A file that follows the source, sealed.
    pub(crate) fn file(&mut self) -> Result<File, Error> {
        let file = self.stored(FILE, "a file of the working directory")?;
        file.ok_or(Error::OutOfTurn("a file of the working directory"))
    }

    /// A program that was built before; its reader must take all of it.
    pub(crate) fn program(&mut self) -> Result<impl Read + '_, Error> {
        let header = self.header()?.ok_or(Error::HostLeft)?;
        if header.kind != PROGRAM {
            return Err(Error::OutOfTurn("a program"));
        }
        Ok((&mut self.input).take(header.payload_bytes as u64))
    }

    /// What the next test is given, or `None` when the host has no more.
    pub(crate) fn given(&mut self, attached_files: u8) -> Result<Option<Given>, Error> {
        let mut attached = Vec::new();
        for _ in 0..attached_files {
            match self.stored(FILE, "a file of a test")? {
                Some(file) => attached.push(file),
                None => return Ok(None),
            }
        }
        let input = self.stored(TEST, "a test")?;
        Ok(input.map(|input| Given { input, attached }))
    }

    /// The end of the job, and nothing else.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        match self.held()? {
            (END, _) => Ok(()),
            _ => Err(Error::OutOfTurn("the end of the job")),
        }
    }

    /// The payload of the next frame as a sealed file, or `None` at the end of the job.
    ///
    /// The bytes never enter the runner's own memory: a child's peak counts what its parent held when it forked.
    fn stored(&mut self, kind: u8, expected: &'static str) -> Result<Option<File>, Error> {
        let Some(header) = self.header()? else {
            return Err(Error::HostLeft);
        };
        if header.kind == END {
            return Ok(None);
        }
        if header.kind != kind {
            return Err(Error::OutOfTurn(expected));
        }
        let mut file = memory_file()?;
        let left = self.buffered(header.payload_bytes, &mut file)?;
        // From here on the kernel copies, from one file to the other.
        let copied = io::copy(&mut self.input.get_ref().take(left), &mut file);
        if copied.during("store an input")? < left {
            return Err(Error::HostLeft);
        }
        sealed(&file).map(Some)
    }

    /// Stores what has been read of a payload; returns how much has not.
    fn buffered(&mut self, payload_bytes: usize, file: &mut File) -> Result<u64, Error> {
        let read = self.input.buffer();
        let read = &read[..read.len().min(payload_bytes)];
        file.write_all(read).during("store an input")?;
        let left = payload_bytes - read.len();
        let read_bytes = read.len();
        self.input.consume(read_bytes);
        Ok(left as u64)
    }

    fn held(&mut self) -> Result<(u8, Vec<u8>), Error> {
        let header = self.header()?.ok_or(Error::HostLeft)?;
        if header.payload_bytes > MAX_HELD_BYTES {
            return Err(Error::Frame(DecodeError::TooLarge));
        }
        let mut payload = vec![0; header.payload_bytes];
        self.input.read_exact(&mut payload).during("read a frame")?;
        Ok((header.kind, payload))
    }

    fn header(&mut self) -> Result<Option<Header>, Error> {
        if self.input.buffer().len() < HEADER_BYTES {
            self.flush().during("answer the host")?;
        }
        let mut bytes = [0; HEADER_BYTES];
        match self.input.read_exact(&mut bytes) {
            Ok(()) => Header::parse(bytes).map(Some).map_err(Error::Frame),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(Error::System("read from the host", error)),
        }
    }
}

fn duplicate(standard: impl AsFd) -> rustix::io::Result<File> {
    rustix::io::fcntl_dupfd_cloexec(standard, 3).map(File::from)
}

pub(crate) fn memory_file() -> Result<File, Error> {
    rustix::fs::memfd_create("input", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)
        .map(File::from)
        .during("create a file for an input")
}

/// Makes the file one that nobody can change any more.
fn sealed(file: &File) -> Result<File, Error> {
    let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(file, seals).during("seal an input")?;
    rustix::fs::fchmod(file, Mode::from_raw_mode(0o444)).during("protect an input")?;
    reopened(file)
}

/// Opens the file for reading only, with a position of its own.
pub(crate) fn reopened(file: &File) -> Result<File, Error> {
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd())).during("reopen an input")
}

/// A file that ends at once.
pub(crate) fn empty_input() -> Result<File, Error> {
    sealed(&memory_file()?)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_sealed_input_starts_at_its_beginning_and_cannot_be_written() {
        let mut file = memory_file().unwrap();
        file.write_all(b"7\n").unwrap();
        let mut input = sealed(&file).unwrap();
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        assert_eq!(text, "7\n");
        assert!(file.write_all(b"8\n").is_err());
    }

    #[test]
    fn an_empty_input_is_at_its_end() {
        assert_eq!(empty_input().unwrap().read(&mut [0; 1]).unwrap(), 0);
    }
}
