//! The elements of an array of objects, cut out by brackets and texts alone; what is between them is parsed later.

use std::io::{self, BufRead};

use super::{Piece, filled, first};
use crate::Error;
use crate::records::Place;

/// Where in an array the reader is.
#[derive(Debug)]
pub(super) struct Elements {
    state: State,
    line: u64,
    element_line: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// An element or the end of the array.
    First,
    /// An element, after a comma.
    Element,
    /// A comma or the end of the array.
    Separator,
    /// Nothing but white space.
    AfterEnd,
}

/// Why there is no next element.
#[derive(Debug)]
pub(super) enum ArrayError {
    Read(io::Error),
    Form(&'static str),
}

/// An element while it is read.
#[derive(Debug, Default)]
struct Element {
    bytes: Vec<u8>,
    depth: u64,
    is_in_text: bool,
    is_escaped: bool,
    is_too_long: bool,
}

// === impl ArrayError ===

impl ArrayError {
    pub(super) fn at(self, place: Place) -> Error {
        match self {
            Self::Read(source) => Error::Read { place, source },
            Self::Form(found) => Error::NoRecord { place, found },
        }
    }
}

// === impl Elements ===

impl Elements {
    /// An array whose bracket stood in `line`.
    pub(super) fn new(line: u64) -> Self {
        Self {
            state: State::First,
            line,
            element_line: line,
        }
    }

    /// The line of the element that was read last, or of what is there instead.
    pub(super) fn begins_in_line(&self) -> u64 {
        self.element_line
    }

    pub(super) fn next(
        &mut self,
        reader: &mut impl BufRead,
        limit_bytes: usize,
    ) -> Result<Option<Piece>, ArrayError> {
        loop {
            let byte = first(reader).map_err(ArrayError::Read)?;
            self.element_line = self.line;
            match (byte, self.state) {
                (None, State::AfterEnd) => return Ok(None),
                (None, _) => return Err(ArrayError::Form("an array that breaks off")),
                (Some(b'{'), State::First | State::Element) => {
                    let element = self.element(reader, limit_bytes)?;
                    self.state = State::Separator;
                    return Ok(Some(element));
                }
                (Some(b','), State::Separator) => self.state = State::Element,
                (Some(b']'), State::First | State::Separator) => self.state = State::AfterEnd,
                (Some(byte), _) if byte.is_ascii_whitespace() => {
                    self.line += u64::from(byte == b'\n');
                }
                (Some(_), State::AfterEnd) => {
                    return Err(ArrayError::Form("something after the end of the array"));
                }
                (Some(_), State::Separator) => {
                    return Err(ArrayError::Form("something between two elements"));
                }
                (Some(_), _) => return Err(ArrayError::Form("an element that is no object")),
            }
            reader.consume(1);
        }
    }

    fn element(
        &mut self,
        reader: &mut impl BufRead,
        limit_bytes: usize,
    ) -> Result<Piece, ArrayError> {
        let mut element = Element::default();
        loop {
            let buffer = filled(reader).map_err(ArrayError::Read)?;
            if buffer.is_empty() {
                return Err(ArrayError::Form("an array that breaks off"));
            }
            let end = buffer.iter().position(|&byte| element.ends_with(byte));
            let taken = end.map_or(buffer.len(), |end| end + 1);
            let part = &buffer[..taken];
            self.line += part.split(|&byte| byte == b'\n').skip(1).count() as u64;
            element.keep(part, limit_bytes);
            reader.consume(taken);
            if end.is_some() {
                return Ok(element.piece());
            }
        }
    }
}

// === impl Element ===

impl Element {
    /// Takes the next byte; whether the element ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.is_in_text {
            let is_escape = byte == b'\\' && !self.is_escaped;
            self.is_in_text = byte != b'"' || self.is_escaped;
            self.is_escaped = is_escape;
            return false;
        }
        match byte {
            b'"' => self.is_in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }

    fn keep(&mut self, part: &[u8], limit_bytes: usize) {
        self.is_too_long |= self.bytes.len() + part.len() > limit_bytes;
        if self.is_too_long {
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(part);
        }
    }

    fn piece(self) -> Piece {
        if self.is_too_long {
            Piece::TooLong
        } else {
            Piece::Whole(self.bytes)
        }
    }
}
