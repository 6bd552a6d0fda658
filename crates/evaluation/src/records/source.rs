//! The records of a file as texts: objects one a line, or the elements of one array.

mod array;
mod lines;

use std::io::{self, BufRead};
use std::sync::Arc;

use super::Place;
use crate::Error;
use array::Elements;
use lines::next_line;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One record.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) place: Place,
    pub(super) text: String,
}

/// The text that was read, or why it was not kept.
#[derive(Debug)]
pub(super) enum Piece {
    Whole(Vec<u8>),
    /// Read past, since it is longer than the limit.
    TooLong,
}

#[derive(Debug)]
pub(super) struct Source<R> {
    reader: R,
    file: Arc<str>,
    limit_bytes: usize,
    /// Lines that were read.
    line: u64,
    form: Form,
}

#[derive(Debug)]
enum Form {
    NotKnown,
    Lines,
    Array(Elements),
    AtEnd,
}

// === impl Source ===

impl<R: BufRead> Source<R> {
    pub(super) fn new(reader: R, file: Arc<str>, limit_bytes: usize) -> Self {
        Self {
            reader,
            file,
            limit_bytes,
            line: 0,
            form: Form::NotKnown,
        }
    }

    /// The next record. After an error of reading, or an array that is none, there is nothing more.
    pub(super) fn next(&mut self) -> Option<Result<Record, Error>> {
        let found = self.step();
        if matches!(found, Err(Error::Read { .. } | Error::NoRecord { .. })) {
            self.form = Form::AtEnd;
        }
        found.transpose()
    }

    fn step(&mut self) -> Result<Option<Record>, Error> {
        if matches!(self.form, Form::NotKnown) {
            self.form = self.begin()?;
        }
        match &mut self.form {
            Form::Array(elements) => {
                let found = elements.next(&mut self.reader, self.limit_bytes);
                let line = elements.begins_in_line();
                let found = found.map_err(|error| error.at(self.place(line)))?;
                found.map(|piece| self.record(line, piece)).transpose()
            }
            Form::Lines => self.line(),
            Form::NotKnown | Form::AtEnd => Ok(None),
        }
    }

    /// An array is told by its first byte that is not white space. A byte order mark may precede everything.
    fn begin(&mut self) -> Result<Form, Error> {
        let mut lines = 0;
        let mut mark = BYTE_ORDER_MARK;
        loop {
            let byte = first(&mut self.reader).map_err(|source| self.failed(lines + 1, source))?;
            match byte {
                None => return Ok(Form::AtEnd),
                Some(byte) if mark.first() == Some(&byte) => mark = &mark[1..],
                Some(b'[') => {
                    self.reader.consume(1);
                    return Ok(Form::Array(Elements::new(lines + 1)));
                }
                Some(byte) if byte.is_ascii_whitespace() => {
                    lines += u64::from(byte == b'\n');
                    mark = &[];
                }
                Some(_) => {
                    self.line = lines;
                    return Ok(Form::Lines);
                }
            }
            self.reader.consume(1);
        }
    }

    fn line(&mut self) -> Result<Option<Record>, Error> {
        loop {
            let number = self.line + 1;
            let line = next_line(&mut self.reader, self.limit_bytes);
            let Some(piece) = line.map_err(|source| self.failed(number, source))? else {
                return Ok(None);
            };
            self.line = number;
            if !matches!(&piece, Piece::Whole(line) if line.trim_ascii().is_empty()) {
                return self.record(number, piece).map(Some);
            }
        }
    }

    fn record(&self, line: u64, piece: Piece) -> Result<Record, Error> {
        let place = self.place(line);
        let Piece::Whole(text) = piece else {
            let limit_bytes = self.limit_bytes;
            return Err(Error::TooLong { place, limit_bytes });
        };
        match String::from_utf8(text) {
            Ok(text) => Ok(Record { place, text }),
            Err(_) => Err(Error::NotUtf8 { place }),
        }
    }

    fn failed(&self, line: u64, source: io::Error) -> Error {
        let place = self.place(line);
        Error::Read { place, source }
    }

    fn place(&self, line: u64) -> Place {
        let file = Arc::clone(&self.file);
        Place { file, line }
    }
}

/// The next byte, which stays there; none at the end.
fn first(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    Ok(filled(reader)?.first().copied())
}

/// As `fill_buf`, but goes on after an interruption.
fn filled(reader: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    reader.fill_buf()
}

#[cfg(test)]
mod tests;
