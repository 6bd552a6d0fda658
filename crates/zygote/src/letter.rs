//! What the runner and a zygote tell each other.

use core::ffi::c_int;

use crate::call::{self, Done, EINTR, Failure};

/// Standard input, output and error of a run.
pub(crate) const FILES: usize = 3;
/// Says nothing but that there is something to do.
const MAX_NUDGE_BYTES: usize = 8;

const SOL_SOCKET: c_int = 1;
const SCM_RIGHTS: c_int = 1;
const MAX_WORDS: usize = 96;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Letter {
    Run([usize; FILES]),
    /// The runner has closed its end.
    End,
}

/// `struct iovec`.
#[repr(C)]
struct Piece {
    start: *mut u8,
    size_bytes: usize,
}

/// `struct msghdr`.
#[repr(C)]
struct Header {
    name: *mut u8,
    name_bytes: u32,
    pieces: *mut Piece,
    pieces_count: usize,
    ancillary: *mut Ancillary,
    ancillary_bytes: usize,
    flags: c_int,
}

/// `struct cmsghdr`, and room for as many files as there are to come.
#[derive(Debug, Default)]
#[repr(C)]
struct Ancillary {
    size_bytes: usize,
    level: c_int,
    kind: c_int,
    files: [c_int; FILES],
}

/// Of one with exactly as many files.
const FULL_BYTES: usize = core::mem::offset_of!(Ancillary, files) + size_of::<[c_int; FILES]>();

/// Waits for what the runner says next.
pub(crate) fn receive(control: usize) -> Done<Letter> {
    let mut nudge = [0; MAX_NUDGE_BYTES];
    let mut ancillary = Ancillary::default();
    let length = loop {
        match receive_into(control, &mut nudge, &mut ancillary) {
            Err(failure) if failure.number.get() == EINTR => {}
            other => break other?,
        }
    };
    Ok(match files(&ancillary) {
        Some(files) if length > 0 => Letter::Run(files),
        _ => Letter::End,
    })
}

fn receive_into(control: usize, nudge: &mut [u8], ancillary: &mut Ancillary) -> Done<usize> {
    let mut piece = Piece {
        start: nudge.as_mut_ptr(),
        size_bytes: nudge.len(),
    };
    let mut header = Header {
        name: core::ptr::null_mut(),
        name_bytes: 0,
        pieces: &raw mut piece,
        pieces_count: 1,
        ancillary,
        ancillary_bytes: size_of::<Ancillary>(),
        flags: 0,
    };
    // SAFETY: it points to the nudge and to the ancillary data, which are borrowed until this returns.
    unsafe { call::recvmsg(control, &mut header) }
}

fn files(ancillary: &Ancillary) -> Option<[usize; FILES]> {
    let is_full = ancillary.size_bytes == FULL_BYTES
        && ancillary.level == SOL_SOCKET
        && ancillary.kind == SCM_RIGHTS;
    is_full.then(|| ancillary.files.map(|file| file as usize))
}

/// The answer of a process that is about to become the program: its id.
pub(crate) fn send_id(control: usize) -> Done {
    let mut words = Words::default();
    words.put_number(call::getpid());
    call::send(control, words.so_far())
}

pub(crate) fn send_failure(control: usize, failure: &Failure) -> Done {
    let mut words = Words::default();
    words.put(failure.call.as_bytes());
    words.put(b": error ");
    words.put_number(failure.number.get() as usize);
    call::send(control, words.so_far())
}

/// A text of limited length. What does not fit is left out.
#[derive(Debug)]
struct Words {
    bytes: [u8; MAX_WORDS],
    length: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            bytes: [0; MAX_WORDS],
            length: 0,
        }
    }
}

impl Words {
    fn put(&mut self, text: &[u8]) {
        let room = self.bytes.iter_mut().skip(self.length);
        for (place, byte) in room.zip(text) {
            *place = *byte;
            self.length += 1;
        }
    }

    fn put_number(&mut self, number: usize) {
        let mut power = 1;
        while number / power >= 10 {
            power *= 10;
        }
        while power > 0 {
            self.put(&[b'0' + (number / power % 10) as u8]);
            power /= 10;
        }
    }

    fn so_far(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
