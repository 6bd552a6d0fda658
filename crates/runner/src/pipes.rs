//! Passes a child's output on, and keeps the beginning of what it complains.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use crate::error::{During, Error};
use crate::launch::Started;

const CHUNK_BYTES: usize = 64 * 1024;
/// Output that comes in pieces below this size is left to collect for a moment.
const TRICKLE_BYTES: usize = 4 * 1024;

/// Takes standard output as it comes; nothing at all, where there is none for now.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> io::Result<()>;

pub(crate) struct Pipes<'a> {
    pub(crate) child: Started,
    pub(crate) stderr_excerpt: Vec<u8>,
    /// The host's time, which is not counted as the program's.
    pub(crate) waited_for_host: Duration,
    /// Whether the last piece of output was a small one. A program may print byte by byte; taking each at once would
    /// cost more than the printing.
    pub(crate) trickles: bool,
    sink: Sink<'a>,
    output_limit_bytes: u64,
    kept_stderr_bytes: usize,
    output_bytes: u64,
    buffer: Vec<u8>,
}

impl<'a> Pipes<'a> {
    pub(crate) fn new(
        child: Started,
        output_limit_bytes: u64,
        kept_stderr_bytes: usize,
        sink: Sink<'a>,
    ) -> Self {
        Self {
            child,
            stderr_excerpt: Vec::new(),
            waited_for_host: Duration::ZERO,
            trickles: false,
            sink,
            output_limit_bytes,
            kept_stderr_bytes,
            output_bytes: 0,
            buffer: vec![0; CHUNK_BYTES],
        }
    }

    /// Whether more than the limit was printed; what is above it was not passed on.
    pub(crate) fn is_over(&self) -> bool {
        self.output_bytes > self.output_limit_bytes
    }

    /// Takes what is in the pipes without waiting, at most a chunk of each. Says whether there was anything.
    pub(crate) fn pass_on(&mut self) -> Result<bool, Error> {
        let printed = read_some(&mut self.child.stdout, &mut self.buffer)?;
        if printed > 0 {
            let allowed = self
                .output_limit_bytes
                .saturating_sub(self.output_bytes)
                .min(printed as u64) as usize;
            self.output_bytes += printed as u64;
            let asked = Instant::now();
            if allowed > 0 {
                (self.sink)(&self.buffer[..allowed]).during("pass on output")?;
            }
            self.waited_for_host += asked.elapsed();
        } else {
            // What was answered before does not wait for a program that prints nothing.
            (self.sink)(&[]).during("pass on output")?;
        }
        let complained = read_some(&mut self.child.stderr, &mut self.buffer)?;
        let kept = complained.min(self.kept_stderr_bytes - self.stderr_excerpt.len());
        self.stderr_excerpt.extend_from_slice(&self.buffer[..kept]);
        self.trickles = (1..TRICKLE_BYTES).contains(&(printed + complained));
        Ok(printed + complained > 0)
    }
}

/// Reads without waiting; drops the pipe at its end, so that it is not polled again.
fn read_some(pipe: &mut Option<impl Read>, buffer: &mut [u8]) -> Result<usize, Error> {
    let Some(open) = pipe else { return Ok(0) };
    match open.read(buffer) {
        Ok(0) => {
            *pipe = None;
            Ok(0)
        }
        Ok(length) => Ok(length),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
            ) =>
        {
            Ok(0)
        }
        Err(error) => Err(error).during("read a program's output"),
    }
}
