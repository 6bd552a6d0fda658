//! An interpreter that waits outside of all cells: the zygotes in them are forked from it.
//!
//! To start one costs as much as ten runs of a small program. The stem is given nothing of a job but how the interpreter
//! starts, executes nothing of a program, and has no rights. A process that is forked from it enters the cell, loses there
//! what every zygote lacks, and only then has any part in a job. Where that fails, a cell starts its own.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recv, recvmsg, send, sendmsg,
};

use super::interpreter::{Beginning, pair, started};
use crate::confine::Confinement;
use crate::error::{During, Error};
use crate::reap::end_one;
use crate::seccomp;

/// The first one gives the right to the others.
const NAMESPACES: [&str; 6] = ["user", "mnt", "pid", "net", "ipc", "uts"];
/// Those, and the zygote's end of the line to its runner.
const FILES: usize = 1 + NAMESPACES.len();
const JOINED: &[u8] = b"joined";
const MAX_REQUEST_BYTES: usize = 128 * 1024;

/// Between the runner of a cell and the one outside.
#[derive(Debug)]
pub(crate) struct Line(OwnedFd);

/// Where zygotes come from.
#[derive(Debug, Default)]
pub(crate) enum Stem {
    /// None was asked for yet.
    #[default]
    Absent,
    Waiting {
        beginning: Beginning,
        pid: i32,
        control: OwnedFd,
    },
    /// It was tried in vain, and not again.
    Impossible,
}

// === impl Line ===

impl Line {
    /// The end outside, and the one in the cell.
    pub(crate) fn pair() -> Result<(Self, Self), Error> {
        let (inside, outside) = pair()?;
        Ok((Self(outside), Self(inside)))
    }

    /// Asks for a zygote in this process's own namespaces; it speaks through `end`.
    pub(super) fn join(&self, beginning: &Beginning, end: OwnedFd) -> Result<(), Error> {
        let mut files = vec![end];
        for name in NAMESPACES {
            let namespace = File::open(format!("/proc/self/ns/{name}"));
            files.push(namespace.during("open a namespace")?.into());
        }
        hand_over(&self.0, &beginning.encode(), &files)?;
        match answer(&self.0)?.as_slice() {
            JOINED => Ok(()),
            _ => Err(Error::OutOfTurn("a zygote")),
        }
    }
}

// === impl Stem ===

impl Stem {
    /// Does what the cell asks for, until it ends.
    pub(crate) fn serve(&mut self, line: &Line) -> Result<(), Error> {
        loop {
            let (request, files) = take_over(&line.0)?;
            if request.is_empty() {
                return Ok(());
            }
            let joined = self.join(&request, &files);
            if joined.is_err() {
                self.end()?;
                *self = Self::Impossible;
            }
            let said = if joined.is_ok() { JOINED } else { b"failed" };
            send(&line.0, said, SendFlags::NOSIGNAL).during("answer a cell")?;
        }
    }

    /// How many processes it is.
    pub(crate) fn processes(&self) -> u64 {
        u64::from(matches!(self, Self::Waiting { .. }))
    }

    fn join(&mut self, request: &[u8], files: &[OwnedFd]) -> Result<(), Error> {
        if matches!(self, Self::Impossible) {
            return Err(Error::OutOfTurn("a stem"));
        }
        let asked = Beginning::decode(request).ok_or(Error::OutOfTurn("a beginning"))?;
        if !matches!(self, Self::Waiting { beginning, .. } if *beginning == asked) {
            self.end()?;
            let (pid, control) = started(&asked, Confinement::of_stem)?;
            *self = Self::Waiting {
                beginning: asked,
                pid,
                control,
            };
        }
        let Self::Waiting { control, .. } = self else {
            return Err(Error::OutOfTurn("a stem"));
        };
        hand_over(control, &join_message(), files)?;
        match answer(control)?.as_slice() {
            JOINED => Ok(()),
            _ => Err(Error::OutOfTurn("a zygote")),
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        if let Self::Waiting { pid, .. } = std::mem::take(self) {
            end_one(pid)?;
        }
        Ok(())
    }
}

// === impl Beginning ===

impl Beginning {
    /// Texts with zero bytes between, which none of them has: they are arguments and an environment.
    fn encode(&self) -> Vec<u8> {
        let mut texts = vec![self.memory_bytes.to_string(), self.argv.len().to_string()];
        texts.extend(self.argv.iter().chain(&self.environment).cloned());
        texts.join("\0").into_bytes()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let texts = std::str::from_utf8(bytes).ok()?.split('\0');
        let mut texts = texts.map(str::to_owned);
        let memory_bytes = texts.next()?.parse().ok()?;
        let count = texts.next()?.parse().ok()?;
        let argv: Vec<String> = texts.by_ref().take(count).collect();
        (argv.len() == count).then(|| Self {
            argv,
            environment: texts.collect(),
            memory_bytes,
        })
    }
}

/// With the filter that a zygote in a cell has from its runner otherwise.
fn join_message() -> Vec<u8> {
    let mut message = b"join\0".to_vec();
    for instruction in seccomp::filter() {
        let [low, high] = instruction.code.to_le_bytes();
        let jumps = [low, high, instruction.jt, instruction.jf];
        for byte in jumps.into_iter().chain(instruction.k.to_le_bytes()) {
            message.extend(format!("{byte:02x}").bytes());
        }
    }
    message
}

fn hand_over(line: &OwnedFd, message: &[u8], files: &[OwnedFd]) -> Result<(), Error> {
    let files: Vec<BorrowedFd<'_>> = files.iter().map(AsFd::as_fd).collect();
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(FILES))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(&files));
    let flags = SendFlags::NOSIGNAL;
    sendmsg(line, &[IoSlice::new(message)], &mut ancillary, flags)
        .map(drop)
        .during("ask for a zygote")
}

/// What the other one handed over; nothing once it is gone.
fn take_over(line: &OwnedFd) -> Result<(Vec<u8>, Vec<OwnedFd>), Error> {
    let mut message = vec![0; MAX_REQUEST_BYTES];
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(FILES))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(
        line,
        &mut [IoSliceMut::new(&mut message)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )
    .during("hear a cell")?;
    message.truncate(received.bytes);
    let files = ancillary.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => files.collect(),
        _ => Vec::new(),
    });
    Ok((message, files.collect()))
}

fn answer(line: &OwnedFd) -> Result<Vec<u8>, Error> {
    let mut answer = vec![0; JOINED.len()];
    let length = recv(line, &mut answer, RecvFlags::empty())
        .during("wait for a zygote")?
        .0;
    answer.truncate(length);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_interpreter_begins_with_is_told_whole() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let beginning = Beginning {
            argv: texts(&["python3", "", "main.py"]),
            environment: texts(&["A=1", "B="]),
            memory_bytes: 1 << 30,
        };
        assert_eq!(Beginning::decode(&beginning.encode()), Some(beginning));
        for other in [&b""[..], b"1", b"x\x001\0a", b"1\x002\0a", b"1\x001\0\xff"] {
            assert_eq!(Beginning::decode(other), None, "{other:?}");
        }
    }
}
