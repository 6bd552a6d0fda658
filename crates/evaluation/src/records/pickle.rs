//! Reads a pickle that is one text, and nothing else.
//!
//! Pickles are programs, and a general reader runs them. Of the instructions this one knows those that push one text or
//! one byte string, and those that Python's writer puts around it: protocol, frame, memo, stop. Everything else, what
//! calls functions above all, is refused by its first byte. Nothing is copied, so nothing is allocated by a claimed size.

/// The text in a pickle, which is UTF-8.
pub(super) fn text(pickle: &[u8]) -> Result<&str, &'static str> {
    let mut reader = Reader(pickle);
    let mut found = None;
    loop {
        match reader.instruction()? {
            Instruction::Protocol | Instruction::Frame => {}
            Instruction::Push(bytes) if found.is_none() => found = Some(bytes),
            Instruction::Push(_) => return Err("there are several values"),
            Instruction::Memoize if found.is_some() => {}
            Instruction::Memoize => return Err("there is nothing to remember"),
            Instruction::Stop => break,
        }
    }
    if !reader.0.is_empty() {
        return Err("something stands after its end");
    }
    let bytes = found.ok_or("there is no value")?;
    std::str::from_utf8(bytes).map_err(|_| "the text is not UTF-8")
}

enum Instruction<'a> {
    Protocol,
    Frame,
    Push(&'a [u8]),
    Memoize,
    Stop,
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn instruction(&mut self) -> Result<Instruction<'a>, &'static str> {
        /// The newest that there is.
        const MAX_PROTOCOL: u64 = 5;
        match self.number(1)? as u8 {
            0x80 if self.number(1)? <= MAX_PROTOCOL => Ok(Instruction::Protocol),
            0x80 => Err("its protocol is not known"),
            // FRAME: its size only helps readers that buffer.
            0x95 => self.number(8).map(|_| Instruction::Frame),
            // SHORT_BINUNICODE, SHORT_BINBYTES, SHORT_BINSTRING
            0x8c | b'C' | b'U' => self.sized(1),
            // BINUNICODE, BINBYTES
            b'X' | b'B' => self.sized(4),
            // BINUNICODE8, BINBYTES8
            0x8d | 0x8e => self.sized(8),
            // MEMOIZE, BINPUT, LONG_BINPUT
            0x94 => Ok(Instruction::Memoize),
            b'q' => self.number(1).map(|_| Instruction::Memoize),
            b'r' => self.number(4).map(|_| Instruction::Memoize),
            b'.' => Ok(Instruction::Stop),
            _ => Err("it has an instruction that makes no text"),
        }
    }

    fn sized(&mut self, width: usize) -> Result<Instruction<'a>, &'static str> {
        let size = self.number(width)?;
        let size = usize::try_from(size).map_err(|_| BREAKS_OFF)?;
        self.take(size).map(Instruction::Push)
    }

    /// `width` bytes, the lowest first.
    fn number(&mut self, width: usize) -> Result<u64, &'static str> {
        let bytes = self.take(width)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |number, &byte| (number << 8) | u64::from(byte)))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(BREAKS_OFF)?;
        self.0 = rest;
        Ok(taken)
    }
}

const BREAKS_OFF: &str = "it breaks off";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_a_text_as_every_protocol_since_the_second_writes_it() {
        // What `pickle.dumps("ab", protocol)` and `pickle.dumps(b"ab", protocol)` give.
        let table: [&[u8]; 6] = [
            b"X\x02\0\0\0abq\0.",
            b"\x80\x02X\x02\0\0\0abq\0.",
            b"\x80\x03X\x02\0\0\0abq\0.",
            b"\x80\x04\x95\x06\0\0\0\0\0\0\0\x8c\x02ab\x94.",
            b"\x80\x05\x95\x06\0\0\0\0\0\0\0\x8c\x02ab\x94.",
            b"\x80\x04\x95\x06\0\0\0\0\0\0\0C\x02ab\x94.",
        ];
        for pickle in table {
            assert_eq!(text(pickle), Ok("ab"), "{pickle:?}");
        }
        assert_eq!(text(b"\x80\x04\x8d\x02\0\0\0\0\0\0\0ab\x94."), Ok("ab"));
        assert_eq!(text(b"X\x02\0\0\0abr\0\0\0\0."), Ok("ab"));
    }

    #[test]
    fn refuses_every_other_pickle() {
        let table: [(&[u8], &str); 13] = [
            (b"", "breaks off"),
            (b"\x80", "breaks off"),
            (b"\x80\x06\x8c\x01a.", "protocol"),
            (b"\x80\x04.", "no value"),
            (b"\x80\x04\x94.", "nothing to remember"),
            (b"\x80\x04\x8c\x01a", "breaks off"),
            (b"\x80\x04\x8c\x05a.", "breaks off"),
            (
                b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.",
                "breaks off",
            ),
            (b"\x80\x04\x8c\x01a\x8c\x01b.", "several"),
            (b"\x80\x04\x8c\x01a.x", "after its end"),
            (b"\x80\x04\x8c\x01\xff.", "not UTF-8"),
            // `os.system("true")`: a global, a tuple, REDUCE.
            (
                b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
                "several",
            ),
            (b"cposix\nsystem\n(S'true'\ntR.", "makes no text"),
        ];
        for (pickle, words) in table {
            let flaw = text(pickle).unwrap_err();
            assert!(flaw.contains(words), "{pickle:?}: {flaw}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(pickle in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = text(&pickle);
        }
    }
}
